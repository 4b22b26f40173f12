"""The description of the API: operations, shapes, limits, declared errors.

Owns: reading ``service_model.json`` once per process. Does not own: what the limits mean
(``validation.py``) and which function serves an operation (``registry.py``).
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast


class OperationModel(TypedDict):
    """One operation as the API describes it."""

    method: str
    signed: bool
    input: str
    output: NotRequired[str]
    errors: list[str]


class ServiceModel(TypedDict):
    """The whole file; shapes are kept as they are written there."""

    botocore: str
    apiVersion: str
    targetPrefix: str
    operations: dict[str, OperationModel]
    paginators: dict[str, dict[str, Any]]
    shapes: dict[str, dict[str, Any]]


@lru_cache(maxsize=1)
def load() -> ServiceModel:
    """Return the service model; read from disk once."""
    return cast(ServiceModel, json.loads((Path(__file__).parent / "service_model.json").read_text()))


def shape(name: str) -> Mapping[str, Any]:
    """Return the description of one shape."""
    return load()["shapes"][name]
