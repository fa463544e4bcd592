"""Every way out of the house, found by walking the resolver and the admin's registry, so that a new one is among them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Field
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from outreach.agencies.columns import COLUMNS
from portal.imports.formats import LABELS
from tests.confidential.addresses import ENDS, guessed
from tests.outreach.partners import pages as partner_pages
from tests.roles.asking import names
from tests.test_roles_by_url import ELSEWHERE, PUBLIC, admin_pages


@dataclass(frozen=True, slots=True)
class Exit:
    """One request."""

    name: str
    path: str
    post: bool = False
    data: dict[str, Any] = field(default_factory=dict)

    def ask(self, client: Client) -> Any:
        """The answer."""
        return (client.post if self.post else client.get)(self.path, self.data)


SEARCHED = "zq"
"""What every canary begins with: whoever searches for it finds what a search looks into."""


def public() -> Iterator[Exit]:
    """Pages that need no account, in every language."""
    for name, arguments in PUBLIC.items():
        seen = set()
        for language, _ in settings.LANGUAGES:
            with translation.override(language):
                path = reverse(name, kwargs=arguments())
            if path not in seen:
                seen.add(path)
                yield Exit(name, path)


def private() -> Iterator[Exit]:
    """Pages of the admin: as the table of roles asks them, then lists with a search, sheets, and what fields offer."""
    for name, page in admin_pages().items():
        if name not in ENDS:
            yield Exit(name, reverse(name, args=page.args()), post=page.post)
    yield Exit("admin:search", reverse("admin:search"), data={"s": SEARCHED})
    yield Exit("admin:app_list", reverse("admin:app_list", args=["outreach"]))
    for model, desk in admin.site._registry.items():
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if f"{stem}_changelist" not in names():
            continue
        listed = reverse(f"{stem}_changelist")
        yield Exit(f"{stem}_changelist", listed, data={"q": SEARCHED})
        yield Exit(f"{stem}_changelist", listed, data={"_facets": "True"})
        for row in model._default_manager.order_by("-pk")[:2]:
            for step in {"change", "history", "delete"} & {name.removeprefix(f"{stem}_") for name in names()}:
                yield Exit(f"{stem}_{step}", reverse(f"{stem}_{step}", args=[row.pk]))
        for one in model._meta.get_fields():
            if isinstance(one, Field) and one.is_relation and one.name in desk.get_autocomplete_fields(_nobody()):
                asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
                for term in ("", SEARCHED):
                    yield Exit(
                        "admin:autocomplete",
                        reverse("admin:autocomplete"),
                        data={**asked, "field_name": one.name, "term": term},
                    )
        if f"{stem}_export" in names():
            yield from _sheets(stem, desk)


def _sheets(stem: str, desk: Any) -> Iterator[Exit]:
    """A list as a file in every format, with every column that may be chosen, also by whom no form offers it."""
    asked: list[dict[str, Any]]
    if hasattr(desk, "export_formats"):
        columns = {
            f"{resource.__name__.lower()}_{name}": "on"
            for resource in desk.resource_classes
            for name in resource().get_export_order()
        }
        asked = [{**columns, "resource": "0", "format": str(place)} for place in range(len(desk.export_formats))]
    else:
        everything: dict[str, Any] = {"columns": [each.name for each in COLUMNS], "confidential": "on"}
        asked = [{**everything, "format": name} for name in LABELS]
    for data in asked:
        yield Exit(f"{stem}_export", reverse(f"{stem}_export"), post=True, data=data)


def others() -> Iterator[Exit]:
    """Addresses that stand in none of the tables: those of signing in, and whatever is new."""
    for name in sorted(unknown()):
        yield Exit(name, guessed(name))


def unknown() -> set[str]:
    """Their names."""
    return set(names()) - {*PUBLIC, *admin_pages(), *ELSEWHERE, *partner_pages.PAGES} - ENDS


def _nobody() -> Any:
    return RequestFactory().get("/")
