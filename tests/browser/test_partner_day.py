"""A partner's day: sign in, see what waits, ask for other words, add a logo and a presenter, say yes to January."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests import entering
from tests.browser.conftest import PASSPHRASE, WIDTHS
from tests.outreach.registration.house import House
from tests.portal.files.hostile import svg

pytestmark = [pytest.mark.slow, pytest.mark.browser]

DRAWING = svg(
    '<circle cx="20" cy="15" r="12" fill="#e8a33d"/><rect x="40" y="8" width="44" height="14" fill="#12343b"/>'
)
LONG = "Trafficking" * 5
WIDTH = "image => image.decode().then(() => image.naturalWidth)"
SEED = f"""
from tests.outreach import factories
from tests.outreach.agencies.conftest import office
from tests.outreach.partners.conftest import furnish
from tests import entering
season = factories.season_ahead()
above = office("Department of Lamps", acronym="DOL")
lamp = furnish(office("Lamp Street Center", acronym="LSC", parent=above, level="state", parts=["seminars", "press"]), season)
lamp.proposal.delete()
harbor = furnish(office("Harbor House"), season)
furnish(office("Night Lamps", parent=lamp.agency), season)
words = furnish(office("{LONG}", website="https://{LONG}.example.org/{LONG}", description="{LONG}"), season)
furnish(office("{LONG}s", parent=words.agency), season)
words.contact.phone = "+1 601 555 0100 ext. 1234567890123"
words.contact.save()
for user in (lamp.editor, lamp.colleague.user, words.editor):
    user.set_password("{PASSPHRASE}")
    user.save()
    entering.enrol(user)
