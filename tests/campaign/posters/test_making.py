"""“Make it yours”: a name on a poster with a code of its own, and nothing kept of whoever typed it."""

import datetime as dt
import io
import logging
import random
import re
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import zxingcpp
from django.apps import apps
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pytest_django.fixtures import DjangoAssertNumQueries

from campaign.links.models import Link
from campaign.posters import gallery, making, views
from campaign.posters.models import Design, Review, Sheet, TextSet
from outreach.agencies.logos import Logo, LogoPermission, Scope
from outreach.agencies.models import Agency
from outreach.channels.models import Channel
from portal.files.models import StoredFile
from portal.pages.limits import Limit
from portal.typesetting import decode_pdf, page_texts
from tests.campaign.posters.hostile_names import HOSTILE_NAMES
from tests.campaign.posters.made_designs import make_design

pytestmark = pytest.mark.django_db

MAKE, PREVIEW = "/en/posters/make/", "/en/posters/preview/"
NAME = "Quillfeather Academy"
SEEDS = (
    "portal.migrations.0002_seed_areas_and_season",
    "outreach.migrations.0003_seed_channels",
    "campaign.migrations.0005_seed_sheets",
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="#12343b"/></svg>'


@pytest.fixture(autouse=True)
def design() -> Design:
    """One design with a place for a name, which suits all sheets but the car card."""
    Design.objects.update(state=Review.RETIRED)
    return make_design("for-partners", partner=True)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Whatever the page before this test spoke."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that no test meets unless it sets its own."""
    for name in ("PREVIEWS", "DOWNLOADS"):
        monkeypatch.setattr(views, name, Limit(name=name, per_minute=9000, burst=9000, ceiling_per_minute=90000))


@pytest.fixture
def agency() -> Agency:
    return Agency.objects.create(name="Harbor Task Force", kind=Agency.Kind.TASK_FORCE)


def logo_of(agency: Agency, *scopes: str, until: dt.date | None = None, name: str = "Seal") -> Logo:
    """A logo that the agency allows for these scopes; for none, if there are none."""
    put = StoredFile.objects.put
    today = timezone.localdate()
    stored = put(SVG, name="seal.svg", content_type="image/svg+xml")
    logo = Logo.objects.create(
        agency=agency, name=name, file=stored, preview=stored, content_type="image/svg+xml", width=40, height=20,
        alt_text="Logo of the task force",
    )  # fmt: skip
    if scopes:
        LogoPermission.objects.create(
            logo=logo, scopes=list(scopes), document=stored, granted_by="Office of the director",
            granted_on=today - dt.timedelta(days=30), expires_on=until or today + dt.timedelta(days=30),
            approved_at=timezone.now(),
        )  # fmt: skip
    return logo


def wanted(**changed: str) -> dict[str, str]:
    said = {"design": "for-partners", "sheet": "letter", "language": "en", "area": "MS", "name": NAME}
    return said | changed


def code_in(png: bytes) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))]


# The page


def test_page_opens_with_the_design_and_language_of_the_link(client: Client) -> None:
    make_design("another", partner=True)
    page = client.get(f"{MAKE}for-partners/", {"language": "es", "size": "tabloid"})
    form = page.context["form"]
    assert [form[name].value() for name in ("design", "sheet", "language")] == ["for-partners", "tabloid", "es"]
    assert page.headers["Cache-Control"] == "no-store"
    assert "CDN-Cache-Control" not in page.headers
    assert not page.cookies


@pytest.mark.parametrize("query", [{}, {"language": "xx", "size": "car-card"}, {"language": "'><", "size": "9" * 99}])
def test_page_opens_whatever_the_link_says(client: Client, query: dict[str, str]) -> None:
    form = client.get(f"/es/posters/make/{'nothing'}/", query).context["form"]
    assert [form[name].value() for name in ("design", "sheet", "language")] == ["for-partners", "letter", "es"]


def test_page_shows_the_gallery_picture_until_a_name_is_typed(client: Client) -> None:
    assert "is-empty" in client.get(MAKE).content.decode()
    gallery.refresh(timezone.localdate())
    page = client.get(MAKE).content.decode()
    assert "/for-partners/letter/en.preview" in page
    assert "is-empty" not in page


def test_page_says_when_no_design_takes_a_name(client: Client) -> None:
    Design.objects.update(state=Review.RETIRED)
    make_design("plain")
    assert "No design has a place for a name" in client.get(MAKE).content.decode()
    assert "No design has a place for a name" in client.post(MAKE, wanted(do="pdf")).content.decode()
    assert client.post(PREVIEW, wanted()).status_code == 422


