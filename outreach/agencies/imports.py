"""Tables of agencies that staff bring in: CSV, XLSX or JSON, looked at before anything is stored, and undone if need be."""

from typing import TYPE_CHECKING, Any

from outreach.agencies.columns import COLUMNS
from outreach.agencies.import_hanging import OWN
from outreach.agencies.import_plan import FIELDS, Planner
from outreach.agencies.import_writing import AgencyWriter, now_of
from outreach.agencies.models import Agency
from portal.imports.pages import Row
from portal.imports.records import RecordSource, Said
from portal.imports.sources import SOURCES

if TYPE_CHECKING:
    from portal.people.models import User


class AgencyTable(RecordSource):
    """Agencies with their areas, contacts, seasons and former names. What a row leaves out, or hangs on it, stays."""

    kind = "agencies.table"
    title = "Agencies"
    noun = "Agency"
    permission = "outreach.import_agencies"
    upload_page = "admin:outreach_agency_import"
    table = COLUMNS
    columns = FIELDS
    hung = dict.fromkeys(OWN, "agency")
    told_first = ("within", "acronym", "kind", "level", "jurisdictions", "contacts", "is_listed", "retired_at")

    @property
    def model(self) -> type[Agency]:
        return Agency

    def plan(self, rows: list[Said]) -> tuple[list[Row], int]:
        return Planner().run(rows)

    def writer(self, by: "User | None") -> AgencyWriter:
        return AgencyWriter(by)

    def now(self, rows: list[Row]) -> dict[str, tuple[Any, ...]]:
        return now_of(rows)

    def said(self, name: str, value: Any) -> str:
        return str(value["path"]) if name == "within" else super().said(name, value)


SOURCES[AgencyTable.kind] = AgencyTable
