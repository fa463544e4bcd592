"""Where accounts are signed in: for how long, at how many places at once, and how a session ends.

A session lives as long as its row in ``LiveSession``. Whose it is (``account_of``) is asked only where a page wants to
know who is there: pages for everybody never come here. It ends after ``SESSION_IDLE`` without a request, after
``SESSION_COOKIE_AGE`` in any case, when its account signed in at more than ``SESSIONS_AT_ONCE`` places (the oldest
goes), when a role was taken, and when password or second factor changed elsewhere.
"""

import datetime as dt
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from portal.audit import trail
from portal.people.devices import family
from portal.people.models import LiveSession, User

KEY: Final = "live"
"""Under this name a session holds the ``uid`` of its row."""
NONE: Final = "0" * 32
NOTED_EVERY: Final = dt.timedelta(minutes=5)
"""So often at most a row says that its session was seen: a session may end this much before it was idle so long."""


def account_of(request: HttpRequest) -> User | AnonymousUser:
    """Whose session a request came with; nobody's where it ended."""
    user = get_user(request)
    if not isinstance(user, User) or is_alive(request.session, user):
        return user
    request.session.flush()
    return AnonymousUser()


def start(*, session: SessionBase, user: User, user_agent: str) -> LiveSession:
    """Gives a session its row, when somebody signed in; the oldest ones over the limit end."""
    now = timezone.now()
    with transaction.atomic():
        # The account is the lock: two who sign in at once are counted one after the other.
        User.objects.select_for_update().get(pk=user.pk)
        end_of(session)
        row = LiveSession.objects.create(user=user, device=family(user_agent), started_at=now, last_seen_at=now)
        kept = _living(now).filter(user=user).order_by("-started_at", "-pk")[: settings.SESSIONS_AT_ONCE]
        LiveSession.objects.filter(user=user).exclude(pk__in=[each.pk for each in kept]).delete()
    session[KEY] = row.uid.hex
    return row


def is_alive(session: SessionBase, user: User) -> bool:
    """Whether a session's row stands; notes that it was seen."""
    now = timezone.now()
    row = _living(now).filter(uid=_uid(session), user=user).first()
    if row is None:
        return False
    if row.last_seen_at <= now - NOTED_EVERY:
        LiveSession.objects.filter(pk=row.pk).update(last_seen_at=now)
    return True


def of(user: User) -> list[LiveSession]:
    """Where an account is signed in now, last seen first."""
    return list(_living(timezone.now()).filter(user=user))


def is_this(row: LiveSession, session: SessionBase) -> bool:
    """Whether a row is that of this very session."""
    return row.uid == _uid(session)


def end(*, user: User, uid: UUID) -> bool:
    """Ends one of an account's own sessions; False where it has no such one."""
    with transaction.atomic():
        gone, _ = LiveSession.objects.filter(user=user, uid=uid).delete()
        if gone:
            trail.record(actor=user, verb="ended a session", target=user, label=user.username)
    return bool(gone)


def end_all(*, user: User, by: User | None, why: str, but: SessionBase | None = None) -> int:
    """Ends an account's sessions, save the one that is given; returns how many. The trail tells why."""
    with transaction.atomic():
        rows = LiveSession.objects.filter(user=user)
        if but is not None:
            rows = rows.exclude(uid=_uid(but))
        gone, _ = rows.delete()
        if gone:
            told = {"why": why, "sessions": gone}
            trail.record(actor=by, verb="ended sessions", target=user, after=told, label=user.username)
    return gone


def end_of(session: SessionBase) -> None:
    """Forgets the row of a session whose holder signs out."""
    LiveSession.objects.filter(uid=_uid(session)).delete()


def forget(now: dt.datetime) -> int:
    """Deletes the rows of sessions that are over; returns how many."""
    return LiveSession.objects.exclude(pk__in=_living(now).values("pk")).delete()[0]


def _living(now: dt.datetime) -> QuerySet[LiveSession]:
    return LiveSession.objects.filter(
        last_seen_at__gt=now - settings.SESSION_IDLE,
        started_at__gt=now - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )


def _uid(session: SessionBase) -> UUID:
    """The uid that a session holds; one that began before there were rows has that of none."""
    return UUID(session.get(KEY, NONE))
