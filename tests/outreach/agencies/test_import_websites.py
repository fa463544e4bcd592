"""Addresses of websites in tables, which people write without how they begin."""

from typing import Any

import pytest

from outreach.agencies.models import Agency
from tests.outreach.agencies.conftest import office
from tests.outreach.agencies.tables import (
    ROW,
    a_list,
    a_workbook,
    counts,
    exported,
    read,
    refusals,
    rows_of,
    table,
    take,
)

pytestmark = pytest.mark.django_db

NO_SITES = ["mailto:press@example.gov", "press@example.gov", "//example.gov", "http:/example.gov", "localhost", "n.a."]
NO_SITES += ["192.168.0.1", "3.5", "12.5.2027", "see example.gov", "data:text.html", "user:pass@example.gov", "=a.gov"]


@pytest.mark.parametrize("site", NO_SITES)
def test_what_is_no_website_is_none_with_https_before_it_either(site: str) -> None:
    (problem,) = refusals(read(table(ROW | {"website": site})))
    assert (problem.column, "No web address" in problem.message) == ("website", True)


@pytest.mark.parametrize("file", [table, a_workbook, a_list], ids=["csv", "xlsx", "json"])
@pytest.mark.parametrize("site", ["example.gov", "www.Example.gov/a?b=c#d", "sub.example.org:8080", " bücher.example "])
def test_website_without_its_beginning_gets_one_and_the_preview_says_so(file: Any, site: str) -> None:
    taken = take(file(ROW | {"website": site}))
    (row,) = rows_of(taken)
    assert row.note == "Website: taken with https:// before it."
    lantern = Agency.objects.get(name="Lantern")
    assert lantern.website == f"https://{site.strip()}"
    lantern.full_clean()
    again = read(file(ROW | {"website": site}))
    assert counts(again) == {"unchanged": 1}


def test_website_that_is_stored_already_needs_no_note() -> None:
    office("Lantern", website="https://example.gov")
    (row,) = rows_of(read(table(ROW | {"website": "example.gov", "acronym": "L"})))
    assert (row.kind, row.note) == ("changed", "")


def test_website_that_is_whole_is_taken_without_a_note() -> None:
    (row,) = rows_of(take(table(ROW | {"website": "http://example.gov"})))
    assert (row.note, Agency.objects.get(name="Lantern").website) == ("", "http://example.gov")


def test_website_that_is_stored_without_its_beginning_is_not_touched_by_a_round_trip() -> None:
    office("Lantern", website="example.gov")
    file = exported()
    assert set(counts(take(file))) == {"unchanged"}
    assert exported() == file


def test_website_that_is_too_long_with_its_beginning_is_refused() -> None:
    (problem,) = refusals(read(table(ROW | {"website": f"example.gov/{'x' * 185}"})))
    assert "Longer than 200 letters" in problem.message
