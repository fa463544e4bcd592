"""The national registers' files, each a class of django-import-export: what it writes where, and what that means.

Only the columns declared here are read: presidents, religions and other persons' matters never are. Of private
schools no sample is at hand: docs/schools.md says where their columns and codes come from.
"""

import re
from typing import ClassVar, Final

from import_export.fields import Field

from outreach.schools.folding import words_of
from outreach.schools.models import School
from outreach.schools.widgets import (
    GradesWidget,
    LevelWidget,
    NumberedPostalCodeWidget,
    OpenWidget,
    PostalCodeWidget,
    RatherWidget,
    SchoolYearWidget,
    StateWidget,
)
from portal.areas.register import BY_CODE
from portal.areas.zones import zone_at
from portal.imports.bulk import BulkResource, Said, register
from portal.imports.widgets import (
    CountWidget,
    DegreesWidget,
    IdentityWidget,
    JoinedWidget,
    PhoneWidget,
    TextWidget,
    WebsiteWidget,
)

Level = School.Level
Source = School.Source

# What a register says of a school. What it says nothing of (no Field, or an empty cell of an older edition) stays.
FACTS: Final = (
    *("name", "level", "grades", "address", "city", "state_id", "postal_code", "county"),
    *("latitude", "longitude", "enrolment", "website", "phone"),
)
_SAYS_NOTHING: Final = {
    "latitude": None,
    "longitude": None,
    "enrolment": None,
    "county": "",
    "grades": "",
    "website": "",
}


class SchoolRegister(BulkResource):
    """What all registers of schools have in common."""

    permission = "outreach.import_schools"
    upload_page = "admin:outreach_school_register"
    told_first = ("level", "grades", "city", "state_id")
    columns = (*FACTS, "time_zone", "edition", "search", "retired_at")
    retired = "retired_at"

    class Meta:
        model = School
        import_id_fields = ("source_id",)

    def settle(self, said: Said, known: Said | None, *, edition: int | None, now: str) -> Said:
        """The school as it is to be.

        An edition older than the one we have only fills what is empty, and closes nothing. A school that the register
        calls closed is retired, one that it calls open again is not. Nothing is concluded from a school's absence:
        registers are published by state too.
        """
        year = said.get("edition") or edition
        latitude, longitude = said.get("latitude"), said.get("longitude")
        if latitude is None or longitude is None or latitude == longitude == 0:
            latitude = longitude = None
        said["latitude"], said["longitude"] = latitude, longitude
        silent = self._silent
        if known is None:
            school: Said = {name: _SAYS_NOTHING[name] if name in silent else said[name] for name in FACTS}
            school["retired_at"] = None if said["is_open"] else now
        else:
            newest = known["edition"]
            if newest is not None and (year is None or year < newest):
                school = {
                    name: said[name] if known[name] in {"", None} and name not in silent else known[name]
                    for name in FACTS
                }
                school["retired_at"], year = known["retired_at"], newest
            else:
                school = {name: known[name] if name in silent else said[name] for name in FACTS}
                school["retired_at"] = None if said["is_open"] else known["retired_at"] or now
                year = year or newest
        school["edition"] = year
        school["time_zone"] = self._zone(school, known)
        school["search"] = words_of(
            name=school["name"], city=school["city"], state_id=school["state_id"], source_id=said["source_id"]
        )
        return school

    @property
    def _silent(self) -> frozenset[str]:
        return _silent_of(type(self))

    @staticmethod
    def _zone(school: Said, known: Said | None) -> str:
        """The zone of the position; without one, that of a state with a single zone. "" for unknown, never a guess.

        A school that hasn't moved keeps its zone: somebody may have written it in.
        """
        places = ("latitude", "longitude", "state_id")
        if known and known["time_zone"] and all(school[name] == known[name] for name in places):
            return str(known["time_zone"])
        if school["latitude"] is not None:
            return zone_at(school["latitude"], school["longitude"])
        zones = BY_CODE[school["state_id"]].time_zones
        return zones[0] if len(zones) == 1 else ""


_SILENT: dict[type[SchoolRegister], frozenset[str]] = {}


def _silent_of(resource: type[SchoolRegister]) -> frozenset[str]:
    """The facts for which a register has no Field."""
    if resource not in _SILENT:
        spoken = {field.attribute for field in resource.fields.values()}
        _SILENT[resource] = frozenset(FACTS) - spoken
    return _SILENT[resource]


def _fields(*more: str) -> tuple[str, ...]:
    return ("source_id", "name", "level", "address", "city", "state", "postal_code", "phone", "is_open", *more)


