"""The tree of agencies."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from outreach.agencies import placing, tree
from outreach.agencies.models import Agency
from portal.audit.models import Entry

pytestmark = pytest.mark.django_db


def test_directory_holds_the_public_offices_under_their_departments() -> None:
    wanted = {
        "Department of Defense": {"CTIP"},
        "Department of Justice": {"CEOS", "HTPU", "FBI", "OJP", "DEA"},
        "Department of Justice > Office of Justice Programs": {"OVC", "BJA", "BJS", "NIJ", "OJJDP"},
        "Department of Health and Human Services": {"OTIP"},
        "Department of Homeland Security": {"HSI", "USCIS", ""},
        "Department of Homeland Security > Homeland Security Investigations": {"CCHT"},
        "Department of Labor": {"ILAB", "WHD", "DOL-OIG"},
        "Department of State": {"J/TIP"},
    }
    for path, acronyms in wanted.items():
        held = set(Agency.objects.at(path).children.values_list("acronym", flat=True))
        assert acronyms <= held, path
    assert Agency.objects.get(name="Blue Campaign").parent == Agency.objects.get(acronym="DHS")
    assert Agency.objects.filter(acronym__in=["HSTC", "Amtrak"], parent=None).count() == 2


def test_as_tree_puts_every_office_beneath_its_parent() -> None:
    seen: set[int] = set()
    rows = list(Agency.objects.as_tree())
    for row in rows:
        assert row.parent_id is None or row.parent_id in seen
        assert row.depth == row.path.count(" > ")  # type: ignore[attr-defined]
        seen.add(row.pk)
    assert [row.path.casefold() for row in rows] == sorted(row.path.casefold() for row in rows)
    assert max(row.depth for row in rows) == 3  # type: ignore[attr-defined]


def test_at_unknown_path_does_not_exist() -> None:
    with pytest.raises(Agency.DoesNotExist):
        Agency.objects.at("Department of Justice > Office of Kindness")


def test_agency_beneath_itself_is_refused() -> None:
    justice = Agency.objects.get(acronym="DOJ")
    justice.parent = Agency.objects.get(acronym="OVC")
    with pytest.raises(ValidationError, match="beneath the one you edit"):
        justice.full_clean()


def test_agency_too_deep_is_refused() -> None:
    below = Agency(name="Fifth floor", kind="bureau", level="federal", parent=Agency.objects.get(acronym="ECM"))
    with pytest.raises(ValidationError, match="at most 4 levels"):
        below.full_clean()


def test_office_with_offices_beneath_it_is_moved_with_them_or_not_at_all() -> None:
    top = Agency.objects.create(name="Lantern", kind="ngo", level="private")
    justice = Agency.objects.get(acronym="DOJ")
    with pytest.raises(ValidationError, match="at most 4 levels"):
        placing.move(agency_id=justice.pk, parent_id=top.pk, by=None)
    justice.refresh_from_db()
    assert justice.parent is None
    placing.move(agency_id=top.pk, parent_id=justice.pk, by=None)
    assert Agency.objects.at("Department of Justice > Lantern") == top
    assert Entry.objects.get(verb="moved").after == {"parent": justice.pk}


def test_move_beneath_itself_or_under_a_retired_office_is_refused() -> None:
    office, above = Agency.objects.get(acronym="OVC"), Agency.objects.get(acronym="OJP")
    with pytest.raises(ValidationError, match="beneath the one you edit"):
        placing.move(agency_id=above.pk, parent_id=office.pk, by=None)
    lamp = Agency.objects.create(name="Lamp", kind="ngo", level="private", retired_at=timezone.now())
    with pytest.raises(ValidationError, match="retired"):
        placing.move(agency_id=office.pk, parent_id=lamp.pk, by=None)


def test_database_refuses_an_office_above_itself_and_a_merge_that_keeps_it_in_use() -> None:
    office = Agency.objects.get(acronym="OVC")
    for wrong in ({"parent": office.pk}, {"merged_into": Agency.objects.get(acronym="OJP")}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Agency.objects.filter(pk=office.pk).update(**wrong)


@given(st.dictionaries(st.integers(0, 7), st.one_of(st.none(), st.integers(0, 7)), max_size=8))
def test_moves_that_are_not_refused_keep_a_tree_a_tree(drawn: dict[int, int | None]) -> None:
    parents: dict[int, int | None] = dict.fromkeys(drawn)
    for moved, under in drawn.items():
        if under in parents and not tree.refusal(parents, moved=moved, under=under):
            parents[moved] = under
        for key in parents:
            above = tree.chain(parents, key)
            assert len(above) <= tree.LEVELS
            assert parents[above[-1]] is None, "a circle"