@pytest.mark.parametrize("designs", [1, 3])
def test_page_makes_seven_queries_however_many_designs(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, designs: int
) -> None:
    for number in range(1, designs):
        make_design(f"another-{number}", partner=True)
    gallery.refresh(timezone.localdate())
    with django_assert_num_queries(7):
        page = client.get(MAKE)
    assert len(page.context["offer"].designs) == designs


def test_page_bears_the_fixed_words_over_free_text(client: Client) -> None:
    page = client.get(MAKE).content.decode()
    assert "Please don’t write about anyone’s situation here" in page
    assert "1-888-373-7888" in page


def test_name_travels_by_post_alone(client: Client) -> None:
    page = client.get(MAKE, {"name": NAME}).content.decode()
    assert f'value="{NAME}"' not in page
    assert '<form method="post"' in page
    assert client.get(PREVIEW, wanted()).status_code == 405


# Previews


def test_preview_is_a_picture_that_cannot_pass_for_a_poster(client: Client) -> None:
    answer = client.post(PREVIEW, wanted())
    assert answer.headers["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == making.preview_size(Sheet.objects.get(slug="letter"))
    assert code_in(answer.content) == [f"HTTPS://EXAMPLE.ORG/Q/{gallery.PREVIEW_CODE}"]
    assert not Link.objects.exists()
    assert not answer.cookies


def test_preview_follows_what_is_typed_and_chosen(client: Client) -> None:
    seen = {
        client.post(PREVIEW, wanted(**changed)).content
        for changed in ({}, {"name": "Another"}, {"language": "es"}, {"sheet": "tabloid"}, {"name": ""})
    }
    assert len(seen) == 5


def test_first_letter_of_a_name_is_no_mistake_yet(client: Client) -> None:
    assert client.post(PREVIEW, wanted(name="Q")).content == client.post(PREVIEW, wanted(name="")).content
    assert list(client.post(MAKE, wanted(name="Q", do="pdf")).context["form"].errors) == ["name"]


def test_preview_is_marked_in_the_language_of_the_page(client: Client) -> None:
    english = client.post(PREVIEW, wanted(language="vi", name="A name"))
    assert english.status_code == 422  # nobody has reviewed the Vietnamese
    assert client.post(PREVIEW, wanted()).content != client.post("/es/posters/preview/", wanted()).content


def test_preview_follows_an_approval_and_a_number_at_once(client: Client) -> None:
    before = client.post(PREVIEW, wanted()).content
    Channel.objects.filter(value="1-888-373-7888").update(value="1-888-555-0123")
    changed = client.post(PREVIEW, wanted()).content
    make_design("for-partners", partner=True, version=2, headline="Another headline")
    assert len({before, changed, client.post(PREVIEW, wanted()).content}) == 3
    TextSet.objects.filter(language="es").update(state=Review.DRAFT)
    assert "language" in client.post(PREVIEW, wanted(language="es")).json()["errors"]


def test_preview_without_scripts_stands_in_the_page(client: Client) -> None:
    page = client.post(MAKE, wanted(do="show"))
    text = page.content.decode()
    assert page.status_code == 200
    assert re.search(r'<img class="sheet" id="preview" src="data:image/png;base64,[A-Za-z0-9+/=]{1000,}"', text)
    assert f'value="{NAME}"' in text
    assert "CDN-Cache-Control" not in page.headers
    assert not Link.objects.exists()


def test_preview_takes_letters_of_every_language(client: Client) -> None:
    for name in ("Trường Nguyễn Huệ", "林肯高中", "مدرسة النور", "विद्या मंदिर", "โรงเรียนวัดไทย", "ትምህርት ቤት"):
        assert client.post(PREVIEW, wanted(name=name)).status_code == 200, name


# Downloads


@pytest.mark.parametrize("language", ["en", "es"])
def test_pdf_bears_the_name_and_a_code_of_its_own_that_leads_to_the_area(client: Client, language: str) -> None:
    answer = client.post(MAKE, wanted(do="pdf", language=language))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="poster-letter-{language}.pdf"'
    assert NAME in page_texts(answer.content)[0]
    link = Link.objects.get()
    assert (link.kind, link.area, link.language) == (Link.Kind.MADE, "MS", language)
    ((url,),) = decode_pdf(answer.content)
    assert url == f"HTTPS://EXAMPLE.ORG/Q/{link.code}"
    led = client.get(urlsplit(url).path)
    assert (led.status_code, led.headers["Location"]) == (302, f"/{language}/near/ms/")


def test_png_bears_the_same_and_is_large_enough_to_print(client: Client) -> None:
    answer = client.post(MAKE, wanted(do="png", area=""))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="poster-letter-en.png"'
    assert Image.open(io.BytesIO(answer.content)).size == (1275, 1650)
    link = Link.objects.get()
    assert (link.kind, link.area) == (Link.Kind.MADE, "US")
    assert code_in(answer.content) == [f"HTTPS://EXAMPLE.ORG/Q/{link.code}"]


def test_every_download_has_its_own_code(client: Client) -> None:
    codes = [decode_pdf(client.post(MAKE, wanted(do="pdf")).content) for _ in range(3)]
    assert len({str(code) for code in codes}) == Link.objects.count() == 3


def test_local_lines_of_the_area_stand_on_the_poster(client: Client) -> None:
    Channel.objects.create(
        slug="ms-advocate", name="A shelter", kind=Channel.Kind.VOICE, value="601-555-0101", area_id="MS",
        audience=Channel.Audience.VICTIMS, answered_by=Channel.AnsweredBy.ADVOCATE, operator="A shelter",
        source="a test", confidence=Channel.Confidence.HIGH,
    )  # fmt: skip
    here = page_texts(client.post(MAKE, wanted(do="pdf")).content)[0]
    elsewhere = page_texts(client.post(MAKE, wanted(do="pdf", area="TN")).content)[0]
    assert "601-555-0101" in here
    assert "601-555-0101" not in elsewhere


def test_file_tells_the_day_alone(client: Client) -> None:
    pdf = client.post(MAKE, wanted(do="pdf")).content
    moments = set(re.findall(rb"D:(\d{14})", pdf))
    assert {moment[8:] for moment in moments} == {b"000000"}


# What is refused


@pytest.mark.parametrize("do", ["show", "pdf", "png"])
def test_poster_in_nobodys_name_is_not_made(client: Client, do: str) -> None:
    page = client.post(MAKE, wanted(do=do, name="  "))
    assert page.status_code == 422
    assert "Type the name that shall stand on the poster." in page.content.decode()
    assert not Link.objects.exists()


def test_hostile_names_are_refused_beside_the_field(client: Client) -> None:
    let_through = []
    for name in random.Random(2027).sample(HOSTILE_NAMES, 150):
        answer = client.post(PREVIEW, wanted(name=name))
        if answer.status_code != 422 or list(answer.json()["errors"]) != ["name"]:
            let_through.append(name)
    assert not let_through
    assert not Link.objects.exists()


def test_refused_name_stays_in_the_form_with_its_reason(client: Client) -> None:
    page = client.post(MAKE, wanted(do="pdf", name="Call 601-555-0123", sheet="tabloid", area="TN"))
    form = page.context["form"]
    assert page.status_code == 422
    assert list(form.errors) == ["name"]
    assert [form[field].value() for field in ("name", "sheet", "area")] == ["Call 601-555-0123", "tabloid", "TN"]
    assert 'href="#id_name"' in page.content.decode()


def test_name_that_does_not_fit_is_told_beside_the_field_and_spends_no_code(client: Client) -> None:
    name = "Wilhelmina Wolfeschlegelstein Memorial Woodworking Workshop"
    for answer in (client.post(MAKE, wanted(do="pdf", name=name)), client.post(MAKE, wanted(do="show", name=name))):
        assert list(answer.context["form"].errors) == ["name"]
        assert "does not fit" in answer.content.decode()
    assert "does not fit" in client.post(PREVIEW, wanted(name=name)).json()["errors"]["name"][0]
    assert not Link.objects.exists()


def test_letter_that_no_font_has_is_told_without_repeating_the_name(design: Design) -> None:
    wish = making.Wish(design=design, sheet=Sheet.objects.get(slug="letter"), language="en", area="US", name="𓀀𓀁")
    with pytest.raises(making.CannotBeMade, match="lack a letter") as caught:
        making.deliver(wish, kind=making.Kind.PDF, on=timezone.localdate())
    assert caught.value.field == "name"
    assert caught.value.__context__ is None
    assert "𓀀" not in str(caught.value)
    assert not Link.objects.exists()


def test_design_that_cannot_be_set_is_no_fault_of_the_name(client: Client) -> None:
    make_design("for-partners", partner=True, version=2, body='panic("broken")')
    page = client.post(MAKE, wanted(do="pdf"))
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["__all__"])
    assert "broken" not in page.content.decode()
    assert not Link.objects.exists()


