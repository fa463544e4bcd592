"""Pages of words on signs, jobs, calls and rights: the same in both languages, sourced, and promising nothing."""

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from campaign.welcome import leaflets
from campaign.welcome.leaflets import Leaflet

#: Where the texts that the pages lean on stand.
OFFICES = (".gov", ".mil", "humantraffickinghotline.org", "content.govdelivery.com")
PROMISES = re.compile(
    r"completely|guarantee|confidential|we will|rescue|slavery|illegal|200 languages|garantiza|confidencial|ilegal|rescat",
    re.IGNORECASE,
)


def sentences(page: Leaflet) -> list[str]:
    """Everything that a page says."""
    return [page.title, page.description, page.lead] + [
        text for section in page.sections for text in (section.heading, *section.text, *section.points)
    ]


@pytest.mark.parametrize("slug", leaflets.SLUGS)
def test_page_says_the_same_things_in_spanish(slug: str) -> None:
    english, spanish = (leaflets.in_language(slug, language) for language in ("en", "es"))
    shapes = [
        [(len(section.text), len(section.points), section.sources) for section in page.sections]
        for page in (english, spanish)
    ]
    assert shapes[0] == shapes[1]
    same = set(sentences(english)) & set(sentences(spanish))
    assert not same


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("slug", leaflets.SLUGS)
def test_page_promises_nothing_and_types_no_number(slug: str, language: str) -> None:
    for text in sentences(leaflets.in_language(slug, language)):
        assert not PROMISES.search(text), text
        assert not re.search(r"\d{3}", text.replace("2025", "")), text


@pytest.mark.parametrize("slug", leaflets.SLUGS)
def test_every_source_is_official_and_dated(slug: str) -> None:
    sources = leaflets.in_language(slug, "en").sources
    assert sources
    for source in sources:
        host = urlsplit(source.url).hostname or ""
        assert source.url.startswith("https://")
        assert host.endswith(OFFICES), source.url
        assert dt.date(2026, 1, 1) <= source.read_on <= timezone.localdate()


def test_every_source_is_used() -> None:
    used = {source for slug in leaflets.SLUGS for source in leaflets.in_language(slug, "en").sources}
    assert used == set(leaflets._sources().values())


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("slug", leaflets.SLUGS)
def test_page_shows_its_sources_with_the_day(client: Client, slug: str, language: str) -> None:
    html = client.get(f"/{language}/{slug}/").content.decode()
    page = leaflets.in_language(slug, language)
    assert f"<h1>{page.title}</h1>" in html
    for source in page.sources:
        assert f'href="{source.url.replace("&", "&amp;")}" rel="nofollow noreferrer"' in html
    assert html.count("22 de noviembre de 2026" if language == "es" else "Nov. 22, 2026") == len(page.sources)


def test_rights_tell_of_both_visas_in_one_paragraph() -> None:
    for language in ("en", "es"):
        told = [text for text in sentences(leaflets.in_language("rights", language)) if "visa" in text]
        assert len(told) == 1
        assert re.search(r"\bT\b", told[0])
        assert re.search(r"\bU\b", told[0])


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_are_linked_from_home_and_from_the_help_page(client: Client, language: str) -> None:
    for path in (f"/{language}/", f"/{language}/near/ms/"):
        html = client.get(path).content.decode()
        for slug in (*leaflets.SLUGS, "safety"):
            assert f'href="/{language}/{slug}/"' in html, (path, slug)


def test_page_that_does_not_exist_is_unknown() -> None:
    with pytest.raises(KeyError):
        leaflets.in_language("../rights", "en")
