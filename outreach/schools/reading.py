"""Reads a register's file line by line, so that memory doesn't grow with it and a bad line spoils only itself.

The registers write one school a line, comma separated. A line without a quotation mark is split at its
commas; a bare ``"`` inside a cell is a letter like any other, and one left open ends with its line.
"""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from outreach.schools.layouts import LAYOUTS, Layout
from outreach.schools.rows import Cells, RowRefused, SchoolRow
from portal.imports.problems import FileRefused, Problem

LONGEST_LINE = 100_000
CHUNK = 1 << 20


def read(path: Path, layout: Layout) -> Iterator[tuple[int, SchoolRow | Problem]]:
    """Yields (line number, school or why it is refused), the header being line 1.

    Raises ``FileRefused`` before the first row if the file cannot be read or is of another layout.
    """
    encoding = _encoding(path, layout)
    with path.open(encoding=encoding, newline=None) as lines:
        header = [name.strip() for name in _split(lines.readline(LONGEST_LINE).rstrip("\n"))]
        _require_columns(header, layout)
        places = {column: header.index(column) for column in layout.columns}
        number = 1
        while line := lines.readline(LONGEST_LINE):
            number += 1
            if line.strip():
                yield number, _row(number, line.rstrip("\n"), width=len(header), places=places, layout=layout)


def _row(number: int, line: str, *, width: int, places: dict[str, int], layout: Layout) -> SchoolRow | Problem:
    cells = _split(line)
    if len(cells) != width:
        return Problem(
            number,
            "",
            "",
            f"{len(cells)} columns where the header has {width}: a comma inside a cell needs quotation marks round it.",
        )
    try:
        return layout.read(Cells({column: cells[place] for column, place in places.items()}, nothing=layout.nothing))
    except RowRefused as refused:
        return Problem(number, refused.column, refused.value, refused.message)


def _split(line: str) -> list[str]:
    if '"' not in line:
        return line.split(",")
    return next(csv.reader([line]))


def _encoding(path: Path, layout: Layout) -> str:
    """The first of the layout's encodings in which the whole file can be read."""
    try:
        for encoding in layout.encodings:
            decoder = codecs.getincrementaldecoder(encoding)()
            with path.open("rb") as stream:
                try:
                    while chunk := stream.read(CHUNK):
                        if b"\0" in chunk:
                            raise _refused("This is no plain text file. Save it as “CSV UTF-8”, unpacked.")
                        decoder.decode(chunk)
                    decoder.decode(b"", final=True)
                except UnicodeDecodeError:
                    continue
                return encoding
    except OSError as error:
        raise _refused(f"The file cannot be read: {error.strerror or error}.") from error
    raise _refused("The letters of this file cannot be read. Save it as “CSV UTF-8”.")


def _require_columns(header: list[str], layout: Layout) -> None:
    missing = [column for column in layout.columns if column not in header]
    if not missing:
        doubled = sorted({column for column in layout.columns if header.count(column) > 1})
        if doubled:
            raise FileRefused(
                [Problem(1, column, "", "This column stands twice in the header: delete one.") for column in doubled]
            )
        return
    fits = [other for other in LAYOUTS.values() if all(column in header for column in other.columns)]
    if fits:
        raise _refused(f"This is not the layout {layout.name} but {fits[0].name} ({fits[0].title}).")
    if len(missing) == len(layout.columns):
        raise _refused(f"This is not a file of {layout.title}: its first line names none of that register's columns.")
    raise FileRefused(
        [Problem(1, column, "", f"This column is missing; {layout.title} has it in its header.") for column in missing]
    )


def _refused(message: str) -> FileRefused:
    return FileRefused([Problem(0, "", "", message)])