def test_size_that_the_design_does_not_suit_is_refused_with_those_it_does(client: Client) -> None:
    make_design("for-cars", partner=True, proportions=(2.0, 3.0))
    answer = client.post(PREVIEW, wanted(sheet="car-card"))
    assert answer.json()["errors"] == {
        "sheet": ["This design does not come in that size. It comes in: Letter, 8.5 × 11 in, Tabloid, 11 × 17 in, "
                  "A4, 210 × 297 mm, A3, 297 × 420 mm, Sticker, 4 × 6 in."]
    }  # fmt: skip
    assert client.post(PREVIEW, wanted(design="for-cars", sheet="car-card")).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("design", "first-light"), ("sheet", "poster"), ("language", "vi"), ("language", "pa"), ("area", "ZZ")],
)
def test_what_is_not_offered_is_refused(client: Client, field: str, value: str) -> None:
    assert list(client.post(PREVIEW, wanted(**{field: value})).json()["errors"]) == [field]


# Logos


def test_logo_with_permission_brings_its_agencys_name(client: Client, agency: Agency) -> None:
    logo = logo_of(agency, Scope.PUBLIC)
    answer = client.post(MAKE, wanted(do="pdf", logo=str(logo.uid), name=""))
    said = page_texts(answer.content)[0]
    assert "Harbor Task Force" in said
    named = page_texts(client.post(MAKE, wanted(do="pdf", logo=str(logo.uid))).content)[0]
    assert NAME not in named
    assert client.post(PREVIEW, wanted(logo=str(logo.uid))).content != client.post(PREVIEW, wanted()).content


