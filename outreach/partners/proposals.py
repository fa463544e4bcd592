"""What a partner asks to change in what is public, and staff's second look: released by another person, or not.

    propose(agency=…, what=…, contact=…, fields={…}, by=partner)
    release(proposal_id=…, by=staff) / refuse(proposal_id=…, reason="…", by=staff) / withdraw(proposal_id=…, by=partner)

Description, website and role addresses stand in directories under the campaign's name: nobody outside staff writes
there unseen. Whoever asks anew replaces what they asked before.
"""

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from outreach.agencies.models import Agency, Contact
from outreach.partners.models import ROLE_ADDRESS, TEXTS, Proposal
from outreach.seminars.refusals import NotPossible
from portal.audit import trail
from portal.mail import outbox
from portal.pages.languages import spoken

if TYPE_CHECKING:
    from portal.people.models import User

MOST: Final = 20
"""So many of an agency wait at once."""
What, State = Proposal.What, Proposal.State


def propose(
    *, agency: Agency, what: str, fields: dict[str, str], by: "User", contact: Contact | None = None
) -> Proposal | None:
    """Keeps what is to change until staff look at it; ``None`` if it is as it stands already.

    ``fields`` are ``TEXTS``, or ``ROLE_ADDRESS`` of a contact (none for its removal). What waits for the same thing is
    replaced. Raises ``NotPossible``: too much waits.
    """
    with transaction.atomic():
        locked = _locked(agency.pk)
        asked = Proposal(
            agency=locked,
            what=What(what),
            contact=contact,
            fields={} if what == What.REMOVAL else {name: fields[name] for name in _names(what)},
            language=spoken(translation.get_language() or "en"),
            asked_by=by,
        )
        asked.before = asked.stands_now() or {}
        for one in _same(asked):
            _withdraw(one, by)
        if asked.fields == asked.before:
            return None
        if locked.proposals.waiting().count() >= MOST:
            raise NotPossible(
                _("%(most)s changes of yours wait for us. Please let us look at them first.") % {"most": MOST}
            )
        asked.save()
        trail.record(
            actor=by, verb="asked to change", target=asked, before=_told(asked.before), after=_told(asked.fields)
        )
    return asked


def withdraw(*, proposal_id: int, by: "User") -> Proposal:
    """The partner takes it back. Raises ``NotPossible``: it was decided."""
    with transaction.atomic():
        proposal = _held(proposal_id)
        _withdraw(proposal, by)
    return proposal


def release(*, proposal_id: int, by: "User") -> Proposal:
    """Writes it into the record.

    Raises ``NotPossible``: whoever releases asked for it, it was decided, or the record was changed since.
    """
    with transaction.atomic():
        proposal = _held(proposal_id)
        _must_be_of_another(proposal, by)
        if proposal.agency.retired_at:
            raise NotPossible("The agency is out of use: nothing of it is public.")
        if proposal.stands_now() != proposal.before:
            raise NotPossible(
                "The record was changed since the partner asked. Refuse it and say so, or change the record yourself."
            )
        _write(proposal, by)
        _decide(proposal, State.RELEASED, by)
        _tell(proposal, "partner_released")
    return proposal


def refuse(*, proposal_id: int, reason: str, by: "User") -> Proposal:
    """Leaves the record as it is and tells the partner why. Raises ``NotPossible``."""
    with transaction.atomic():
        proposal = _held(proposal_id)
        _must_be_of_another(proposal, by)
        if not reason.strip():
            raise NotPossible("Say why: the partner reads it.")
        proposal.reason = reason.strip()
        _decide(proposal, State.REFUSED, by)
        _tell(proposal, "partner_refused")
    return proposal


def _same(asked: Proposal) -> QuerySet[Proposal]:
    """What waits for the same thing; two new contacts are two things."""
    waiting = Proposal.objects.waiting().filter(agency=asked.agency)
    if asked.what == What.TEXTS:
        return waiting.filter(what=What.TEXTS)
    return waiting.filter(contact=asked.contact) if asked.contact else waiting.none()


def _write(proposal: Proposal, by: "User") -> None:
    if proposal.what == What.TEXTS:
        target: Agency | Contact = proposal.agency
    else:
        target = proposal.contact or Contact(agency=proposal.agency, is_confidential=False)
    before = trail.snapshot(target) if target.pk else {}
    if proposal.what == What.REMOVAL:
        trail.record(actor=by, verb="deleted", target=target, before=before)
        target.delete()
        proposal.contact = None
        return
    for name, value in proposal.fields.items():
        setattr(target, name, value)
    try:
        target.full_clean(exclude=[field.name for field in target._meta.fields if field.name not in proposal.fields])
    except ValidationError as wrong:
        raise NotPossible(f"It cannot be written as it is: {' '.join(wrong.messages)}") from wrong
    target.save()
    verb = "changed" if before else "added"
    trail.record(actor=by, verb=verb, target=target, before=before, after=trail.snapshot(target))
    if isinstance(target, Contact):
        proposal.contact = target


def _withdraw(proposal: Proposal, by: "User") -> None:
    _must_wait(proposal)
    _decide(proposal, State.WITHDRAWN, by)


def _decide(proposal: Proposal, state: str, by: "User") -> None:
    before = {"state": proposal.state}
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
    proposal.save(update_fields=["state", "decided_by", "decided_at", "reason", "contact"])
    trail.record(actor=by, verb=str(state), target=proposal, before=before, after={"state": state})


def _tell(proposal: Proposal, template: str) -> None:
    """Mails whoever asked what became of it."""
    if not proposal.asked_by.email:
        return
    with translation.override(proposal.language):
        link = settings.PUBLIC_ADDRESS + reverse("partner-agency", args=[proposal.agency.uid])
        what = proposal.get_what_display()
    outbox.send(
        to=proposal.asked_by.email,
        template=template,
        context={"link": link, "what": what, "agency": proposal.agency, "reason": proposal.reason},
        language=proposal.language,
        about=f"outreach.proposal:{proposal.pk}",
    )


def _must_wait(proposal: Proposal) -> None:
    if not proposal.is_waiting:
        raise NotPossible(_("Somebody has decided on it already."))


def _must_be_of_another(proposal: Proposal, by: "User") -> None:
    _must_wait(proposal)
    if proposal.asked_by_id == by.pk:
        raise NotPossible("You asked for it: a second person releases it.")


def _held(proposal_id: int) -> Proposal:
    agency_id = Proposal.objects.values_list("agency", flat=True).get(pk=proposal_id)
    _locked(agency_id)
    return Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)


def _locked(agency_id: int) -> Agency:
    """The agency is the lock: whoever asks and whoever decides wait in line here."""
    return Agency.objects.select_for_update(of=("self",)).get(pk=agency_id)


def _names(what: str) -> tuple[str, ...]:
    return TEXTS if what == What.TEXTS else ROLE_ADDRESS


def _told(fields: dict[str, Any]) -> trail.Fields:
    """As the trail may keep it: without the addresses of contacts."""
    return {name: trail.Withheld(value) if name in Contact.NOT_IN_TRAIL else value for name, value in fields.items()}
