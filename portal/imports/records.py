"""Tables that people keep, of some thousand rows: read whole, compared with what is stored, kept as pages to look at.

What a row means is for a room to say (``RecordSource.plan``); files, columns, refusals and the file of errors are here.
"""

import json
from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePath
from typing import IO, Any, ClassVar, Final

from portal.imports import csv_rows, formats, pages
from portal.imports.columns import Cell, Column, TextColumn, Value
from portal.imports.kept_cells import Unread, packed, unpacked
from portal.imports.models import TakenImport
from portal.imports.pages import Kind, Page, Row
from portal.imports.problems import Problem
from portal.imports.sheets import refused
from portal.imports.sources import Done, Source
from portal.imports.tables import AS_IT_STANDS, BEYOND, REASON, Line, Table, shown

_REASON: Final = TextColumn(REASON, longest=10_000, lines=True)


class RawColumn(Column):
    """Cells as a file had them."""

    def read(self, cell: Cell) -> Value:
        return cell

    def text(self, value: Value) -> str:
        return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else super().text(value)

    def sheet(self, value: Value) -> Value:
        return self.text(value) if isinstance(value, list | dict) else value


@dataclass(slots=True)
class Said:
    """What a row of the file says: ``cells`` as they stand, and of those that could be read their ``values``."""

    line: Line
    place: Callable[[str], str]
    values: dict[str, Value] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    """By column, how its cell was read, where a person should know."""

    @property
    def number(self) -> int:
        """Its line, or row."""
        return self.line.number

    def has(self, name: str) -> bool:
        """Whether the file says anything of this column, be it that it is empty."""
        return name in self.line.cells

    def cell(self, name: str) -> Cell:
        """The cell as it stands; "" where there is none."""
        return self.line.cells.get(name, "")

    def refuse(self, column: str, says: str) -> None:
        """Something is wrong with the row."""
        self.problems.append((column, says))

    def problem(self) -> Problem:
        """All that is wrong, told once."""
        column, says = self.problems[0]
        more = [f"{self.place(name)}: {told}" if name else told for name, told in self.problems[1:]]
        message = " Also, ".join([says, *more])
        return Problem(self.number, self.place(column), shown(self.cell(column)) if column else "", message)


class RecordSource(Source):
    """A table of records, each with what hangs on it."""

    table: ClassVar[tuple[Column, ...]]
    """The file's columns, in the order in which they are written."""
    mend = "as the file wrote them, with what is wrong beside each"

    @abstractmethod
    def plan(self, rows: list[Said]) -> tuple[list[Row], int]:
        """What the rows would do, in the order in which it is done, and how many would change nothing.

        Rows that cannot be taken are refused (``Said.refuse``). Nothing is stored.
        """

    @property
    def names(self) -> list[str]:
        """The columns that a file may have."""
        return [*(column.name for column in self.table), REASON]

    def open(self, stream: IO[bytes]) -> Table:
        """The table in a file. Raises ``FileRefused``."""
        return formats.open_table(stream, known=self.names)

    def read_file(self, taken: TakenImport, stream: IO[bytes], tell: Callable[[int], object]) -> Done:
        table = self.open(stream)
        rows = [self._said(table, line) for line in table]
        if not rows:
            raise refused("There is no row in this file, only a header.")
        sound = [said for said in rows if not said.problems]
        found, unchanged = self.plan(sound)
        bad = [said for said in rows if said.problems]
        counts = dict.fromkeys((*map(str, Kind), "unchanged"), 0)
        for row in found:
            counts[row.kind] += 1
        counts |= {str(Kind.REFUSED): len(bad), "unchanged": unchanged}
        for number, page in enumerate(self._pages(found, bad)):
            page.store(taken, number)
        tell(stream.tell())
        columns = [name for name in table.header if name != REASON]
        header = {"format": table.format, "columns": columns, "separator": table.separator}
        return Done(counts, json.dumps(header))

    def refused_file(self, taken: TakenImport) -> tuple[str, str, Iterator[bytes]]:
        header = json.loads(taken.header or "{}")
        kind = header.get("format", "csv")
        rows = list(_refused_rows(taken, kind))
        names = dict.fromkeys(header.get("columns", ()))
        if kind == "json":
            # Names that are no columns stand in their objects.
            names |= dict.fromkeys(name for row in rows for name in row if name not in {AS_IT_STANDS, REASON})
        columns = [*map(RawColumn, names), _REASON]
        name = f"refused-{PurePath(taken.file_name).stem}.{kind}"
        write = formats.WRITERS[kind]
        if kind == "csv":
            write = partial(csv_rows.write, separator=header.get("separator", ","))
        return name, formats.TYPES[kind], iter([write(columns, rows)])

    def column(self, name: str) -> Column | None:
        """The file's column of that name."""
        return next((column for column in self.table if column.name == name), None)

    def label(self, name: str) -> str:
        column = self.column(name)
        return column.label if column else super().label(name)

    def said(self, name: str, value: Any) -> str:
        column = self.column(name)
        return column.said(value) if column else super().said(name, value)

    def _said(self, table: Table, line: Line) -> Said:
        if line.lacks and all(getattr(self.column(name), "may_be_cut_off", False) for name in line.lacks):
            line = replace(line, cells=line.cells | dict.fromkeys(line.lacks, ""), wrong="", raw="", lacks=())
        said = Said(line, lambda column: table.where(line.number, column))
        if line.wrong:
            said.refuse(line.column, line.wrong)
        return said

    def _pages(self, rows: list[Row], bad: list[Said]) -> Iterator[Page]:
        for begin in range(0, max(len(rows), len(bad)), pages.SIZE):
            part = slice(begin, begin + pages.SIZE)
            page = Page(self.columns, rows=rows[part], problems=[said.problem() for said in bad[part]])
            page.lines = [_kept(said) for said in bad[part]]
            yield page


def _kept(said: Said) -> str:
    """All of a refused row's cells, each with its type; one that has none, because it is broken, as it stands."""
    line = said.line
    if line.raw:
        return json.dumps({AS_IT_STANDS: line.raw})
    cells = {name: packed(cell) for name, cell in (line.cells | line.unknown).items() if name != REASON}
    if line.beyond:
        cells[BEYOND] = [packed(cell) for cell in line.beyond]
    return json.dumps(cells, ensure_ascii=True)


def _refused_rows(taken: TakenImport, kind: str) -> Iterator[dict[str, Any]]:
    for page in pages.each(taken):
        for problem, line in zip(page.problems, page.lines, strict=False):
            cells = json.loads(line)
            if kind == "xlsx":
                cells = {
                    name: [unpacked(each) for each in cell] if name == BEYOND else unpacked(cell)
                    for name, cell in cells.items()
                }
            yield {**cells, REASON: _reason(problem, cells)}


def _reason(problem: Problem, cells: dict[str, Any]) -> str:
    """What is wrong with a row, and what stood where its file of errors has a code instead."""
    held = [f"{name} held {cell.text[:200]}" for name, cell in cells.items() if isinstance(cell, Unread)]
    told = f"{problem.column}: {problem.message}" if problem.column else problem.message
    return " ".join([told, *held])[: _REASON.longest]
