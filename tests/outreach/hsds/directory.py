"""Agencies of every standing, for the tests of the directory."""

import datetime as dt
from typing import Any

from django.utils import timezone

from outreach.agencies.models import Agency, Contact

AGREED = dt.date(2026, 12, 1)


def office(name: str, parent: Agency | None = None, **fields: Any) -> Agency:
    """A listed agency."""
    told = {"kind": "ngo", "level": "private", "is_listed": True}
    return Agency.objects.create(name=name, parent=parent, **told | fields)


def standings() -> dict[str, Agency]:
    """One agency of every standing, each with a role address and, of the first, contacts of every kind."""
    now = timezone.now()
    found = {"listed": office("Lantern House", acronym="LH", website="https://lantern.example/é?q=a b")}
    found["not listed"] = office("Safe place", is_listed=False)
    found["demo"] = office("Demo house", is_demo=True)
    found["retired"] = office("Old house", retired_at=now)
    found["merged"] = office("The Lantern House", retired_at=now, merged_into=found["listed"])
    found["beneath one not listed"] = office("Office of the place", found["not listed"])
    for agency in found.values():
        Contact.objects.create(
            agency=agency, role="Press", email=f"press-{agency.pk}@example.org", phone="601-555-0100",
            is_confidential=False,
        )  # fmt: skip
    kinds: list[dict[str, Any]] = [
        {"role": "Duty desk", "email": "hidden-role@example.org", "is_confidential": True},
        {"role": "Director", "name": "Hidden Person", "email": "hidden-person@example.org"},
        {"role": "Director", "name": "Hidden Agreed", "consented_on": AGREED, "is_confidential": True},
        {"role": "Speaker", "name": "Robin Told", "consented_on": AGREED, "is_confidential": False},
    ]
    for kind in kinds:
        Contact.objects.create(agency=found["listed"], **kind)
    return found