# NCES school status: 1 open, 3 new, 4 added, 5 changed agency, 8 reopened; 2 closed, 6 inactive, 7 future.
_OPEN: Final = ("1", "3", "4", "5", "8")
_LEVELS: Final = {
    "PREKINDERGARTEN": Level.ELEMENTARY,
    "ELEMENTARY": Level.ELEMENTARY,
    "MIDDLE": Level.MIDDLE,
    "HIGH": Level.HIGH,
    "SECONDARY": Level.COMBINED,
}


@register
class CcdResource(SchoolRegister):
    """Public schools: the school directory of the Common Core of Data."""

    NOTHING: ClassVar = frozenset({"Not reported", "Not applicable", "†", "–"})

    kind = "schools.ccd"
    title = "NCES Common Core of Data, school directory"
    fixed: ClassVar = {"source": Source.NCES.value}
    more_columns = ("LSTREET2", "GSHI")

    edition = Field("edition", "SCHOOL_YEAR", SchoolYearWidget())
    source_id = Field("source_id", "NCESSCH", IdentityWidget(12))
    name = Field("name", "SCH_NAME", TextWidget(nothing=NOTHING, needed=True))
    level = Field("level", "LEVEL", LevelWidget(_LEVELS))
    grades = Field("grades", "GSLO", GradesWidget("GSHI"))
    address = Field("address", "LSTREET1", JoinedWidget("LSTREET2", nothing=NOTHING))
    city = Field("city", "LCITY", TextWidget(longest=80, nothing=NOTHING, needed=True, repeats=True))
    state = Field("state_id", "LSTATE", StateWidget())
    postal_code = Field("postal_code", "LZIP", PostalCodeWidget(nothing=NOTHING))
    website = Field("website", "WEBSITE", WebsiteWidget(nothing=NOTHING))
    phone = Field("phone", "PHONE", PhoneWidget(nothing=NOTHING))
    is_open = Field("is_open", "UPDATED_STATUS", OpenWidget(*_OPEN))

    class Meta(SchoolRegister.Meta):
        fields = _fields("edition", "grades", "website")


@register
class HifldResource(SchoolRegister):
    """Public schools with their positions: the Homeland Infrastructure Foundation's copy of the Common Core."""

    NOTHING: ClassVar = frozenset({"NOT AVAILABLE", "NOT APPLICABLE", "-999"})

    kind = "schools.hifld"
    title = "HIFLD public schools"
    fixed: ClassVar = {"source": Source.NCES.value}
    more_columns = ("END_GRADE",)

    source_id = Field("source_id", "NCESID", IdentityWidget(12))
    name = Field("name", "NAME", TextWidget(nothing=NOTHING, needed=True))
    level = Field("level", "LEVEL_", LevelWidget(_LEVELS))
    grades = Field("grades", "ST_GRADE", GradesWidget("END_GRADE"))
    address = Field("address", "ADDRESS", TextWidget(nothing=NOTHING))
    city = Field("city", "CITY", TextWidget(longest=80, nothing=NOTHING, needed=True, repeats=True))
    state = Field("state_id", "STATE", StateWidget())
    postal_code = Field("postal_code", "ZIP", PostalCodeWidget(nothing=NOTHING))
    county = Field("county", "COUNTY", TextWidget(longest=80, nothing=NOTHING, repeats=True))
    latitude = Field("latitude", "LATITUDE", DegreesWidget(90, nothing=NOTHING))
    longitude = Field("longitude", "LONGITUDE", DegreesWidget(180, nothing=NOTHING))
    enrolment = Field("enrolment", "ENROLLMENT", CountWidget(nothing=NOTHING))
    website = Field("website", "WEBSITE", WebsiteWidget(nothing=NOTHING))
    phone = Field("phone", "TELEPHONE", PhoneWidget(nothing=NOTHING))
    is_open = Field("is_open", "STATUS", OpenWidget(*_OPEN))
    # A date: what is published in a January was counted in the autumn before.
    edition = Field("edition", "SOURCE_DATE", SchoolYearWidget(years_back=1))

    class Meta(SchoolRegister.Meta):
        fields = _fields("edition", "grades", "county", "latitude", "longitude", "enrolment", "website")


