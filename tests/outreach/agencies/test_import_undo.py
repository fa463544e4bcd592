"""Undoing a table of agencies: few statements for many rows, one entry of the trail for each, and the tree on its pages."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outreach.agencies.models import Agency, Contact, FormerName
from portal.audit.models import Entry
from portal.imports import pages
from portal.imports.models import TakenImport
from portal.seasons.models import Season
from tests.outreach.agencies.conftest import office
from tests.outreach.agencies.tables import ROW, a_list, counts, take, undo

pytestmark = pytest.mark.django_db


def statements(taken: TakenImport) -> int:
    """How many it takes to undo an import."""
    with CaptureQueriesContext(connection) as asked:
        undo(taken)
    return len(asked)


def with_all(number: int, season: Season) -> dict[str, object]:
    """A new agency with all that hangs on one."""
    return {
        **ROW,
        "name": f"Lantern {number}",
        "jurisdictions": ["MS", "LA"],
        "contacts": [{"role": "Press", "email": f"press{number}@example.org"}],
        "former_names": [{"name": f"Former {number}"}],
        "seasons": [{"year": str(season.year), "state": "invited"}],
    }


def test_removing_what_an_import_made_takes_no_more_statements_for_many_than_for_few(season: Season) -> None:
    few = take(a_list(*(with_all(number, season) for number in range(2))))
    asked = statements(few)
    many = take(a_list(*(with_all(number, season) for number in range(20))))
    assert statements(many) == asked
    assert not Agency.objects.filter(name__startswith="Lantern").exists()


def test_putting_rows_back_takes_one_statement_more_for_each_and_each_of_its_items(season: Season) -> None:
    take(a_list(*(with_all(number, season) for number in range(20))))

    def changed(count: int) -> TakenImport:
        rows = []
        for agency in Agency.objects.filter(name__startswith="Lantern").order_by("pk")[:count]:
            contact = agency.contacts.get()
            told = {"uid": str(contact.uid), "role": "Press", "email": "desk@example.org"}
            rows.append({"uid": str(agency.uid), "acronym": "X", "jurisdictions": ["TX"], "contacts": [told]})
        return take(a_list(*rows))

    asked = statements(changed(2))
    assert statements(changed(20)) == asked + 2 * 18
    assert set(Contact.objects.filter(agency__name__startswith="Lantern").values_list("role", flat=True)) == {"Press"}
    assert not Contact.objects.filter(email="desk@example.org").exists()
    assert not Agency.objects.filter(jurisdictions="TX", name__startswith="Lantern").exists()


def test_trail_tells_of_each_row_and_each_of_its_items_once(season: Season) -> None:
    lantern = office("Lantern")
    taken = take(a_list(with_all(1, season), {"uid": str(lantern.uid), "former_names": [{"name": "Lamp"}]}))
    labels = {"outreach.agency": 2, "outreach.contact": 1, "outreach.formername": 2, "outreach.participation": 1}
    told = Entry.objects.filter(object_type__in=labels)
    assert Counter(told.values_list("object_type", flat=True)) == labels
    former = FormerName.objects.get(name="Lamp")
    told_before = set(told.values_list("pk", flat=True))

    undo(taken)

    undone = told.exclude(pk__in=told_before)
    assert Counter(undone.values_list("object_type", flat=True)) == labels
    verbs = Counter(undone.values_list("verb", flat=True))
    assert verbs == {"removed, its import undone": 5, "put back, its import undone": 1}
    entry = undone.get(object_id=str(former.pk), object_type="outreach.formername")
    assert (entry.before["name"], entry.after, entry.object_label) == ("Lamp", {}, "Lamp")
    gone = undone.get(object_type="outreach.agency", verb__startswith="removed")
    assert (gone.before["name"], gone.before["jurisdictions"]) == ("Lantern 1", ["LA", "MS"])


@pytest.mark.parametrize("size", [1, 2, 3, 500])
def test_tree_goes_from_below_on_whichever_pages_it_lies(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "SIZE", size)
    before = set(Agency.objects.values_list("pk", flat=True))
    places = ["", "A", "A", "A > B", "A > B > C"]
    rows = [ROW | {"name": name, "within": place} for name, place in zip("ABECD", places, strict=True)]
    taken = take(a_list(*rows))
    assert counts(taken) == {"new": 5}
    undo(taken)
    assert set(Agency.objects.values_list("pk", flat=True)) == before


def test_office_beneath_which_another_stays_is_retired_with_those_above_it_and_the_others_go() -> None:
    rows = [
        ROW | {"name": name, "within": place} for name, place in (("A", ""), ("B", "A"), ("C", "A > B"), ("D", "A"))
    ]
    taken = take(a_list(*rows))
    office("By hand", Agency.objects.get(name="B"))
    undo(taken)
    stays = dict(Agency.objects.filter(name__in=["A", "B", "C", "D"]).values_list("name", "retired_at"))
    assert stays.keys() == {"A", "B"}
    assert all(stays.values())