def test_logo_without_permission_is_neither_offered_nor_taken(client: Client, agency: Agency) -> None:
    today = timezone.localdate()
    refused = [
        logo_of(agency, name="None"),
        logo_of(agency, Scope.POSTERS, Scope.EVENTS, name="For our posters"),
        logo_of(agency, Scope.PUBLIC, until=today - dt.timedelta(days=1), name="Expired"),
    ]
    revoked = logo_of(agency, Scope.PUBLIC, name="Revoked")
    revoked.permissions.update(revoked_at=timezone.now(), revoked_why="asked")
    allowed = logo_of(agency, Scope.PUBLIC, name="Allowed")
    page = client.get(MAKE).content.decode()
    assert str(allowed.uid) in page
    for logo in (*refused, revoked):
        assert str(logo.uid) not in page
        answer = client.post(MAKE, wanted(do="pdf", logo=str(logo.uid)))
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["logo"])
    assert not Link.objects.exists()


def test_logo_is_refused_even_where_none_is_offered(client: Client, agency: Agency) -> None:
    logo = logo_of(agency)
    assert 'name="logo"' not in client.get(MAKE).content.decode()
    page = client.post(MAKE, wanted(do="pdf", logo=str(logo.uid)))
    assert list(page.context["form"].errors) == ["logo"]
    assert "There is no permission for that logo" in page.content.decode()


def test_permission_that_ended_since_the_form_was_read_stops_the_poster(design: Design, agency: Agency) -> None:
    logo = logo_of(agency, Scope.PUBLIC)
    wish = making.Wish(
        design=design, sheet=Sheet.objects.get(slug="letter"), language="en", area="US", name="", logo=logo
    )
    logo.permissions.update(revoked_at=timezone.now(), revoked_why="asked")
    with pytest.raises(making.CannotBeMade, match="withdrawn"):
        making.deliver(wish, kind=making.Kind.PDF, on=timezone.localdate())
    assert not Link.objects.exists()


# What is left of a visitor


