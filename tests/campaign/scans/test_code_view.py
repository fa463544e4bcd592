"""What stands behind a printed code: help, whatever is typed, and no trace of who asked."""

import random
import re
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from campaign.links import codes
from campaign.links.models import Link
from campaign.scans import code_view, journal, retired, table, words
from portal.areas.register import AREAS

MUTATIONS = 10_000
HELP = re.compile(r"/(en|es)/near/[a-z]{2}/")


@pytest.fixture
def code() -> str:
    """A code of Mississippi in Spanish."""
    return codes.make(area="MS", language="es", random=20270111)


def counted() -> list[str]:
    """The codes that the journal holds, each as often as it was counted."""
    return [code for path in journal.folder().glob("*") for code in table.read(path.read_bytes()).elements()]


def leads_to(response: HttpResponseBase) -> str:
    """Where an answer leads, having looked at what every answer owes."""
    assert response.status_code in (302, 303)
    assert response.headers["Cache-Control"] == "no-store"
    assert "CDN-Cache-Control" not in response.headers
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    assert HELP.fullmatch(response.headers["Location"])
    return response.headers["Location"]


def test_code_leads_to_its_area_in_its_language_however_typed(client: Client, code: str) -> None:
    typed = [
        f"/Q/{code}",
        f"/q/{code.lower()}",
        f"/Q/{code}/",
        f"/Q/{codes.grouped(code)}",
        f"/q/{codes.grouped(code).lower()}//",
        f"/Q/{quote(f' {code[:5]}‑{code[5:]} ')}",
        f"/Q/{code}?utm_source=camera",
    ]
    for address in typed:
        assert leads_to(client.get(address)) == "/es/near/ms/", address
    assert counted() == [code] * len(typed)


def test_code_of_every_area_leads_to_its_page(client: Client) -> None:
    for area in AREAS:
        for language in words.LANGUAGES:
            code = codes.make(area=area.code, language=language)
            assert leads_to(client.get(f"/Q/{code}")) == f"/{language}/near/{area.code.lower()}/"


@pytest.mark.parametrize(
    ("asked", "language"),
    [("es", "es"), ("es-MX,en;q=0.5", "es"), ("vi,es-419;q=0.4", "es"), ("vi", "en"), ("", "en"), ("*", "en")],
)
def test_code_of_a_language_without_a_page_leads_to_the_phones_own(client: Client, asked: str, language: str) -> None:
    code = codes.make(area="LA", language="vi")
    client.cookies["django_language"] = "es"  # nobody sets it, and nobody looks at it
    assert leads_to(client.get(f"/Q/{code}", headers={"Accept-Language": asked})) == f"/{language}/near/la/"


def test_code_of_a_language_nobody_reviewed_leads_there_only_where_it_is_answered(
    client: Client, settings: Settings
) -> None:
    code = codes.make(area="MS", language="ar")
    settings.UNREVIEWED_LANGUAGES = []
    assert leads_to(client.get(f"/Q/{code}", headers={"Accept-Language": "ar"})) == "/en/near/ms/"
    settings.UNREVIEWED_LANGUAGES = ["ar"]
    assert client.get(f"/Q/{code}").headers["Location"] == "/ar/near/ms/"


@pytest.mark.django_db
def test_code_asks_no_query_and_sets_no_cookie_even_with_a_session(
    client: Client, code: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    session = SessionStore()
    session["django_language"] = "en"
    session.create()
    client.cookies["sessionid"] = session.session_key or ""
    client.cookies["csrftoken"] = "a" * 32
    with django_assert_num_queries(0):
        assert leads_to(client.get(f"/Q/{code}")) == "/es/near/ms/"
        assert leads_to(client.get("/Q/nonsense")) == "/en/near/us/"


def test_code_needs_no_database_at_all(client: Client, code: str) -> None:
    """This test has no access to one: pytest-django refuses each query."""
    assert leads_to(client.get(f"/Q/{code}")) == "/es/near/ms/"
    assert counted() == [code]


def test_code_unissued_but_whole_still_leads_to_its_area(client: Client) -> None:
    assert leads_to(client.get(f"/Q/{codes.make(area='GU', language='en')}")) == "/en/near/gu/"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "///",
        "x",
        "..",
        "../../etc/passwd",
        "é" * 10,
        "💙" * 10,
        "٣" * 10,
        "a" * 10_000,
        "\n\r\t",
        "0W0AB\nCDEF9",
        "\u202e\ufeff",
        "\0",
        "%",
        "<script>",
        "{{ 7 }}",
        "0000000001",
    ],
)
def test_code_that_cannot_be_read_leads_to_the_nation(client: Client, text: str) -> None:
    assert leads_to(client.get(f"/Q/{quote(text)}")) == "/en/near/us/"
    assert counted() == []


def test_code_with_bytes_that_are_no_text_leads_to_the_nation(client: Client) -> None:
    assert leads_to(client.get("/Q/%FF%FE%80")) == "/en/near/us/"


