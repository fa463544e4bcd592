"""The trail is kept for good and read by auditors: no name, address or private link of a person gets there."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from outreach.agencies.models import Agency, Contact
from outreach.registration.models import Registration
from outreach.seminars.models import Request
from portal.audit import trail
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach import factories

pytestmark = pytest.mark.django_db


def _written() -> str:
    return " ".join(
        f"{entry.object_label} {entry.before} {entry.after}" for entry in Entry.objects.order_by("pk").iterator()
    )


@pytest.mark.parametrize("label", ["outreach", "campaign"])
def test_models_with_an_email_withhold_it(label: str) -> None:
    addresses = [
        (model, field.name)
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.EmailField)
    ]
    assert all(name in getattr(model, "NOT_IN_TRAIL", ()) for model, name in addresses), addresses


def test_booking_renamed_in_the_admin_says_only_that(client: Client, user_with: Callable[..., User]) -> None:
    booked = factories.booking(factories.seminar(), name="Ana Ortiz", email="ana@example.org")
    client.force_login(user_with(Role.COORDINATOR))
    page = reverse("admin:outreach_registration_change", args=[booked.pk])
    assert client.post(page, {"name": "Ana Reyes", "needs": "", "language": "en"}).status_code == 302

    assert Registration.objects.get().name == "Ana Reyes"
    entry = Entry.objects.get(object_type="outreach.registration")
    assert (entry.before, entry.after) == ({"name": "(not kept here)"}, {"name": "(not kept here)"})
    assert entry.object_label == "Know the signs"


def test_added_rows_leave_no_person_in_the_trail() -> None:
    contact = Contact(agency=Agency.objects.earliest("pk"), role="Desk", name="Ana Ortiz", email="ana@example.org")
    asked = factories.request(contact_name="Ana Ortiz", contact_email="ana@example.org")
    for record in (contact, asked):
        trail.record(actor=None, verb="added", target=record, after=trail.snapshot(record))

    written = _written()
    assert "Ortiz" not in written
    assert "ana@example.org" not in written
    assert str(Request.objects.get().uid) not in written
    assert "Desk" in written
