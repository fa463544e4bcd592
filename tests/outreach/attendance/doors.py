"""Doors, guests and phones for tests."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach.attendance import links
from outreach.attendance.door import Item
from outreach.attendance.models import CheckIn, DoorLink
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.people.models import User
from tests.outreach import factories

ARRIVED, COUNTED, UNDONE = CheckIn.Kind.ARRIVED, CheckIn.Kind.COUNTED, CheckIn.Kind.UNDONE


def tonight(**fields: Any) -> Seminar:
    """An event that begins in an hour."""
    return factories.seminar(**{"starts_at": timezone.now() + dt.timedelta(hours=1), "capacity": 200} | fields)


def students(**fields: Any) -> Seminar:
    """The same for a class."""
    return tonight(audience="students", capacity=30, **fields)


def staff() -> User:
    """Whoever makes doors."""
    return User.objects.get_or_create(username="desk")[0]


def door_of(event: Seminar, label: str = "Main door") -> tuple[DoorLink, str]:
    """A door and its token."""
    return links.make(seminar_id=event.pk, label=label, by=staff())


def guest(event: Seminar, name: str = "Ana", seats: int = 1, **fields: Any) -> Registration:
    """One who booked."""
    address = f"{uuid.uuid4().hex[:10]}@example.org"
    return factories.booking(event, **{"name": name, "email": address, "seats": seats} | fields)


def a_class(event: Seminar, seats: int = 30, **fields: Any) -> Registration:
    """A class with its adult."""
    return guest(event, "Dana Cole", seats, kind="class", group_name="Room 14", **fields)


def arrives(booking: Registration | None, *, people: int | None = None, at: dt.datetime | None = None) -> Item:
    """A record of somebody who comes in; without a booking, of a headcount."""
    return Item(
        uid=uuid.uuid4(),
        kind=ARRIVED if booking and booking.kind == "adult" else COUNTED,
        people=people if people is not None else booking.seats if booking else 1,
        ticket=booking.ticket if booking else "",
        at=at or timezone.now(),
    )


def undoes(item: Item) -> Item:
    """Its undoing."""
    return Item(uid=uuid.uuid4(), kind=UNDONE, undoes=item.uid, at=timezone.now())


@dataclass
class Phone:
    """A phone at a door, as the page's script talks to the portal. ``off`` is how wrong its clock is."""

    token: str
    off: dt.timedelta = dt.timedelta()
    device: uuid.UUID = field(default_factory=uuid.uuid4)
    since: int = 0
    client: Client = field(default_factory=Client)

    def clock(self, moment: dt.datetime | None = None) -> int:
        """Milliseconds by its own clock."""
        return int(((moment or timezone.now()) + self.off).timestamp() * 1000)

    def item(self, booking: Registration | None, kind: str = "arrived", people: int = 1, **more: Any) -> dict[str, Any]:
        """A record as it is sent."""
        said = {"uid": str(uuid.uuid4()), "kind": kind, "people": people, "at": self.clock()}
        return said | ({"ticket": booking.ticket} if booking else {}) | more

    def send(self, *items: dict[str, Any], wants_list: bool = False, since: int | None = None) -> Any:
        """One sync; its answer, with ``status``."""
        said = {
            "device": str(self.device),
            "now": self.clock(),
            "since": self.since if since is None else since,
            "wants_list": wants_list,
            "items": list(items),
        }
        answer = self.client.post(
            reverse("door-sync", args=[self.token]), json.dumps(said), content_type="application/json"
        )
        told = answer.json()
        self.since = told.get("since", self.since)
        return told | {"status": answer.status_code}
