"""How the demo is told from real work."""

from django.http import HttpRequest

from campaign.places.models import Operator
from portal.audit.models import Entry

OPERATOR_KEY = "demo@waypost"
"""The operator of the demo's stations and trains; no feed has it, so an import neither meets nor retires them."""
LABEL = "The demo"
"""What the trail calls it."""


def is_there() -> bool:
    """Whether the demo's rows are in the database."""
    return Operator.objects.filter(key=OPERATOR_KEY).exists()


def was_removed() -> bool:
    """Whether somebody removed the demo here: starting the portal must not bring it back."""
    return not is_there() and Entry.objects.filter(verb="removed", object_label=LABEL).exists()


def environment(request: HttpRequest) -> list[str] | None:
    """The label in the header of every admin page while the demo is there."""
    return ["Demo data", "warning"] if is_there() else None
