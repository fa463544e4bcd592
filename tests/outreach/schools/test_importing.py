"""Schools from the registers' files: what is taken, what is refused and why, and that a rerun changes nothing."""

import contextlib
import csv
import json
import zlib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from outreach.schools.importing import import_schools
from outreach.schools.models import School
from outreach.schools.registers import LAYOUTS, edition_in, fitting
from portal.audit.models import Entry
from portal.imports import pages
from portal.imports.bulk import BulkResource
from portal.imports.models import ImportPage, TakenImport
from portal.imports.problems import FileRefused, Problem

pytestmark = pytest.mark.django_db

CCD, HIFLD, IPEDS, PSS, HIFLD_PRIVATE = (LAYOUTS[name] for name in ("ccd", "hifld", "ipeds", "pss", "hifld_private"))

HIFLD_ROW = {
    "NCESID": "040000100001",
    "NAME": "SAGUARO HIGH",
    "ADDRESS": "1 Main St",
    "CITY": "PHOENIX",
    "STATE": "AZ",
    "ZIP": "85004",
    "TELEPHONE": "(602) 555-0100",
    "STATUS": "1",
    "COUNTY": "MARICOPA",
    "LATITUDE": "33.4484",
    "LONGITUDE": "-112.0740",
    "WEBSITE": "NOT AVAILABLE",
    "LEVEL_": "HIGH",
    "ENROLLMENT": "1200",
    "ST_GRADE": "09",
    "END_GRADE": "12",
    "SOURCE_DATE": "2024-01-31 00:00:00",
}
CCD_ROW = {
    "SCHOOL_YEAR": "2025-2026",
    "NCESSCH": "040000100001",
    "SCH_NAME": "Saguaro High",
    "LSTREET1": "1 Main St",
    "LSTREET2": "",
    "LCITY": "Phoenix",
    "LSTATE": "AZ",
    "LZIP": "85004",
    "PHONE": "(602)555-0100",
    "WEBSITE": "http://saguaro.example.org",
    "UPDATED_STATUS": "1",
    "GSLO": "09",
    "GSHI": "12",
    "LEVEL": "High",
}
IPEDS_ROW = {
    "UNITID": "175342",
    "INSTNM": "  Alcorn  State University ",
    "ADDR": "1000 ASU Dr",
    "CITY": "Alcorn State",
    "STABBR": "MS",
    "ZIP": "39096-7500",
    "CHFNM": "Dr. Someone Real",
    "GENTELE": "6018776100",
    "WEBADDR": "www.alcorn.edu/",
    "CLOSEDAT": "-2",
    "CYACTIVE": "1",
    "COUNTYNM": "Claiborne County",
    "LONGITUD": "-91.142854",
    "LATITUDE": "31.877216",
}

PSS_ROW = {
    "PPIN": "A0100001",
    "PINST": "ST MARY'S ACADEMY",
    "PADDRS": "2 CHURCH ST",
    "PCITY": "HATTIESBURG",
    "PSTABB": "MS",
    "PZIP": "39401",
    "PCNTNM": "FORREST",
    "PPHONE": "6015550100",
    "LATITUDE22": "31.3271",
    "LONGITUDE22": "-89.2903",
    "LEVEL": "3",
    "LOGR2022": "2",
    "HIGR2022": "17",
    "NUMSTUDS": "310",
}
HIFLD_PRIVATE_ROW = {
    "NCESID": "A0100001",
    "NAME": "ST MARY'S ACADEMY",
    "ADDRESS": "2 CHURCH ST",
    "CITY": "HATTIESBURG",
    "STATE": "MS",
    "ZIP": "39401",
    "TELEPHONE": "(601) 555-0100",
    "STATUS": "1",
    "COUNTY": "FORREST",
    "LATITUDE": "31.3271",
    "LONGITUDE": "-89.2903",
    "SOURCEDATE": "2021/08/01",
    "WEBSITE": "NOT AVAILABLE",
    "LEVEL_": "3",
    "ENROLLMENT": "310",
    "START_GRAD": "2",
    "END_GRADE": "12",
}
ROWS = {
    "hifld": HIFLD_ROW,
    "ccd": CCD_ROW,
    "ipeds": IPEDS_ROW,
    "pss": PSS_ROW,
    "hifld_private": HIFLD_PRIVATE_ROW,
}


