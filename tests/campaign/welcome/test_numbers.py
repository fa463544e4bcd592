"""Pages say the numbers that the channels hold, without asking the database."""

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from outreach.channels import local_copy
from outreach.channels.models import Channel

PAGES = ["/en/", "/es/", "/en/about/", "/es/safety/", "/en/no-such-page/"]
WRITTEN = {"1-888-373-7888", "+18883737888", "233733"}


def _change_numbers() -> None:
    Channel.objects.filter(slug="us-hotline-call").update(value="1-888-555-0123")
    Channel.objects.filter(slug="us-hotline-text").update(value="555444")
    assert local_copy.refresh()


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_changed_number_reaches_the_page(client: Client, page: str) -> None:
    client.get(page)
    _change_numbers()
    said = client.get(page).content.decode()
    assert 'href="tel:+18885550123">1-888-555-0123<' in said
    assert 'href="sms:555444">555444<' in said
    assert not [number for number in WRITTEN if number in said]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["seminar-request", "events"])
def test_changed_number_reaches_the_pages_of_seminars(client: Client, name: str) -> None:
    _change_numbers()
    said = client.get(reverse(name)).content.decode()
    assert "1-888-555-0123" in said
    assert not [number for number in WRITTEN if number in said]


@pytest.mark.django_db
def test_changed_number_reaches_the_page_of_errors() -> None:
    _change_numbers()
    said = render_to_string("500.html")
    assert 'href="tel:+18885550123">1-888-555-0123<' in said
    assert not [number for number in WRITTEN if number in said]


@pytest.mark.django_db
def test_a_line_that_ended_is_replaced_by_the_one_built_in(client: Client) -> None:
    Channel.objects.filter(slug="us-hotline-text").update(retired_at=timezone.now())
    local_copy.refresh()
    assert 'href="sms:233733">233733<' in client.get("/en/").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_words_make_no_query_and_need_no_copy(client: Client, page: str) -> None:
    # Without the mark a query fails the test; the data folder is empty.
    assert not local_copy.path().exists()
    assert WRITTEN - {number for number in WRITTEN if number in client.get(page).content.decode()} == set()


@pytest.mark.django_db
def test_home_makes_no_query(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _change_numbers()
    with django_assert_num_queries(0):
        client.get("/en/")


def test_no_template_types_a_number() -> None:
    folder = settings.BASE_DIR / "templates"
    typed = [
        str(path.relative_to(folder))
        for path in folder.rglob("*.*")
        if any(number in path.read_text(encoding="utf-8") for number in WRITTEN)
    ]
    assert not typed
