"""Channels as HSDS: only fields of the standard, ids that stay, and nothing that was not told to the public."""

import datetime as dt
import json
import uuid
from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from outreach.channels import hsds
from outreach.channels.models import Channel
from portal.people.models import User
from tests.outreach.channels.test_directory import channel

pytestmark = pytest.mark.django_db

DAY = dt.date(2027, 1, 11)

# Of HSDS 3.0, as far as we fill them.
SERVICE = {
    *("id", "name", "description", "url", "email", "status", "interpretation_services", "eligibility_description"),
    *("assured_date", "alert", "phones", "schedules", "languages", "service_areas"),
}
PARTS = {
    "phones": {"id", "service_id", "number", "extension", "type", "description"},
    "schedules": {"id", "service_id", "freq", "byday", "description", "opens_at", "closes_at"},
    "languages": {"id", "service_id", "code"},
    "service_areas": {"id", "service_id", "name", "extent", "extent_type"},
}


def test_services_hold_fields_of_the_standard_alone_and_their_ids_stay() -> None:
    made = list(hsds.services(DAY))
    assert made == list(hsds.services(DAY))
    seen: list[str] = []
    for service in made:
        assert {"id", "name", "status"} <= set(service) <= SERVICE
        seen.append(service["id"])
        for name, fields in PARTS.items():
            for part in service.get(name, []):
                assert "id" in part
                assert set(part) <= fields
                assert part["service_id"] == service["id"]
                seen.append(part["id"])
    assert len(set(seen)) == len(seen)
    assert all(uuid.UUID(one) for one in seen)
    json.dumps(made)


def test_line_says_its_number_hours_languages_and_limits() -> None:
    row = channel(
        value="601-555-0142 ext. 5",
        schedule=[{"byday": "MO,TU", "opens_at": "08:00", "closes_at": "17:00"}],
        time_zone="America/Chicago",
        languages=["en"],
        interpreted=["vi"],
        limits=["minors"],
    )
    made = hsds.service(row)
    assert (made["phones"][0]["number"], made["phones"][0]["extension"]) == ("601-555-0142", 5)
    assert made["schedules"][0]["byday"] == "MO,TU"
    assert made["schedules"][0]["description"].endswith("Central time.")
    assert [language["code"] for language in made["languages"]] == ["en", "vi"]
    assert "under 18" in made["alert"]
    assert made["service_areas"][0]["extent"] == "US-MS"


def test_line_that_never_closes_is_open_on_all_days() -> None:
    (week,) = hsds.service(Channel.objects.get(slug="us-hotline-call"))["schedules"]
    assert (week["freq"], week["byday"]) == ("WEEKLY", "MO,TU,WE,TH,FR,SA,SU")


def test_nothing_confidential_or_unconfirmed_leaves(
    user_with: Callable[..., User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    channel(note="Marked secret", source="Marked letter", keyword="MARKED")
    typed = channel(slug="typed", value="601-555-0143", operator="Other", entered_by=user_with())
    typed.entered(user_with())
    typed.save()
    channel(slug="doubtful", value="601-555-0144", confidence="M", operator="Third")
    channel(slug="failed", value="601-555-0145", failed_on=DAY, operator="Fourth")
    with django_assert_num_queries(1):
        out = json.dumps(list(hsds.services(DAY)))
    assert "601-555-0142" in out
    for hidden in ("arked", "MARKED", "601-555-0143", "601-555-0144", "601-555-0145", "entered", "verified"):
        assert hidden not in out
