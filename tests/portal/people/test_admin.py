"""Accounts: signing in, granting roles, and who gets into the admin."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from post_office.models import Email

from portal.audit.models import Entry
from portal.people.models import RoleGrant, User
from portal.people.roles import DESK, Role

pytestmark = pytest.mark.django_db
PASSPHRASE = "a quiet lamp over deep water"


def test_account_of_createsuperuser_signs_in(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSPHRASE)
    call_command("createsuperuser", username="anna", email="anna@example.org", interactive=False, verbosity=0)

    answer = client.post(
        reverse("account_login"), {"login": "anna", "password": PASSPHRASE, "next": "/admin/"}, follow=True
    )

    assert answer.redirect_chain[-1][0] == f"{reverse('second-factor')}?next=%2Fadmin%2F"
    assert answer.context["user"].username == "anna"


def test_commands_of_the_host_leave_an_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSPHRASE)
    call_command("createsuperuser", username="anna", email="anna@example.org", interactive=False, verbosity=0)
    anna = User.objects.get()
    added = Entry.objects.get(object_type="portal.user", verb="added")
    assert (added.object_id, added.actor, added.after["by"]) == (str(anna.pk), None, "the command line")
    assert "anna@example.org" not in str(added.after)

    chosen = f"{PASSPHRASE} at night"
    typed = iter([chosen, chosen])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))  # noqa: ARG005  (asked by its name)
    call_command("changepassword", "anna", stdout=StringIO())
    anna.refresh_from_db()
    assert anna.check_password(chosen)
    changed = Entry.objects.get(verb="password changed")
    assert (changed.object_id, changed.actor, changed.after) == (str(anna.pk), None, {"by": "the command line"})
    assert Email.objects.get().to == ["anna@example.org"]
    anna.save()
    assert Entry.objects.filter(object_type="portal.user").count() == 2, "only the commands tell by themselves"


@pytest.mark.parametrize("role", list(Role))
def test_admin_opens_for_the_roles_that_work_there(client: Client, user_with: Callable[..., User], role: Role) -> None:
    client.force_login(user_with(role))
    answer = client.get("/admin/")
    assert (answer.status_code == 200) == (role in DESK)
    assert answer.status_code in {200, 302}


def test_admin_stays_closed_to_staff_without_a_role(client: Client, user_with: Callable[..., User]) -> None:
    client.force_login(user_with())
    assert client.get("/admin/").status_code == 302


def grants(*roles: Role) -> dict[str, object]:
    """The inline rows that grant roles to a new holder."""
    rows: dict[str, object] = {"role_grants-TOTAL_FORMS": len(roles), "role_grants-INITIAL_FORMS": 0}
    for place, role in enumerate(roles):
        rows[f"role_grants-{place}-role"] = role
    return rows


def test_superuser_grants_a_role_which_opens_the_admin(admin_client: Client) -> None:
    user = User.objects.create_user("ben", password=PASSPHRASE)

    answer = admin_client.post(
        reverse("admin:portal_user_change", args=[user.pk]),
        {"username": "ben", "is_active": "on", **grants(Role.SCHEDULER)},
    )

    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.is_staff
    assert user.has_perm("outreach.view_seminar")
    entry = Entry.objects.get(object_type="portal.rolegrant")
    assert (entry.verb, entry.after["role"]) == ("granted", "scheduler")


def test_taking_the_last_desk_role_closes_the_admin(admin_client: Client, user_with: Callable[..., User]) -> None:
    user = user_with(Role.SCHEDULER)
    grant = user.role_grants.get()
    admin_client.post(
        reverse("admin:portal_user_change", args=[user.pk]),
        {
            "username": user.username,
            "is_active": "on",
            "role_grants-TOTAL_FORMS": 1,
            "role_grants-INITIAL_FORMS": 1,
            "role_grants-0-id": grant.pk,
            "role_grants-0-user": user.pk,
            "role_grants-0-role": grant.role,
            "role_grants-0-DELETE": "on",
        },
    )
    user.refresh_from_db()
    assert not user.is_staff
    assert not RoleGrant.objects.exists()
    assert Entry.objects.filter(object_type="portal.rolegrant", verb="revoked").exists()


def test_trail_of_accounts_never_holds_a_password(admin_client: Client) -> None:
    admin_client.post(
        reverse("admin:portal_user_add"),
        {
            "username": "carla",
            "usable_password": "true",
            "password1": PASSPHRASE,
            "password2": PASSPHRASE,
            **grants(),
        },
    )
    user = User.objects.get(username="carla")
    entry = Entry.objects.get(object_type="portal.user", object_id=str(user.pk))
    assert user.check_password(PASSPHRASE)
    assert "password" not in entry.after
    assert user.password not in str(entry.after)


def test_user_list_asks_as_often_for_three_as_for_one(admin_client: Client, user_with: Callable[..., User]) -> None:
    page = reverse("admin:portal_user_changelist")
    admin_client.get(page)
    with CaptureQueriesContext(connection) as one:
        admin_client.get(page)
    user_with(Role.ANALYST)
    user_with(Role.ANALYST, Role.AUDITOR)
    with CaptureQueriesContext(connection) as three:
        answer = admin_client.get(page)
    # The roles are one query more, however many accounts hold them.
    assert len(three) == len(one)
    assert "Analyst, Auditor" in answer.text


def test_setting_somebodys_password_is_in_the_trail(admin_client: Client, user_with: Callable[..., User]) -> None:
    user = user_with(Role.SCHEDULER)
    page = reverse("admin:auth_user_password_change", args=[user.pk])
    new = "another quiet lamp over deep water"
    answer = admin_client.post(page, {"usable_password": "true", "password1": new, "password2": new})
    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)
    entry = Entry.objects.get(verb="password set")
    assert (entry.object_id, entry.before, entry.after) == (str(user.pk), {}, {})


def test_holder_hears_at_the_address_of_before_what_superusers_change(admin_client: Client) -> None:
    """Who takes an account over could else be the second person, and its holder would never know."""
    eva = User.objects.create_user("eva", "eva@example.org", "a quiet lamp over deep water")
    password = reverse("admin:auth_user_password_change", args=[eva.pk])
    new = "another lamp over deeper water"
    admin_client.post(password, {"usable_password": "true", "password1": new, "password2": new})
    rows = {"role_grants-TOTAL_FORMS": "0", "role_grants-INITIAL_FORMS": "0"}
    for address in ("mine@example.org", "mine@example.org"):
        sent = {"username": "eva", "is_active": "on", "email": address, **rows}
        answer = admin_client.post(reverse("admin:portal_user_change", args=[eva.pk]), sent)
        assert answer.status_code == 302
    mails = list(Email.objects.order_by("pk"))
    assert [mail.to for mail in mails] == [["eva@example.org"], ["eva@example.org"]]
    assert "set its password anew" in mails[0].message
    assert "another e-mail address" in mails[1].message
