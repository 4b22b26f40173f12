"""Form fields for lists that are kept as JSON: ticks and lines instead of brackets and quotes."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget


class CheckboxesField(forms.MultipleChoiceField):
    """Some of a few names, kept in the order in which they are offered.

    With ``none_if_empty`` no tick at all is kept as ``None``: "not set".
    """

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, none_if_empty: bool = False, **kwargs: Any) -> None:
        self.none_if_empty = none_if_empty
        super().__init__(**{"required": False, **kwargs})

    def offer(self, stored: Iterable[str] | None) -> None:
        """Offer stored names too that the form does not know, so that saving does not drop them."""
        offered: list[Any] = list(self.choices)  # type: ignore[arg-type]
        known = {str(value) for value, _label in offered}
        self.choices = [*offered, *((name, name) for name in stored or () if name not in known)]

    def clean(self, value: Any) -> list[str] | None:
        """Return the ticked names, or ``None``."""
        ticked: list[str] = super().clean(value)
        offered: list[Any] = list(self.choices)  # type: ignore[arg-type]
        ordered = [str(name) for name, _label in offered if str(name) in ticked]
        return None if self.none_if_empty and not ordered else ordered

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as sets."""
        return set(initial or ()) != set(data or ())


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = AdminTextareaWidget(attrs={"rows": 3})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return "\n".join(str(item) for item in value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Return the lines that are not empty, each once."""
        if isinstance(value, list):
            return value
        lines = (line.strip() for line in str(value or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def run_validators(self, value: Any) -> None:
        """Check each line."""
        for line in value:
            super().run_validators(line)

    def validate(self, value: Any) -> None:
        """Nothing more: the services check what the lines mean."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the lists."""
        return list(initial or ()) != self.to_python(data)
