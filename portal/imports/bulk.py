"""Registers' files of a hundred thousand rows, through classes of django-import-export.

A ``BulkResource`` declares its columns as any resource does (Fields, Widgets, Meta), but reads them as a stream and
keeps what it would do in pages: nothing is stored until a person has looked (``applying``).
"""

from abc import ABCMeta, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import IO, TYPE_CHECKING, Any, ClassVar

from django.db import models, transaction
from django.utils import timezone
from import_export.declarative import ModelDeclarativeMetaclass
from import_export.resources import ModelResource

from portal.imports import pages
from portal.imports.models import TakenImport
from portal.imports.pages import Kind, Page, Row
from portal.imports.problems import FileRefused, Problem
from portal.imports.sheets import Sheet, pieces, refused
from portal.imports.sources import SOURCES, Done, Source
from portal.imports.writing import Table

if TYPE_CHECKING:
    from portal.people.models import User

MOST_ROWS = 500_000
REMEMBERED = 4_096
"""Different cells of a column that repeats itself."""
LONGEST_VALUE = 60

Said = dict[str, Any]
Clean = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class _Column:
    attribute: str
    name: str
    place: int
    clean: Clean
    repeats: bool


class _DeclaredAndAbstract(ModelDeclarativeMetaclass, ABCMeta):
    """Reads the Fields of a class, and lets none be made that doesn't say what its rows are to be."""


class BulkResource(Source, ModelResource, metaclass=_DeclaredAndAbstract):
    """A register's file and the rows it speaks of.

    A subclass declares ``Meta`` with ``model``, ``fields`` and one ``import_id_fields``, the register's id, and a
    Field for each of them; then what stands below, and ``settle``.
    """

    fixed: ClassVar[dict[str, str]]
    """What all rows of the file have in common; with the id it finds a row."""
    columns: ClassVar[tuple[str, ...]]
    """The model's attributes, as ``state_id``."""
    retired: ClassVar[str]
    """Of ``columns``, the time since when a row is out of service."""
    more_columns: ClassVar[tuple[str, ...]] = ()
    """The file's columns that Widgets read beside their own."""
    optional_columns: ClassVar[tuple[str, ...]] = ()
    """Such that not every edition has: Widgets read "" where one is missing."""
    names_persons: ClassVar[bool] = False
    """Whether columns that are not read may name persons: then no line that could not be split is kept."""

    def name_of(self, header: str) -> str:
        """The column's name, where editions of a register write it differently."""
        return header

    def edition_of(self, header: list[str]) -> int | None:
        """The edition, where the header tells it."""
        return None

    @abstractmethod
    def settle(self, said: Said, known: Said | None, *, edition: int | None, now: str) -> Said:
        """What a row is to be, by ``columns``: from what the file says of it, and what we know. Times are ISO 8601."""

    @property
    def model(self) -> type[models.Model]:
        found: type[models.Model] = self._meta.model
        return found

    def read_file(self, taken: TakenImport, stream: IO[bytes], tell: Callable[[int], object]) -> Done:
        with Sheet(stream) as sheet:
            reading = Reading(self, taken, sheet)
            reading.run(tell)
        counts = {str(kind): count for kind, count in reading.counts.items()}
        return Done(counts, reading.sheet.head.rstrip("\r\n") + "\r\n", reading.newest)

    def writer(self, by: "User | None") -> Table:
        return Table(self)

    def now(self, rows: list[Row]) -> dict[str, tuple[Any, ...]]:
        return self.stored([row.key for row in rows])

    @property
    def key(self) -> str:
        """The attribute that holds the register's id."""
        return str(self._meta.import_id_fields[0])

    def names(self) -> list[str]:
        """The file's columns that are read."""
        return [*(field.column_name for field in self.get_import_fields()), *self.more_columns]

    def plan(self, header: list[str]) -> "Plan":
        """How to read the rows below this header. Raises ``FileRefused`` for another layout."""
        self._require(header)
        found = []
        for field in self.get_import_fields():
            widget = field.widget
            clean = lru_cache(REMEMBERED)(widget.clean) if widget.repeats else widget.clean
            found.append(
                _Column(field.attribute, field.column_name, header.index(field.column_name), clean, widget.repeats)
            )
        there = [name for name in self.optional_columns if name in header]
        absent = dict.fromkeys(set(self.optional_columns) - set(there), "")
        names = (*self.names(), *there)
        return Plan(self, header, found, names, itemgetter(*map(header.index, names)), absent)

    def stored(self, keys: list[str]) -> dict[str, tuple[Any, ...]]:
        """The rows with these ids as they are now: ``columns``, times as ISO 8601."""
        rows = self._meta.model._default_manager.filter(**self.fixed, **{f"{self.key}__in": keys})
        times = [place for place, name in enumerate(self.columns) if _is_time(self._meta.model, name)]
        found = {}
        for key, *values in rows.values_list(self.key, *self.columns):
            for place in times:
                values[place] = values[place] and values[place].isoformat()
            found[key] = tuple(values)
        return found

    def _require(self, header: list[str]) -> None:
        missing = [name for name in self.names() if name not in header]
        if not missing:
            doubled = [name for name in self.names() if header.count(name) > 1]
            if doubled:
                raise FileRefused(
                    [Problem(1, name, "", "This column stands twice in the header: delete one.") for name in doubled]
                )
            return
        if others := [other for other in RESOURCES.values() if other.fits(header)]:
            raise refused(f"This is not the layout {self.title} but {others[0].title}: choose that one.")
        if len(header) == 1 and any(sign in header[0] for sign in ";\t"):
            raise refused("Its cells stand between semicolons or tabs: save it as “CSV” with commas.")
        if len(missing) == len(self.names()):
            raise refused(f"This is not a file of {self.title}: its first line names none of that register's columns.")
        raise FileRefused(
            [Problem(1, name, "", f"This column is missing; {self.title} has it in its header.") for name in missing]
        )

    @classmethod
    def fits(cls, header: list[str]) -> bool:
        """Whether the header is this register's."""
        return cls.known_of(header) == len(set(cls().names()))

    @classmethod
    def known_of(cls, header: list[str]) -> int:
        """How many of its columns a header names."""
        resource = cls()
        return len({resource.name_of(name) for name in header}.intersection(resource.names()))


