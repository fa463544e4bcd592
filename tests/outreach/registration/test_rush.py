"""Many at once want the last seats: as many are sold as there are, and every count agrees.

With delays, kills and a web server, on both databases: tests/faults/test_oversell.py.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from outreach.registration import booking, counting, holding, waitlist
from outreach.registration.models import BookingNotice, Registration
from outreach.seminars.models import Seminar
from portal.areas.models import Area
from portal.audit.models import Entry
from tests.campaign.posters.test_at_once import at_once, on_disk
from tests.outreach import factories
from tests.outreach.registration.house import House

__all__ = ["on_disk"]

SEATS = 40
ATTEMPTS = 96

MAKE = """
from django.utils import timezone
from tests.outreach import factories
event = factories.seminar(capacity={seats}, waitlist="none")
print(json.dumps([event.pk, str(event.uid)]))
"""
COUNT = """
from django.db.models import Sum
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from outreach.registration.models import BookingNotice
from outreach.registration import counting
live = Registration.objects.filter(seminar={pk}, state="booked")
print(json.dumps({{
    "counted": Seminar.objects.get(pk={pk}).seats_taken,
    "booked": live.aggregate(n=Sum("seats"))["n"] or 0,
    "bookings": Registration.objects.filter(seminar={pk}).count(),
    "notices": BookingNotice.objects.filter(registration__seminar={pk}).count(),
    "faults": counting.faults(Seminar.objects.get(pk={pk})),
}}))
"""
RUSH = """
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID
from django.db import connection
from outreach.registration import booking
def wish(number):
    wish = booking.Wish(name="Guest", email=f"{process}-{{number}}@example.org")
    try:
        return booking.take(seminar_uid=UUID("{uid}"), wish=wish, language="en").value
    except booking.SeminarFull:
        return "full"
    finally:
        connection.close()
with ThreadPoolExecutor(8) as pool:
    print(json.dumps(Counter(pool.map(wish, range({attempts})))))
"""


@pytest.fixture(scope="module")
def sqlite_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("sqlite"))
    house.migrate()
    return house


def test_four_processes_of_eight_threads_never_oversells(sqlite_house: House) -> None:
    pk, uid = sqlite_house.tell(MAKE.format(seats=SEATS))
    rushes = [sqlite_house.start(RUSH.format(uid=uid, process=process, attempts=ATTEMPTS // 4)) for process in range(4)]
    answers: Counter[str] = Counter()
    for rush in rushes:
        out, _ = rush.communicate(timeout=60)
        assert rush.returncode == 0
        answers.update(last_json(out))

    assert answers == {"booked": SEATS, "full": ATTEMPTS - SEATS}
    counts = sqlite_house.tell(COUNT.format(pk=pk))
    assert (counts["counted"], counts["booked"], counts["bookings"]) == (SEATS, SEATS, SEATS)


def last_json(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text.splitlines()[-1])
    return found


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


def test_victim_of_a_deadlock_is_tried_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
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
