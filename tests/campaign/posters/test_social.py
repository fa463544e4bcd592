"""Pictures for posts say today's verified numbers in reviewed words, at the exact size, and nothing else."""

import datetime as dt
import io
import re
import struct
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from campaign.posters import social_shelf, tasks
from campaign.posters.assembly import NotReady
from campaign.posters.languages import LANGUAGES
from campaign.posters.models import Design, Review, SocialPicture, TextSet
from campaign.posters.shipped import shipped_texts
from campaign.posters.social import MAX_BYTES, SHAPES, Post, finished, lines_to_post
from outreach.channels.models import Channel
from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.roles import Role
from portal.typesetting import TypesettingError

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 12, 1)
CALL = "1-888-373-7888"
SIZES = {"square": (1080, 1080), "portrait": (1080, 1350), "wide": (1200, 630), "story": (1080, 1920)}
SUN = (232, 163, 61)
SPOKEN = [code if code in {"en", "es", "ar"} else pytest.param(code, marks=pytest.mark.slow) for code in LANGUAGES]


@pytest.fixture(autouse=True)
def verified() -> None:
    """Somebody has checked every number."""
    Channel.objects.update(verified_on=TODAY)


def _post(language: str = "en", shape: str = "square", host: str = "go.example.gov") -> Post:
    lines = lines_to_post(TODAY)
    return Post(shape=SHAPES[shape], language=language, texts=shipped_texts(language), lines=lines, host=host)


def _letters(post: Post) -> Iterator[tuple[str, float, float, float, float]]:
    """Each letter, and its box from the top left corner: left, top, right, bottom."""
    document = pypdfium2.PdfDocument(post.document())
    layer = document[0].get_textpage()
    for index in range(layer.count_chars()):
        letter = layer.get_text_range(index, 1)
        if letter.strip():
            left, bottom, right, top = layer.get_charbox(index)
            yield letter, left, post.shape.height - top, right, post.shape.height - bottom
    layer.close()
    document.close()


def _figures(post: Post) -> str:
    """The figures as an eye meets them: from the top down, each line from the left, a space between two lines."""
    lines: list[list[tuple[float, str]]] = []
    above = -100.0
    found = [(bottom, left, letter) for letter, left, _, _, bottom in _letters(post) if letter in "0123456789"]
    for bottom, left, letter in sorted(found):
        if bottom - above > 12:
            lines.append([])
        lines[-1].append((left, letter))
        above = bottom
    return " ".join("".join(letter for _, letter in sorted(line)) for line in lines)


def _chunks(png: bytes) -> list[str]:
    """The kinds of chunk of a PNG, in their order."""
    kinds, at = [], 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        kinds.append(kind.decode())
        at += 12 + length
    return kinds


def _bytes(stored: StoredFile) -> bytes:
    with stored.open() as file:
        return file.read()


def _address(row: SocialPicture, form: str = "png") -> str:
    stored = {"png": row.picture, "preview": row.preview, "txt": row.words}[form]
    names = {"language": row.language, "shape": row.shape, "form": form}
    return reverse("posters-social-file", kwargs=names | {"digest": stored.sha256[:16]})


def _only(language: str) -> None:
    TextSet.objects.exclude(language__in=["en", language]).update(state=Review.RETIRED)


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("shape", SIZES)
def test_picture_has_its_size_and_tells_nothing_of_its_making(language: str, shape: str) -> None:
    png = _post(language, shape).picture()
    with Image.open(io.BytesIO(png)) as picture:
        assert (picture.size, picture.mode, picture.info) == (SIZES[shape], "RGB", {})
    assert set(_chunks(png)) == {"IHDR", "IDAT", "IEND"}
    assert len(png) <= MAX_BYTES


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("shape", SIZES)
def test_picture_says_the_lines_of_the_directory_where_nothing_covers_them(language: str, shape: str) -> None:
    post = _post(language, shape)
    in_order = ["233733", "18883737888"] if LANGUAGES[language].is_answered else ["18883737888", "233733"]
    beside_each_other = ["".join(in_order if LANGUAGES[language].direction == "ltr" else reversed(in_order))]
    assert _figures(post).split() == (beside_each_other if shape == "wide" else in_order)
    letters = list(_letters(post))
    clear = SHAPES[shape]
    # Marks above the letters of a script reach higher than its capitals, by less than a line's space.
    assert min(top for _, _, top, _, _ in letters) >= clear.top - 40
    assert max(bottom for *_, bottom in letters) <= clear.height - clear.bottom + 12
    assert min(left for _, left, *_ in letters) >= clear.side - 4
    assert max(right for _, _, _, right, _ in letters) <= clear.width - clear.side + 4