RESOURCES: dict[str, type[BulkResource]] = {}
"""By kind: the registers among ``SOURCES``."""


def register(resource: type[BulkResource]) -> type[BulkResource]:
    """Lets workers and pages know of it."""
    RESOURCES[resource.kind] = SOURCES[resource.kind] = resource
    return resource


@dataclass(slots=True)
class Plan:
    """Reads rows below one header."""

    resource: BulkResource
    header: list[str]
    columns: list[_Column]
    names: tuple[str, ...]
    pick: Callable[[list[str]], tuple[str, ...]]
    absent: dict[str, str]

    def read(self, cells: list[str]) -> Said:
        """What the row says, by attribute. Raises ``_Refused``."""
        if len(cells) != len(self.header):
            raise _Refused(
                f"{len(cells)} columns where the header has {len(self.header)}: "
                "a comma inside a cell needs quotation marks round it."
            )
        row = dict(zip(self.names, self.pick(cells), strict=True))
        row.update(self.absent)
        said = {}
        for column in self.columns:
            cell = cells[column.place]
            try:
                said[column.attribute] = column.clean(cell) if column.repeats else column.clean(cell, row=row)
            except ValueError as told:
                raise _Refused(str(told), column.name, cell) from None
        return said

    def without_the_unread(self, raw: str) -> str:
        """A raw line with the cells empty that are not read; "" where nothing of it may be kept."""
        cells = pieces(raw)
        if len(cells) != len(self.header):
            return "" if self.resource.names_persons else raw
        read = set(self.names)
        end = raw[len(raw.rstrip("\r\n")) :]
        return ",".join(cell if name in read else "" for name, cell in zip(self.header, cells, strict=True)) + end


class _Refused(Exception):
    def __init__(self, message: str, column: str = "", value: str = "") -> None:
        super().__init__(message)
        self.column, self.value = column, value


