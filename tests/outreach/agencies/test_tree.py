"""The tree of agencies."""

import pytest
from django.core.exceptions import ValidationError

from outreach.agencies.models import Agency

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
