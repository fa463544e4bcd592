"""The gallery offers what is approved, reads back what it offers, and keeps each code."""

import datetime as dt
import io
import logging

import pytest
from django.db.models import Max
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from campaign.links import codes
from campaign.links.models import Link
from campaign.posters import gallery, tasks
from campaign.posters.assembly import USUAL, NotReady
from campaign.posters.languages import LANGUAGES
from campaign.posters.models import Design, GalleryPoster, Review, Sheet, TextSet
from outreach.channels.models import Channel
from portal.files.models import StoredFile
from portal.typesetting import decode_pdf, page_texts
from tests.campaign.posters.made_designs import make_design

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 12, 1)


@pytest.fixture(autouse=True)
def letter_alone() -> None:
    """One sheet and the usual design, unless a test says otherwise: two posters, made in half a second."""
    Sheet.objects.exclude(slug="letter").update(retired_at=timezone.now())
    Design.objects.exclude(slug=USUAL).update(state=Review.RETIRED)


def _bytes(stored: StoredFile) -> bytes:
    with stored.open() as file:
        return file.read()


def _address(poster: GalleryPoster, stored: StoredFile, form: str) -> str:
    names = {"slug": poster.slug, "sheet": poster.sheet.slug, "language": poster.language}
    return reverse("posters-file", kwargs=names | {"digest": stored.sha256[:16], "form": form})


def _approve(language: str) -> None:
    TextSet.objects.filter(language=language).update(state=Review.APPROVED, reviewer="A reader")


def test_refresh_makes_one_poster_a_language_and_then_nothing() -> None:
    assert gallery.refresh(TODAY) == 2
    assert gallery.refresh(TODAY) == 0
    english, spanish = gallery.posters()
    assert (english.language, spanish.language) == ("en", "es")
    for poster in (english, spanish):
        pdf = _bytes(poster.document)
        assert decode_pdf(pdf) == [[f"HTTPS://EXAMPLE.ORG/Q/{poster.link.code}"]]
        assert poster.link.kind == Link.Kind.PUBLIC
        assert poster.design.slug == poster.slug == USUAL
    said = page_texts(_bytes(english.document))[0]
    assert "1-888-373-7888" in said
    assert "SAMPLE" in said