print(json.dumps({{
    "lamp": str(lamp.agency.uid), "harbor": str(harbor.agency.uid), "logo": str(harbor.logo.uid),
    "agreement": str(harbor.agreement.uid), "presenter": str(lamp.presenter.uid), "year": season.year,
    "contact": str(lamp.contact.uid),
    "words": {{
        "lamp": str(words.agency.uid), "contact": str(words.contact.uid), "presenter": str(words.presenter.uid),
    }},
}}))
"""


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str, dict[str, Any]]]:
    """A served copy with two partners and an office beneath one of them."""
    house = House(tmp_path_factory.mktemp("partners"))
    house.migrate()
    rows = house.tell(SEED)
    with house.serving() as port:
        yield house, f"http://127.0.0.1:{port}", rows


@pytest.fixture(scope="module")
def editor(browser: Browser, seeded: tuple[House, str, dict[str, Any]]) -> Iterator[Page]:
    """Somebody who edits, signed in as people do."""
    _, address, _ = seeded
    context = browser.new_context(base_url=address)
    context.set_default_timeout(20_000)
    window = context.new_page()
    complaints: list[str] = []
    window.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    window.on("pageerror", lambda error: complaints.append(str(error)))
    entering.sign_in(window, "lamp", PASSPHRASE, "", site=address)
    expect(window).to_have_url(f"{address}/en/partner/")
    yield window
    context.close()
    assert not complaints, "\n".join(complaints)


def shown(page: Page, name: str) -> None:
    """Keeps a picture of the page where somebody wants to look (``WAYPOST_SHOTS``)."""
    if folder := os.environ.get("WAYPOST_SHOTS"):
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def paths(rows: dict[str, Any]) -> list[tuple[str, str]]:
    """The pages of the agency, each with a word for it."""
    beneath = ("", "texts/", "contacts/new/", f"contacts/{rows['contact']}/", "logos/", "logos/new/", "presenters/")
    more = ("presenters/new/", f"presenters/{rows['presenter']}/", "agreements/", "january/", "people/", "people/new/")
    pages = [
        (path.strip("/").replace("/", "-")[:14] or "agency", f"{rows['lamp']}/{path}") for path in (*beneath, *more)
    ]
    return [("home", ""), *pages]


def test_a_day(editor: Page, seeded: tuple[House, str, dict[str, Any]], tmp_path: Path) -> None:
    house, _, rows = seeded
    page, lamp = editor, rows["lamp"]
    page.goto("/en/partner/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("wait for you")

    # Other words: they wait for staff, and the public ones stay.
    page.get_by_role("navigation", name="Your agency’s pages").get_by_role("link", name="Agency").click()
    page.get_by_role("link", name="Change these words").press("Enter")
    page.get_by_label("What your agency does").fill("We listen, day and night.")
    page.get_by_label("Website").fill("lamp.example.org")
    page.get_by_role("button", name="Ask for these words").press("Enter")
    expect(page.get_by_text("Thank you. We look at it, then it is public.")).to_be_visible()
    expect(page.get_by_text("We listen, day and night.")).to_be_visible()
    expect(page.get_by_text("Nothing yet.")).to_be_visible()

    # A logo: clean, and of no use without a permission.
    drawing = tmp_path / "mark.svg"
    drawing.write_bytes(DRAWING)
    page.goto(f"/en/partner/{lamp}/logos/new/")
    page.get_by_role("button", name="Add this logo").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("File").set_input_files(drawing)
    page.get_by_label("Which of your logos").fill("Sun over water")
    page.get_by_label("In words").fill("A sun beside a bar")
    page.get_by_role("button", name="Add this logo").press("Enter")
    expect(page.get_by_role("heading", name="Sun over water")).to_be_visible()
    expect(page.get_by_text("Waits for a written permission").first).to_be_visible()
    assert page.get_by_role("img", name="A sun beside a bar").evaluate(WIDTH) > 100

    # A presenter, who gets a mail.
    page.goto(f"/en/partner/{lamp}/presenters/new/")
    page.get_by_label("Name").fill("Kim Lee")
    page.get_by_label("Work e-mail").fill("kim@lamp.example.org")
    page.get_by_label("Educator").check()
    page.get_by_label("English").check()
    page.locator("input[name=topics]").first.check()
    page.get_by_label("ZIP code to start from").fill("39201")
    page.get_by_label("Clock").select_option("America/Chicago")
    page.get_by_role("button", name="Add this person").press("Enter")
    expect(page.get_by_text("Added. A link is on its way to kim@lamp.example.org.")).to_be_visible()

    # January.
    page.goto(f"/en/partner/{lamp}/january/")
    page.get_by_role("button", name="Yes, we take part").press("Enter")
    expect(page.get_by_text("You take part")).to_be_visible()

    # The agreement: something is wrong with it.
    page.goto(f"/en/partner/{lamp}/agreements/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the paper").click()
    assert download.value.suggested_filename.endswith(".png")
    page.get_by_label("Something is wrong").check()
    page.get_by_label("What is wrong?").fill("It names another year")
    page.get_by_role("button", name="Send this answer").press("Enter")
    expect(page.get_by_text("Something is wrong: It names another year")).to_be_visible()

    told = house.tell(
        "from portal.audit.models import Entry\n"
        "from portal.people.models import User\n"
        "mine = Entry.objects.filter(actor=User.objects.get(username='lamp')).order_by('pk')\n"
        "print(json.dumps(list(mine.values_list('verb', flat=True))))"
    )
    wanted = ["asked to change", "added by its agency", "agreed", "downloaded", "disputed by the partner"]
    assert [verb for verb in wanted if verb not in told] == [], told


def test_what_is_another_agencys_is_not_there(editor: Page, seeded: tuple[House, str, dict[str, Any]]) -> None:
    _, _, rows = seeded
    lamp, harbor = rows["lamp"], rows["harbor"]
    picture, paper = f"logos/{rows['logo']}.png", f"agreements/{rows['agreement']}/paper/"
    theirs = [f"{harbor}/{path}" for path in ("", "logos/", "presenters/", "people/", picture, paper)]
    for path in (*theirs, f"{lamp}/{picture}", f"{lamp}/{paper}"):
        answer = editor.request.get(f"/en/partner/{path}")
        assert answer.status == 404, path
        assert "Harbor" not in answer.text()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_have_no_barrier_and_fit(
    editor: Page, seeded: tuple[House, str, dict[str, Any]], language: str, width: int
) -> None:
    _, _, rows = seeded
    editor.set_viewport_size({"width": width, "height": 900})
    for name, path in paths(rows):
        editor.goto(f"/{language}/partner/{path}")
        shown(editor, f"{language}-{name}")
        for details in editor.locator("details").all():
            details.evaluate("element => element.open = true")
        violations = Axe().run(editor).response["violations"]
        assert not violations, (path, [(found["id"], found["nodes"][0]["html"]) for found in violations])
        assert editor.evaluate("document.documentElement.scrollWidth") <= width, path
        small = editor.evaluate(
            "[...document.querySelectorAll('main button, .tabs a')].filter(each => each.checkVisibility()"
            " && each.getBoundingClientRect().height < 43.5).map(each => each.outerHTML)"
        )
        assert not small, path


@pytest.mark.parametrize("width", [390, 320])
def test_no_name_or_address_is_too_long_for_a_phone(
    browser: Browser, seeded: tuple[House, str, dict[str, Any]], width: int
) -> None:
    _, address, rows = seeded
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 844}, locale="es-US")
    context.set_default_timeout(20_000)
    page = context.new_page()
    entering.sign_in(page, LONG.lower(), PASSPHRASE, "/es/partner/", site=address)
    expect(page).to_have_url(f"{address}/es/partner/")
    for name, path in paths(rows["words"]):
        page.goto(f"/es/partner/{path}")
        for details in page.locator("details").all():
            details.evaluate("element => element.open = true")
        shown(page, f"es-long-{name}")
        outside = page.evaluate(
            "[...document.querySelectorAll('body *')].filter(each => !each.closest('.vh, .skip')"
            " && each.getBoundingClientRect().right > innerWidth + 0.5).map(each => each.outerHTML.slice(0, 200))"
        )
        assert not outside, path
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width, path
    context.close()


def test_whoever_looks_sees_no_button_that_changes(browser: Browser, seeded: tuple[House, str, dict[str, Any]]) -> None:
    _, address, rows = seeded
    context = browser.new_context(base_url=address)
    context.set_default_timeout(20_000)
    page = context.new_page()
    entering.sign_in(page, "lamp-colleague", PASSPHRASE, "/en/partner/", site=address)
    for path in ("", "logos/", "presenters/", "january/"):
        page.goto(f"/en/partner/{rows['lamp']}/{path}")
        expect(page.get_by_text("you may look").first).to_be_visible()
        assert page.locator("main button").count() == 0, path
    page.goto(f"/en/partner/{rows['lamp']}/texts/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You may look, and not change")
    shown(page, "en-refused")
    context.close()
