"""Codes are aimed elsewhere by hand: at help pages, or at allowed hosts where no poster of a stall is concerned."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaign.links import aiming
from campaign.links.models import Link
from campaign.places.models import Operator
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role

pytestmark = pytest.mark.django_db
LIST = reverse("admin:campaign_link_changelist")


@pytest.fixture(autouse=True)
def hosts(settings: Settings) -> None:
    """One host is allowed."""
    settings.LINK_HOSTS = ["www.dhs.gov"]


@pytest.fixture
def poster(db: None) -> Link:
    """The code of a poster in Mississippi."""
    return Link.objects.issue([("MS", "en")])[0]


@pytest.fixture
def event(db: None) -> Link:
    """The code of an event."""
    return Link.objects.issue([("MS", "en")], kind=Link.Kind.EVENT)[0]


def test_aiming_is_kept_with_before_after_and_reason(poster: Link, user_with: Callable[..., User]) -> None:
    by = user_with(Role.COORDINATOR)
    aiming.aim(link=poster, target="near:LA", reason="Moved across the river", by=by)
    poster.refresh_from_db()
    assert poster.target == "near:LA"
    aiming.aim(link=poster, target="", reason="Moved back", by=by)
    newest, oldest = aiming.history(poster)
    assert (oldest.before["target"], oldest.after["target"], oldest.after["reason"]) == (
        "", "near:LA", "Moved across the river",
    )  # fmt: skip
    assert (newest.actor, newest.after["target"]) == (by, "")


def test_a_poster_leads_to_help_pages_alone(poster: Link, event: Link) -> None:
    address = "https://www.dhs.gov/blue-campaign"
    with pytest.raises(aiming.NotPossible, match="between a scan and the numbers"):
        aiming.aim(link=poster, target=address, reason="Campaign", by=None)
    assert aiming.aim(link=event, target=address, reason="Campaign", by=None).target == address


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "https://www.dhs.gov.evil.example/",
        "https://www.dhs.gov@evil.example/",
        "https://www.dhs.gov:444/",
        "http://www.dhs.gov/",
        "//www.dhs.gov/",
        "javascript:alert(1)",
        "/en/near/us/",
        "near:ZZ",
        "on:nobody",
        "https://www.dhs.gov/" + "a" * 300,
    ],
)
def test_no_link_leads_where_it_may_not(event: Link, target: str) -> None:
    with pytest.raises(aiming.NotPossible):
        aiming.aim(link=event, target=target, reason="Try", by=None)
    event.refresh_from_db()
    assert event.target == ""
    assert not Entry.objects.filter(verb=aiming.AIMED).exists()


def test_a_poster_may_lead_to_its_operators_page(poster: Link) -> None:
    Operator.objects.create(key="51@amtrak.com", name="Amtrak", help_slug="amtrak")
    assert aiming.aim(link=poster, target="on:amtrak", reason="On trains", by=None).target == "on:amtrak"
    assert aiming.help_pages()["on:amtrak"] == "Amtrak"


def test_codes_out_of_use_and_aims_without_change_or_reason_are_refused(poster: Link) -> None:
    with pytest.raises(aiming.NotPossible, match="leads there already"):
        aiming.aim(link=poster, target="", reason="Why not", by=None)
    with pytest.raises(aiming.NotPossible, match="Say why"):
        aiming.aim(link=poster, target="near:LA", reason=" ", by=None)
    Link.objects.filter(pk=poster.pk).update(retired_at=timezone.now())
    with pytest.raises(aiming.NotPossible, match="out of use"):
        aiming.aim(link=poster, target="near:LA", reason="Why not", by=None)


def test_page_aims_and_tells_what_was_wrong(
    client: Client, poster: Link, event: Link, user_with: Callable[..., User]
) -> None:
    client.force_login(user_with(Role.PRINT_MANAGER))
    page = reverse("admin:campaign_link_aim", args=[event.pk])
    refused = client.post(page, {"address": "https://evil.example/", "reason": "Try"})
    assert refused.status_code == 200
    assert "not an allowed host" in refused.text
    assert "https://evil.example/" in refused.text  # nothing is lost
    both = client.post(page, {"page": "near:LA", "address": "https://www.dhs.gov/", "reason": "Try"})
    assert "Choose one of both" in both.text
    assert client.post(page, {"address": "https://www.dhs.gov/", "reason": "Campaign"}).status_code == 302
    event.refresh_from_db()
    assert event.target == "https://www.dhs.gov/"
    assert "Campaign" in client.get(page).text
    of_poster = client.get(reverse("admin:campaign_link_aim", args=[poster.pk])).text
    assert 'name="address"' not in of_poster


@pytest.mark.parametrize(
    ("role", "reads", "aims"),
    [(Role.COORDINATOR, 200, 200), (Role.AUDITOR, 200, 403), (Role.ANALYST, 403, 403), (Role.PARTNER, 302, 302)],
)
def test_codes_are_read_and_aimed_as_roles_say(
    client: Client, poster: Link, user_with: Callable[..., User], role: Role, reads: int, aims: int
) -> None:
    client.force_login(user_with(role))
    record = reverse("admin:campaign_link_change", args=[poster.pk])
    aim = reverse("admin:campaign_link_aim", args=[poster.pk])
    assert client.get(LIST).status_code == reads
    assert client.get(record).status_code == reads
    assert client.get(aim).status_code == aims
    if reads == 200:
        assert (aim in client.get(record).text) == (aims == 200)
    if aims != 200:
        client.post(aim, {"page": "near:LA", "reason": "Try"})
        poster.refresh_from_db()
        assert poster.target == ""


def test_search_takes_a_code_as_it_stands_on_paper(admin_client: Client, poster: Link, event: Link) -> None:
    typed = str(poster).lower().replace("0", "o")
    found = admin_client.get(LIST, {"q": typed}).context["cl"].result_list
    assert [link.pk for link in found] == [poster.pk]
    misread = admin_client.get(LIST, {"q": "nonsense"})
    assert "A code has 10 characters, this one has 8." in misread.text


def test_list_asks_as_often_for_three_codes_as_for_one(admin_client: Client, poster: Link) -> None:
    aiming.aim(link=poster, target="near:LA", reason="Moved", by=None)
    admin_client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        admin_client.get(LIST)
    for link in Link.objects.issue([("AL", "en"), ("TX", "es")]):
        aiming.aim(link=link, target="near:LA", reason="Moved", by=None)
    with CaptureQueriesContext(connection) as three:
        answer = admin_client.get(LIST)
    assert "Help page of Louisiana" in answer.text
    assert len(one) == len(three)
