"""The gallery offers what is approved, reads back what it offers, and keeps each code."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from campaign.links.models import Link
from campaign.posters import gallery
from campaign.posters.models import GalleryPoster, Review, TextSet
from outreach.channels.models import Channel
from portal.typesetting import decode_pdf, page_texts

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 12, 1)


def _bytes(poster: GalleryPoster) -> bytes:
    with poster.document.open() as file:
        return file.read()


def test_refresh_makes_one_poster_a_language_and_then_nothing() -> None:
    assert gallery.refresh(TODAY) == 2
    assert gallery.refresh(TODAY) == 0
    english, spanish = gallery.posters()
    assert (english.language, spanish.language) == ("en", "es")
    for poster in (english, spanish):
        assert decode_pdf(_bytes(poster)) == [[f"HTTPS://EXAMPLE.ORG/Q/{poster.link.code}"]]
        assert poster.link.kind == Link.Kind.PUBLIC
    assert "1-888-373-7888" in page_texts(_bytes(english))[0]
    assert "SAMPLE" in page_texts(_bytes(english))[0]


def test_refresh_follows_the_address_and_keeps_the_code(settings: Settings) -> None:
    gallery.refresh(TODAY)
    codes = [poster.link.code for poster in gallery.posters()]
    settings.PRINTED_ADDRESS = "https://go.example.gov"
    assert gallery.refresh(TODAY) == 2
    posters = gallery.posters()
    assert [poster.link.code for poster in posters] == codes
    assert decode_pdf(_bytes(posters[0])) == [[f"HTTPS://GO.EXAMPLE.GOV/Q/{codes[0]}"]]
    assert not posters[0].is_sample
    assert "SAMPLE" not in page_texts(_bytes(posters[0]))[0]


def test_refresh_follows_a_changed_number() -> None:
    gallery.refresh(TODAY)
    Channel.objects.filter(value="1-888-373-7888").update(value="1-888-555-0123")
    assert gallery.refresh(TODAY) == 2
    said = page_texts(_bytes(gallery.posters()[0]))[0]
    assert "1-888-555-0123" in said
    assert "1-888-373-7888" not in said


def test_refresh_leaves_out_a_language_that_is_not_approved() -> None:
    TextSet.objects.filter(language="es").update(state=Review.DRAFT)
    gallery.refresh(TODAY)
    assert [poster.language for poster in gallery.posters()] == ["en"]


def test_page_offers_the_files_without_a_cookie(client: Client) -> None:
    gallery.refresh(TODAY)
    page = client.get(reverse("posters"))
    assert page.status_code == 200
    assert not page.cookies
    for poster in gallery.posters():
        for form, stored in (("pdf", poster.document), ("png", poster.picture), ("preview", poster.preview)):
            address = reverse(
                "posters-file", kwargs={"digest": stored.sha256[:16], "language": poster.language, "form": form}
            )
            assert address in page.content.decode()
            taken = client.get(address)
            with stored.open() as file:
                assert taken.getvalue() == file.read()
            assert "immutable" in taken.headers["Cache-Control"]
            assert not taken.cookies


def test_download_is_named_for_a_person(client: Client) -> None:
    gallery.refresh(TODAY)
    poster = gallery.posters()[1]
    taken = client.get(
        reverse("posters-file", kwargs={"digest": poster.document.sha256[:16], "language": "es", "form": "pdf"})
    )
    assert taken.headers["Content-Disposition"] == 'attachment; filename="poster-es-letter.pdf"'
    assert taken.headers["Content-Type"] == "application/pdf"
    taken.getvalue()  # read to its end, the file is closed


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_replaced_or_unknown_file_is_not_found(client: Client, language: str) -> None:
    gallery.refresh(TODAY)
    gone = reverse("posters-file", kwargs={"digest": "0" * 16, "language": language, "form": "pdf"})
    assert client.get(gone).status_code == 404


def test_page_says_when_posters_are_being_prepared(client: Client) -> None:
    assert "being prepared" in client.get("/en/posters/").content.decode()
    assert "se están preparando" in client.get("/es/posters/").content.decode()


def test_page_makes_one_query_however_many_posters(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    gallery.refresh(TODAY)
    with django_assert_num_queries(1):
        client.get(reverse("posters"))
