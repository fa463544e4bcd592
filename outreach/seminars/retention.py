"""What schools and presenters wrote is forgotten in time: one function for each kind, all run daily.

What stays is what the campaign did: which school, when, for how many, given by which agency. The trail never held
what is forgotten here (``NOT_IN_TRAIL``). How long each is kept: ``settings.KEEP_DAYS`` (docs/keeping.md).
"""

import datetime as dt
import uuid
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from post_office.models import Email

from outreach.seminars.models import (
    Availability,
    Decline,
    PresenterInvitation,
    Request,
    RequestDraft,
    SchoolPack,
    Seminar,
    SeminarNotice,
)
from portal.audit import trail
from portal.keeping.register import keep_days
from portal.mail import forgetting
from portal.mail.models import Mail

FORGOTTEN: Final = "forgotten@example.invalid"
WRITTEN: Final = (
    *("contact_name", "contact_role", "contact_phone", "safeguarding_contact", "private_room", "room", "opt_out"),
    *("needs", "note", "answer", "reason", "postal_code"),
)
"""What people wrote in a request."""


def forget(*, today: dt.date | None = None) -> int:
    """Forgets all that is due; returns how many rows were deleted or blanked. Running it twice changes nothing."""
    today = today or timezone.localdate()
    long_ago = today - dt.timedelta(days=keep_days("requests"))
    return sum(
        (
            forget_drafts(today),
            forget_requests(long_ago),
            forget_seminars(long_ago),
            forget_presenting(long_ago),
            forget_invitations(today),
        )
    )


def forget_drafts(today: dt.date) -> int:
    """Deletes drafts of requests that nobody touched for long."""
    stale = RequestDraft.objects.filter(touched_at__date__lt=today - dt.timedelta(days=keep_days("drafts")))
    return stale.delete()[0]


def forget_requests(ended_before: dt.date) -> int:
    """Blanks who asked, and what they wrote, in seasons that ended before a day; deletes the mails to them."""
    over = Request.objects.filter(season__ends_on__lt=ended_before).exclude(contact_email=FORGOTTEN)
    addresses = list(over.values_list("contact_email", flat=True).distinct())
    for begin in range(0, len(addresses), 200):
        part = addresses[begin : begin + 200]
        forgetting.delete(Mail.objects.filter(to__in=part, created_at__date__lt=ended_before))
        forgetting.delete_texts(Email.objects.filter(to__in=part, created__date__lt=ended_before))
    return blank_requests(over)


def blank_requests(requests: QuerySet[Request]) -> int:
    """Takes everything that people wrote out of requests, and their private links; returns how many."""
    rows = list(requests)
    for row in rows:
        for name in WRITTEN:
            setattr(row, name, "")
        row.contact_email, row.uid = FORGOTTEN, uuid.uuid4()
        row.nonce = row.latitude = row.longitude = None
    Request.objects.bulk_update(
        rows, [*WRITTEN, "contact_email", "uid", "nonce", "latitude", "longitude"], batch_size=100
    )
    return len(rows)


def forget_seminars(ended_before: dt.date) -> int:
    """Blanks what an open seminar had to know of a school, and deletes digests of its papers and notices.

    One that is open still took place, and is done.
    """
    over = Seminar.objects.filter(season__ends_on__lt=ended_before)
    gone = SeminarNotice.objects.filter(seminar__in=over).delete()[0]
    gone += SchoolPack.objects.filter(seminar__in=over).delete()[0]
    known = ~Q(safeguarding_contact="") | ~Q(private_room="") | ~Q(opt_out="") | ~Q(join_url="")
    for seminar in over.filter(state=Seminar.State.OPEN):
        with transaction.atomic():
            before = {"state": seminar.state}
            seminar.state = Seminar.State.DONE
            seminar.save(update_fields=["state"])
            trail.record(actor=None, verb="done", target=seminar, before=before, after={"state": seminar.state})
    return gone + over.filter(known).update(safeguarding_contact="", private_room="", opt_out="", join_url="")


def forget_presenting(ended_before: dt.date) -> int:
    """Deletes on which days presenters were free or away, and what they wrote when they said no."""
    gone = Availability.objects.filter(date__lt=ended_before).delete()[0]
    return gone + Decline.objects.filter(at__date__lt=ended_before).exclude(note="").update(note="")


def forget_invitations(today: dt.date) -> int:
    """Deletes invitations that no longer open anything."""
    closed = Q(used_at__isnull=False) | Q(withdrawn_at__isnull=False) | Q(expires_at__lt=timezone.now())
    old = PresenterInvitation.objects.filter(
        closed, created_at__date__lt=today - dt.timedelta(days=keep_days("invitations"))
    )
    return old.delete()[0]
