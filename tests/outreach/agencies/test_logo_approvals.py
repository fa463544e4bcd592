"""A permission to use a logo counts once a second person compared it with its paper."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach.agencies import logo_rights
from outreach.agencies.logo_rights import NotPermitted, NotPossible
from outreach.agencies.logos import Logo, LogoPermission
from outreach.agencies.models import Agency
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from tests.portal.files.hostile import PNG

pytestmark = pytest.mark.django_db

MakeUser = Callable[..., User]
DAY = dt.date(2027, 1, 11)


@pytest.fixture
def recorder(user_with: MakeUser) -> User:
    return user_with(Role.COORDINATOR)


@pytest.fixture
def approver(user_with: MakeUser) -> User:
    return user_with(Role.APPROVER)


@pytest.fixture
def permission(recorder: User) -> LogoPermission:
    agency = Agency.objects.get(acronym="OVC")
    logo = logo_rights.upload(agency=agency, name="Seal", alt_text="Seal", content=PNG, by=recorder)
    return logo_rights.record_permission(
        logo=logo,
        scopes=["posters"],
        document=PNG,
        granted_by="Public affairs",
        granted_on=DAY - dt.timedelta(days=10),
        expires_on=DAY + dt.timedelta(days=10),
        by=recorder,
    )


def test_nothing_carries_a_logo_by_a_permission_that_one_person_saw(
    permission: LogoPermission, recorder: User, approver: User
) -> None:
    logo = permission.logo
    with pytest.raises(NotPermitted, match="no second person has approved its permission"):
        logo_rights.use(logo=logo, scope="posters", on=DAY)
    assert not Logo.objects.permitted("posters", DAY).exists()
    assert permission.standing(DAY) == "Waits for a second person"
    logo_rights.approve(permission_id=permission.pk, by=approver)
    assert logo_rights.use(logo=logo, scope="posters", on=DAY).pk == permission.pk
    assert Logo.objects.permitted("posters", DAY).get() == logo
    entry = Entry.objects.get(verb="approved")
    assert (entry.actor, entry.object_type) == (approver, "outreach.logopermission")


@pytest.mark.parametrize("is_superuser", [False, True])
def test_whoever_recorded_it_is_refused_by_page_verb_and_database(
    permission: LogoPermission, recorder: User, client: Client, is_superuser: bool
) -> None:
    User.objects.filter(pk=recorder.pk).update(is_superuser=is_superuser)
    client.force_login(User.objects.get(pk=recorder.pk))
    address = reverse("admin:outreach_logo_approve", args=[permission.logo_id, permission.pk])
    page = client.get(address).content.decode()
    assert "You recorded it: a second person approves it." in page
    assert '<button class="is-first' not in page
    client.post(address)
    with pytest.raises(NotPossible, match="You recorded it"):
        logo_rights.approve(permission_id=permission.pk, by=recorder)
    with pytest.raises(IntegrityError), transaction.atomic():
        LogoPermission.objects.update(approved_by=recorder, approved_at=timezone.now())
    assert LogoPermission.objects.waiting().get() == permission


def test_an_approver_looks_then_approves(permission: LogoPermission, approver: User, client: Client) -> None:
    client.force_login(approver)
    listed = client.get(reverse("admin:outreach_logo_changelist")).content.decode()
    assert "Waits for a second person" in listed
    address = reverse("admin:outreach_logo_approve", args=[permission.logo_id, permission.pk])
    assert address in client.get(reverse("admin:outreach_logo_change", args=[permission.logo_id])).content.decode()
    assert "Public affairs" in client.get(address).content.decode()
    assert LogoPermission.objects.waiting().exists()
    client.post(address)
    permission.refresh_from_db()
    assert permission.approved_by == approver
    with pytest.raises(NotPossible, match="approved already"):
        logo_rights.approve(permission_id=permission.pk, by=approver)


def test_a_revoked_permission_is_approved_by_nobody(permission: LogoPermission, recorder: User, approver: User) -> None:
    logo_rights.revoke(permission=permission, why="asked", by=recorder)
    with pytest.raises(NotPossible, match="revoked"):
        logo_rights.approve(permission_id=permission.pk, by=approver)
