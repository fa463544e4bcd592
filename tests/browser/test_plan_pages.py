"""Every page of a plan in a real browser: no barrier that axe knows, in light and dark, wide and narrow; all by keyboard.

``WAYPOST_SHOTS`` names a folder for pictures of them, to be looked at.
"""

import os
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests import entering
from tests.browser.conftest import PASSPHRASE
from tests.outreach.registration.house import House

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SHOTS = os.environ.get("WAYPOST_SHOTS", "")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
DESKS = tuple(f"desk{number}" for number in range(8))
"""Each code of an app opens once, so that many windows need many accounts."""
_next_desk = cycle(DESKS)
# A plan that is approved, and one after it that moves a seminar by hand, locks one, leaves one out, and lacks a language.
WORLD = f"""
from outreach.seminars.models import PlanVersion, Seminar
from outreach.seminars.plans import approving, editing, solving
from portal.people.models import User
from tests.outreach import factories
from tests.outreach.seminars.plans import rows
from tests import entering
for name in {DESKS!r}:
    root = User.objects.create_superuser(name, password={PASSPHRASE!r})
    entering.enrol(root)
season = factories.season_ahead()
rows.many(season, requests=30, presenters=8)
rows.asked(season, school_name="Callaway High School", language="es")
first = rows.planned(season)
approving.approve(plan_id=first.pk, edition=1, by=root)
held = Seminar.objects.exclude(presenter=None).order_by("pk").first()
Seminar.objects.filter(pk=held.pk).update(answer="confirmed")
rows.asked(season, school_name="Lanier High School", grades="adults")
second = rows.planned(season, replan=True)
given = list(second.assignments.filter(locked=False).exclude(presenter=None).order_by("pk"))
editing.lock(plan_id=second.pk, request_id=given[0].request_id, edition=1, by=root)
editing.leave_out(plan_id=second.pk, request_id=given[1].request_id, edition=2, by=root)
looked = editing.opened(second.pk)
for row in given[2:]:
    other = next((one for one in editing.choices(looked, looked.row(row.request_id)) if not one.conflicts and not one.is_now), None)
    if other is not None:
        editing.move(plan_id=second.pk, request_id=row.request_id, presenter_id=other.presenter.pk, start=other.start, mode=other.mode, edition=3, by=root)
        break
solving.fail(PlanVersion.objects.create(season=season, number=9, seconds=60, created_by=root), "It was killed. Nothing was changed.")
waits = second.assignments.get(request__school_name="Callaway High School").request_id
print(json.dumps({{"first": first.pk, "second": second.pk, "given": given[2].request_id, "waits": waits, "failed": PlanVersion.objects.get(number=9).pk}}))
"""


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, int]]]:
    """The address of a portal with two plans and one that failed, and their keys."""
    house = House(Path(tmp_path_factory.mktemp("plans")))
    house.migrate()
    keys = house.tell(WORLD)
    with house.serving() as port:
        yield f"http://127.0.0.1:{port}", keys


def addresses(keys: dict[str, int]) -> dict[str, str]:
    """Every page of plans by a name."""
    plan = f"{keys['second']}"
    return {
        "list": "",
        "table": f"{plan}/change/",
        "map": f"{plan}/change/?view=map",
        "calendar": f"{plan}/change/?view=calendar",
        "seminar": f"{plan}/request/{keys['given']}/",
        "nobody": f"{plan}/request/{keys['waits']}/",
        "compare": f"{plan}/compare/{keys['first']}/",
        "approve": f"{plan}/approve/",
        "failed": f"{keys['failed']}/change/",
        "recruiting": "recruitment/",
    }


def is_complaint(message: ConsoleMessage) -> bool:
    """Whether the browser found a fault of ours."""
    return message.type == "error" and "409" not in message.text


@pytest.fixture(params=[1280, 390])
def desk(browser: Browser, planned: tuple[str, dict[str, int]], request: pytest.FixtureRequest) -> Iterator[Page]:
    """A window, wide and narrow, signed in; what the browser complains of fails the test, but for moves refused (409)."""
    context = browser.new_context(base_url=planned[0], viewport={"width": request.param, "height": 900})
    context.set_default_timeout(15_000)
    window = context.new_page()
    complaints: list[str] = []
    window.on("pageerror", lambda error: complaints.append(str(error)))
    window.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
    entering.sign_in(window, next(_next_desk), PASSPHRASE, "/admin/outreach/planversion/")
    expect(window.get_by_role("link", name="Plan 2")).to_be_visible()
    yield window
    context.close()
    assert not complaints, "\n".join(complaints)