@register
class IpedsResource(SchoolRegister):
    """Colleges: the directory (HD) of the Integrated Postsecondary Education Data System. It names presidents."""

    NOTHING: ClassVar = frozenset({"-2", "-1"})

    kind = "schools.ipeds"
    title = "IPEDS institutional characteristics (HD)"
    fixed: ClassVar = {"source": Source.IPEDS.value}
    names_persons = True
    more_columns = ("CLOSEDAT",)

    source_id = Field("source_id", "UNITID", IdentityWidget(6))
    name = Field("name", "INSTNM", TextWidget(nothing=NOTHING, needed=True))
    address = Field("address", "ADDR", TextWidget(nothing=NOTHING))
    city = Field("city", "CITY", TextWidget(longest=80, nothing=NOTHING, needed=True, repeats=True))
    state = Field("state_id", "STABBR", StateWidget())
    postal_code = Field("postal_code", "ZIP", PostalCodeWidget(nothing=NOTHING))
    county = Field("county", "COUNTYNM", TextWidget(longest=80, nothing=NOTHING, repeats=True))
    latitude = Field("latitude", "LATITUDE", DegreesWidget(90, nothing=NOTHING))
    longitude = Field("longitude", "LONGITUD", DegreesWidget(180, nothing=NOTHING))
    website = Field("website", "WEBADDR", WebsiteWidget(nothing=NOTHING))
    phone = Field("phone", "GENTELE", PhoneWidget(nothing=NOTHING))
    is_open = Field("is_open", "CYACTIVE", OpenWidget("1", others=("CLOSEDAT",), nothing=NOTHING))

    class Meta(SchoolRegister.Meta):
        fields = tuple(name for name in _fields("county", "latitude", "longitude", "website") if name != "level")

    def settle(self, said: Said, known: Said | None, *, edition: int | None, now: str) -> Said:
        """All are colleges."""
        return super().settle({**said, "level": Level.COLLEGE.value}, known, edition=edition, now=now)

    @property
    def _silent(self) -> frozenset[str]:
        return super()._silent - {"level"}


# Codes of the survey of 2017-18, which those of later years are compared with: 1 elementary, 2 secondary, 3 combined.
_PSS_LEVELS: Final = {
    "1": Level.ELEMENTARY,
    "2": Level.HIGH,
    "3": Level.COMBINED,
    "ELEMENTARY": Level.ELEMENTARY,
    "SECONDARY": Level.HIGH,
    "COMBINED": Level.COMBINED,
    "COMBINED ELEMENTARY AND SECONDARY": Level.COMBINED,
}
# 1 all ungraded, 2 prekindergarten, 3 kindergarten, 4 transitional kindergarten, 5 transitional first grade,
# 6 first grade … 17 twelfth.
_PSS_GRADES: Final = {
    "": "",
    "1": "",
    "2": "PK",
    "3": "K",
    "4": "K",
    "5": "1",
    **{str(code): str(code - 5) for code in range(6, 18)},
}
_YEAR_AT_THE_END: Final = re.compile(r"(LATITUDE|LONGITUDE|LOGR|HIGR)((?:19|20)?[0-9]{2})?")


class PrivateRegister(SchoolRegister):
    """Private schools. Whoever answered the survey is there: nothing is said of those that closed."""

    fixed: ClassVar = {"source": Source.PSS.value}

    class Meta(SchoolRegister.Meta):
        pass

    def settle(self, said: Said, known: Said | None, *, edition: int | None, now: str) -> Said:
        """The survey lists schools that are there."""
        return super().settle({**said, "is_open": True}, known, edition=edition, now=now)


