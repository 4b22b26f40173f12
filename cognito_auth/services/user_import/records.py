"""Rows of a CSV file, read as they come, each with where the next one begins.

Memory does not grow with the file: a line or row that is too long is read past, not kept.
Source: RFC 4180; AWS "Creating the user import .csv file" for the limits.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_ROW_CHARACTERS = 16_000
_MAX_LINE_BYTES = 4 * MAX_ROW_CHARACTERS
_BYTE_ORDER_MARK = "\ufeff"


class BadFile(Exception):
    """The file as a whole cannot be imported; the message says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row: the line it begins at, and its values or what is wrong with it."""

    line: int
    values: list[str]
    problem: str = ""


class RecordReader:
    """Reads rows from pieces of a file.

    Attributes:
        byte, line: where the row after the last one that was read begins.
    """

    def __init__(self, pieces: Iterable[bytes], *, byte: int = 0, line: int = 1) -> None:
        self.byte = byte
        self.line = line
        self._lines = _lines(pieces)
        self._characters = 0

    def __iter__(self) -> Iterator[Record]:
        """Yield rows; blank lines are none.

        Raises:
            BadFile: a quoted value does not end.
        """
        feed = _Feed(self)
        reader = csv.reader(feed, strict=True)
        while True:
            begins_at, self._characters = self.line, 0
            try:
                values = next(reader)
            except StopIteration:
                return
            except _TooLongError:
                if self.line > begins_at + 1:
                    # Where the row ends is anybody's guess, and its text might look like rows.
                    raise BadFile(
                        f"Line {begins_at}: a quoted value does not end within {MAX_ROW_CHARACTERS} characters."
                    ) from None
                yield Record(begins_at, [], f"The line is longer than {MAX_ROW_CHARACTERS} characters.")
                reader = csv.reader(feed, strict=True)
            except csv.Error:
                yield Record(begins_at, [], "The line is not valid CSV.")
                reader = csv.reader(feed, strict=True)
            else:
                if values:
                    yield Record(begins_at, values)

    def next_line(self) -> str:
        """Return the next line; for the parser of rows."""
        size, content = next(self._lines)
        is_first = self.byte == 0
        self.byte += size
        self.line += 1
        if content is None:
            raise _TooLongError
        text = content.decode("utf-8", "surrogateescape")
        if is_first:
            text = text.removeprefix(_BYTE_ORDER_MARK)
        self._characters += len(text)
        # The end of the line does not count.
        if self._characters > MAX_ROW_CHARACTERS and self._characters - _ending(text) > MAX_ROW_CHARACTERS:
            raise _TooLongError
        return text


class _TooLongError(Exception):
    """A row has more characters than it may have."""


class _Feed:
    """Gives the parser line by line; unlike a generator it goes on after an exception."""

    def __init__(self, reader: RecordReader) -> None:
        self._reader = reader

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        return self._reader.next_line()


def _ending(text: str) -> int:
    return len(text) - len(text.rstrip("\r\n"))


def _lines(pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line with its size in bytes; ``None`` for one that is too long to be a row."""
    rest, dropped = b"", 0
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            size = dropped + len(line) + 1
            yield size, (None if dropped or size > _MAX_LINE_BYTES + 2 else line + b"\n")
            dropped = 0
        if len(rest) > _MAX_LINE_BYTES:
            dropped += len(rest)
            rest = b""
    if dropped or rest:
        size = dropped + len(rest)
        yield size, (None if dropped or size > _MAX_LINE_BYTES + 2 else rest)
