"""What previews of tables of agencies keep of people: contacts that a file adds or changes, and rows that were refused."""

import datetime as dt
import zlib

from django.db.models import QuerySet

from outreach.agencies.imports import AgencyTable
from portal.imports.models import ImportPage
from portal.keeping import register


def pages_with(address: str) -> QuerySet[ImportPage]:
    """The pages in which an address stands."""
    word = address.strip().lower()
    stored = ImportPage.objects.filter(taken__kind=AgencyTable.kind).values_list("pk", "content")
    found = [key for key, content in stored.iterator(chunk_size=10) if word in _words(bytes(content))]
    return ImportPage.objects.filter(pk__in=found if word else [])


def forget(now: dt.datetime) -> int:
    """Deletes the pages of imports that are old enough: nobody takes them back any more."""
    old = ImportPage.objects.filter(taken__kind=AgencyTable.kind)
    return old.filter(taken__taken_at__lt=register.due_before("contacts", now)).delete()[0]


def erase(address: str) -> int:
    """Deletes all pages of an import that names the address: it can't be undone any more, and says so."""
    found = list(pages_with(address).values_list("taken_id", flat=True))
    return ImportPage.objects.filter(taken__in=found).delete()[0]


def _words(content: bytes) -> str:
    return zlib.decompress(content).decode().lower()
