"""Roles are given and taken by one verb: who may, which stand apart, and what follows."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from portal.audit.models import Entry
from portal.people import granting
from portal.people.granting import NotPossible
from portal.people.models import RoleGrant, User
from portal.people.roles import APART, DESK, INVITES, Role, changes, clash

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    """An account without a role."""
    return User.objects.create_user("ana")


@pytest.mark.parametrize("role", list(Role))
def test_role_opens_the_admin_or_not_and_the_trail_tells(ana: User, admin_user: User, role: Role) -> None:
    granting.grant(user=ana, role=role, by=admin_user)
    granting.grant(user=ana, role=role, by=admin_user)
    stored = User.objects.get(pk=ana.pk)
    assert (stored.is_staff, ana.is_staff) == (role in DESK, role in DESK)
    entry = Entry.objects.get(verb="granted")
    assert (entry.actor, entry.after["role"]) == (admin_user, role.value)
    assert granting.revoke(user=ana, role=role, by=admin_user)
    assert not granting.revoke(user=ana, role=role, by=admin_user)
    assert not User.objects.get(pk=ana.pk).is_staff
    assert Entry.objects.get(verb="revoked").before["role"] == role.value


@pytest.mark.parametrize(("giver", "role"), list(product(Role, Role)))
def test_role_is_given_by_whom_the_table_says(
    user_with: Callable[..., User], ana: User, giver: Role, role: Role
) -> None:
    by = user_with(giver)
    if role in INVITES.get(giver, ()):
        granting.grant(user=ana, role=role, by=by)
        assert granting.held(ana) == {role}
    else:
        with pytest.raises(NotPossible):
            granting.grant(user=ana, role=role, by=by)
        assert granting.held(ana) == set()


@pytest.mark.parametrize("role", sorted(INVITES[Role.COORDINATOR]))
def test_nobody_gives_a_role_to_themselves(user_with: Callable[..., User], admin_user: User, role: Role) -> None:
    for by in (user_with(Role.COORDINATOR), admin_user):
        with pytest.raises(NotPossible, match="themselves"):
            granting.grant(user=by, role=role, by=by)
    assert not RoleGrant.objects.filter(role=role).exists()


@pytest.mark.parametrize(("one", "two"), [tuple(sorted(pair)) for pair in sorted(APART, key=sorted)])
def test_roles_apart_are_refused_in_either_order(ana: User, admin_user: User, one: Role, two: Role) -> None:
    for first, second in ((one, two), (two, one)):
        RoleGrant.objects.all().delete()
        granting.grant(user=ana, role=first, by=admin_user)
        with pytest.raises(NotPossible, match="auditor"):
            granting.grant(user=ana, role=second, by=admin_user)
        assert granting.held(ana) == {first}


def test_auditor_stands_apart_from_all_that_change_anything() -> None:
    apart = {other for pair in APART for other in pair} - {Role.AUDITOR}
    assert apart == {role for role in Role if changes(role)} - {Role.AUDITOR}
    assert set(Role) - apart == {Role.AUDITOR, Role.ANALYST}
    assert clash([Role.AUDITOR, Role.ANALYST]) == ""
    assert clash([Role.AUDITOR], is_superuser=True)


def test_superuser_becomes_no_auditor(ana: User, admin_user: User) -> None:
    ana.is_superuser = True
    ana.save()
    with pytest.raises(NotPossible, match="two accounts"):
        granting.grant(user=ana, role=Role.AUDITOR, by=admin_user)


def posted(user: User, *roles: Role, **more: object) -> dict[str, object]:
    """The form of an account, with roles that it shall have besides those that it holds."""
    rows: dict[str, object] = {"username": user.username, "is_active": "on", **more}
    held = list(user.role_grants.order_by("pk"))
    for place, grant in enumerate(held):
        rows |= {f"role_grants-{place}-{name}": value for name, value in _row(grant).items()}
    for place, role in enumerate(roles, len(held)):
        rows[f"role_grants-{place}-role"] = role
    return {**rows, "role_grants-TOTAL_FORMS": len(held) + len(roles), "role_grants-INITIAL_FORMS": len(held)}


def _row(grant: RoleGrant) -> dict[str, object]:
    return {"id": grant.pk, "user": grant.user_id, "role": grant.role}


@pytest.mark.parametrize(
    ("has", "gets", "more"),
    [
        ([], [Role.AUDITOR, Role.DESIGNER], {}),
        ([Role.AUDITOR], [Role.DESIGNER], {}),
        ([Role.DESIGNER], [Role.AUDITOR], {}),
        ([Role.AUDITOR], [], {"is_superuser": "on"}),
    ],
)
def test_form_refuses_roles_apart(
    admin_client: Client, user_with: Callable[..., User], has: list[Role], gets: list[Role], more: dict[str, object]
) -> None:
    user = user_with(*has)
    page = reverse("admin:portal_user_change", args=[user.pk])
    answer = admin_client.post(page, posted(user, *gets, **more))
    assert answer.status_code == 200
    assert "auditor" in answer.text
    user.refresh_from_db()
    assert granting.held(user) == set(has)
    assert not user.is_superuser


def test_form_refuses_a_role_for_oneself(admin_client: Client, admin_user: User) -> None:
    page = reverse("admin:portal_user_change", args=[admin_user.pk])
    answer = admin_client.post(page, posted(admin_user, Role.DESIGNER, is_superuser="on"))
    assert answer.status_code == 200
    assert "Nobody gives a role to themselves" in answer.text
    assert not RoleGrant.objects.exists()


@pytest.mark.parametrize("left", [{}, {"is_superuser": "on", "is_active": ""}])
def test_last_superuser_stays(admin_client: Client, admin_user: User, left: dict[str, object]) -> None:
    page = reverse("admin:portal_user_change", args=[admin_user.pk])
    answer = admin_client.post(page, posted(admin_user, **left))
    assert answer.status_code == 200
    assert "last superuser" in answer.text
    admin_user.refresh_from_db()
    assert admin_user.is_superuser
    assert admin_user.is_active


def test_no_other_module_gives_or_takes_roles() -> None:
    """The admin names the rows for its form; it saves them by the verbs."""
    known = {"portal/models.py", "portal/people/models.py", "portal/people/admin.py", "portal/people/granting.py"}
    root = Path(settings.BASE_DIR)
    found = {
        str(path.relative_to(root))
        for app in ("portal", "outreach", "campaign", "config")
        for path in (root / app).rglob("*.py")
        if "RoleGrant" in path.read_text() and "migrations" not in path.parts
    }
    assert found == known
    assert "RoleGrant.objects" not in (root / "portal/people/admin.py").read_text()
