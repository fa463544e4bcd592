"""Schools from the registers' files: what is taken, what is refused and why, and that a rerun changes nothing."""

import contextlib
import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from outreach.schools.importing import Report, import_schools
from outreach.schools.layouts import CCD, HIFLD, IPEDS, LAYOUTS, Layout
from outreach.schools.models import School
from outreach.schools.reading import read
from outreach.schools.rows import SchoolRow
from portal.audit.models import Entry
from portal.imports.problems import FileRefused, Problem

pytestmark = pytest.mark.django_db

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
}
CCD_ROW = {
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


def write(folder: Path, *rows: dict[str, str], encoding: str = "utf-8") -> Path:
    path = folder / "schools.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def take(folder: Path, layout: Layout, *rows: dict[str, str], **more: Any) -> Report:
    return import_schools(path=write(folder, *rows), layout=layout, **more)


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

    assert answers[0] == {"created": count, "changed": 0, "unchanged": 0, "refused": 0, "problems": []}
    assert answers[1] == {"created": 0, "changed": 0, "unchanged": count, "refused": 0, "problems": []}
    assert School.objects.count() == count
    assert Entry.objects.filter(verb="imported").count() == 1


def test_import_of_colleges_drops_the_names_of_presidents(shared_data: Path) -> None:
    path = shared_data / "ipeds_hd2020_mississippi.csv"
    with path.open(encoding="latin-1") as stream:
        presidents = {row["CHFNM"].strip() for row in csv.DictReader(stream)} - {"", "-2"}
    import_schools(path=path, layout=IPEDS)

    stored = " ".join(str(value) for row in School.objects.values_list() for value in row)
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
    report = take(tmp_path, CCD, CCD_ROW)

    school = School.objects.get()
    assert report.counts() == {"created": 0, "changed": 1, "unchanged": 0, "refused": 0}
    assert (school.uid, school.name) == (uid, "Saguaro High")
    assert (school.time_zone, school.latitude, school.enrolment) == ("America/Phoenix", 33.4484, 1200)
    assert take(tmp_path, CCD, CCD_ROW).unchanged == 1


def test_import_of_a_moved_school_moves_its_zone(tmp_path: Path) -> None:
    take(tmp_path, HIFLD, HIFLD_ROW)
    report = take(tmp_path, HIFLD, HIFLD_ROW | {"LATITUDE": "36.1490", "LONGITUDE": "-109.5910"})

    assert report.changed == 1
    assert School.objects.get().time_zone == "America/Denver"


def test_import_retires_a_closed_school_and_brings_back_a_reopened_one(tmp_path: Path) -> None:
    take(tmp_path, HIFLD, HIFLD_ROW | {"STATUS": "2"})
    closed_at = School.objects.get().retired_at
    assert closed_at is not None
    assert take(tmp_path, HIFLD, HIFLD_ROW | {"STATUS": "2"}).unchanged == 1
    assert School.objects.get().retired_at == closed_at

    assert take(tmp_path, HIFLD, HIFLD_ROW | {"STATUS": "8"}).changed == 1
    assert School.objects.get().retired_at is None


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
    report = take(tmp_path, HIFLD, HIFLD_ROW | {column: value}, good)

    assert report.counts() == {"created": 1, "changed": 0, "unchanged": 0, "refused": 1}
    [problem] = report.problems
    assert (problem.row, problem.column) == (2, column)
    assert says in problem.message
    assert list(School.objects.values_list("source_id", flat=True)) == ["040000100002"]


def test_import_refuses_the_second_of_two_rows_with_one_id(tmp_path: Path) -> None:
    report = take(tmp_path, HIFLD, HIFLD_ROW, HIFLD_ROW | {"NAME": "IMPOSTOR"})

    assert (report.created, report.refused) == (1, 1)
    assert "line 2" in report.problems[0].message
    assert School.objects.get().name == "SAGUARO HIGH"


@pytest.mark.parametrize("name", ['Saguaro "Pumas" High', '12" Rulers High'])
def test_import_takes_a_bare_quotation_mark_for_a_letter(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bare.csv"
    second = ",".join((CCD_ROW | {"NCESSCH": "040000100002"}).values())
    first = ",".join((CCD_ROW | {"SCH_NAME": name}).values())
    path.write_text("\r\n".join([",".join(CCD_ROW), first, second, ""]), newline="")
    report = import_schools(path=path, layout=CCD)

    assert report.counts()["created"] == 2
    assert School.objects.get(source_id="040000100001").name == name


def test_import_loses_only_the_line_in_which_a_quotation_mark_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "open.csv"
    spoilt = ",".join((CCD_ROW | {"SCH_NAME": '"Saguaro High'}).values())
    sound = ",".join((CCD_ROW | {"NCESSCH": "040000100002"}).values())
    path.write_text("\n".join([",".join(CCD_ROW), spoilt, sound]))
    report = import_schools(path=path, layout=CCD)

    assert (report.created, report.refused) == (1, 1)
    assert report.problems[0].row == 2


def test_import_reads_latin_letters_of_the_national_file(tmp_path: Path) -> None:
    path = write(tmp_path, IPEDS_ROW | {"INSTNM": "Universidad de Añasco"}, encoding="latin-1")
    import_schools(path=path, layout=IPEDS)

    assert School.objects.get().name == "Universidad de Añasco"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "none of that register's columns"),
        (b"PK\x03\x04\x00\x00zip", "plain text"),
        ("NCESID,NAME".encode("utf-16"), "plain text"),
        (b"a,b\n1,2\n", "none of that register's columns"),
        (",".join(CCD_ROW).encode(), "layout hifld but ccd"),
        (",".join(HIFLD_ROW).encode(), "no school"),
        (",".join([*HIFLD_ROW, "ZIP"]).encode(), "twice"),
        (b"\x81\x8d,\xff", "letters"),
    ],
)
def test_import_refuses_a_file_that_is_none(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(content)

    with pytest.raises(FileRefused, match=says):
        import_schools(path=path, layout=HIFLD)
    assert not School.objects.exists()
    assert not Entry.objects.exists()


def test_import_names_every_missing_column(tmp_path: Path) -> None:
    path = write(tmp_path, {key: value for key, value in HIFLD_ROW.items() if key not in {"ZIP", "LEVEL_"}})

    with pytest.raises(FileRefused) as refused:
        import_schools(path=path, layout=HIFLD)
    assert [problem.column for problem in refused.value.problems] == ["ZIP", "LEVEL_"]


def test_command_refuses_with_the_problems_and_status_1(tmp_path: Path) -> None:
    out = StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("import_schools", str(tmp_path / "nowhere.csv"), "--layout", "ccd", "--json", stdout=out)

    assert failed.value.returncode == 1
    assert json.loads(out.getvalue())["problems"][0]["message"].startswith("The file cannot be read")


def test_dry_run_reports_and_stores_nothing(tmp_path: Path) -> None:
    report = take(tmp_path, HIFLD, HIFLD_ROW, dry_run=True)

    assert report.created == 1
    assert not School.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(data=st.data())
def test_read_answers_any_cells_with_a_school_or_a_reason(tmp_path: Path, layout: Layout, data: st.DataObject) -> None:
    rows = {"hifld": HIFLD_ROW, "ccd": CCD_ROW, "ipeds": IPEDS_ROW}
    column = data.draw(st.sampled_from(layout.columns))
    value = data.draw(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=200))
    path = write(tmp_path, rows[layout.name] | {column: value})

    [(line, answer)] = list(read(path, layout))
    assert line == 2
    assert isinstance(answer, SchoolRow | Problem)
    if isinstance(answer, SchoolRow):
        School(source=layout.source, source_id=answer.source_id, name=answer.name, city=answer.city).clean_fields(
            exclude=["state"]
        )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(content=st.binary(max_size=400))
@example(content=b'"')
@example(content=b"\r")
def test_read_answers_any_bytes_with_a_refusal_or_rows(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "noise.csv"
    path.write_bytes(",".join(CCD_ROW).encode() + b"\n" + content)

    answers: list[object] = []
    with contextlib.suppress(FileRefused):
        answers = [answer for _, answer in read(path, CCD)]
    assert all(isinstance(answer, SchoolRow | Problem) for answer in answers)
