"""A rush for the seats of an event: many clients, scripts beside them, and somebody who kills both.

Guests want seats by the public form. Some press twice, some go away before the answer, some come by a page that a
cache shares; whose line broke sends the same form again, or never. Scripts cancel, change, accept, decline and let
offers lapse for guests whose name says that they move, and staff change the capacity. Whoever does not move must
have, at the end, exactly what they were told.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from tests.faults.echo_street import serving, workers
from tests.outreach.registration.house import House

CLIENTS: Final = 32
SCRIPTS: Final = 4
PATIENCE: Final = 40
"""How often a guest sends the same form before giving up."""

MAKE = """
from tests.outreach import factories
event = factories.seminar(capacity={seats}, waitlist="{policy}", takes_classes=True, groups=12, largest_group=30)
print(json.dumps([event.pk, str(event.uid)]))
"""
#: Acts for guests who move, at random, until it is killed or told to end.
MOVER = """
import os, random, sys, datetime as dt
from django.db import transaction
from django.utils import timezone
from outreach.registration import booking, holding, waitlist
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
draw = random.Random("{seed}")
live = Registration.objects.filter(seminar={pk}, email__startswith="moves", state__in=["booked", "waiting", "offered"])
def staff():
    with holding.turn():
        seminar = holding.held({pk})
        seminar.capacity = max({seats} - draw.randrange(0, 20), seminar.seats_taken)
        seminar.save(update_fields=["capacity"])
        waitlist.pass_on(seminar=seminar)
while True:
    verb = draw.choice(["cancel", "cancel", "change", "change", "accept", "accept", "decline", "lapse", "staff"])
    found = live.filter(state="offered") if verb in ("accept", "decline") else live
    uid = found.order_by("?").values_list("uid", flat=True).first()
    try:
        if verb == "lapse":
            waitlist.lapse()
        elif verb == "staff":
            if draw.random() < 0.2:
                staff()
        elif uid is None:
            continue
        elif verb == "change":
            booking.change(uid=uid, seats=draw.randint(1, 5), needs=draw.choice(["", "ASL"]))
        else:
            dict(cancel=booking.cancel, accept=waitlist.accept, decline=waitlist.decline)[verb](uid=uid)
        print(verb, flush=True)
    except (booking.NoSeat, booking.Busy) as refusal:
        print(type(refusal).__name__, flush=True)
"""
#: What the database says at the end of a round.
LOOK = """
from django.db.models import Count
from outreach.registration import counting
from outreach.registration.models import BookingNotice, Registration
from outreach.seminars.models import Seminar
from portal.audit.models import Entry
event = Seminar.objects.get(pk={pk})
rows = list(Registration.objects.filter(seminar=event).values("pk", "email", "state", "seats", "kind", "line"))
keys = [str(row["pk"]) for row in rows]
trail = list(Entry.objects.filter(object_type="outreach.registration", verb__in=["booked", "waits"])
    .exclude(object_id__in={before}).values_list("object_id", "verb"))
first = ["booking_confirmed", "waiting_joined"]
notes = list(BookingNotice.objects.filter(registration__seminar=event, template__in=first)
    .exclude(template="booking_confirmed", key__startswith="offer").values_list("registration", "template"))
