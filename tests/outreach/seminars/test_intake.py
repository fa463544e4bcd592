"""From request to seminar: every step allowed only where it makes sense, told to the school, on the trail."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from post_office.models import Email

from outreach.seminars import intake, notices, publishing
from outreach.seminars.models import PresenterKind, Request, Seminar
from portal.areas.models import Area
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach import factories

pytestmark = pytest.mark.django_db

TEN = dt.time(10, 0)


@pytest.fixture
def ahead(db: None) -> Season:
    return factories.season_ahead()


@pytest.fixture
def staff(user_with: Callable[..., User]) -> User:
    return user_with(Role.SCHEDULER)


def accepted(season: Season, **fields: Any) -> Request:
    return factories.request(season=season, state="accepted", **fields)


def make(asked: Request, staff: User, **more: Any) -> Seminar:
    plan: dict[str, Any] = {"date": dt.date(asked.season_id, 1, 12), "start": TEN}
    return intake.make_seminar(request_id=asked.pk, by=staff, **plan | more)


@pytest.mark.parametrize(
    ("verb", "state", "more"),
    [
        (intake.accept, "accepted", {}),
        (intake.ask_back, "asked", {"reason": "How many rooms?"}),
        (intake.decline, "declined", {"reason": "Nobody lives near enough."}),
    ],
)
def test_triage_moves_the_request_tells_the_school_and_leaves_a_trail(
    ahead: Season, staff: User, verb: Any, state: str, more: dict[str, str]
) -> None:
    asked = factories.request(season=ahead, contact_language="es")
    verb(request_id=asked.pk, by=staff, **more)

    asked.refresh_from_db()
    assert asked.state == state
    mail = Email.objects.get()
    assert mail.to == [asked.contact_email]
    assert "solicitud" in mail.subject
    assert more.get("reason", "") in mail.message
    entry = Entry.objects.get(object_type="outreach.request")
    assert (entry.actor, entry.before["state"], entry.after["state"]) == (staff, "new", state)


@pytest.mark.parametrize("verb", [intake.ask_back, intake.decline])
def test_triage_without_a_sentence_changes_nothing(ahead: Season, staff: User, verb: Any) -> None:
    asked = factories.request(season=ahead)
    with pytest.raises(intake.NotPossible, match="sentence"):
        verb(request_id=asked.pk, by=staff, reason="  ")

    asked.refresh_from_db()
    assert asked.state == "new"
    assert not Email.objects.exists()


@pytest.mark.parametrize("state", ["planned", "declined", "withdrawn"])
def test_triage_of_a_request_that_is_over_is_refused(ahead: Season, staff: User, state: str) -> None:
    asked = factories.request(season=ahead, state=state)

    with pytest.raises(intake.NotPossible, match="final"):
        intake.accept(request_id=asked.pk, by=staff)
    assert not Email.objects.exists()


def test_submit_twice_keeps_the_first(ahead: Season) -> None:
    nonce = uuid.uuid4()
    window = intake.Window(dt.date(ahead.year, 1, 12), TEN, dt.time(12, 0))
    answers = []
    for name in ("First", "Second"):
        asked = Request(
            season=ahead, school_name=name, city="Jackson", area_id="MS", contact_email="d@example.org", headcount=9
        )
        answers.append(intake.submit(asked=asked, windows=[window], nonce=nonce, language="en"))

    assert answers[0] == answers[1]
    assert Request.objects.get().school_name == "First"
    assert answers[0].preferred_dates.count() == 1
    assert Email.objects.count() == 1


def test_many_requests_for_one_address_do_not_flood_its_inbox(ahead: Season) -> None:
    window = intake.Window(dt.date(ahead.year, 1, 12), TEN, dt.time(12, 0))
    most = intake.MOST_MAILS_AN_HOUR

    def ask(email: str) -> None:
        asked = Request(
            season=ahead, school_name="School", city="Jackson", area_id="MS", contact_email=email, headcount=9
        )
        intake.submit(asked=asked, windows=[window], nonce=uuid.uuid4(), language="en")

    for _ in range(most + 2):
        ask("victim@example.org")
    ask("Victim@example.org")
    assert Request.objects.count() == most + 3
    assert Email.objects.count() == most

    ask("somebody.else@example.org")
    Request.objects.update(confirmed_at=timezone.now())
    ask("victim@example.org")
    assert Email.objects.count() == most + 2


def test_make_seminar_for_students_is_an_unlisted_draft_at_the_schools_time(ahead: Season, staff: User) -> None:
    school = factories.school(time_zone="America/Phoenix", state=Area.objects.get(pk="AZ"), address="1 Main St")
    asked = accepted(ahead, school=school, area=school.state, city="Phoenix", headcount=45)
    made = make(asked, staff)

    asked.refresh_from_db()
    assert asked.state == "planned"
    assert made.starts_at == dt.datetime(ahead.year, 1, 12, 17, 0, tzinfo=dt.UTC)
    assert (made.time_zone, made.capacity, made.address) == ("America/Phoenix", 45, "1 Main St")
    assert (made.state, made.audience, made.is_public) == ("draft", "students", False)
    factories.make_ready(made)
    publishing.publish(seminar_id=made.pk, by=staff)
    assert not Seminar.objects.public().exists()


def test_school_is_told_of_the_day_and_of_its_end(ahead: Season, staff: User) -> None:
    asked = accepted(ahead, contact_language="es")
    made = factories.make_ready(make(asked, staff))
    assert not Email.objects.exists()

    publishing.publish(seminar_id=made.pk, by=staff)
    notices.send_due()
    publishing.cancel(seminar_id=made.pk, by=staff, reason="Nieve.")
    notices.send_due()
    told, called_off = Email.objects.filter(to=asked.contact_email).order_by("pk")
    assert "10:00\u00a0a.m. en Jackson, Mississippi (hora del Centro)" in told.message
    assert "Nieve." in called_off.message


def test_make_seminar_for_adults_gets_a_page_once_published(ahead: Season, staff: User) -> None:
    made = make(accepted(ahead, grades="adults"), staff)
    assert not Seminar.objects.public().exists()

    publishing.publish(seminar_id=made.pk, by=staff)
    assert list(Seminar.objects.listed()) == [made]


def test_make_seminar_needs_an_accepted_request(ahead: Season, staff: User) -> None:
    with pytest.raises(intake.NotPossible, match="accept it first"):
        make(factories.request(season=ahead), staff)


@pytest.mark.parametrize(
    ("month", "day", "says"), [(1, 1, "New Year"), (2, 3, "lies outside"), (1, None, "Martin Luther King")]
)
def test_make_seminar_on_a_closed_day_is_refused(
    ahead: Season, staff: User, month: int, day: int | None, says: str
) -> None:
    day = day or next(day for day in range(15, 22) if dt.date(ahead.year, 1, day).weekday() == 0)
    asked = accepted(ahead)

    with pytest.raises(intake.NotPossible, match=says):
        make(asked, staff, date=dt.date(ahead.year, month, day))
    asked.refresh_from_db()
    assert asked.state == "accepted"
    assert not Seminar.objects.exists()


def test_make_seminar_in_a_state_of_two_clocks_asks_for_one(ahead: Season, staff: User) -> None:
    asked = accepted(ahead, area=Area.objects.get(pk="IN"))

    with pytest.raises(intake.NotPossible, match="America/Indiana/Indianapolis or America/Chicago"):
        make(asked, staff)
    made = make(asked, staff, time_zone="America/Chicago")
    assert made.starts_at == dt.datetime(ahead.year, 1, 12, 16, 0, tzinfo=dt.UTC)


def test_make_seminar_with_a_presenter_the_school_did_not_choose_is_refused(ahead: Season, staff: User) -> None:
    agent = factories.presenter(kind=PresenterKind.FEDERAL_AGENT)
    asked = accepted(ahead)

    with pytest.raises(intake.NotPossible, match="did not choose"):
        make(asked, staff, presenter=agent)
    chosen = accepted(ahead, presenter_kinds=[PresenterKind.EDUCATOR, PresenterKind.FEDERAL_AGENT])
    assert make(chosen, staff, presenter=agent).presenter == agent


def test_make_seminar_twice_makes_one(ahead: Season, staff: User) -> None:
    asked = accepted(ahead)
    make(asked, staff)

    with pytest.raises(intake.NotPossible):
        make(asked, staff)
    assert Seminar.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"state": "open"}, "only a draft"),
        ({"state": "draft", "starts_at": factories.in_days(-1)}, "passed"),
        ({"state": "draft", "capacity": 0}, "no seats"),
    ],
)
def test_publish_refuses_what_cannot_take_place(staff: User, fields: dict[str, Any], says: str) -> None:
    seminar = factories.seminar(**fields)
    with pytest.raises(intake.NotPossible, match=says):
        publishing.publish(seminar_id=seminar.pk, by=staff)


def test_cancel_counts_the_sequence_up_and_is_final(staff: User) -> None:
    seminar = factories.seminar()
    publishing.cancel(seminar_id=seminar.pk, by=staff, reason="Snow.")

    seminar.refresh_from_db()
    assert (seminar.state, seminar.sequence, seminar.reason) == ("cancelled", 1, "Snow.")
    with pytest.raises(intake.NotPossible):
        publishing.cancel(seminar_id=seminar.pk, by=staff, reason="Snow again.")


def test_finish_waits_for_the_end(staff: User) -> None:
    seminar = factories.seminar()
    with pytest.raises(intake.NotPossible):
        publishing.finish(seminar_id=seminar.pk, by=staff)

    over = factories.seminar(starts_at=factories.in_days(-1))
    assert publishing.finish(seminar_id=over.pk, by=staff).state == "done"
