"""Weeks are published once: real ones, whole ones, and every scan where its poster hangs."""

import datetime as dt
import io
import itertools
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaign.dashboard import publishing, tasks
from campaign.dashboard.publishing import ELSEWHERE, NO_DESIGN, ON_TRAINS, UNKNOWN_STATE, Row, Tables, tables_of
from campaign.links.models import Link
from campaign.places.models import PlacementLink
from campaign.posters.models import Design
from campaign.printing.recoding import replace_codes
from campaign.scans import weeks
from campaign.scans.models import DailyCount, PublishedWeek
from portal.audit.models import Entry
from portal.seasons.models import Season
from tests.campaign.dashboard.hanging import MONDAY, Hanging, morning_after

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)


@pytest.fixture
def hanging(season: Season) -> Hanging:
    """Posters to print and scan."""
    return Hanging(season)


def counts(tables: Tables, table: str) -> dict[str, int | None]:
    """A table as names and counts."""
    return {row.name: row.count for row in tables.rows[table]}


def test_each_scan_stands_in_every_table(hanging: Hanging) -> None:
    jackson, dover = hanging.station("Jackson"), hanging.station("Dover", "AL")
    english, spanish = hanging.print(jackson, languages=["en", "es"])
    (other,) = hanging.print(dover, design="quiet-notice")
    (train,) = hanging.print(hanging.train("Delta Star"))
    (nowhere,) = hanging.print(hanging.station("Border", None))
    (gallery,) = Link.objects.issue([("US", "en")], kind=Link.Kind.PUBLIC)
    for link, count in ((english, 20), (spanish, 30), (other, 40), (train, 50), (nowhere, 60), (gallery, 70)):
        hanging.scan(link, count)
    tables = tables_of(MONDAY)
    assert tables.total == 270
    assert counts(tables, "state") == {
        "Mississippi": 50, "Alabama": 40, "On trains": 50, "Station without a state": 60,
        "Not at a station or train": 70,
    }  # fmt: skip
    assert counts(tables, "station") == {
        "Jackson": 50, "Dover": 40, "Delta Star": 50, "Border": 60, "Not at a station or train": 70,
    }  # fmt: skip
    assert counts(tables, "language") == {"English": 240, "Spanish": 30}
    quiet = Design.objects.filter(slug="quiet-notice")[0].name
    assert counts(tables, "design")[quiet] == 40
    assert counts(tables, "design")["Made posters, events and others"] == 70
    parts = {row.name: row.part_of for row in tables.rows["station"]}
    assert (parts["Jackson"], parts["Delta Star"], parts["Border"]) == ("MS", ON_TRAINS, UNKNOWN_STATE)
    assert {row.key for row in tables.rows["design"]} >= {NO_DESIGN}
    assert {row.key for row in tables.rows["state"]} >= {ELSEWHERE}


def test_replaced_codes_still_belong_to_their_station(hanging: Hanging) -> None:
    """Were they not, the state's total would be more than its stations, and tell what is withheld."""
    place = hanging.station("Jackson")
    (old,) = hanging.print(place)
    (new,) = replace_codes(of=[PlacementLink.objects.get(link=old)], reason="Copied", by=None)
    hanging.scan(old, 30)
    hanging.scan(new, 12)
    assert counts(tables_of(MONDAY), "station") == {"Jackson": 42}
    assert counts(tables_of(MONDAY), "state") == {"Mississippi": 42}


def test_a_scan_counts_for_the_design_that_was_printed_last(hanging: Hanging) -> None:
    place = hanging.station("Jackson")
    hanging.print(place, design="first-light")
    (link,) = hanging.print(place, design="quiet-notice")
    hanging.scan(link, 30)
    shown = {row.key: row.count for row in tables_of(MONDAY).rows["design"]}
    assert shown == {"first-light": 0, "quiet-notice": 30}


def test_the_demo_stands_apart(hanging: Hanging) -> None:
    (real,) = hanging.print(hanging.station("Jackson"))
    (demo,) = hanging.print(hanging.station("Meridian", is_demo=True))
    hanging.scan(real, 20)
    hanging.scan(demo, 700)
    assert tables_of(MONDAY).total == 20
    assert counts(tables_of(MONDAY), "station") == {"Jackson": 20}
    assert counts(tables_of(MONDAY, of_demo=True), "station") == {"Meridian": 700}


def test_stations_without_a_scan_are_shown_as_such(hanging: Hanging) -> None:
    (link,) = hanging.print(hanging.station("Jackson"))
    hanging.print(hanging.station("Dover"))
    hanging.print(hanging.station("Later"), on=MONDAY + WEEK)
    hanging.scan(link, 30)
    assert counts(tables_of(MONDAY), "station") == {"Jackson": 30, "Dover": 0}


