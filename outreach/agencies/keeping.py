"""What is kept of people at partner agencies."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from outreach.agencies.models import Contact
from portal.audit import trail
from portal.keeping import register
from portal.keeping.register import Category, Rule

CONTACTS = Category(
    key="contacts",
    place=22,
    name=_("Contacts at partner agencies"),
    what=_("Role, and where an agency named one, a person’s name, address and telephone."),
    why=_("To know whom to ask at an agency. Lists for the public show roles, never persons."),
    until=_("As long as the agency works with the campaign; at once when the person asks."),
)


def _of(address: str) -> QuerySet[Contact]:
    return Contact.objects.filter(email__iexact=address)


def erase(address: str) -> int:
    """Deletes an agency's contacts with this address."""
    rows = list(_of(address))
    for row in rows:
        trail.record(actor=None, verb="erased", target=row)
        row.delete()
    return len(rows)


register.add(
    Rule(category=CONTACTS, model="outreach.contact", fields=Contact.NOT_IN_TRAIL, find=_of, erase=erase, order=70)
)
