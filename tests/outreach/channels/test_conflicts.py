"""Conflicts: what contradicts, what is kept from paper, and how it is settled."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from outreach.channels import conflicts, local_copy
from outreach.channels.directory import NoPrintableLine, poster_lines
from outreach.channels.models import Channel
from tests.outreach.channels.test_directory import channel

pytestmark = pytest.mark.django_db

DAY = dt.date(2027, 1, 11)


def rivals(**fields: object) -> tuple[Channel, Channel]:
    """A line of Mississippi, and a record that says another value of it."""
    return channel(), channel(slug="rival", value="601-555-0143", name="Magnolia House, new", **fields)


def local() -> list[str]:
    return [line.slug for line in poster_lines("MS", DAY).local]


def open_ones() -> list[conflicts.Conflict]:
    return [conflict for conflict in conflicts.in_service(DAY) if not conflict.is_settled]


def test_two_values_of_one_line_conflict_and_neither_is_printed() -> None:
    rivals()
    assert local() == []
    (conflict,) = open_ones()
    assert conflict.stops_print
    assert {row.slug for row in conflict.channels} == {"ms-shelter-call", "rival"}
    assert "601-555-0142" in str(conflict)
    assert "None of them is printed" in str(conflict)


def test_conflict_changes_no_help_page() -> None:
    rivals()
    local_copy.refresh()
    lines = local_copy.current().help_lines("MS", DAY)
    assert {line.slug for line in lines.local} == {"ms-shelter-call", "rival"}


def test_conflict_is_settled_by_printing_one_of_them_no_more() -> None:
    rivals(may_print=False)
    assert local() == ["ms-shelter-call"]
    assert open_ones() == []
    shown = [conflict for conflict in conflicts.in_service(DAY) if "rival" in str([r.slug for r in conflict.channels])]
    assert [conflict.stops_print for conflict in shown] == [False]


@pytest.mark.parametrize("fields", [{"confidence": "M"}, {"failed_on": DAY}], ids=str)
def test_doubtful_rival_is_shown_as_a_conflict_but_keeps_nothing_from_paper(fields: dict[str, object]) -> None:
    rivals(**fields)
    assert local() == ["ms-shelter-call"]
    (conflict,) = open_ones()
    assert not conflict.stops_print


@pytest.mark.parametrize(
    "fields",
    [
        {"operator": "Magnolia House, Jackson"},
        {"audience": "tips"},
        {"area_id": "LA"},
        {"kind": "sms"},
        {"transit_operator": "51@amtrak.com"},
        {"valid_to": dt.date(2027, 1, 10)},
        {"valid_from": dt.date(2027, 1, 12)},
        {"languages": ["es"]},
    ],
    ids=str,
)
def test_lines_that_something_sets_apart_do_not_conflict(fields: dict[str, object]) -> None:
    channel(languages=["en"])
    channel(**{"slug": "rival", "value": "601-555-0143", **fields})
    assert open_ones() == []
    assert "ms-shelter-call" in local()


def test_one_value_written_in_two_ways_is_no_conflict() -> None:
    channel()
    channel(slug="again", value="(601) 555-0142")
    assert open_ones() == []


def test_contradicted_national_number_stops_posters() -> None:
    channel(slug="other-hotline", area_id="US", operator="compass  CONNECTIONS", value="1-800-555-0199")
    with pytest.raises(NoPrintableLine, match="contradiction"):
        poster_lines("MS", DAY)


def test_release_has_no_open_conflict_that_stops_print() -> None:
    assert not any(conflict.stops_print for conflict in conflicts.in_service(DAY))
    settled = {row.slug for conflict in conflicts.in_service(DAY) for row in conflict.channels if conflict.is_settled}
    assert {"us-hsi-call", "us-hsi-call-older"} <= settled


def test_conflict_of_a_record_is_found() -> None:
    one, other = rivals()
    found = conflicts.of(one, DAY)
    assert found is not None
    assert other in found.channels
    assert conflicts.of(Channel.objects.get(slug="us-988-call"), DAY) is None


@pytest.mark.parametrize("many", [1, 3])
def test_conflicts_take_one_query(many: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    channel()
    for number in range(many):
        channel(slug=f"rival-{number}", value=f"601-555-015{number}")
    with django_assert_num_queries(1):
        assert [str(conflict) for conflict in conflicts.in_service(DAY)]