def test_refresh_that_has_nothing_to_do_asks_little(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    gallery.refresh(TODAY)
    with django_assert_num_queries(5):
        assert gallery.refresh(TODAY) == 0


def test_refresh_makes_every_design_on_every_sheet_that_it_suits() -> None:
    Sheet.objects.filter(slug__in=["letter", "car-card"]).update(retired_at=None)
    make_design("for-walls", proportions=(0.6, 0.8))
    make_design("for-cars", proportions=(2.0, 3.0))
    gallery.refresh(TODAY, designs=["for-walls", "for-cars"])
    made = {(row.slug, row.sheet.slug, row.language) for row in gallery.posters()}
    assert made == {
        (slug, sheet, language)
        for slug, sheet in (("for-walls", "letter"), ("for-cars", "car-card"))
        for language in ("en", "es")
    }


def test_refresh_makes_a_few_at_a_time_the_usual_design_first() -> None:
    make_design("another")
    assert gallery.refresh(TODAY, most=1) == 1
    assert gallery.refresh(TODAY, most=2) == 2
    assert [(row.slug, row.language) for row in GalleryPoster.objects.order_by("pk")] == [
        (USUAL, "en"),
        (USUAL, "es"),
        ("another", "en"),
    ]
    assert gallery.refresh(TODAY, most=2) == 1


def test_english_and_spanish_come_before_all_other_languages() -> None:
    make_design("another")
    _approve("vi")
    gallery.refresh(TODAY)
    assert [row.language for row in GalleryPoster.objects.order_by("pk")] == ["en", "es", "en", "es", "vi", "vi"]


def test_task_makes_the_gallery() -> None:
    tasks.refresh_gallery()
    assert len(gallery.posters()) == 2


def test_refresh_follows_the_address_and_keeps_the_code(settings: Settings) -> None:
    gallery.refresh(TODAY)
    issued = [poster.link.code for poster in gallery.posters()]
    settings.PRINTED_ADDRESS = "https://go.example.gov"
    assert gallery.refresh(TODAY) == 2
    posters = gallery.posters()
    assert [poster.link.code for poster in posters] == issued
    pdf = _bytes(posters[0].document)
    assert decode_pdf(pdf) == [[f"HTTPS://GO.EXAMPLE.GOV/Q/{issued[0]}"]]
    assert not posters[0].is_sample
    assert "SAMPLE" not in page_texts(pdf)[0]


def test_refresh_follows_a_changed_number() -> None:
    gallery.refresh(TODAY)
    Channel.objects.filter(value="1-888-373-7888").update(value="1-888-555-0123")
    assert gallery.refresh(TODAY) == 2
    said = page_texts(_bytes(gallery.posters()[0].document))[0]
    assert "1-888-555-0123" in said
    assert "1-888-373-7888" not in said


def test_refresh_follows_a_new_version_and_keeps_the_code() -> None:
    make_design("another", headline="The first")
    gallery.refresh(TODAY, designs=["another"])
    before = gallery.posters()[0]
    make_design("another", headline="The second", version=2)
    assert gallery.refresh(TODAY, designs=["another"]) == 2
    after = gallery.posters()[0]
    assert (after.pk, after.link_id, after.design.version) == (before.pk, before.link_id, 2)
    assert "The second" in page_texts(_bytes(after.document))[0]


def test_refresh_without_a_number_says_so_and_nothing_is_offered() -> None:
    gallery.refresh(TODAY)
    Channel.objects.update(may_print=False)
    with pytest.raises(NotReady, match="No national number"):
        gallery.refresh(TODAY)
    assert gallery.posters() == []
    Channel.objects.update(may_print=True)
    assert len(gallery.posters()) == 2


@pytest.mark.parametrize("outdated", ["number", "text"])
def test_what_says_something_else_than_today_cannot_be_taken(client: Client, outdated: str) -> None:
    """From the moment of the change, not only once the task has come round."""
    gallery.refresh(TODAY)
    poster = gallery.posters()[0]
    address = _address(poster, poster.document, "pdf")
    client.get(address).getvalue()
    if outdated == "number":
        Channel.objects.filter(value="1-888-373-7888").update(value="1-888-555-0123")
    else:
        english = TextSet.objects.get(language="en")
        blocks = english.blocks | {"call_note": "Free, always."}
        english.state = Review.RETIRED
        english.save()
        TextSet.objects.create(
            language="en", version=2, blocks=blocks, sha256=TextSet.digest_of(blocks), state=Review.APPROVED,
            approved_by_release=True,
        )  # fmt: skip
    assert gallery.posters() == []
    assert client.get(address).status_code == 404
    page = client.get("/en/posters/")
    assert "being prepared" in page.content.decode()
    assert gallery.refresh(TODAY) == len(gallery.posters()) > 0
    assert client.get(address).status_code == 404
    assert gallery.posters()[0].link_id == poster.link_id


def test_poster_that_does_not_fit_spends_no_code_and_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    make_design("broken", body='panic("The headline does not fit.")')
    with caplog.at_level(logging.ERROR):
        assert gallery.refresh(TODAY) == 2
        assert gallery.refresh(TODAY) == 0
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert all("The headline does not fit." in line for line in told)
    assert Link.objects.count() == 2
    assert {row.slug for row in gallery.posters()} == {USUAL}


@pytest.mark.parametrize("withdrawn", ["language", "sheet", "design"])
def test_what_is_not_offered_any_more_is_not_listed_and_comes_back_with_its_code(
    client: Client, withdrawn: str
) -> None:
    gallery.refresh(TODAY)
    poster = gallery.posters()[0]
    address = _address(poster, poster.document, "pdf")
    if withdrawn == "language":
        TextSet.objects.filter(language="en").update(state=Review.DRAFT)
        assert "en" not in {row.language for row in gallery.posters()}
    elif withdrawn == "sheet":
        Sheet.objects.update(retired_at=timezone.now())
        assert gallery.posters() == []
    else:
        Design.objects.filter(slug=USUAL).update(state=Review.RETIRED)
        assert gallery.posters() == []
    assert client.get(address).status_code == 404
    assert GalleryPoster.objects.filter(link__code=poster.link.code).exists()
    TextSet.objects.filter(language="en", version=1).update(state=Review.APPROVED)
    Sheet.objects.filter(slug="letter").update(retired_at=None)
    newest = Design.objects.filter(slug=USUAL).aggregate(most=Max("version"))["most"]
    Design.objects.filter(slug=USUAL, version=newest).update(state=Review.APPROVED)
    assert poster.link.code in {row.link.code for row in gallery.posters()}


def test_language_whose_english_changed_is_not_listed() -> None:
    _approve("vi")
    gallery.refresh(TODAY)
    assert "vi" in {row.language for row in gallery.posters()}
    TextSet.objects.filter(language="vi").update(english_sha256="0" * 64)
    assert "vi" not in {row.language for row in gallery.posters()}


def test_sheet_that_the_new_version_does_not_suit_is_not_shown() -> None:
    make_design("another")
    gallery.refresh(TODAY, designs=["another"])
    assert gallery.shelf(languages=["en"]).cards
    make_design("another", version=2, proportions=(2.0, 3.0))
    assert not gallery.shelf(languages=["en"]).cards


def test_pictures_are_bounded_whatever_the_sheet() -> None:
    Sheet.objects.update(retired_at=timezone.now())
    Sheet.objects.create(slug="wall", name="Wall", width=68, height=88)
    gallery.refresh(TODAY, designs=[USUAL])
    poster = gallery.posters()[0]
    for stored, side in ((poster.picture, gallery.PICTURE_SIDE), (poster.preview, gallery.PREVIEW_SIDE)):
        assert abs(max(Image.open(io.BytesIO(_bytes(stored))).size) - side) <= 1


def test_preview_has_the_size_that_its_page_keeps_free() -> None:
    gallery.refresh(TODAY)
    (card,) = gallery.shelf(languages=["en"]).cards["restroom"]
    assert Image.open(io.BytesIO(_bytes(card.shown.preview))).size == card.preview_size


def test_code_in_previews_is_none_of_ours() -> None:
    with pytest.raises(codes.BadCode):
        codes.read(gallery.PREVIEW_CODE)


# The page


def test_page_offers_the_files_without_a_cookie(client: Client) -> None:
    gallery.refresh(TODAY)
    page = client.get(reverse("posters"), {"language": "es"})
    assert page.status_code == 200
    assert not page.cookies
    assert page.headers["CDN-Cache-Control"] == "public, max-age=300"
    (poster,) = [row for row in gallery.posters() if row.language == "es"]
    for form, stored in (("pdf", poster.document), ("png", poster.picture), ("preview", poster.preview)):
        address = _address(poster, stored, form)
        assert address in page.content.decode()
        taken = client.get(address)
        assert taken.getvalue() == _bytes(stored)
        assert "immutable" in taken.headers["Cache-Control"]
        assert not taken.cookies


@pytest.mark.parametrize(
    ("query", "language"),
    [({}, "es"), ({"language": "en"}, "en"), ({"language": "vi"}, "es"), ({"language": "'><"}, "es")],
)
def test_page_speaks_the_language_that_was_chosen_else_its_own(
    client: Client, query: dict[str, str], language: str
) -> None:
    gallery.refresh(TODAY)
    page = client.get("/es/posters/", query).content.decode()
    assert page.count(".pdf") == page.count(f"/letter/{language}.pdf") == 2  # the preview and the list lead to it


def test_page_filters_by_audience_and_size(client: Client) -> None:
    Sheet.objects.filter(slug="tabloid").update(retired_at=None)
    make_design("for-schools", audience="school")
    gallery.refresh(TODAY)

    def shown(**query: str) -> set[str]:
        cards = client.get("/en/posters/", query).context["shelf"].cards
        return {f"{row.slug} {row.sheet.slug}" for group in cards.values() for card in group for row in card.posters}

    every = {f"{slug} {sheet}" for slug in (USUAL, "for-schools") for sheet in ("letter", "tabloid")}
    assert shown() == every
    assert shown(audience="school") == {"for-schools letter", "for-schools tabloid"}
    assert shown(size="tabloid") == {f"{USUAL} tabloid", "for-schools tabloid"}
    assert shown(audience="school", size="tabloid") == {"for-schools tabloid"}
    assert shown(audience="nobody", size="²") == every


def test_page_without_a_match_leads_back_to_all(client: Client) -> None:
    Sheet.objects.filter(slug="car-card").update(retired_at=None)
    make_design("for-cars", proportions=(2.0, 3.0), audience="train")
    gallery.refresh(TODAY)
    page = client.get("/en/posters/", {"audience": "restroom", "size": "car-card"}).content.decode()
    assert "No poster is like that" in page
    assert "Show all posters" in page


def test_page_leads_to_make_yours_where_a_design_takes_a_name(client: Client) -> None:
    gallery.refresh(TODAY)
    assert "posters/make/" not in client.get("/en/posters/").content.decode()
    make_design("for-partners", partner=True)
    gallery.refresh(TODAY)
    assert "/en/posters/make/for-partners/?language=en" in client.get("/en/posters/").content.decode()


def test_page_in_a_language_written_from_right_to_left_shows_its_posters(client: Client) -> None:
    _approve("ar")
    gallery.refresh(TODAY)
    page = client.get("/en/posters/", {"language": "ar"}).content.decode()
    assert f"/{USUAL}/letter/ar.preview" in page
    assert LANGUAGES["ar"].own_name in page


def test_download_is_named_for_a_person(client: Client) -> None:
    gallery.refresh(TODAY)
    poster = gallery.posters()[1]
    taken = client.get(_address(poster, poster.document, "pdf"))
    assert taken.headers["Content-Disposition"] == f'attachment; filename="poster-{USUAL}-letter-es.pdf"'
    assert taken.headers["Content-Type"] == "application/pdf"
    taken.getvalue()  # read to its end, the file is closed


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_replaced_or_unknown_file_is_not_found(client: Client, language: str) -> None:
    gallery.refresh(TODAY)
    names = {"slug": USUAL, "sheet": "letter", "language": language, "form": "pdf"}
    assert client.get(reverse("posters-file", kwargs=names | {"digest": "0" * 16})).status_code == 404


def test_page_says_when_posters_are_being_prepared(client: Client) -> None:
    assert "being prepared" in client.get("/en/posters/").content.decode()
    assert "se están preparando" in client.get("/es/posters/").content.decode()


@pytest.mark.parametrize("designs", [1, 3])
def test_page_makes_four_queries_however_many_posters(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, designs: int
) -> None:
    for number in range(1, designs):
        make_design(f"another-{number}")
    gallery.refresh(TODAY)
    with django_assert_num_queries(4):
        page = client.get(reverse("posters"))
    assert page.content.decode().count('class="design"') == designs
