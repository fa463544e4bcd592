"""What a station's page says of spots, in the language of the page."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from campaign.places.models import Spot
from campaign.printing.envelopes import GUIDANCE

#: Kinds of spots at stations; those of trains have no contact.
NAMES: Final[Mapping[str, Promise | str]] = MappingProxyType(
    {
        Spot.Kind.RESTROOM_WOMEN: gettext_lazy("Women’s restroom"),
        Spot.Kind.RESTROOM_MEN: gettext_lazy("Men’s restroom"),
        Spot.Kind.RESTROOM_ALL: gettext_lazy("All-gender restroom"),
        Spot.Kind.RESTROOM_FAMILY: gettext_lazy("Family restroom"),
        Spot.Kind.WAITING_ROOM: gettext_lazy("Waiting room"),
        Spot.Kind.PLATFORM: gettext_lazy("Platform"),
        Spot.Kind.TICKET_COUNTER: gettext_lazy("Ticket counter"),
        Spot.Kind.CONCOURSE: gettext_lazy("Concourse"),
    }
)


def called(spot: Spot) -> str:
    """``Platform, track 2`` in the active language; a label stays as staff wrote it."""
    name = str(NAMES.get(spot.kind, spot.get_kind_display()))
    return f"{name}, {spot.label}" if spot.label else name


def guidance(spot: Spot) -> str:
    """One line on how to hang there: that of the envelope's cover sheet."""
    return gettext(GUIDANCE[spot.kind])