@pytest.mark.parametrize("language", SPOKEN)
def test_story_keeps_its_words_out_of_what_a_phone_covers(language: str) -> None:
    letters = list(_letters(_post(language, "story")))
    assert min(top for _, _, top, _, _ in letters) >= 250
    assert max(bottom for *_, bottom in letters) <= 1920 - 250


@pytest.mark.parametrize(("language", "side"), [("en", "right"), ("ar", "left")])
def test_sun_stands_at_the_end_of_the_line(language: str, side: str) -> None:
    post = _post(language)
    with Image.open(io.BytesIO(post.picture())) as picture:
        row = [picture.getpixel((x, post.shape.waterline - 8)) for x in range(1080)]
    suns = [x for x, pixel in enumerate(row) if pixel == SUN]
    assert len(suns) > 150
    assert all(x > 540 if side == "right" else x < 540 for x in suns)


@pytest.mark.parametrize("kept", [{"text"}, {"text", "chat"}, {"chat"}, set()])
@pytest.mark.parametrize("shape", SIZES)
def test_line_out_of_service_leaves_its_place_to_the_others(shape: str, kept: set[str]) -> None:
    kinds = {"text": Channel.Kind.SMS, "chat": Channel.Kind.CHAT}
    for kind in {*kinds} - kept:
        Channel.objects.filter(kind=kinds[kind]).update(retired_at=timezone.now())
    post = _post("en", shape, host="")
    assert len(post.numbers) == 1 + len(kept)
    assert post.picture()
    assert ("Text " in post.caption()) == ("text" in kept)


@pytest.mark.parametrize("shape", SIZES)
def test_host_name_stands_where_it_has_room_and_never_stops_a_picture(shape: str) -> None:
    def said(host: str) -> bool:
        return host in "".join(letter for letter, *_ in _letters(_post("en", shape, host=host)))

    assert said("go.example.gov")
    assert said("a-very-long-host-name.help.agency.example.gov") == (shape != "wide")


def test_number_follows_the_directory() -> None:
    Channel.objects.filter(value=CALL).update(value="1-800-555-0142")
    post = _post()
    assert "1-800-555-0142" in post.numbers
    assert "18005550142" in _figures(post)
    assert CALL not in post.words()


def test_line_that_nobody_verified_refuses() -> None:
    Channel.objects.filter(value=CALL).update(verified_on=None)
    with pytest.raises(NotReady, match="two people have not checked this value yet"):
        lines_to_post(TODAY)


def test_no_line_in_service_refuses() -> None:
    Channel.objects.filter(value=CALL).update(valid_to=TODAY - dt.timedelta(days=1))
    with pytest.raises(NotReady, match="No national number may be printed"):
        lines_to_post(TODAY)


def test_words_are_reviewed_ones_and_numbers_of_the_directory() -> None:
    post = _post("es")
    texts = shipped_texts("es")
    words = post.words()
    assert words.startswith("Alt text · Texto alternativo\n\n¿No te dejan irte?")
    assert f"{texts['call_label']} {CALL} ({texts['call_note']})" in words
    assert set(re.findall(r"\d[\d-]*\d", words)) == {CALL, "233733", "911"}
    assert words.endswith("https://go.example.gov\n")
    assert "https://" not in _post("es", host="").words()


def test_number_stays_whole_within_words_from_right_to_left() -> None:
    assert f"\u2066{CALL}\u2069" in _post("ar").caption()
    assert all(unicodedata.category(letter) != "Cf" for letter in _post("en").caption())


