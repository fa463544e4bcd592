"""Asking for a seminar as people do it: the school found as one types, saved as one writes, answered by staff by keyboard."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import entering
from tests.browser.conftest import PASSPHRASE
from tests.outreach.registration.house import House

pytestmark = [pytest.mark.slow, pytest.mark.browser]

STEPS = ("school", "group", "days", "people", "contact", "check")
SEED = f"""
from django.utils import timezone
from tests.outreach import factories
from outreach.seminars import drafts
from portal.people.models import User
from tests import entering
entering.enrol(User.objects.create_superuser("root", password="{PASSPHRASE}"))
season = factories.season_ahead()
for name in ("Lanier High School", "Lanier Middle School", "Provine High School"):
    factories.school(name=name, address="833 Maple St", postal_code="39203", latitude=32.3, longitude=-90.2)
asked = factories.request(season=season, state="asked", reason="How many rooms?", contact_email="a@example.org")
typed = {{"school_name": ["Murrah High School"], "city": ["Jackson"], "date_5": [f"{{season.year}}-01-12"]}}
draft = drafts.begin(typed=typed, language="en")
def promised(name, **fields):
    planned = factories.request(season=season, school_name=name, state="planned")
    made = factories.seminar(season=season, request=planned, audience="students", state="draft")
    factories.make_ready(made, approved_at=timezone.now(), **fields)
    return str(planned.uid)
