"""The address in front of every printed code."""

from dataclasses import dataclass

from django.conf import settings

#: Stands on posters while no address of ours is set; by standard it belongs to nobody (RFC 2606).
SAMPLE = "https://example.org"


@dataclass(frozen=True, slots=True)
class PrintedAddress:
    """Scheme and host. On a sample the code leads nowhere, and the poster says so."""

    value: str
    is_sample: bool


def printed_address() -> PrintedAddress:
    """What is printed now, from ``WAYPOST_PRINTED_ADDRESS``."""
    return PrintedAddress(value=settings.PRINTED_ADDRESS or SAMPLE, is_sample=not settings.PRINTED_ADDRESS)