def write(folder: Path, *rows: dict[str, str], encoding: str = "utf-8") -> Path:
    path = folder / "schools.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def take(folder: Path, resource: type[BulkResource], *rows: dict[str, str], **more: Any) -> TakenImport:
    return import_schools(path=write(folder, *rows), resource=resource, **more)


def counts(taken: TakenImport) -> dict[str, int]:
    """The figures that are not 0."""
    return {name: count for name, count in taken.counts.items() if count}


def problems(taken: TakenImport) -> list[Problem]:
    return [problem for page in pages.each(taken) for problem in page.problems]


@pytest.mark.parametrize(
    ("file", "layout", "count"),
    [
        ("hifld_public_schools_florida.csv", "hifld", 4337),
        ("ipeds_hd2020_mississippi.csv", "ipeds", 56),
        ("ccd_sch_029_2526_sample.csv", "ccd", 10),
    ],
)
def test_import_of_a_real_file_takes_every_school_and_a_rerun_changes_nothing(
    shared_data: Path, file: str, layout: str, count: int
) -> None:
    answers = []
    for _ in range(2):
        out = StringIO()
        call_command("import_schools", str(shared_data / file), "--layout", layout, "--json", stdout=out)
        answers.append(json.loads(out.getvalue()))

    nothing = dict.fromkeys(("new", "changed", "closed", "reopened", "unchanged", "refused"), 0)
    assert answers[0] == nothing | {"new": count, "problems": []}
    assert answers[1] == nothing | {"unchanged": count, "problems": []}
    assert School.objects.count() == count


def test_import_of_colleges_drops_the_names_of_presidents(shared_data: Path) -> None:
    path = shared_data / "ipeds_hd2020_mississippi.csv"
    with path.open(encoding="latin-1") as stream:
        presidents = {row["CHFNM"].strip() for row in csv.DictReader(stream)} - {"", "-2"}
    import_schools(path=path, resource=IPEDS)

    stored = " ".join(str(value) for row in School.objects.values_list() for value in row)
    stored += " ".join(zlib.decompress(page.content).decode() for page in ImportPage.objects.all())
    assert presidents
    assert not [name for name in presidents if name in stored]
    assert "-2" not in School.objects.values_list("county", flat=True)


def test_import_cleans_padding_and_derives_what_it_may(tmp_path: Path) -> None:
    take(tmp_path, IPEDS, IPEDS_ROW)

    school = School.objects.get()
    assert (school.source, school.source_id, school.name) == ("ipeds", "175342", "Alcorn State University")
    assert (school.postal_code, school.phone) == ("39096-7500", "(601) 877-6100")
    assert (school.website, school.level) == ("https://www.alcorn.edu/", School.Level.COLLEGE)
    assert school.time_zone == "America/Chicago"


@pytest.mark.parametrize(
    ("state", "latitude", "longitude", "zone"),
    [
        ("AZ", "33.4484", "-112.0740", "America/Phoenix"),
        ("AZ", "36.1490", "-109.5910", "America/Denver"),
        ("IN", "39.7684", "-86.1581", "America/Indiana/Indianapolis"),
        ("IN", "41.5934", "-87.3464", "America/Chicago"),
        ("GU", "13.4443", "144.7937", "Pacific/Guam"),
        ("FL", "30.4213", "-87.2169", "America/Chicago"),
    ],
)
def test_import_takes_the_zone_from_the_position(
    tmp_path: Path, state: str, latitude: str, longitude: str, zone: str
) -> None:
    take(tmp_path, HIFLD, HIFLD_ROW | {"STATE": state, "LATITUDE": latitude, "LONGITUDE": longitude})

    assert School.objects.get().time_zone == zone


@pytest.mark.parametrize(("state", "zone"), [("MS", "America/Chicago"), ("FL", ""), ("GU", "Pacific/Guam")])
def test_import_without_position_knows_the_zone_only_of_a_state_with_one(tmp_path: Path, state: str, zone: str) -> None:
    take(tmp_path, CCD, CCD_ROW | {"LSTATE": state})

    assert School.objects.get().time_zone == zone


def test_import_keeps_what_a_silent_register_does_not_say(tmp_path: Path) -> None:
    take(tmp_path, HIFLD, HIFLD_ROW)
    uid = School.objects.get().uid
    taken = take(tmp_path, CCD, CCD_ROW)

    school = School.objects.get()
    assert counts(taken) == {"changed": 1}
    assert (school.uid, school.name) == (uid, "Saguaro High")
    assert (school.time_zone, school.latitude, school.enrolment) == ("America/Phoenix", 33.4484, 1200)
    assert counts(take(tmp_path, CCD, CCD_ROW)) == {"unchanged": 1}


