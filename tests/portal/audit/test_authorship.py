"""Who wrote what stands and nobody else has looked at: whoever mends a word takes the rest from nobody."""

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from outreach.agencies.models import Agency
from portal.audit import authorship, trail
from portal.audit.models import Entry
from portal.people.models import User

pytestmark = pytest.mark.django_db
FIELDS = ("website", "description")


@pytest.fixture
def people(user_with: Callable[..., User]) -> list[User]:
    """Three accounts."""
    return [user_with() for _ in range(3)]


def agency(name: str = "Lantern House") -> Agency:
    return Agency.objects.create(name=name, kind="ngo", level="private")


def wrote(row: Agency, by: User | None, *, verb: str = "changed", field: str = "website") -> None:
    number = Entry.objects.count()
    trail.record(actor=by, verb=verb, target=row, before={field: number}, after={field: number + 1})


def writers(row: Agency) -> set[int]:
    return set(authorship.writers([row], fields=FIELDS, seen="verified")[row.pk])


def test_all_who_wrote_are_its_writers(people: list[User]) -> None:
    ana, ben, cem = people
    row = agency()
    wrote(row, ana, verb="added")
    wrote(row, ben, field="description")
    wrote(row, cem, field="note")
    wrote(row, None)
    assert writers(row) == {ana.pk, ben.pk}


def test_what_a_second_person_saw_is_the_writers_no_more_once_somebody_writes_anew(people: list[User]) -> None:
    ana, ben, cem = people
    row = agency()
    wrote(row, ana)
    trail.record(actor=cem, verb="verified", target=row)
    assert writers(row) == {ana.pk}, "nobody verifies their own words again"
    wrote(row, ben)
    assert writers(row) == {ben.pk}


def test_undone_import_leaves_the_writers_of_before(people: list[User]) -> None:
    ana, ben, cem = people
    row = agency()
    wrote(row, ana)
    wrote(row, ben, verb=authorship.TAKEN_IN)
    wrote(row, cem, verb=authorship.TAKEN_IN)
    wrote(row, cem, verb=authorship.PUT_BACK)
    assert writers(row) == {ana.pk, ben.pk}
    wrote(row, cem, verb=authorship.PUT_BACK)
    assert writers(row) == {ana.pk}


def test_redacted_entry_may_have_been_a_word(people: list[User]) -> None:
    row = agency()
    wrote(row, people[0], field="note")
    Entry.objects.update(before={}, after={}, object_label="", salt="", redacted_at=Entry.objects.get().at)
    assert writers(row) == {people[0].pk}


def test_any_number_of_rows_is_one_statement(
    people: list[User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [agency(f"House {number}") for number in range(3)]
    for row, person in zip(rows, people, strict=True):
        wrote(row, person)
    with django_assert_num_queries(1):
        found = authorship.writers(rows, fields=FIELDS)
    assert found == {row.pk: {person.pk} for row, person in zip(rows, people, strict=True)}
    with django_assert_num_queries(0):
        assert authorship.writers([], fields=FIELDS) == {}
