"""CSV tables from strangers, streamed: every fault gets a file, a line and a column.

Nothing here trusts its input. A line has a longest length, the text must be UTF-8, and a row with
more values than the header is refused, since a stray comma shifts all that stands behind it.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from campaign.places.problems import refuse

LONGEST_LINE = 256 * 1024  # bytes; the longest line of a real feed seen is 3 KB
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Table:
    """An open CSV table: its name, its header, and rows to be read once."""

    name: str
    header: tuple[str, ...]
    _reader: Iterator[tuple[int, list[str]]]

    def column(self, name: str) -> int:
        """The position of a column, or the width of the table where the file lacks it.

        Rows are padded by one empty value, so that an absent column reads as empty.
        """
        return self.header.index(name) if name in self.header else len(self.header)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row as (line on which it starts, stripped values padded to the header's width + 1).

        Blank lines are skipped. Raises `Refused` at the first row that cannot be read rightly.
        """
        width = len(self.header) + 1
        for line, values in self._reader:
            if len(values) >= width:
                if any(value.strip() for value in values[width - 1 :]):
                    raise refuse(
                        self.name,
                        f"This line has {len(values)} values, the header has {width - 1} columns. "
                        "Put values that contain a comma in quotes.",
                        line=line,
                        column=self.header[-1],
                    )
                del values[width - 1 :]
            row = [value.strip() for value in values]
            row.extend([""] * (width - len(row)))
            yield line, row


def read_table(name: str, stream: IO[bytes], *, required: Sequence[str] = ()) -> Table:
    """Open a CSV table from a binary stream; columns in `required` must be in the header.

    Column names are compared without regard to case. Raises `Refused`.
    """
    reader = _read_rows(name, stream)
    line, names = next(reader, (1, []))
    header = tuple(value.strip().lower() for value in names)
    if not any(header):
        raise refuse(name, "The file is empty. It needs a header line and rows.", line=1)
    for column in required:
        if column not in header:
            raise refuse(name, f"The column {column} is missing from the header.", line=line, column=column)
    for column in header:
        if column and header.count(column) > 1:
            raise refuse(
                name,
                f"The header names the column {column} twice. Keep one.",
                line=line,
                column=column,
            )
    return Table(name, header, reader)


def _read_rows(name: str, stream: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each starts; rows without any value are left out."""
    reader = csv.reader(_decoded_lines(name, stream), strict=True, skipinitialspace=True)
    while True:
        start = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise refuse(name, _csv_fault(error), line=start) from error
        if any(values):
            yield start, values


def _csv_fault(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text:
        return "A quotation mark opens here and is never closed. Close it, or double it inside a value."
    if "expected after" in text:
        return "Text follows a closing quotation mark. Double a quotation mark inside a value."
    if "field larger" in text:
        return "A value here is longer than 128 KB. A quotation mark may never be closed."
    return "This line ends in a lone carriage return. Save the file with LF or CRLF line ends."


def _decoded_lines(name: str, stream: IO[bytes]) -> Iterator[str]:
    number = 0
    names: list[str] = []
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            if raw.startswith(_UTF16_MARKS):
                raise refuse(name, "The file is UTF-16. Save it as UTF-8.", line=1)
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if len(raw) > LONGEST_LINE:
            raise refuse(name, f"This line is longer than {LONGEST_LINE // 1024} KB.", line=number)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise refuse(
                name,
                f"The byte 0x{raw[error.start]:02X} is not UTF-8. Save the file as UTF-8.",
                line=number,
                column=_column_at(raw[: error.start], names),
            ) from error
        if "\0" in text:
            raise refuse(
                name,
                "A NUL character stands here: the file is damaged or not text.",
                line=number,
                column=_column_at(raw[: raw.index(b"\0")], names),
            )
        if number == 1:
            names = [value.strip() for value in text.split(",")]
        yield text


def _column_at(before: bytes, names: list[str]) -> str | None:
    """The name of the column in which a line's first bad byte stands, as well as can be told."""
    try:
        position = max(len(next(csv.reader([before.decode("utf-8", "replace")]), [])) - 1, 0)
    except csv.Error:
        return None
    return names[position].strip('"').lower() if position < len(names) else None
