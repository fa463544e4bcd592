"""What a partner says: yes or no to a January, and whether the agreement on record is the one that was signed."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.agencies import notices
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import Participation
from outreach.partners.models import AgreementAnswer
from outreach.seminars.refusals import NotPossible
from portal.audit import trail
from portal.mail import outbox

if TYPE_CHECKING:
    from portal.people.models import User

State, Says = Participation.State, AgreementAnswer.Says
ANSWERS = (State.AGREED, State.DECLINED)


def answer_invitation(*, participation_id: int, state: str, by: "User") -> Participation:
    """Says yes or no to a January, once. Raises ``NotPossible``: it was answered, or that January is over."""
    with transaction.atomic():
        row = Participation.objects.select_for_update(of=("self",)).get(pk=participation_id)
        if state not in ANSWERS:
            raise NotPossible(_("Choose yes or no."))
        if row.state != State.INVITED:
            raise NotPossible(_("Your agency has answered already. To change it, please write to us."))
        if row.season.ends_on < timezone.localdate():
            raise NotPossible(_("That January is over."))
        before = trail.snapshot(row)
        row.state = State(state)
        row.save(update_fields=["state"])
        trail.record(actor=by, verb=state, target=row, before=before, after=trail.snapshot(row))
    return row


def answer_agreement(*, agreement_id: int, says: str, note: str, by: "User") -> AgreementAnswer:
    """Keeps what the partner says of an agreement; if something is wrong, whoever keeps agreements gets a mail.

    Raises ``NotPossible``: it is over, nothing is said of what is wrong, or that was the answer already.
    """
    with transaction.atomic():
        agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement_id)
        if says not in Says.values:
            raise NotPossible(_("Choose one of the two answers."))
        if says == Says.WRONG and not note.strip():
            raise NotPossible(_("Say in a few words what is wrong."))
        if agreement.last_day and agreement.last_day < timezone.localdate():
            raise NotPossible(_("This agreement is over."))
        last = agreement.answers.first()
        note = note.strip() if says == Says.WRONG else ""
        if last and (last.says, last.note) == (says, note):
            return last
        answer = AgreementAnswer.objects.create(agreement=agreement, says=Says(says), note=note, by=by)
        trail.record(
            actor=by,
            verb="confirmed by the partner" if says == Says.RIGHT else "disputed by the partner",
            target=agreement,
            before={"partner says": last.says if last else ""},
            after={"partner says": says},
        )
        if says == Says.WRONG:
            _tell(agreement)
    return answer


def _tell(agreement: Agreement) -> None:
    page = reverse("admin:outreach_agreement_change", args=[agreement.pk])
    for keeper in notices.keepers():
        outbox.send(
            to=keeper.email,
            template="partner_disputes",
            context={"agreement": agreement, "link": settings.PUBLIC_ADDRESS + page},
            language="en",
        )
