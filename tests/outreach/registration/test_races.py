"""Several at the same moment with one event: each on a connection of its own, on whatever database the tests run.

With delays, kills and a web server, on both databases: tests/faults/test_oversell.py.
"""

import datetime as dt
import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach.registration import booking, counting, holding, waitlist
from outreach.registration.models import BookingNotice, Registration
from outreach.seminars.models import Seminar
from portal.areas.models import Area
from portal.audit.models import Entry
from tests.campaign.posters.test_at_once import at_once, on_disk
from tests.outreach import factories

__all__ = ["on_disk"]


@pytest.fixture
def event(transactional_db: None) -> Seminar:
    """An event whose fifty seats are all offered. What the migrations brought in is gone after the first of such tests."""
    Area.objects.get_or_create(code="MS", defaults={"name": "Mississippi", "kind": "state"})
    event = factories.seminar(season=factories.season_ahead(), capacity=50)
    for number in range(50):
        factories.booking(event, email=f"guest{number}@example.org", state="offered")
    return event


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_fifty_who_accept_at_once_and_twice_are_booked_once(event: Seminar) -> None:
    uids = list(Registration.objects.values_list("uid", flat=True))
    answers = at_once([partial(waitlist.accept, uid=uid) for uid in [*uids, *uids[:10]]])
    assert all(isinstance(answer, Registration | booking.Busy) for answer in answers), answers
    booked = Registration.objects.filter(state="booked").count()
    assert booked >= 50 - sum(isinstance(answer, booking.Busy) for answer in answers)
    assert BookingNotice.objects.count() == Entry.objects.filter(verb="accepted").count() == booked
    assert counting.faults(event) == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_", range(3))
def test_offer_that_is_accepted_while_it_lapses_does_one_of_both(event: Seminar, _: int) -> None:
    for number in range(5):
        factories.booking(event, email=f"waits{number}@example.org", state="waiting")
    ends = timezone.now() + dt.timedelta(milliseconds=150)
    Registration.objects.filter(state="offered").update(offer_ends_at=ends)
    racing = list(Registration.objects.filter(state="offered").values_list("uid", flat=True)[:12])

    def at_the_end(act: Callable[[], object]) -> Callable[[], object]:
        def run() -> object:
            while timezone.now() < ends - dt.timedelta(milliseconds=20):
                pass
            return act()

        return run

    calls = [at_the_end(partial(waitlist.accept, uid=uid)) for uid in racing]
    answers = at_once([*calls, *[at_the_end(waitlist.lapse) for _ in range(4)]])
    for uid, answer in zip(racing, answers, strict=False):
        state = Registration.objects.get(uid=uid).state
        if isinstance(answer, Registration):
            assert state == "booked"
        else:
            assert isinstance(answer, booking.Over | booking.Busy), answer
            assert state in ({"lapsed"} if isinstance(answer, booking.Over) else {"lapsed", "offered"})
    assert counting.faults(event) == []


def test_victim_of_a_deadlock_is_tried_once_more() -> None:
    class Deadlock(Exception):
        sqlstate = "40P01"

    tried = []

    def act() -> str:
        tried.append(1)
        if len(tried) == 1:
            broken = OperationalError("deadlock detected")
            broken.__cause__ = Deadlock()
            raise booking.Busy from broken
        return "done"

    assert holding.patiently(act) == "done"
    assert len(tried) == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_turn_that_does_not_come_is_a_page_that_keeps_the_form(event: Seminar) -> None:
    """Somebody else holds the event for longer than anybody waits."""
    Seminar.objects.update(capacity=60)
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            holding.held(event.pk)
            held.set()
            over.wait(60)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(60)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 300")
        form = {"name": "Ana Lucía", "email": "ana@example.org", "seats": "2"}
        page = reverse("registration", args=[event.uid])
        with pytest.MonkeyPatch.context() as shorter:
            shorter.setattr(holding, "PATIENCE", 1)
            busy = Client().post(page, form)
    finally:
        over.set()
        holder.join()
    assert busy.status_code == 503
    assert "Ana Lucía" in busy.content.decode()
    assert Client().post(page, form).status_code == 303
    assert Registration.objects.get(email="ana@example.org").seats == 2
