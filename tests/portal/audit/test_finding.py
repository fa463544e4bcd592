"""What is asked of a long trail is read along its indexes."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import QuerySet

from outreach.agencies.models import Agency
from portal.audit import finding, trail
from portal.audit.models import Entry
from portal.audit.trail_admin import EnoughPaginator
from portal.people.models import User
from portal.people.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def agencies(db: None) -> list[Agency]:
    """Two agencies, each with entries of two verbs; and an entry of no record."""
    made = [Agency.objects.create(name=name, kind="ngo", level="private") for name in ("Lantern", "Lamp")]
    for agency in made:
        for verb in ("added", "changed"):
            trail.record(actor=None, verb=verb, target=agency)
    trail.record(actor=None, verb="swept", target=None)
    return made


def plan(entries: QuerySet[Entry]) -> str:
    """How the database reads them; of a small table PostgreSQL must be kept from reading all."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    return entries.explain()


def reads_all(told: str) -> bool:
    """Whether every row of the trail is read."""
    return ("SCAN portal_entry" in told and "INDEX" not in told) or "Seq Scan on portal_entry" in told


@pytest.mark.parametrize(
    ("kind", "found"), [("agency", 2), ("outreach.agency", 2), ("Agency", 2), ("", 2), ("school", 0)]
)
def test_record_is_found_by_its_kind_and_key(agencies: list[Agency], kind: str, found: int) -> None:
    entries = finding.of_record(Entry.objects.all(), kind=kind, key=str(agencies[0].pk))
    assert entries.count() == found


def test_values_of_an_index_are_stepped_through(agencies: list[Agency]) -> None:
    for field in ("verb", "object_type"):
        assert finding.distinct(field) == sorted(set(Entry.objects.values_list(field, flat=True)))
    Entry.objects.all().delete()
    assert finding.distinct("verb") == []


@pytest.mark.parametrize(
    "asked",
    [
        lambda: finding.of_record(Entry.objects.all(), kind="agency", key="1"),
        lambda: Entry.objects.filter(verb="merged"),
        lambda: Entry.objects.filter(actor__in=[1, 2]),
    ],
    ids=["record", "verb", "account"],
)
def test_filter_reads_along_an_index(agencies: list[Agency], asked: Callable[[], QuerySet[Entry]]) -> None:
    told = plan(asked().order_by("-pk"))
    assert not reads_all(told), told
    assert "ndex" in told.lower(), told


def test_pages_are_counted_no_further_than_anybody_turns_them(
    agencies: list[Agency], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EnoughPaginator, "MOST", 3)
    assert EnoughPaginator(Entry.objects.all(), 2).count == 3
    assert EnoughPaginator(Entry.objects.filter(verb="swept"), 2).count == 1


def test_words_of_a_person_are_found_in_label_and_values(user_with: Callable[..., User]) -> None:
    by = user_with(Role.COORDINATOR)
    said = [
        trail.record(actor=by, verb="wrote", target=None, label="To Ana Cole"),
        trail.record(actor=by, verb="wrote", target=None, before={"who": "ANA COLE"}),
        trail.record(actor=by, verb="wrote", target=None, after={"list": [{"of": "José “Pepe” Díaz"}]}),
        trail.record(actor=by, verb="wrote", target=None, label="Ana, Cole and others"),
    ]
    found = finding.that_say(Entry.objects.filter(verb="wrote"), ["ana cole", "José “Pepe” Díaz"])
    assert set(found) == set(said[:3])
    assert not finding.that_say(Entry.objects.all(), []).exists()
