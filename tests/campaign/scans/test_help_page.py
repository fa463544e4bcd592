"""The page behind a code: what it shows, what it keeps silent about, and what it never needs."""

import base64
import gzip
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from campaign.scans import words
from outreach.channels import limits, local_copy
from outreach.channels.models import Channel
from portal.areas.register import AREAS, BY_CODE

BIGGEST = 14 * 1024
TELLING = re.compile("help|traffic?k|hotline|rescue|ayuda|trata|l[ií]nea|rescate", re.IGNORECASE)
VOID = {"meta", "link", "input", "br", "img", "hr"}

pytestmark = pytest.mark.django_db


class Reader(HTMLParser):
    """Elements with their attributes and text, in order; complains of tags that don't match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], list[str]]] = []
        self.open: list[tuple[str, dict[str, str], list[str]]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, {name: value or "" for name, value in attrs}, [""])
        self.found.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element[2][0] += data

    def all(self, tag: str, **wanted: str) -> list[tuple[dict[str, str], str]]:
        """Attributes and text of every such element."""
        return [
            (attributes, " ".join(text[0].split()))
            for name, attributes, text in self.found
            if name == tag and all(attributes.get(key) == value for key, value in wanted.items())
        ]

    def hrefs(self) -> list[str]:
        return [attributes["href"] for attributes, _ in self.all("a")]


@pytest.fixture(autouse=True)
def copy(db: None, data_folder: Path) -> None:
    """The local copy of the seeded lines, in the test's own folder."""
    local_copy.refresh()


@dataclass(frozen=True)
class Seen:
    """One page as it came."""

    area: str
    language: str
    path: str
    html: str
    gzipped: int

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.html)


def get(path: str, **headers: str) -> HttpResponseBase:
    return Client().get(path, headers=headers)


def read(path: str) -> Reader:
    response = Client().get(path)
    assert response.status_code == 200
    return Reader(response.content.decode())


def paths() -> Iterator[tuple[str, str, str]]:
    for area in AREAS:
        for language in words.LANGUAGES:
            for sheet in ("", "duty/"):
                yield area.code, language, f"/{language}/near/{area.code.lower()}/{sheet}"


def every_page() -> tuple[Seen, ...]:
    """All pages of the lines as they stand now."""
    return _every_page(local_copy.path().read_bytes())


@cache
def _every_page(lines: bytes) -> tuple[Seen, ...]:
    """The same lines make the same pages, so that each is fetched once in all tests."""
    client = Client()
    seen = []
    for area, language, path in paths():
        response = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert response.headers["Content-Encoding"] == "gzip"
        html = gzip.decompress(response.content).decode()
        seen.append(Seen(area=area, language=language, path=path, html=html, gzipped=len(response.content)))
    return tuple(seen)


def in_order(wanted: list[str], found: list[str]) -> bool:
    rest = iter(found)
    return all(one in rest for one in wanted)


def test_page_of_every_area_carries_the_nations_lines_in_order() -> None:
    wanted = [
        settings.EXIT_ADDRESS,
        "sms:233733",
        "tel:+18883737888",
        "tel:911",
        "sms:911",
        "https://humantraffickinghotline.org",
        "tel:711",
        "tel:988",
    ]
    helping = [seen for seen in every_page() if not seen.path.endswith("duty/")]
    assert len(helping) == len(AREAS) * len(words.LANGUAGES)
    for seen in helping:
        page = seen.reader
        assert in_order(wanted, page.hrefs()), seen.path
        assert page.all("html")[0][0]["lang"] == seen.language
        (heading,) = page.all("h1")
        assert heading[1]
        text = page.all("body")[0][1]
        assert words.in_language(seen.language).area(BY_CODE[seen.area]) in text


