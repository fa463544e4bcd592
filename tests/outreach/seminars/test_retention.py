"""What schools and presenters wrote goes in time; what the campaign did stays."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from post_office.models import Email

from outreach.seminars import retention
from outreach.seminars.intake import write_to_school
from outreach.seminars.models import (
    Availability,
    Decline,
    PresenterInvitation,
    RequestDraft,
    SchoolPack,
    Seminar,
    SeminarNotice,
)
from portal.audit.models import Entry
from portal.keeping.register import keep_days
from portal.seasons.models import Season
from tests.outreach import factories

pytestmark = pytest.mark.django_db

PERSONAL: dict[str, Any] = {
    "contact_name": "Dana Cole",
    "contact_phone": "601-555-0131",
    "safeguarding_contact": "Ms. Reed",
    "private_room": "Room 3",
    "opt_out": "Call Ms. Reed",
    "note": "My sister needs help",
    "answer": "Ask Tom",
    "reason": "Which week, Dana?",
}


@pytest.fixture
def ahead() -> Season:
    return factories.season_ahead()


def after(season: Season, days: int) -> dt.date:
    return season.ends_on + dt.timedelta(days=days)


def test_requests_are_forgotten_ninety_days_after_their_season(ahead: Season) -> None:
    asked = factories.request(season=ahead, **PERSONAL)
    write_to_school(asked, "request_accepted")
    day = after(ahead, keep_days("requests"))
    retention.forget(today=day)
    asked.refresh_from_db()
    assert asked.contact_name == "Dana Cole"

    Email.objects.update(created=timezone.now() - dt.timedelta(days=400))
    assert retention.forget(today=day + dt.timedelta(days=1)) > 0
    asked.refresh_from_db()
    assert not [value for name in PERSONAL if (value := getattr(asked, name))]
    assert asked.contact_email == retention.FORGOTTEN
    assert (asked.headcount, asked.grades, asked.school_name) == (30, "9-12", "Pearl River High School")
    assert not Email.objects.exists()
    assert retention.forget(today=day + dt.timedelta(days=2)) == 0


def test_open_seminar_that_nobody_closed_is_done_and_blank(ahead: Season) -> None:
    made = factories.seminar(season=ahead, audience="students", request=factories.request(season=ahead))
    SchoolPack.objects.create(seminar=made, digests={"letter": "0" * 64})
    SeminarNotice.objects.create(seminar=made, to="school", template="request_planned", sequence=0)
    retention.forget(today=after(ahead, keep_days("requests") + 1))
    made.refresh_from_db()
    assert (made.state, made.safeguarding_contact, made.private_room, made.opt_out) == ("done", "", "", "")
    assert made.parents_told_on is not None
    assert not SchoolPack.objects.exists()
    assert not SeminarNotice.objects.exists()
    assert Entry.objects.filter(verb="done", object_id=str(made.pk)).exists()


def test_presenters_days_and_words_go_and_the_refusal_stays(ahead: Season) -> None:
    presenter = factories.presenter()
    Availability.objects.create(presenter=presenter, date=ahead.starts_on, is_away=True)
    made = factories.seminar(season=ahead)
    Decline.objects.create(presenter=presenter, seminar=made, reason="not_free", note="My mother is ill")
    Decline.objects.update(at=timezone.now() - dt.timedelta(days=500))
    retention.forget(today=after(ahead, keep_days("requests") + 40))
    assert not Availability.objects.exists()
    assert [(refusal.reason, refusal.note) for refusal in Decline.objects.all()] == [("not_free", "")]


def test_invitations_and_drafts_go_when_nothing_comes_of_them(ahead: Season) -> None:
    now = timezone.now()
    for number, closed in enumerate([{"used_at": now}, {"withdrawn_at": now}, {}]):
        PresenterInvitation.objects.create(
            presenter=factories.presenter(),
            email="robin@lamp.example.org",
            token_sha256=f"{number:064}",
            expires_at=now + dt.timedelta(days=14),
            **closed,
        )
    RequestDraft.objects.create(season=ahead, data={"contact_name": "Dana"})
    assert retention.forget(today=timezone.localdate()) == 0
    retention.forget(today=timezone.localdate() + dt.timedelta(days=keep_days("invitations") + 2))
    assert [invitation.token_sha256 for invitation in PresenterInvitation.objects.all()] == [f"{2:064}"]
    assert not RequestDraft.objects.exists()


def test_every_seminar_of_the_running_season_keeps_what_it_needs(ahead: Season) -> None:
    made = factories.seminar(season=ahead, audience="students")
    retention.forget(today=after(ahead, 30))
    assert Seminar.objects.get(pk=made.pk).private_room == "Room 14"
