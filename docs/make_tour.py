"""Makes the pictures of the tour from a running portal with the demo in it.

    .venv/bin/python docs/make_tour.py http://localhost:8000 admin PASSWORD

Needs the test environment and Chromium. Writes PNGs with a palette into docs/images/.
"""

import argparse
import io
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Error, Locator, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
PHONE, DESK = (390, 844), (1280, 860)
PHONE_HEIGHT = 1400
POSTER_WIDTH = 700
COLOURS = 256
PREVIEW_WAIT = 1500
PLAN_WAIT = 120_000


class NothingToShow(Exception):
    """The portal lacks what a picture is of."""


def main() -> int:
    """Makes every picture; exits with 1 and the reason where one can't be made."""
    parser = argparse.ArgumentParser(description="Makes the pictures of the tour from a running portal with the demo.")
    parser.add_argument("address", help="where the portal runs, such as http://localhost:8000")
    parser.add_argument("user", help="a superuser")
    parser.add_argument("password")
    options = parser.parse_args()
    if CHROMIUM is None:
        print("Chromium is not installed (apt-get install chromium).", file=sys.stderr)
        return 1
    IMAGES.mkdir(exist_ok=True)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
            )
            public_pages(browser, options.address)
            staff_pages(browser, options.address, user=options.user, password=options.password)
            browser.close()
    except (NothingToShow, Error) as error:
        print(error, file=sys.stderr)
        return 1
    made = sorted(IMAGES.glob("*.png"))
    print(f"{len(made)} pictures, {sum(path.stat().st_size for path in made) / 1e6:.1f} MB in {IMAGES}")
    return 0


def public_pages(browser: Browser, address: str) -> None:
    """What everyone sees: on a phone, the help page in both languages; the gallery at a desk."""
    with window(browser, address, PHONE) as page:
        for name, path in {
            "home-390": "/en/",
            "near-en-390": "/en/near/ms/",
            "near-es-390": "/es/near/ms/",
            "ask-390": "/en/seminars/ask/",
            "events-390": "/en/events/",
        }.items():
            visit(page, path)
            keep(name, page.screenshot(full_page=True), tallest=PHONE_HEIGHT)
        book = page.get_by_role("link", name="Book a seat")
        open_first(page, page.locator("main h3 a"), until=lambda: book.count() > 0, what="event with free seats")
        keep("event-390", page.screenshot(full_page=True), tallest=PHONE_HEIGHT)
    with window(browser, address, DESK) as page:
        visit(page, "/en/posters/")
        keep("posters-1280", page.screenshot())
        visit(page, "/en/posters/make/")
        page.locator("input[name=name]").fill("Lincoln High School")
        page.wait_for_timeout(PREVIEW_WAIT)
        keep("make-1280", page.screenshot())
        for language in ("en", "es"):
            visit(page, f"/en/posters/?language={language}")
            picture = page.locator(f'a[href^="/take/"][href$="/{language}.png"]')
            if not picture.count():
                raise NothingToShow("The gallery is still being made: wait half a minute and try again.")
            answer = page.request.get(picture.first.get_attribute("href") or "")
            keep(f"poster-{language}", answer.body(), width=POSTER_WIDTH)


def staff_pages(browser: Browser, address: str, *, user: str, password: str) -> None:
    """What staff see first, their placements, and a printed batch."""
    with window(browser, address, DESK) as page:
        visit(page, "/admin/")
        page.locator("#id_username").fill(user)
        page.locator("#id_password").fill(password)
        page.locator("#id_password").press("Enter")
        page.wait_for_load_state("networkidle")
        if page.locator("#id_password").count():
            raise NothingToShow(f"{address} doesn't let {user} in with this password.")
        keep("today-1280", page.screenshot(full_page=True))
        visit(page, "/admin/campaign/placement/?in_state=MS")
        keep("placements-1280", page.screenshot())
        visit(page, "/admin/campaign/batch/")
        files = page.locator('a[href*="/files/"]')
        open_first(page, page.locator("#result_list th a"), until=lambda: files.count() > 0, what="printed batch")
        keep("batch-1280", page.screenshot())
        visit(page, "/admin/outreach/request/queue/")
        keep("triage-1280", page.screenshot())
        plan(page)
        keep("plan-1280", page.screenshot())
        for name, path in {
            "design-1280": "/admin/campaign/design/",
            "texts-1280": "/admin/campaign/textset/?q=vi",
        }.items():
            visit(page, path)
            visit(page, page.locator("#result_list tbody th a").first.get_attribute("href") or "")
            keep(name, page.screenshot())


def plan(page: Page) -> None:
    """Works a plan out, and waits until it is a draft."""
    visit(page, "/admin/outreach/planversion/")
    page.get_by_role("button", name="Optimise").first.click()
    page.get_by_role("link", name="Approve…").wait_for(timeout=PLAN_WAIT)
    page.wait_for_load_state("networkidle")


@contextmanager
def window(browser: Browser, address: str, size: tuple[int, int]) -> Iterator[Page]:
    """A fresh window in English and in daylight."""
    context = browser.new_context(
        base_url=address, viewport={"width": size[0], "height": size[1]}, locale="en-US", color_scheme="light"
    )
    yield context.new_page()
    context.close()


def visit(page: Page, path: str) -> None:
    """Goes there and waits until nothing moves. Raises ``NothingToShow`` where there is no such page."""
    answer = page.goto(path, wait_until="networkidle")
    if answer is None or not answer.ok:
        raise NothingToShow(f"{page.url} answers {answer.status if answer else 'nothing'}.")


def open_first(page: Page, links: Locator, *, until: Callable[[], bool], what: str) -> None:
    """Opens one link after the other, until a page shows what is looked for."""
    for path in [link.get_attribute("href") or "" for link in links.all()]:
        visit(page, path)
        if until():
            return
    raise NothingToShow(f"There is no {what}: is the demo in it (./waypost manage demo)?")


def keep(name: str, content: bytes, *, tallest: int | None = None, width: int | None = None) -> None:
    """Writes one picture: cropped to ``tallest`` or scaled to ``width`` (pixels), with few colours."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    if tallest is not None:
        picture = picture.crop((0, 0, picture.width, min(picture.height, tallest)))
    if width is not None:
        picture = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    few = picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    raise SystemExit(main())
