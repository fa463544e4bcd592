"""The door as a volunteer has it: a phone-sized page, with and without a network, with and without scripts."""

import re
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.outreach.registration.house import House
from tests.servers import Line

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SEED = """
from tests.outreach.attendance import doors
event = doors.tonight(title="Know the signs", season=doors.factories.season_ahead())
guests = [doors.guest(event, name, seats) for name, seats in
          (("Ana Ruiz", 1), ("Bo Nguyen", 2), ("Chidi Okafor", 1), ("Dara Lee", 3), ("Eve Álvarez", 1))]
room = doors.a_class(event, 30)
lesson = doors.students()
print(json.dumps({
    "pk": event.pk, "uid": str(event.uid), "lesson": lesson.pk,
    "tickets": [guest.ticket for guest in guests], "room": room.ticket,
    "doors": [doors.door_of(event, label)[1] for label in ("Main door", "Side door")],
    "class": [doors.door_of(lesson, label)[1] for label in ("Room 14", "Hall")],
}))
"""
ROWS = """
from outreach.attendance.models import CheckIn
from outreach.seminars.models import Seminar
rows = CheckIn.objects.filter(seminar={pk}).order_by("id").values_list("kind", "people", "standing", "registration__name", "scanned_at")
print(json.dumps({{
    "rows": [[kind, people, standing, name, at.timestamp()] for kind, people, standing, name, at in rows],
    "attended": Seminar.objects.get(pk={pk}).attended,
}}))
"""
PHONE: Any = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
ALL_SENT = "All is sent"


@dataclass(frozen=True)
class Place:
    """A served copy with one event and one class of students tonight, and the line of a phone to it."""

    house: House
    line: Line
    rows: dict[str, Any]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.line.port}"

    def door(self, number: int = 0, language: str = "en") -> str:
        return f"{self.address}/{language}/door/{self.rows['doors'][number]}/"

    def room(self, number: int = 0) -> str:
        return f"{self.address}/en/door/{self.rows['class'][number]}/"

    def recorded(self, key: str = "pk") -> dict[str, Any]:
        found: dict[str, Any] = self.house.tell(ROWS.format(pk=self.rows[key]))
        return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, int]]:
    house = House(tmp_path_factory.mktemp("door"))
    house.migrate()
    with house.serving() as port:
        yield house, port


@pytest.fixture
def lines(served: tuple[House, int]) -> Iterator[tuple[Line, Line]]:
    """Of two phones."""
    with closing(Line(served[1])) as one, closing(Line(served[1])) as other:
        one.mend()
        other.mend()
        yield one, other


@pytest.fixture
def place(served: tuple[House, int], lines: tuple[Line, Line]) -> Place:
    """Rows of the test's own."""
    house, _ = served
    return Place(house, lines[0], house.tell(SEED))


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    with_phone = browser.new_context(**PHONE)
    with_phone.set_default_timeout(10_000)
    yield with_phone
    with_phone.close()


def begun(context: BrowserContext, address: str) -> Page:
    """The page after “Begin”, kept for the time without a network."""
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("#app")).to_be_visible()
    expect(page.locator("#app")).to_have_attribute("data-page", "kept")
    return page


def cut_off(place: Place, phone: BrowserContext) -> None:
    """No network: the line is dead, and the phone says so. A browser that is only told so forgets it at times."""
    place.line.cut()
    phone.set_offline(True)


def back(place: Place, phone: BrowserContext) -> None:
    """The network is there again."""
    place.line.mend()
    phone.set_offline(False)


def net(page: Page) -> Any:
    return expect(page.locator("#net"))


def result(page: Page) -> Any:
    return expect(page.locator("#result"))


def settled(page: Page) -> None:
    """All is sent, and shown."""
    net(page).to_have_text(ALL_SENT)


def let_in(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"In: {name}").click()
    result(page).to_contain_text(name)


def count_class(page: Page, people: int) -> None:
    page.get_by_role("button", name="Count: Room 14").click()
    page.get_by_role("dialog").get_by_label("How many?").fill(str(people))
    page.get_by_role("button", name=f"Let in {people}").click()


