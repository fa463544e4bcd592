"""Makes the pictures of the tour from a running portal with the demo in it.

    .venv/bin/python docs/make_tour.py http://localhost:8000 admin PASSWORD [--data var]

Needs the test environment and Chromium, an account that never chose a second factor, and a fresh copy with a printed
address (WAYPOST_PRINTED_ADDRESS=https://go.example.gov ./waypost up), whose mails are files of its data folder: the
people of the tour come in by mailed links, and what they do stays in it. Writes PNGs with a palette into docs/images/.
"""

import argparse
import datetime as dt
import io
import re
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

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
MAIL_WAIT = 120
AGENCIES = """\
name,kind,level,jurisdictions,parts,website,contacts
Gulf Coast Refuge,ngo,local,MS,seminars,https://refuge.example.org,Office | | office@refuge.example.org
Gulf Coast Refuge Center,ngo,state,"MS, AL",posters,https://refuge.example.org,Press | | press@refuge.example.org
Magnolia Rail Safety,railroad,state,"MS, LA","posting, posters",https://rail.example.org,Press | | press@rail.example.org
Harbor Watch,club,state,MS,,,
"""
"""What the coordinator imports: one agency twice, and a row that is refused."""


DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A device that holds passkeys, as Chromium pretends one. Passkeys need the name localhost, not 127.0.0.1."""


class NothingToShow(Exception):
    """The portal lacks what a picture is of."""


def main() -> int:
    """Makes every picture; exits with 1 and the reason where one can't be made."""
    parser = argparse.ArgumentParser(description="Makes the pictures of the tour from a running portal with the demo.")
    parser.add_argument("address", help="where the portal runs, such as http://localhost:8000")
    parser.add_argument("user", help="a superuser")
    parser.add_argument("password")
    parser.add_argument("--data", type=Path, default=Path("var"), help="its data folder (default ./var)")
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
            with window(browser, options.address, DESK) as root:
                sign_in(root, user=options.user, password=options.password)
                staff_pages(root)
                Partners(browser, options.address, options.data / "mail", root).tour()
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


