"""The page behind a code however it is met: no style, no pictures, huge letters, forced colours, right to left, by ear."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.test_help_page import EXIT, FIRST, LANGUAGES, PATHS, PHONE, address, phone

__all__ = ["address"]
pytestmark = [pytest.mark.slow, pytest.mark.browser]

TREES = Path(__file__).parent / "trees"
#: Pages outside the help page that are left in the same way.
OTHERS = ("", "safety/", "signs/", "events/")


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_without_its_style_says_the_same_in_the_same_order(browser: Browser, address: str, language: str) -> None:
    def strip(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=re.sub(r"(?s)<style>.*?</style>", "", answer.text()))

    with phone(browser, address, java_script_enabled=False) as (context, page):
        context.route(f"{address}/**", strip)
        page.goto(f"/{language}/near/ms/")
        above = -1.0
        for selector in FIRST:
            link = page.locator(selector).first
            expect(link).to_be_visible()
            box = link.bounding_box()
            assert box
            assert box["y"] >= above, selector
            above = box["y"]
        expect(page.locator(".away")).to_be_hidden()
        page.locator("summary").click()
        expect(page.locator(".areas a").first).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_without_pictures_is_the_page(browser: Browser, address: str, language: str) -> None:
    with phone(browser, address) as (context, page):
        page.goto(f"/{language}/near/ms/")
        before = page.screenshot()
        context.route(
            "**/*", lambda route: route.abort() if route.request.resource_type == "image" else route.continue_()
        )
        page.goto(f"/{language}/near/ms/")
        assert page.screenshot() == before


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_twice_as_large_stay_in_the_window(browser: Browser, address: str, language: str, path: str) -> None:
    for width in (390, 1280):
        with phone(browser, address, viewport={"width": width, "height": 660}, bypass_csp=True) as (_, page):
            page.goto(f"/{language}/{path}")
            page.add_style_tag(content="html{font-size:200%}")
            page.locator("summary").first.click()
            assert sideways(page) <= 0
            page.locator(".end").scroll_into_view_if_needed()
            expect(page.locator("#exit")).to_be_in_viewport()


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_zoomed_to_twice_its_size_stays_in_the_window(browser: Browser, address: str, language: str) -> None:
    """A window of 640 pixels zoomed to 200 % is 320 wide."""
    with phone(browser, address, viewport={"width": 320, "height": 330}, device_scale_factor=2) as (_, page):
        page.goto(f"/{language}/near/ms/")
        assert sideways(page) <= 0
        expect(page.locator("#exit")).to_be_in_viewport()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_leave_every_edge(browser: Browser, address: str, language: str, scheme: str) -> None:
    with phone(browser, address, forced_colors="active", color_scheme=scheme, bypass_csp=True) as (_, page):
        page.goto(f"/{language}/near/ms/")
        for selector in ("#exit", ".lines a", ".danger"):
            edge = page.locator(selector).first.evaluate(
                "(one) => [getComputedStyle(one).borderTopStyle, parseFloat(getComputedStyle(one).borderTopWidth)]"
            )
            assert edge[0] == "solid", selector
            assert edge[1] >= 1, selector
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["help", "duty"])
def test_tree_of_a_screen_reader_is_the_one_we_know(browser: Browser, address: str, language: str, name: str) -> None:
    """What is heard, in order. After a meant change delete the file, run this twice, and read what changed."""
    with phone(browser, address) as (_, page):
        page.goto(f"/{language}/near/us/{'duty/' if name == 'duty' else ''}")
        heard = page.locator("body").aria_snapshot() + "\n"
    known = TREES / f"{name}.{language}.yaml"
    if not known.exists():
        known.parent.mkdir(exist_ok=True)
        known.write_text(heard, encoding="utf-8")
        pytest.fail(f"{known.name} is new: read it, and run the test again.")
    assert heard == known.read_text(encoding="utf-8")


def test_arabic_runs_from_right_to_left_and_its_numbers_from_left_to_right(browser: Browser, address: str) -> None:
    with phone(browser, address) as (_, page):
        page.goto("/ar/near/ms/")
        assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        exit_box = page.locator("#exit").bounding_box()
        assert exit_box
        assert exit_box["x"] + exit_box["width"] > PHONE["width"] - 24
        row = page.locator(".lines a").first
        edges = row.evaluate("(one) => [getComputedStyle(one).borderRightWidth, getComputedStyle(one).borderLeftWidth]")
        assert parse(edges[0]) > parse(edges[1])
        for value in page.locator("bdi.value").all():
            places = value.evaluate(
                """(one) => {
                    const text = one.firstChild, range = document.createRange();
                    return [...text.data].map((_, at) => {
                        range.setStart(text, at); range.setEnd(text, at + 1);
                        const box = range.getBoundingClientRect();
                        return [Math.round(box.top), box.left];
                    });
                }"""
            )
            lines = {top: [left for other, left in places if other == top] for top, _ in places}
            assert all(lefts == sorted(lefts) for lefts in lines.values()), value.inner_text()


def parse(pixels: str) -> float:
    """The number of a computed width."""
    return float(pixels.removesuffix("px"))


@pytest.mark.parametrize("path", OTHERS)
def test_every_public_page_is_left_as_the_help_page_is(browser: Browser, address: str, path: str) -> None:
    with phone(browser, address) as (_, page):
        page.goto("/en/near/us/")
        page.goto(f"/en/{path}")
        page.keyboard.press("Tab")
        expect(page.locator("#exit")).to_be_focused()
        for times in ("2", "1"):
            page.keyboard.press("Shift")
            expect(page.locator("#say")).to_contain_text(times)
        page.keyboard.press("Shift")
        page.wait_for_url(EXIT)
        page.go_back()
        assert page.url == f"{address}/en/near/us/"


@pytest.mark.parametrize("path", ["near/ms/", "safety/"])
def test_page_that_comes_back_is_not_hidden(browser: Browser, address: str, path: str) -> None:
    """A page that a browser kept in memory as it was left is shown again, as ``pageshow`` says."""
    with phone(browser, address) as (_, page):
        page.goto(f"/en/{path}")
        page.evaluate('document.documentElement.className = "leaving"')
        expect(page.locator("main")).to_be_hidden()
        expect(page.locator(".away")).to_be_visible()
        page.evaluate('window.dispatchEvent(new PageTransitionEvent("pageshow", {persisted: true}))')
        expect(page.locator("main")).to_be_visible()
        expect(page.locator(".away")).to_be_hidden()
