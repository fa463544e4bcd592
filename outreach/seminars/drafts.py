"""What schools have begun to write: kept as they type, behind a private link, until it is sent, deleted or forgotten.

A draft is text by the form's field names, unchecked. An older page never overwrites a newer one: each save counts the
draft's edition up, and a page that saves says which edition it has seen.
"""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from outreach.seminars.models import RequestDraft
from portal.mail import outbox
from portal.pages.languages import spoken
from portal.seasons.models import Season

MOST_BYTES = 20_000
"""Of one draft, as JSON."""
MAILS_AN_HOUR = 3
"""To one address, whatever they tell: beyond it no link is mailed."""

Typed = Mapping[str, Sequence[str]]
"""What stands in each field; a field with boxes to tick has several."""


class Gone(Exception):
    """There is no such draft: it was sent, deleted or forgotten."""


class TooLong(Exception):
    """More text than a request needs."""


class NotMailed(Exception):
    """The link was not mailed: the address is none, or has had its share this hour."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A draft, and which edition of it a page shows."""

    uid: uuid.UUID
    edition: int


class Conflict(Exception):
    """It was changed by another page meanwhile. ``current`` is how it stands."""

    def __init__(self, current: RequestDraft) -> None:
        super().__init__(f"Draft {current.pk} is at edition {current.edition}.")
        self.current = current


def begin(*, typed: Typed, language: str) -> RequestDraft:
    """Keeps what was typed as a new draft of the current season. Raises ``TooLong``."""
    return RequestDraft.objects.create(season=Season.objects.current(), data=_kept(typed), language=language)


def keep(*, seen: Seen, typed: Typed, language: str) -> RequestDraft:
    """Replaces the text of a draft and counts its edition up; the same text again changes nothing.

    Raises ``Gone``, ``TooLong``, and ``Conflict`` if another page saved since ``seen``.
    """
    data = _kept(typed)
    with transaction.atomic():
        draft = _locked(seen.uid)
        if draft.data == data:
            return draft
        if draft.edition != seen.edition:
            raise Conflict(draft)
        draft.data, draft.language = data, language
        draft.edition += 1
        draft.save(update_fields=["data", "language", "edition", "touched_at"])
    return draft


def use_up(seen: Seen) -> None:
    """Deletes a draft that is sent now, in the caller's transaction. One that is gone already is no matter.

    Raises ``Conflict``.
    """
    try:
        draft = _locked(seen.uid)
    except Gone:
        return
    if draft.edition != seen.edition:
        raise Conflict(draft)
    draft.delete()


def delete(*, uid: uuid.UUID) -> None:
    """Whoever holds the link throws it away; again is no matter."""
    RequestDraft.objects.filter(uid=uid).delete()


def send_link(*, uid: uuid.UUID, email: str) -> None:
    """Mails the private link, with nothing of the text. Raises ``Gone`` and ``NotMailed``."""
    try:
        validate_email(email)
    except ValidationError as error:
        raise NotMailed from error
    with transaction.atomic():
        draft = _locked(uid)
        an_hour_ago = timezone.now() - dt.timedelta(hours=1)
        if outbox.sent_to(email, since=an_hour_ago) >= MAILS_AN_HOUR:
            raise NotMailed
        with translation.override(spoken(draft.language)):
            path = reverse("seminar-draft", args=[draft.uid])
        outbox.send(
            to=email,
            template="request_draft",
            context={"link": f"{settings.PUBLIC_ADDRESS}{path}"},
            language=draft.language,
        )


def _kept(typed: Typed) -> dict[str, list[str]]:
    """As it is stored. Raises ``TooLong``."""
    data = {name: [text.replace("\x00", "") for text in values] for name, values in typed.items() if any(values)}
    if len(json.dumps(data)) > MOST_BYTES:
        raise TooLong
    return data


def _locked(uid: uuid.UUID) -> RequestDraft:
    draft = RequestDraft.objects.select_for_update().filter(uid=uid).first()
    if draft is None:
        raise Gone
    return draft
