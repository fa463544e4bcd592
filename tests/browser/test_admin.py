"""The admin as staff see it, in a browser."""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import at_the_desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def staff(page: Page) -> Page:
    """A window in which the superuser has signed in and looks at Today."""
    at_the_desk(page, "/admin/")
    expect(page.get_by_role("heading", name="What needs you first")).to_be_visible()
    return page


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider


def test_today_shows_what_needs_me_first(staff: Page) -> None:
    rows = staff.locator(".today-first li")
    assert 1 <= rows.count() <= 7
    for place in range(rows.count()):
        assert rows.nth(place).get_by_role("link").count() == 1
    expect(staff.get_by_text(re.compile(r"Triage \d+ requests"))).to_be_visible()
    expect(staff.locator(".today-count")).to_contain_text(re.compile(r"\d+ days? left|Today|Over"))
    expect(staff.get_by_text("Demo data", exact=True).first).to_be_visible()
    assert overflow(staff) == 0


def test_today_has_no_barrier(staff: Page) -> None:
    found = Axe().run(staff, context=".today", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()


def test_today_in_the_dark_has_no_barrier(staff: Page) -> None:
    staff.emulate_media(color_scheme="dark")
    staff.reload()
    expect(staff.locator("html.dark")).to_have_count(1)
    found = Axe().run(staff, context=".today", options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert found.violations_count == 0, found.generate_report()


def test_every_page_of_the_sidebar_and_beyond_fits_and_complains_of_nothing(staff: Page) -> None:
    links = staff.locator("#nav-sidebar-apps a, .today-deeper a")
    addresses = {link.get_attribute("href") or "" for link in links.all()}
    assert len(addresses) > 15
    for address in sorted(addresses):
        staff.goto(address)
        assert urlsplit(staff.url).path == urlsplit(address).path
        assert overflow(staff) == 0, address


def test_a_state_is_ready_to_print_within_four_clicks(staff: Page) -> None:
    # Which states Today offers follows from the season's focus.
    first = staff.get_by_role("link", name=re.compile("^Print .* for ")).first
    state = first.inner_text().rpartition(" for ")[2].strip()
    first.click()
    staff.get_by_role("button", name=re.compile("^Print ")).click()
    staff.wait_for_url(re.compile(r"/admin/campaign/batch/\d+/change/$"))
    expect(staff.get_by_text(state).first).to_be_visible()


def test_a_season_offers_the_next_january(staff: Page) -> None:
    staff.goto("/admin/portal/season/2027/change/")
    expect(staff.get_by_text("Counted back from 31 December")).to_be_visible()
    expect(staff.get_by_role("button", name="Start next January")).to_be_visible()
    assert overflow(staff) == 0