def test_import_of_a_moved_school_moves_its_zone(tmp_path: Path) -> None:
    take(tmp_path, HIFLD, HIFLD_ROW)
    taken = take(tmp_path, HIFLD, HIFLD_ROW | {"LATITUDE": "36.1490", "LONGITUDE": "-109.5910"})

    assert counts(taken) == {"changed": 1}
    assert School.objects.get().time_zone == "America/Denver"


def test_import_retires_a_closed_school_and_brings_back_a_reopened_one(tmp_path: Path) -> None:
    take(tmp_path, HIFLD, HIFLD_ROW)
    assert counts(take(tmp_path, HIFLD, HIFLD_ROW | {"STATUS": "2"})) == {"closed": 1}
    closed_at = School.objects.get().retired_at
    assert closed_at is not None
    assert counts(take(tmp_path, HIFLD, HIFLD_ROW | {"STATUS": "2"})) == {"unchanged": 1}
    assert School.objects.get().retired_at == closed_at

    assert counts(take(tmp_path, HIFLD, HIFLD_ROW | {"STATUS": "8"})) == {"reopened": 1}
    assert School.objects.get().retired_at is None


def test_import_of_an_older_edition_fills_gaps_and_closes_nothing(tmp_path: Path) -> None:
    take(tmp_path, CCD, CCD_ROW)
    taken = take(tmp_path, HIFLD, HIFLD_ROW | {"STATUS": "2", "ADDRESS": "9 Old Rd"})

    school = School.objects.get()
    assert counts(taken) == {"changed": 1}
    assert (school.name, school.address, school.retired_at, school.edition) == ("Saguaro High", "1 Main St", None, 2025)
    assert (school.latitude, school.enrolment, school.county) == (33.4484, 1200, "MARICOPA")
    assert school.time_zone == "America/Phoenix"
    for resource, row in ((CCD, CCD_ROW), (HIFLD, HIFLD_ROW)):
        assert counts(take(tmp_path, resource, row)) == {"unchanged": 1}


def test_import_of_a_newer_edition_takes_over(tmp_path: Path) -> None:
    take(tmp_path, CCD, CCD_ROW | {"SCHOOL_YEAR": "2021-2022", "SCH_NAME": "Old Name"})
    take(tmp_path, HIFLD, HIFLD_ROW)

    school = School.objects.get()
    assert (school.name, school.edition) == ("SAGUARO HIGH", 2023)


def test_import_of_private_schools_reads_columns_that_end_with_their_year(tmp_path: Path) -> None:
    taken = take(tmp_path, PSS, PSS_ROW)

    school = School.objects.get()
    assert counts(taken) == {"new": 1}
    assert (school.source, school.source_id, school.edition) == ("pss", "A0100001", 2021)
    assert (school.level, school.grades, school.enrolment) == ("combined", "PK-12", 310)
    assert (school.latitude, school.time_zone) == (31.3271, "America/Chicago")


PSS_PLACES = {"PL_ADD": "", "PL_CIT": "", "PL_STABB": "", "PL_ZIP": "", "PL_ZIP4": ""}


def of_year(row: dict[str, str], short: str, long: str) -> dict[str, str]:
    """The survey's row with the year of another edition in its columns' names."""
    years = {"LATITUDE22": f"LATITUDE{short}", "LONGITUDE22": f"LONGITUDE{short}"}
    years |= {"LOGR2022": f"LOGR{long}", "HIGR2022": f"HIGR{long}"}
    return {years.get(name, name): value for name, value in row.items()}


@pytest.mark.parametrize(
    ("short", "long", "edition"),
    [
        ("24", "2024", 2023),
        ("20", "2020", 2019),
        ("18", "2018", 2017),
        ("20", "20", 2019),
        ("10", "2010", 2009),
        ("28", "2028", 2027),
        ("", "", None),
    ],
)
def test_survey_of_any_year_is_known_by_its_columns(tmp_path: Path, short: str, long: str, edition: int | None) -> None:
    row = of_year(PSS_ROW | PSS_PLACES, short, long)
    assert fitting(list(row)) is PSS
    take(tmp_path, PSS, row)

    school = School.objects.get()
    assert (school.edition, school.grades, school.latitude) == (edition, "PK-12", 31.3271)


