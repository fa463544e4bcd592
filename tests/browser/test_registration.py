"""Booking and asking as people do it: in a browser, small and large, in both languages, by keyboard, without scripts."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.outreach.registration.house import House

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SEED = """
from tests.outreach import factories
from outreach.seminars.models import Seminar
season = factories.season_ahead()
names = {
    "open": factories.seminar(season=season, summary="About it.", access="Elevator to floor 2"),
    "full": factories.seminar(season=season, title="Fair work", capacity=1, seats_taken=1),
    "cancelled": factories.seminar(season=season, title="Safe online", state="cancelled", reason="Snow."),
}
booked = factories.booking(names["open"])
asked = factories.request(season=season)
found = {name: str(event.uid) for name, event in names.items()}
print(json.dumps(found | {"booking": str(booked.uid), "asked": str(asked.uid), "year": season.year}))
"""


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str, dict[str, Any]]]:
    """A served copy with events in every state."""
    house = House(tmp_path_factory.mktemp("browser"))
    house.migrate()
    rows = house.tell(SEED)
    with house.serving() as port:
        yield house, f"http://127.0.0.1:{port}", rows


def paths(rows: dict[str, Any], language: str) -> list[str]:
    base = f"/{language}"
    return [
        f"{base}/events/",
        *(f"{base}/events/{rows[name]}/" for name in ("open", "full", "cancelled")),
        *(f"{base}/events/{rows[name]}/book/" for name in ("open", "full", "cancelled")),
        f"{base}/events/{rows['open']}/booked/",
        f"{base}/bookings/{rows['booking']}/",
        f"{base}/seminars/ask/",
        f"{base}/seminars/ask/sent/",
        f"{base}/seminars/asked/{rows['asked']}/",
    ]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_are_accessible_and_fit(
    seeded: tuple[House, str, dict[str, Any]], browser: Browser, language: str, width: int
) -> None:
    _, address, rows = seeded
    page = browser.new_page(viewport={"width": width, "height": 800})
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    for path in paths(rows, language):
        page.goto(address + path)
        violations = Axe().run(page).response["violations"]
        assert not violations, (path, [(found["id"], found["nodes"][0]["html"]) for found in violations])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert not [text for text in console if "Content Security Policy" in text]
    assert not page.context.cookies()
    page.close()


def test_booking_by_keyboard_without_scripts(seeded: tuple[House, str, dict[str, Any]], browser: Browser) -> None:
    house, address, rows = seeded
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/en/events/{rows['open']}/")
    page.get_by_role("link", name="Book a seat").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Your name").focus()
    for text in ("Maya Okafor", "maya@example.org", ""):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Book", exact=True).press("Enter")

    assert page.get_by_role("heading", level=1).inner_text() == "Thank you. Please look at your e-mail."
    [mail] = house.tell(
        "from outreach.registration import notices\n"
        "from post_office.models import Email\n"
        "notices.send_due()\n"
        "print(json.dumps([m.message for m in Email.objects.all() if m.to == ['maya@example.org']]))"
    )
    path = re.search(r"/en/bookings/\S+", mail)
    assert path
    page.goto(address + path.group())
    page.get_by_role("button", name="Cancel my booking").press("Enter")
    assert "You cancelled this booking" in page.get_by_role("main").inner_text()
    context.close()


def fill_request(page: Page, year: int) -> None:
    """The first two steps, and the third with a day on which schools are closed."""
    go_on = page.get_by_role("button", name="Save and continue")
    page.get_by_label("Name of the school").fill("Pearl River High School")
    page.get_by_label("City").fill("Jackson")
    page.get_by_label("State or territory").select_option("MS")
    go_on.click()
    page.get_by_label("Who will be in the room?").select_option("9-12")
    page.get_by_label("About how many people?").fill("60")
    go_on.click()
    day = page.get_by_role("group", name="Best day")
    day.get_by_label("Day").fill(f"{year}-01-01")
    day.get_by_label("Not before").fill("09:00")
    day.get_by_label("Over by").fill("12:00")
    go_on.click()


def test_asking_loses_nothing_on_error(seeded: tuple[House, str, dict[str, Any]], browser: Browser) -> None:
    _, address, rows = seeded
    page = browser.new_page()
    page.goto(f"{address}/en/seminars/ask/")
    fill_request(page, rows["year"])

    summary = page.get_by_role("alert")
    assert "is New Year’s Day: schools are closed" in summary.inner_text()
    assert page.get_by_label("Over by").first.input_value() == "12:00"
    assert Axe().run(page).response["violations"] == []
    summary.get_by_role("link").first.click()
    page.locator(":focus").fill(f"{rows['year']}-01-12")
    page.get_by_role("button", name="Save and continue").click()
    assert "Step 4 of 6" in page.get_by_role("main").inner_text()
    page.get_by_role("link", name="Your school").click()
    assert page.get_by_label("Name of the school").input_value() == "Pearl River High School"
    page.close()
