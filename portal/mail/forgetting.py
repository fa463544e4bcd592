"""Mails go whole: the text, its log, the files that went with it, and what we noted of it."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Q, QuerySet
from post_office.models import Attachment, Email

from portal.mail.models import Mail

#: Most rows that one statement names: SQLite takes no longer lists.
AT_ONCE: Final = 500


def to(address: str) -> Q:
    """Mails of the outbox to one address."""
    return Q(to__iexact=address)


def delete(mails: QuerySet[Mail]) -> int:
    """Deletes what was noted of mails, and the mails; returns how many were noted."""
    keys = list(mails.order_by().values_list("pk", "email"))
    for part in _parts(keys):
        with transaction.atomic():
            _delete_texts([email for _, email in part if email])
            Mail.objects.filter(pk__in=[key for key, _ in part]).delete()
    return len(keys)


def delete_texts(emails: QuerySet[Any]) -> int:
    """Deletes mails of the outbox with their files and logs; what was noted of them stays. Returns how many."""
    keys = list(emails.order_by().values_list("pk", flat=True))
    for part in _parts(keys):
        with transaction.atomic():
            _delete_texts(part)
    return len(keys)


def _delete_texts(keys: Sequence[int]) -> None:
    """A file goes once the deletion holds, and only if no other mail has it."""
    files = list(Attachment.objects.filter(emails__in=keys).distinct())
    Mail.objects.filter(email__in=keys).update(email=None)
    Email.objects.filter(pk__in=keys).delete()
    shared = set(Attachment.objects.filter(emails__isnull=False, pk__in=[file.pk for file in files]).values_list("pk"))
    alone = [file for file in files if (file.pk,) not in shared]
    Attachment.objects.filter(pk__in=[file.pk for file in alone]).delete()
    for file in alone:
        if file.file:
            transaction.on_commit(partial(_erase, file.file.storage, file.file.name))


def _erase(storage: Storage, name: str) -> None:
    storage.delete(name)


def _parts(keys: Sequence[Any]) -> list[Sequence[Any]]:
    return [keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)]