print(json.dumps({{
    "faults": counting.faults(event), "rows": rows, "trail": trail, "notes": notes,
    "taken": event.seats_taken, "capacity": event.capacity, "groups": event.groups_taken, "waiting": event.waiting,
}}))
"""


@dataclass(frozen=True)
class RushHouse(House):
    """A copy of the portal with delays between any two statements."""

    extra: tuple[tuple[str, str], ...] = ()

    @property
    def env(self) -> dict[str, str]:
        return super().env | {"DJANGO_SETTINGS_MODULE": "tests.faults.rush_settings"} | dict(self.extra)

    def at_ease(self) -> "RushHouse":
        """The same without delays, to make rows and to look at them."""
        return RushHouse(self.folder, self.database_url, (("RUSH_DELAY_MS", "0"),))

    @property
    def delays(self) -> int:
        """How many delays there were so far."""
        path = self.folder / "delays"
        return path.stat().st_size if path.exists() else 0


@dataclass
class Tally:
    """What guests were answered, and what was done to them."""

    answers: Counter[int] = field(default_factory=Counter)
    final: dict[str, int] = field(default_factory=dict)
    """By address: what the last answer was; 0 where nobody heard one and nobody asked again."""
    broken: int = 0
    retried: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    moved: Counter[str] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)
    left: set[str] = field(default_factory=set)
    """Addresses whose guest went away before an answer came, so that a form of theirs may still be under way."""


def wishes(number: int, seed: str) -> Iterator[tuple[dict[str, str], random.Random]]:
    """So many forms to send, each with the luck of its guest."""
    draw = random.Random(f"wishes-{seed}")
    for at in range(number):
        moves = draw.random() < 0.4
        form = {
            "name": "Guest",
            "email": f"{'moves' if moves else 'stays'}-{seed}-{at}@example.org",
            "seats": str(draw.choice([1, 1, 1, 2, 2, 3, 4])),
        }
        if draw.random() < 0.5:
            form["nonce"] = str(uuid.UUID(int=draw.getrandbits(128), version=4))
        if draw.random() < 0.5:
            form["may_wait"] = "on"
        if draw.random() < 0.03:
            form |= {"headcount": str(draw.randint(2, 12)), "group_name": "A class"}
        yield form, random.Random(f"{seed}-{at}")


@dataclass
class Rush:
    """One round."""

    house: RushHouse
    port: int
    uid: str
    tally: Tally = field(default_factory=Tally)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def guest(self, form: dict[str, str], luck: random.Random) -> None:
        """Sends the form as people do, until an answer is heard."""
        self._insist(form, luck, gives_up=luck.random() < 0.3)
        if luck.random() < 0.2:  # pressed twice, or came back by the back button
            before = self.tally.final.get(form["email"], 0)
            self._insist(form, luck, gives_up=False, is_again=bool(before))

    def _insist(self, form: dict[str, str], luck: random.Random, *, gives_up: bool, is_again: bool = False) -> None:
        email = form["email"]
        for number in range(PATIENCE):
            answer = self._send(form, goes_away=luck.random() < 0.05)
            with self.turn:
                self.tally.answers[answer or 0] += 1
                self.tally.broken += answer is None
                self.tally.retried += number > 0
                if answer in (303, 409):
                    if not is_again or answer == 303:
                        self.tally.final[email] = answer
                    return
                if answer not in (None, 503, 429):
                    self.tally.strange.append(f"{answer} for {email}")
                    return
                if answer is None and gives_up:
                    self.tally.final.setdefault(email, 0)
                    return
            time.sleep(luck.uniform(0.05, 0.4))
        with self.turn:
            self.tally.final.setdefault(email, 0)

    def _send(self, form: Mapping[str, str], *, goes_away: bool) -> int | None:
        luck = random.Random(f"{form['email']}")
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"10.{luck.randrange(256)}.{luck.randrange(256)}.{luck.randrange(256)}",
            "X-Forwarded-Proto": "https",
        }
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
            try:
                line.request("POST", f"/en/events/{self.uid}/book/", urlencode(form), headers)
                if goes_away:
                    self._left(form)
                    return None
                answer = line.getresponse()
                answer.read()
            except TimeoutError:
                self._left(form)
                return None
            except (OSError, http.client.HTTPException):
                return None
            return answer.status

    def _left(self, form: Mapping[str, str]) -> None:
        with self.turn:
            self.tally.left.add(form["email"])


def run(
    house: RushHouse, *, policy: str, seats: int, attempts: int, seed: str, said: Path, kills_every: float
) -> tuple[Tally, dict[str, Any]]:
    """A round: what guests were told, and what the database holds after it.

    ``kills_every``: seconds between two kills, on average; 0 for none, and no scripts.
    """
    calm = house.at_ease()
    pk, uid = calm.tell(MAKE.format(seats=seats, policy=policy))
    before = calm.tell(
        "from portal.audit.models import Entry\n"
        "print(json.dumps(list(Entry.objects.values_list('object_id', flat=True).distinct())))"
    )
    with serving(house, said) as (port, server):
        rush = Rush(house, port, uid)
        over = threading.Event()
        with _moving(house, rush, pk, seats, seed, over, server.pid, kills_every), ThreadPoolExecutor(CLIENTS) as crowd:
            waits = [crowd.submit(rush.guest, form, luck) for form, luck in wishes(attempts, seed)]
            for one in waits:
                one.result()
            over.set()
    return rush.tally, calm.tell(LOOK.format(pk=pk, before=before))


@contextmanager
def _moving(
    house: RushHouse, rush: Rush, pk: int, seats: int, seed: str, over: threading.Event, server: int, every: float
) -> Iterator[None]:
    """Scripts that act for guests who move, and somebody who kills them and the web server's processes."""
    if not every:
        yield
        return
    scripts: dict[int, subprocess.Popen[str]] = {}
    draw = random.Random(f"kills-{seed}")
    readers: list[threading.Thread] = []

    def begin(slot: int) -> None:
        code = MOVER.format(pk=pk, seats=seats, seed=f"{seed}-{slot}-{draw.random()}")
        scripts[slot] = script = house.start(code)
        reader = threading.Thread(target=_read, args=(script, rush), daemon=True)
        reader.start()
        readers.append(reader)

    def kill() -> None:
        while not over.wait(draw.uniform(0.5 * every, 1.5 * every)):
            if draw.random() < 0.7:
                victims = workers(server)
                if victims:
                    with suppress(ProcessLookupError):
                        os.kill(draw.choice(sorted(victims)), signal.SIGKILL)
                        rush.tally.kills["web worker"] += 1
            else:
                slot = draw.choice(sorted(scripts))
                scripts[slot].kill()
                scripts[slot].wait()
                rush.tally.kills["script"] += 1
                begin(slot)

    for slot in range(SCRIPTS):
        begin(slot)
    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield
    finally:
        over.set()
        killer.join()
        for script in scripts.values():
            script.kill()
            script.wait()
        for reader in readers:
            reader.join(10)


