"""Calls that are refused."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cognito_auth.in_process import ClientError as InProcessError


def refusal_of(call: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    """Return error name and message of a call that has to be refused."""
    with pytest.raises((ClientError, InProcessError)) as refusal:
        call(**arguments)
    error = refusal.value.response["Error"]
    return error["Code"], error["Message"]
