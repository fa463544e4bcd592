"""The addresses of the directory: pages, answers that anybody may keep, and what became of records that left."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from outreach.channels.models import Channel
from outreach.hsds import checking
from tests.outreach.channels.test_directory import channel
from tests.outreach.hsds.directory import office, standings

pytestmark = pytest.mark.django_db

LISTS = ["hsds-organizations", "hsds-services"]


def all_of(client: Client, name: str, *, size: int) -> list[dict[str, Any]]:
    """The records of every page."""
    found: list[dict[str, Any]] = []
    number = 1
    while True:
        page = client.get(reverse(name), {"page": number, "per_page": size}).json()
        assert (page["page_number"], page["size"]) == (number, len(page["contents"]))
        assert (page["first_page"], page["empty"]) == (number == 1, not page["contents"])
        found += page["contents"]
        if page["last_page"]:
            assert page["total_pages"] == number
            assert page["total_items"] == len(found)
            return found
        number += 1


@pytest.mark.parametrize("size", [1, 7, 100])
def test_pages_hold_every_record_once_and_are_sound(client: Client, size: int) -> None:
    standings()
    organizations, services = (all_of(client, name, size=size) for name in LISTS)
    assert checking.problems(organizations=organizations, services=services) == []
    assert [each["id"] for each in organizations] == sorted(each["id"] for each in organizations)


def test_record_alone_is_as_on_its_page(client: Client) -> None:
    standings()
    for name, alone in (("hsds-organizations", "hsds-organization"), ("hsds-services", "hsds-service")):
        for record in all_of(client, name, size=100):
            assert client.get(reverse(alone, args=[record["id"]])).json() == record


@pytest.mark.parametrize("name", ["hsds", *LISTS])
def test_answer_is_anybodys_to_keep_and_told_by_its_content(client: Client, name: str) -> None:
    client.cookies["sessionid"] = "x"
    first = client.get(reverse(name), headers={"Accept-Language": "es"})
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "Vary" not in first.headers
    assert "Set-Cookie" not in first.headers
    assert client.get(reverse(name)).content == first.content
    again = client.get(reverse(name), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])


def test_etag_changes_with_the_record_alone(client: Client) -> None:
    agency = office("House")
    address = reverse("hsds-organization", args=[agency.uid])
    before = client.get(address).headers["ETag"]
    agency.needs_agreement = True
    agency.save()
    assert client.get(address).headers["ETag"] == before
    agency.description = "Shelter."
    agency.save()
    assert client.get(address).headers["ETag"] != before


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_as_often_for_many_as_for_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        top = office(f"House {number}")
        channel(slug=f"line-{number}", value=f"601-555-01{number:02}", operator=f"House {number}")
        for agency in (top, office("Beneath", top)):
            agency.contacts.create(role="Press", email="press@example.org", is_confidential=False)
    with django_assert_max_num_queries(3):
        client.get(reverse("hsds-organizations"))
    with django_assert_max_num_queries(3):
        client.get(reverse("hsds-services"))


def test_agencies_that_left_are_gone_merged_ones_lead_on_and_of_others_nothing_is_said(client: Client) -> None:
    found = standings()
    answers = {
        standing: client.get(reverse("hsds-organization", args=[agency.uid])) for standing, agency in found.items()
    }
    assert {standing: answer.status_code for standing, answer in answers.items()} == {
        "listed": 200,
        "beneath one not listed": 200,
        "not listed": 404,
        "demo": 404,
        "retired": 410,
        "merged": 302,
    }
    assert answers["merged"].headers["Location"] == reverse("hsds-organization", args=[found["listed"].uid])
    unknown = client.get(reverse("hsds-organization", args=[uuid.UUID(int=1)]))
    assert (unknown.status_code, unknown.content) == (404, answers["not listed"].content)
    assert all(answers[each].headers["Cache-Control"] == "no-store" for each in ("demo", "retired", "merged"))


def test_merged_into_one_that_was_merged_leads_to_the_last(client: Client) -> None:
    now = timezone.now()
    last = office("Last")
    middle = office("Middle", retired_at=now, merged_into=last)
    first = office("First", retired_at=now, merged_into=middle)
    answer = client.get(reverse("hsds-organization", args=[first.uid]))
    assert answer.headers["Location"] == reverse("hsds-organization", args=[last.uid])
    last.is_listed = False
    last.save()
    assert client.get(reverse("hsds-organization", args=[first.uid])).status_code == 410


def test_lines_that_ended_are_gone_replaced_ones_lead_on_and_unconfirmed_ones_are_unknown(client: Client) -> None:
    now, today = timezone.now(), timezone.localdate()
    new = channel(slug="new", value="601-555-0101")
    rows = {
        "replaced": channel(slug="old", value="601-555-0102", retired_at=now, replaced_by=new),
        "retired": channel(slug="retired", value="601-555-0103", retired_at=now),
        "failed": channel(slug="failed", value="601-555-0104", failed_on=today),
        "doubtful": channel(slug="doubtful", value="601-555-0105", confidence="M", retired_at=now),
        "unseen": channel(slug="unseen", value="601-555-0106", entered_at=now, retired_at=now),
        "not yet": channel(slug="later", value="601-555-0107", valid_from=today.replace(year=today.year + 1)),
    }
    found = {what: client.get(reverse("hsds-service", args=[row.uid])).status_code for what, row in rows.items()}
    assert found == {"replaced": 302, "retired": 410, "failed": 410, "doubtful": 404, "unseen": 404, "not yet": 404}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"per_page": "101"}, 400),
        ({"per_page": "0"}, 400),
        ({"page": "-1"}, 400),
        ({"page": "01"}, 400),
        ({"page": "²"}, 400),
        ({"page": "9" * 30}, 400),
        ({"page": "999"}, 404),
        ({"page": ["1", "2"]}, 400),
        ({"contacts__email__startswith": "a"}, 400),
        ({"name": "Lantern"}, 400),
    ],
)
@pytest.mark.parametrize("name", LISTS)
def test_other_questions_are_refused_in_a_sentence(
    client: Client, name: str, asked: dict[str, Any], status: int
) -> None:
    answer = client.get(reverse(name), asked)
    assert answer.status_code == status
    assert json.loads(answer.content)["error"].endswith(".")


def test_nothing_is_written_by_it(client: Client) -> None:
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(reverse("hsds-organizations")).status_code == 405
    assert Channel.objects.exists()
