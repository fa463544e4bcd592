"""A register's file by keyboard alone: uploaded, looked at, taken, undone; without barriers, wide and on a phone."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests import entering
from tests.browser.conftest import PASSPHRASE, WIDTHS
from tests.outreach.registration.house import House
from tests.outreach.schools.test_importing import CCD_ROW

pytestmark = [pytest.mark.slow, pytest.mark.browser]

WORLD = f"""
from portal.people.models import User
from tests import entering
entering.enrol(User.objects.create_superuser("root", password={PASSPHRASE!r}))
print("{{}}")
"""
WORK = """
from portal.imports.models import TakenImport
from portal.jobs import runners
taken = TakenImport.objects.latest("pk")
runners.run(taken.job_id)
taken.refresh_from_db()
print(json.dumps(taken.state))
"""
NEW = 120
MOST_TABS = 120
CUT = """box => [...box.querySelectorAll("td, tbody th, li, p")]
    .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent.trim())"""
"""Texts that are wider than their place."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, House]]:
    """The address of a portal with nothing in it but somebody who may import, and the portal."""
    house = House(Path(tmp_path_factory.mktemp("register")))
    house.migrate()
    house.tell(WORLD)
    with house.serving() as port:
        yield f"http://127.0.0.1:{port}", house


@pytest.fixture(params=WIDTHS)
def page(browser: Browser, desk: tuple[str, House], request: pytest.FixtureRequest) -> Iterator[Page]:
    """A window, signed in; whatever the browser complains of fails the test."""
    context = browser.new_context(base_url=desk[0], viewport={"width": request.param, "height": 900})
    context.set_default_timeout(15_000)
    window = context.new_page()
    complaints: list[str] = []
    window.on("pageerror", lambda error: complaints.append(str(error)))
    entering.sign_in(window, "root", PASSPHRASE, "/admin/outreach/school/register")
    expect(window.locator("#id_file")).to_be_visible()
    yield window
    context.close()
    assert not complaints, "\n".join(complaints)


def register(folder: Path, *, name: str = "School") -> Path:
    """New schools, and two rows that are refused."""
    rows = [CCD_ROW | {"NCESSCH": f"{number:012}", "SCH_NAME": f"{name} {number}"} for number in range(1, NEW + 3)]
    rows[0]["LSTATE"] = "ZZ"
    rows[1]["LZIP"] = "123 and a very long remark without an end, which somebody wrote into this cell of the sheet"
    path = folder / "ccd_sch_029_2526_w_1a_073124_of_the_whole_nation.csv"
    lines = [list(CCD_ROW), *(list(row.values()) for row in rows)]
    path.write_text("\n".join(",".join(json.dumps(cell) if "," in cell else cell for cell in line) for line in lines))
    return path


def reach(page: Page, wanted: Locator) -> None:
    """By the tabulator alone."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is not reached within {MOST_TABS} steps")


def press(page: Page, wanted: Locator) -> None:
    """Goes there by the tabulator, and presses Enter."""
    reach(page, wanted)
    page.keyboard.press("Enter")


def has_no_barrier(page: Page) -> None:
    """Nor is it wider than its window."""
    found = Axe().run(page, context="#content", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert page.locator("#content").evaluate(CUT) == []


def test_register_is_uploaded_looked_at_taken_and_undone_by_keyboard(
    page: Page, desk: tuple[str, House], tmp_path: Path
) -> None:
    house = desk[1]
    has_no_barrier(page)
    with page.expect_file_chooser() as chooser:
        press(page, page.locator("#id_file"))
    chooser.value.set_files(register(tmp_path))
    press(page, page.get_by_role("button", name="Read it, and show what it would change"))
    expect(page.get_by_role("status")).to_contain_text("Being read")
    has_no_barrier(page)

    assert house.tell(WORK) == "read"
    expect(page.get_by_role("button", name=f"Take {NEW} rows")).to_be_visible()
    has_no_barrier(page)
    press(page, page.locator("summary").first)
    expect(page.get_by_text("Postal code: 85004").first).to_be_visible()
    has_no_barrier(page)
    press(page, page.get_by_role("link", name="Next").first)
    press(page, page.get_by_role("link", name="Next").first)
    expect(page.get_by_text("Page 3 of 3").first).to_be_visible()
    expect(page.get_by_role("rowheader", name=f"School {NEW + 2}")).to_be_visible()
    press(page, page.get_by_role("link", name="Refused 2"))
    expect(page.get_by_role("cell", name="use its two letters")).to_be_visible()
    has_no_barrier(page)

    press(page, page.get_by_role("button", name=f"Take {NEW} rows"))
    expect(page.get_by_role("status")).to_contain_text("Being taken")
    assert house.tell(WORK) == "taken"
    expect(page.get_by_role("status")).to_have_text("Taken")
    has_no_barrier(page)

    press(page, page.get_by_role("link", name="Undo this import"))
    expect(page.get_by_text("All of them go back to what they were")).to_be_visible()
    has_no_barrier(page)
    press(page, page.get_by_role("button", name="Undo this import"))
    expect(page.get_by_role("status")).to_contain_text("Being undone")
    assert house.tell(WORK) == "undone"
    expect(page.get_by_role("status")).to_have_text("Undone")
    has_no_barrier(page)
