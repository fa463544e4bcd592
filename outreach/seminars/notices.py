"""What is to be told of seminars: noted in the transaction that brings it about, mailed by a task, once each."""

from django.db import transaction
from django.utils import timezone

from outreach.seminars.models import Presenter, Seminar, SeminarNotice


def note(seminar: Seminar, *, template: str, presenter: Presenter | None = None) -> None:
    """Notes that the school, or a presenter, is to be told; in the caller's transaction.

    What was noted of the same state of the seminar already is not noted twice.
    """
    SeminarNotice.objects.bulk_create(
        [
            SeminarNotice(
                seminar=seminar,
                to=SeminarNotice.To.PRESENTER if presenter else SeminarNotice.To.SCHOOL,
                presenter=presenter,
                template=template,
                sequence=seminar.sequence,
            )
        ],
        ignore_conflicts=True,
    )


def send_due() -> int:
    """Puts a mail into the outbox for each notice that has none yet; returns how many."""
    sent = 0
    for pk in SeminarNotice.objects.filter(queued_at=None).values_list("pk", flat=True):
        with transaction.atomic():
            notice = SeminarNotice.objects.select_for_update().filter(pk=pk, queued_at=None).first()
            if notice is None:
                continue
            notice.queued_at = timezone.now()
            notice.save(update_fields=["queued_at"])
            sent += 1
    return sent
