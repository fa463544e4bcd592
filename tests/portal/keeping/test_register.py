"""The register is whole: whatever could hold something of a person stands in it, and says why and how long."""

import html
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django.fixtures import Settings

from portal.keeping import register

TEXT = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)
OURS = {"portal", "outreach", "campaign", "post_office"}

# Written by staff, by the release or by us, of things and offices. Whoever adds a field says here, or in a rule of
# the register, what it holds: forms beside these fields say that no person's name belongs there.
OF_NO_PERSON = {
    "post_office.email": {"backend_alias"},
    "post_office.log": {"exception_type"},
    "post_office.attachment": {"mimetype"},
    "post_office.emailtemplate": {"name", "description", "subject", "content", "html_content", "language"},
    "portal.area": {"code", "name", "time_zones"},
    # What the trail may not hold is withheld by NOT_IN_TRAIL; what slipped in is redacted (docs/audit.md).
    "portal.entry": {
        *("verb", "object_type", "object_id", "object_label", "before", "after", "salt", "content_digest"),
    },
    "portal.link": {"digest"},
    "portal.head": {"digest"},
    "portal.seal": {"previous", "digest"},
    "portal.verification": {"findings"},
    "portal.redaction": {"reason"},
    "portal.storedfile": {"sha256", "name", "content_type"},
    # Only for rows without personal data (portal.imports); NOT_IN_TRAIL there, and of plans, is a matter of size.
    "portal.takenimport": {"kind", "model", "file_name", "rows", "draft", "counts", "failure", "header"},
    "portal.job": {"kind", "params", "queue", "unit", "message", "error", "result"},
    "portal.mail": {"template", "language"},
    "portal.enclosure": {"content_type"},
    "portal.season": {"theme", "goals"},
    "portal.focusarea": {"name"},
    "outreach.logo": {"name", "alt_text"},
    "outreach.logopermission": {"scopes", "granted_by", "revoked_why"},  # an office, never a person
    "outreach.agency": {"name", "legal_name", "acronym", "description", "website", "postal_address", "parts"},
    "outreach.formername": {"name"},
    "outreach.agreement": {"title", "reference"},
    "outreach.participation": {"parts", "note"},
    "outreach.mergerecord": {"moved", "before", "after"},  # keys, and fields of agencies
    "outreach.contact": {"role"},
    "outreach.feedbacktally": {"question", "answer"},
    "outreach.checkinvitation": {"value_key"},
    "outreach.channelcheck": {"value_key"},
    "outreach.remindersent": {"value_key"},
    "outreach.channel": {
        *("slug", "name", "value", "value_key", "keyword", "transit_operator", "operator", "hours", "schedule"),
        *("time_zone", "languages", "interpreted", "limits", "what_happens", "note", "source"),
    },
    "outreach.presenter": {"languages", "topics", "time_zone"},
    "outreach.seminarnotice": {"template"},
    "outreach.bookingnotice": {"template"},
    "outreach.planversion": {"title", "curve", "failure"},
    "outreach.planassignment": {"time_zone", "reason_code", "details"},
    "outreach.request": {
        *("school_name", "city", "contact_language", "presenter_kinds", "equipment", "priority_why", "time_zone"),
    },
    "outreach.requestdraft": {"language"},
    "outreach.seminar": {
        *("title", "summary", "time_zone", "venue", "address", "city", "access", "expect", "content_note", "reason"),
    },
    "outreach.registration": {"language"},
    "outreach.school": {
        *("source_id", "name", "grades", "address", "city", "postal_code", "county", "time_zone", "search", "website"),
        "phone",
    },
    "campaign.link": {"code", "area", "language", "target"},
    "campaign.operator": {"key", "agency_id", "name", "url", "help_slug"},
    "campaign.station": {"stop_id", "code", "name", "address", "city", "postal_code", "time_zone"},
    "campaign.train": {"name", "numbers"},
    "campaign.spot": {"label"},
    "campaign.placementlink": {"language"},
    "campaign.sheet": {"slug", "name"},
    "campaign.design": {"slug", "name", "description", "audience", "source", "kit", "colours", "sha256"},
    "campaign.designpicture": {"slot"},
    "campaign.textset": {"language", "blocks", "sha256", "english_sha256"},
    "campaign.galleryposter": {"slug", "language", "fingerprint"},
    "campaign.socialpicture": {"language", "shape", "fingerprint"},
    "campaign.batch": {"title", "languages", "printed_address", "report", "held_why"},
    "campaign.packet": {"name", "error"},
    "campaign.print": {"language", "decoded"},
    "campaign.carried": {"value"},
    "campaign.paper": {"name"},
    "campaign.recallpaper": {"name"},
    "campaign.rule": {
        *("slug", "jurisdiction", "citation", "premises", "operator_hosts", "condition", "locations", "languages"),
        *("statutory_text", "obtain_from", "must_say", "by_eye", "source", "unsure", "note"),
    },
    "campaign.notice": {"languages"},
    "campaign.county": {"name", "languages", "source"},
    "campaign.publishedweek": {"tables"},
}


