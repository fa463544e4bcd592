"""Tells auditors each day's seal of the audit trail: outside the database, where nobody who owns it can rewrite it."""

from portal.audit import sealing
from portal.audit.models import Seal
from portal.mail import outbox
from portal.people.models import User
from portal.people.roles import Role


def tell_auditors(seal: Seal) -> None:
    """One mail to each auditor with an address, in the transaction of the seal."""
    auditors = User.objects.filter(is_active=True, role_grants__role=Role.AUDITOR).exclude(email="")
    for address in auditors.order_by("email").values_list("email", flat=True).distinct():
        outbox.send(to=address, template="audit_sealed", context={"seal": seal}, language="en")


if tell_auditors not in sealing.TOLD:
    sealing.TOLD.append(tell_auditors)
