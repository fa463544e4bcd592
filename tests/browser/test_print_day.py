"""A print manager's day: an order that fails its checks, is mended, printed by a worker that dies once, and fetched."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, Page, expect

from portal.typesetting import decode_pdf
from tests.browser.conftest import PASSPHRASE
from tests.browser.test_posters_day import press, window
from tests.faults.batch_copy import Copy, broker_of, eventually
from tests.outreach.registration.house import House

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.faults]

PEOPLE = {"pia": "print_manager", "cora": "coordinator"}
STATIONS = 40
POSTERS = 2 * (12 + 3 * STATIONS)
SET_UP = f"""
from campaign.places.planning import plan_placements
from outreach.channels.models import Channel
from portal.people.models import RoleGrant, User
from portal.seasons.models import Season
from tests import entering
from tests.campaign.printing import network
season = Season.objects.current()
small = network.build(season)
for number in range({STATIONS}):
    network.station(small.operator, f"MS{{number:02}}", f"Halt {{number:02}}", state="MS")
plan_placements(season=season)
for name, role in {PEOPLE!r}.items():
    user = User.objects.create_user(username=name, password="{PASSPHRASE}", is_staff=True)
    RoleGrant.objects.create(user=user, role=role)
    entering.enrol(user)
print(json.dumps([Channel.objects.get(slug="us-hotline-text").pk, str(season.starts_on)]))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A data folder whose broker and workers the test starts and kills."""
    return Copy(tmp_path_factory.mktemp("print"))


@pytest.fixture(scope="module")
def line(copy: Copy) -> tuple[int, dt.date]:
    """A railway that is planned, and two people: the key of the number to text, and the first day of January."""
    house = House(copy.folder)
    house.migrate()
    key, begins = house.tell(SET_UP)
    return key, dt.date.fromisoformat(begins)


@pytest.fixture(scope="module")
def site(copy: Copy, line: tuple[int, dt.date]) -> Iterator[str]:
    with broker_of(copy), House(copy.folder).serving() as port:
        yield f"http://127.0.0.1:{port}"


def fetched(page: Page, name: str) -> Download:
    """The file behind a link."""
    with page.expect_download() as caught:
        page.get_by_role("link", name=name, exact=True).click()
    return caught.value


def record_the_end(page: Page, key: int, day: str) -> None:
    """Writes down until when a line is in service; nothing for a line that goes on."""
    page.goto(f"/admin/outreach/channel/{key}/change/")
    page.locator("#id_valid_to").fill(day)
    press(page, "Save")
    page.wait_for_url("**/channel/")


def test_the_network_is_ordered_mended_printed_through_a_kill_and_fetched(
    browser: Browser, site: str, copy: Copy, line: tuple[int, dt.date], tmp_path: Path
) -> None:
    key, begins = line
    with window(browser, site, who="pia") as page, window(browser, site, who="cora") as desk:
        record_the_end(desk, key, str(begins + dt.timedelta(days=9)))
        page.goto("/admin/campaign/batch/new/")
        page.get_by_role("link", name="Print everything").click()
        expect(page.get_by_role("alert")).to_contain_text("233733: it is in service until 10 January")
        expect(page.locator("button[name=print]")).to_have_count(0)

        record_the_end(desk, key, "")
        press(page, "Look again at what this means")
        expect(page.get_by_role("heading", name="0 in the way")).to_be_visible()
        press(page, f"Print {POSTERS} posters")
        page.wait_for_url("**/change/")
        expect(page.get_by_text("Waits for a worker.")).to_be_visible()
        page.route("**/progress/", lambda asked: asked.abort())
        expect(page.get_by_text("The server does not answer")).to_be_visible()
        page.unroute("**/progress/")
        expect(page.get_by_text("The server does not answer")).to_be_hidden()

        with copy.worker("one") as first:
            eventually(lambda: copy.delivered() > 2, "some packets are delivered")
            first.kill()
        packets = int(copy.ask("SELECT count(*) FROM campaign_packet"))
        assert 2 < copy.delivered() < packets
        expect(page.locator("#progress")).to_contain_text("Running")
        copy.let_the_leases_run_out()
        copy.sweep()
        with copy.worker("two"):
            expect(page.get_by_text(f"{POSTERS} of {POSTERS} posters, every code read back.")).to_be_visible(
                timeout=60_000
            )

        fetched(page, "manifest.json").save_as(tmp_path / "manifest.json")
        manifest = json.loads((tmp_path / "manifest.json").read_text())
        assert len({row["code"] for row in manifest}) == len(manifest) == POSTERS
        name = "MS-MS39-halt-39.pdf"
        fetched(page, name).save_as(tmp_path / name)
        assert decode_pdf((tmp_path / name).read_bytes()) == [[row["url"]] for row in manifest if row["file"] == name]

        page.goto("/admin/campaign/batch/new/?what=all")
        expect(page.get_by_text("Ordered already")).to_be_visible()