def test_survey_of_2015_writes_its_columns_small_and_n_for_no_position(tmp_path: Path) -> None:
    row = {name.lower(): value for name, value in of_year(PSS_ROW, "16", "2016").items()}
    assert fitting(list(row)) is PSS
    take(tmp_path, PSS, row | {"latitude16": "N", "longitude16": "N"})

    school = School.objects.get()
    assert (school.edition, school.latitude, school.time_zone) == (2015, None, "America/Chicago")


@pytest.mark.parametrize(
    ("low", "high", "grades"),
    [
        ("1", "1", ""),
        ("2", "3", "PK-K"),
        ("4", "5", "K-1"),
        ("6", "13", "1-8"),
        ("14", "17", "9-12"),
        ("11", "11", "6"),
    ],
)
def test_grades_of_the_survey_are_codes(tmp_path: Path, low: str, high: str, grades: str) -> None:
    take(tmp_path, PSS, PSS_ROW | {"LOGR2022": low, "HIGR2022": high})

    assert School.objects.get().grades == grades


def test_private_school_lies_where_it_lies_and_not_where_its_letters_go(tmp_path: Path) -> None:
    place = {"PL_ADD": "9 LAKE RD", "PL_CIT": "SLIDELL", "PL_STABB": "LA", "PL_ZIP": "70458", "PL_ZIP4": ""}
    take(tmp_path, PSS, PSS_ROW | {"PADDRS": "PO BOX 1"} | place)

    school = School.objects.get()
    assert (school.address, school.city, school.state_id, school.postal_code) == ("9 LAKE RD", "SLIDELL", "LA", "70458")


@pytest.mark.parametrize(
    ("state", "code", "kept"),
    [
        ("MA", "2139", "02139"),
        ("MA", "02139", "02139"),
        ("MA", "213", ""),
        ("MS", "9401", ""),
        ("MS", "39401", "39401"),
    ],
)
def test_zip_code_of_the_survey_gets_its_zero_back_where_it_lost_one(
    tmp_path: Path, state: str, code: str, kept: str
) -> None:
    taken = take(tmp_path, PSS, PSS_ROW | {"PSTABB": state, "PZIP": code})

    assert [school.postal_code for school in School.objects.all()] == ([kept] if kept else [])
    assert counts(taken) == ({"new": 1} if kept else {"refused": 1})


@pytest.mark.parametrize("column", ["START_GRAD", "START_GRADE"])
def test_private_schools_of_hifld_are_those_of_the_survey(tmp_path: Path, column: str) -> None:
    row = {column if name == "START_GRAD" else name: value for name, value in HIFLD_PRIVATE_ROW.items()}
    assert fitting(list(row)) is HIFLD_PRIVATE
    take(tmp_path, PSS, PSS_ROW | {"LATITUDE22": "N", "LONGITUDE22": "N"})
    taken = take(tmp_path, HIFLD_PRIVATE, row, edition=2021)

    assert counts(taken) == {"changed": 1}
    school = School.objects.get()
    assert (school.source, school.level, school.latitude) == ("pss", "combined", 31.3271)
    assert school.grades == "PK-12", "its codes of grades are not known: what the survey said stays"


@pytest.mark.parametrize(("name", "year"), [("hd2023.csv", 2023), ("PSS2122_pu.csv", 2021), ("schools.csv", None)])
def test_edition_is_told_by_the_usual_file_names(name: str, year: int | None) -> None:
    assert edition_in(name) == year


@pytest.mark.parametrize("layout", LAYOUTS)
def test_header_tells_its_register(layout: str) -> None:
    assert fitting([*ROWS[layout], "MORE"]) is LAYOUTS[layout]


def test_import_keeps_neither_the_file_nor_unread_columns(tmp_path: Path) -> None:
    refused = IPEDS_ROW | {"STABBR": "ZZ", "CHFNM": 'Dr. "Bobby" Real'}
    too_wide = ",".join(IPEDS_ROW.values()) + ",Dr. Someone Real"
    path = write(tmp_path, refused, IPEDS_ROW, encoding="latin-1")
    with path.open("a") as file:
        file.write(too_wide)
    taken = import_schools(path=path, resource=IPEDS)

    answer = b"".join(pages.refused_lines(taken)).decode("latin-1")
    head, line = answer.splitlines()
    assert head == ",".join(IPEDS_ROW)
    assert line == ",".join({**refused, "CHFNM": ""}.values())
    assert "Real" not in answer
    assert counts(taken) == {"new": 1, "refused": 2}


