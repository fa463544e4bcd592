"""Thirty-two at once want the last seats: as many are sold as there are, and every count agrees.

With delays, kills and a web server, on both databases: tests/faults/test_oversell.py.
"""

import json
from collections import Counter
from typing import Any

from tests.outreach.registration.house import House

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
