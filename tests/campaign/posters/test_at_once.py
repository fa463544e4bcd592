"""Several at the same moment: each on a connection of its own, in the order in which the database lets them."""

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from post_office.models import Email

from campaign.apps import _migrated
from campaign.links.destinations import event_target
from campaign.links.models import Link
from campaign.posters import events, invitations, review, writing
from campaign.posters.models import Design, Invitation, Review, TextSet
from campaign.posters.refusals import NotAllowed
from portal.areas.models import Area
from portal.audit.models import Entry
from tests.campaign.posters.people import Office, office
from tests.outreach import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def on_disk(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """SQLite in memory, as tests have it, lets nobody wait in line; in a file, as the portal has it, it does."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    memory = connection.connection
    file = tmp_path / "waypost.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        memory.backup(copy)
    name = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = file
    connection.connection = None
    yield
    connection.close()
    # Before anything else of the test ends: Django closes what isn't in memory by its name, and the tables were gone.
    connection.settings_dict["NAME"] = name
    connection.connection = memory


@pytest.fixture
def people() -> Office:
    return office()


@pytest.fixture
def vietnamese(people: Office) -> TextSet:
    draft = writing.revise_texts(language="vi", by=people.translator)
    review.submit(of=draft, by=people.translator)
    draft.refresh_from_db()
    return draft


def at_once(calls: Sequence[Callable[[], object]]) -> list[object]:
    """What each call gave, or the refusal that it raised; all begin together."""
    start = threading.Barrier(len(calls))
    answers: list[object] = [None] * len(calls)

    def one(place: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            answers[place] = calls[place]()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_link_answers_once(people: Office, vietnamese: TextSet) -> None:
    invitations.invite(
        texts=vietnamese, name="Lan Nguyen", email="lan@office.example", by=people.approver, address="https://x.example"
    )
    found = re.search(r"https://x.example(/\S+)", Email.objects.get().message)
    assert found
    link = found[1]

    def post(answer: str) -> Callable[[], int]:
        return lambda: Client().post(link, {"answer": answer, "comments": "As I read it."}).status_code

    answers = at_once([post("right"), post("back"), post("right"), post("back")])
    assert sorted(map(str, answers)) == ["200", "410", "410", "410"]
    vietnamese.refresh_from_db()
    answer = Invitation.objects.get().answer
    assert (vietnamese.state, answer) in {
        (Review.APPROVED, Invitation.Answer.APPROVED),
        (Review.DRAFT, Invitation.Answer.RETURNED),
    }
    assert vietnamese.comments.count() == 1
    assert Entry.objects.filter(object_id=str(vietnamese.pk), verb__in=["approved", "sent back"]).count() == 1


def test_two_who_approve_leave_one_signature(people: Office, vietnamese: TextSet) -> None:
    answers = at_once(
        [partial(review.approve, of=vietnamese, by=person) for person in (people.approver, people.translator_too)]
    )
    assert [type(answer) for answer in answers if answer] == [NotAllowed]
    assert Entry.objects.filter(object_id=str(vietnamese.pk), verb="approved").count() == 1
    assert TextSet.objects.approved().filter(language="vi").count() == 1


def test_two_versions_approved_leave_one_in_print(people: Office, vietnamese: TextSet) -> None:
    other = writing.revise_texts(language="vi", by=people.translator_too)
    review.submit(of=other, by=people.translator_too)
    other.refresh_from_db()
    answers = at_once(
        [
            lambda: review.approve(of=vietnamese, by=people.approver),
            lambda: review.approve(of=other, by=people.approver),
        ]
    )
    assert answers == [None, None]
    assert sorted(TextSet.objects.filter(pk__in=[vietnamese.pk, other.pk]).values_list("state", flat=True)) == [
        Review.APPROVED,
        Review.RETIRED,
    ]


def test_approved_while_its_author_takes_it_back(people: Office, vietnamese: TextSet) -> None:
    changed = vietnamese.blocks | {"call_note": "Miễn phí. Hãy nói tên tiếng của bạn."}
    english = TextSet.objects.approved().get(language="en")

    def rewrite() -> None:
        review.send_back(of=vietnamese, reason="One more word.", by=people.translator)
        writing.save_blocks(texts=vietnamese, blocks=changed, english=english, by=people.translator)
        review.submit(of=vietnamese, by=people.translator)

    answers = at_once([rewrite, lambda: review.approve(of=vietnamese, by=people.approver)])
    assert [type(answer) for answer in answers if answer] == [NotAllowed]
    stands = TextSet.objects.get(pk=vietnamese.pk)
    if stands.state == Review.APPROVED:
        assert stands.blocks == vietnamese.blocks
    else:
        assert (stands.state, stands.blocks) == (Review.IN_REVIEW, changed)


def test_two_processes_bring_in_the_release() -> None:
    Design.objects.filter(slug="first-light").update(kit="// an older kit")
    TextSet.objects.filter(language="en").update(blocks={"title": "Older"}, sha256="0" * 64)
    before = Design.objects.count(), TextSet.objects.count()
    assert at_once([_migrated] * 3) == [None] * 3
    assert (Design.objects.count(), TextSet.objects.count()) == (before[0] + 1, before[1] + 1)
    assert Entry.objects.filter(verb="shipped").count() == 2


def test_two_who_issue_the_codes_of_an_event_issue_one_a_language() -> None:
    if not Area.objects.exists():  # a test that committed before has emptied the tables
        import_module("portal.migrations.0002_seed_areas_and_season").seed(apps, None)
    event = factories.seminar()
    at_once([partial(events.issue, event_id=event.pk)] * 4)

    found = Link.objects.filter(target=event_target(event.uid)).values_list("language", flat=True)
    assert sorted(found) == ["en", "es"]
