"""Tables of agencies, in and out, as tests do it."""

import csv
import io
import json
from typing import Any

from outreach.agencies.columns import COLUMNS
from outreach.agencies.exporting import export
from outreach.agencies.imports import AgencyTable
from outreach.agencies.models import Agency
from portal.imports import applying, bulk, pages, uploads
from portal.imports.formats import WRITERS
from portal.imports.models import TakenImport
from portal.imports.pages import Kind, Row
from portal.imports.problems import Problem
from portal.imports.records import RawColumn
from portal.people.models import User

ROW = {"name": "Lantern", "kind": "ngo", "level": "private"}


def table(*rows: dict[str, str]) -> bytes:
    """A CSV file of these rows; a column that a row lacks is empty."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def a_list(*rows: dict[str, Any]) -> bytes:
    """The same in JSON, where a row says nothing of a column that it lacks."""
    return json.dumps(rows).encode()


def a_workbook(*rows: dict[str, Any]) -> bytes:
    """The same as a workbook, as an export writes it."""
    names = dict.fromkeys(name for row in rows for name in row)
    return WRITERS["xlsx"]([RawColumn(column.name) for column in COLUMNS if column.name in names], rows)


def read(content: bytes, name: str = "agencies.csv") -> TakenImport:
    """Reads a file; nothing is stored."""
    taken = uploads.note(resource=AgencyTable, file_name=name, edition=None, by=None)
    return bulk.read(taken=taken, stream=io.BytesIO(content))


def take(content: bytes, name: str = "agencies.csv", by: User | None = None) -> TakenImport:
    """Reads a file, and stores what it says."""
    return applying.take(taken_id=read(content, name).pk, by=by)


def undo(taken: TakenImport) -> Any:
    """Puts everything back."""
    return applying.undo_pages(taken_id=taken.pk, by=None)


def refusals(taken: TakenImport) -> list[Problem]:
    """What was wrong, row by row."""
    return pages.show(taken, Kind.REFUSED, first=0, count=100).problems


def rows_of(taken: TakenImport) -> list[Row]:
    """What the import does."""
    return [row for page in pages.each(taken) for row in page.rows]


def counts(taken: TakenImport) -> dict[str, int]:
    """How many rows of each kind, those of which there are none left out."""
    return {kind: count for kind, count in taken.counts.items() if count}


def exported(file_format: str = "csv", *, confidential: bool = True) -> bytes:
    """All agencies."""
    return export(agencies=Agency.objects.all(), file_format=file_format, by=None, confidential=confidential)
