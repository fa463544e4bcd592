"""Many phones at the same moment, each on a connection of its own: on SQLite, and with ``-p tests.plugins.postgres``."""

import random
import threading
import uuid
from collections import Counter
from functools import partial

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from outreach.attendance import attendance, door, feedback
from outreach.attendance.door import Answer, Item
from outreach.attendance.feedback import NotNow
from outreach.attendance.models import CheckIn, DoorLink, FeedbackTally
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.areas.models import Area
from tests.campaign.posters.test_at_once import at_once, on_disk
from tests.faults.test_double_booking import slow_at
from tests.outreach import factories
from tests.outreach.attendance.doors import arrives, door_of, guest, students, tonight, undoes

__all__ = ["on_disk"]

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.django_db(transaction=True)]
PHONES = 8


@pytest.fixture(autouse=True)
def ahead(transactional_db: None) -> None:
    """What the migrations brought in is gone after the first of such tests."""
    Area.objects.get_or_create(code="MS", defaults={"name": "Mississippi", "kind": "state"})
    factories.season_ahead()


def send(
    link: DoorLink, device: int, items: list[Item], meeting: threading.Barrier | None = None
) -> dict[uuid.UUID, Answer]:
    """A batch of a phone, with delays round everything that writes a record."""
    with slow_at("outreach_checkin", 0.3, meeting):
        return door.record(door=link, device=uuid.UUID(int=device), items=items)


def test_one_ticket_at_eight_doors_counts_once() -> None:
    event = tonight()
    booked = guest(event, seats=3)
    doors = [door_of(event, f"Door {n}")[0] for n in range(PHONES)]
    meeting = threading.Barrier(PHONES)
    answers = at_once([partial(send, each, n, [arrives(booked)], meeting) for n, each in enumerate(doors)])

    assert Counter(answer for each in answers for answer in each.values()) == {  # type: ignore[attr-defined]
        Answer.COUNTS: 1,
        Answer.CONFLICT: PHONES - 1,
    }
    assert Counter(CheckIn.objects.values_list("standing", flat=True)) == {"counts": 1, "conflict": PHONES - 1}
    assert Seminar.objects.get(pk=event.pk).attended == 3


def test_one_batch_sent_eight_times_at_once_is_one() -> None:
    event = tonight()
    link, _ = door_of(event)
    items = [arrives(guest(event)), arrives(None, people=4)]
    answers = at_once([partial(send, link, 1, items) for _ in range(PHONES)])

    assert all(answer == answers[0] for answer in answers), answers
    assert (CheckIn.objects.count(), Seminar.objects.get(pk=event.pk).attended) == (2, 5)


def test_one_class_counted_by_eight_phones_is_one() -> None:
    event = students()
    link, _ = door_of(event)
    at_once([partial(send, link, n, [arrives(None, people=20 + n)]) for n in range(PHONES)])

    counts = CheckIn.objects.get(standing="counts")
    assert CheckIn.objects.filter(standing="conflict").count() == PHONES - 1
    assert Seminar.objects.get(pk=event.pk).attended == counts.people


def test_one_record_undone_by_eight_phones_is_undone_once() -> None:
    event = tonight()
    link, _ = door_of(event)
    item = arrives(guest(event))
    send(link, 1, [item])
    answers = at_once([partial(send, link, n, [undoes(item)]) for n in range(PHONES)])

    assert {answer for each in answers for answer in each.values()} == {Answer.TAKEN_BACK}  # type: ignore[attr-defined]
    assert CheckIn.objects.filter(kind="undone").count() == 1
    assert Seminar.objects.get(pk=event.pk).attended == 0


def test_rush_at_four_doors_ends_with_counts_that_agree() -> None:
    event = tonight()
    guests = [guest(event, f"Guest {n}", 1 + n % 3) for n in range(12)]
    doors = [door_of(event, f"Door {n}")[0] for n in range(4)]

    def a_phone(number: int) -> None:
        chance = random.Random(number)
        for _ in range(12):
            item = arrives(chance.choice(guests), people=chance.randint(1, 3))
            batch = [item, *([undoes(item)] if chance.random() < 0.3 else [])]
            for _ in range(chance.randint(1, 2)):
                door.record(door=doors[number], device=uuid.UUID(int=number + 1), items=batch)

    refused = [each for each in at_once([partial(a_phone, n) for n in range(4)]) if each is not None]
    assert refused == []
    for booked in guests:
        stands = list(
            CheckIn.objects.filter(registration=booked, kind__in=attendance.PRESENT).exclude(standing="taken_back")
        )
        assert sum(row.standing == "counts" for row in stands) == min(len(stands), 1)
    counted = sum(attendance.counted(event).values_list("people", flat=True))
    assert Seminar.objects.get(pk=event.pk).attended == counted > 0


def test_database_lets_nobody_in_twice_even_if_a_caller_forgets_the_lock() -> None:
    event = tonight()
    booked = guest(event)
    meeting = threading.Barrier(2)

    def write(device: int) -> None:
        with transaction.atomic(), slow_at("outreach_checkin", 0.3, meeting):
            CheckIn.objects.create(
                seminar=event,
                registration=booked,
                device=uuid.UUID(int=device),
                kind="arrived",
                people=1,
                scanned_at=timezone.now(),
            )

    answers = at_once([partial(write, n) for n in range(2)])
    assert sum(isinstance(each, IntegrityError | OperationalError) for each in answers) == 1, answers
    assert CheckIn.objects.count() == 1


def test_one_guest_who_answers_eight_times_at_once_is_counted_once() -> None:
    event = tonight()
    booked = guest(event)
    now = event.ends_at + feedback.LASTS / 2
    give = partial(feedback.give, uid=booked.uid, answers={"useful": "yes"}, now=now)
    answers = at_once([give for _ in range(PHONES)])

    assert sum(isinstance(each, NotNow) for each in answers) == PHONES - 1
    assert FeedbackTally.objects.get().count == 1


def test_eight_guests_who_answer_at_once_are_all_counted() -> None:
    event = tonight()
    now = event.ends_at + feedback.LASTS / 2
    guests = [guest(event, f"Guest {n}") for n in range(PHONES)]
    at_once([partial(feedback.give, uid=each.uid, answers={"useful": "yes", "know": "no"}, now=now) for each in guests])

    assert dict(FeedbackTally.objects.values_list("question", "count")) == {"useful": PHONES, "know": PHONES}
    assert Registration.objects.filter(has_answered=True).count() == PHONES
