"""Tables as CSV: commas, semicolons or tabs, with line breaks inside of quotation marks."""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from io import StringIO
from typing import Any, Final

from portal.imports.cells import escape, unescape
from portal.imports.columns import Column
from portal.imports.sheets import refused
from portal.imports.tables import (
    AS_IT_STANDS,
    BEYOND,
    LONGEST_RAW,
    MOST_ROWS,
    REASON,
    Line,
    Table,
    require_header,
    without_blank_end,
)

LONGEST_LINE: Final = LONGEST_RAW
"""Letters between two line breaks."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SEPARATORS: Final = ",;\t|"


class CsvTable(Table):
    """A text's rows. Apostrophes that an export put before what looks like a formula are taken off."""

    format = "csv"

    def __init__(self, text: str, *, known: Collection[str]) -> None:
        self._text = text
        begin = _LINE.match(text)
        first = begin[0] if begin else ""
        if len(first) > LONGEST_LINE:
            raise refused(f"The first line has more than {LONGEST_LINE:,} letters: this is no table.")
        names = {name.casefold() for name in known}
        self.separator = max(
            _SEPARATORS, key=lambda sign: len({one.strip(' "\r\n').casefold() for one in first.split(sign)} & names)
        )
        try:
            head = next(self._reader(first), [])
        except csv.Error as error:
            raise refused(f"Its first line cannot be split into columns ({error}): write their names anew.") from None
        self.header = require_header(head, known=known, row=1)

    def __iter__(self) -> Iterator[Line]:
        rows = self._reader(self._text)
        next(rows)
        count = 0
        while True:
            number = self._passed + 1
            self._taken.clear()
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                count += 1
                says = f"Cannot be split into cells ({error}): put a cell with quotation marks in quotation marks, and double them."
                yield Line(number, {}, says, raw=self._raw())
                continue
            except _TooLong:
                count += 1
                yield Line(number, {}, f"Longer than {LONGEST_LINE:,} letters: cut it.")
                continue
            if not any(map(str.strip, cells)):
                continue
            count += 1
            if count > MOST_ROWS:
                raise refused(f"More than {MOST_ROWS:,} rows: cut the table in two, and bring in one after the other.")
            yield self._line(number, cells)

    def _line(self, number: int, cells: list[str]) -> Line:
        width = len(self.header)
        # A broken row of a file of errors stands there as it was, without what is wrong with it.
        needed = width - (self.header[-1] == REASON)
        beyond = without_blank_end(map(unescape, cells[width:]))
        if len(cells) >= needed and not beyond:
            return Line(number, self._cells(cells))
        says = (
            f"{len(cells)} cells where the header has {width}: "
            "a cell with a comma or a line break in it needs quotation marks round it."
        )
        if beyond:
            return Line(number, self._cells(cells), says, beyond=beyond)
        return Line(number, self._cells(cells), says, raw=self._raw(), lacks=tuple(self.header[len(cells) : needed]))

    def _cells(self, cells: list[str]) -> dict[str, Any]:
        return {name: unescape(cell) for name, cell in zip(self.header, cells, strict=False)}

    def _raw(self) -> str:
        """The row that was read last, as it stands."""
        raw = "".join(self._taken)
        return raw if len(raw) <= LONGEST_RAW else ""

    def _reader(self, text: str) -> Iterator[list[str]]:
        self._passed = 0
        self._taken: list[str] = []
        return csv.reader(_Lines(self, text), delimiter=self.separator, strict=True)


class _TooLong(Exception):
    pass


class _Lines:
    """The lines with their ends, counted as they are taken."""

    def __init__(self, table: CsvTable, text: str) -> None:
        self.table, self.found = table, _LINE.finditer(text)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self.found)[0]
        self.table._passed += 1
        self.table._taken.append(line)
        if len(line) > LONGEST_LINE:
            raise _TooLong
        return line


def write(columns: Sequence[Column], rows: Iterable[dict[str, Any]], *, separator: str = ",") -> bytes:
    """A header and the rows, in UTF-8 with the mark that spreadsheets know it by; nothing runs as a formula.

    Cells that stand under no column (``BEYOND``) stay so: the header is empty above them.
    """
    out = StringIO()
    writer = csv.writer(out, delimiter=separator)
    all_rows = list(rows)
    most_beyond = max((len(row.get(BEYOND, ())) for row in all_rows), default=0)
    writer.writerow([*(column.name for column in columns), *[""] * most_beyond])
    for row in all_rows:
        if AS_IT_STANDS in row:
            out.write(row[AS_IT_STANDS].rstrip("\r\n") + "\r\n")
        else:
            cells = [column.text(row.get(column.name)) for column in columns]
            writer.writerow(map(escape, [*cells, *row.get(BEYOND, ())]))
    return b"\xef\xbb\xbf" + out.getvalue().encode()
