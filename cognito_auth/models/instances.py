"""Model instances from rows, without what ``Model.__init__`` does for each column.

``Model.__init__`` calls ``setattr`` for each of a user's forty columns, in case a field wants to see it
or the model overrides something. Where nothing does, the values are put into the instance's ``__dict__``
at once, which is all that ``setattr`` would have done. Django's ``from_db`` serves all other models.
"""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models.base import ModelState
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute


class InstanceMaker:
    """Makes instances of one model; in the place of the model wherever only ``from_db`` is called."""

    __slots__ = ("_is_plain", "_model")

    def __init__(self, model: type[models.Model]) -> None:
        self._model = model
        self._is_plain = _is_plain(model)

    def from_db(self, using: str, names: Sequence[str], values: Sequence[Any]) -> Any:
        """Return an instance with these columns, the others deferred, as ``Model.from_db`` does."""
        model = self._model
        signals = models.signals
        if not self._is_plain or signals.pre_init.has_listeners(model) or signals.post_init.has_listeners(model):
            return model.from_db(using, names, values)
        instance = model.__new__(model)
        state = ModelState()
        state.adding = False
        state.db = using
        attributes = instance.__dict__
        attributes["_state"] = state
        attributes.update(zip(names, values, strict=True))
        return instance


def _is_plain(model: type[models.Model]) -> bool:
    """Tell whether setting the columns of a new instance does nothing but set them."""
    kept = ("__init__", "__new__", "__setattr__")
    if any(getattr(model, name) is not getattr(models.Model, name) for name in kept):
        return False
    if model.from_db.__func__ is not models.Model.from_db.__func__:  # type: ignore[attr-defined]
        return False
    return all(_is_set_plainly(model, field.attname) for field in model._meta.concrete_fields)


def _is_set_plainly(model: type[models.Model], name: str) -> bool:
    # A foreign key forgets the object it had before, and a new instance has none.
    descriptor = getattr(model, name, None)
    return isinstance(descriptor, ForeignKeyDeferredAttribute) or not hasattr(descriptor, "__set__")
