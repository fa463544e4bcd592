"""Signing in as people do it: a real passkey in a real browser, an app's codes, and the way through the first day."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from portal.people import codes
from tests import entering
from tests.browser.conftest import PASSPHRASE, WIDTHS
from tests.outreach.registration.house import House

pytestmark = [pytest.mark.slow, pytest.mark.browser]

WORLD = f"""
from portal.people import lockout
from portal.people.models import User
from tests import entering
for width in {WIDTHS}:
    for name in ("eva", "ada", "mia"):
        User.objects.create_superuser(f"{{name}}{{width}}", password={PASSPHRASE!r})
print("{{}}")
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A portal with people who have no second factor yet."""
    made = House(tmp_path_factory.mktemp("sign-in"))
    made.migrate()
    made.tell(WORLD)
    return made


@pytest.fixture(scope="module")
def address(house: House) -> Iterator[str]:
    """Its address: passkeys belong to a name, not to a number."""
    with house.serving() as port:
        yield f"http://localhost:{port}"


@pytest.fixture(params=WIDTHS)
def window(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A window that complains of nothing, with a device that holds passkeys."""
    context = browser.new_context(base_url=address, viewport={"width": request.param, "height": 900})
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    device(page)
    yield page
    context.close()
    assert not complaints, "\n".join(complaints)


def device(page: Page, *, knows_its_holder: bool = True) -> Any:
    """Gives the browser a device as phones have one: it keeps passkeys and knows its holder."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": knows_its_holder,
        "automaticPresenceSimulation": True,
    }
    return session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def who(name: str, page: Page) -> str:
    """The account of a test at the window's width."""
    assert page.viewport_size
    return f"{name}{page.viewport_size['width']}"


def first_factor(page: Page, name: str, then: str = "/admin/") -> None:
    """Name and password."""
    page.goto(f"/account/sign-in/?next={then}")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(PASSPHRASE)
    page.get_by_role("button", name="Go on").click()


def is_sound(page: Page) -> None:
    """Nothing that keeps somebody out, nothing wider than the window."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0


def test_passkey_is_added_on_the_first_day_and_signs_in_alone_ever_after(window: Page) -> None:
    first_factor(window, who("eva", window))
    expect(window.get_by_role("heading", name="Choose your second factor")).to_be_visible()
    is_sound(window)
    window.goto("/admin/outreach/agency/")
    expect(window.get_by_role("heading", name="Choose your second factor")).to_be_visible()
    window.get_by_role("link", name="A passkey").click()
    is_sound(window)
    window.get_by_label("A name for it").fill("My phone")
    window.get_by_role("button", name="Add the passkey").click()
    expect(window.get_by_role("heading", name="Recovery codes")).to_be_visible()
    is_sound(window)
    expect(window.get_by_role("list", name="Codes that are left").get_by_role("listitem")).to_have_count(10)
    window.get_by_role("link", name="I kept them: go on").click()
    window.wait_for_url("**/admin/outreach/agency/")

    window.goto("/account/security/")
    expect(window.get_by_text("My phone", exact=True).first).to_be_visible()
    is_sound(window)
    window.get_by_role("button", name="Sign out").click()
    expect(window.get_by_role("heading", name="Sign in")).to_be_visible()
    window.goto("/admin/")
    window.get_by_role("button", name="Sign in with a passkey").click()
    window.wait_for_url("**/admin/")
    expect(window.get_by_role("heading", name="What needs you first")).to_be_visible()


def test_app_is_added_by_its_letters_and_the_code_is_asked_from_then_on(window: Page) -> None:
    name = who("ada", window)
    first_factor(window, name)
    window.get_by_role("link", name="An app on your phone").click()
    is_sound(window)
    secret = re.sub(r"\s", "", window.locator(".account-secret").inner_text())
    window.get_by_label("The six digits that your app shows now").fill("000000")
    window.get_by_role("button", name="Add this app").click()
    expect(window.get_by_role("alert")).to_contain_text("not the code of this moment")
    assert re.sub(r"\s", "", window.locator(".account-secret").inner_text()) == secret
    said = codes.at(secret, int(window.evaluate("Date.now()")) // 30_000)
    window.get_by_label("The six digits that your app shows now").fill(said)
    window.get_by_role("button", name="Add this app").click()
    window.get_by_role("link", name="I kept them: go on").click()
    window.wait_for_url("**/admin/")

    window.context.clear_cookies()
    first_factor(window, name)
    is_sound(window)
    window.get_by_label("Code", exact=True).fill(said)
    window.get_by_role("button", name="Sign in", exact=True).click()
    expect(window.get_by_role("alert").first).to_contain_text("used before")
    window.get_by_label("Code", exact=True).fill(codes.at(secret, int(window.evaluate("Date.now()")) // 30_000 + 1))
    window.get_by_role("button", name="Sign in", exact=True).click()
    window.wait_for_url("**/admin/")


def test_whoever_is_locked_out_by_others_gets_in_by_passkey(window: Page, house: House) -> None:
    name = who("mia", window)
    first_factor(window, name)
    window.get_by_role("link", name="A passkey").click()
    window.get_by_role("button", name="Add the passkey").click()
    expect(window.get_by_role("heading", name="Recovery codes")).to_be_visible()
    window.context.clear_cookies()
    guess = f"[lockout.spend(lockout.Way.PASSWORD, {name!r}) for _ in range(lockout.MOST)]"
    house.tell(f"from portal.people import lockout\n{guess}\nprint('0')")
    first_factor(window, name)
    expect(window.get_by_role("alert").first).to_contain_text("Too many tries")
    is_sound(window)
    window.get_by_role("button", name="Sign in with a passkey").click()
    window.wait_for_url("**/admin/")


def test_device_that_does_not_know_its_holder_adds_no_passkey(browser: Browser, address: str, house: House) -> None:
    house.tell(
        "from portal.people.models import User\n"
        f"User.objects.create_superuser('kim', password={PASSPHRASE!r})\n"
        "print('0')"
    )
    page = browser.new_page(base_url=address)
    device(page, knows_its_holder=False)
    first_factor(page, "kim")
    page.get_by_role("link", name="A passkey").click()
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("did not work")
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="Choose your second factor")).to_be_visible()
    page.context.close()


def test_pages_work_without_javascript(browser: Browser, address: str, house: House) -> None:
    house.tell(
        "from tests import entering\n"
        "from portal.people.models import User\n"
        f"entering.enrol(User.objects.create_superuser('lou', password={PASSPHRASE!r}))\n"
        "print('0')"
    )
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/account/sign-in/")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    entering.sign_in(page, "lou", PASSPHRASE, "/account/security/")
    expect(page.get_by_role("heading", name="How you sign in")).to_be_visible()
    context.close()
