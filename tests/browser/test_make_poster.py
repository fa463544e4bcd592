"""“Make it yours” as a person meets it: the poster follows the keys, with scripts and without."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.test_public_pages import ALSO, too_wide

pytestmark = [pytest.mark.slow, pytest.mark.browser]

LANGUAGES = ("en", "es")
#: Milliseconds from a key to the picture that holds it. The page itself waits 120 of them for the next key.
IN_TIME = 300
WATCH = """() => {
    const picture = document.getElementById("preview");
    window.times = [];
    let pressed = 0;
    document.getElementById("id_name").addEventListener("input", () => { pressed = performance.now(); }, true);
    new MutationObserver(() => window.times.push(performance.now() - pressed))
        .observe(picture, { attributes: true, attributeFilter: ["src"] });
}"""


@contextmanager
def window(browser: Browser, site: str, *, width: int = 390, scripts: bool = True) -> Iterator[Page]:
    """A fresh window. A refusal (422, 429) is an answer like any other; all other complaints fail the test."""
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": 900}, java_script_enabled=scripts, accept_downloads=True
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if message.type == "error" and not re.search(r"status of 4(22|29)|ERR_FAILED", message.text)
            else None
        ),
    )
    yield page
    assert context.cookies() == []
    if scripts:
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    context.close()
    assert not complaints, "\n".join(complaints)


def name_field(page: Page) -> Locator:
    return page.locator("#id_name")


def shows(page: Page, name: str) -> None:
    """Waits for the preview with that name."""
    expect(page.locator("#preview")).to_have_attribute("data-shows", name)


def test_preview_follows_the_keys_in_time(browser: Browser, site: str) -> None:
    with window(browser, site) as page:
        page.goto("/en/posters/make/")
        shows(page, "")
        page.evaluate(WATCH)
        typed = ""
        for part in ("Quill", "feather ", "Aca", "demy", " of", " Jackson"):
            typed += part
            name_field(page).press_sequentially(part, delay=20)
            shows(page, typed)
        times: list[float] = page.evaluate("window.times")
        assert len(times) >= 6
        assert sorted(times)[len(times) // 2] < IN_TIME
        source = page.locator("#preview").get_attribute("src") or ""
        assert source.startswith("data:image/png;base64,")
        assert "Quill" not in page.url


@pytest.mark.parametrize("width", [390, 1280])
def test_poster_is_made_and_taken(browser: Browser, site: str, width: int) -> None:
    with window(browser, site, width=width) as page:
        page.goto("/es/posters/")
        page.get_by_role("link", name="Pon tu nombre en uno").click()
        name_field(page).fill("Escuela Quillfeather")
        page.get_by_label("Tamaño").select_option("a4")
        shows(page, "Escuela Quillfeather")
        for end in ("pdf", "png"):
            with page.expect_download() as caught:
                page.locator(f"button[value={end}]").click()
            assert caught.value.suggested_filename == f"poster-a4-es.{end}"
        assert name_field(page).input_value() == "Escuela Quillfeather"


def test_refusal_stands_beside_the_field_and_leaves_when_it_is_mended(browser: Browser, site: str) -> None:
    with window(browser, site) as page:
        page.goto("/en/posters/make/")
        shows(page, "")
        name_field(page).fill("Call 601-555-0123")
        said = page.locator("#id_name_live")
        expect(said).to_contain_text("figures")
        expect(said).to_have_attribute("aria-live", "polite")
        expect(name_field(page)).to_have_attribute("aria-invalid", "true")
        assert name_field(page).input_value() == "Call 601-555-0123"
        name_field(page).fill("Quillfeather")
        shows(page, "Quillfeather")
        expect(said).to_be_empty()
        expect(name_field(page)).not_to_have_attribute("aria-invalid", "true")


def test_answer_that_came_too_late_is_dropped(browser: Browser, site: str) -> None:
    with window(browser, site) as page:
        page.goto("/en/posters/make/")
        shows(page, "")
        held: list[Route] = []

        def hold(route: Route) -> None:
            if "Slow" in (route.request.post_data or ""):
                held.append(route)
            else:
                route.continue_()

        page.route("**/posters/preview/", hold)
        with page.expect_request(lambda request: "Slow" in (request.post_data or "")):
            name_field(page).fill("Slow")
        name_field(page).fill("Quick")
        shows(page, "Quick")
        assert len(held) == 1
        held[0].fulfill(status=422, json={"errors": {"name": ["Too late."]}})
        page.wait_for_load_state("networkidle")
        shows(page, "Quick")
        expect(page.locator("#id_name_live")).to_be_empty()


def test_without_a_connection_the_page_says_so_and_keeps_what_was_typed(browser: Browser, site: str) -> None:
    with window(browser, site) as page:
        page.goto("/en/posters/make/")
        shows(page, "")
        page.route("**/posters/preview/", lambda route: route.abort("failed"))
        name_field(page).fill("Quillfeather")
        expect(page.locator("#preview-problem")).to_contain_text("Are you online?")
        assert name_field(page).input_value() == "Quillfeather"
        page.unroute("**/posters/preview/")
        name_field(page).press("Enter")
        shows(page, "Quillfeather")
        expect(page.locator("#preview-problem")).to_be_empty()


def test_enter_shows_the_preview_and_takes_nothing(browser: Browser, site: str) -> None:
    with window(browser, site) as page:
        page.goto("/en/posters/make/")
        name_field(page).fill("Quillfeather")
        name_field(page).press("Enter")
        shows(page, "Quillfeather")
        assert page.url.endswith("/en/posters/make/")


def test_poster_is_made_without_scripts(browser: Browser, site: str) -> None:
    with window(browser, site, scripts=False) as page:
        page.goto("/en/posters/make/")
        name_field(page).fill("Quillfeather")
        page.get_by_role("button", name="Show the preview").click()
        assert (page.locator("#preview").get_attribute("src") or "").startswith("data:image/png;base64,")
        assert name_field(page).input_value() == "Quillfeather"
        with page.expect_download() as caught:
            page.get_by_role("button", name="Take the PDF").click()
        assert caught.value.suggested_filename == "poster-letter-en.pdf"
        name_field(page).fill("Call 601-555-0123")
        page.get_by_role("button", name="Take the PDF").click()
        expect(page.locator("#id_name_error")).to_contain_text("figures")
        assert name_field(page).input_value() == "Call 601-555-0123"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["by day", "by night"])
def test_pages_have_no_barrier(browser: Browser, site: str, language: str, dark: bool) -> None:
    with window(browser, site, width=320) as page:
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.goto(f"/{language}/posters/make/")
        shows(page, "")
        found = [Axe().run(page, options=ALSO)]
        name_field(page).fill("Call 601-555-0123")
        expect(page.locator("#id_name_live")).not_to_be_empty()
        found.append(Axe().run(page, options=ALSO))
        assert too_wide(page) == []
        page.locator("button[value=pdf]").click()
        expect(page.locator(".error-summary")).to_be_visible()
        assert too_wide(page) == []
        page.goto(f"/{language}/posters/?size=a4")
        for details in page.locator("details").all():
            details.locator("summary").click()
        found.append(Axe().run(page, options=ALSO))
        assert too_wide(page) == []
        assert [each.generate_report() for each in found if each.violations_count] == []
