"""What is left of mails when they are gone or came too late."""

from django.db.models import Exists, OuterRef
from django.utils import timezone
from post_office.models import STATUS, Attachment, Email


def sweep() -> int:
    """Deletes files of mails that left or are gone, and gives up mails that are of no use any more; how many rows.

    Mails made now carry their files in the database (``Enclosure``); these are of older ones.
    """
    unsent = Email.objects.filter(attachments=OuterRef("pk"), status__in=[STATUS.queued, STATUS.requeued])
    swept = 0
    for attachment in Attachment.objects.filter(~Exists(unsent)).iterator():
        # The row last: a file that could not be deleted is found again.
        attachment.file.delete(save=False)
        attachment.delete()
        swept += 1
    now = timezone.now()
    late = Email.objects.filter(status__in=[STATUS.queued, STATUS.requeued], expires_at__lte=now)
    given_up: int = late.update(status=STATUS.failed, last_updated=now)
    return swept + given_up
