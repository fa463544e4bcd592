"""Every public page as a person meets it: small, in both languages, with and without scripts, unseen by anyone else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, ViewportSize

pytestmark = [pytest.mark.slow, pytest.mark.browser]

NARROW: ViewportSize = {"width": 320, "height": 800}
#: What axe leaves out unless asked.
ALSO = {"rules": {"target-size": {"enabled": True}}}
LANGUAGES = ("en", "es")
NOWHERE = "nothing-here/"
#: Name of a page → its path under the language; an event's are found on the list of events.
PATHS = {
    "home": "",
    "posters": "posters/",
    "about": "about/",
    "safety": "safety/",
    "rights": "rights/",
    "calls": "when-you-call/",
    "jobs": "before-a-job/",
    "signs": "signs/",
    "events": "events/",
    "event": "{event}",
    "booking form": "{event}book/",
    "request form": "seminars/ask/",
    "help of the nation": "near/us/",
    "help of Mississippi": "near/ms/",
    "duties of the nation": "near/us/duty/",
    "duties of Mississippi": "near/ms/duty/",
    "not found": NOWHERE,
}


@dataclass(frozen=True)
class Visitor:
    """A window, and whatever it asked for and complained of."""

    page: Page
    hosts: set[str]
    complaints: list[str]
    cookies_set: list[str]

    def open(self, path: str) -> None:
        """Goes to a page. Only the page that isn't there may be missing."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == (404 if path.endswith(NOWHERE) else 200), path


def visitor(context: BrowserContext) -> Visitor:
    """Looks over the shoulder of a new window."""
    context.set_default_timeout(10_000)
    seen = Visitor(context.new_page(), set(), [], [])

    def asked(request: Request) -> None:
        if request.url.startswith(("http", "ws")):
            seen.hosts.add(urlsplit(request.url).netloc)

    def answered(response: Response) -> None:
        if "set-cookie" in response.headers:
            seen.cookies_set.append(response.url)

    seen.page.on("request", asked)
    seen.page.on("response", answered)
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on(
        "console",
        lambda message: (
            seen.complaints.append(message.text)
            if message.type == "error" and not message.location["url"].endswith(NOWHERE)
            else None
        ),
    )
    return seen


@pytest.fixture(scope="module")
def paths(browser: Browser, site: str) -> dict[str, str]:
    """Each page's path under its language, with an event in it that takes bookings."""
    page = browser.new_page(base_url=site)
    page.goto("/en/events/")
    for link in [link.get_attribute("href") or "" for link in page.locator("main h3 a").all()]:
        page.goto(link)
        if page.get_by_role("link", name="Book a seat").count():
            page.close()
            event = link.removeprefix("/en/")
            return {name: path.format(event=event) for name, path in PATHS.items()}
    raise AssertionError("No event of the demo takes bookings.")


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """The language of the pages."""
    code: str = request.param
    return code


@pytest.fixture(scope="module")
def scripted(browser: Browser, site: str) -> Iterator[Visitor]:
    """A narrow window that starts without a cookie."""
    context = browser.new_context(base_url=site, viewport=NARROW)
    yield visitor(context)
    context.close()


@pytest.fixture(scope="module")
def plain(browser: Browser, site: str) -> Iterator[Visitor]:
    """The same with JavaScript switched off."""
    context = browser.new_context(base_url=site, viewport=NARROW, java_script_enabled=False)
    yield visitor(context)
    context.close()


@pytest.mark.parametrize("name", PATHS)
def test_page_has_no_barrier_fits_and_leaves_no_trace(
    scripted: Visitor, paths: dict[str, str], site: str, name: str, language: str
) -> None:
    page = scripted.page
    scripted.open(f"/{language}/{paths[name]}")

    found = Axe().run(page, options=ALSO)
    assert found.violations_count == 0, found.generate_report()
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    assert too_wide(page) == []
    assert page.context.cookies() == []
    assert scripted.cookies_set == []
    assert scripted.hosts == {urlsplit(site).netloc}
    assert scripted.complaints == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("name", PATHS)
def test_page_can_be_read_in_the_dark(scripted: Visitor, paths: dict[str, str], name: str, language: str) -> None:
    scripted.page.emulate_media(color_scheme="dark")
    scripted.open(f"/{language}/{paths[name]}")
    found = Axe().run(scripted.page, options={"runOnly": ["color-contrast", "link-in-text-block"]})
    scripted.page.emulate_media(color_scheme="light")
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", PATHS)
def test_page_says_the_same_without_scripts(
    plain: Visitor, scripted: Visitor, paths: dict[str, str], name: str, language: str
) -> None:
    path = f"/{language}/{paths[name]}"
    plain.open(path)
    scripted.open(path)

    assert plain.page.locator("h1").is_visible()
    words = said(plain.page)
    # Where scripts look things up as one types, there is a button for who has none.
    for button in plain.page.locator("main button[value=find]").all_inner_texts():
        words = words.replace(f"{button} ", "", 1)
    assert words == said(scripted.page)
    assert len(words) > 100
    assert plain.page.context.cookies() == []
    assert plain.complaints == []


def test_language_switch_leads_to_the_same_page(plain: Visitor, paths: dict[str, str]) -> None:
    plain.open(f"/en/{paths['event']}")
    plain.page.get_by_role("link", name="Español").click()
    assert urlsplit(plain.page.url).path == f"/es/{paths['event']}"
    assert plain.page.locator("html").get_attribute("lang") == "es"
    plain.page.get_by_role("link", name="English").click()
    assert urlsplit(plain.page.url).path == f"/en/{paths['event']}"


def test_gallery_offers_posters_of_the_chosen_language_as_pdf_and_picture(plain: Visitor) -> None:
    begins = {"pdf": b"%PDF-", "png": b"\x89PNG"}
    for language in LANGUAGES:
        plain.open("/en/posters/")
        plain.page.locator("#language").select_option(language)
        plain.page.get_by_role("button", name="Show these").click()
        for form, magic in begins.items():
            path = plain.page.locator(f'a[href$="/{language}.{form}"]').first.get_attribute("href")
            assert path
            answer = plain.page.request.get(path)
            assert answer.ok
            assert answer.body().startswith(magic)
        for picture in plain.page.locator(".sheet img").all():
            picture.scroll_into_view_if_needed()
            assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def said(page: Page) -> str:
    """What the main part says, white space aside."""
    return re.sub(r"\s+", " ", page.get_by_role("main").inner_text()).strip()


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways, as HTML; empty where it doesn't."""
    outside: list[str] = page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            const wide = [...document.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > width);
            return ["wider than the window", ...wide.map((one) => one.outerHTML.slice(0, 120))];
        }"""
    )
    return outside