def barriers(page: Page) -> list[Any]:
    """What axe finds in the page's own part; the frame round it is Unfold's."""
    found = Axe().run(page, context=".plan, .plan-begin", options=RULES)
    return [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_barrier_and_fit(desk: Page, planned: tuple[str, dict[str, int]], scheme: Any) -> None:
    desk.emulate_media(color_scheme=scheme)
    width = desk.viewport_size["width"] if desk.viewport_size else 0
    found: dict[str, Any] = {}
    for name, address in addresses(planned[1]).items():
        answer = desk.goto(f"/admin/outreach/planversion/{address}")
        assert answer is not None
        assert answer.status == 200, (name, answer.status)
        for fold in desk.locator(".plan details").all():
            fold.evaluate("fold => fold.open = true")
        if SHOTS:
            desk.screenshot(path=Path(SHOTS) / f"{name}_{width}_{scheme}.png", full_page=True)
        if wrong := barriers(desk):
            found[name] = wrong
        if wider := desk.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"):
            found[f"{name}, too wide"] = wider
    assert not found


# Of each element that Tab reaches: what it is, and whether one sees that it has the focus.
FOCUSED = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  const marks = [...at.querySelectorAll("circle, rect")].map(mark => getComputedStyle(mark));
  const shows = style.outlineStyle !== "none" || style.boxShadow !== "none"
    || marks.some(mark => mark.strokeWidth === "4px");
  const box = at.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return { number: at.dataset.number ?? "", what: at.outerHTML.slice(0, 160), shows, inside };
}"""
NUMBERED = """part => {
  const all = [...part.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
    .filter(one => one.checkVisibility());
  all.forEach((one, number) => one.dataset.number = number);
  return all.length;
}"""


@pytest.mark.parametrize("desk", [1280], indirect=True)
def test_all_is_reached_by_tab_in_order_and_seen(desk: Page, planned: tuple[str, dict[str, int]]) -> None:
    for name, address in addresses(planned[1]).items():
        desk.goto(f"/admin/outreach/planversion/{address}")
        count = desk.locator(".plan, .plan-begin").first.evaluate(NUMBERED)
        assert count, name
        desk.locator("[data-number='0']").focus()
        for number in range(count):
            at = desk.evaluate(FOCUSED)
            assert at["number"] == str(number), (name, number, at["what"])
            assert at["inside"], (name, at["what"])
            assert at["shows"] or not number, (name, at["what"])  # the first was not reached by the keyboard
            desk.keyboard.press("Tab")


@pytest.mark.parametrize("desk", [390], indirect=True)
def test_seminar_is_given_to_somebody_else_by_keyboard(desk: Page, planned: tuple[str, dict[str, int]]) -> None:
    desk.goto(f"/admin/outreach/planversion/{addresses(planned[1])['seminar']}")
    before = desk.locator(".poster-state.is-approved").first.inner_text()
    desk.get_by_role("button", name="Take this").first.focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Nobody is told before the plan is approved.")).to_be_visible()
    expect(desk.locator(".poster-state.is-approved").first).not_to_have_text(before)


@pytest.mark.parametrize("desk", [1280], indirect=True)
def test_held_seminar_has_no_barrier(desk: Page, planned: tuple[str, dict[str, int]]) -> None:
    desk.goto(f"/admin/outreach/planversion/{addresses(planned[1])['calendar']}")
    chip = desk.locator("td .plan-chip[data-request]").first
    chip.focus()
    desk.keyboard.press("Space")
    expect(desk.locator(".plan-says")).to_contain_text("Picked up")
    desk.keyboard.press("ArrowRight")
    expect(desk.locator("td.is-target")).to_have_count(1)
    expect(desk.locator(".plan-says")).to_contain_text(": ")
    assert barriers(desk) == []
    desk.keyboard.press("Escape")
    expect(chip).to_be_focused()
