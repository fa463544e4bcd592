"""Stops guessing: after so many tries that failed, a name, a second step or an address waits.

The count is a row of the database, so that all processes count together and a restart forgets nothing. A try is
counted before it is judged, under a lock: of a thousand at once no more than ``MOST`` are judged. The key is a keyed
hash: nobody can read from the table which names were tried. Names that are no account's are counted alike, so the
answer tells nobody whether there is such an account.

A second step is guessed at by whoever knows the password, so it has a second limit that no time opens again: so many
wrong codes since the last factor that was right, and codes are judged no more until staff open the account. A passkey
cannot be guessed, and lets its holder in all the while.
"""

import datetime as dt
import hashlib
import hmac
from enum import Enum
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.audit import trail
from portal.people.lockout_models import Tries
from portal.people.models import User

MOST: Final = 10
"""Tries that may fail within one window."""
MOST_IN_A_ROW: Final = 100
"""Codes that may be wrong since the last right factor, whatever time lies between (NIST SP 800-63B, 5.2.2)."""
LASTING: Final = "lasting-"
"""What keys of counts begin with that no time forgets."""
CLOSED: Final = "second step locked"
WINDOW: Final = dt.timedelta(minutes=15)


class Way(Enum):
    """What can be guessed or misused; a lock on one leaves the others open, passkeys above all."""

    PASSWORD = "password"  # noqa: S105 (a word, no password)
    SECOND_STEP = "second step"
    CODES_IN_A_ROW = "codes in a row"
    RESET = "reset"


class LockedOut(Exception):
    """Too many tries failed; ``until`` says when the next one is judged."""

    def __init__(self, until: dt.datetime) -> None:
        super().__init__("Too many tries.")
        self.until = until


class Closed(Exception):
    """So many codes were wrong in a row that none is judged any more until staff open the account."""


def spend(way: Way, name: str, *, most: int = MOST, window: dt.timedelta = WINDOW) -> int:
    """Counts a try that is about to be judged, and returns which one it is. Raises ``LockedOut``: it may not be."""
    now = timezone.now()
    with transaction.atomic():
        row, _ = Tries.objects.select_for_update().get_or_create(key=key_of(way, name), defaults={"since": now})
        if row.since + window <= now:
            row.since, row.count = now, 0
        if row.count >= most:
            raise LockedOut(row.since + window)
        row.count += 1
        row.save(update_fields=["since", "count"])
    return row.count


def spend_a_code(user: User) -> int:
    """Counts a code that is about to be judged, and returns which one it is since the last right factor.

    Raises ``LockedOut``: too many in one window, or ``Closed``.
    """
    if is_closed(user):
        raise Closed
    spend(Way.SECOND_STEP, str(user.pk))
    with transaction.atomic():
        row, _ = Tries.objects.select_for_update().get_or_create(
            key=key_of(Way.CODES_IN_A_ROW, str(user.pk)), defaults={"since": timezone.now()}
        )
        if row.count >= MOST_IN_A_ROW:
            raise Closed
        row.count += 1
        row.save(update_fields=["count"])
    return row.count


def close(user: User) -> None:
    """Tells the trail that the last of so many codes was wrong. The count itself keeps the second step closed."""
    trail.record(actor=None, verb=CLOSED, target=user, after={"wrong codes": MOST_IN_A_ROW}, label=user.username)


def is_closed(user: User) -> bool:
    """Whether no code of an account is judged until staff open it."""
    return Tries.objects.filter(key=key_of(Way.CODES_IN_A_ROW, str(user.pk)), count__gte=MOST_IN_A_ROW).exists()


def forgive_codes(user: User) -> bool:
    """Forgets all codes that were wrong: a factor was right, or there are new ones. False: there were none."""
    keys = [key_of(way, str(user.pk)) for way in (Way.SECOND_STEP, Way.CODES_IN_A_ROW)]
    return bool(Tries.objects.filter(key__in=keys).delete()[0])


def forgive(way: Way, name: str) -> bool:
    """Forgets the tries of a name: it was right at last, or somebody opened it again. False: there were none."""
    return bool(Tries.objects.filter(key=key_of(way, name)).delete()[0])


def is_locked(way: Way, name: str) -> bool:
    """Whether the next try of a name would not be judged."""
    return Tries.objects.filter(key=key_of(way, name), count__gte=MOST, since__gt=timezone.now() - WINDOW).exists()


def unlock(*, user: User, by: User | None) -> bool:
    """Lets an account try again at once. False where nothing was locked or counted."""
    with transaction.atomic():
        opened = [forgive(Way.PASSWORD, user.username), forgive_codes(user)]
        if any(opened):
            trail.record(actor=by, verb="unlocked", target=user, label=user.username)
    return any(opened)


def forget(now: dt.datetime) -> int:
    """Deletes counts whose window is over; returns how many. Those of codes in a row have none."""
    return Tries.objects.filter(since__lt=now - dt.timedelta(days=1)).exclude(key__startswith=LASTING).delete()[0]


def key_of(way: Way, name: str) -> str:
    """What is kept of a name; capitals and blanks around it make no other name."""
    said = f"{way.value}\n{name.strip().casefold()}".encode(errors="replace")
    digest = hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()
    return f"{LASTING}{digest}"[: len(digest)] if way is Way.CODES_IN_A_ROW else digest
