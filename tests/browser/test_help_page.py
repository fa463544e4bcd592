"""The page behind a code in a real browser: seen at once, left at once, and nothing kept."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.outreach.registration.house import House

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PHONE = {"width": 390, "height": 660}
EXIT = "https://www.weather.gov/"
#: In this order.
FIRST = ("#exit", '[href="sms:233733"]', '[href="tel:+18883737888"]', '[href="tel:911"]',
         '[href="https://humantraffickinghotline.org"]', '[href="tel:711"]')  # fmt: skip
LANGUAGES = ("en", "es", "ar")
PATHS = ("near/ms/", "near/us/", "near/ms/duty/")


class ReviewingHouse(House):
    """A portal that shows Arabic to those who review it."""

    @property
    def env(self) -> dict[str, str]:
        return super().env | {"WAYPOST_UNREVIEWED_LANGUAGES": "ar"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running portal with what every installation is born with."""
    house = ReviewingHouse(tmp_path_factory.mktemp("echo"))
    house.migrate()
    with house.serving() as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def phone(browser: Browser, address: str, **options: object) -> Iterator[tuple[BrowserContext, Page]]:
    """A fresh phone; whatever lies outside the portal is a stub, and complaints fail the test."""
    context = browser.new_context(**{"base_url": address, "viewport": PHONE, **options})  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    context.route(re.compile(r"^https:"), stub)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield context, page
    context.close()
    assert not complaints, "\n".join(complaints)


def stub(route: Route) -> None:
    route.fulfill(body="<title>Weather</title>", content_type="text/html")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_exit_and_lines_stand_in_the_first_view_of_a_phone(
    browser: Browser, address: str, language: str, scripts: bool
) -> None:
    with phone(browser, address, java_script_enabled=scripts) as (_, page):
        for path in ("near/ms/", "near/us/"):
            page.goto(f"/{language}/{path}")
            above = 0.0
            for selector in FIRST:
                link = page.locator(selector).first
                expect(link).to_be_visible()
                box = link.bounding_box()
                assert box
                assert box["y"] >= above, selector
                above = box["y"]
                assert box["x"] >= 0
                assert box["y"] >= 0
                assert box["x"] + box["width"] <= PHONE["width"], selector
                assert box["y"] + box["height"] <= PHONE["height"], f"{selector} ends at {box['y'] + box['height']}"
                assert box["height"] >= 44, selector


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, address: str, language: str, path: str, scheme: str) -> None:
    with phone(browser, address, color_scheme=scheme, bypass_csp=True) as (_, page):
        page.goto(f"/{language}/{path}")
        page.locator("summary").first.click()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_page_fits_any_width(browser: Browser, address: str, language: str, width: int) -> None:
    with phone(browser, address, viewport={"width": width, "height": 800}) as (_, page):
        for path in PATHS:
            page.goto(f"/{language}/{path}")
            page.locator("summary").first.click()
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_page_is_one_request_and_keeps_nothing(browser: Browser, address: str) -> None:
    with phone(browser, address) as (context, page):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto("/en/near/ms/")
        page.wait_for_load_state("networkidle")
        assert asked == [f"{address}/en/near/ms/"]
        assert context.cookies() == []
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
        assert page.evaluate("caches.keys().then(all => all.length)") == 0


def test_exit_replaces_the_page(browser: Browser, address: str) -> None:
    with phone(browser, address) as (_, page):
        page.goto("/en/near/us/duty/")
        page.goto("/en/near/ms/")
        page.locator("#exit").click()
        page.wait_for_url(EXIT)
        page.go_back()
        assert page.url == f"{address}/en/near/us/duty/"


def test_exit_without_scripts_is_a_link(browser: Browser, address: str) -> None:
    with phone(browser, address, java_script_enabled=False) as (_, page):
        referrers: list[str | None] = []
        page.on("request", lambda request: referrers.append(request.headers.get("referer")))
        page.goto("/es/near/ms/")
        page.locator("#exit").click()
        page.wait_for_url(EXIT)
        assert referrers == [None, None]


def test_exit_hides_the_page_at_once(browser: Browser, address: str) -> None:
    """What a bystander sees from the click on, however slow the ordinary page is."""
    with phone(browser, address) as (_, page):
        seen: list[list[str]] = []
        page.expose_function("tell", lambda shown: seen.append(shown))
        page.goto("/en/near/ms/")
        expect(page.locator(".away")).to_be_hidden()
        page.evaluate(
            """document.addEventListener("click", () => tell([
                ...[".away", "main", "header"].map(part => getComputedStyle(document.querySelector(part)).display),
                document.title,
                document.querySelector("#say").textContent,
            ]))"""
        )
        page.locator("#exit").click()
        page.wait_for_url(EXIT)
        assert seen == [["block", "none", "none", "Loading", "Loading"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_shift_three_times_leaves(browser: Browser, address: str, language: str) -> None:
    with phone(browser, address) as (_, page):
        page.goto(f"/{language}/near/ms/")
        say = page.locator("#say")
        page.keyboard.press("Shift")
        expect(say).to_contain_text("2")
        page.keyboard.press("Shift")
        expect(say).to_contain_text("1")
        page.keyboard.press("Shift")
        page.wait_for_url(EXIT)


def test_shift_with_a_letter_or_too_late_stays(browser: Browser, address: str) -> None:
    with phone(browser, address) as (_, page):
        page.clock.install()
        page.goto("/en/near/ms/")
        for _ in range(4):
            page.keyboard.press("Shift+A")
        expect(page.locator("#say")).to_be_empty()
        page.keyboard.press("Shift")
        page.keyboard.press("Shift")
        page.clock.fast_forward(5100)
        expect(page.locator("#say")).to_contain_text("time ran out")
        page.keyboard.press("Shift")
        expect(page.locator("#say")).to_contain_text("2 more")
        assert page.url == f"{address}/en/near/ms/"


def test_exit_is_the_first_stop_of_the_keyboard(browser: Browser, address: str) -> None:
    with phone(browser, address) as (_, page):
        page.goto("/en/near/ms/")
        page.keyboard.press("Tab")
        expect(page.locator("#exit")).to_be_focused()


def test_exit_stays_in_sight_while_one_reads(browser: Browser, address: str) -> None:
    with phone(browser, address) as (_, page):
        page.goto("/en/near/ms/")
        page.locator(".end").scroll_into_view_if_needed()
        expect(page.locator("#exit")).to_be_in_viewport()


def test_area_is_chosen_without_scripts(browser: Browser, address: str) -> None:
    with phone(browser, address, java_script_enabled=False) as (_, page):
        page.goto("/en/near/us/")
        page.locator("summary").click()
        page.get_by_role("link", name="Mississippi", exact=True).click()
        page.wait_for_url(f"{address}/en/near/ms/")
        expect(page.locator('[href="tel:+16019871671"]')).to_have_count(1)