print(json.dumps({{
    "year": season.year, "asked": str(asked.uid), "draft": str(draft.uid),
    "ready": promised("Ready High School", state="open"),
    "held": promised("Held High School", private_room="", counsellor_present=False),
}}))
"""


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str, dict[str, Any]]]:
    """A served copy with a register of three schools."""
    house = House(tmp_path_factory.mktemp("asking"))
    house.migrate()
    rows = house.tell(SEED)
    with house.serving() as port:
        yield house, f"http://127.0.0.1:{port}", rows


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def window(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """With scripts and without."""
    context = browser.new_context(java_script_enabled=request.param)
    context.set_default_timeout(20_000)
    yield context
    assert not context.cookies()
    context.close()


def go_on(page: Page, step: int) -> None:
    page.get_by_role("button", name="Save and continue").press("Enter")
    expect(page.get_by_text(f"Step {step} of 6")).to_be_visible()


def write_the_rest(page: Page, year: int) -> None:
    """From the second step to the last, by keyboard."""
    page.get_by_label("Who will be in the room?").select_option("9-12")
    page.get_by_label("About how many people?").fill("60")
    go_on(page, 3)
    day = page.get_by_role("group", name="Best day")
    day.get_by_label("Day").fill(f"{year}-01-12")
    day.get_by_label("Not before").fill("09:00")
    day.get_by_label("Over by").fill("12:00")
    go_on(page, 4)
    page.get_by_label("Whom can a student go to").fill("The counselor, room 12")
    page.get_by_label("When are parents told?").fill(f"{year - 1}-12-15")
    go_on(page, 5)
    page.get_by_label("Your name").fill("Dana Cole")
    page.get_by_label("Your work e-mail").fill("dana@school.example.org")
    go_on(page, 6)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_have_no_barrier_and_fit(
    seeded: tuple[House, str, dict[str, Any]], browser: Browser, language: str, width: int
) -> None:
    _, address, rows = seeded
    page = browser.new_page(viewport={"width": width, "height": 800})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in (
        *(f"seminars/ask/?at={step}" for step in STEPS),
        *(f"seminars/ask/{rows['draft']}/?at={step}" for step in STEPS),
        "seminars/ask/00000000-0000-0000-0000-000000000000/",
        f"seminars/asked/{rows['asked']}/",
        *(f"seminars/asked/{rows[name]}/conditions/" for name in ("ready", "held")),
        *(f"seminars/asked/{rows[name]}/" for name in ("ready", "held")),
    ):
        page.goto(f"{address}/{language}/{path}")
        for details in page.locator("details").all():
            details.evaluate("element => element.open = true")
        violations = Axe().run(page).response["violations"]
        assert not violations, (path, [(found["id"], found["nodes"][0]["html"]) for found in violations])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert page.locator("#papers").is_visible(), "the last page has papers"
    assert not [text for text in complaints if "Content Security Policy" in text]
    assert not page.context.cookies()
    page.close()


def test_a_school_is_found_by_keyboard_and_saved_as_one_writes(
    seeded: tuple[House, str, dict[str, Any]], browser: Browser
) -> None:
    house, address, rows = seeded
    page = browser.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{address}/en/seminars/ask/")
    field = page.get_by_role("combobox", name="Name of the school")
    field.focus()
    page.keyboard.type("lanier")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_count(2)
    expect(field).to_have_attribute("aria-expanded", "true")
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "school-1")
    page.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(options).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Lanier High School")
    expect(page.get_by_label("City")).to_have_value("Jackson")
    expect(page.get_by_label("State or territory")).to_have_value("MS")
    expect(page.locator("#chosen")).to_have_text(re.compile("In the national register: 833 Maple St"))

    # Saved by itself: the address is the private link, which brings all of it back, in the other language too.
    expect(page).to_have_url(re.compile(r"/en/seminars/ask/[0-9a-f-]{36}/\?at=school$"))
    expect(page.get_by_role("status").filter(has_text="private link")).to_be_visible()
    uid = page.url.split("/")[-2]
    go_on(page, 2)
    page.go_back()
    expect(page.get_by_label("City")).to_have_value("Jackson")
    page.go_forward()
    write_the_rest(page, rows["year"])
    expect(page.get_by_text(re.compile(r"12 January .* to 12:00.p\.m\. \(Central Time\)"))).to_be_visible()
    page.get_by_role("link", name=re.compile("Change.*Who presents")).press("Enter")
    page.get_by_label("Federal agent").check()
    expect(page.get_by_role("status").filter(has_text="private link")).to_be_visible()
    go_on(page, 6)
    page.get_by_role("link", name="Español").click()
    expect(page).to_have_url(re.compile(r"/es/seminars/ask/[0-9a-f-]{36}/\?at=check$"))
    expect(page.get_by_text("Dana Cole")).to_be_visible()
    page.go_back()

    page.get_by_role("button", name="Ask for this seminar").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Please look at your e-mail.")
    kept = house.tell(
        "from outreach.seminars.models import Request, RequestDraft\n"
        "asked = Request.objects.get(school__name='Lanier High School')\n"
        f"left = RequestDraft.objects.filter(uid='{uid}').count()\n"
        "print(json.dumps([asked.presenter_kinds, left]))"
    )
    assert kept == [["educator", "federal_agent"], 0]
    page.close()


def test_two_pages_of_one_draft_lose_nothing(seeded: tuple[House, str, dict[str, Any]], browser: Browser) -> None:
    house, address, _rows = seeded
    uid = house.tell(
        "from outreach.seminars import drafts\n"
        "print(json.dumps(str(drafts.begin(typed={'city': ['Jackson']}, language='en').uid)))"
    )
    one, other = browser.new_page(), browser.new_page()
    for page in (one, other):
        page.goto(f"{address}/en/seminars/ask/{uid}/?at=school")
    one.get_by_label("City").fill("Biloxi")
    expect(one.locator("[name=edition]")).to_have_value("2")
    other.get_by_label("City").fill("Gulfport")
    expect(other.get_by_role("status").filter(has_text="another page")).to_be_visible()
    other.locator("summary", has_text="Go on later").press("Enter")
    other.get_by_role("button", name="Save and go on later").click()

    alert = other.get_by_role("alert")
    expect(alert).to_contain_text("Biloxi")
    expect(other.get_by_label("City")).to_have_value("Gulfport")
    assert Axe().run(other).response["violations"] == []
    other.get_by_role("button", name="Save and go on later").click()
    expect(other.get_by_text("Saved.", exact=True)).to_be_visible()
    one.reload()
    expect(one.get_by_label("City")).to_have_value("Gulfport")
    one.close()
    other.close()


def test_a_request_is_found_saved_and_sent(seeded: tuple[House, str, dict[str, Any]], window: BrowserContext) -> None:
    _, address, rows = seeded
    page = window.new_page()
    page.goto(f"{address}/en/seminars/ask/")
    page.get_by_label("Name of the school").fill("provine")
    look = page.get_by_role("button", name="Look it up in the national register")
    if look.is_visible():
        look.press("Enter")
        page.get_by_role("button", name="Provine High School").press("Enter")
    else:
        page.get_by_role("option", name="Provine High School").click()
    expect(page.get_by_label("City")).to_have_value("Jackson")
    page.get_by_label("City").press("Enter")  # Enter saves and goes on, and sends nothing
    expect(page).to_have_url(re.compile(r"/en/seminars/ask/[0-9a-f-]{36}/\?at=group$"))
    page.locator("summary", has_text="Go on later").click()
    page.get_by_role("button", name="Save and go on later").press("Enter")
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    write_the_rest(page, rows["year"])
    page.get_by_role("button", name="Ask for this seminar").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Please look at your e-mail.")


def test_staff_answer_by_keyboard_and_the_school_answers_back(
    seeded: tuple[House, str, dict[str, Any]], browser: Browser
) -> None:
    house, address, _rows = seeded
    uids = house.tell(
        "from tests.outreach import factories\n"
        "from outreach.seminars.models import Request\n"
        "Request.objects.filter(state='new').update(state='withdrawn')\n"
        "from portal.seasons.models import Season\n"
        "season = Season.objects.current()\n"
        "made = [factories.request(season=season, school_name=f'School {n}', headcount=400 - 100 * n, contact_email=f'{n}@example.org') for n in range(3)]\n"
        "print(json.dumps([str(asked.uid) for asked in made]))"
    )
    page = browser.new_page()
    page.set_default_timeout(20_000)
    entering.sign_in(page, "root", PASSPHRASE, "/admin/outreach/request/queue/", address)
    cards = page.get_by_role("article")
    expect(cards).to_have_count(3)
    expect(cards.first).to_be_focused()
    found = Axe().run(page, context=".triage", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()

    page.keyboard.press("a")
    expect(page.get_by_text("School 0, Jackson: accepted.")).to_be_visible()
    expect(cards).to_have_count(2)
    expect(cards.first).to_be_focused()
    page.keyboard.press("b")
    page.keyboard.type("Abide: how many rooms?")  # letters of a field are no keys of the card
    page.keyboard.press("Enter")
    expect(page.get_by_text("School 1, Jackson: asked.")).to_be_visible()
    expect(cards.first).to_be_focused()
    page.keyboard.press("d")
    page.keyboard.type("Nobody lives near.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("School 2, Jackson: declined.")).to_be_visible()

    school = browser.new_page()
    school.goto(f"{address}/en/seminars/asked/{uids[1]}/")
    expect(school.get_by_text("Abide: how many rooms?")).to_be_visible()
    school.get_by_label("Your answer").fill("Two.")
    school.get_by_role("button", name="Send my answer").press("Enter")
    expect(school.get_by_text("We have it. A person will read it.")).to_be_visible()
    page.goto(f"{address}/admin/outreach/request/queue/")
    expect(cards).to_have_count(1)
    expect(cards.first).to_contain_text("Two.")
    school.close()
    page.close()
