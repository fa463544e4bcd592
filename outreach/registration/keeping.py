"""What bookings keep of people, and how it goes: access needs first, then who came; seats and days stay."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.registration import holding, waitlist
from outreach.registration.holding import State
from outreach.registration.models import BookingNotice, Registration
from outreach.registration.tickets import new_ticket
from outreach.seminars.models import Seminar
from portal.keeping import register
from portal.keeping.register import DAY, Category, Rule
from portal.mail import forgetting
from portal.mail.models import Mail

ABOUT: Final = "outreach.registration"
AT_ONCE: Final = 500
LIVE: Final = (State.BOOKED, State.OFFERED, State.WAITING)

BOOKINGS = Category(
    key="bookings",
    place=1,
    name=_("Bookings of events"),
    what=_("Name, address, how many come, the name of a class, and the private link and ticket."),
    why=_("To keep your seats, to write to you if something changes, and to let you in."),
    days="bookings",
    until=_("%(days)s days after the event."),
    stays=_("How many seats were booked, without whose they were."),
)
NEEDS = Category(
    key="needs",
    place=2,
    name=_("Access needs"),
    what=_("What you told us that you need: an interpreter, a ramp, large print."),
    why=_("So that the room is ready for you."),
    days="needs",
    until=_("%(days)s days after the event, sooner than the rest of the booking."),
)
BLANK: Final[dict[str, Any]] = {"name": "", "needs": "", "group_name": "", "nonce": None, "fingerprint": ""}


def over(key: str, now: dt.datetime) -> QuerySet[Seminar]:
    """Events that have been over for as long as a category is kept; each ends within a day of its start."""
    return Seminar.objects.filter(starts_at__lt=register.due_before(key, now) - DAY)


def forget_needs(now: dt.datetime) -> int:
    """Blanks access needs of events that are over."""
    return Registration.objects.filter(seminar__in=over("needs", now)).exclude(needs="").update(needs="")


def forget(now: dt.datetime) -> int:
    """Blanks needs, then who booked what is long over, with their notices and mails."""
    gone = forget_needs(now)
    due = Registration.objects.filter(seminar__in=over("bookings", now), forgotten_at=None).order_by("pk")
    while rows := list(due[:AT_ONCE]):
        with transaction.atomic():
            blank(rows, now=now)
            gone += len(rows)
    return gone


def blank(rows: Iterable[Registration], *, now: dt.datetime) -> None:
    """Takes everything of the person out of bookings; what seats they took stays. In the caller's transaction.

    New ``uid`` and ``ticket``: no link, code or calendar that somebody still has leads to the row.
    """
    kept = list(rows)
    keys = [row.pk for row in kept]
    forgetting.delete(Mail.objects.filter(about__in=[f"{ABOUT}:{key}" for key in keys]))
    BookingNotice.objects.filter(registration__in=keys).delete()
    for row in kept:
        for name, value in BLANK.items():
            setattr(row, name, value)
        row.email, row.uid, row.ticket = f"forgotten-{row.pk}@example.invalid", uuid.uuid4(), new_ticket()
        row.reminders = row.has_answered = False
        row.told_again_at, row.forgotten_at = None, now
    Registration.objects.bulk_update(
        kept,
        [*BLANK, "email", "uid", "ticket", "reminders", "has_answered", "told_again_at", "forgotten_at"],
        batch_size=100,
    )


def of(address: str) -> QuerySet[Registration]:
    """Bookings of an address, forgotten ones never."""
    return Registration.objects.filter(email__iexact=address, forgotten_at=None).select_related("seminar")


def notices_of(address: str) -> QuerySet[BookingNotice]:
    """What an address was told of its bookings."""
    return BookingNotice.objects.filter(registration__in=of(address))


def erase(address: str) -> int:
    """Blanks bookings of an address; those of events to come are cancelled, and free seats go to whoever waits.

    In the caller's transaction. Nobody is told: whoever asked to be erased gets no mail of it.
    """
    now = timezone.now()
    ahead = of(address).filter(state__in=LIVE, seminar__starts_at__gt=now)
    # In the order of their keys, as everywhere: two that erase can't wait for each other.
    held = {key: holding.held(key) for key in sorted(set(ahead.values_list("seminar", flat=True)))}
    for booking in ahead.filter(seminar__in=held).select_related(None).order_by("pk"):
        booking.seminar = held[booking.seminar_id]
        holding.end(booking, state=State.CANCELLED, why=holding.Ended.GUEST, by=None)
    rows = list(of(address).order_by("pk"))
    blank(rows, now=now)
    for row in rows:
        holding.record(row, verb="erased", by=None)
    for seminar in held.values():
        waitlist.pass_on(seminar=seminar)
    return len(rows)


register.add(
    Rule(
        category=BOOKINGS,
        model=ABOUT,
        fields=frozenset({"uid", "name", "email", "group_name", "ticket", "nonce", "fingerprint", "needs"}),
        secret=frozenset({"nonce", "fingerprint"}),
        forget=forget,
        find=of,
        erase=erase,
        order=40,
        also=(NEEDS,),
        mails_go_with_it=True,
    ),
    Rule(
        category=BOOKINGS,
        model="outreach.bookingnotice",
        fields=frozenset({"key"}),
        secret=frozenset({"key", "registration"}),
        find=notices_of,
        order=39,
    ),
)
