"""The school pack: said in plain words in both languages, readable by machines, handed to those it is meant for."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from outreach.seminars import pack, publishing
from outreach.seminars.models import Presenter, PresenterKind, Request, Seminar
from outreach.seminars.pack import Part
from outreach.seminars.pack_words import BRIEF, CARD, CHECKLIST, LETTER
from outreach.seminars.presenters import assignments
from outreach.seminars.refusals import NotPossible
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach import factories

pytestmark = pytest.mark.django_db

WORDS = (
    "Listen. Don't question. Say: I believe you. I can't keep this secret, but I'll tell you what happens next. "
    "Tell the counselor and report as state law says today."
)


@pytest.fixture
def ahead() -> Season:
    return factories.season_ahead()


@pytest.fixture
def staff(user_with: Callable[..., User]) -> User:
    return user_with(Role.SCHEDULER)


def seminar(season: Season, *, kind: str = "educator", **fields: Any) -> Seminar:
    asked = factories.request(season=season, presenter_kinds=[kind], contact_phone="601-555-0131", state="planned")
    values = {
        "presenter": factories.presenter(kind=kind),
        **factories.care(),
        "parents_told_kind": kind,
        "audience": "students",
        "state": "draft",
    }
    return factories.seminar(season=season, request=asked, **values | fields)


def text_of(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


@pytest.mark.parametrize("language", pack.LANGUAGES)
@pytest.mark.parametrize("part", Part)
def test_paper_is_one_tagged_page_of_letter_and_never_says_compliant(ahead: Season, part: Part, language: str) -> None:
    content = pack.render(seminar(ahead, kind="federal_agent"), part=part, language=language)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(side)) for side in pdf.pages[0].mediabox] == [0, 0, 612, 792]
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith(language)
        assert b"pdfuaid" in pdf.Root.Metadata.read_bytes()
    assert "complian" not in text_of(content).lower()
    assert "{" not in text_of(content)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("educator", "not here as an officer"),
        ("local_police", "A police officer"),
        ("federal_agent", "may work for immigration enforcement"),
    ],
)
def test_letter_says_plainly_who_presents(ahead: Season, kind: str, says: str) -> None:
    text = text_of(pack.render(seminar(ahead, kind=kind), part=Part.LETTER, language="en"))
    assert says in text
    assert "The office, room 3" in text
    assert ("immigration" in text) == (kind == "federal_agent")


def test_letter_never_names_the_presenter(ahead: Season) -> None:
    made = seminar(ahead)
    assert made.presenter is not None
    for language in pack.LANGUAGES:
        text = text_of(pack.render(made, part=Part.LETTER, language=language))
        assert made.presenter.name not in text
        assert made.presenter.agency.name in text


def test_letter_of_a_federal_agency_says_so_though_an_educator_comes(ahead: Season) -> None:
    made = seminar(ahead)
    assert made.presenter is not None
    made.presenter.agency.level = "federal"
    assert "is a federal agency" in text_of(pack.render(made, part=Part.LETTER, language="en"))


def test_card_says_the_words_and_the_states_line(ahead: Season) -> None:
    made = seminar(ahead)
    text = text_of(pack.render(made, part=Part.CARD, language="en"))
    assert CARD["en"]["words"] == WORDS
    assert text.count(WORDS) == 8
    assert text.count("1-800-222-8000") == 8
    assert "As published by" in text
    assert made.child_line is not None
    made.child_line.verified_on = dt.date(2026, 11, 3)
    assert "Checked on Tuesday 3 November 2026" in text_of(pack.render(made, part=Part.CARD, language="en"))


def test_card_without_a_line_is_refused(ahead: Season) -> None:
    with pytest.raises(NotPossible, match="not recorded"):
        pack.render(seminar(ahead, child_line=None), part=Part.CARD, language="en")


def test_words_typed_by_a_school_stay_words(ahead: Season) -> None:
    made = seminar(ahead, opt_out='{kind} #read("x") *bold*', private_room="Room <b>7</b> {school}")
    assert '{kind} #read("x") *bold*' in text_of(pack.render(made, part=Part.LETTER, language="en"))
    assert "Room <b>7</b> {school}" in text_of(pack.render(made, part=Part.CHECKLIST, language="en"))


def test_every_kind_and_topic_has_words_in_every_language() -> None:
    for words in (LETTER, CARD, CHECKLIST, BRIEF):
        assert words["en"].keys() == words["es"].keys()
    for language in pack.LANGUAGES:
        assert {*PresenterKind.values, "awareness", "online", "labor", "staff"} <= LETTER[language].keys()


def test_papers_are_for_students_alone(ahead: Season) -> None:
    with pytest.raises(NotPossible):
        pack.render(seminar(ahead, audience="adults"), part=Part.LETTER, language="en")


def test_changed_tells_the_papers_that_are_old(ahead: Season) -> None:
    made = seminar(ahead)
    before = pack.digests(made)
    with translation.override("es"):
        assert pack.digests(made) == before
    made.private_room = "Room 99"
    assert pack.changed(before, pack.digests(made)) == [Part.CHECKLIST]
    made.presenter = factories.presenter(kind="local_police")
    assert pack.changed(before, pack.digests(made)) == [Part.LETTER, Part.CHECKLIST]


def test_school_gets_its_papers_once_it_was_told_and_never_the_brief(
    client: Client, ahead: Season, staff: User
) -> None:
    made = seminar(ahead)
    asked = made.request
    assert isinstance(asked, Request)
    address = reverse("request-paper", args=[asked.uid, "letter", "es"])
    assert client.get(address).status_code == 404
    publishing.publish(seminar_id=made.pk, by=staff)
    page = client.get(reverse("request-page", args=[asked.uid])).content.decode()
    assert address in page
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == "no-store"
    assert "set-cookie" not in answer.headers
    for part, language in (("brief", "en"), ("letter", "fr"), ("nothing", "en")):
        assert client.get(reverse("request-paper", args=[asked.uid, part, language])).status_code == 404


def test_presenter_gets_the_brief_and_nobody_else(client: Client, ahead: Season, staff: User) -> None:
    made = seminar(ahead)
    presenter, other = made.presenter, factories.presenter()
    assert isinstance(presenter, Presenter)

    def address(whose: Presenter) -> str:
        return reverse("presenter-brief", args=[whose.key, made.uid, "en"])

    assert client.get(address(presenter)).status_code == 404
    publishing.publish(seminar_id=made.pk, by=staff)
    assert client.get(address(presenter)).status_code == 404, "whom to meet is for those who said yes"
    assignments.answer(presenter_key=presenter.key, seminar_uid=made.uid, answer="confirmed")
    answer = client.get(address(presenter))
    assert answer.status_code == 200
    assert address(presenter) in client.get(reverse("presenter-page", args=[presenter.key])).content.decode()
    assert "Dana Cole" in text_of(answer.content)
    assert client.get(address(other)).status_code == 404
