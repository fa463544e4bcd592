"""Takes a register's file into our schools: all accepted rows in one transaction, and a second run changes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from outreach.schools.layouts import Layout
from outreach.schools.models import School
from outreach.schools.reading import read
from outreach.schools.rows import SchoolRow
from portal.areas.register import BY_CODE
from portal.areas.zones import zone_at
from portal.audit import trail
from portal.imports.problems import FileRefused, Problem
from portal.people.models import User

BATCH = 1_000
NOT_COLUMNS = frozenset({"source_id", "is_open"})
COLUMNS = tuple(column.name for column in fields(SchoolRow) if column.name not in NOT_COLUMNS)

Stored = dict[str, Any]


@dataclass(slots=True)
class Report:
    """How many schools were new, changed and as before, and which rows were refused."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Rows not taken."""
        return len(self.problems)

    def counts(self) -> dict[str, int]:
        """The four figures."""
        return {
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "refused": self.refused,
        }


def import_schools(*, path: Path, layout: Layout, by: User | None = None, dry_run: bool = False) -> Report:
    """Takes every sound row of the file; unsound ones are counted and explained in the report.

    A field of which the register says nothing keeps what we knew. A school that the register
    calls closed is retired, one that opens again is not. Nothing is concluded from a school's
    absence: registers are published by state too. With ``dry_run`` nothing is stored.
    Raises ``FileRefused``: the file as a whole cannot be used, and nothing was stored.
    """
    report = Report()
    with transaction.atomic():
        for batch in _batches(_accepted(read(path, layout), report)):
            _take(batch, layout, report)
        if not (report.created or report.changed or report.unchanged or report.problems):
            raise FileRefused([Problem(0, "", "", "There is no school in this file, only a header.")])
        if report.created or report.changed:
            label = f"schools from {path.name} ({layout.title})"
            trail.record(actor=by, verb="imported", target=None, after=report.counts(), label=label)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _accepted(rows: Iterable[tuple[int, SchoolRow | Problem]], report: Report) -> Iterator[SchoolRow]:
    """The rows that can be taken; of two with one id, the first."""
    seen: dict[str, int] = {}
    for line, row in rows:
        if isinstance(row, Problem):
            report.problems.append(row)
        elif first := seen.get(row.source_id):
            message = f"The same id stands in line {first}: delete one of the two."
            report.problems.append(Problem(line, "id", row.source_id, message))
        else:
            seen[row.source_id] = line
            yield row


def _batches(rows: Iterator[SchoolRow]) -> Iterator[list[SchoolRow]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _take(batch: list[SchoolRow], layout: Layout, report: Report) -> None:
    now = timezone.now()
    spoken = [column for column in COLUMNS if column not in layout.silent]
    stored = {
        row.pop("source_id"): row
        for row in School.objects.filter(source=layout.source, source_id__in=[row.source_id for row in batch]).values(
            "source_id", "uid", "is_demo", "time_zone", "retired_at", *COLUMNS
        )
    }
    created, changed = [], []
    for row in batch:
        known = stored.get(row.source_id)
        if known is None:
            created.append(_school(row, layout, retired_at=None if row.is_open else now, time_zone=_zone(row)))
            continue
        if layout.silent:
            row = replace(row, **{name: known[name] for name in layout.silent if name in COLUMNS})
        zone = _known_zone(row, known)
        same = (
            zone == known["time_zone"]
            and row.is_open == (known["retired_at"] is None)
            and all(getattr(row, column) == known[column] for column in spoken)
        )
        if same:
            report.unchanged += 1
        else:
            retired_at = None if row.is_open else known["retired_at"] or now
            changed.append(_school(row, layout, retired_at=retired_at, time_zone=zone))
    School.objects.bulk_create(created)
    School.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["source", "source_id"],
        update_fields=[*spoken, "time_zone", "retired_at"],
    )
    report.created += len(created)
    report.changed += len(changed)


def _school(row: SchoolRow, layout: Layout, **more: Any) -> School:
    return School(
        source=layout.source,
        source_id=row.source_id,
        **{column: getattr(row, column) for column in COLUMNS},
        **more,
    )


def _known_zone(row: SchoolRow, known: Stored) -> str:
    """The stored zone where the school hasn't moved, since looking it up is the slowest step of an import."""
    here = (row.latitude, row.longitude, row.state_id)
    zone: str = known["time_zone"]
    if zone and here == (known["latitude"], known["longitude"], known["state_id"]):
        return zone
    return _zone(row)


def _zone(row: SchoolRow) -> str:
    """The zone of the position; without one, that of a state with a single zone. "" for unknown, never a guess."""
    if row.latitude is not None and row.longitude is not None:
        return zone_at(row.latitude, row.longitude)
    zones = BY_CODE[row.state_id].time_zones
    return zones[0] if len(zones) == 1 else ""
