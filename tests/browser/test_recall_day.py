"""A number changes: what a coordinator sees before it does, and what three clicks bring."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PASSPHRASE
from tests.browser.test_posters_day import WORK, press, window
from tests.outreach.registration.house import House

pytestmark = [pytest.mark.slow, pytest.mark.browser]

OLD, NEW = "1-888-373-7888", "1-800-555-0199"
NEW_TEXT = "555019"
PEOPLE = {"cora": "coordinator", "abe": "approver"}
SET_UP = f"""
from django.core.management import call_command
from campaign.printing import batches, scope
from outreach.channels.models import Channel
from portal.jobs import runners
from portal.people.models import RoleGrant, User
from portal.seasons.models import Season
from tests import entering
call_command("demo", verbosity=0)
for name, role in {PEOPLE!r}.items():
    user = User.objects.create_user(username=name, password="{PASSPHRASE}", is_staff=True)
    RoleGrant.objects.create(user=user, role=role)
    entering.enrol(user)
call = Channel.objects.get(slug="us-hotline-call")
local = Channel.objects.create(
    slug="local", name="Local line", kind="voice", value="1-601-555-0100", audience=call.audience,
    answered_by=call.answered_by, area_id="MS", operator="Local", source="Test", confidence="H",
)
batch = batches.create(scope.everything(Season.objects.current()), languages=["en", "es"], announce=False)
job = runners.run(batch.job_id)
assert job.state == "done", job.error
print(json.dumps([call.pk, local.pk]))
"""


VERIFY = f"""
from outreach.channels import checking
from outreach.channels.models import Channel
from portal.people.models import User
for name in ("bea", "cem"):
    by, _ = User.objects.get_or_create(username=name)
    # Whichever of these tests came first: a new value that waits for its checks is printed by nobody.
    for line in Channel.objects.filter(value__in=[{NEW!r}, {NEW_TEXT!r}]):
        checking.record(channel=line, by=by, how="read", result="reaches")
print("{{}}")
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A portal with the demo, printed in two languages, and a local line on the posters of Mississippi."""
    house = House(tmp_path_factory.mktemp("recall"))
    house.migrate()
    return house


@pytest.fixture(scope="module")
def lines(house: House) -> tuple[int, int]:
    """The national number to call and the local line, by key."""
    national, local = house.tell(SET_UP)
    return national, local


@pytest.fixture(scope="module")
def site(house: House, lines: tuple[int, int]) -> Iterator[str]:
    with house.serving() as port:
        yield f"http://127.0.0.1:{port}"


def all_is_shown(page: Page, value: str) -> None:
    """What carries a number stands on the page while nothing is confirmed yet."""
    expect(page.get_by_role("heading", name=f"What carries {value}")).to_be_visible()
    for words in ("Poster pages", "Placements", "Packets", "Batches"):
        expect(page.locator("dt", has_text=words).first).to_be_visible()
    expect(page.get_by_text("Mississippi:")).to_be_visible()
    expect(page.get_by_role("link", name="Order the reprint")).to_have_count(0)


def act(page: Page, action: str, key: int) -> None:
    """One action on one line in the list of channels."""
    page.goto("/admin/outreach/channel/")
    page.locator(f"input.action-select[value='{key}']").check()
    page.locator("select[name=action]").select_option(action)
    page.locator("button[name=index]").first.click()


def test_a_number_that_was_replaced_is_recalled_in_three_clicks(
    browser: Browser, site: str, house: House, lines: tuple[int, int], tmp_path: Path
) -> None:
    key, _ = lines
    with window(browser, site, who="cora") as page:
        page.goto(f"/admin/campaign/batch/recall/{key}/")
        all_is_shown(page, OLD)
        expect(page.get_by_text("Station cards and return slips carry it too.")).to_be_visible()
        page.locator("#id_value").fill(NEW)
        page.get_by_label("Source").fill("Letter of the operator")
        press(page, "Confirm: the number changed")  # the first click
        expect(page.get_by_text("Waiting")).to_be_visible()
        house.tell(VERIFY)
        house.tell(WORK)
        with page.expect_download() as fetched:
            page.get_by_role("link", name="All lists and stickers, zip").click()
        fetched.value.save_as(tmp_path / "recall.zip")
        names = zipfile.ZipFile(tmp_path / "recall.zip").namelist()
        assert {"takedown-list.csv", "takedown-list-MS.pdf", "cover-stickers.pdf"} <= set(names)
        page.get_by_role("link", name="Order the reprint").first.click()  # the second
        page.get_by_role("button", name="Print ").first.click()  # the third
        page.wait_for_url("**/change/**")
        expect(page.get_by_role("heading", name=f"Reprint without {OLD}").first).to_be_visible()


def test_a_line_that_ends_shows_all_before(browser: Browser, site: str, lines: tuple[int, int]) -> None:
    _, key = lines
    with window(browser, site, who="cora") as page:
        page.goto(f"/admin/campaign/batch/recall/{key}/")
        all_is_shown(page, "1-601-555-0100")
        page.get_by_label("There is no new value").check()
        press(page, "Confirm: the number changed")
        expect(page.get_by_text("Nothing of its own replaces it.")).to_be_visible()


def test_a_failed_check_leads_there_too_and_nobody_verifies_their_own_value(
    browser: Browser, site: str, house: House, lines: tuple[int, int]
) -> None:
    text = house.tell(
        "from outreach.channels.models import Channel\nprint(Channel.objects.get(slug='us-hotline-text').pk)"
    )
    with window(browser, site, who="cora") as page:
        act(page, "retire", text)
        expect(page.get_by_text("poster pages. Choose “This number changed”")).to_be_visible()
        act(page, "number_changed", text)
        all_is_shown(page, "233733")
        page.locator("#id_value").fill(NEW_TEXT)
        page.get_by_label("Source").fill("Nobody answered; the operator wrote")
        press(page, "Confirm: the number changed")
        expect(page.get_by_text(NEW_TEXT).first).to_be_visible()
        new = house.tell(
            f"from outreach.channels.models import Channel\nprint(Channel.objects.get(value='{NEW_TEXT}').pk)"
        )
        act(page, "checked_today", new)
        expect(page.get_by_text(f"You typed {NEW_TEXT} yourself")).to_be_visible()
    with window(browser, site, who="abe") as page:
        act(page, "checked_today", new)
        expect(page.get_by_text("1 value is checked today")).to_be_visible()
