"""What lists do to several rows at once, and fields that complete themselves: by everybody, allowed and refused."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib import admin
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach.partners.conftest import Desk
from tests.roles.asking import ask
from tests.roles.expected import ANSWERED
from tests.test_roles_by_url import ACTIONS, EVERYBODY, SUPERUSER, Page, grants

pytestmark = pytest.mark.django_db


def actions(rf: RequestFactory) -> Iterator[tuple[str, str, str, str]]:
    """Every action of every list: label and admin name of its model, its own name, and the permission behind it."""
    request: HttpRequest = rf.get("/")
    request.user = User(username="root", is_superuser=True, is_active=True)
    for model, page in admin.site._registry.items():
        app, name = model._meta.app_label, str(model._meta.model_name)
        for action in page.get_actions(request):
            permission = (
                {
                    "delete_selected": f"{app}.delete_{name}",
                    "export_admin_action": f"{app}.view_{name}",
                }.get(action)
                or ACTIONS.get(f"{model.__name__}.{action}")
                or ACTIONS[action]
            )
            yield f"{app}.{name}", f"{app}_{name}", action, permission


@pytest.mark.parametrize("person", EVERYBODY)
def test_action_is_done_for_whom_the_tables_say_and_for_nobody_else(
    desk: Desk,
    browser_as: Callable[[str], Client],
    rf: RequestFactory,
    person: str,
    record_property: Callable[[str, object], None],
) -> None:
    client, wrong, checks = browser_as(person), [], 0
    for label, name, action, permission in actions(rf):
        app, model = label.split(".")
        row = _row(label)
        if row is None:
            continue
        answer = ask(
            client,
            "POST",
            reverse(f"admin:{name}_changelist"),
            {"action": action, "_selected_action": [row], "index": 0, "select_across": 0},
        )
        checks += 1
        may = grants(person, Page(f"{app}.view_{model}&{permission}"))
        if answer.status not in ANSWERED | ({403} if not may else set()):
            wrong.append(f"{action} of {label} for {person}: {answer}")
        if not may and answer.wrote:
            wrong.append(f"{action} of {label} is done for {person}: {answer}")
        if may and answer.is_refused:
            wrong.append(f"{action} of {label} is refused to {person}: {answer}")
    record_property("checks", checks)
    assert checks > 30
    assert not wrong, "\n".join(wrong)


def _row(label: str) -> int | None:
    app, name = label.split(".")
    model = next(each for each in admin.site._registry if each._meta.label_lower == f"{app}.{name}")
    found = model._default_manager.order_by("pk").first()
    return found.pk if found else None


def completed() -> list[tuple[str, str, str, str]]:
    """Every field that completes itself: its model, its name, and the permission to see what it offers."""
    found = set()
    for model, page in admin.site._registry.items():
        for owner in (page, *(inline(model, admin.site) for inline in page.inlines)):
            for field in owner.autocomplete_fields:
                target = owner.model._meta.get_field(field).related_model
                assert target is not None
                assert not isinstance(target, str)
                offered = target._meta
                found.add(
                    (
                        owner.model._meta.app_label,
                        str(owner.model._meta.model_name),
                        str(field),
                        f"{offered.app_label}.view_{offered.model_name}",
                    )
                )
    return sorted(found)


@pytest.mark.parametrize("person", EVERYBODY)
def test_field_completes_for_whom_may_see_the_rows_and_for_nobody_else(
    desk: Desk, browser_as: Callable[[str], Client], person: str, record_property: Callable[[str, object], None]
) -> None:
    client, fields = browser_as(person), completed()
    wrong = []
    for app, model, field, permission in fields:
        asked = f"?app_label={app}&model_name={model}&field_name={field}&term=a"
        answer = ask(client, "GET", reverse("admin:autocomplete") + asked)
        if (answer.status == 200) != grants(person, Page(permission)) or answer.wrote:
            wrong.append(f"{app}.{model}.{field} for {person}: {answer}")
    record_property("checks", len(fields))
    assert len(fields) > 10
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("term", ["a", "ana@example.org", "Mara", "@"])
def test_no_field_completes_persons_to_anybody_but_who_may_see_them(
    world: Season, browser_as: Callable[[str], Client], term: str
) -> None:
    """Contacts and invitations are offered nowhere; accounts only to those who may see accounts."""
    offered = {permission for *_, permission in completed()}
    assert not offered & {"outreach.view_contact", "portal.view_accountinvitation", "outreach.view_membership"}
    client = browser_as(Role.SCHEDULER)
    for app, model, field, permission in completed():
        if permission == "portal.view_user":
            asked = f"?app_label={app}&model_name={model}&field_name={field}&term={term}"
            assert ask(client, "GET", reverse("admin:autocomplete") + asked).status == 403
    assert grants(SUPERUSER, Page("portal.view_user"))