def test_refused_rows_come_back_as_they_were_and_are_taken_once_mended(tmp_path: Path) -> None:
    name = 'Añasco, the "Old"'
    path = tmp_path / "schools.csv"
    line = ",".join({**CCD_ROW, "SCH_NAME": '"Añasco, the ""Old"""', "LZIP": "123"}.values())
    path.write_bytes(",".join(CCD_ROW).encode() + b"\r\n" + line.encode("latin-1") + b"\r\n")
    taken = import_schools(path=path, resource=CCD)
    assert counts(taken) == {"refused": 1}

    answer = b"".join(pages.refused_lines(taken))
    assert answer == path.read_bytes()
    path.write_bytes(answer.replace(b",123,", b",12345,"))
    assert counts(import_schools(path=path, resource=CCD)) == {"new": 1}
    assert School.objects.get().name == name


def test_reasons_hold_nothing_that_a_spreadsheet_runs(tmp_path: Path) -> None:
    taken = take(tmp_path, CCD, CCD_ROW | {"LSTATE": '=cmd|"x"!A1'})

    rows = list(csv.reader(b"".join(pages.reasons(taken)).decode("utf-8-sig").splitlines()))
    assert rows[1][:3] == ["2", "LSTATE", '\'=cmd|"x"!A1']


@pytest.mark.parametrize("value", ["=1+1", "@SUM(A1)", "+1", "-1+1"])
def test_import_takes_what_looks_like_a_formula_as_text(tmp_path: Path, value: str) -> None:
    take(tmp_path, CCD, CCD_ROW | {"SCH_NAME": value})

    assert School.objects.get().name == value


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("NCESID", "40000100001", "leading zeros"),
        ("NCESID", "٠٤٠٠٠٠١٠٠٠٠١", "12 digits"),
        ("NAME", " ", "fill it in"),
        ("NAME", "x" * 161, "shorten"),
        ("NAME", "Bell\x07", "control character"),
        ("STATE", "ZZ", "two letters"),
        ("STATE", "US", "two letters"),
        ("ZIP", "8500", "five digits"),
        ("LATITUDE", "91", "degrees"),
        ("LATITUDE", "nan", "degrees"),
        ("LONGITUDE", "-112,07", "degrees"),
        ("ENROLLMENT", "many", "whole number"),
    ],
)
def test_import_refuses_a_bad_row_and_goes_on(tmp_path: Path, column: str, value: str, says: str) -> None:
    good = HIFLD_ROW | {"NCESID": "040000100002"}
    taken = take(tmp_path, HIFLD, HIFLD_ROW | {column: value}, good)

    assert counts(taken) == {"new": 1, "refused": 1}
    [problem] = problems(taken)
    assert (problem.row, problem.column) == (2, column)
    assert says in problem.message
    assert list(School.objects.values_list("source_id", flat=True)) == ["040000100002"]


def test_import_refuses_the_second_of_two_rows_with_one_id(tmp_path: Path) -> None:
    taken = take(tmp_path, HIFLD, HIFLD_ROW, HIFLD_ROW | {"NAME": "IMPOSTOR"})

    assert counts(taken) == {"new": 1, "refused": 1}
    assert "line 2" in problems(taken)[0].message
    assert School.objects.get().name == "SAGUARO HIGH"