def test_class_of_30_and_five_tickets_are_counted_without_a_network(place: Place, phone: BrowserContext) -> None:
    page = begun(phone, place.door())
    cut_off(place, phone)
    for name in ("Ana Ruiz", "Bo Nguyen", "Chidi Okafor", "Dara Lee", "Eve Álvarez"):
        let_in(page, name)
    count_class(page, 30)
    expect(page.locator("#people")).to_have_text("38")
    net(page).to_contain_text("6")

    page.reload()
    expect(page.locator("#people")).to_have_text("38")
    net(page).to_contain_text("6")
    assert place.recorded()["rows"] == []

    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.post_data or "") if asked.url.endswith("/sync/") else None)
    back(place, phone)
    settled(page)
    recorded = place.recorded()
    assert recorded["attended"] == 38
    assert [row[:3] for row in recorded["rows"]] == [
        *(["arrived", seats, "counts"] for seats in (1, 2, 1, 3, 1)),
        ["counted", 30, "counts"],
    ]

    batch = next(body for body in sent if "uid" in body)
    for _ in range(3):
        assert page.request.post(place.door() + "sync/", data=batch).ok
    assert place.recorded() == recorded


def test_undo_without_a_network_is_kept_too(place: Place, phone: BrowserContext) -> None:
    page = begun(phone, place.door())
    cut_off(place, phone)
    let_in(page, "Bo Nguyen")
    page.locator("#result").get_by_role("button", name="Undo").click()
    result(page).to_contain_text("Bo Nguyen is not in")
    expect(page.locator("#people")).to_have_text("0")
    page.reload()
    expect(page.locator("#people")).to_have_text("0")
    back(place, phone)
    settled(page)

    assert [row[:3] for row in place.recorded()["rows"]] == [["arrived", 2, "taken_back"], ["undone", 2, "counts"]]


def test_one_ticket_at_two_doors_is_a_conflict_on_both_until_one_gives_way(
    place: Place, lines: tuple[Line, Line], browser: Browser
) -> None:
    phones = [browser.new_context(**PHONE) for _ in range(2)]
    places = [replace(place, line=line) for line in lines]
    main, side = (
        begun(context, at.door(number)) for number, (context, at) in enumerate(zip(phones, places, strict=True))
    )
    for at, context in zip(places, phones, strict=True):
        cut_off(at, context)
    let_in(main, "Dara Lee")
    let_in(side, "Dara Lee")
    for at, context, page in zip(places, phones, (main, side), strict=True):
        back(at, context)
        settled(page)
    main.evaluate("window.dispatchEvent(new Event('online'))")
    for page in (main, side):
        expect(page.locator(".conflict")).to_contain_text("Dara Lee: two doors let them in")
        expect(page.locator("#people")).to_have_text("3")

    side.locator(".conflict").get_by_role("button", name=re.compile("Main door")).click()
    expect(side.locator(".conflict")).to_have_count(0)
    settled(side)
    main.evaluate("window.dispatchEvent(new Event('online'))")
    for page in (main, side):
        expect(page.locator(".conflict")).to_have_count(0)
        expect(page.locator("#people")).to_have_text("3")
    assert [row[:3] for row in place.recorded()["rows"]] == [
        ["arrived", 3, "counts"],
        ["arrived", 3, "taken_back"],
        ["undone", 3, "counts"],
    ]
    for context in phones:
        context.close()


def test_clock_that_is_three_hours_wrong_is_set_right(place: Place, phone: BrowserContext) -> None:
    phone.add_init_script("const now = Date.now.bind(Date); Date.now = () => now() + 3 * 3600 * 1000;")
    page = begun(phone, place.door())
    cut_off(place, phone)
    before = place.house.tell("import time; print(json.dumps(time.time()))")
    let_in(page, "Ana Ruiz")
    back(place, phone)
    settled(page)

    (row,) = place.recorded()["rows"]
    assert abs(row[4] - before) < 30


