"""The national registers' file layouts, and how each writes a school.

Only the columns named here are read: presidents and other persons never are.
"""

from collections.abc import Callable
from dataclasses import dataclass

from outreach.schools.models import School
from outreach.schools.rows import Cells, SchoolRow, grades

Level = School.Level


@dataclass(frozen=True, slots=True)
class Layout:
    """One register's file. ``silent`` are the fields of which it says nothing: what we know of them stays."""

    name: str
    title: str
    source: School.Source
    columns: tuple[str, ...]
    encodings: tuple[str, ...]
    nothing: frozenset[str]
    read: Callable[[Cells], SchoolRow]
    silent: frozenset[str] = frozenset()


_LEVELS = {
    "PREKINDERGARTEN": Level.ELEMENTARY,
    "ELEMENTARY": Level.ELEMENTARY,
    "MIDDLE": Level.MIDDLE,
    "HIGH": Level.HIGH,
    "SECONDARY": Level.COMBINED,
}
# NCES school status: 1 open, 3 new, 4 added, 5 changed agency, 8 reopened; 2 closed, 6 inactive, 7 future.
_OPEN = frozenset({"1", "3", "4", "5", "8"})


def _hifld(cells: Cells) -> SchoolRow:
    latitude, longitude = cells.position("LATITUDE", "LONGITUDE")
    return SchoolRow(
        source_id=cells.identity("NCESID", 12),
        name=cells.needed("NAME"),
        level=_LEVELS.get(cells.text("LEVEL_").upper(), Level.OTHER),
        grades=grades(cells.text("ST_GRADE", longest=5), cells.text("END_GRADE", longest=5)),
        address=cells.text("ADDRESS"),
        city=cells.needed("CITY", longest=80),
        state_id=cells.state("STATE"),
        postal_code=cells.postal_code("ZIP"),
        county=cells.text("COUNTY", longest=80),
        latitude=latitude,
        longitude=longitude,
        enrolment=cells.count("ENROLLMENT"),
        website=cells.website("WEBSITE"),
        phone=cells.phone("TELEPHONE"),
        is_open=cells.text("STATUS") in _OPEN,
    )


def _ccd(cells: Cells) -> SchoolRow:
    return SchoolRow(
        source_id=cells.identity("NCESSCH", 12),
        name=cells.needed("SCH_NAME"),
        level=_LEVELS.get(cells.text("LEVEL").upper(), Level.OTHER),
        grades=grades(cells.text("GSLO", longest=5), cells.text("GSHI", longest=5)),
        address=", ".join(filter(None, (cells.text(column, longest=50) for column in ("LSTREET1", "LSTREET2")))),
        city=cells.needed("LCITY", longest=80),
        state_id=cells.state("LSTATE"),
        postal_code=cells.postal_code("LZIP"),
        county="",
        latitude=None,
        longitude=None,
        enrolment=None,
        website=cells.website("WEBSITE"),
        phone=cells.phone("PHONE"),
        is_open=cells.text("UPDATED_STATUS") in _OPEN,
    )


def _ipeds(cells: Cells) -> SchoolRow:
    latitude, longitude = cells.position("LATITUDE", "LONGITUD")
    return SchoolRow(
        source_id=cells.identity("UNITID", 6),
        name=cells.needed("INSTNM"),
        level=Level.COLLEGE,
        grades="",
        address=cells.text("ADDR"),
        city=cells.needed("CITY", longest=80),
        state_id=cells.state("STABBR"),
        postal_code=cells.postal_code("ZIP"),
        county=cells.text("COUNTYNM", longest=80),
        latitude=latitude,
        longitude=longitude,
        enrolment=None,
        website=cells.website("WEBADDR"),
        phone=cells.phone("GENTELE"),
        is_open=cells.text("CYACTIVE") == "1" and not cells.text("CLOSEDAT"),
    )


HIFLD = Layout(
    name="hifld",
    title="HIFLD public schools",
    source=School.Source.NCES,
    columns=(
        *("NCESID", "NAME", "ADDRESS", "CITY", "STATE", "ZIP", "TELEPHONE", "STATUS", "COUNTY"),
        *("LATITUDE", "LONGITUDE", "WEBSITE", "LEVEL_", "ENROLLMENT", "ST_GRADE", "END_GRADE"),
    ),
    encodings=("utf-8-sig", "cp1252"),
    nothing=frozenset({"NOT AVAILABLE", "NOT APPLICABLE", "-999"}),
    read=_hifld,
)
CCD = Layout(
    name="ccd",
    title="NCES Common Core of Data, school directory",
    source=School.Source.NCES,
    columns=(
        *("NCESSCH", "SCH_NAME", "LSTREET1", "LSTREET2", "LCITY", "LSTATE", "LZIP", "PHONE"),
        *("WEBSITE", "UPDATED_STATUS", "GSLO", "GSHI", "LEVEL"),
    ),
    encodings=("utf-8-sig", "cp1252"),
    nothing=frozenset({"Not reported", "Not applicable", "†", "–"}),
    read=_ccd,
    silent=frozenset({"county", "latitude", "longitude", "time_zone", "enrolment"}),
)
IPEDS = Layout(
    name="ipeds",
    title="IPEDS institutional characteristics (HD)",
    source=School.Source.IPEDS,
    columns=(
        *("UNITID", "INSTNM", "ADDR", "CITY", "STABBR", "ZIP", "GENTELE", "WEBADDR"),
        *("CLOSEDAT", "CYACTIVE", "COUNTYNM", "LONGITUD", "LATITUDE"),
    ),
    encodings=("utf-8-sig", "cp1252"),
    nothing=frozenset({"-2", "-1"}),
    read=_ipeds,
    silent=frozenset({"enrolment", "grades"}),
)
LAYOUTS = {layout.name: layout for layout in (HIFLD, IPEDS, CCD)}