def test_page_needs_no_query_and_sets_no_cookie(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = Client()
    client.cookies["sessionid"] = "b" * 32
    with django_assert_num_queries(0):
        for _, _, path in paths():
            response = client.get(path)
            assert response.status_code == 200
            assert not response.cookies
            assert "Cookie" not in response.headers["Vary"]


def test_page_fits_the_first_packets() -> None:
    biggest = max(every_page(), key=lambda seen: seen.gzipped)
    assert biggest.gzipped <= BIGGEST, biggest.path


def test_page_uncompressed_is_the_same_page() -> None:
    for seen in every_page()[:8]:
        response = Client().get(seen.path)
        assert "Content-Encoding" not in response.headers
        assert response.content.decode() == seen.html


@pytest.mark.parametrize("path", ["/en/near/ms/", "/es/near/us/", "/es/near/ms/duty/"])
def test_page_is_kept_by_a_cdn_alone_and_tells_nobody_where_one_came_from(path: str) -> None:
    headers = get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["CDN-Cache-Control"] == "public, max-age=60, stale-if-error=86400"
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert not {"Set-Cookie", "ETag", "Last-Modified", "Refresh", "Link"} & set(headers)


@pytest.mark.parametrize("path", ["/en/near/ms/", "/es/near/us/", "/es/near/ms/duty/"])
def test_policy_allows_the_inlined_style_and_script_and_nothing_else(path: str) -> None:
    response = Client().get(path)
    policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    html = response.content.decode()
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        (inlined,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inlined.encode()).digest()).decode()
        assert policy.pop(directive) == f"'sha256-{digest}'"
    assert policy.pop("img-src") == "data:"
    assert set(policy.values()) == {"'none'"}
    assert {"default-src", "connect-src", "base-uri", "frame-ancestors"} <= set(policy)
    page = Reader(html)
    assert not any({"style", "onclick", "onload", "src", "srcset"} & set(attributes) for _, attributes, _ in page.found)
    assert not [tag for tag, _, _ in page.found if tag in {"img", "iframe", "form", "object", "embed", "base"}]


def test_page_asks_for_nothing_else_and_keeps_nothing() -> None:
    html = Client().get("/en/near/ms/").content.decode()
    links = Reader(html).all("link")
    assert [attributes for attributes, _ in links] == [{"rel": "icon", "href": "data:,"}]
    (script,) = re.findall("<script>(.*?)</script>", html, re.DOTALL)
    (style,) = re.findall("<style>(.*?)</style>", html, re.DOTALL)
    for word in ("storage", "cookie", "serviceWorker", "fetch(", "XMLHttp", "sendBeacon", "import", "eval"):
        assert word not in script
    assert "url(" not in style
    assert "@import" not in style
    assert 'rel="manifest"' not in html


def test_page_has_a_neutral_title_path_and_preview() -> None:
    for seen in every_page():
        page = seen.reader
        (title,) = page.all("title")
        assert title[1]
        assert not TELLING.search(title[1])
        assert not TELLING.search(seen.path)
        named = {attributes.get("name") or attributes.get("property") for attributes, _ in page.all("meta")} - {None}
        assert named == {"viewport"}


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_exit_is_a_plain_link_in_the_same_tab(language: str) -> None:
    page = read(f"/{language}/near/ms/")
    ((attributes, text),) = page.all("a", id="exit")
    assert attributes["href"] == settings.EXIT_ADDRESS
    assert attributes["rel"] == "nofollow noreferrer"
    assert "target" not in attributes
    assert "Shift" in text or "Mayús" in text
    assert page.hrefs()[0] == settings.EXIT_ADDRESS
    assert all(attributes[name] for name in ("data-leaving", "data-more1", "data-more2", "data-late"))
    assert page.all("div", role="status")
    for attributes, _ in page.all("a"):
        assert "target" not in attributes
        if attributes["href"].startswith("http"):
            assert attributes["rel"] == "nofollow noreferrer"


def test_links_open_an_empty_message_and_a_full_number() -> None:
    for seen in every_page():
        for href in seen.reader.hrefs():
            if href.startswith("sms:"):
                assert re.fullmatch(r"sms:(\d{3,6}|\+1\d{10})", href)
            elif href.startswith("tel:"):
                assert re.fullmatch(r"tel:(\d{3}|\+1\d{10})", href)


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("sheet", ["", "duty/"])
def test_every_area_and_language_is_one_plain_link_away(language: str, sheet: str) -> None:
    path = f"/{language}/near/ms/{sheet}"
    hrefs = read(path).hrefs()
    up = "../../" if sheet else "../"
    for area in AREAS:
        if area.code != "US":
            link = f"{up}{area.code.lower()}/{sheet}"
            assert link in hrefs
    for other in words.LANGUAGES:
        if other != language:
            assert f"/{other}/near/ms/{sheet}" in hrefs
    assert f"/{language}/near/ms/{'' if sheet else 'duty/'}" in hrefs


