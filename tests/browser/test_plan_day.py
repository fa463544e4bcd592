"""A plan in a real browser: moved by keyboard and by drag, its conflicts said at once, approved with one button."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import entering
from tests.browser.conftest import PASSPHRASE
from tests.outreach.registration.house import House

pytestmark = [pytest.mark.slow, pytest.mark.browser]

WORLD = f"""
from outreach.seminars.plans import solving
from outreach.seminars.models import Presenter
from portal.jobs import runners
from portal.people.models import User
from tests.outreach import factories
from tests.outreach.seminars.plans import rows
from tests import entering
entering.enrol(User.objects.create_superuser("root", password={PASSPHRASE!r}))
season = factories.season_ahead()
days = rows.school_days(season)
for name in ("Lanier High School", "Murrah High School"):
    rows.asked(season, school_name=name, grades="adults", days=days)
rows.offers(name="Robin Hale", radius_miles=80)
rows.offers(name="Kim Vale", email="kim@lamp.example.org", radius_miles=80)
rows.offers(name="Sam Pike", email="sam@lamp.example.org", kind="local_police")
plan = solving.start(season=season, by=None, seconds=5)
runners.run(plan.job_id)
plan.refresh_from_db()
assert plan.served == 2, plan.failure
print(json.dumps(plan.pk))
"""


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, House]]:
    """The address of a portal with a plan for two schools, and the portal."""
    house = House(Path(tmp_path_factory.mktemp("planned")))
    house.migrate()
    assert house.tell(WORLD) == 1
    with house.serving() as port:
        yield f"http://127.0.0.1:{port}", house


@pytest.fixture
def desk(browser: Browser, planned: tuple[str, House]) -> Iterator[Page]:
    """A wide window, signed in; but for moves that the server refuses the browser complains of nothing."""
    # A copy of the plan for each test: what one does to its own is nothing to the others.
    plan = planned[1].tell(
        "from outreach.seminars.plans import editing\nprint(json.dumps(editing.copy(plan_id=1, by=None).pk))"
    )
    context = browser.new_context(base_url=planned[0], viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    window = context.new_page()
    complaints: list[str] = []
    window.on("pageerror", lambda error: complaints.append(str(error)))
    entering.sign_in(window, "root", PASSPHRASE, f"/admin/outreach/planversion/{plan}/change/%3Fview=calendar")
    expect(window.locator("[data-calendar]")).to_be_visible()
    yield window
    context.close()
    assert not complaints, "\n".join(complaints)


def chip(page: Page, school: str) -> Locator:
    """The chip of a school in the calendar."""
    return page.locator(".plan-chip", has_text=school)


def row_of(page: Page, presenter: str) -> Locator:
    """A presenter's week."""
    return page.locator("tbody tr", has=page.get_by_role("rowheader", name=presenter))


def test_seminar_is_moved_by_keyboard_and_conflicts_are_said_at_once(desk: Page) -> None:
    held = chip(desk, "Lanier High School")
    before = held.locator("xpath=ancestor::tr").get_by_role("rowheader").inner_text()
    other = "Kim Vale" if before == "Robin Hale" else "Robin Hale"
    says = desk.locator(".plan-says")
    held.focus()
    desk.keyboard.press("Space")
    expect(says).to_contain_text("Picked up")
    # Rows stand by name: Kim, Robin, Sam. The police row is the last.
    for _ in range(3):
        desk.keyboard.press("ArrowDown")
    expect(says).to_contain_text("Local police")
    expect(desk.locator("td.is-target.is-wrong")).to_have_count(1)
    desk.keyboard.press("Enter")
    expect(says).to_contain_text("Not moved.")
    expect(chip(desk, "Lanier High School").locator("xpath=ancestor::tr").get_by_role("rowheader")).to_have_text(before)
    desk.keyboard.press("Space")
    desk.keyboard.press("Escape")
    expect(says).to_contain_text("Left where it was")
    desk.keyboard.press("Space")
    desk.keyboard.press("ArrowUp" if before == "Robin Hale" else "ArrowDown")
    expect(says).to_contain_text("points")
    desk.keyboard.press("Enter")
    expect(says).to_contain_text("Nobody is told before the plan is approved.")
    expect(row_of(desk, other).locator(".plan-chip", has_text="Lanier High School")).to_be_focused()


def test_seminar_is_moved_by_drag(desk: Page) -> None:
    moved = chip(desk, "Murrah High School")
    cell = moved.locator("xpath=ancestor::td")
    day, name = (
        cell.get_attribute("data-day"),
        moved.locator("xpath=ancestor::tr").get_by_role("rowheader").inner_text(),
    )
    target = row_of(desk, name).locator(f"td[data-day]:not([data-day='{day}']):not(.is-off)")
    days = target.evaluate_all("cells => cells.map(cell => cell.dataset.day)")
    # Another of the school's days: Tuesday to Thursday.
    wished = next(each for each in days if each != day and dt.date.fromisoformat(each).weekday() in {1, 2, 3})
    there = row_of(desk, name).locator(f"td[data-day='{wished}']")
    moved.hover()
    desk.mouse.down()
    there.hover()
    there.hover(position={"x": 12, "y": 12})
    desk.mouse.up()
    expect(desk.locator(".plan-says")).to_contain_text("Nobody is told before the plan is approved.")
    expect(row_of(desk, name).locator(f"td[data-day='{wished}'] .plan-chip", has_text="Murrah")).to_be_visible()


def test_plan_is_looked_at_and_approved_by_keyboard(desk: Page, planned: tuple[str, House]) -> None:
    desk.get_by_role("link", name="Approve…").focus()
    desk.keyboard.press("Enter")
    button = desk.get_by_role("button", name="Approve 2 seminars")
    expect(button).to_be_visible()
    button.focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Approved: 2 open, 0 wait.")).to_be_visible()
    expect(desk.locator("#plan-stands")).to_contain_text("approved")
    count = planned[1].tell(
        "from outreach.seminars.models import Seminar\n"
        "print(json.dumps(Seminar.objects.filter(state='open', presenter__isnull=False).count()))"
    )
    assert count == 2
