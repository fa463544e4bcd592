"""The public pages of seminars: how a school asks."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from post_office.models import Email

from outreach.seminars.forms import RequestForm
from outreach.seminars.models import Request, Seminar
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.seminars import asking

pytestmark = pytest.mark.django_db


@pytest.fixture
def ahead(db: None) -> Season:
    """A season that has not begun."""
    return factories.season_ahead()


def test_ask_keeps_the_request_and_writes_to_the_contact(client: Client, ahead: Season) -> None:
    answer = client.post(
        "/es/seminars/ask/", asking.wish(ahead, date_2=f"{ahead.year}-01-13", earliest_2="10:00", latest_end_2="11:00")
    )

    assert (answer.status_code, answer["Location"]) == (303, "/es/seminars/ask/sent/")
    asked = Request.objects.get()
    assert (asked.season, asked.area_id, asked.headcount, asked.needs) == (ahead, "MS", 60, "ASL, CART")
    assert asked.presenter_kinds == ["educator"]
    assert [(day.rank, day.date.day, day.earliest.hour) for day in asked.preferred_dates.all()] == [
        (0, 12, 9),
        (1, 13, 10),
    ]
    mail = Email.objects.get()
    assert mail.to == ["dana@school.example.org"]
    assert f"/es/seminars/asked/{asked.uid}/" in mail.message
    assert not answer.cookies


def test_ask_sent_twice_is_one_request(client: Client, ahead: Season) -> None:
    wish = asking.wish(ahead)
    for _ in range(2):
        assert client.post(reverse("seminar-request"), wish).status_code == 303

    assert Request.objects.count() == 1
    assert Email.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"date_1": "{year}-01-01"}, "is New Year’s Day: schools are closed"),
        ({"date_1": "{mlk}"}, "is Martin Luther King Day: schools are closed"),
        ({"date_1": "{year}-02-02"}, "The campaign runs from"),
        ({"date_1": "1999-01-12"}, "has passed"),
        ({"latest_end_1": "09:30"}, "at least 60 minutes"),
        ({"latest_end_1": "08:00"}, "at least 60 minutes"),
        ({"date_2": "{year}-01-13"}, "A day needs all three"),
        ({"earliest_3": "10:00"}, "A day needs all three"),
        ({"parents_told_on": ""}, "students will be in the room"),
        ({"safeguarding_contact": ""}, "students will be in the room"),
        ({"parents_told_on": "{year}-01-12"}, "before the first day"),
        ({"presenter_kinds": []}, "required"),
        ({"presenter_kinds": ["clown"]}, "valid choice"),
        ({"area": "US"}, "valid choice"),
        ({"headcount": "0"}, "greater than or equal to 1"),
        ({"contact_email": "dana"}, "valid email"),
    ],
)  # fmt: skip
def test_ask_says_what_is_wrong_and_loses_nothing(
    client: Client, ahead: Season, more: dict[str, Any], says: str
) -> None:
    monday = next(day for day in range(15, 22) if dt.date(ahead.year, 1, day).weekday() == 0)
    words = {"year": ahead.year, "mlk": f"{ahead.year}-01-{monday}"}
    wish = asking.wish(
        ahead,
        note="Room 5 has a screen",
        **{k: v.format(**words) if isinstance(v, str) else v for k, v in more.items()},
    )
    answer = client.post(reverse("seminar-request"), wish)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "Nothing is lost" in page
    for kept in ("Room 5 has a screen", "Pearl River High School", wish["nonce"]):
        assert kept in page
    assert not Request.objects.exists()


def test_closed_days_of_2027_are_the_first_and_the_eighteenth() -> None:
    season = Season.objects.get(year=2027)
    for day, name in ((1, "New Year’s Day"), (18, "Martin Luther King Day")):
        sent = asking.wish(season, date_1=f"2027-01-{day:02}", parents_told_on="2026-12-15")
        errors = RequestForm(sent, season=season, today=dt.date(2026, 11, 1)).errors
        assert name in errors["date_1"][0]
    assert RequestForm(asking.wish(season), season=season, today=dt.date(2026, 11, 1)).is_valid()


def test_ask_for_adults_needs_no_parents(client: Client, ahead: Season) -> None:
    client.post(
        reverse("seminar-request"), asking.wish(ahead, grades="adults", parents_told_on="", safeguarding_contact="")
    )

    assert Request.objects.get().audience == "adults"


def test_ask_names_presenters_plainly_and_chooses_none_but_the_educator(client: Client, ahead: Season) -> None:
    page = client.get(reverse("seminar-request"), {"at": "people"}).content.decode()

    assert "may be immigration enforcement" in page
    checked = [part.split(">")[0] for part in page.split("<input") if "presenter_kinds" in part and "checked" in part]
    assert len(checked) == 1
    assert 'value="educator"' in checked[0]


def test_ask_shows_the_notice_over_the_free_text(client: Client, ahead: Season) -> None:
    page = client.get(reverse("seminar-request"), {"at": "contact"}).content.decode()

    assert 0 < page.index("Please don’t write about anyone’s situation here") < page.index("<textarea")


def test_ask_drops_what_a_machine_sends(client: Client, ahead: Season) -> None:
    answer = client.post(reverse("seminar-request"), asking.wish(ahead, website="x"))

    assert answer["Location"] == reverse("seminar-request-sent")
    assert not Request.objects.exists()


def test_request_page_changes_nothing_until_a_button_is_pressed(client: Client, ahead: Season) -> None:
    asked = factories.request(season=ahead)
    path = reverse("request-page", args=[asked.uid])
    for scan in (client.get, client.head, client.options):
        scan(path)
        scan(f"{path}?step=withdraw")
    asked.refresh_from_db()
    assert (asked.state, asked.confirmed_at) == ("new", None)

    client.post(path, {"step": "confirm"})
    asked.refresh_from_db()
    assert asked.confirmed_at is not None
    client.post(path, {"step": "withdraw"})
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert "You took this request back" in client.get(path).content.decode()


def test_request_page_of_a_planned_request_refuses_to_withdraw(client: Client, ahead: Season) -> None:
    asked = factories.request(season=ahead, state="planned")
    answer = client.post(reverse("request-page", args=[asked.uid]), {"step": "withdraw"})

    assert answer.status_code == 409
    assert "no longer possible" in answer.content.decode()


@pytest.mark.parametrize("step", ["", "accept", "decline"])
def test_request_page_knows_no_other_step(client: Client, ahead: Season, step: str) -> None:
    asked = factories.request(season=ahead)

    assert client.post(reverse("request-page", args=[asked.uid]), {"step": step}).status_code == 404


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(data=st.data())
def test_form_answers_anything_with_a_request_or_with_words(ahead: Season, data: st.DataObject) -> None:
    wish = asking.wish(ahead)
    for name in data.draw(st.lists(st.sampled_from([*wish, "date_2", "earliest_3", "note"]), max_size=4)):
        wish[name] = data.draw(
            st.one_of(st.text(max_size=300), st.dates().map(str), st.times().map(str), st.integers().map(str))
        )
    checked = RequestForm(wish, season=ahead, today=dt.date(2020, 1, 1))

    if checked.is_valid():
        asked = checked.request()
        asked.clean_fields(exclude=["nonce"])
        assert checked.windows()
        assert all(window.earliest < window.latest_end for window in checked.windows())
    else:
        assert all(messages for messages in checked.errors.values())


def test_seminar_is_public_by_the_row_exactly_when_by_the_query() -> None:
    for state in Seminar.State:
        for audience in Seminar.Audience:
            seminar = factories.seminar(state=state, audience=audience)
            assert seminar.is_public == Seminar.objects.public().filter(pk=seminar.pk).exists()