def _read(script: "subprocess.Popen[str]", rush: Rush) -> None:
    assert script.stdout is not None
    with script.stdout as told:
        for line in told:
            with rush.turn:
                rush.tally.moved[line.strip()] += 1


def wrong(tally: Tally, found: dict[str, Any]) -> list[str]:
    """All that is not as it must be after a round."""
    said = [*found["faults"], *tally.strange]
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in found["rows"]:
        rows.setdefault(row["email"], []).append(row)
    holding = [row for row in found["rows"] if row["state"] in ("booked", "offered")]
    if sum(row["seats"] for row in holding) != found["taken"] or found["taken"] > found["capacity"]:
        said.append(f"{found['taken']} counted of {found['capacity']}: {sum(row['seats'] for row in holding)} held")
    said += _halves(found)
    for email, answer in tally.final.items():
        own = rows.get(email, [])
        live = [row for row in own if row["state"] in ("booked", "offered", "waiting")]
        if len(live) > 1:
            said.append(f"{email} has {len(live)} bookings")
        if email.startswith("moves"):
            continue
        if answer == 303 and len(own) != 1:
            said.append(f"{email} was told of a booking and has {len(own)}")
        # Of two forms that are under way at once, the one whose answer nobody waits for may find a seat that somebody
        # gave back after the other heard that there is none: its booking comes by mail.
        if answer == 409 and (len(own) > 1 or (own and email not in tally.left)):
            said.append(f"{email} was told that there is no room, and has {own}")
        if answer == 0 and len(own) > 1:
            said.append(f"{email} heard nothing and has {len(own)}")
    return said


def _halves(found: dict[str, Any]) -> list[str]:
    """Bookings without their entry in the trail or their notice, and those without a booking."""
    keys = sorted(row["pk"] for row in found["rows"])
    trail = sorted(int(key) for key, _verb in found["trail"])
    notes = sorted(key for key, _template in found["notes"])
    said = []
    if trail != keys:
        said.append(f"the trail tells of {len(trail)} bookings, there are {len(keys)}")
    if notes != keys:
        said.append(f"{len(notes)} are told of their booking, there are {len(keys)}")
    return said


def report(tally: Tally, found: dict[str, Any], house: RushHouse) -> str:
    """A round in one line of JSON."""
    states = Counter(row["state"] for row in found["rows"])
    return json.dumps(
        {
            "answers": dict(tally.answers),
            "broken": tally.broken,
            "retried": tally.retried,
            "went away": len(tally.left),
            "kills": dict(tally.kills),
            "moved": dict(tally.moved),
            "rows": dict(states),
            "taken": found["taken"],
            "capacity": found["capacity"],
            "waiting": found["waiting"],
            "delays so far": house.delays,
        }
    )