def test_nothing_of_the_name_is_left_anywhere(
    client: Client, caplog: pytest.LogCaptureFixture, data_folder: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    rows = _rows()
    odd = "Zylophant & Sons"
    answers: list[HttpResponseBase] = [
        client.post(PREVIEW, wanted(name=odd)),
        client.post(PREVIEW, wanted(name=f"{odd} 601-555-0123")),
        client.post(MAKE, wanted(name=odd, do="show")),
        client.post(MAKE, wanted(name=odd, do="pdf")),
        client.post(MAKE, wanted(name=odd, do="png")),
        client.post(MAKE, wanted(name=f"{odd} Memorial Woodworking Workshop of Wolfeschlegel", do="pdf")),
    ]
    assert [answer.status_code for answer in answers] == [200, 422, 200, 200, 200, 422]
    assert not any("Zylophant" in record.getMessage() + str(record.__dict__) for record in caplog.records)
    for answer in answers:
        assert not answer.cookies
        assert "Zylophant" not in str(answer.headers)
    after = _rows()
    assert "Zylophant" not in str(after)
    grown = {table for table, found in after.items() if len(found) != len(rows[table])}
    assert grown == {"campaign_link"}
    assert not any(b"Zylophant" in path.read_bytes() for path in data_folder.rglob("*") if path.is_file())


def _rows() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = cursor.fetchall()
        return found


# Limits


def strict(name: str) -> Limit:
    return Limit(name=name, per_minute=1, burst=1, ceiling_per_minute=60)


def test_too_many_previews_are_told_to_wait_and_the_form_is_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PREVIEWS", strict("previews"))
    assert client.post(PREVIEW, wanted()).status_code == 200
    answer = client.post(PREVIEW, wanted())
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "Please wait" in answer.json()["errors"]["__all__"][0]
    page = client.post(MAKE, wanted(do="show"))
    assert page.status_code == 429
    assert f'value="{NAME}"' in page.content.decode()
    assert client.post(MAKE, wanted(do="pdf")).status_code == 200


def test_too_many_downloads_are_told_to_wait_and_a_form_to_be_mended_costs_none(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "DOWNLOADS", strict("downloads"))
    for _ in range(3):
        assert client.post(MAKE, wanted(do="pdf", name="")).status_code == 422
    assert client.post(MAKE, wanted(do="pdf")).status_code == 200
    page = client.post(MAKE, wanted(do="png"))
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert "Please wait" in page.content.decode()
    assert f'value="{NAME}"' in page.content.decode()
    assert Link.objects.count() == 1


def test_page_waits_for_its_turn_and_then_says_that_it_is_busy(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "PATIENCE", 0.05)
    with making._turn:
        answer = client.post(PREVIEW, wanted())
        page = client.post(MAKE, wanted(do="pdf"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "2")
    assert "try again in a moment" in page.content.decode()
    assert f'value="{NAME}"' in page.content.decode()
    assert not Link.objects.exists()
    assert client.post(PREVIEW, wanted()).status_code == 200


@pytest.fixture
def seeded(transactional_db: None) -> None:
    """What migrations brought, brought again where a test that commits has emptied the tables."""
    if not Sheet.objects.exists():
        for name in SEEDS:
            import_module(name).seed(apps, None)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_all_served(seeded: None, design: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "PATIENCE", 60.0)  # a busy machine is not what is tried here
    answers: list[int] = []

    def one(number: int) -> None:
        try:
            answers.append(Client().post(PREVIEW, wanted(name=f"School {number}")).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 8


# Whatever is posted

ANY_TEXT = st.text(max_size=40) | st.text(alphabet="0123456789-.@/ ‮​é五", max_size=20)
FIELDS = ["design", "sheet", "language", "area", "name", "logo", "do"]
LIKELY: dict[str, list[str]] = {
    "design": ["for-partners"], "sheet": ["letter", "a4"], "language": ["en", "es"], "area": ["MS", "US", ""],
    "name": [NAME, "x" * 100_000, "#read(\"/etc/passwd\")", "\0", "\ud800".encode("utf-8", "replace").decode()],
    "logo": [""], "do": ["pdf", "png", "show", ""],
}  # fmt: skip
POSTED = st.dictionaries(
    st.sampled_from(FIELDS) | st.text(max_size=10), st.lists(ANY_TEXT, max_size=3), max_size=9
) | st.fixed_dictionaries({field: st.lists(st.sampled_from(LIKELY[field]) | ANY_TEXT, max_size=2) for field in FIELDS})


@given(posted=POSTED, path=st.sampled_from([MAKE, PREVIEW, "/es/posters/make/nothing/"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_posted_is_answered(client: Client, posted: dict[str, list[str]], path: str) -> None:
    before = Link.objects.count()
    answer = client.post(path, posted)
    assert answer.status_code in {200, 422}
    assert not answer.cookies
    delivered = "Content-Disposition" in answer.headers
    assert Link.objects.count() - before == int(delivered)
    if answer.headers["Content-Type"] == "application/pdf":
        assert decode_pdf(answer.content)[0][0].endswith(Link.objects.order_by("pk").last().code)  # type: ignore[union-attr]
