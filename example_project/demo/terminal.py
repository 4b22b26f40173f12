"""Output of the demonstration: aligned steps, colours on a terminal only."""

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_TITLE_WIDTH = 17


class Terminal:
    """Writes headings, steps and details to a stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._has_colour = bool(getattr(stream, "isatty", lambda: False)()) and "NO_COLOR" not in os.environ
        # A terminal or pipe of another encoding must not end the demonstration.
        self._encoding = getattr(stream, "encoding", None) or "utf-8"

    def line(self, text: str = "") -> None:
        """Write one line."""
        self._stream.write(text.encode(self._encoding, "replace").decode(self._encoding) + "\n")
        self._stream.flush()

    def style(self, text: str, *names: str) -> str:
        """Return ``text`` in colour, if the stream shows colours."""
        if not self._has_colour or not names:
            return text
        codes = ";".join(_STYLES[name] for name in names)
        return f"\x1b[{codes}m{text}\x1b[0m"

    def heading(self, text: str) -> None:
        """Write the title of a part."""
        self.line()
        self.line(self.style(text, "bold", "cyan"))

    def passed(self, title: str, detail: str = "") -> None:
        """Write a step that went well."""
        self.line(f"  {self.style('✓', 'green')} {self.style(title.ljust(_TITLE_WIDTH), 'bold')} {detail}".rstrip())

    def failed(self, title: str, detail: str = "") -> None:
        """Write a step that went wrong."""
        self.line(f"  {self.style('✗', 'red')} {self.style(title.ljust(_TITLE_WIDTH), 'bold')} {detail}".rstrip())

    def item(self, title: str, detail: str) -> None:
        """Write something to know, which is no step."""
        self.line(f"  {self.style('•', 'cyan')} {self.style(title.ljust(_TITLE_WIDTH), 'bold')} {detail}")

    def quote(self, lines: Iterable[str]) -> None:
        """Write lines that somebody else wrote, such as an e-mail."""
        for text in lines:
            self.line(f"      {self.style('│', 'dim')} {text}".rstrip())

    def members(self, values: Mapping[str, Any]) -> None:
        """Write a JSON object, one aligned member per line."""
        width = max((len(name) for name in values), default=0)
        for name, value in values.items():
            text = json.dumps(value, ensure_ascii=False)
            self.line(f"      {self.style('│', 'dim')} {self.style(name.ljust(width), 'dim')}  {text}")

    def paste(self, title: str, text: str) -> None:
        """Write lines to be copied: no prefix, so that they can be selected whole."""
        self.line()
        self.line(self.style(f"# {title}", "dim"))
        self.line(text)
