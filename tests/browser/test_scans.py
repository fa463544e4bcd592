"""Reports of scans as staff see them, in a browser: wide and narrow, light and dark, with the keyboard alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import at_the_desk
from tests.browser.test_admin import overflow

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCANS = "/admin/campaign/publishedweek/"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def analyst(page: Page) -> Page:
    """A window in which somebody who may see all has signed in."""
    at_the_desk(page, SCANS)
    page.wait_for_url(f"**{SCANS}")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address", ["", "?demo=on", "?demo=on&by=state", "?demo=on&by=station", "?demo=on&by=design", "silent/", "days/"]
)
def test_pages_on_scans_have_no_barrier_and_fit(analyst: Page, address: str, scheme: str) -> None:
    analyst.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    analyst.goto(f"{SCANS}{address}")
    assert overflow(analyst) == 0
    found = Axe().run(analyst, context=".scans", options=RULES)
    assert found.violations_count == 0, found.generate_report()


def test_chart_and_table_say_the_same(analyst: Page) -> None:
    analyst.goto(f"{SCANS}?demo=on&by=language")
    drawn = analyst.locator(".scan-chart .scan-value").all_text_contents()
    named = analyst.locator(".scan-chart .scan-name").all_text_contents()
    rows = analyst.locator(".scan-table tbody tr")
    assert named == rows.locator("th").all_inner_texts()
    assert drawn == [row.locator("td").last.inner_text() for row in rows.all()]
    chart = analyst.get_by_role("img", name="Scans by language")
    expect(chart).to_be_visible()


def test_another_week_is_chosen_with_the_keyboard(analyst: Page) -> None:
    analyst.goto(f"{SCANS}?demo=on&by=state")
    week = analyst.get_by_label("Week", exact=True)
    newest = week.input_value()
    week.focus()
    week.press("ArrowDown")
    week.press("Tab")
    analyst.keyboard.press("Enter")
    analyst.wait_for_url("**week=**")
    assert analyst.get_by_label("Week", exact=True).input_value() < newest
    assert "demo=on" in analyst.url
    assert "by=state" in analyst.url


def test_nothing_is_lost_without_scripts(analyst: Page) -> None:
    """The page brings no script of its own, and its chart is there before any runs."""
    source = analyst.request.get(f"{SCANS}?demo=on&by=state").text()
    main = source[source.index('class="scans"') :]
    assert main.index('<svg class="scan-chart"') < main.index("<table")
    assert "<script" not in main[: main.index("scan-further")]
