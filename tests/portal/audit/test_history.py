"""The History page of a record shows the trail; Django's own log is not written."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from outreach.agencies.models import Agency
from portal.audit import trail
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from tests.portal.audit.forms import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    """An agency whose site changed once."""
    kept = Agency.objects.create(name="Lantern House", kind="ngo", level="private")
    trail.record(actor=None, verb="changed", target=kept, before={"website": "was"}, after={"website": "is-now"})
    return kept


def history(agency: Agency) -> str:
    return reverse("admin:outreach_agency_history", args=[agency.pk])


def test_history_tells_values_to_who_may_read_the_trail(
    client: Client, user_with: Callable[..., User], agency: Agency
) -> None:
    client.force_login(user_with(Role.COORDINATOR))
    page = client.get(history(agency)).text
    assert "<b>website</b>: was → is-now" in page
    client.force_login(user_with(Role.SCHEDULER))
    page = client.get(history(agency)).text
    assert "website" in page
    assert "is-now" not in page


def test_people_of_partners_are_named_to_who_may_read_the_trail(
    client: Client, user_with: Callable[..., User], agency: Agency
) -> None:
    colleague = user_with(Role.APPROVER)
    colleague.first_name = "Colleague"
    colleague.save()
    partner = User.objects.create_user("pat", first_name="Pat", last_name="Quill")
    for actor in (colleague, partner):
        trail.record(actor=actor, verb="changed", target=agency, before={"name": "a"}, after={"name": "b"})
    for role, is_told in ((Role.COORDINATOR, True), (Role.SCHEDULER, False), (Role.ANALYST, False)):
        client.force_login(user_with(role))
        for page in (history(agency), reverse("admin:outreach_agency_timeline", args=[agency.pk])):
            shown = client.get(page).text
            assert ("Pat Quill" in shown) is is_told
            assert ("Somebody outside the staff" in shown) is not is_told
            assert "Colleague" in shown


def test_history_is_refused_to_who_may_not_see_the_record(
    client: Client, user_with: Callable[..., User], agency: Agency
) -> None:
    client.force_login(user_with(Role.DESIGNER))
    assert client.get(history(agency)).status_code == 403


def test_history_of_a_redacted_entry_says_nothing(
    client: Client, user_with: Callable[..., User], agency: Agency
) -> None:
    entry = Entry.objects.get(object_id=str(agency.pk), verb="changed")
    Entry.objects.filter(pk=entry.pk).update(before={}, after={}, object_label="", salt="", redacted_at=entry.at)
    client.force_login(user_with(Role.COORDINATOR))
    page = client.get(history(agency)).text
    assert "Redacted on" in page
    assert "is-now" not in page


def test_long_history_comes_in_pages(client: Client, user_with: Callable[..., User], agency: Agency) -> None:
    client.force_login(user_with(Role.COORDINATOR))
    for number in range(120):
        trail.record(actor=None, verb="changed", target=agency, before={"n": number}, after={"n": number + 1})
    first, last = client.get(history(agency)), client.get(history(agency), {"p": 3})
    assert "121 in all" in first.text
    assert "<b>n</b>: 119 → 120" in first.text
    assert "was → is-now" in last.text


def test_saving_in_the_admin_writes_one_entry_and_no_log_of_django(
    client: Client, user_with: Callable[..., User], agency: Agency
) -> None:
    client.force_login(user_with(Role.COORDINATOR))
    address = reverse("admin:outreach_agency_change", args=[agency.pk])
    before = Entry.objects.count()
    client.post(address, fields_of(client.get(address).text) | {"description": "Shelter."})
    agency.refresh_from_db()
    assert agency.description == "Shelter."
    assert Entry.objects.count() == before + 1
    assert not LogEntry.objects.exists()
