"""Agencies out and in again, in each format: nothing changes, nothing is lost."""

import datetime as dt
import io
import sys
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import Participation
from outreach.agencies.models import Agency, Contact, FormerName, Part
from portal.areas.models import Area
from portal.seasons.models import Season
from tests.outreach.agencies.conftest import office
from tests.outreach.agencies.tables import counts, exported, read, take

pytestmark = pytest.mark.django_db
FORMATS = ["csv", "xlsx", "json"]
STRANGE = [
    "=1+1",
    "+49 30",
    "-5",
    "@home",
    "'=1",
    "''",
    "  \u00bd ½ “quotes”, commas; and | bars\\",
    "00501",
    "1E5",
    "TRUE",
    "2027-01-31",
    "_x0041_",
    "Ω ñ 漢 🕯",
    "a\r\nb\n\nc\td",
    "null",
    "NaN",
    "#REF!",
]


def world(count: int, season: Season) -> None:
    """So many agencies with all that a table holds of one."""
    areas = list(Area.objects.exclude(code="US").order_by("code")[:56])
    tops: list[Agency] = []
    now = timezone.now()
    for number in range(count):
        parent = tops[number % len(tops)] if number % 10 and tops else None
        agency = office(
            f"Office {number:04} {STRANGE[number % len(STRANGE)].strip().split(chr(13))[0]}".strip(),
            parent,
            kind=Agency.Kind.values[number % 7],
            level=Agency.Level.values[number % 4],
            acronym=f"={number}" if number % 3 else f"0{number}",
            description=STRANGE[number % len(STRANGE)] * (1 + number % 5),
            website=f"https://example.org/{number}" if number % 2 else "",
            legal_name=f"-Office, Inc. {number}" if number % 3 else "",
            postal_address=f"{number} Main St\n\nJackson, MS 0{number}" if number % 2 else "",
            parts=[Part.values[number % 9], Part.values[(number + 4) % 9]],
            needs_agreement=number % 5 == 0,
            is_listed=number % 2 == 0,
            retired_at=now - dt.timedelta(days=number, microseconds=number) if number % 17 == 16 else None,
        )
        if parent is None:
            tops.append(agency)
        agency.jurisdictions.set(areas[number % 50 : number % 50 + number % 4])
        FormerName.objects.create(agency=agency, name=f"Old | {number}", why="merged" if number % 2 else "renamed")
        Contact.objects.create(
            agency=agency, role=f"Press \\ {number}", email=f"press{number}@example.org", is_confidential=False
        )
        Contact.objects.create(agency=agency, role="Director", name=f"@Dana {number}", phone="+1 202 555 0100")
        if number % 4 == 0:
            Participation.objects.create(agency=agency, season=season, state="agreed", parts=["press"], note="a|b")


def lists_of(agencies: Any) -> list[Any]:
    """What is stored of each, keys left out."""
    return [
        (
            row.path, str(row.uid), row.acronym, row.kind, row.level, row.description, row.website, sorted(row.parts),
            row.legal_name, row.postal_address,
            row.needs_agreement, row.is_listed, row.retired_at,
            sorted(row.jurisdictions.values_list("code", flat=True)),
            sorted(row.former_names.values_list("name", "why")),
            sorted(row.contacts.values_list("uid", "role", "name", "email", "phone", "is_confidential", "consented_on")),
            sorted(row.participations.values_list("season", "state", "note")),
        )
        for row in agencies
    ]  # fmt: skip


def round_trip(file_format: str) -> tuple[int, float]:
    """Bytes of the file, and seconds that reading it took; raises where anything would change."""
    first = exported(file_format)
    begin = time.process_time()
    taken = read(first, f"agencies.{file_format}")
    took = time.process_time() - begin
    assert counts(taken) == {"unchanged": Agency.objects.count()}
    assert exported(file_format) == first
    return len(first), took


def empty_house() -> None:
    """Takes all agencies out, those beneath others first."""
    for model in (Contact, Participation, FormerName):
        model.objects.all().delete()
    for agency in reversed(list(Agency.objects.as_tree())):
        agency.delete()


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_was_exported_changes_nothing_and_is_exported_alike(
    file_format: str, season: Season, agree: Callable[..., Agreement]
) -> None:
    world(40, season)
    agree(Agency.objects.get(acronym="OVC"), is_confidential=False, reference="|1|")
    agree(Agency.objects.get(acronym="FBI"), title="=cmd")
    round_trip(file_format)


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_was_exported_makes_the_same_agencies_in_an_empty_house(file_format: str, season: Season) -> None:
    world(40, season)
    before, file = lists_of(Agency.objects.as_tree()), exported(file_format)
    empty_house()

    taken = take(file, f"agencies.{file_format}")

    assert counts(taken) == {"new": len(before)}
    assert lists_of(Agency.objects.as_tree()) == before
    assert exported(file_format) == file


@pytest.mark.slow
@pytest.mark.parametrize("file_format", FORMATS)
def test_thousand_agencies_come_back_byte_for_byte(file_format: str, season: Season, capsys: Any) -> None:
    world(1000 - Agency.objects.count(), season)
    before = lists_of(Agency.objects.as_tree())
    size, took = round_trip(file_format)
    file = exported(file_format)
    empty_house()
    begin = time.process_time()
    taken = take(file, f"agencies.{file_format}")
    stored = time.process_time() - begin
    assert counts(taken) == {"new": 1000}
    assert lists_of(Agency.objects.as_tree()) == before
    assert exported(file_format) == file
    with capsys.disabled():
        sys.stdout.write(
            f"\n{file_format}: 1,000 agencies, {size:,} bytes, read in {took:.1f} s, made anew in {stored:.1f} s (processor)\n"
        )


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)


@given(text=TEXTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("file_format", FORMATS)
def test_any_text_comes_back(file_format: str, text: str) -> None:
    agency = Agency.objects.get(acronym="OVC")
    Agency.objects.filter(pk=agency.pk).update(description=text)
    Contact.objects.filter(agency=agency).delete()
    Contact.objects.create(agency=agency, role=text.strip() or "Press", email="press@example.org")
    taken = read(exported(file_format), f"agencies.{file_format}")
    assert counts(taken) == {"unchanged": Agency.objects.count()}


def test_workbook_has_no_formula_and_keeps_signs_as_they_are() -> None:
    office("=1+1", acronym="@x", description="-5")
    with zipfile.ZipFile(io.BytesIO(exported("xlsx"))) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert ">=1+1<" in sheet
    assert ">@x<" in sheet
    assert "'=" not in sheet


def test_sheet_of_commas_runs_nothing_and_loses_no_sign() -> None:
    office("=1+1", acronym="@x")
    text = exported("csv").decode("utf-8-sig")
    assert "'=1+1" in text
    assert "'@x" in text
    assert ",=1+1" not in text