def test_small_counts_of_a_week_are_withheld(hanging: Hanging) -> None:
    links = hanging.print(*(hanging.station(name) for name in ("Alder", "Birch", "Cedar")))
    for link, count in zip(links, (3, 40, 900), strict=True):
        hanging.scan(link, count)
    tables = tables_of(MONDAY)
    assert tables.total == 943
    shown = counts(tables, "station")
    assert shown["Alder"] is None
    assert list(shown.values()).count(None) == 2


def test_weeks_are_published_once_and_never_change(hanging: Hanging) -> None:
    (link,) = hanging.print(hanging.station("Jackson"))
    hanging.scan(link, 30)
    (week,) = publishing.publish(now=morning_after(MONDAY))
    assert (week.monday, week.published_on) == (MONDAY, MONDAY + WEEK)
    hanging.scan(link, 5)  # a host was away
    assert publishing.publish(now=morning_after(MONDAY)) == []
    kept = PublishedWeek.objects.get()
    assert Tables.from_json(kept.tables).total == 30
    assert Entry.objects.filter(verb="published", object_id=str(MONDAY)).count() == 1


def test_counts_that_come_before_the_first_published_week_open_no_other(hanging: Hanging) -> None:
    (link,) = hanging.print(hanging.station("Jackson"))
    hanging.scan(link, 30)
    publishing.publish(now=morning_after(MONDAY))
    hanging.scan(link, 30, day=MONDAY - WEEK)
    assert publishing.publish(now=morning_after(MONDAY)) == []


def test_weeks_without_a_scan_are_weeks_too(hanging: Hanging) -> None:
    (link,) = hanging.print(hanging.station("Jackson"))
    hanging.scan(link, 30)
    hanging.scan(link, 30, day=MONDAY + 2 * WEEK)
    published = publishing.publish(now=morning_after(MONDAY + 2 * WEEK))
    assert [Tables.from_json(week.tables).total for week in published] == [30, 0, 30]


@pytest.mark.parametrize(
    ("moment", "newest"),
    [
        ("2026-10-12T05:59-04:00", "2026-09-28"),  # the journals of Sunday may not be folded yet
        ("2026-10-12T06:00-04:00", "2026-10-05"),
        ("2026-10-12T09:59+00:00", "2026-09-28"),
        ("2026-10-18T23:59-04:00", "2026-10-05"),
    ],
)
def test_a_week_is_over_on_monday_at_six_in_new_york(moment: str, newest: str) -> None:
    assert weeks.last_finished(dt.datetime.fromisoformat(moment)) == dt.date.fromisoformat(newest)


def test_another_day_than_a_monday_is_refused(db: None) -> None:
    with pytest.raises(ValueError, match="no Monday"):
        weeks.counts_of(MONDAY + dt.timedelta(days=1))


def test_sunday_belongs_to_the_week_and_the_next_monday_does_not(hanging: Hanging) -> None:
    (link,) = hanging.print(hanging.station("Jackson"))
    hanging.scan(link, 20, day=MONDAY + dt.timedelta(days=6))
    hanging.scan(link, 500, day=MONDAY + WEEK)
    assert tables_of(MONDAY).total == 20


def test_task_and_command_publish_the_same(hanging: Hanging) -> None:
    assert publishing.publish(now=morning_after(MONDAY)) == []
    (link,) = hanging.print(hanging.station("Jackson"))
    hanging.scan(link, 30)
    tasks.publish_weeks()
    before = PublishedWeek.objects.count()
    assert before
    told = io.StringIO()
    call_command("publish_weeks", stdout=told)
    assert "every finished week is published already" in told.getvalue()
    PublishedWeek.objects.all().delete()
    call_command("publish_weeks", stdout=told)
    assert f"Published: Week of {MONDAY}." in told.getvalue()
    assert PublishedWeek.objects.count() == before


def test_tables_read_back_what_they_kept() -> None:
    rows = {"state": (Row("MS", "Mississippi", 12),), "station": (Row("1", "Jackson", None, "MS"),)}
    tables = Tables(None, {**rows, "design": (), "language": ()})
    assert Tables.from_json(tables.as_json()) == tables


@pytest.fixture
def grown(hanging: Hanging) -> Callable[[], None]:
    """Adds a station that was scanned, each call in another state."""
    states = itertools.cycle(("MS", "AL", "TX", "LA"))
    numbers = itertools.count(1)

    def add() -> None:
        (link,) = hanging.print(hanging.station(f"Station {next(numbers)}", next(states)))
        hanging.scan(link, 30)

    return add


def test_a_week_asks_as_often_for_three_stations_as_for_one(grown: Callable[[], None]) -> None:
    asked = []
    for more in (1, 2):
        for _ in range(more):
            grown()
        with CaptureQueriesContext(connection) as queries:
            tables_of(MONDAY)
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert asked[0] <= 6
    assert DailyCount.objects.count() == 3
