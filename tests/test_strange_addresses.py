"""Whatever stands in an address, the answer is a page or a refusal, never a failure of ours."""

from urllib.parse import quote

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

STRANGE = ["\0", "9" * 30, "²,x"]
PUBLIC = [
    "/Q/{}",
    "/en/near/{}/",
    "/en/events/{}/",
    "/en/bookings/{}/",
    "/en/seminars/asked/{}/",
    "/en/events/?page={}",
]
KEYS = sorted(
    reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry
)
STEPS = [
    *(f"/admin/outreach/request/{{}}/{step}/" for step in ("plan", "ask-back", "decline")),
    "/admin/outreach/seminar/{}/call-off/",
    "/admin/campaign/placement/?january={}",
    "/admin/campaign/placement/?in_state={}",
    "/admin/campaign/batch/new/?season={}&what=placements:{}",
    "/admin/campaign/batch/new/?season=2027&what=state:{}",
]


def _failing(client: Client, addresses: list[str], strange: str) -> list[str]:
    client.raise_request_exception = False
    return [address for address in addresses if client.get(address.replace("{}", quote(strange))).status_code >= 500]


@pytest.mark.parametrize("strange", STRANGE)
def test_public_pages_take_anything(client: Client, strange: str) -> None:
    assert _failing(client, PUBLIC, strange) == []


@pytest.mark.parametrize("strange", STRANGE)
def test_admin_takes_anything(admin_client: Client, strange: str) -> None:
    assert _failing(admin_client, [*(f"{page}{{}}/change/" for page in KEYS), *STEPS], strange) == []
