"""Feedback: ticked, counted, and nowhere else."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.core.serializers import serialize
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach.attendance import door, feedback
from outreach.attendance.feedback import NotNow
from outreach.attendance.models import FeedbackTally
from outreach.registration.models import BookingNotice, Registration
from outreach.seminars.models import Seminar
from tests.outreach.attendance.doors import a_class, arrives, door_of, guest, tonight

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def over(hours: float = 2, **fields: object) -> Seminar:
    """An event that ended so many hours ago."""
    return tonight(starts_at=timezone.now() - dt.timedelta(hours=hours + 1), minutes=60, **fields)


def tallies() -> dict[tuple[str, str], int]:
    return {(each.question, each.answer): each.count for each in FeedbackTally.objects.all()}


class TestAnswers:
    def test_answers_are_added_up_and_who_gave_them_is_nowhere(self) -> None:
        event = over()
        for useful in ("yes", "yes", "no"):
            booked = guest(event)
            feedback.give(uid=booked.uid, answers={"useful": useful, "reach": "yes"}, now=NOW)

        assert tallies() == {("useful", "yes"): 2, ("useful", "no"): 1, ("reach", "yes"): 3}
        kept = serialize("json", FeedbackTally.objects.all())
        assert not any(str(value) in kept for row in Registration.objects.all() for value in (row.uid, row.ticket))

    def test_second_answer_is_refused(self) -> None:
        booked = guest(over())
        feedback.give(uid=booked.uid, answers={"useful": "yes"}, now=NOW)
        with pytest.raises(NotNow, match="answered"):
            feedback.give(uid=booked.uid, answers={"useful": "no"}, now=NOW)
        assert tallies() == {("useful", "yes"): 1}

    def test_made_up_questions_and_answers_are_left_out(self) -> None:
        booked = guest(over())
        feedback.give(uid=booked.uid, answers={"useful": "awful", "name": "yes"}, hands={"yes": 9}, now=NOW)
        assert tallies() == {}

    def test_class_answers_by_raised_hands(self) -> None:
        booked = a_class(over())
        feedback.give(uid=booked.uid, answers={"useful": "yes"}, hands={"yes": 20, "no": 4, "partly": 0}, now=NOW)
        assert tallies() == {("useful", "yes"): 1, ("class", "yes"): 20, ("class", "no"): 4}

    @pytest.mark.parametrize(
        ("hours", "state", "why"),
        [(-2.0, "booked", "early"), (24 * 22.0, "booked", "late"), (2.0, "cancelled", "none"), (2.0, "lapsed", "none")],
    )
    def test_not_before_nor_long_after_nor_by_others(self, hours: float, state: str, why: str) -> None:
        booked = guest(over(hours), state=state)
        with pytest.raises(NotNow, match=why):
            feedback.give(uid=booked.uid, answers={"useful": "yes"}, now=NOW)
        assert tallies() == {}


class TestPage:
    def test_there_is_nothing_to_write_in(self, client: Client) -> None:
        page = client.get(reverse("booking-feedback", args=[a_class(over()).uid])).content.decode()
        assert "<textarea" not in page
        assert 'type="text"' not in page
        assert "Hands for" in page

    def test_sent_answers_lead_to_thanks_and_looking_counts_nothing(self, client: Client) -> None:
        booked = guest(over())
        address = reverse("booking-feedback", args=[booked.uid])
        client.get(address)
        client.head(address)
        assert tallies() == {}
        answer = client.post(address, {"useful": "yes"})
        assert (answer.status_code, answer["Location"]) == (303, reverse("feedback-thanks", args=[booked.seminar.uid]))
        assert "are counted" in client.get(address).content.decode()
        client.post(address, {"useful": "no"})
        assert tallies() == {("useful", "yes"): 1}

    def test_empty_or_impossible_answers_are_said(self, client: Client) -> None:
        booked = a_class(over(), seats=20)
        address = reverse("booking-feedback", args=[booked.uid])
        for said, told in (({}, "Tick one answer"), ({"hands_yes": 18, "hands_no": 9}, "at most 20")):
            answer = client.post(address, said)
            assert (answer.status_code, told in answer.content.decode()) == (422, True)
        assert tallies() == {}

    def test_unknown_booking_is_not_found(self, client: Client) -> None:
        assert client.get(reverse("booking-feedback", args=[uuid.uuid4()])).status_code == 404


class TestAsking:
    @pytest.fixture
    def event(self) -> Seminar:
        return over()

    def asked(self) -> list[str]:
        return [notice.registration.name for notice in BookingNotice.objects.filter(template="feedback_asked")]

    def test_those_who_came_are_asked_once(self, event: Seminar) -> None:
        here, _away = guest(event, "Here"), guest(event, "Away")
        link, _ = door_of(event)
        door.record(door=link, device=uuid.uuid4(), items=[arrives(here)])
        assert [feedback.ask(now=timezone.now()) for _ in range(3)] == [1, 0, 0]
        assert self.asked() == ["Here"]

    def test_all_who_booked_are_asked_where_no_door_was(self, event: Seminar) -> None:
        guest(event, "Ana")
        guest(event, "Gone", state="cancelled")
        guest(event, "Told", has_answered=True)
        feedback.ask(now=timezone.now())
        assert self.asked() == ["Ana"]

    @pytest.mark.parametrize("fields", [{"state": "cancelled"}, {"state": "draft"}])
    def test_nobody_is_asked_of_what_did_not_take_place(self, event: Seminar, fields: dict[str, str]) -> None:
        guest(event)
        Seminar.objects.filter(pk=event.pk).update(**fields)
        assert feedback.ask(now=timezone.now()) == 0

    def test_nobody_is_asked_before_it_is_over(self) -> None:
        guest(over(-0.5))
        assert feedback.ask(now=timezone.now()) == 0

    @pytest.mark.parametrize("zone", ["America/Phoenix", "America/Indiana/Knox", "Pacific/Guam", "America/New_York"])
    @pytest.mark.parametrize(("ends", "asked"), [(11, 12), (18, 19), (19, 9), (23, 9), (2, 9)])
    def test_asked_by_day_on_the_place_s_clock(self, zone: str, ends: int, asked: int) -> None:
        there = dt.datetime(2027, 1, 12, ends, tzinfo=ZoneInfo(zone))
        event = Seminar(starts_at=there - dt.timedelta(hours=1), minutes=60, time_zone=zone)
        due = feedback.by_day(event).astimezone(ZoneInfo(zone))
        assert due.hour == asked
        assert dt.timedelta() < due - there < dt.timedelta(hours=15)