@pytest.mark.parametrize("name", ['Saguaro "Pumas" High', '12" Rulers High'])
def test_import_takes_a_bare_quotation_mark_for_a_letter(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bare.csv"
    second = ",".join((CCD_ROW | {"NCESSCH": "040000100002"}).values())
    first = ",".join((CCD_ROW | {"SCH_NAME": name}).values())
    path.write_text("\r\n".join([",".join(CCD_ROW), first, second, ""]), newline="")
    taken = import_schools(path=path, resource=CCD)

    assert counts(taken) == {"new": 2}
    assert School.objects.get(source_id="040000100001").name == name


def test_import_loses_only_the_line_in_which_a_quotation_mark_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "open.csv"
    spoilt = ",".join((CCD_ROW | {"SCH_NAME": '"Saguaro High'}).values())
    sound = ",".join((CCD_ROW | {"NCESSCH": "040000100002"}).values())
    path.write_text("\n".join([",".join(CCD_ROW), spoilt, sound]))
    taken = import_schools(path=path, resource=CCD)

    assert counts(taken) == {"new": 1, "refused": 1}
    assert problems(taken)[0].row == 2


def test_import_reads_latin_letters_of_the_national_file(tmp_path: Path) -> None:
    path = write(tmp_path, IPEDS_ROW | {"INSTNM": "Universidad de Añasco"}, encoding="latin-1")
    import_schools(path=path, resource=IPEDS)

    assert School.objects.get().name == "Universidad de Añasco"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "none of that register's columns"),
        (b"PK\x03\x04\x00\x00zip", "plain text"),
        ("NCESID,NAME".encode("utf-16"), "plain text"),
        (b"A," * 1_000_000, "100,000 letters"),
        (b"NCESID;NAME;CITY", "semicolons"),
        (b"a,b\n1,2\n", "none of that register's columns"),
        (",".join(CCD_ROW).encode(), "not the layout HIFLD public schools but NCES"),
        (",".join(HIFLD_ROW).encode(), "no row in this file"),
        (",".join([*HIFLD_ROW, "ZIP"]).encode(), "twice"),
        (b"\x81\x8d,\xff", "letters"),
    ],
)
def test_import_refuses_a_file_that_is_none(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(content)

    with pytest.raises(FileRefused, match=says):
        import_schools(path=path, resource=HIFLD)
    assert not School.objects.exists()
    assert not ImportPage.objects.exists()
    assert not Entry.objects.filter(verb="imported").exists()


def test_import_names_every_missing_column(tmp_path: Path) -> None:
    path = write(tmp_path, {key: value for key, value in HIFLD_ROW.items() if key not in {"ZIP", "LEVEL_"}})

    with pytest.raises(FileRefused) as refused:
        import_schools(path=path, resource=HIFLD)
    assert {problem.column for problem in refused.value.problems} == {"ZIP", "LEVEL_"}


def test_command_refuses_with_the_problems_and_status_1(tmp_path: Path) -> None:
    out = StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("import_schools", str(tmp_path / "nowhere.csv"), "--layout", "ccd", "--json", stdout=out)

    assert failed.value.returncode == 1
    assert json.loads(out.getvalue())["problems"][0]["message"].startswith("The file cannot be read")


def test_dry_run_reports_and_stores_nothing(tmp_path: Path) -> None:
    taken = take(tmp_path, HIFLD, HIFLD_ROW, dry_run=True)

    assert counts(taken) == {"new": 1}
    assert not School.objects.exists()


def test_import_reads_each_line_in_its_own_encoding(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    lines = [
        ",".join(CCD_ROW).encode("utf-8-sig"),
        ",".join((CCD_ROW | {"SCH_NAME": "Añasco"}).values()).encode("utf-8"),
        ",".join((CCD_ROW | {"NCESSCH": "040000100002", "SCH_NAME": "Añasco"}).values()).encode("latin-1"),
        ",".join((CCD_ROW | {"NCESSCH": "040000100003", "SCH_NAME": "A\x81"}).values()).encode("latin-1"),
        ",".join((CCD_ROW | {"NCESSCH": "040000100004", "SCH_NAME": "A\0"}).values()).encode(),
        b"x" * 250_000,
        ",".join((CCD_ROW | {"NCESSCH": "040000100005"}).values()).encode(),
    ]
    path.write_bytes(b"\n".join(lines))
    taken = import_schools(path=path, resource=CCD)

    assert counts(taken) == {"new": 3, "refused": 3}
    assert [problem.row for problem in problems(taken)] == [4, 5, 6]
    assert School.objects.filter(name="Añasco").count() == 2


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(data=st.data())
def test_any_cells_are_a_school_or_a_reason(tmp_path: Path, layout: str, data: st.DataObject) -> None:
    row, resource = ROWS[layout], LAYOUTS[layout]()
    column = data.draw(st.sampled_from(list(row)))
    value = data.draw(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=200))
    taken = take(tmp_path, LAYOUTS[layout], row | {column: value}, dry_run=True)

    assert sum(taken.counts.values()) == 1
    for page in pages.each(taken):
        for kept in page.rows:
            values = dict(zip(page.columns, kept.after, strict=True))
            School(source=resource.fixed["source"], source_id=kept.key, **values).clean_fields(exclude=["state"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(content=st.binary(max_size=400))
@example(content=b'"')
@example(content=b"\r")
@example(content=b"\0" * 3)
def test_any_bytes_are_refused_or_rows(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "noise.csv"
    path.write_bytes(",".join(CCD_ROW).encode() + b"\n" + content)

    with contextlib.suppress(FileRefused):
        taken = import_schools(path=path, resource=CCD)
        assert sum(taken.counts.values()) == len(problems(taken)) > 0
    assert not School.objects.exists()
