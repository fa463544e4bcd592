"""The page on which presenters say when they have time."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from outreach.seminars.models import Presenter
from outreach.seminars.presenters import month
from outreach.seminars.presenters.availability import AWAY, Hours, set_day, set_week
from portal.areas import clocks
from portal.seasons.models import Season
from tests.outreach import factories

pytestmark = pytest.mark.django_db

NINE_TO_FIVE = Hours(dt.time(9), dt.time(17))


def page_of(presenter: Presenter, query: str = "", language: str = "en") -> str:
    return reverse("presenter-days", args=[presenter.key]).replace("/en/", f"/{language}/") + query


def week(**on: tuple[str, str]) -> dict[str, str]:
    """A week as the form sends it: ``mon=("09:00", "17:00")``."""
    sent = {"step": "week"}
    for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun")):
        start, end = on.get(name, ("09:00", "17:00"))
        sent |= {f"start_{number}": start, f"end_{number}": end}
        if name in on:
            sent[f"on_{number}"] = "on"
    return sent


def test_week_is_kept(client: Client, robin: Presenter) -> None:
    assert client.post(page_of(robin), week(mon=("08:30", "12:00"), thu=("10:00", "15:00"))).status_code == 303
    rows = list(robin.weekly_hours.values_list("weekday", "start", "end"))
    assert rows == [(0, dt.time(8, 30), dt.time(12)), (3, dt.time(10), dt.time(15))]


@pytest.mark.parametrize(("start", "end"), [("12:00", "09:00"), ("", "12:00"), ("25:00", "26:00")])
def test_a_wrong_week_is_told_and_nothing_is_lost(client: Client, robin: Presenter, start: str, end: str) -> None:
    set_week(presenter_id=robin.pk, week={4: NINE_TO_FIVE})
    page = client.post(page_of(robin), week(mon=(start, end), tue=("07:15", "11:45")))
    assert page.status_code == 422
    assert 'value="07:15"' in page.content.decode()
    assert list(robin.weekly_hours.values_list("weekday", flat=True)) == [4]


def test_ticks_of_a_month_are_kept_without_a_script(client: Client, robin: Presenter, ahead: Season) -> None:
    set_day(presenter_id=robin.pk, date=dt.date(ahead.year, 1, 5), hours=AWAY)
    sent = {"step": "month", "away": [f"{ahead.year}-01-12", f"{ahead.year}-02-12", "nonsense", "2027-13-40"]}
    answer = client.post(page_of(robin, f"?month={ahead.year}-01"), sent)
    assert answer.status_code == 303
    assert [row.date for row in robin.availability.all()] == [dt.date(ahead.year, 1, 12)]


def test_one_tick_is_kept_and_told_to_the_script(client: Client, robin: Presenter, ahead: Season) -> None:
    set_day(presenter_id=robin.pk, date=dt.date(ahead.year, 1, 5), hours=AWAY)
    day = f"{ahead.year}-01-12"
    sent = {"step": "month", "only": day, "away": day}
    answer = client.post(page_of(robin, f"?month={ahead.year}-01"), sent, headers={"Accept": "application/json"})
    assert answer.json()[day]["label"].endswith(": Away")
    assert robin.availability.filter(is_away=True).count() == 2


def test_other_hours_of_one_day(client: Client, robin: Presenter, ahead: Season) -> None:
    address = page_of(robin, f"?month={ahead.year}-01&day={ahead.year}-01-12")
    assert f"12 January {ahead.year}" in client.get(address).content.decode()
    wrong = client.post(address, {"step": "day", "holds": "hours", "start": "12:00", "end": "10:00"})
    assert wrong.status_code == 422
    assert client.post(address, {"step": "day", "holds": "hours", "start": "10:00", "end": "12:00"}).status_code == 303
    assert robin.availability.get().start == dt.time(10)
    client.post(address, {"step": "day", "holds": "away"})
    assert robin.availability.get().is_away
    client.post(address, {"step": "day", "holds": "week"})
    assert not robin.availability.exists()


@pytest.mark.parametrize("query", ["?month=x", "?month=0000-00", "?month=9999-12&day=9999-12-31", "?day=2027-02-31"])
def test_any_address_shows_a_month(client: Client, robin: Presenter, query: str) -> None:
    assert client.get(page_of(robin, query)).status_code == 200


def test_days_that_passed_cannot_be_changed(client: Client, robin: Presenter) -> None:
    now = timezone.now()
    today = clocks.local(now, robin.time_zone).date()
    yesterday = today - dt.timedelta(days=1)
    client.post(page_of(robin, f"?month={today:%Y-%m}"), {"step": "month", "away": [f"{yesterday}", f"{today}"]})
    assert [row.date for row in robin.availability.all()] == [today]


@pytest.mark.parametrize(("language", "first"), [("en", "Sunday"), ("es", "lunes")])
def test_week_begins_as_the_language_says(client: Client, robin: Presenter, language: str, first: str) -> None:
    page = client.get(page_of(robin, language=language)).content.decode()
    head = page[page.index("<thead>") : page.index("</thead>")]
    assert head.split('abbr="')[1].startswith(first)


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_whatever_is_kept(
    client: Client, robin: Presenter, ahead: Season, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    set_week(presenter_id=robin.pk, week=dict.fromkeys(range(count), NINE_TO_FIVE))
    for number in range(count):
        set_day(presenter_id=robin.pk, date=dt.date(ahead.year, 1, 4 + number), hours=AWAY)
        factories.seminar(presenter=robin, starts_at=dt.datetime(ahead.year, 1, 14 + number, 16, tzinfo=dt.UTC))
    client.get(page_of(robin))
    with django_assert_max_num_queries(8):
        page = client.get(page_of(robin)).content.decode()
    assert page.count("checked") >= 2 * count
    assert page.count(", you have a seminar") == count


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Guam", 14), ("America/Phoenix", 13), ("America/Chicago", 13)])
def test_seminars_stand_on_the_presenters_own_date(robin: Presenter, ahead: Season, zone: str, day: int) -> None:
    robin.time_zone = zone
    event = factories.seminar(presenter=robin, starts_at=dt.datetime(ahead.year, 1, 13, 16, tzinfo=dt.UTC))
    shown = month.month_of(robin, dt.date(ahead.year, 1, 1), now=timezone.now())
    assert {cell.date.day: cell.seminars for cell in shown.cells.values() if cell.seminars} == {day: [event]}


def test_a_week_across_months_leads_on() -> None:
    assert month.step(dt.date(2026, 12, 1), 1) == dt.date(2027, 1, 1)
    assert month.step(dt.date(2027, 1, 1), -1) == dt.date(2026, 12, 1)