def test_code_without_anything_behind_it_leads_to_the_nation(client: Client) -> None:
    assert leads_to(client.get("/Q")) == leads_to(client.get("/q/")) == "/en/near/us/"


def test_code_beside_a_nul_in_the_query_still_leads_to_help(client: Client, code: str) -> None:
    assert leads_to(client.get(f"/Q/{code}?x=%00")) == "/es/near/ms/"


def test_code_damaged_leads_to_the_nation_in_the_language_asked_for(client: Client) -> None:
    damaged = client.get("/Q/damaged", headers={"Accept-Language": "es-MX,es;q=0.9"})
    assert leads_to(damaged) == "/es/near/us/"
    alien = client.get("/Q/damaged", headers={"Accept-Language": "tlh, \x00;q=nonsense"})
    assert leads_to(alien) == "/en/near/us/"


@pytest.mark.django_db
def test_code_retired_leads_to_the_nation_and_still_counts(client: Client) -> None:
    (link,) = Link.objects.issue([("MS", "es")])
    link.retired_at = timezone.now()
    link.save(update_fields=["retired_at"])
    assert leads_to(client.get(f"/Q/{link.code}")) == "/es/near/ms/"
    assert retired.refresh()
    assert leads_to(client.get(f"/Q/{link.code}")) == "/es/near/us/"
    assert counted() == [link.code] * 2


@pytest.mark.parametrize("damage", [b"", b"\xff\xff", b"short\n", b"\0" * 100])
def test_code_with_a_damaged_list_of_retired_ones_still_leads_to_help(
    client: Client, code: str, data_folder: Path, damage: bytes
) -> None:
    (data_folder / "help").mkdir()
    retired.path().write_bytes(damage)
    assert leads_to(client.get(f"/Q/{code}")) == "/es/near/ms/"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "HEAD"])
def test_code_asked_for_by_another_method_leads_to_help_uncounted(code: str, method: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert leads_to(client.generic(method, f"/Q/{code}", data="x=1")) == "/es/near/ms/"
    assert counted() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Purpose": "preview"},
        {"X-Moz": "prefetch"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"User-Agent": "facebookexternalhit/1.1"},
        {"User-Agent": "WhatsApp/2.23"},
        {"User-Agent": "Slackbot-LinkExpanding 1.0"},
        {"User-Agent": "Mozilla/5.0 AppleWebKit/537.36 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"},
        {"User-Agent": "Mozilla/5.0 (compatible; SomeBot)"},
        {"User-Agent": "somebot"},
        {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0"},
        {"Cookie": "uncounted=1"},
        {"Cookie": "sessionid=x; uncounted-typed="},
    ],
)
def test_code_opened_by_a_machine_leads_to_help_uncounted(client: Client, code: str, headers: dict[str, str]) -> None:
    assert leads_to(client.get(f"/Q/{code}", headers=headers)) == "/es/near/ms/"
    assert counted() == []


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 Chrome/96.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 13; CUBOT_NOTE 40) AppleWebKit/537.36 Chrome/119 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 12; Abbott) AppleWebKit/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148",
        "",
    ],
)
def test_code_opened_by_a_person_counts_whatever_the_phone_is_called(client: Client, code: str, agent: str) -> None:
    leads_to(client.get(f"/Q/{code}", headers={"User-Agent": agent}))
    assert counted() == [code]


def test_code_mutated_leads_to_help_and_never_counts_for_another_link(rf: RequestFactory) -> None:
    """Ten thousand slips of paper, pen and finger on issued codes."""
    draw = random.Random(5)
    issued = {
        codes.make(area=draw.choice(AREAS).code, language=draw.choice(words.LANGUAGES), random=draw.getrandbits(30))
        for _ in range(500)
    }
    ordered = sorted(issued)
    wanted: Counter[str] = Counter()
    for _ in range(MUTATIONS):
        original = draw.choice(ordered)
        text = mutated(original, draw)
        response = code_view.code(rf.get("/Q/-"), text)
        assert leads_to(response)
        try:
            meant = codes.read(text).code
        except codes.BadCode:
            assert response.headers["Location"].endswith("/us/")
            continue
        wanted[meant] += 1
        assert meant == original or meant not in issued
    assert Counter(counted()) == wanted
    assert wanted.total() < MUTATIONS / 5


def mutated(code: str, draw: random.Random) -> str:
    """A code with one to three slips."""
    letters = list(code)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        place = draw.randrange(len(letters) - 1)
        match draw.randrange(6):
            case 0:
                letters[place] = draw.choice(codes.ALPHABET)
            case 1:
                letters[place], letters[place + 1] = letters[place + 1], letters[place]
            case 2:
                del letters[place]
            case 3:
                letters.insert(place, draw.choice(codes.ALPHABET))
            case 4:
                letters[place] = chr(draw.randrange(1, 0x3000))
            case _:
                letters[place] = letters[place].lower()
    return "".join(letters)
