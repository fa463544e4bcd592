"""The copy of the lines: no number that failed comes back, none is lost, and its age is known."""

import datetime as dt
import io
import json
import os
import threading
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from outreach.channels import local_copy
from outreach.channels.counties import add_county
from outreach.channels.directory import HelpLines, help_lines, poster_lines
from outreach.channels.lines import FLOOR, from_channel, with_floor
from outreach.channels.models import Channel
from portal.audit.models import Entry
from portal.files.kept import one_writer
from tests.outreach.channels.test_directory import channel

DAY = dt.date(2027, 1, 11)
TEXT, CALL = "us-hotline-text", "us-hotline-call"


def fail(slug: str) -> None:
    Channel.objects.filter(slug=slug).update(failed_on=DAY, verified_on=None)
    local_copy.refresh()


def page(area: str = "MS", *, operator: str = "") -> HelpLines:
    return local_copy.current().help_lines(area, timezone.localdate(), operator=operator)


@pytest.mark.django_db
def test_failed_value_leaves_every_page_and_the_floor_does_not_bring_it_back() -> None:
    local_copy.refresh()
    assert page().text is not None
    fail(TEXT)
    assert local_copy.current().failed == {"sms:233733"}
    assert page().text is None
    assert local_copy.national(timezone.localdate()).text is None
    assert page().call.value == "1-888-373-7888"


@pytest.mark.django_db
def test_number_to_call_that_failed_stays_until_another_one_stands() -> None:
    fail(CALL)
    assert page().call.value == "1-888-373-7888"
    channel(slug="new-hotline", area_id="US", value="1-800-555-0199")
    local_copy.refresh()
    lines = page()
    assert lines.call.value == "1-800-555-0199"
    assert "1-888-373-7888" not in {line.value for line in local_copy.current().lines}


@pytest.mark.django_db
def test_replaced_value_does_not_come_back_beside_its_successor() -> None:
    new = channel(slug="new-text", kind="sms", value="66777", area_id="US", answered_by="counsellor")
    middle = channel(slug="middle", kind="sms", value="66778", area_id="US", retired_at=timezone.now(), replaced_by=new)
    Channel.objects.filter(slug=TEXT).update(retired_at=timezone.now(), replaced_by=middle)
    local_copy.refresh()
    assert local_copy.current().failed == {"sms:233733", "sms:66778"}
    assert page().text is None


@pytest.mark.django_db
def test_value_that_is_shown_again_is_not_called_failed() -> None:
    Channel.objects.filter(slug="us-hsi-call-older").update(failed_on=DAY, value_key="sms:233733")
    local_copy.refresh()
    assert local_copy.current().failed == frozenset()
    assert page().text is not None


def test_floor_leaves_out_what_failed_but_never_the_way_to_an_advocate_or_911() -> None:
    everything = {line.key for line in FLOOR}
    left = with_floor([], DAY, failed=everything)
    assert [line.slug for line in left] == ["us-911-call", CALL]
    lines = help_lines([], "MS", DAY, failed=everything)
    assert (lines.text, lines.chat, lines.relay, lines.crisis) == (None, None, None, ())


@pytest.mark.django_db
def test_floor_tells_what_the_seed_tells_people_first() -> None:
    for line in FLOOR:
        row = from_channel(Channel.objects.get(slug=line.slug))
        assert (row.key, row.always_open, set(row.limits)) == (line.key, line.always_open, set(line.limits))


@pytest.mark.django_db
def test_copy_of_the_release_before_is_still_read() -> None:
    old = [
        {
            "slug": "us-hotline-call",
            "name": "Hotline",
            "kind": "voice",
            "value": "1-888-373-7888",
            "audience": "victims",
            "answered_by": "advocate",
            "area": "US",
            "operator": "Compass Connections",
            "keyword": "",
            "hours": "24/7",
            "languages": ["en"],
            "interpreters": True,
            "valid_from": None,
            "valid_to": None,
        }
    ]
    found = local_copy.parse(json.dumps({"version": 1, "lines": old}).encode())
    assert [line.key for line in found.lines] == ["tel:+18883737888"]
    assert found.failed == frozenset()
    with pytest.raises(ValueError, match="not a copy of this release"):
        local_copy.parse(json.dumps({"version": 3, "lines": old}).encode())


