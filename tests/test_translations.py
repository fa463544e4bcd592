"""Spanish is complete on every public page, and the compiled catalogue is that of its source."""

import gettext
import io
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from campaign.demo import building
from campaign.posters import gallery, social_shelf
from campaign.posters.header import AUDIENCES
from campaign.posters.languages import LANGUAGES
from campaign.posters.models import Design, Sheet
from campaign.welcome import leaflets
from outreach.channels.models import Channel
from outreach.registration.models import Registration
from outreach.seminars.models import Request, Seminar
from portal.seasons.models import Season

CATALOGUES = sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po"))


def _read(source: Path) -> gettext.GNUTranslations:
    """The catalogue that a .po file compiles to."""
    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=source.parts[-3]))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _said(catalogue: gettext.GNUTranslations) -> dict[object, str]:
    """Its messages, without the header (which tells who compiled it)."""
    messages: dict[object, str] = catalogue._catalog  # type: ignore[attr-defined]
    return {key: text for key, text in messages.items() if key}


@pytest.mark.parametrize("source", CATALOGUES, ids=lambda path: path.parts[-3])
def test_compiled_catalogue_is_that_of_its_source(source: Path) -> None:
    with source.with_suffix(".mo").open("rb") as file:
        committed = gettext.GNUTranslations(file)
    assert _said(committed) == _said(_read(source)), "Run .venv/bin/pybabel compile -d locale -D django"


@pytest.mark.parametrize("source", CATALOGUES, ids=lambda path: path.parts[-3])
def test_catalogue_has_no_gaps_and_keeps_every_place(source: Path) -> None:
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parts[-3])
    for message in catalogue:
        if not message.id:
            continue
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(texts), message.id
        assert not message.fuzzy, message.id
        assert [str(error) for error in message.check(catalogue)] == []


class Recorder(gettext.NullTranslations):
    """Stands behind the Spanish catalogue and keeps what it does not say."""

    def __init__(self) -> None:
        super().__init__()
        self.missed: set[str] = set()

    def gettext(self, message: str) -> str:
        self.missed.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.missed.add(msgid1)
        return msgid1 if n == 1 else msgid2


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Listens to everything that the pages ask the Spanish catalogue for."""
    listening = Recorder()
    monkeypatch.setattr(trans_real.translation("es"), "_fallback", listening)
    return listening


@pytest.mark.django_db
def test_what_the_release_ships_has_a_spanish_name(recorder: Recorder) -> None:
    designs = [row for row in Design.objects.all() if row.author_id is None]
    shipped = [word for design in designs for word in (design.name, design.description)]
    shipped += [language.name for language in LANGUAGES.values()]
    shipped += [sheet.name for sheet in Sheet.objects.all()]
    with translation.override("es"):
        for word in (*shipped, *AUDIENCES.values()):
            translation.gettext(word)
    assert not recorder.missed, "Not yet Spanish:\n" + "\n".join(sorted(recorder.missed))


@pytest.mark.django_db
def test_public_pages_are_wholly_spanish(client: Client, season: Season, recorder: Recorder) -> None:
    building.build(season=season)
    client.get("/es/posters/")  # before there is one
    client.get("/es/posters/social/")  # before there is one
    Channel.objects.update(verified_on=season.starts_on)
    gallery.refresh(season.starts_on)
    social_shelf.refresh(season.starts_on, most=4)
    event = Seminar.objects.listed().filter(state="open").order_by("pk")[0]
    pages = [
        *(f"/es/{slug}/" for slug in leaflets.SLUGS),
        *(f"/es/{path}" for path in ("", "about/", "safety/", "posters/", "posters/social/", "nothing-here/")),
        *(str(reverse(name)).replace("/en/", "/es/", 1) for name in ("events", "seminar-request")),
        *(f"/es/events/{row.uid}/" for row in Seminar.objects.listed()),
        f"/es/events/{event.uid}/book/",
        f"/es/events/{event.uid}/booked/",
        "/es/seminars/ask/sent/",
        *(f"/es/seminars/asked/{row.uid}/" for row in Request.objects.all()),
        *(f"/es/bookings/{row.uid}/" for row in Registration.objects.order_by("pk")[:5]),
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code in {200, 404}, page
        assert 'lang="es"' in answer.content.decode(), page
    client.get("/es/posters/", {"audience": "train", "size": "letter"})
    for path in ("/es/posters/make/", "/es/posters/make/common-ground/"):
        client.get(path)
        client.post(path, {"do": "pdf", "design": "common-ground", "sheet": "car-card", "logo": "x"})
    client.post("/es/posters/preview/", {"design": "common-ground", "sheet": "letter", "language": "es"})
    client.post(str(reverse("seminar-request")).replace("/en/", "/es/", 1), {"grades": "x"})
    client.post(f"/es/events/{event.uid}/book/", {"name": "", "seats": "0"})
    assert not recorder.missed, "Not yet Spanish:\n" + "\n".join(sorted(recorder.missed))
