"""Walks the portal's pages: whatever somebody with an account takes out or saves leaves exactly one entry."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils.encoding import iri_to_uri

from portal.audit.admin import AuditedModelAdmin
from portal.audit.models import Entry
from portal.imports.admin import ExportAdmin
from portal.seasons.models import Season
from tests.portal.audit.forms import fields_of
from tests.test_roles_by_url import PUBLIC, SUPERUSER, admin_pages, browser_of, world

__all__ = ["browser_of", "world"]

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Taken out without an account. Public files are not counted by visitor (ADR 0005); of private pages nobody keeps
# whether they were opened (ADR 0021).
WITHOUT_A_TRACE = {
    *("booking-ticket", "event-calendar", "event-feed", "event-feed-of-state", "presenter-brief", "request-paper"),
}
# Pages of which the walk must see the file itself, so that it never passes by asking for nothing.
SEEN = {
    "admin:campaign_scans_export",
    "admin:outreach_seminar_paper",
    "admin:portal_takenimport_reasons",
}


# The row of the test's world is one that its own form refuses: then nothing is told.
REFUSED = {"Notice"}
# Saved by a verb that tells of a change, and does nothing where there is none.
BY_VERB = {"Agreement", "Membership"}


def is_download(answer: object) -> bool:
    """Whether a browser saves the answer."""
    return str(getattr(answer, "headers", {}).get("Content-Disposition", "")).startswith("attachment")


def newest() -> int:
    """The key of the newest entry."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def told_since(before: int) -> list[str]:
    """What the trail says since then."""
    rows = Entry.objects.filter(pk__gt=before).order_by("pk").values_list("verb", "object_type")
    return [f"{verb} {kind}".strip() for verb, kind in rows]


def test_every_download_of_an_account_leaves_one_entry(world: Season, browser_of: Callable[[str], Client]) -> None:
    client, wrong, seen = browser_of(SUPERUSER), [], set()
    for name, page in sorted(admin_pages().items()):
        if name == "admin:logout":
            continue
        before = newest()
        answer = (client.post if page.post else client.get)(reverse(name, args=page.args()))
        if is_download(answer):
            seen.add(name)
            if len(told := told_since(before)) != 1:
                wrong.append(f"{name}: {told}")
    assert not wrong, "\n".join(wrong)
    assert seen >= SEEN, f"not seen: {sorted(SEEN - seen)}; seen: {sorted(seen)}"


def test_every_export_leaves_one_entry_with_its_size(world: Season, browser_of: Callable[[str], Client]) -> None:
    client, wrong = browser_of(SUPERUSER), []
    for model, page in admin.site._registry.items():
        if not isinstance(page, ExportAdmin):
            continue
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_export")
        form = client.get(address).context["form"]
        columns = {name: "on" for name in form.fields if "resource_" in name}
        before = newest()
        # A table with its own form says what it sends by itself.
        own = {"format": "csv", "columns": form.fields["columns"].initial} if "columns" in form.fields else {}
        answer = client.post(address, {"format": "0", "resource": "0", **columns} | own)
        entries = list(Entry.objects.filter(pk__gt=before))
        if not is_download(answer) or [entry.verb for entry in entries] != ["exported"]:
            wrong.append(f"{model.__name__}: {answer.status_code} {entries}")
        elif not entries[0].after.get("fields") or entries[0].after["rows"] is None:
            wrong.append(f"{model.__name__}: {entries[0].after}")
    assert not wrong, "\n".join(wrong)


def test_public_downloads_are_those_that_leave_no_trace(world: Season, client: Client) -> None:
    found, told = set(), {}
    for name, arguments in PUBLIC.items():
        before = newest()
        if is_download(client.get(iri_to_uri(reverse(name, kwargs=arguments())))):
            found.add(name)
            told[name] = told_since(before)
    assert found <= WITHOUT_A_TRACE, f"Say why this may leave without a trace: {sorted(found - WITHOUT_A_TRACE)}"
    assert not any(told.values()), told


def test_every_form_of_the_admin_that_is_saved_leaves_one_entry(
    world: Season, browser_of: Callable[[str], Client]
) -> None:
    client, wrong, saved = browser_of(SUPERUSER), [], []
    for model, page in admin.site._registry.items():
        if not isinstance(page, AuditedModelAdmin):
            continue
        row = model._default_manager.order_by("pk").first()
        told = _saved(client, model, row) if row else None
        if told is None:
            continue
        saved.append(model.__name__)
        if model.__name__ in REFUSED:
            assert told[0].startswith("not saved"), told
            assert len(told) == 1, told
            continue
        if told != ([] if model.__name__ in BY_VERB else [f"changed {model._meta.label_lower}"]):
            wrong.append(f"{model.__name__}: {told}")
    assert not wrong, "\n".join(wrong)
    assert len(saved) >= 12, saved


def _saved(client: Client, model: type[models.Model], row: models.Model) -> list[str] | None:
    """What the trail says of a form that is opened and saved; None where there is nothing to save."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
    page = client.get(address)
    if page.status_code != 200 or 'name="_save"' not in page.text:
        return None
    before = newest()
    answer = client.post(address, fields_of(page.text))
    if answer.status_code != 302:
        problems = answer.context["errors"] if answer.context and "errors" in answer.context else answer.status_code
        return [f"not saved: {problems}", *told_since(before)]
    return told_since(before)