def test_picture_of_another_size_is_refused() -> None:
    file = io.BytesIO()
    Image.new("RGB", (10, 11)).save(file, "PNG")
    with pytest.raises(TypesettingError, match="not"):
        finished(file.getvalue(), size=(10, 10))


def test_transparency_and_words_in_the_file_do_not_stay() -> None:
    drawn = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    drawn.info["Author"] = "somebody"
    file = io.BytesIO()
    drawn.save(file, "PNG", dpi=(300, 300))
    png = finished(file.getvalue(), size=(8, 8))
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.getpixel((4, 4)) == (255, 255, 255)
    assert set(_chunks(png)) == {"IHDR", "IDAT", "IEND"}


# ---- the shelf -----------------------------------------------------------------------------------


@pytest.fixture
def today() -> dt.date:
    """The day on which the pages are asked; the lines in force do not change until then."""
    return timezone.localdate()


def test_refresh_makes_every_shape_of_a_printable_language_and_then_nothing(today: dt.date) -> None:
    assert social_shelf.refresh(today, most=3) == 3
    assert social_shelf.refresh(today) == 5
    assert social_shelf.refresh(today) == 0
    assert [(row.language, row.shape) for row in social_shelf.pictures()] == [
        (language, shape) for language in ("en", "es") for shape in SHAPES
    ]


