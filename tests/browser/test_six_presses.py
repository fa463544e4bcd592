"""From a request that waits to a seminar that is approved: at most six presses, all of them by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import entering
from tests.browser.conftest import PASSPHRASE
from tests.outreach.registration.house import House

pytestmark = [pytest.mark.slow, pytest.mark.browser]
MOST = 6

WORLD = f"""
from django.utils import timezone
from outreach.seminars.models import Request
from portal.people.models import User
from tests.outreach import factories
from tests.outreach.seminars.plans import rows
from tests import entering
entering.enrol(User.objects.create_superuser("root", password={PASSPHRASE!r}))
season = factories.season_ahead()
factories.child_line()
rows.asked(
    season, school_name="Lanier High School", confirmed_at=timezone.now(), parents_told_on=factories.day_come(),
    opt_out="The office", counsellor_present=True, private_room="Room 14",
)
Request.objects.update(state="new")
rows.offers(name="Robin Hale", radius_miles=80)
print(json.dumps(1))
"""
WORK = """
from portal.jobs import runners
from outreach.seminars.models import PlanVersion
plan = PlanVersion.objects.get()
runners.run(plan.job_id)
plan.refresh_from_db()
print(json.dumps([plan.state, plan.served]))
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, House]]:
    """The address of a portal with one school that waits, and the portal."""
    house = House(Path(tmp_path_factory.mktemp("asked")))
    house.migrate()
    house.tell(WORLD)
    with house.serving() as port:
        yield f"http://127.0.0.1:{port}", house


class Presses:
    """Presses by keyboard, and counts them."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, what: Locator) -> None:
        self.made.append(what.inner_text().strip())
        what.focus()
        what.press("Enter")


def test_a_request_becomes_an_approved_seminar_in_six_presses(asked: tuple[str, House], browser: Browser) -> None:
    address, house = asked
    page: Page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(20_000)
    entering.sign_in(page, "root", PASSPHRASE, "/admin/", address)
    press = Presses()

    press(page.get_by_role("link", name="Triage 1 request"))
    press(page.get_by_role("button", name="Accept Lanier High School"))
    expect(page.get_by_text("Lanier High School, Jackson: accepted.")).to_be_visible()
    press(page.get_by_role("button", name="Optimise 1 accepted request"))
    page.wait_for_url("**/planversion/*/change/**")
    assert house.tell(WORK) == ["draft", 1]
    page.reload()  # the page does so by itself while a worker runs
    press(page.get_by_role("link", name="Approve…"))
    press(page.get_by_role("button", name="Approve 1 seminar"))
    expect(page.get_by_text("Approved: 1 open, 0 wait.")).to_be_visible()

    assert len(press.made) <= MOST, press.made
    kept = house.tell(
        "from outreach.seminars.models import Seminar\n"
        "one = Seminar.objects.get()\n"
        "print(json.dumps([one.state, one.audience, one.approved_by.username, one.presenter.name]))"
    )
    assert kept == ["open", "students", "root", "Robin Hale"]
    page.close()