def test_links_of_a_page_lead_to_pages() -> None:
    client = Client()
    for path in ("/en/near/ms/", "/es/near/us/duty/"):
        base = f"http://testserver{path}"
        for href in read(path).hrefs():
            target = urljoin(base, href)
            if target.startswith("http://testserver"):
                assert client.get(target.removeprefix("http://testserver")).status_code == 200, href


def section(html: str, heading: str) -> str:
    """The part of a page under one heading."""
    assert html.count(heading) == 1, heading
    return html.split(heading)[1].split("</section>")[0].split('<p class="end">')[0]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_mississippi_shows_its_coordinator_for_tips_and_names_who_answers(language: str) -> None:
    texts = words.in_language(language).texts
    html = Client().get(f"/{language}/near/ms/").content.decode()
    tips = section(html, texts["tips_heading"])
    assert "tel:+16019871671" in tips
    assert "tel:+18774474847" in tips
    assert html.count("601-987-1671") == 1
    assert texts["who_exactly"].get("ms-dps-call", texts["who"]["police"]) in tips
    assert "ICE" in tips
    assert html.index("tel:+18883737888") < html.index(texts["tips_heading"])
    assert texts["local_heading"].format(area="Mississippi") not in html


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_mississippi_child_protection_stands_on_the_duty_page_alone(language: str) -> None:
    html = Client().get(f"/{language}/near/ms/").content.decode()
    duty = Client().get(f"/{language}/near/ms/duty/").content.decode()
    assert "800-222-8000" not in html
    assert "mdcps" not in html
    assert "tel:+18002228000" in duty
    assert "https://reportabuse.mdcps.ms.gov" in duty
    for seen in every_page():
        if seen.area != "MS":
            assert "800-222-8000" not in seen.html
            assert "601-987-1671" not in seen.html


def test_what_must_not_print_stands_on_no_page() -> None:
    doubtful = Channel.objects.exclude(confidence="H", may_print=True)
    values = {channel.value for channel in doubtful}
    assert len(values) >= 10
    for seen in every_page():
        assert not [value for value in values if value in seen.html], seen.path


def local_line(**fields: Any) -> Channel:
    return Channel(
        **{
            "slug": "ms-shelter-call",
            "name": "Magnolia House",
            "kind": Channel.Kind.VOICE,
            "value": "601-555-0142",
            "audience": Channel.Audience.VICTIMS,
            "answered_by": Channel.AnsweredBy.ADVOCATE,
            "area_id": "MS",
            "operator": "Magnolia House",
            "source": "a test",
            "confidence": "H",
            **fields,
        }
    )


