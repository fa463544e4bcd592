"""Presenters in a browser: their days by keyboard, with and without scripts; every page clean and small enough."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.outreach.registration.house import House

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SEED = """
import datetime as dt, re
from post_office.models import Email
from outreach.seminars.presenters import availability, claiming
from portal.people.models import User
from tests.outreach import factories
season = factories.season_ahead()
staff = User.objects.create_user("staff")
robin = factories.presenter(name="Robin Hale")
mai = factories.presenter(name="Mai Tran", clearance_expires_on=None)
nine_to_five = availability.Hours(dt.time(9), dt.time(17))
availability.set_week(presenter_id=robin.pk, week=dict.fromkeys(range(5), nine_to_five))
at = dt.datetime(season.year, 1, 14, 16, tzinfo=dt.UTC)
factories.seminar(season=season, presenter=robin, starts_at=at, request=factories.request(season=season))
claiming.invite(presenter_id=mai.pk, by=staff)
claiming.invite_agency(agency_id=robin.agency_id, email="desk@lamp.example.org", by=staff)
mails = "".join(mail.message for mail in Email.objects.all())
tokens = dict(re.findall(r"/presenting/(claim|agency)/([^/]+)/", mails))
print(json.dumps({"robin": str(robin.key), "mai": str(mai.key), "year": season.year, **tokens}))
"""
ASKED = """
import re
from post_office.models import Email
from outreach.seminars.presenters import claiming
from tests.outreach import factories
lee = factories.presenter(name="Lee Park")
factories.seminar(presenter=lee)
claiming.invite(presenter_id=lee.pk, by=None)
mail = Email.objects.order_by("-pk")[0].message
print(json.dumps({"key": str(lee.key), "claim": re.search("/claim/([^/]+)/", mail).group(1)}))
"""
AWAY = """
from outreach.seminars.models import Availability
away = Availability.objects.filter(is_away=True, presenter__name="{name}")
print(json.dumps([f"{{day:%d}}" for day in away.values_list("date", flat=True)]))
"""


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str, dict[str, Any]]]:
    """A served copy with two presenters and the links that were mailed."""
    house = House(tmp_path_factory.mktemp("presenting"))
    house.migrate()
    rows = house.tell(SEED)
    with house.serving() as port:
        yield house, f"http://127.0.0.1:{port}", rows


def paths(rows: dict[str, Any]) -> list[str]:
    own = f"presenting/{rows['robin']}"
    return [
        *(f"{own}/", f"{own}/availability/", f"{own}/availability/?month={rows['year']}-01&day={rows['year']}-01-14"),
        *(f"{own}/details/", f"presenting/{rows['mai']}/", f"presenting/{rows['mai']}/availability/"),
        *(f"presenting/claim/{rows['claim']}/", f"presenting/agency/{rows['agency']}/"),
    ]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_are_accessible_and_fit(
    seeded: tuple[House, str, dict[str, Any]], browser: Browser, language: str, width: int
) -> None:
    _, address, rows = seeded
    page = browser.new_page(viewport={"width": width, "height": 800})
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    for path in paths(rows):
        page.goto(f"{address}/{language}/{path}")
        for details in page.locator("details").all():
            details.evaluate("element => element.open = true")
        violations = Axe().run(page).response["violations"]
        assert not violations, (path, [(found["id"], found["nodes"][0]["html"]) for found in violations])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert not console, path
    assert not page.context.cookies()
    page.close()


def day(page: Page, number: int, year: int) -> Any:
    return page.locator(f"input[name=away][value='{year}-01-{number:02}']")


def test_month_by_keyboard(seeded: tuple[House, str, dict[str, Any]], browser: Browser) -> None:
    house, address, rows = seeded
    year = rows["year"]
    page = browser.new_page()
    page.goto(f"{address}/en/presenting/{rows['robin']}/availability/?month={year}-01#month")
    expect(page.get_by_role("grid")).to_be_visible()
    expect(page.get_by_role("button", name="Keep these days")).to_be_hidden()
    expect(day(page, 1, year)).to_be_focused()

    for key, number in (
        *(("ArrowDown", 8), ("ArrowRight", 9), ("ArrowDown", 16), ("ArrowUp", 9), ("ArrowLeft", 8)),
        ("ArrowDown", 15),
    ):
        page.keyboard.press(key)
        expect(day(page, number, year)).to_be_focused()
    page.keyboard.press("Home")
    first = page.evaluate("document.activeElement.value")
    page.keyboard.press("End")
    last = page.evaluate("document.activeElement.value")
    assert int(last[-2:]) - int(first[-2:]) == 6
    assert page.locator("table.month input[tabindex='0']").count() == 1

    page.keyboard.press("Space")
    expect(page.get_by_role("status").filter(has_text="Away. Kept.")).to_be_visible()
    assert house.tell(AWAY.format(name="Robin Hale")) == [last[-2:]]
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Space")
    expect(page.get_by_role("status").filter(has_text="Kept.")).not_to_contain_text("Away.")
    assert house.tell(AWAY.format(name="Robin Hale")) == []

    page.keyboard.press("Enter")
    page.wait_for_url("**day=**")
    page.get_by_role("radio", name="Other hours").focus()
    page.keyboard.press("Space")
    page.get_by_label("From", exact=True).last.fill("10:00")
    page.get_by_label("To", exact=True).last.fill("12:30")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#on-{last}")
    expect(day(page, int(last[-2:]), year)).to_be_focused()
    expect(page.locator("td", has=page.locator(f"input[value='{last}']"))).to_contain_text("10–12:30")

    page.keyboard.press("PageDown")
    page.wait_for_url("**month=*-02#month")
    expect(page.get_by_role("heading", name=f"February {year}")).to_be_visible()
    page.keyboard.press("PageUp")
    page.wait_for_url("**month=*-01#month")
    page.close()


def test_a_tick_that_was_not_kept_is_told(seeded: tuple[House, str, dict[str, Any]], browser: Browser) -> None:
    _, address, rows = seeded
    page = browser.new_page()
    page.goto(f"{address}/en/presenting/{rows['mai']}/availability/?month={rows['year']}-01#month")
    expect(day(page, 1, rows["year"])).to_be_focused()
    page.route(
        "**/availability/**", lambda route: route.abort() if route.request.method == "POST" else route.fallback()
    )
    page.keyboard.press("Space")
    expect(page.get_by_role("status").filter(has_text="That was not kept")).to_be_visible()
    expect(page.get_by_role("button", name="Keep these days")).to_be_visible()
    page.close()


def test_month_and_week_without_scripts(seeded: tuple[House, str, dict[str, Any]], browser: Browser) -> None:
    house, address, rows = seeded
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/en/presenting/{rows['mai']}/availability/?month={rows['year']}-01")
    page.get_by_role("checkbox", name="Monday", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Keep this week").press("Enter")
    page.locator("input[name=away][value$='-01-20']").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Keep these days").press("Enter")
    assert house.tell(AWAY.format(name="Mai Tran")) == ["20"]
    assert page.get_by_role("checkbox", name="Monday", exact=True).is_checked()
    page.locator("a[href*='day='][href*='-01-21']").press("Enter")
    assert "21 January" in page.locator("#day").inner_text()
    context.close()


def test_claim_and_answer_by_keyboard(seeded: tuple[House, str, dict[str, Any]], browser: Browser) -> None:
    house, address, _ = seeded
    asked = house.tell(ASKED)
    page = browser.new_page()
    page.goto(f"{address}/en/presenting/claim/{asked['claim']}/")
    page.get_by_role("button", name="Yes, this is me").press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "Your seminars"
    assert asked["key"] in page.url

    page.get_by_role("button", name="Yes, I come").press("Enter")
    expect(page.get_by_text("You said yes.")).to_be_visible()
    page.locator("summary", has_text="I can’t come").press("Enter")
    page.get_by_role("radio", name="It is too far").check()
    page.get_by_role("button", name="I can’t come to this one").press("Enter")
    expect(page.get_by_text("There is no seminar for you yet")).to_be_visible()
    page.close()
