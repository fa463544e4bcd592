"""Seminars for students stand nowhere in public: not on a page, in a feed, a picture, a file, a poster or behind a code.

To prove it, what could leak is created: seminars for students of every kind and state, each with a word of its own in
every text that it has. Then every public address is asked, with what it shows and with their uids.
"""

import itertools
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import translation

from campaign.links import codes
from campaign.links.destinations import event_target
from campaign.links.models import Link
from campaign.posters import events as posters
from campaign.scans import targets
from outreach.agencies.models import Agency
from outreach.seminars import audiences
from outreach.seminars.models import Seminar
from portal.areas.register import AREAS, NATION
from portal.seasons.models import Season
from portal.typesetting import page_texts
from tests.outreach import factories
from tests.outreach.events.reading import page_of
from tests.test_roles_by_url import PUBLIC, listed_event, world

pytestmark = pytest.mark.django_db

__all__ = ["world"]

WORD = "Quillfeather"
#: Pages of one person, school or presenter, who runs that seminar and knows of it.
PRIVATE = ("request-", "presenter-", "review-", "seminar-draft", "booking")


@pytest.fixture
def unlisted(world: Season) -> list[Seminar]:
    """One for students of every audience, state and way; each has a host of its own name and texts that tell it."""
    made = []
    kinds = itertools.product(audiences.UNLISTED, Seminar.State.values, ["in_person", "virtual"])
    for number, (audience, state, mode) in enumerate(kinds):
        word = f"{WORD}{number}"
        host = Agency.objects.create(name=f"{word} House", kind=Agency.Kind.NGO, level=Agency.Level.PRIVATE)
        texts = ("title", "summary", "venue", "address", "city", "access", "expect", "content_note", "reason")
        fields: dict[str, Any] = dict.fromkeys(texts, word) | {"join_url": f"https://meet.example.org/{word}"}
        event = factories.seminar(
            season=world, audience=audience, state=state, mode=mode, host=host, language="vi", **fields
        )
        event.partners.add(host)
        made.append(event)
    return made


def said_by(answer: HttpResponseBase) -> str:
    """All the words of an answer, its headers included; of a PDF those on its pages."""
    body = answer.getvalue()
    headers = str(answer.headers)
    if answer.headers.get("Content-Type") == "application/pdf":
        return headers + " ".join(page_texts(body))
    return headers + body.decode("utf-8", "replace")


def addresses() -> Iterator[str]:
    """Every public page, list and feed, in every language and narrowed in every way."""
    for name, arguments in PUBLIC.items():
        if name.startswith(PRIVATE):
            continue
        for language, _ in settings.LANGUAGES:
            with translation.override(language):
                yield reverse(name, kwargs=arguments())
    yield from (f"/feeds/events/{area.code.lower()}.ics" for area in AREAS if area != NATION)
    for query in ("state=MS", "language=vi", "mode=virtual", "mode=in_person", "audience=students", "audience=college"):
        yield f"/en/events/?{query}"
    for event in Seminar.objects.listed():
        for name in ("event", "event-calendar", "registration", "registration-done"):
            yield reverse(name, args=[event.uid])


def addresses_of(uid: uuid.UUID) -> Iterator[str]:
    """Every public address that names an event, with another uid in its place."""
    shown = listed_event()
    for name, arguments in PUBLIC.items():
        taken = arguments()
        if taken.get("uid") == shown:
            yield reverse(name, kwargs=taken | {"uid": uid})


def test_no_public_address_tells_of_a_seminar_for_students(unlisted: list[Seminar], client: Client) -> None:
    told = [path for path in addresses() if WORD in said_by(client.get(path, follow=True))]

    assert not told


def test_addresses_with_its_uid_answer_as_those_of_nothing(unlisted: list[Seminar], client: Client) -> None:
    nothing = uuid.UUID(int=7, version=4)
    assert len(list(addresses_of(nothing))) >= 6
    for event in unlisted:
        for method, (path, other) in itertools.product(
            ("get", "head", "post"), zip(addresses_of(event.uid), addresses_of(nothing), strict=True)
        ):
            answer = getattr(client, method)(path, {"name": "Ana"} if method == "post" else {})
            expected = getattr(client, method)(other, {"name": "Ana"} if method == "post" else {})
            assert answer.status_code == expected.status_code, path
            assert answer.status_code in (404, 405), path
            assert said_by(answer).replace(str(event.uid), "") == said_by(expected).replace(str(nothing), ""), path


def test_no_code_is_issued_for_it_and_no_poster_made(unlisted: list[Seminar], client: Client) -> None:
    for event in unlisted:
        assert posters.issue(event_id=event.pk) == []
    posters.issue_missing()

    hidden = {event_target(event.uid) for event in unlisted}
    assert not Link.objects.filter(target__in=hidden).exists()
    assert Link.objects.filter(kind=Link.Kind.EVENT).exists()


def test_event_that_becomes_one_for_students_is_gone_from_everywhere(client: Client) -> None:
    event = factories.seminar(title=WORD)
    links = posters.issue(event_id=event.pk)
    targets.refresh()
    code = f"/Q/{codes.grouped(links[0].code)}"
    assert client.get(code).headers["Location"] == f"/en/events/{event.uid}/"
    assert WORD in page_of(client, event)

    Seminar.objects.filter(pk=event.pk).update(audience="students", **factories.care())
    targets.refresh()

    assert client.get(code).headers["Location"] == "/en/near/ms/"
    for path in ("/en/events/", "/feeds/events.ics", "/feeds/events/ms.ics"):
        assert WORD not in said_by(client.get(path))
    for name in ("event", "event-calendar"):
        assert client.get(reverse(name, args=[event.uid])).status_code == 404
    assert client.get(reverse("event-poster", args=[event.uid, "letter"])).status_code == 404
