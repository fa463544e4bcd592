"""Several sweepers and senders, some of them killed: each guest gets each mail once."""

import json
import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.outreach.registration.house import House

GUESTS = 150

MAKE = f"""
from django.utils import timezone
from outreach.registration import moving, notices
from outreach.registration.models import Registration
from tests.outreach import factories
event = factories.seminar(capacity={GUESTS}, seats_taken={GUESTS})
Registration.objects.bulk_create(
    Registration(seminar=event, name="Ana", email=f"guest{{number}}@example.org", booked_at=timezone.now())
    for number in range({GUESTS})
)
for template in (notices.CONFIRMED, notices.MOVED):
    notices.note_all(event, template=template, key="at 1")
print(json.dumps(event.pk))
"""
WORK = """
from outreach.registration import notices
from outreach.registration.models import BookingNotice
from portal.mail import sending
while BookingNotice.objects.filter(queued_at=None).exists():
    notices.send_due()
    sending.send_waiting()
print(json.dumps(sending.send_waiting()))
"""
COUNT = """
from django.db.models import F
from outreach.registration.models import BookingNotice, Registration
from portal.mail.models import Enclosure, Mail
from post_office.models import Email
print(json.dumps({
    "mails": Mail.objects.count(),
    "texts": Email.objects.count(),
    "files": Enclosure.objects.count(),
    "keys": Mail.objects.values("key").distinct().count(),
    "untold": BookingNotice.objects.filter(queued_at=None).count(),
    "sequences": sorted(set(Registration.objects.values_list("sequence", flat=True))),
    "in hand": Email.objects.exclude(status=0).count(),
}))
"""


def left(folder: Path) -> Counter[tuple[str, str]]:
    """(Message-ID, reader) of every mail that left."""
    found: Counter[tuple[str, str]] = Counter()
    for path in (folder / "mail").glob("*"):
        told: dict[str, str] = {}
        for line in path.read_text().splitlines():
            name, _, value = line.partition(": ")
            if name == "Message-ID" or (name == "To" and told):
                told[name] = value
            elif name == "To":
                told = {"To": value}
            if len(told) == 2:
                found[told["Message-ID"], told["To"]] += 1
                told = {}
    return found


@pytest.mark.slow
def test_several_sweepers_and_kills_tell_everyone_once(house: House) -> None:
    house.tell(MAKE)
    workers = [house.start(WORK) for _ in range(4)]
    for number, killed in enumerate(workers[:2], start=1):
        until = time.monotonic() + 120
        while left(house.folder).total() < 30 * number:
            assert time.monotonic() < until
            time.sleep(0.02)
        os.kill(killed.pid, signal.SIGKILL)
    for worker in workers:
        worker.communicate(timeout=240)
    house.tell(WORK)

    counts = house.tell(COUNT)
    assert counts["mails"] == counts["texts"] == counts["files"] == counts["keys"] == 2 * GUESTS
    assert (counts["untold"], counts["sequences"]) == (0, [2])
    sent = left(house.folder)
    assert set(sent.values()) == {1}, json.dumps([each for each in sent.items() if each[1] > 1])
    assert len({message_id for message_id, _ in sent}) == len(sent)
    # What the killed had in hand waits for its lease; it may have left a moment before the kill.
    assert counts["in hand"] <= 2
    assert 2 * GUESTS - counts["in hand"] <= len(sent) <= 2 * GUESTS