@register
class PssResource(PrivateRegister):
    """The public-use file of the Private School Universe Survey. Several columns end with its year.

    Where a school's address for letters is another than its place, PL_ADD and its like say where it is.
    """

    NOTHING: ClassVar = frozenset({"-1", "-2", "-9", "N", "M"})

    kind = "schools.pss"
    title = "NCES Private School Universe Survey"
    more_columns = ("HIGR",)
    optional_columns = ("PL_ADD", "PL_CIT", "PL_STABB", "PL_ZIP")

    source_id = Field("source_id", "PPIN", IdentityWidget(8, letters=True))
    name = Field("name", "PINST", TextWidget(nothing=NOTHING, needed=True))
    level = Field("level", "LEVEL", LevelWidget(_PSS_LEVELS))
    grades = Field("grades", "LOGR", GradesWidget("HIGR", codes=_PSS_GRADES))
    address = Field("address", "PADDRS", RatherWidget("PL_ADD", TextWidget(nothing=NOTHING)))
    city = Field("city", "PCITY", RatherWidget("PL_CIT", TextWidget(longest=80, nothing=NOTHING, needed=True)))
    state = Field("state_id", "PSTABB", RatherWidget("PL_STABB", StateWidget()))
    postal_code = Field(
        "postal_code", "PZIP", NumberedPostalCodeWidget("PSTABB", rather=("PL_ZIP", "PL_STABB"), nothing=NOTHING)
    )
    county = Field("county", "PCNTNM", TextWidget(longest=80, nothing=NOTHING, repeats=True))
    latitude = Field("latitude", "LATITUDE", DegreesWidget(90, nothing=NOTHING))
    longitude = Field("longitude", "LONGITUDE", DegreesWidget(180, nothing=NOTHING))
    enrolment = Field("enrolment", "NUMSTUDS", CountWidget(nothing=NOTHING))
    phone = Field("phone", "PPHONE", PhoneWidget(nothing=NOTHING))

    class Meta(PrivateRegister.Meta):
        fields = tuple(
            name for name in _fields("grades", "county", "latitude", "longitude", "enrolment") if name != "is_open"
        )

    def name_of(self, header: str) -> str:
        name = header.upper()
        found = _YEAR_AT_THE_END.fullmatch(name)
        return found[1] if found else name

    def edition_of(self, header: list[str]) -> int | None:
        """The survey of 2021-22 writes LATITUDE22 and LOGR2022."""
        years = [found[2] for name in header if (found := _YEAR_AT_THE_END.fullmatch(name.upper())) and found[2]]
        if not years:
            return None
        return int(max(years, key=len)) - 1 if len(max(years, key=len)) == 4 else 2000 + int(years[0]) - 1


@register
class HifldPrivateResource(PrivateRegister):
    """Private schools with their positions: the Homeland Infrastructure Foundation's copy of the survey.

    Its grades are not read: in which of two codes they stand is not known, and in both 2 is a grade.
    """

    NOTHING: ClassVar = frozenset({"NOT AVAILABLE", "NOT APPLICABLE", "-999", "-1", "-2", "-9"})

    kind = "schools.hifld_private"
    title = "HIFLD private schools"

    source_id = Field("source_id", "NCESID", IdentityWidget(8, letters=True))
    name = Field("name", "NAME", TextWidget(nothing=NOTHING, needed=True))
    level = Field("level", "LEVEL_", LevelWidget(_PSS_LEVELS))
    address = Field("address", "ADDRESS", TextWidget(nothing=NOTHING))
    city = Field("city", "CITY", TextWidget(longest=80, nothing=NOTHING, needed=True, repeats=True))
    state = Field("state_id", "STATE", StateWidget())
    postal_code = Field("postal_code", "ZIP", NumberedPostalCodeWidget("STATE", nothing=NOTHING))
    county = Field("county", "COUNTY", TextWidget(longest=80, nothing=NOTHING, repeats=True))
    latitude = Field("latitude", "LATITUDE", DegreesWidget(90, nothing=NOTHING))
    longitude = Field("longitude", "LONGITUDE", DegreesWidget(180, nothing=NOTHING))
    enrolment = Field("enrolment", "ENROLLMENT", CountWidget(nothing=NOTHING))
    website = Field("website", "WEBSITE", WebsiteWidget(nothing=NOTHING))
    phone = Field("phone", "TELEPHONE", PhoneWidget(nothing=NOTHING))

    more_columns = ("START_GRAD",)

    class Meta(PrivateRegister.Meta):
        fields = tuple(
            name for name in _fields("county", "latitude", "longitude", "enrolment", "website") if name != "is_open"
        )

    def name_of(self, header: str) -> str:
        """START_GRADE is cut to ten letters where the file was a shapefile once."""
        return "START_GRAD" if header == "START_GRADE" else header


LAYOUTS: Final[dict[str, type[BulkResource]]] = {
    resource.kind.partition(".")[2]: resource
    for resource in (CcdResource, PssResource, IpedsResource, HifldResource, HifldPrivateResource)
}
"""By the short names of the command."""


def fitting(header: list[str]) -> type[BulkResource] | None:
    """The register whose header this is."""
    return next((resource for resource in LAYOUTS.values() if resource.fits(header)), None)


def edition_in(file_name: str) -> int | None:
    """The edition that a register's usual file name tells: ``hd2023.csv``, ``pss2122_pu.csv``."""
    if found := re.search(r"hd((?:19|20)[0-9]{2})", file_name, re.IGNORECASE):
        return int(found[1])
    if found := re.search(r"pss([0-9]{2})[0-9]{2}", file_name, re.IGNORECASE):
        return 2000 + int(found[1])
    return None
