"""People are told once, of what is so, and of students' seminars only the school and the presenter hear."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from post_office.models import Email

from outreach.seminars import notices, pack, publishing
from outreach.seminars.models import Decline, Request, SchoolPack, Seminar, SeminarNotice
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ahead() -> Season:
    return factories.season_ahead()


@pytest.fixture
def staff(user_with: Callable[..., User]) -> User:
    return user_with(Role.SCHEDULER)


def draft(season: Season, **fields: Any) -> Seminar:
    asked = factories.request(season=season, state=Request.State.PLANNED)
    made = factories.seminar(
        season=season, request=asked, audience="students", state="draft", join_url="https://m.org/x"
    )
    return factories.make_ready(made, **fields)


def mails() -> list[tuple[str, str]]:
    return [(mail.to[0].split("@")[0].split(".")[0], mail.subject) for mail in Email.objects.order_by("pk")]


def test_open_tells_school_and_presenter_once(ahead: Season, staff: User) -> None:
    made = publishing.publish(seminar_id=draft(ahead).pk, by=staff)
    assert not Email.objects.exists()

    assert (notices.send_due(), notices.send_due()) == (2, 0)
    told = dict(mails())
    assert set(told) == {"dana", "robin"}
    presenters = Email.objects.get(to=made.presenter.email) if made.presenter else None
    assert presenters is not None
    assert presenters.subject == f"Your booking, {made.short_day}"
    assert "https://m.org/x" not in presenters.message
    assert made.answer == "asked"


def test_same_state_of_a_seminar_is_noted_once(ahead: Season) -> None:
    made = draft(ahead)
    for _ in range(3):
        notices.note(made, template=notices.HELD)
        notices.note(made, template=notices.ASSIGNED, presenter=made.presenter)
    assert SeminarNotice.objects.count() == 2


def test_held_seminar_tells_the_school_what_it_waits_for(ahead: Season, staff: User) -> None:
    made = draft(ahead, private_room="")
    publishing.hold(seminar_id=made.pk, by=staff)
    notices.send_due()
    message = Email.objects.get(to="dana@school.example.org").message
    assert "A private room is needed" in message
    assert made.presenter is not None
    assert made.presenter.name not in message


def test_notice_that_no_longer_holds_makes_no_mail(ahead: Season, staff: User) -> None:
    made = publishing.publish(seminar_id=draft(ahead).pk, by=staff)
    publishing.cancel(seminar_id=made.pk, by=staff, reason="Snow.")
    assert notices.send_due() == 0, "nobody had heard of it"
    assert not SeminarNotice.objects.filter(queued_at=None).exists()


def test_cancel_tells_whoever_had_heard(ahead: Season, staff: User) -> None:
    made = publishing.publish(seminar_id=draft(ahead).pk, by=staff)
    notices.send_due()
    publishing.cancel(seminar_id=made.pk, by=staff, reason="Snow.")
    notices.send_due()
    last = mails()[2:]
    assert {name for name, _ in last} == {"dana", "robin"}
    assert all(made.short_day in subject for _, subject in last)


def test_line_that_changes_makes_papers_old(ahead: Season, staff: User) -> None:
    made = publishing.publish(seminar_id=draft(ahead).pk, by=staff)
    notices.send_due()
    assert SchoolPack.objects.count() == 1
    assert notices.renew_papers() == 0
    assert made.child_line is not None
    type(made.child_line).objects.filter(pk=made.child_line.pk).update(value="1-800-555-0199")

    assert notices.renew_papers() == 1
    notices.send_due()
    newest = Email.objects.order_by("pk").last()
    assert newest is not None
    assert "Card for the adults" in newest.message
    assert (notices.renew_papers(), SchoolPack.objects.count()) == (0, 2)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_template_is_there_and_names_no_school_subject(language: str) -> None:
    folder = Path("templates/mail")
    for template in (
        *(notices.OPENED, notices.HELD, notices.CHANGED, notices.CALLED_OFF, notices.PAPERS),
        *(notices.ASSIGNED, notices.MOVED, notices.RELEASED),
    ):
        subject = (folder / f"{template}.{language}.txt").read_text().partition("\n")[0].lower()
        assert not [word for word in ("traffick", "trata", "police", "polic", "victim") if word in subject]


def test_digests_need_few_statements(ahead: Season, django_assert_max_num_queries: Any) -> None:
    made = draft(ahead)
    whole = Seminar.objects.select_related("area", "request", "presenter__agency", "child_line").get(pk=made.pk)
    with django_assert_max_num_queries(2):
        assert set(pack.digests(whole)) == {str(part) for part in pack.Part}


def test_mail_that_cannot_be_made_holds_up_no_other(
    ahead: Season, staff: User, caplog: pytest.LogCaptureFixture
) -> None:
    made = publishing.publish(seminar_id=draft(ahead).pk, by=staff)
    SeminarNotice.objects.filter(to="presenter").update(template="no_such_template")
    assert notices.send_due() == 1
    assert "could not be made" in caplog.text
    SeminarNotice.objects.filter(to="presenter").update(template=notices.ASSIGNED)
    assert notices.send_due() == 1
    assert made.presenter is not None


def test_who_gave_it_before_is_told_once_and_never_who_said_no(ahead: Season) -> None:
    seminar = factories.seminar(season=ahead, request=factories.request(season=ahead), approved_at=timezone.now())
    ill, unwilling, now = (factories.presenter() for _ in range(3))
    for presenter in (ill, unwilling):
        notices.note(seminar, template=notices.ASSIGNED, presenter=presenter)
    SeminarNotice.objects.update(queued_at=timezone.now())
    Decline.objects.create(presenter=unwilling, seminar=seminar, reason="too_far")
    seminar.presenter = now
    for sequence in (1, 2, 3):
        seminar.sequence = sequence
        seminar.save()
        notices.note_former(seminar)

    released = SeminarNotice.objects.filter(template=notices.RELEASED)
    assert [(notice.presenter, notice.sequence) for notice in released] == [(ill, 1)]