@pytest.mark.django_db
def test_copy_keeps_what_people_must_know() -> None:
    row = channel(
        schedule=[{"byday": "MO,TU", "opens_at": "08:00", "closes_at": "17:00"}],
        time_zone="America/Chicago",
        limits=["minors", "of another release"],
        what_happens="Somebody answers.",
        interpreted=["vi"],
    )
    local_copy.refresh()
    line = next(line for line in local_copy.current().lines if line.slug == row.slug)
    assert line == from_channel(row)
    assert line.openings[0].days == ("MO", "TU")
    assert (line.limits, line.interpreted, line.what_happens) == (("minors",), ("vi",), "Somebody answers.")


@pytest.mark.django_db
def test_schedule_without_sense_costs_its_hours_alone() -> None:
    channel(schedule=[{"byday": "someday"}])
    local_copy.refresh()
    assert page().local[0].openings == ()


@pytest.mark.django_db
def test_lines_of_a_transit_operator_stand_on_its_page_alone() -> None:
    channel(slug="amtrak-help", transit_operator="51@amtrak.com", area_id="US", value="1-800-555-0155")
    local_copy.refresh()
    assert [line.slug for line in page(operator="51@amtrak.com").operator] == ["amtrak-help"]
    assert page().operator == page(operator="another").operator == ()
    assert page().call.value == "1-888-373-7888"


@pytest.mark.django_db
def test_lines_of_a_county_stand_with_its_state_after_the_states_own() -> None:
    call_command("add_county", "28049", "Hinds County", stdout=io.StringIO())
    call_command("add_county", "28049", "Hinds County", stdout=io.StringIO())
    assert Entry.objects.filter(object_type="portal.area", verb="added").count() == 1
    channel(slug="hinds", area_id="28049", position=1, value="601-555-0143")
    channel()
    local_copy.refresh()
    assert [(line.slug, line.area_name) for line in page().local] == [
        ("ms-shelter-call", ""),
        ("hinds", "Hinds County"),
    ]
    assert page("AL").local == page("US").local == ()


@pytest.mark.django_db
def test_poster_carries_the_lines_of_a_county_where_it_is_known() -> None:
    county = add_county(number="28049", name="Hinds County", by=None)
    channel(area_id=county.code)
    assert poster_lines("MS", DAY).local == ()
    assert [line.slug for line in poster_lines("MS", DAY, county="28049").local] == ["ms-shelter-call"]


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["", "28", "2804", "280490", "28000", "99001", "00001", "2804x", "MS049", "٢٨٠٤٩"])
def test_county_of_no_state_is_refused(number: str) -> None:
    with pytest.raises(CommandError, match="Give its FIPS number"):
        call_command("add_county", number, "Somewhere")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answered_by", "heading"),
    [
        ("advocate", "children"),
        ("counsellor", "children"),
        ("administrator", "children"),
        ("child_protection", "mandated"),
        ("police", "tips"),
        ("federal", "tips"),
    ],
)
def test_young_people_are_not_sent_to_those_who_must_report_or_enforce(answered_by: str, heading: str) -> None:
    row = channel(audience="children", answered_by=answered_by)
    local_copy.refresh()
    lines = page()
    found = [name for name in ("children", "mandated", "tips", "local") if row.slug in slugs(getattr(lines, name))]
    assert found == [heading]


def slugs(lines: tuple[object, ...]) -> set[str]:
    return {str(getattr(line, "slug", "")) for line in lines}


@pytest.mark.django_db
def test_age_is_that_of_the_last_refresh_though_nothing_changed() -> None:
    assert local_copy.age() is None
    local_copy.refresh()
    heartbeat = local_copy.path().with_name("refreshed")
    hour_ago = time.time() - 3600
    os.utime(heartbeat, (hour_ago, hour_ago))
    age = local_copy.age()
    assert age is not None
    assert 3600 <= age < 3700
    assert not local_copy.refresh()
    age = local_copy.age()
    assert age is not None
    assert age < 60


@pytest.mark.django_db(transaction=True)
def test_refresh_reads_only_once_nobody_else_is_writing() -> None:
    local_copy.refresh()
    begun = threading.Event()

    def refresh() -> None:
        begun.set()
        try:
            local_copy.refresh()
        finally:
            connection.close()

    with one_writer(local_copy.path()):
        late = threading.Thread(target=refresh)
        late.start()
        assert begun.wait(10)
        late.join(0.2)
        assert late.is_alive()
        Channel.objects.filter(slug="us-hsi-call").update(may_print=False)
    late.join(20)
    assert "us-hsi-call" not in slugs(local_copy.current().lines)
