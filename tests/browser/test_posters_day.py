"""A day with posters, as five people live it: from a designer's file to a wall, and from a changed word to stale."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.typesetting import decode_pdf
from tests import entering
from tests.browser.conftest import PASSPHRASE
from tests.outreach.registration.house import ROOT, House

pytestmark = [pytest.mark.slow, pytest.mark.browser]

GUIDE = (ROOT / "docs" / "designs.md").read_text(encoding="utf-8")
EXAMPLE = GUIDE.partition("```typ\n")[2].partition("```")[0]
PEOPLE = {"dana": "designer", "tran": "translator", "tove": "translator", "abe": "approver", "cora": "coordinator"}
WORK = """
from portal.jobs import runners
from portal.jobs.models import Job
for pk in list(Job.objects.filter(state=Job.State.QUEUED).values_list("pk", flat=True)):
    runners.run(pk)
print(list(Job.objects.order_by("id").values_list("state", flat=True)).__repr__().replace("'", '"'))
"""
REFRESH = """
from django.utils import timezone
from campaign.posters import gallery
gallery.refresh(timezone.localdate(), designs=["plain", "first-light"])
print("{}")
"""
MAILED = """
from post_office.models import Email
print(json.dumps(Email.objects.latest("id").message))
"""
LOGO = """
from outreach.agencies.logo_rights import upload
from outreach.agencies.models import Agency
from tests.portal.files.hostile import PNG
logo = upload(agency=Agency.objects.first(), name="Seal of the day", alt_text="Seal", content=PNG, by=None)
print(json.dumps(str(logo)))
"""
PERMISSION = """
import datetime as dt
from outreach.agencies.logo_rights import approve, record_permission
from outreach.agencies.logos import Logo
from portal.people.models import User
from tests.portal.files.hostile import PNG
recorded = record_permission(
    logo=Logo.objects.get(name="Seal of the day"), scopes=["posters"], document=PNG, granted_by="Public Affairs",
    granted_on=dt.date(2026, 1, 1), expires_on=dt.date(2099, 1, 1), by=None,
)
approve(permission_id=recorded.pk, by=User.objects.first())
print("{}")
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A portal with the demo and five people; one sheet, so that trials and the gallery are soon done."""
    house = House(tmp_path_factory.mktemp("day"))
    house.migrate()
    house.tell(
        "from django.core.management import call_command\n"
        "from django.utils import timezone\n"
        "from campaign.posters.models import Sheet\n"
        "from portal.people.models import RoleGrant, User\n"
        "from tests import entering\n"
        "call_command('demo', verbosity=0)\n"
        "Sheet.objects.exclude(slug='letter').update(retired_at=timezone.now())\n"
        f"for name, role in {PEOPLE!r}.items():\n"
        f"    user = User.objects.create_user(username=name, password='{PASSPHRASE}', is_staff=True)\n"
        "    RoleGrant.objects.create(user=user, role=role)\n"
        "    entering.enrol(user)\n"
        "print('{}')"
    )
    return house


@pytest.fixture(scope="module")
def site(house: House) -> Iterator[str]:
    with house.serving() as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def window(browser: Browser, site: str, *, who: str = "", scripts: bool = True) -> Iterator[Page]:
    """A window of one person, signed in with an account or nobody's."""
    context = browser.new_context(base_url=site, java_script_enabled=scripts, accept_downloads=True)
    context.set_default_timeout(45_000)
    page = context.new_page()
    if who:
        entering.sign_in(page, who, PASSPHRASE, "/admin/")
        page.wait_for_url("**/admin/")
    yield page
    context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def revised(page: Page, address: str, label: str, words: str) -> str:
    """A new version of a text with other words, submitted; returns the address of its page."""
    page.goto(address)
    press(page, "Revise: write a new version")
    page.wait_for_url("**/edit/")
    page.get_by_label(label, exact=True).fill(words)
    press(page, "Save and submit for review")
    expect(page.get_by_text("another person signs it").first).to_be_visible()
    return page.url


def page_of(page: Page, language: str) -> str:
    """The address of the text of a language that stands first in the list."""
    page.goto(f"/admin/campaign/textset/?q={language}")
    page.locator("#result_list tbody tr a[href*='/textset/']").first.click()
    page.wait_for_url("**/change/**")
    return page.url.partition("?")[0]


