"""A presenter's yes and no: by POST, once, and never a seminar for students without somebody whom parents know of."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email
from pytest_django import DjangoAssertNumQueries

from outreach.seminars import occupancy
from outreach.seminars.models import BookedInstant, Decline, Presenter, Seminar
from outreach.seminars.presenters import assignments
from outreach.seminars.refusals import NotPossible
from portal.areas.models import Area
from portal.audit.models import Entry
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.seminars.presenters.conftest import approved

pytestmark = pytest.mark.django_db


def say(presenter: Presenter, seminar: Seminar, answer: str, **more: Any) -> Seminar:
    return assignments.answer(presenter_key=presenter.key, seminar_uid=seminar.uid, answer=answer, **more)


def test_yes_is_kept_once(robin: Presenter) -> None:
    event = approved(robin)
    say(robin, event, "confirmed")
    say(robin, event, "confirmed")
    event.refresh_from_db()
    assert (event.answer, event.state) == ("confirmed", "open")
    assert event.answered_at is not None
    [entry] = Entry.objects.filter(verb="confirmed by the presenter")
    assert "Robin" not in str(entry.after)


def test_no_keeps_the_hour_frees_the_presenter_and_tells_the_school_nothing(robin: Presenter) -> None:
    event = approved(robin, locked=True)
    occupancy.book(presenter_ids=[robin.pk])
    assert BookedInstant.objects.filter(presenter=robin).exists()
    start = event.starts_at

    say(robin, event, "declined", reason="too_far", note="Bridge closed")

    event.refresh_from_db()
    assert (event.presenter, event.state, event.answer, event.locked) == (None, "draft", "declined", False)
    assert (event.starts_at, event.request.state if event.request else "") == (start, "planned")
    assert event.approved_at is not None
    assert not BookedInstant.objects.exists()
    assert not Email.objects.exists()
    no = Decline.objects.get()
    assert (no.reason, no.note) == ("too_far", "Bridge closed")
    assert "Bridge" not in str(list(Entry.objects.values("before", "after", "verb")))
    assert not robin.availability.exists()

    assert say(robin, event, "declined", reason="other").presenter_id is None
    assert Decline.objects.get().reason == "too_far"


def test_no_after_yes_is_possible(robin: Presenter) -> None:
    event = approved(robin)
    say(robin, event, "confirmed")
    say(robin, event, "declined", reason="not_free")
    event.refresh_from_db()
    assert event.presenter is None
    assert robin.availability.get().is_away


def test_no_to_a_seminar_for_adults_leaves_it_open_for_those_who_booked(robin: Presenter) -> None:
    event = factories.seminar(presenter=robin)
    factories.booking(event)
    say(robin, event, "declined", reason="other")
    event.refresh_from_db()
    assert (event.state, event.presenter, event.seats_taken) == ("open", None, 1)


def test_only_ones_own_seminar_that_lies_ahead_can_be_answered(robin: Presenter) -> None:
    other = factories.presenter(email="other@lamp.example.org")
    theirs = approved(other)
    begun = factories.seminar(presenter=robin, starts_at=timezone.now() - dt.timedelta(minutes=1))
    off = factories.seminar(presenter=robin, state="cancelled")
    for event, reason in ((theirs, "no longer yours"), (begun, "over or was called off"), (off, "over or was called")):
        for answer in ("confirmed", "declined"):
            with pytest.raises(NotPossible, match=reason):
                say(robin, event, answer, reason="other")
    assert not Decline.objects.exists()
    with pytest.raises(Presenter.DoesNotExist):
        assignments.answer(presenter_key=uuid.uuid4(), seminar_uid=theirs.uid, answer="confirmed")
    draft = factories.seminar(presenter=robin, state="draft")
    with pytest.raises(Seminar.DoesNotExist):
        say(robin, draft, "confirmed")


def test_answer_to_what_changed_meanwhile_is_refused(robin: Presenter) -> None:
    event = approved(robin, sequence=3)
    with pytest.raises(NotPossible, match="changed while you had the page open"):
        say(robin, event, "confirmed", seen=2)
    with pytest.raises(NotPossible, match="Choose why"):
        say(robin, event, "declined", seen=3)
    event.refresh_from_db()
    assert event.answer == "asked"


def post(client: Client, presenter: Presenter, event: Seminar, **fields: str) -> tuple[int, str]:
    sent = {"seminar": str(event.uid), "seen": str(event.sequence), **fields}
    answer = client.post(reverse("presenter-page", args=[presenter.key]), sent)
    return answer.status_code, answer.content.decode()


def test_page_answers_by_post_and_says_what_is_wrong(client: Client, robin: Presenter) -> None:
    event = approved(robin)
    path = reverse("presenter-page", args=[robin.key])
    page = client.get(path)
    assert "Pearl River High School" in page.content.decode()
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store", "noindex")
    assert "Dana Cole" not in page.content.decode()

    assert post(client, robin, event, answer="declined")[0] == 409
    status, text = post(client, robin, event, answer="declined", seminar="nonsense")
    assert (status, "nothing is left for you to do" in text) == (409, True)
    assert post(client, robin, event, answer="confirmed")[0] == 303
    event.refresh_from_db()
    assert event.answer == "confirmed"
    assert "Dana Cole" in client.get(path).content.decode()

    assert post(client, robin, event, answer="declined", reason="not_mine")[0] == 303
    assert "Pearl River" not in client.get(path).content.decode()
    assert not client.cookies


def test_drafts_are_seen_by_nobody_before_they_are_approved(client: Client, robin: Presenter) -> None:
    approved(robin, state="draft", approved_at=None, venue="Hidden School")
    approved(robin, state="draft", venue="Held School")
    page = client.get(reverse("presenter-page", args=[robin.key])).content.decode()
    assert "Hidden School" not in page
    assert "Held School" in page
    assert "The school is still preparing it" in page


@pytest.mark.parametrize(
    ("zone", "area", "utc", "there", "here"),
    [
        ("Pacific/Guam", "GU", 0, "10:00 a.m.", "6:00 p.m."),
        ("America/Phoenix", "AZ", 17, "10:00 a.m.", "11:00 a.m."),
        ("America/Indiana/Indianapolis", "IN", 15, "10:00 a.m.", "9:00 a.m."),
        ("America/Indiana/Tell_City", "IN", 16, "10:00 a.m.", ""),
    ],
)
def test_each_seminar_is_told_on_both_clocks(
    client: Client, robin: Presenter, ahead: Season, zone: str, area: str, utc: int, there: str, here: str
) -> None:
    start = dt.datetime(ahead.year, 1, 13, utc, tzinfo=dt.UTC)
    approved(robin, time_zone=zone, area=Area.objects.get(pk=area), starts_at=start)
    page = client.get(reverse("presenter-page", args=[robin.key])).content.decode().replace("\u00a0", " ")
    assert f"13 January {ahead.year}, {there}" in page
    if here:
        own_day = 12 if zone == "Pacific/Guam" else 13
        assert f"{own_day} January {ahead.year}, {here} (Central Time)" in page
    else:
        assert "On your own clock" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_for_one_and_for_three(
    client: Client, robin: Presenter, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        approved(robin, starts_at=factories.in_days(30 + number))
    client.get(reverse("presenter-page", args=[robin.key]))
    with django_assert_max_num_queries(7):
        page = client.get(reverse("presenter-page", args=[robin.key]))
    assert page.content.decode().count("Yes, I come") == count


def test_who_retired_has_no_page(client: Client, robin: Presenter) -> None:
    Presenter.objects.update(retired_at=timezone.now())
    for name in ("presenter-page", "presenter-days", "presenter-details"):
        assert client.get(reverse(name, args=[robin.key])).status_code == 404
    assert client.get(reverse("presenter-calendar", args=[robin.calendar_key])).status_code == 404
