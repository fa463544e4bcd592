"""An import's rows in pages of some hundred, packed: its preview, what is applied, and what undo needs."""

import csv
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from io import StringIO
from typing import Any, NamedTuple

from portal.audit.redaction import EMPTIED
from portal.imports.cells import escape
from portal.imports.models import ImportPage, TakenImport
from portal.imports.problems import Problem

SIZE = 500
_EMPTIED = json.dumps(EMPTIED).encode()
Values = list[Any]


class Kind(StrEnum):
    """What an import does to a row."""

    NEW = "new"
    CHANGED = "changed"
    CLOSED = "closed"
    REOPENED = "reopened"
    REFUSED = "refused"


class Row(NamedTuple):
    """One row: its line, its register's id, and the columns' values before (None: there was none) and after.

    ``note`` says how cells were read, where a person should know, and nothing of what they hold.
    """

    line: int
    kind: Kind
    key: str
    before: Values | None
    after: Values
    note: str = ""


@dataclass(slots=True)
class Page:
    """What one ``ImportPage`` holds. ``lines`` are the refused lines in the file's own bytes (Latin-1); ``is_redacted``:
    a value of it was emptied since.
    """

    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    is_redacted: bool = False

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= SIZE or len(self.problems) >= SIZE

    def pack(self) -> bytes:
        """As it is stored."""
        problems = [(told.row, told.column, told.value, told.message) for told in self.problems]
        content = {"columns": self.columns, "rows": self.rows, "problems": problems, "lines": self.lines}
        return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 1)

    @classmethod
    def unpack(cls, content: bytes) -> "Page":
        """What was packed."""
        text = zlib.decompress(content)
        found = json.loads(text)
        return cls(
            columns=tuple(found["columns"]),
            rows=[Row(line, Kind(kind), *told) for line, kind, *told in found["rows"]],
            problems=[Problem(*told) for told in found["problems"]],
            lines=found["lines"],
            is_redacted=_EMPTIED in text,
        )

    def store(self, taken: TakenImport, number: int) -> None:
        """Writes it as the import's page ``number``."""
        counts = dict.fromkeys(Kind, 0)
        for row in self.rows:
            counts[row.kind] += 1
        counts[Kind.REFUSED] = len(self.problems)
        ImportPage.objects.create(taken=taken, number=number, content=self.pack(), **counts)


def each(taken: TakenImport, *, backwards: bool = False, hear: Callable[[bytes], object] = len) -> Iterator[Page]:
    """The import's pages, one at a time; ``hear`` gets each as it is stored."""
    order = "-number" if backwards else "number"
    for number in list(taken.pages.order_by(order).values_list("number", flat=True)):
        content = bytes(taken.pages.values_list("content", flat=True).get(number=number))
        hear(content)
        yield Page.unpack(content)


@dataclass(frozen=True, slots=True)
class Shown:
    """Some rows or refusals of one kind, and how many there are."""

    columns: tuple[str, ...]
    rows: list[Row]
    problems: list[Problem]
    total: int


def show(taken: TakenImport, kind: Kind, *, first: int, count: int) -> Shown:
    """``count`` rows of a kind from the ``first`` on (0 begins): two queries and no more pages than they lie on."""
    found: list[Row] = []
    problems: list[Problem] = []
    columns: tuple[str, ...] = ()
    passed = 0
    wanted: dict[int, tuple[int, int]] = {}
    for number, held in taken.pages.order_by("number").values_list("number", str(kind)):
        begin, end = max(first - passed, 0), min(first + count - passed, held)
        if begin < end:
            wanted[number] = begin, end
        passed += held
    for stored in taken.pages.filter(number__in=wanted).order_by("number"):
        page = Page.unpack(bytes(stored.content))
        part = slice(*wanted[stored.number])
        columns = page.columns
        if kind is Kind.REFUSED:
            problems += page.problems[part]
        else:
            found += [row for row in page.rows if row.kind == kind][part]
    return Shown(columns, found, problems, passed)


def refused_lines(taken: TakenImport) -> Iterator[bytes]:
    """The error file: the header and the refused lines, byte for byte; columns that are not read are empty."""
    yield taken.header.encode("latin-1")
    for page in each(taken):
        for line in page.lines:
            yield line.encode("latin-1")


def reasons(taken: TakenImport) -> Iterator[bytes]:
    """Why each line was refused, as a sheet that no spreadsheet runs anything of."""
    yield "\ufeff".encode() + _written([("Line", "Column", "Value", "How to mend it")])
    for page in each(taken):
        yield _written([(told.row, *map(escape, (told.column, told.value, told.message))) for told in page.problems])


def _written(rows: Iterable[Iterable[object]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