def signed_from_outside(browser: Browser, site: str, house: House) -> None:
    """A reviewer without an account signs the French draft of the release, once."""
    with window(browser, site, who="abe") as page:
        page_of(page, "fr")
        page.get_by_role("link", name="Ask somebody outside to review it").click()
        page.locator("#id_name").fill("Marie Petit, Office of Languages")
        page.locator("#id_email").fill("marie@office.example")
        press(page, "Send the link")
        expect(page.get_by_text("on its way by mail")).to_be_visible()
    link = re.search(r"https?://[^/]+(/\S+/review/\S+|/\S*review/\S+)", house.tell(MAILED))
    assert link
    with window(browser, site) as page:
        page.goto(link[1])
        expect(page.get_by_text(re.compile(r"until \w+day \d+ \w+ 20\d\d"))).to_be_visible()
        proof = page.request.get(page.locator("img.proof").get_attribute("src") or "")
        assert proof.headers["content-type"] == "image/png"
        press(page, "Yes, sign it")
        expect(page.get_by_text("You signed the text")).to_be_visible()
        assert page.context.cookies() == []
        assert page.goto(link[1]).status == 410  # type: ignore[union-attr]


def test_design_goes_from_its_file_to_the_gallery(browser: Browser, site: str, house: House, tmp_path: Path) -> None:
    file = tmp_path / "plain.typ"
    file.write_text(EXAMPLE, encoding="utf-8")
    with window(browser, site, who="dana") as page:
        page.goto("/admin/campaign/design/new/")
        page.locator("input[type=file]").set_input_files(file)
        press(page, "Add the design")
        page.wait_for_url("**/change/")
        address = page.url
        expect(page.get_by_role("button", name="Submit for review")).to_have_count(0)
        assert "failed" not in house.tell(WORK)
        expect(page.get_by_text("every code was read back")).to_be_visible()
        press(page, "Submit for review")
        expect(page.get_by_text("You drew this version")).to_be_visible()
        expect(page.get_by_role("button", name="Approve version 1")).to_have_count(0)
    with window(browser, site, who="abe") as page:
        page.goto(address)
        press(page, "Approve version 1")
        expect(page.get_by_text("Approved. It can be printed.")).to_be_visible()
    house.tell(REFRESH)
    with window(browser, site) as page:
        page.goto("/en/posters/?audience=public")
        expect(page.get_by_role("heading", name="Plain")).to_be_visible()


def test_texts_are_signed_by_others_and_stale_once_english_changes(browser: Browser, site: str, house: House) -> None:
    with window(browser, site, who="tran") as page:
        vietnamese = revised(page, page_of(page, "vi"), "Free. Ask for your language.", "Miễn phí, bằng tiếng của bạn.")
        expect(page.get_by_role("button", name=re.compile("^Sign"))).to_have_count(0)
    with window(browser, site, who="tove") as page:
        page.goto(vietnamese)
        page.get_by_role("button", name=re.compile("^Sign version")).click()
        expect(page.get_by_text("Signed. It can be printed.")).to_be_visible()
    house.tell(REFRESH)
    with window(browser, site) as page:
        page.goto("/en/posters/?language=vi")
        taken = page.locator("a[href*='/letter/vi.pdf']").first.get_attribute("href") or ""
        assert page.request.get(taken).status == 200
    signed_from_outside(browser, site, house)
    with window(browser, site, who="tran") as page:
        english = revised(page, page_of(page, "en"), "Free. Ask for your language.", "Free, always.")
    with window(browser, site, who="abe") as page:
        page.goto(english)
        page.get_by_role("button", name=re.compile("^Sign version")).click()
        expect(page.get_by_text("Signed. It can be printed.")).to_be_visible()
        page.goto(vietnamese)
        expect(page.get_by_text("English changed on").first).to_be_visible()
        assert page.request.get(taken).status == 404


def test_logo_without_permission_is_refused_and_works_with_one(browser: Browser, site: str, house: House) -> None:
    called = house.tell(LOGO)

    def look(page: Page) -> None:
        page.goto("/admin/campaign/batch/new/?what=all&languages=en&design=common-ground")
        page.get_by_label("Partner’s logo").select_option(label=called)
        press(page, "Look again at what this means")

    with window(browser, site, who="cora") as page:
        look(page)
        expect(page.get_by_text("has no permission for posters that we print").first).to_be_visible()
        expect(page.locator("button[name=print]")).to_have_count(0)
        house.tell(PERMISSION)
        look(page)
        expect(page.get_by_text("has no permission")).to_have_count(0)
        expect(page.locator("button[name=print]")).to_have_count(1)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_code_of_a_school_poster_resolves(browser: Browser, site: str, scripts: bool) -> None:
    with window(browser, site, scripts=scripts) as page:
        page.goto("/en/posters/make/")
        page.locator("#id_name").fill("Quillfeather School")
        with page.expect_download() as caught:
            page.locator("button[value=pdf]").click()
        ((said,),) = decode_pdf(Path(caught.value.path()).read_bytes())
        answer = page.request.get("/Q/" + said.rpartition("/")[2], max_redirects=0)
        assert answer.status in {302, 303, 307}
        assert "/near/us/" in answer.headers["location"]