def test_refresh_that_has_nothing_to_do_asks_little(
    today: dt.date, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    social_shelf.refresh(today)
    with django_assert_num_queries(3):
        assert social_shelf.refresh(today) == 0


def test_changed_number_is_never_shown(today: dt.date, client: Client) -> None:
    social_shelf.refresh(today, most=4)
    old = social_shelf.pictures()
    Channel.objects.filter(value=CALL).update(value="1-800-555-0142")
    assert social_shelf.pictures() == []
    assert client.get(_address(old[0])).status_code == 404
    assert _address(old[0]) not in client.get(reverse("posters-social")).content.decode()
    assert social_shelf.refresh(today, most=4) == 4
    new = social_shelf.pictures()
    assert [row.pk for row in new] == [row.pk for row in old]
    assert "1-800-555-0142" in _bytes(new[0].words).decode()
    assert client.get(_address(old[0])).status_code == 404
    assert client.get(_address(new[0])).getvalue() == _bytes(new[0].picture)


def test_number_that_loses_its_verification_takes_all_away(today: dt.date, client: Client) -> None:
    social_shelf.refresh(today, most=1)
    (row,) = social_shelf.pictures()
    Channel.objects.filter(value=CALL).update(verified_on=None)
    assert social_shelf.refresh(today) == 0
    assert (
        social_shelf.shelf(["en"])
        .problems[0]
        .endswith("two people have not checked this value yet. Check it before you print.")
    )
    assert client.get(_address(row)).status_code == 404
    assert "being checked" in client.get(reverse("posters-social")).content.decode()


def test_text_that_is_no_longer_reviewed_takes_its_language_away(today: dt.date) -> None:
    social_shelf.refresh(today)
    TextSet.objects.filter(language="es").update(state=Review.IN_REVIEW)
    assert {row.language for row in social_shelf.pictures()} == {"en"}


def test_refresh_follows_the_host(today: dt.date, settings: Settings) -> None:
    _only("en")
    social_shelf.refresh(today)
    assert "https://" not in _bytes(social_shelf.pictures()[0].words).decode()
    settings.PRINTED_ADDRESS = "https://go.example.gov"
    assert social_shelf.refresh(today) == 4
    assert "https://go.example.gov" in _bytes(social_shelf.pictures()[0].words).decode()


def test_task_makes_pictures_once_the_posters_stand() -> None:
    Design.objects.update(state=Review.RETIRED)
    tasks.refresh_gallery()
    assert len(social_shelf.pictures()) == 8


# ---- the pages -----------------------------------------------------------------------------------


def test_page_shows_the_language_that_is_asked_for(today: dt.date, client: Client) -> None:
    social_shelf.refresh(today)
    english = client.get(reverse("posters-social")).content.decode()
    spanish = client.get(reverse("posters-social"), {"language": "es"}).content.decode()
    for row in social_shelf.pictures():
        page = english if row.language == "en" else spanish
        assert all(_address(row, form) in page for form in ("png", "preview", "txt"))


@pytest.mark.parametrize("languages", [["en"], ["en", "es"]])
def test_page_asks_as_little_for_many_as_for_one(
    today: dt.date, client: Client, languages: list[str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    TextSet.objects.exclude(language__in=languages).update(state=Review.RETIRED)
    social_shelf.refresh(today)
    with django_assert_num_queries(3):
        client.get(reverse("posters-social"))
    assert {row.language for row in social_shelf.pictures()} == {*languages}


def test_files_are_what_they_say(today: dt.date, client: Client) -> None:
    social_shelf.refresh(today, most=1)
    (row,) = social_shelf.pictures()
    picture, preview, words = (client.get(_address(row, form)) for form in ("png", "preview", "txt"))
    assert picture.getvalue() == _bytes(row.picture)
    assert picture.headers["Content-Disposition"] == 'attachment; filename="post-en-square.png"'
    assert picture.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert words.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert CALL in words.getvalue().decode()
    with Image.open(io.BytesIO(preview.getvalue())) as small:
        assert small.size == (480, 480)


def test_zip_of_a_language_holds_each_picture_with_its_words(today: dt.date, client: Client) -> None:
    social_shelf.refresh(today)
    digest = social_shelf.shelf(["es"]).digest
    address = reverse("posters-social-zip", kwargs={"digest": digest, "language": "es"})
    content = client.get(address).getvalue()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.namelist() == [f"post-es-{shape}.{form}" for shape in SHAPES for form in ("png", "txt")]
        assert packed.testzip() is None
    assert client.get(address).getvalue() == content
    assert client.get(address.replace("-es.zip", "-en.zip")).status_code == 404


def test_coordinator_takes_several_languages_at_once(
    today: dt.date, client: Client, user_with: Callable[..., User]
) -> None:
    social_shelf.refresh(today)
    client.force_login(user_with(Role.COORDINATOR))
    page = client.get(reverse("admin:campaign_socialpicture_changelist")).content.decode()
    assert all(_address(row) in page for row in social_shelf.pictures(["en"]))
    assert "Not offered until somebody reviews the text" in page
    answer = client.get(reverse("admin:campaign_socialpicture_download"), {"language": ["en", "es"]})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="posts-en-es.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as packed:
        assert len(packed.namelist()) == 16


def test_admin_says_which_number_nobody_verified(
    today: dt.date, client: Client, user_with: Callable[..., User]
) -> None:
    Channel.objects.filter(value=CALL).update(verified_on=None)
    client.force_login(user_with(Role.DESIGNER))
    page = client.get(reverse("admin:campaign_socialpicture_changelist")).content.decode()
    assert f"{CALL}: two people have not checked this value yet" in page


def test_analyst_has_no_pictures(client: Client, user_with: Callable[..., User]) -> None:
    client.force_login(user_with(Role.ANALYST))
    for name in ("changelist", "download"):
        assert client.get(reverse(f"admin:campaign_socialpicture_{name}")).status_code == 403


# ---- the command ---------------------------------------------------------------------------------


def test_command_writes_every_shape_with_its_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("social_pictures", "--language", "es", "--out", str(tmp_path / "posts"))
    assert {path.name for path in (tmp_path / "posts").iterdir()} == {
        f"post-es-{shape}.{form}" for shape in SHAPES for form in ("png", "txt")
    }
    assert "4 pictures" in capsys.readouterr().out


def test_command_refuses_a_text_that_nobody_reviewed(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No text in Vietnamese is reviewed"):
        call_command("social_pictures", "--language", "vi", "--out", str(tmp_path / "posts"))
    assert not (tmp_path / "posts").exists()


def test_command_refuses_a_number_that_nobody_verified(tmp_path: Path) -> None:
    Channel.objects.update(verified_on=None)
    with pytest.raises(CommandError, match="two people have not checked"):
        call_command("social_pictures", "--out", str(tmp_path / "posts"))