def test_local_advocates_line_stands_on_its_areas_page_and_only_there(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        local_line().save()
    for area in ("MS", "LA", "AL", "TN", "US"):
        for language in words.LANGUAGES:
            html = Client().get(f"/{language}/near/{area.lower()}/").content.decode()
            heading = words.in_language(language).about(
                "local_heading", area=words.in_language(language).area(BY_CODE[area])
            )
            assert ("tel:+16015550142" in html) is (heading in html) is (area == "MS")
    html = Client().get("/en/near/ms/").content.decode()
    assert "Magnolia House" in section(html, "More lines in Mississippi")


@pytest.mark.parametrize("answered_by", ["police", "child_protection", "federal", "administrator"])
def test_local_line_that_no_advocate_answers_is_never_help(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, answered_by: str
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        local_line(answered_by=answered_by).save()
    assert "601-555-0142" not in Client().get("/en/near/ms/").content.decode()


def test_text_of_a_line_is_escaped(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        local_line(name='<b>&"Fish', value='555-0142"><i>').save()
    html = Client().get("/en/near/ms/").content.decode()
    assert "<b>" not in html
    assert "<i>" not in html
    assert "&lt;b&gt;&amp;" in html


def test_change_of_a_number_reaches_the_page_once_it_is_committed(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    path = "/en/near/ms/"
    channel = Channel.objects.get(slug="ms-dps-call")
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        channel.value = "601-555-0199"
        channel.save()
        assert "601-987-1671" in Client().get(path).content.decode()
    for callback in callbacks:
        callback()
    html = Client().get(path).content.decode()
    assert "601-555-0199" in html
    assert "601-987-1671" not in html


def test_retired_line_leaves_the_page_and_the_floor_stays(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for channel in Channel.objects.all():
            channel.may_print = False
            channel.save()
    html = Client().get("/en/near/ms/").content.decode()
    assert "601-987-1671" not in html
    for href in ("sms:233733", "tel:+18883737888", "https://humantraffickinghotline.org", "tel:711", "tel:911"):
        assert f'href="{href}"' in html


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[]", b'{"version": 99, "lines": []}', b'{"version": 1}', b'{"version": 1, "lines": 5}',
     b'{"version": 1, "lines": [1, null, {}, {"slug": "x"}]}', b'{"version": 1, "lines": null}', b"9" * 5000,
     b"[" * 100_000],
)  # fmt: skip
def test_damaged_copy_shows_the_floor(data_folder: Path, content: bytes) -> None:
    local_copy.path().write_bytes(content)
    hrefs = read("/en/near/ms/").hrefs()
    assert in_order(["sms:233733", "tel:+18883737888", "tel:911", "tel:711"], hrefs)


def test_damaged_copy_leaves_the_last_good_one_in_place(data_folder: Path) -> None:
    before = Client().get("/en/near/ms/").content
    local_copy.path().write_bytes(b"{")
    assert Client().get("/en/near/ms/").content == before
    assert b"601-987-1671" in before


def test_missing_copy_shows_the_floor(data_folder: Path) -> None:
    local_copy.path().unlink()
    hrefs = read("/es/near/ms/").hrefs()
    assert in_order([settings.EXIT_ADDRESS, "sms:233733", "tel:+18883737888", "tel:911", "tel:711", "tel:988"], hrefs)


@pytest.mark.parametrize("path", ["xx", "MISSISSIPPI", "%00", "é", "a" * 5000, "ms%20", "%2e%2e", "0"])
def test_area_that_does_not_exist_leads_to_the_nation(path: str) -> None:
    for sheet, name in (("", ""), ("duty/", "duty/")):
        response = get(f"/es/near/{path}/{sheet}")
        assert response.status_code == 302
        assert response.headers["Location"] == f"/es/near/us/{name}"
        assert response.headers["Cache-Control"] == "no-store"


def test_area_in_capitals_leads_to_its_page() -> None:
    assert get("/en/near/MS/").headers["Location"] == "/en/near/ms/"
    assert get("/en/near/").headers["Location"] == "/en/near/us/"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
def test_page_comes_by_any_method(method: str) -> None:
    response = Client(enforce_csrf_checks=True).generic(method, "/en/near/ms/")
    assert response.status_code == 200


def test_page_of_another_language_leads_to_one_that_is_spoken() -> None:
    assert get("/near/ms/").headers["Location"] == "/en/near/ms/"


def test_languages_say_the_same_things() -> None:
    """Every text of one language stands in the others, lists in the same length, with the same places for data."""

    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shape(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [shape(inner) for inner in value]
        return sorted(re.findall(r"{\w*}", value)) if isinstance(value, str) else type(value)

    optional = ("areas", "names", "limits")
    first, *others = (
        {key: text for key, text in words.in_language(code).texts.items() if key not in optional}
        for code in (*words.LANGUAGES, *words.BEYOND)
    )
    for other in others:
        assert shape(other) == shape(first)
    assert {audience.value for audience in Channel.AnsweredBy} <= set(first["who"])


@pytest.mark.parametrize("language", [*words.LANGUAGES, *words.BEYOND])
def test_every_limit_of_a_line_can_be_said(language: str) -> None:
    said = limits.SAID.get(language) or words.in_language(language).texts["limits"]
    assert set(said) == {limit.value for limit in limits.Limit}
    assert all(said.values())
