"""Rows of a CSV file."""

import pytest

from cognito_auth.services.user_import.records import BadFile, Record, RecordReader


def read(data, size=7):
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    return list(RecordReader(pieces))


class TestRecordReader:
    @pytest.mark.parametrize("size", [1, 3, 1000])
    def test_reads_rfc_4180_whatever_the_pieces(self, size):
        data = 'a,b\r\n"x ""y"", z","two\r\nlines"\r\n\r\nlast,"é"'.encode()

        assert read(data, size) == [
            Record(1, ["a", "b"]),
            Record(2, ['x "y", z', "two\r\nlines"]),
            Record(5, ["last", "é"]),
        ]

    def test_skips_the_byte_order_mark(self):
        assert read('\ufeff"name",b\n'.encode()) == [Record(1, ["name", "b"])]

    def test_goes_on_where_another_reader_stopped(self):
        data = b'head\n"a\nb"\nc\nd\n'
        first = RecordReader([data])
        rows = iter(first)
        next(rows), next(rows)

        second = RecordReader([data[first.byte :]], byte=first.byte, line=first.line)

        assert list(second) == [Record(4, ["c"]), Record(5, ["d"])]

    @pytest.mark.parametrize("length", [16_001, 64_010, 200_000])
    def test_passes_a_line_that_is_too_long(self, length):
        data = b"a\n" + b"x" * length + b"\nb\n"

        found = read(data, 1000)

        assert found[1].problem == "The line is longer than 16000 characters."
        assert [record.line for record in found] == [1, 2, 3]

    def test_takes_the_longest_line(self):
        assert not read(b"x" * 16_000 + b"\r\n")[0].problem
        assert not read("é".encode() * 16_000 + b"\n", 1000)[0].problem

    def test_passes_what_is_no_csv(self):
        found = read(b'a\n"b"c\nd\n"e')

        assert [record.problem for record in found] == [
            "",
            "The line is not valid CSV.",
            "",
            "The line is not valid CSV.",
        ]

    def test_gives_up_at_a_quote_without_end(self):
        with pytest.raises(BadFile, match="Line 2"):
            read(b'a\n"b\n' + b"c\n" * 20_000, 1000)
