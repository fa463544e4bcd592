"""Help pages in languages beyond the site's own: from right to left, and only once somebody read the texts."""

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from campaign.scans import words
from outreach.channels import local_copy
from portal.areas.register import AREAS
from tests.campaign.scans.test_help_page import TELLING, Reader, in_order

pytestmark = pytest.mark.django_db
ARABIC = re.compile(r"[\u0600-\u06ff]")
LINES = ["sms:233733", "tel:+18883737888", "tel:911", "sms:911", "https://humantraffickinghotline.org", "tel:711"]


@pytest.fixture
def reviewing(settings: Settings) -> None:
    """Those who review the Arabic texts see the page."""
    settings.UNREVIEWED_LANGUAGES = ["ar"]
    local_copy.refresh()


def read(path: str) -> Reader:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return Reader(answer.content.decode())


def test_arabic_is_not_reviewed_yet() -> None:
    assert words.in_language("ar").texts["reviewed"] is False
    assert words.answered() == words.linked() == words.LANGUAGES


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/ar/near/ms/", "/en/near/ms/"),
        ("/ar/near/", "/en/near/us/"),
        ("/ar/near/ms/duty/", "/en/near/ms/duty/"),
        ("/ar/near/on/amtrak/", "/en/near/us/"),
        ("/ar/near/xx/", "/en/near/us/"),
    ],
)
def test_unreviewed_texts_are_shown_to_nobody(path: str, leads_to: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"] == leads_to


def test_unreviewed_texts_lead_to_the_language_of_the_phone() -> None:
    answer = Client().get("/ar/near/ms/", headers={"Accept-Language": "es-MX,es;q=0.9"})
    assert answer.headers["Location"] == "/es/near/ms/"


@pytest.mark.usefixtures("reviewing")
def test_page_runs_from_right_to_left_and_its_numbers_do_not() -> None:
    for area in AREAS:
        page = read(f"/ar/near/{area.code.lower()}/")
        ((html, _),) = page.all("html")
        assert (html["lang"], html["dir"]) == ("ar", "rtl")
        assert in_order(LINES, page.hrefs())
        values = [attributes for attributes, _ in page.all("bdi") if "value" in attributes.get("class", "")]
        assert len(values) >= len(LINES)
        assert {attributes["dir"] for attributes in values} == {"ltr"}
        assert ARABIC.search(page.all("h1")[0][1])
        assert not TELLING.search(page.all("title")[0][1])


@pytest.mark.usefixtures("reviewing")
def test_page_in_review_is_linked_from_nowhere() -> None:
    for path in ("/en/near/ms/", "/es/near/us/", "/en/", "/ar/near/ms/"):
        assert not [
            href for href in read(path).hrefs() if href.startswith("/ar/") and "near" in href and "duty" not in href
        ]


@pytest.mark.usefixtures("reviewing")
def test_page_leads_to_pages_that_are_there_and_says_their_language() -> None:
    page = read("/ar/near/ms/")
    others = [(attributes["href"], attributes.get("hreflang")) for attributes, _ in page.all("a") if
              attributes["href"].startswith(("/en/", "/es/"))]  # fmt: skip
    assert len(others) >= 7
    for href, language in others:
        assert href[1:3] == language
        assert Client().get(href).status_code == 200


@pytest.mark.usefixtures("reviewing")
def test_page_needs_no_cookie_and_tells_its_language() -> None:
    answer = Client().get("/ar/near/ms/", headers={"Accept-Language": "en"})
    assert answer.headers["Content-Language"] == "ar"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert len(answer.content) < 40_000


@pytest.mark.usefixtures("reviewing")
def test_text_and_chat_say_that_nobody_there_speaks_the_pages_language() -> None:
    html = Client().get("/ar/near/us/").content.decode()
    row = html.split('href="sms:233733"')[1].split("</li>")[0]
    assert words.in_language("ar").texts["language_names"]["en"] in row
    row = html.split('href="tel:+18883737888"')[1].split("</li>")[0]
    assert words.in_language("ar").texts["ask_language"] in row


def test_style_knows_no_left_and_no_right() -> None:
    style = (words.FOLDER.parents[2] / "templates" / "campaign" / "scans" / "_style.css").read_text(encoding="utf-8")
    assert not re.findall(
        r"(?:margin|padding|border)-(?:left|right)|[;{](?:left|right):|text-align:(?:left|right)", style
    )


@pytest.mark.parametrize(
    ("languages", "sentence"),
    [
        (("en",), "In English."),
        (("en", "es"), "In English and Spanish."),
        (("en", "es", "en"), "In English, Spanish and English."),
        ((), ""),
        (("en", "tlh"), ""),
    ],
)
def test_languages_are_said_as_people_say_them(languages: tuple[str, ...], sentence: str) -> None:
    assert words.in_language("en").spoken(languages) == sentence