def ours() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if model._meta.app_label in OURS)


def could_hold_a_person(model: type[models.Model]) -> set[str]:
    """Free text, and all that the trail must never hold."""
    free = {
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, TEXT) and not field.choices and not field.is_relation
    }
    return free | set(getattr(model, "NOT_IN_TRAIL", ()))


@pytest.mark.parametrize("label", sorted(model._meta.label_lower for model in ours()))
def test_every_field_that_could_hold_a_person_stands_in_a_rule(label: str) -> None:
    model = apps.get_model(label)
    listed = {rule.model: rule.fields for rule in register.rules()}.get(label, frozenset())
    missing = could_hold_a_person(model) - listed - OF_NO_PERSON.get(label, set())
    assert not missing, f"{label}: say in a rule of the register, or in OF_NO_PERSON, what is in {sorted(missing)}."


def test_what_is_said_to_be_of_no_person_is_no_name_and_no_address() -> None:
    for label, names in OF_NO_PERSON.items():
        model = apps.get_model(label)
        fields = {field.name: field for field in model._meta.concrete_fields}
        assert names <= fields.keys(), (label, names - fields.keys())
        assert not [name for name in names if isinstance(fields[name], models.EmailField)]
        hidden = names & set(getattr(model, "NOT_IN_TRAIL", ()))
        assert not hidden or label in {"portal.takenimport", "portal.importpage", "outreach.planversion"}


def test_rules_name_fields_that_exist() -> None:
    for rule in register.rules():
        fields = {field.name for field in apps.get_model(rule.model)._meta.concrete_fields}
        assert rule.fields | (rule.secret - {"template"}) <= fields, rule.model


def test_every_rule_can_go_by_itself_with_another_or_by_hand() -> None:
    by_category: dict[str, list[register.Rule]] = {}
    for rule in register.rules():
        by_category.setdefault(rule.category.key, []).append(rule)
    for key, rules in by_category.items():
        category = rules[0].category
        assert not category.days or category.days in configured.KEEP_DAYS
        can_go = [rule for rule in rules if rule.forget or rule.erase]
        assert can_go or key == "accounts", f"Nothing of {key} ever goes."
        if category.days:
            assert any(rule.forget for rule in rules), f"{key} says when it goes, and nothing lets it go."


def test_a_table_listed_twice_is_refused() -> None:
    rule = register.rules()[0]
    twin = register.Rule(category=rule.category, model=rule.model, fields=frozenset())
    with pytest.raises(ValueError, match="stands in the register already"):
        register.add(twin)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_page_tells_every_category_with_its_days(client: Client, language: str, settings: Settings) -> None:
    settings.KEEP_DAYS = {**settings.KEEP_DAYS, "bookings": 47}
    with translation.override(language):
        answer = client.get(reverse("keeping"))
        told = [(str(kept.name), kept.how_long) for kept in register.categories()]
    text = html.unescape(answer.content.decode())
    assert not [name for name, how_long in told if name not in text or how_long not in text]
    assert "47" in text
    assert not answer.cookies
    assert answer["CDN-Cache-Control"] == "public, max-age=300"
