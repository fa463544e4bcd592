"""Agreements: recorded with their paper, approved by a second person, ended with a reason.

Whether new material may carry an agency's mark is asked in ``Logo.permission_for`` and ``Logo.refusal``.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from outreach.agencies import logo_rights
from outreach.agencies.agreement_models import Agreement, in_words
from outreach.agencies.models import Agency
from portal.audit import authorship, trail
from portal.files.models import StoredFile

if TYPE_CHECKING:
    from portal.people.models import User


class NotPossible(Exception):
    """An agreement stays as it is; the message says why, and how to mend it."""


def record(*, agency: Agency, document: bytes, by: "User", **terms: Any) -> Agreement:
    """Records an agreement; it counts once a second person approved it.

    ``terms`` are fields of ``Agreement``. Raises ``BadPicture`` for the paper, ``ValidationError`` for the rest.
    """
    content, content_type = logo_rights.checked_document(document)
    agreement = Agreement(agency=agency, recorded_by=by, **terms)
    with transaction.atomic():
        file_paper(agreement, content, content_type)
        agreement.full_clean()
        if agreement.renews and agreement.renews.agency_id != agency.pk:
            raise ValidationError({"renews": "That is an agreement with another agency."})
        agreement.save()
        trail.record(actor=by, verb="added", target=agreement, after=trail.snapshot(agreement))
    return agreement


def file_paper(agreement: Agreement, content: bytes, content_type: str) -> None:
    """Stores the paper and points the agreement, not saved yet, at it."""
    name = f"{agreement.get_kind_display()} {agreement.agency.acronym or agreement.agency.name}"[:120]
    agreement.document = StoredFile.objects.put(
        content, name=f"{name} {agreement.effective_on}.{logo_rights.ENDS[content_type]}", content_type=content_type
    )


def typed(agreement: Agreement, by: "User") -> bool:
    """Whether a person typed any of the terms."""
    return by.pk in authorship.writers([agreement], fields=Agreement.TERMS)[agreement.pk]


def cannot_approve(agreement: Agreement, by: "User | None", *, on: dt.date) -> str:
    """Why a person may not approve an agreement; empty if it is possible."""
    if agreement.approved_at:
        return "It is approved already."
    if agreement.ended_on:
        return "It was ended. Record a new one."
    if by is None or by.pk == agreement.recorded_by_id:
        return "You recorded it: a second person approves it."
    if typed(agreement, by):
        return (
            "You typed some of its terms: somebody who typed none approves it. Nobody else? End it, and record it anew."
        )
    if agreement.signed_on is None:
        return "It is not signed yet: record on which day it was, then approve it."
    if agreement.expires_on and agreement.expires_on < on:
        return f"It expired on {in_words(agreement.expires_on)}: record the one that renews it."
    return ""


def approve(*, agreement_id: int, by: "User | None", on: dt.date | None = None) -> Agreement:
    """Puts an agreement in force from its first day. Raises ``NotPossible``."""
    with transaction.atomic():
        kept = Agreement.objects.select_for_update().get(pk=agreement_id)
        if refusal := cannot_approve(kept, by, on=on or timezone.localdate()):
            raise NotPossible(refusal)
        before = trail.snapshot(kept)
        kept.approved_by, kept.approved_at = by, timezone.now()
        kept.save(update_fields=["approved_by", "approved_at"])
        trail.record(actor=by, verb="approved", target=kept, before=before, after=trail.snapshot(kept))
    return kept


def end(*, agreement_id: int, on: dt.date, why: str, by: "User | None") -> Agreement:
    """Ends an agreement before its day: ``on`` is the first day on which it holds no more. Raises ``NotPossible``."""
    with transaction.atomic():
        kept = Agreement.objects.select_for_update().get(pk=agreement_id)
        if kept.ended_on:
            raise NotPossible(f"It ended on {in_words(kept.ended_on)} already.")
        if not why.strip():
            raise NotPossible("Say why it ends, for the record.")
        before = trail.snapshot(kept)
        kept.ended_on, kept.ended_why = on, why.strip()
        kept.save(update_fields=["ended_on", "ended_why"])
        trail.record(actor=by, verb="ended", target=kept, before=before, after=trail.snapshot(kept))
    return kept