def sign_in(page: Page, *, user: str, password: str, then: str = "/admin/") -> None:
    """By a password and a passkey of this browser, which is enrolled now and is gone when the browser closes."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    visit(page, f"/account/sign-in/?next={then}")
    page.get_by_label("Name", exact=True).fill(user)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_load_state("networkidle")
    if "/account/second-factor/" not in page.url:
        raise NothingToShow(
            f"The portal doesn't let {user} in with this password, or the account has a second factor already: "
            f"./waypost manage reset_second_factor {user}"
        )
    visit(page, "/account/security/passkey/")
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url("**/account/security/codes/")
    visit(page, then)


def staff_pages(page: Page) -> None:
    """What staff see first, their placements, requests, a plan and a text."""
    keep("today-1280", page.screenshot(full_page=True))
    visit(page, "/admin/campaign/placement/?in_state=MS")
    keep("placements-1280", page.screenshot())
    visit(page, "/admin/outreach/request/queue/")
    keep("triage-1280", page.screenshot())
    plan(page)
    keep("plan-1280", page.screenshot())
    visit(page, "/admin/campaign/textset/?q=vi")
    first_of_list(page)
    keep("texts-1280", page.screenshot())


def plan(page: Page) -> None:
    """Works a plan out, and waits until it is a draft."""
    visit(page, "/admin/outreach/planversion/")
    page.get_by_role("button", name="Optimise").first.click()
    page.get_by_role("link", name="Approve…").wait_for(timeout=PLAN_WAIT)
    page.wait_for_load_state("networkidle")


class Partners:
    """Six people and one partner: what each of them sees. All come in as everybody does, by a mailed link."""

    def __init__(self, browser: Browser, address: str, mails: Path, root: Page) -> None:
        self.browser, self.address, self.mails, self.root = browser, address, mails, root

    def tour(self) -> None:
        """The partner is imported, merged with its duplicate, agrees, and works in its own pages."""
        with ExitStack() as people:
            desk, approver, designer, auditor = (
                people.enter_context(self.newcomer(name, role=role))
                for name, role in (
                    ("Mara Lind", "Coordinator"),
                    ("Ben Okafor", "Approver"),
                    ("Leo Park", "Designer"),
                    ("Eva Stone", "Auditor"),
                )
            )
            visit(designer, "/admin/campaign/design/")
            first_of_list(designer)
            keep("design-1280", designer.screenshot())
            self.bring_in(desk)
            self.merge(desk)
            self.agree(desk, approver)
            partner = people.enter_context(self.newcomer("Kim Lee", agency="Gulf Coast Refuge", size=PHONE))
            self.work(partner)
            self.post(desk, approver)
            visit(auditor, "/admin/portal/entry/?q=Gulf")
            keep("trail-1280", auditor.screenshot())

    def bring_in(self, desk: Page) -> None:
        """A table, its preview, and what it brings."""
        visit(desk, "/admin/outreach/agency/import/")
        table = {"name": "agencies.csv", "mimeType": "text/csv", "buffer": AGENCIES.encode()}
        desk.locator("input[type=file]").set_input_files(table)  # type: ignore[arg-type]  # a payload, as a dict
        desk.get_by_role("button", name="Read it, and show what it would change").click()
        take = desk.get_by_role("button", name=re.compile("^Take"))
        take.wait_for()
        desk.wait_for_load_state("networkidle")
        keep("import-1280", desk.screenshot())
        take.click()
        desk.get_by_text("Taken", exact=True).first.wait_for()

    def merge(self, desk: Page) -> None:
        """Two records of one agency."""
        visit(desk, "/admin/outreach/agency/look_alike/")
        desk.get_by_text("Keep the first, Gulf Coast Refuge").click()
        desk.get_by_role("button", name="Merge them").wait_for()
        desk.wait_for_load_state("networkidle")
        keep("merge-1280", desk.screenshot())
        desk.get_by_role("button", name="Merge them").click()
        desk.get_by_text("Undo the merge").wait_for()

    def agree(self, desk: Page, approver: Page) -> None:
        """An agreement that ends soon, recorded by one and approved by another."""
        visit(desk, "/admin/outreach/agency/?q=Gulf+Coast+Refuge")
        first_of_list(desk)
        keep("agency-1280", desk.screenshot())
        desk.get_by_role("link", name="Record an agreement").click()
        signed, paper = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1), io.BytesIO()
        Image.new("RGB", (600, 800), "white").save(paper, "PNG")
        desk.locator("select[name=kind]").select_option(index=1)
        said = {"title": "Posters in shelters", "signed_on": signed, "effective_on": signed}
        for field, value in (said | {"expires_on": signed + dt.timedelta(days=20)}).items():
            desk.locator(f"input[name={field}]").fill(str(value))
        letter = {"name": "paper.png", "mimeType": "image/png", "buffer": paper.getvalue()}
        desk.locator("input[name=paper]").set_input_files(letter)  # type: ignore[arg-type]  # a payload, as a dict
        desk.locator("input[name=allows_co_branding]").check()
        desk.get_by_role("button", name="Save", exact=True).click()
        visit(approver, "/admin/outreach/agreement/?q=shelters")
        first_of_list(approver)
        approver.get_by_role("link", name="approve").click()
        approver.get_by_role("button", name="Approve it").wait_for()
        keep("approve-1280", approver.screenshot())
        approver.get_by_role("button", name="Approve it").click()
        approver.wait_for_load_state("networkidle")

    def work(self, partner: Page) -> None:
        """The partner's own pages, and the page of a presenter whom they add."""
        keep("partner-390", partner.screenshot(full_page=True), tallest=PHONE_HEIGHT)
        partner.get_by_role("navigation").get_by_role("link", name="Presenters").click()
        partner.get_by_role("link", name="Add a presenter").click()
        partner.get_by_label("Name").fill("Ruth Amos")
        partner.get_by_label("Work e-mail").fill("ruth@refuge.example.org")
        for label in ("Educator", "English"):
            partner.get_by_label(label).check()
        partner.locator("input[name=topics]").first.check()
        partner.get_by_label("ZIP code to start from").fill("39501")
        partner.get_by_label("Clock").select_option("America/Chicago")
        partner.get_by_role("button", name="Add this person").click()
        with window(self.browser, self.address, PHONE) as presenter:
            visit(presenter, self.mailed("ruth@refuge.example.org"))
            presenter.get_by_role("button", name="Yes, this is me").click()
            presenter.get_by_role("heading", name="Your seminars").wait_for()
            keep("presenter-390", presenter.screenshot(full_page=True), tallest=PHONE_HEIGHT)

    def post(self, desk: Page, approver: Page) -> None:
        """A print is released, and the station's mailbox gets its link."""
        visit(approver, "/admin/campaign/batch/?release=waiting")
        first_of_list(approver)
        approver.get_by_role("link", name="Look at it, then release it").click()
        release = approver.get_by_role("button", name=re.compile("^Release"))
        release.wait_for()
        keep("release-1280", approver.screenshot())
        release.click()
        approver.wait_for_load_state("networkidle")
        visit(desk, "/admin/campaign/batch/")
        first_of_list(desk)
        keep("batch-1280", desk.screenshot())
        visit(desk, "/admin/campaign/station/?q=Meridian")
        first_of_list(desk)
        desk.get_by_role("link", name="Add a contact").click()
        mailbox = f"station-{secrets.token_hex(3)}@rail.example.org"
        desk.locator("input[name=role]").fill("Station services, Meridian")
        desk.locator("input[name=email]").fill(mailbox)
        desk.get_by_role("button", name="Save and continue editing").click()
        desk.get_by_role("link", name="Mail the link of this January").click()
        desk.get_by_role("button", name="Mail the link").click()
        with window(self.browser, self.address, PHONE) as station:
            visit(station, self.mailed(mailbox))
            keep("station-390", station.screenshot(full_page=True), tallest=PHONE_HEIGHT)

    @contextmanager
    def newcomer(self, name: str, *, role: str = "", agency: str = "", size: tuple[int, int] = DESK) -> Iterator[Page]:
        """A window of somebody whom the superuser invites to a role, or to the pages of an agency."""
        first, last = name.split()
        user, password = f"{first}-{secrets.token_hex(3)}".lower(), secrets.token_urlsafe(20)
        mailbox = f"{user}@office.example.org"
        if role:
            visit(self.root, "/admin/portal/accountinvitation/invite/")
            self.root.get_by_label(role, exact=True).check()
        else:
            visit(self.root, "/admin/outreach/membership/invite/")
            self.root.locator("select[name=agency]").select_option(label=agency)
        self.root.get_by_label("E-mail").fill(mailbox)
        self.root.get_by_role("button", name="Send the link").click()
        with window(self.browser, self.address, size) as page:
            visit(page, self.mailed(mailbox))
            said = {"first_name": first, "last_name": last, "username": user, "password": password, "again": password}
            for field, value in said.items():
                page.locator(f"input[name={field}]").fill(value)
            page.get_by_role("button", name="Make my account").click()
            page.get_by_role("heading", name="Your account is ready").wait_for()
            sign_in(page, user=user, password=password, then="/admin/" if role else "/en/partner/")
            yield page

    def mailed(self, mailbox: str) -> str:
        """The path of the first link in the newest mail to somebody, once it is there."""
        until = time.monotonic() + MAIL_WAIT
        wanted = re.compile(rf"^To: {re.escape(mailbox)}$.*?(https?://\S+)", re.MULTILINE | re.DOTALL)
        while time.monotonic() < until:
            files = sorted(self.mails.glob("*.log"), key=lambda path: path.stat().st_mtime)
            found: list[str] = [link for path in files for link in wanted.findall(path.read_text())]
            if found:
                return urlsplit(found[-1]).path
            self.root.wait_for_timeout(1000)
        raise NothingToShow(f"No mail to {mailbox} came to {self.mails}: is it the data folder (--data)?")


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


def first_of_list(page: Page) -> None:
    """Opens the first record of a list."""
    visit(page, page.locator('#result_list tbody a[href*="/change/"]').first.get_attribute("href") or "")


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
