"""Posters of events: their codes are read back from the page and lead to it, for as long as there is one."""

import datetime as dt
import io
from typing import Any

import pytest
import zxingcpp
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaign.links import codes
from campaign.links.destinations import event_target
from campaign.links.models import Link
from campaign.posters import event_views, events
from campaign.scans import targets
from outreach.agencies.models import Agency
from outreach.channels.models import Channel
from outreach.seminars.models import Seminar
from portal.areas.models import Area
from portal.pages.limits import Limit
from portal.typesetting import decode_pdf, page_boxes, page_texts
from tests.outreach import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_limit_of_its_own(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """No test is refused for what another one asked; and an address is printed."""
    limit = Limit(name="posters of events", per_minute=600, burst=600, ceiling_per_minute=6000)
    monkeypatch.setattr(event_views, "POSTERS", limit)
    settings.PRINTED_ADDRESS = "https://go.example.gov"
    settings.PUBLIC_ADDRESS = "https://go.example.gov"


def with_codes(**fields: Any) -> Seminar:
    event = factories.seminar(**fields)
    events.issue(event_id=event.pk)
    return event


def poster(client: Client, event: Seminar, *, paper: str = "letter", language: str = "en") -> Any:
    return client.get(f"/{language}/events/{event.uid}/poster-{paper}.pdf")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("paper", sorted(events.PAPERS))
def test_code_of_the_rendered_page_leads_to_the_page_of_the_event(client: Client, paper: str, language: str) -> None:
    event = with_codes()
    answer = poster(client, event, paper=paper, language=language)
    targets.refresh()

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    [[read]] = decode_pdf(answer.content)
    assert read.startswith("HTTPS://GO.EXAMPLE.GOV/Q/")
    landed = client.get(read.removeprefix("HTTPS://GO.EXAMPLE.GOV"), headers={"Accept-Language": "vi"})
    assert landed.headers["Location"] == f"/{language}/events/{event.uid}/"
    assert client.get(landed.headers["Location"]).status_code == 200


def test_code_is_read_from_a_picture_of_the_paper(client: Client) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(io.BytesIO(poster(client, with_codes()).content))
    picture = document[0].render(scale=1.2).to_pil()
    document.close()

    assert [found.text.startswith("HTTPS://GO.EXAMPLE.GOV/Q/") for found in zxingcpp.read_barcodes(picture)] == [True]


@pytest.mark.parametrize(
    ("area", "city", "zone", "said"),
    [
        ("AZ", "Phoenix", "America/Phoenix", "9:00 a.m. to 10:30 a.m., Mountain Standard Time"),
        ("IN", "Indianapolis", "America/Indiana/Indianapolis", "11:00 a.m. to 12:30 p.m., Eastern Time"),
        ("IN", "Tell City", "America/Indiana/Tell_City", "10:00 a.m. to 11:30 a.m., Central Time"),
        ("IN", "Knox", "America/Indiana/Knox", "10:00 a.m. to 11:30 a.m., Central Time"),
        ("GU", "Hagåtña", "Pacific/Guam", "2:00 a.m. to 3:30 a.m., Chamorro Time"),
    ],
)
def test_poster_says_the_time_of_the_place(client: Client, area: str, city: str, zone: str, said: str) -> None:
    starts_at = dt.datetime(timezone.now().year + 1, 1, 12, 16, 0, tzinfo=dt.UTC)
    event = with_codes(
        starts_at=starts_at, minutes=90, area=Area.objects.get(pk=area), city=city, time_zone=zone, title="Fair work"
    )
    [text] = page_texts(poster(client, event).content)
    day = event.day

    assert said in text.replace("\xa0", " ")
    assert day in text
    assert f"{city}, {event.area.name}" in text


def test_poster_says_who_invites_how_to_get_in_and_the_numbers_of_the_day(client: Client) -> None:
    host = Agency.objects.get(acronym="OVC")
    event = with_codes(host=host, access="Elevator to floor 2\nASL interpreter\nThird line", takes_classes=True)
    [text] = page_texts(poster(client, event).content)

    for words in (f"{host.name} invites you", "Elevator to floor 2", "ASL interpreter", "Groups are welcome."):
        assert words in text
    assert "Third line" not in text
    assert "1-888-373-7888" in text

    Channel.objects.filter(kind=Channel.Kind.VOICE, area_id="US").update(retired_at=timezone.now())
    other = with_codes()
    [without] = page_texts(poster(client, other).content)
    assert "1-888-373-7888" not in without


@pytest.mark.parametrize(
    "title",
    [
        "A",
        "Know your rights at work, at home and on the way there: an evening for everyone who wants to know more about it",
        "안전한 일터에 대해 이야기해요",
        "ورشة عمل عن حقوق العمال",
        '#panic("x") $ @ \\ <b> */',
    ],
)
@pytest.mark.parametrize("paper", sorted(events.PAPERS))
def test_any_title_is_set_whole(client: Client, title: str, paper: str) -> None:
    languages = {"안": "ko", "و": "ar"}
    answer = poster(client, with_codes(title=title, language=languages.get(title[0], "en")), paper=paper)

    assert answer.status_code == 200
    assert len(page_boxes(answer.content)) == 1
    assert len(decode_pdf(answer.content)[0]) == 1


def test_poster_that_cannot_be_set_says_so_in_words(client: Client) -> None:
    answer = poster(client, with_codes(title="w" * 120))

    assert answer.status_code == 409
    assert "too long for a poster" in answer.content.decode()


def test_sample_says_that_its_code_leads_nowhere(client: Client, settings: Settings) -> None:
    settings.PRINTED_ADDRESS = ""
    [text] = page_texts(poster(client, with_codes()).content)

    assert "the code leads nowhere" in text


@pytest.mark.parametrize("fields", [{"state": "cancelled"}, {"state": "done"}, {"starts_at": factories.in_days(-1)}])
def test_event_that_takes_place_no_more_has_no_poster_and_its_code_leads_to_the_words(
    client: Client, fields: dict[str, Any]
) -> None:
    event = with_codes()
    code = Link.objects.get(target=event_target(event.uid), language="en").code
    Seminar.objects.filter(pk=event.pk).update(**fields)
    targets.refresh()

    assert poster(client, event).status_code == 410
    assert client.get(f"/Q/{code}").headers["Location"] == f"/en/events/{event.uid}/"
    page = client.get(f"/en/events/{event.uid}/").content.decode()
    assert "This event is cancelled." in page or "This event is over." in page


def test_poster_without_codes_yet_says_to_come_back(client: Client) -> None:
    event = factories.seminar()
    answer = poster(client, event)

    assert (answer.status_code, answer.headers["Retry-After"]) == (404, "5")
    assert not Link.objects.filter(kind=Link.Kind.EVENT).exists()
    assert poster(client, event, paper="postcard").status_code == 404


def test_codes_are_issued_once_and_stay_when_it_moves(client: Client) -> None:
    event = with_codes()
    before = [link.code for link in events.issue(event_id=event.pk)]
    Seminar.objects.filter(pk=event.pk).update(starts_at=factories.in_days(40), changed_at=timezone.now())

    assert [link.code for link in events.issue(event_id=event.pk)] == before
    assert [codes.read(code).language for code in before] == ["en", "es"]
    assert {codes.read(code).area for code in before} == {"MS"}
    [text] = page_texts(poster(client, event).content)
    assert Seminar.objects.get(pk=event.pk).day in text


def test_sweep_gives_codes_to_those_who_have_none() -> None:
    with_codes()
    factories.seminar()
    factories.seminar(state="cancelled")
    factories.seminar(state="draft")
    factories.seminar(starts_at=factories.in_days(-1))

    assert events.issue_missing() == 1
    assert events.issue_missing() == 0
    assert Link.objects.filter(kind=Link.Kind.EVENT).count() == 4


def test_whoever_asks_too_often_is_told_when_to_come_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_views, "POSTERS", Limit(name="p", per_minute=1, burst=1, ceiling_per_minute=60))
    event = with_codes()

    assert poster(client, event).status_code == 200
    answer = poster(client, event)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1