class Reading:
    """One file being read: rows are compared with the stored ones in chunks, and what would change is kept."""

    def __init__(self, resource: BulkResource, taken: TakenImport, sheet: Sheet) -> None:
        self.resource, self.taken, self.sheet = resource, taken, sheet
        header = [resource.name_of(name) for name in self.sheet.header]
        self.plan = resource.plan(header)
        self.edition = taken.edition if taken.edition is not None else resource.edition_of(self.sheet.header)
        self.now = timezone.now().isoformat()
        self.page = Page(resource.columns)
        self.written = 0
        self.counts = dict.fromkeys((*Kind, "unchanged"), 0)
        self.seen: dict[str, int] = {}
        self.newest = self.edition

    def run(self, tell: Callable[[int], object]) -> None:
        """Reads to the end; ``tell`` hears of bytes. Raises ``FileRefused`` where there was no row."""
        for chunk, size in self._chunks():
            self._compare(chunk)
            tell(size)
        if not any(self.counts.values()):
            raise refused("There is no row in this file, only a header.")
        if self.page.rows or self.page.problems:
            self._turn()

    def _chunks(self) -> Iterator[tuple[list[tuple[int, str, Said]], int]]:
        chunk: list[tuple[int, str, Said]] = []
        size = 0
        for number, raw, cells in self.sheet:
            size += len(raw)
            if row := self._read(number, raw, cells):
                chunk.append(row)
            if len(chunk) == pages.SIZE:
                yield chunk, size
                chunk, size = [], 0
        yield chunk, size

    def _read(self, number: int, raw: str, cells: list[str] | str) -> tuple[int, str, Said] | None:
        try:
            if isinstance(cells, str):
                raise _Refused(cells)
            said = self.plan.read(cells)
            key = said[self.resource.key]
            if first := self.seen.get(key):
                name = next(column.name for column in self.plan.columns if column.attribute == self.resource.key)
                raise _Refused(f"The same id stands in line {first}: delete one of the two.", name, key)
        except _Refused as told:
            self._refuse(Problem(number, told.column, _shown(told.value), str(told)), raw)
            return None
        if len(self.seen) >= MOST_ROWS:
            raise refused(f"This file has more than {MOST_ROWS:,} rows: no register has.")
        self.seen[key] = number
        if (year := said.get("edition")) and year > (self.newest or 0):
            self.newest = year
        return number, key, said

    def _compare(self, chunk: list[tuple[int, str, Said]]) -> None:
        names = self.resource.columns
        retired = names.index(self.resource.retired)
        stored = self.resource.stored([key for _number, key, _said in chunk])
        for number, key, said in chunk:
            before = stored.get(key)
            known = dict(zip(names, before, strict=True)) if before else None
            settled = self.resource.settle(said, known, edition=self.edition, now=self.now)
            after = tuple([settled[name] for name in names])
            if before is None:
                kind = Kind.NEW
            elif after == before:
                self.counts["unchanged"] += 1
                continue
            elif (before[retired] is None) == (after[retired] is None):
                kind = Kind.CHANGED
            else:
                kind = Kind.REOPENED if after[retired] is None else Kind.CLOSED
            self.counts[kind] += 1
            self.page.rows.append(Row(number, kind, key, list(before) if before else None, list(after)))
            if self.page.is_full:
                self._turn()

    def _refuse(self, problem: Problem, raw: str) -> None:
        self.counts[Kind.REFUSED] += 1
        self.page.problems.append(problem)
        if kept := self.plan.without_the_unread(raw):
            self.page.lines.append(kept)
        if self.page.is_full:
            self._turn()

    def _turn(self) -> None:
        self.page.store(self.taken, self.written)
        self.written += 1
        self.page = Page(self.resource.columns)


def read(
    *, taken: TakenImport, stream: IO[bytes], tell: Callable[[int], object] = int, hold: Callable[[], object] = bool
) -> TakenImport:
    """Reads a file into the import's pages; what an earlier run wrote goes first.

    Nothing of the register's rows is touched. ``hold`` raises where another reads this file by now: it is called in
    the transaction that ends the reading. Raises ``FileRefused``: the file as a whole cannot be used, and the import
    says why; or it was dropped meanwhile.
    """
    taken.pages.all().delete()
    try:
        done = SOURCES[taken.kind]().read_file(taken, stream, tell)
    except FileRefused as told:
        with _ending(taken, hold):
            taken.pages.all().delete()
            taken.state, taken.failure = TakenImport.State.REFUSED, str(told)[:300]
            taken.save(update_fields=["state", "failure"])
        raise
    with _ending(taken, hold):
        taken.state, taken.counts = TakenImport.State.READ, done.counts
        taken.header, taken.edition = done.header, done.edition
        taken.save(update_fields=["state", "counts", "header", "edition"])
    return taken


@contextmanager
def _ending(taken: TakenImport, hold: Callable[[], object]) -> Iterator[None]:
    """A transaction in which nobody else drops the import, or reads its file."""
    with transaction.atomic():
        # The import before the job, as whoever drops it does: two that lock in turn would wait for each other.
        if TakenImport.objects.select_for_update().get(pk=taken.pk).state != TakenImport.State.READING:
            raise refused("It was dropped while it was read.")
        hold()
        yield


def _shown(value: str) -> str:
    short = value.strip()[:LONGEST_VALUE]
    return short if short.isprintable() else ascii(short)[1:-1]


def _is_time(model: type[models.Model], name: str) -> bool:
    return isinstance(model._meta.get_field(name), models.DateTimeField)
