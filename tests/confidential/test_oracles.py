"""No list answers questions about what its reader may not see: no search, filter, order or lookup reaches it.

A list that lets itself be narrowed by somebody's address tells that address letter by letter.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from outreach.agencies.models import Agency, Contact
from portal.people.models import User
from portal.people.roles import DESK, Role, permissions
from tests.confidential.allowed import lets_see
from tests.confidential.planting import all_confidential

pytestmark = pytest.mark.django_db

STEPS = 3
"""So many relations away a field may be and still be asked for."""
LOOKUPS = ["", "__startswith", "__regex", "__isnull"]


def asked_by(role: Role) -> HttpRequest:
    """A request of somebody with a role, who needs no row."""
    request: HttpRequest = RequestFactory().get("/")
    user = User(username=role, is_staff=True, is_active=True)
    user.has_perm = lambda perm, *_: perm in permissions(role)  # type: ignore[method-assign]
    request.user = user
    return request


def paths(model: type[models.Model], *, steps: int = STEPS, before: str = "") -> Iterator[tuple[str, str, str]]:
    """Every way of lookups from a model to a confidential field: the path, and whose field it is."""
    label = model._meta.label_lower
    for name in sorted(all_confidential().get(label, ())):
        yield f"{before}{name}", label, name
    for field in model._meta.get_fields() if steps else ():
        if field.is_relation and isinstance(field.related_model, type):
            yield from paths(field.related_model, steps=steps - 1, before=f"{before}{field.name}__")


def aim_of(model: type[models.Model], path: str) -> tuple[str, str] | None:
    """The model and the field that a path of lookups ends at; ``None`` where it is no field."""
    here: Any = model
    found = None
    for step in path.lstrip("-^=@").split("__"):
        try:
            field = here._meta.get_field(here._meta.pk.name if step == "pk" else step)
        except (AttributeError, FieldDoesNotExist):
            break
        found = (here._meta.label_lower, field.name)
        here = field.related_model
    return found


def readers(page: Any) -> list[Role]:
    """The roles that may open a list."""
    return [role for role in DESK if page.has_view_or_change_permission(asked_by(role))]


def out_of_reach(role: Role, label: str, field: str) -> bool:
    """Whether a field is confidential and the role may not see its rows."""
    return field in all_confidential().get(label, ()) and not lets_see(role, label, field)


def test_no_list_can_be_narrowed_by_what_its_reader_may_not_see() -> None:
    wrong, asked = [], 0
    for model, page in admin.site._registry.items():
        for role in readers(page):
            request = asked_by(role)
            for path, label, field in paths(model):
                if out_of_reach(role, label, field):
                    asked += 1
                    wrong += [
                        f"{role}: {model.__name__}?{path}{lookup}"
                        for lookup in LOOKUPS
                        if page.lookup_allowed(f"{path}{lookup}", "a", request)
                    ]
    assert not wrong, "\n".join(wrong)
    assert asked > 500


def test_no_list_searches_filters_or_orders_by_what_its_reader_may_not_see() -> None:
    wrong = []
    for model, page in admin.site._registry.items():
        for role in readers(page):
            request = asked_by(role)
            ways: list[str] = [str(way) for way in page.get_search_fields(request)]
            filters = (way[0] if isinstance(way, tuple | list) else way for way in page.get_list_filter(request))
            ways += [way for way in filters if isinstance(way, str)]
            for column in page.get_list_display(request):
                shown = column if callable(column) else getattr(page, column, None) or getattr(model, column, None)
                order = getattr(shown, "admin_order_field", None)
                ways += [order] if isinstance(order, str) else [column] if isinstance(column, str) else []
            ways += [page.date_hierarchy] if page.date_hierarchy else []
            for way in ways:
                aim = aim_of(model, way)
                if aim and out_of_reach(role, *aim):
                    wrong.append(f"{role}: {model.__name__} by {way}")
    assert not wrong, "\n".join(wrong)


def test_autocomplete_looks_into_nothing_that_its_reader_may_not_see() -> None:
    """What a field offers is searched as its model's list is, by whoever may view that model."""
    contact = {model for model in admin.site._registry if model is Contact}
    assert not contact, "contacts have no list of their own: their agency's form shows them to whoever may see both"


@pytest.mark.parametrize(
    "lookup", ["contacts__email__startswith", "notes__body__contains", "tasks__what", "agreements__title"]
)
def test_filter_that_asks_for_contacts_is_refused(client: Client, user_with: Any, lookup: str) -> None:
    agency = Agency.objects.create(name="Lantern House", kind="ngo", level="private")
    Contact.objects.create(agency=agency, role="Director", name="Robin", email="robin@example.org")
    client.force_login(user_with(Role.ANALYST))
    client.raise_request_exception = False
    for page in ("outreach_agency_changelist", "outreach_agency_export"):
        found = client.get(reverse(f"admin:{page}"), {lookup: "r"})
        missed = client.get(reverse(f"admin:{page}"), {lookup: "x"})
        assert found.status_code == missed.status_code
        assert found.status_code in {302, 400}, (page, found.status_code)
