"""The picture of a link: of its size, with nothing beside the pixels, and with words that tell nothing."""

import io
import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from outreach.events import pictures
from outreach.events.pictures import Words, draw
from outreach.seminars.models import Seminar
from tests.outreach import factories
from tests.outreach.events.reading import page_of, previews_of

pytestmark = pytest.mark.django_db

LINE = Words(title="Know the signs", day="Tuesday 12 January 2027", time="10:00 a.m., Central Time", place="Library")


def address_of(client: Client, event: Seminar, *, language: str = "en") -> str:
    """The picture's path, as the page tells it."""
    return urlsplit(previews_of(page_of(client, event, language=language))["og:image"]).path


def test_picture_is_of_its_size_and_holds_nothing_beside_the_pixels(client: Client) -> None:
    event = factories.seminar()
    answer = client.get(address_of(client, event))

    with Image.open(io.BytesIO(answer.content)) as picture:
        picture.load()
        assert (picture.format, picture.size, picture.mode, picture.info) == ("PNG", (1200, 630), "RGB", {})
        assert not picture.getexif()
    assert len(answer.content) < 200_000
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    previews = previews_of(page_of(client, event))
    assert (previews["og:image:width"], previews["og:image:height"]) == ("1200", "630")
    assert previews["twitter:card"] == "summary_large_image"


def test_moved_or_cancelled_event_has_another_picture_and_the_old_address_leads_there(client: Client) -> None:
    event = factories.seminar()
    before = address_of(client, event)
    Seminar.objects.filter(pk=event.pk).update(starts_at=factories.in_days(31))
    moved = address_of(client, event)
    Seminar.objects.filter(pk=event.pk).update(state="cancelled", changed_at=timezone.now())
    cancelled = address_of(client, event)

    assert len({before, moved, cancelled}) == 3
    answer = client.get(before)
    assert (answer.status_code, answer.headers["Location"]) == (302, cancelled)
    assert "Cancelled" in previews_of(page_of(client, event))["og:image:alt"]


def test_picture_speaks_the_language_of_its_page(client: Client) -> None:
    event = factories.seminar()

    assert address_of(client, event) != address_of(client, event, language="es").replace("/es/", "/en/")
    assert client.get(address_of(client, event, language="es")).status_code == 200


@pytest.mark.parametrize("title", ["Stop human trafficking", "How to help", "Alto a la trata", "Hotline workshop"])
def test_picture_of_a_telling_title_says_the_day_instead(title: str) -> None:
    event = factories.seminar(title=title, venue="Rescue Mission", host=None)
    said = pictures.words(event)

    assert said.title == f"Event, {event.short_day}"
    assert not re.search("traffick|help|trata|hotline|rescue", said.told, re.IGNORECASE)


@pytest.mark.parametrize(
    "title",
    [
        "A",
        "w" * 120,
        "Know your rights at work, at home and on the way there, an evening for everyone who wants to know",
        "ورشة عمل عن حقوق العمال في المدينة",
        "안전한 일터에 대해 이야기해요",
        "劳工权利讲座",
        "Права работников",
        "Quyền của người lao động",
        "Ny kontwòl ☃",
    ],
)
def test_any_title_is_drawn_above_the_water_and_within_the_margins(title: str) -> None:
    plain = Image.open(io.BytesIO(draw(Words(title="", day="", time="", place=""))))
    written = Image.open(io.BytesIO(draw(Words(title=title, day="", time="", place=""))))
    from PIL import ImageChops

    box = ImageChops.difference(plain, written).getbbox()

    assert box is not None
    left, top, right, bottom = box
    assert left >= 60
    assert right <= pictures.WIDTH - 60
    assert top >= 30
    assert bottom < 372


def test_letters_come_from_a_font_that_has_them() -> None:
    from outreach.events.pictures import _font

    assert "Noto Sans KR" in (_font("안전한 일터", 40, 800).getname()[0] or "")
    assert "Arabic" in (_font("ورشة", 40, 800).getname()[0] or "")
    assert _font("Quyền của", 40, 800).getname()[0] == "Inter"


def test_same_words_are_the_same_bytes() -> None:
    first = draw(LINE)
    draw.cache_clear()

    assert draw(LINE) == first
    assert LINE.digest == Words(**{field: getattr(LINE, field) for field in Words.__slots__}).digest
