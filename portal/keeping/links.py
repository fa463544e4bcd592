"""Links to one's own data: mailed to the address in question, since whoever reads that mailbox is the person."""

import datetime as dt
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from portal.audit import trail
from portal.keeping import person
from portal.keeping.models import PersonLink
from portal.mail import outbox
from portal.pages.languages import spoken
from portal.people.links import hashed, new_token
from portal.people.models import User

LASTS: Final = dt.timedelta(days=7)
MOST_A_DAY: Final = 3
"""So many links a day go to one address, so that nobody can flood an inbox from here."""


def send(*, address: str, language: str, by: User | None = None) -> bool:
    """Mails a link to an address of which something is kept; whether one went out.

    Nobody who asks on the public page may learn that: the page answers the same.
    """
    now = timezone.now()
    with transaction.atomic():
        recent = PersonLink.objects.filter(email__iexact=address, created_at__gt=now - dt.timedelta(days=1)).count()
        if recent >= MOST_A_DAY or not person.found(address):
            return False
        token, kept = new_token()
        link = PersonLink.objects.create(email=address, token_sha256=kept, made_by=by, expires_at=now + LASTS)
        with translation.override(spoken(language)):
            path = reverse("your-data-page", kwargs={"token": token})
        outbox.send(
            to=address,
            template="your_data",
            context={"link": settings.PUBLIC_ADDRESS + path, "days": LASTS.days},
            language=language,
        )
        trail.record(actor=by, verb="sent a link to one’s own data", target=link)
    return True


def opened(token: str) -> PersonLink | None:
    """The link, while it holds. Looking changes nothing: scanners of mail open every link."""
    return PersonLink.objects.filter(token_sha256=hashed(token), expires_at__gt=timezone.now()).first()
