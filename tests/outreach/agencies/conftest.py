"""What the tests of agencies share: people, papers and records."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from outreach.agencies import agreements
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.models import Agency
from portal.people.models import User
from portal.people.roles import Role

FIRST, LAST = dt.date(2026, 10, 1), dt.date(2027, 1, 31)


def paper() -> bytes:
    """A scan."""
    file = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def recorder(user_with: Callable[..., User]) -> User:
    """Who types agreements."""
    user = user_with(Role.COORDINATOR)
    user.email = "recorder@example.org"
    user.save()
    return user


@pytest.fixture
def approver(user_with: Callable[..., User]) -> User:
    """The second person."""
    return user_with(Role.APPROVER)


@pytest.fixture
def agree(recorder: User, approver: User) -> Callable[..., Agreement]:
    """Records an agreement, approved unless said otherwise."""

    def make(agency: Agency, *, approved: bool = True, **terms: Any) -> Agreement:
        told: dict[str, Any] = {
            "kind": "mou",
            "title": "Posters",
            "signed_on": FIRST,
            "effective_on": FIRST,
            "expires_on": LAST,
        }
        agreement = agreements.record(agency=agency, document=paper(), by=recorder, **told | terms)
        return agreements.approve(agreement_id=agreement.pk, by=approver, on=FIRST) if approved else agreement

    return make


def office(name: str, parent: Agency | None = None, **fields: Any) -> Agency:
    """An agency."""
    return Agency.objects.create(name=name, parent=parent, **{"kind": "ngo", "level": "private"} | fields)
