"""The page of an operator: the nation's lines, with its own under the right heading."""

import json

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaign.places.models import Operator
from campaign.scans import operators
from outreach.channels import local_copy
from outreach.channels.models import Channel

pytestmark = pytest.mark.django_db
KEY = "51@amtrak.com"


@pytest.fixture
def amtrak() -> Operator:
    """An operator with a page."""
    operator, _ = Operator.objects.update_or_create(key=KEY, defaults={"name": "Amtrak", "help_slug": "amtrak"})
    operators.refresh()
    local_copy.refresh()
    return operator


def line(**fields: object) -> None:
    """A line for the operator's riders that is shown."""
    Channel.objects.create(
        **{
            "slug": "amtrak-care-call",
            "name": "Riders’ care line",
            "kind": Channel.Kind.VOICE,
            "value": "601-555-0142",
            "audience": Channel.Audience.VICTIMS,
            "answered_by": Channel.AnsweredBy.ADVOCATE,
            "area_id": "US",
            "transit_operator": KEY,
            "operator": "A test",
            "source": "a test",
            "confidence": "H",
            **fields,
        }
    )
    Channel.objects.filter(slug="amtrak-care-call").update(shown_since=timezone.now())
    local_copy.refresh()


def html(path: str = "/en/near/on/amtrak/") -> str:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_page_of_an_operator_names_it_and_carries_the_nations_lines(amtrak: Operator) -> None:
    page = html()
    assert "This page is for Amtrak." in page
    places = [page.index(f'href="{href}"') for href in ("sms:233733", "tel:+18883737888", "tel:911", "tel:711")]
    assert places == sorted(places)
    assert "Amtrak" in html("/es/near/on/amtrak/")


def test_line_of_an_operator_stands_on_its_page_alone(amtrak: Operator) -> None:
    line()
    page = html()
    assert "tel:+16015550142" in page.split("More lines on Amtrak")[1].split("</section>")[0]
    for path in ("/en/near/us/", "/en/near/ms/", "/en/near/us/duty/"):
        assert "601-555-0142" not in html(path)


@pytest.mark.parametrize("answered_by", ["police", "federal"])
def test_operators_police_stand_with_the_tips(amtrak: Operator, answered_by: str) -> None:
    line(answered_by=answered_by, audience=Channel.Audience.TIPS)
    page = html()
    assert "More lines on Amtrak" not in page
    assert "601-555-0142" in page.split("Worried about someone else?")[1].split("</section>")[0]


def test_page_of_an_operator_needs_no_query(
    amtrak: Operator, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        html()


def test_links_of_the_page_lead_to_pages(amtrak: Operator) -> None:
    page = html()
    assert 'href="../../ms/"' in page
    assert 'href="/es/near/on/amtrak/"' in page
    assert 'href="/en/near/us/duty/"' in page


@pytest.mark.parametrize("slug", ["nobody", "AMTRAK", "%00", "a" * 5000, "..", "duty"])
def test_operator_without_a_page_leads_to_the_nation(amtrak: Operator, slug: str) -> None:
    answer = Client().get(f"/es/near/on/{slug}/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/es/near/us/"


@pytest.mark.parametrize(
    "content", [b"{", b"[1]", b'[{"slug": 5, "key": "x", "name": "y"}]', b'[{"slug": "x"}]', b'{"slug": "x"}']
)
def test_damaged_list_leaves_help(amtrak: Operator, content: bytes) -> None:
    operators.path().write_bytes(content)
    answer = Client().get("/en/near/on/nobody/")
    assert answer.headers["Location"] == "/en/near/us/"
    assert "Amtrak" not in content.decode()


def test_list_holds_operators_with_a_page_alone(amtrak: Operator) -> None:
    Operator.objects.create(key="9@example.org", name="Elsewhere")
    operators.refresh()
    assert [row["slug"] for row in json.loads(operators.path().read_bytes())] == ["amtrak"]