def test_page_of_the_event_leads_to_its_posters(client: Client) -> None:
    event = with_codes()
    page = client.get(f"/en/events/{event.uid}/").content.decode()

    for paper in events.PAPERS:
        assert reverse("event-poster", args=[event.uid, paper]) in page


def test_a_placement_never_leads_to_an_event_and_an_aimed_poster_of_another_language_speaks_ours(
    client: Client,
) -> None:
    event = factories.seminar()
    rows = Link.objects.issue([("MS", "en"), ("MS", "vi")], kind=Link.Kind.PLACEMENT)
    rows += Link.objects.issue([("MS", "vi")], kind=Link.Kind.EVENT)
    Link.objects.filter(pk__in=[link.pk for link in rows]).update(target=event_target(event.uid))
    targets.refresh()

    assert client.get(f"/Q/{rows[0].code}").headers["Location"] == "/en/near/ms/"
    assert client.get(f"/Q/{rows[2].code}").headers["Location"] == f"/en/events/{event.uid}/"


@pytest.mark.parametrize(
    "target", ["event:x", "event:", "event:00000000-0000-4000-8000-00000000000G", "event:../admin"]
)
def test_target_that_is_no_event_leads_to_help(client: Client, target: str) -> None:
    [link] = Link.objects.issue([("MS", "en")], kind=Link.Kind.EVENT)
    Link.objects.filter(pk=link.pk).update(target=target)
    targets.refresh()

    assert client.get(f"/Q/{link.code}").headers["Location"] == "/en/near/ms/"