def test_revoked_link_wipes_names_and_keeps_what_was_recorded(place: Place, phone: BrowserContext) -> None:
    page = begun(phone, place.door())
    cut_off(place, phone)
    let_in(page, "Ana Ruiz")
    place.house.tell(
        "from django.utils import timezone\nfrom outreach.attendance.models import DoorLink\n"
        f"print(DoorLink.objects.filter(seminar={place.rows['pk']}, label='Main door').update(revoked_at=timezone.now()))"
    )
    back(place, phone)
    expect(page.locator("#kept-words")).to_contain_text("wait on this phone: 1")
    assert "Ana Ruiz" not in page.content()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    assert "arrived" in saved.value.path().read_text()
    assert place.recorded()["rows"] == []

    page.goto(place.door(1))
    page.get_by_role("button", name="Begin").click()
    settled(page)
    assert [row[:4] for row in place.recorded()["rows"]] == [["arrived", 1, "counts", "Ana Ruiz"]]


def test_finish_forgets_everything_once_all_is_sent(place: Place, phone: BrowserContext) -> None:
    page = begun(phone, place.door())
    cut_off(place, phone)
    let_in(page, "Ana Ruiz")
    page.get_by_role("button", name="Finish").click()
    expect(page.locator("#finish-waits")).to_contain_text("wait for the network: 1")
    back(place, phone)
    settled(page)
    page.get_by_role("button", name="Finish").click()
    expect(page.locator("#finished")).to_be_visible()

    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
    left = """() => new Promise(done => { indexedDB.open("door").onsuccess = (opened) => {
        const asked = opened.target.result.transaction("events").objectStore("events").count();
        asked.onsuccess = () => done(asked.result); }; })"""
    assert page.evaluate(left) == 0


def test_worker_never_touches_a_help_page(place: Place, phone: BrowserContext) -> None:
    page = begun(phone, place.door())
    page.reload()
    assert page.evaluate("navigator.serviceWorker.controller.scriptURL").endswith("/en/door/worker.js")
    elsewhere = phone.new_page()
    for path in ("/en/near/ms/", "/en/events/", "/es/near/ms/", f"/en/events/{place.rows['uid']}/"):
        elsewhere.goto(place.address + path)
        assert elsewhere.evaluate("navigator.serviceWorker.controller") is None
        [scope] = elsewhere.evaluate(
            "navigator.serviceWorker.getRegistrations().then(all => all.map(each => each.scope))"
        )
        assert scope == f"{place.address}/en/door/"
    kept = page.evaluate("caches.open('door').then(kept => kept.keys()).then(all => all.map(each => each.url))")
    assert all("/static/" in url or url == place.door() for url in kept), kept
    page_kept = page.evaluate("caches.match(location.href).then(found => found.text())")
    assert "Ana Ruiz" not in page_kept


FAKE_CAMERA = """
window.shown = [];
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect() { return window.shown.map((rawValue) => ({ rawValue })); }
};
navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream();
HTMLMediaElement.prototype.play = async () => {};
"""


def test_camera_reads_tickets(place: Place, phone: BrowserContext) -> None:
    phone.add_init_script(FAKE_CAMERA)
    page = begun(phone, place.door())
    cut_off(place, phone)
    page.get_by_role("button", name="Scan a ticket").click()
    ana, bo = place.rows["tickets"][:2]
    for shown, said in (
        (ana, "Ana Ruiz is in"),
        (bo, "Bo Nguyen: 2 are in"),
        ("https://example.org/", "This code is no ticket of ours"),
        (ana, "Ana Ruiz came in before"),
        ("0000000000000", "This ticket is not on the list on this phone"),
    ):
        page.evaluate("shown => { window.shown = [shown]; }", shown)
        result(page).to_contain_text(said)
    page.evaluate("shown => { window.shown = [shown]; }", place.rows["room"])
    expect(page.get_by_role("dialog")).to_contain_text("Room 14")
    expect(page.locator("#people")).to_have_text("3")


def test_picture_of_a_ticket_is_read_by_the_portal(place: Place, phone: BrowserContext, tmp_path: Any) -> None:
    photo = tmp_path / "ticket.jpg"
    place.house.tell(
        "from tests.outreach.attendance.pictures import photo\n"
        f"open({str(photo)!r}, 'wb').write(photo({place.rows['tickets'][3]!r}))\nprint(1)"
    )
    phone.add_init_script("delete window.BarcodeDetector;")
    page = begun(phone, place.door())
    page.locator("#picture-file").set_input_files(photo)
    result(page).to_contain_text("Dara Lee: 3 are in")
    settled(page)
    assert [row[:4] for row in place.recorded()["rows"]] == [["arrived", 3, "counts", "Dara Lee"]]


