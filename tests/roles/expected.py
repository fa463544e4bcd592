"""What each address answers whom, by the tables: of roles (``roles.py``) and of addresses (``test_roles_by_url``)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.contrib import admin
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import reverse

from portal.people.models import User
from portal.people.roles import Role
from tests.outreach.partners import pages as partner_pages
from tests.outreach.partners.conftest import Desk
from tests.portal.people.account_pages import ACCOUNT
from tests.test_roles_by_url import (
    ANYBODY,
    DOORS,
    ELSEWHERE,
    PUBLIC,
    Page,
    admin_pages,
    grants,
)

ANSWERED: Final = frozenset({200, 302, 303, 400, 404, 405, 409, 410, 422})
"""What an address says that lets somebody in: that a form is empty, a row is gone or a method is not its own too."""
NOT_THERE: Final = frozenset({404, 405})
"""What an address says to whom it does not exist for."""

TELLS_BY_GET: Final = frozenset(
    {
        *("admin:campaign_design_proof", "admin:campaign_scans_export", "admin:outreach_agreement_document"),
        *("admin:outreach_logo_document", "admin:outreach_seminar_paper", "admin:portal_takenimport_reasons"),
        *("admin:portal_takenimport_refused", "mfa_download_recovery_codes", "partner-agreement-paper"),
    }
)
"""Files: that one was taken is written to the trail. No other address writes anything by GET."""

CONNECTS: Final = ("office-connect", "POST")
"""Joins an account to an office's own sign-in: by GET it is nobody's page, by POST an account's."""

LEAVES: Final = frozenset({"account_logout", "admin:logout"})
"""Addresses that sign out: they lead to the page where one signs in, which elsewhere is a refusal."""


@dataclass(frozen=True, slots=True)
class Row:
    """One address: where it is, and who gets in by which method."""

    name: str
    address: Callable[[Desk], str]
    opens: Callable[[str, str], bool]
    """``(person, method)``"""


def rows() -> list[Row]:
    """Every address that has a name, once."""
    return [*_public(), *_account(), *_partners(), *_admin()]


def left_out() -> frozenset[str]:
    """Names that are no address of their own: asked for each model elsewhere, or leading on."""
    return frozenset(ELSEWHERE)


def _public() -> list[Row]:
    return [
        Row(name, lambda _, name=name, made=made: reverse(name, kwargs=made()), lambda *_: True)  # type: ignore[misc]
        for name, made in PUBLIC.items()
    ]


def _account() -> list[Row]:
    """One's own sign-in: everybody who has an account, whatever its role."""
    return [
        Row(
            name,
            lambda _, name=name, page=page: reverse(name, kwargs=page.args),  # type: ignore[misc]
            # What leads nobody on, by GET, is for accounts alone.
            lambda person, method, name=name, page=page: (  # type: ignore[misc]
                person != ANYBODY or (page.nobody != 302 and (name, method) != CONNECTS)
            ),
        )
        for name, page in ACCOUNT.items()
    ]


def _partners() -> list[Row]:
    """Pages of an agency: for partners who belong to it, and not there for all others, superusers included."""

    def opens(person: str, method: str) -> bool:
        return person == Role.PARTNER

    return [
        Row("partner-home", lambda _: reverse("partner-home"), opens),
        *(
            Row(name, lambda desk, name=name: partner_pages.address(name, desk.agency, desk), opens)  # type: ignore[misc]
            for name in sorted(partner_pages.PAGES)
        ),
    ]


def _admin() -> list[Row]:
    return [
        Row(
            name,
            lambda _, name=name, page=page: reverse(name, args=page.args()),  # type: ignore[misc]
            lambda person, method, name=name, page=page: _gets_in(person, method, name, page),  # type: ignore[misc]
        )
        for name, page in admin_pages().items()
    ]


def _gets_in(person: str, method: str, name: str, page: Page) -> bool:
    if name in LEAVES:
        return True
    if name in DOORS:
        return grants(person, page)
    kind, permission = name.rpartition("_")[2], page.permission
    if method == "POST" and page.sends:
        permission = page.sends
    if kind == "change" and method == "POST":
        permission = permission.replace(".view_", ".change_")
    return grants(person, Page(permission)) and (name, method) not in shut()


@cache
def shut() -> frozenset[tuple[str, str]]:
    """What no form does, though the table has a letter for it: its rows come and go by verbs of their own."""
    request: HttpRequest = RequestFactory().get("/")
    request.user = User(username="root", is_superuser=True, is_active=True)
    found: set[tuple[str, str]] = set()
    for model, page in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if not page.has_add_permission(request):
            found |= {(f"{name}_add", "GET"), (f"{name}_add", "POST")}
        if not page.has_delete_permission(request):
            found |= {(f"{name}_delete", "GET"), (f"{name}_delete", "POST")}
        if not page.has_change_permission(request):
            found.add((f"{name}_change", "POST"))
    return frozenset(found)
