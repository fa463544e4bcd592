"""Bookings in the admin."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.people.models import User
from portal.people.roles import Role
from tests.outreach import factories

pytestmark = pytest.mark.django_db


def test_a_booking_is_locked_while_a_form_of_it_is_saved(client: Client, user_with: Callable[..., User]) -> None:
    """Else a cancellation that comes in between would be undone: a save writes every field."""
    booked = factories.booking(factories.seminar())
    client.force_login(user_with(Role.COORDINATOR))
    page = reverse("admin:outreach_registration_change", args=[booked.pk])
    with CaptureQueriesContext(connection) as asked:
        assert client.post(page, {"name": "Ana Reyes", "needs": "", "language": "en"}).status_code == 302
    locks = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    if connection.features.has_select_for_update:
        assert any("outreach_registration" in sql for sql in locks)
    else:
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