def test_code_or_name_is_typed_and_the_keyboard_is_enough(place: Place, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = begun(context, place.door())
    find = page.get_by_label("Name or code")
    find.focus()
    page.keyboard.type(place.rows["tickets"][0].lower())
    page.keyboard.press("Enter")
    result(page).to_contain_text("Ana Ruiz is in")
    find.fill("alvarez")
    expect(page.locator(".guest")).to_have_count(1)
    find.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Eve Álvarez")
    page.keyboard.press("Enter")
    result(page).to_contain_text("Eve Álvarez is in")
    settled(page)
    assert place.recorded()["attended"] == 2
    context.close()


def test_partial_group_can_be_changed(place: Place, phone: BrowserContext) -> None:
    page = begun(phone, place.door())
    page.get_by_role("button", name=re.compile("^Dara Lee")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="One fewer").click()
    dialog.get_by_role("button", name="Let in 2").click()
    expect(page.locator(".guest.in")).to_contain_text("2 of 3 in since")
    page.get_by_role("button", name=re.compile("^Dara Lee")).click()
    dialog.get_by_role("button", name="One more").click()
    dialog.get_by_role("button", name="Let in 3").click()
    settled(page)
    assert place.recorded()["attended"] == 3


def test_students_are_one_number(place: Place, phone: BrowserContext) -> None:
    page = begun(phone, place.room())
    assert page.locator("#find, #scan").count() == 0
    page.get_by_label("How many?").first.fill("27")
    page.get_by_role("button", name="Count them").click()
    page.get_by_label("How many?").first.fill("28")
    page.get_by_role("button", name="Count them").click()
    expect(page.locator("#people")).to_have_text("28")
    settled(page)
    assert place.recorded("lesson")["attended"] == 28


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit(place: Place, browser: Browser, language: str, scheme: Any) -> None:
    context = browser.new_context(**PHONE, color_scheme=scheme)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def look() -> None:
        found = Axe().run(page).response["violations"]
        assert not found, [(each["id"], each["nodes"][0]["html"]) for each in found]
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        small = """() => [...document.querySelectorAll("button, a, input, label.button")].filter(each => each.checkVisibility()
            && !each.classList.contains("vh")).map(each => [each.textContent || each.id, each.getBoundingClientRect().height])
            .filter(([, height]) => height > 0 && height < 44)"""
        assert page.evaluate(small) == []

    page.goto(place.door(language=language))
    look()
    page.locator("#begin-button").click()
    expect(page.locator("#app")).to_be_visible()
    look()
    page.locator(".guest-in").first.click()
    look()
    page.locator(".guest-about").last.click()
    look()
    page.locator("#panel-close").click()
    page.goto(place.address + f"/{language}/door/unknown/")
    look()
    assert [text for text in complaints if "404" not in text] == []
    assert not context.cookies()
    context.close()


def test_without_scripts_plain_forms_do_the_same(place: Place, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(place.door())
    assert "Ana Ruiz" not in page.content()
    page.get_by_role("button", name="Go on without scripts").click()
    page.get_by_label("Name or code").fill("okafor")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Let in").click()
    expect(page.get_by_role("alert")).to_contain_text("Chidi Okafor: 1 in")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("alert")).to_contain_text("Undone")
    page.get_by_label("How many come in?").last.fill("12")
    page.get_by_role("button", name="Count them").click()
    expect(page.locator(".tally")).to_contain_text("12")
    assert [row[:3] for row in place.recorded()["rows"]] == [
        ["arrived", 1, "taken_back"],
        ["undone", 1, "counts"],
        ["counted", 12, "counts"],
    ]
    context.close()


def test_looking_changes_nothing_and_names_nobody(place: Place, phone: BrowserContext) -> None:
    for path in ("", "plain/", "hands/"):
        answer = phone.request.get(place.door() + path)
        assert answer.ok
        assert "Ana Ruiz" not in answer.text()
    assert phone.request.get(place.door() + "sync/").status == 405
    assert place.recorded()["rows"] == []
    assert uuid.UUID(place.rows["uid"])
