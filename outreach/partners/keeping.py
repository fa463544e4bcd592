"""What is kept of people in the partners' own pages."""

import datetime as dt

from django.db.models import QuerySet

from outreach.agencies.keeping import CONTACTS, PAPERS
from outreach.partners.models import AgreementAnswer, Proposal
from portal.audit import trail
from portal.keeping import register
from portal.keeping.register import Rule


def forget(now: dt.datetime) -> int:
    """Deletes what was asked for and decided long enough ago: what was released stands in the record."""
    return Proposal.objects.filter(decided_at__lt=register.due_before("contacts", now)).delete()[0]


def _of(address: str) -> QuerySet[Proposal]:
    asked = Proposal.objects.filter(fields__email__iexact=address)
    return asked | Proposal.objects.filter(before__email__iexact=address)


def erase(address: str) -> int:
    """Deletes what was asked for a contact with this address."""
    rows = list(_of(address))
    for row in rows:
        trail.record(actor=None, verb="erased", target=row)
        row.delete()
    return len(rows)


register.add(
    Rule(
        category=CONTACTS,
        model="outreach.proposal",
        fields=Proposal.NOT_IN_TRAIL,
        forget=forget,
        find=_of,
        erase=erase,
        order=71,
    ),
    # Goes with its agreement.
    Rule(category=PAPERS, model="outreach.agreementanswer", fields=AgreementAnswer.NOT_IN_TRAIL),
)
