"""Names that change hands in one table: exchanged, passed on, given up for a new agency; and what is in the way of it."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.agencies.import_finding import Finder
from outreach.agencies.import_plan import Planner
from outreach.agencies.models import Agency, FormerName
from portal.audit.models import Entry
from portal.imports import applying, pages
from portal.imports.records import Said
from portal.imports.tables import Line
from portal.imports.undo import NotPossible
from tests.outreach.agencies.conftest import office
from tests.outreach.agencies.tables import ROW, a_list, counts, exported, read, refusals, table, take, undo

pytestmark = pytest.mark.django_db

UID = "0b7e1c58-6c0a-4e0a-9a44-3f2f1f3f0d11"


def called(agency: Agency, name: str, within: str = "") -> dict[str, str]:
    """A row that gives an agency a name."""
    return {"uid": str(agency.uid), "name": name, "within": within}


def paths() -> dict[str, str]:
    """Where each agency is, by id."""
    return {str(agency.uid): agency.path for agency in Agency.objects.as_tree()}


def test_two_agencies_exchange_their_names_and_get_them_back() -> None:
    one, two = office("Lantern"), office("Lamp")
    before = paths()
    taken = take(table(called(one, "Lamp"), called(two, "Lantern")))
    assert (counts(taken), refusals(taken)) == ({"changed": 2}, [])
    assert (paths()[str(one.uid)], paths()[str(two.uid)]) == ("Lamp", "Lantern")
    assert set(FormerName.objects.values_list("agency", "name")) == {(one.pk, "Lantern"), (two.pk, "Lamp")}
    undo(taken)
    assert paths() == before
    assert not FormerName.objects.exists()


def test_trail_of_an_exchange_has_one_entry_a_row_and_the_names_alone() -> None:
    one, two = office("Lantern"), office("Lamp")
    taken = take(table(called(one, "Lamp"), called(two, "Lantern")))
    undo(taken)
    told = Entry.objects.filter(object_type="outreach.agency").order_by("pk")
    names = [(entry.object_id, entry.before["name"], entry.after["name"]) for entry in told]
    there = [(str(one.pk), "Lantern", "Lamp"), (str(two.pk), "Lamp", "Lantern")]
    assert sorted(names[:2]) == sorted(there)
    assert sorted(names[2:]) == sorted((key, after, before) for key, before, after in there)


@pytest.mark.parametrize("size", [1, 2, 500])
def test_names_go_round_in_a_circle_though_its_rows_lie_on_several_pages(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "SIZE", size)
    offices = [office(f"Office {number}") for number in range(7)]
    before = paths()
    taken = take(table(*(called(each, offices[number - 3].name) for number, each in enumerate(offices))))
    assert counts(taken) == {"changed": 7}
    for number, each in enumerate(offices):
        assert paths()[str(each.uid)] == f"Office {(number - 3) % 7}"
    undo(taken)
    assert paths() == before


def test_places_are_exchanged_beneath_two_offices() -> None:
    harbor, port = office("Harbor"), office("Port")
    one, two = office("Press", harbor), office("Press", port)
    taken = take(table(called(one, "Press", "Port"), called(two, "press", "Harbor")))
    assert counts(taken) == {"changed": 2}
    assert (paths()[str(one.uid)], paths()[str(two.uid)]) == ("Port > Press", "Harbor > press")
    undo(taken)
    assert paths()[str(one.uid)] == "Harbor > Press"


def test_new_agency_takes_a_name_that_another_one_gives_up() -> None:
    old = office("Lantern")
    before = paths()
    taken = take(table(ROW | {"uid": UID, "within": ""}, ROW | called(old, "Lamp")))
    assert counts(taken) == {"new": 1, "changed": 1}
    assert (paths()[UID], paths()[str(old.uid)]) == ("Lantern", "Lamp")
    undo(taken)
    assert paths() == before


def test_name_is_not_given_back_while_something_refers_to_the_agency_that_has_it() -> None:
    old = office("Lantern")
    taken = take(table(ROW | {"uid": UID, "within": ""}, ROW | called(old, "Lamp")))
    office("Press", Agency.objects.get(uid=UID))
    before = paths()
    with pytest.raises(NotPossible, match="another agency has its name there"):
        undo(taken)
    assert paths() == before


def test_name_of_one_that_stays_is_refused_and_with_it_the_names_that_it_would_have_made_room_for() -> None:
    one, two, three = (office(name) for name in ("One", "Two", "Three"))
    office("Four")
    taken = read(table(called(one, "Two"), called(two, "Three"), called(three, "Four")))
    assert counts(taken) == {"refused": 3}
    assert {problem.column for problem in refusals(taken)} == {"name"}
    assert "Another agency has this name there, and keeps it" in refusals(taken)[0].message


def test_row_that_is_refused_for_its_place_keeps_its_name_from_others() -> None:
    top, one = office("Top"), office("One")
    low = office("Low", office("Middle", office("Upper", top)))
    moved = ROW | called(one, "New", low.path)
    taken = read(table(moved, ROW | {"uid": UID, "name": "One"}))
    assert counts(taken) == {"refused": 2}
    assert [problem.column for problem in refusals(taken)] == ["within", "name"]


def test_of_two_that_would_get_one_name_the_first_does() -> None:
    one, two = office("One"), office("Two")
    taken = take(table(called(one, "Both"), called(two, "both")))
    assert (counts(taken), refusals(taken)[0].row) == ({"changed": 1, "refused": 1}, 3)
    assert paths()[str(one.uid)] == "Both"


def test_offices_beneath_go_with_the_agency_and_not_with_its_name() -> None:
    one, two = office("One"), office("Two")
    child = office("Child", one)
    file = exported().decode("utf-8-sig").replace("One", "\0").replace("Two", "One").replace("\0", "Two")
    header, *rows = file.splitlines()
    # The column “within” of the child as it was exported: nobody touched it.
    rows = [row.replace(f"{child.uid},Two", f"{child.uid},One") for row in rows]
    for order in (rows, rows[::-1]):
        taken = take("\n".join([header, *order]).encode())
        assert counts(taken)["changed"] == 2
        child.refresh_from_db()
        assert (child.parent_id, child.path) == (one.pk, "Two > Child")
        undo(taken)
    assert two.pk


def test_path_that_means_two_offices_is_refused_for_a_row_without_an_id() -> None:
    one, two = office("One"), office("Two")
    rows = [ROW | called(one, "Two"), ROW | called(two, "One"), ROW | {"uid": "", "name": "Child", "within": "Two"}]
    for order in (rows, rows[::-1]):
        (problem,) = refusals(read(table(*order)))
        assert problem.column == "within"
        assert "write this row’s id" in problem.message
    with_id = [*rows[:2], rows[2] | {"uid": UID}]
    for order in (with_id, with_id[::-1]):
        taken = take(table(*order))
        assert Agency.objects.get(uid=UID).parent == one
        undo(taken)


def test_exchange_is_not_taken_where_one_of_the_two_was_renamed_since() -> None:
    one, two = office("One"), office("Two")
    taken = read(table(called(one, "Two"), called(two, "One")))
    Agency.objects.filter(pk=two.pk).update(name="Other")
    before = paths()
    with pytest.raises(NotPossible, match=r"changed since the file was read: One .*name"):
        applying.take(taken_id=taken.pk, by=None)
    assert paths() == before


NAMES = st.lists(st.sampled_from(["A", "B", "C", "D", "a", "É", "é"]), min_size=5, max_size=5)


@given(names=NAMES, tops=st.lists(st.sampled_from(["", "P", "Q"]), min_size=5, max_size=5), seed=st.integers(0, 9))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_names_and_places_are_taken_as_the_preview_says_and_come_back(
    names: list[str], tops: list[str], seed: int
) -> None:
    Agency.objects.filter(name__in=["P", "Q"]).delete()
    above = {name: office(name) for name in ("P", "Q")}
    offices = [office(name, above["P"] if number % 2 else None) for number, name in enumerate("ABCDÉ")]
    rows = [ROW | called(each, names[number], tops[number]) for number, each in enumerate(offices)]
    rows.append(ROW | {"uid": UID, "name": names[0], "within": tops[1]})
    random.Random(seed).shuffle(rows)
    before = paths()
    taken = take(a_list(*rows))
    told = counts(taken)
    wanted = {row["uid"]: (f"{row['within']} > " if row["within"] else "") + row["name"] for row in rows}
    now = paths()
    moved = {uid for uid in wanted if now.get(uid) != before.get(uid)}
    assert all(now[uid] == wanted[uid] for uid in moved)
    assert len(moved) == told.get("changed", 0) + told.get("new", 0)
    undo(taken)
    assert paths() == before
    for each in offices:
        each.delete()
    Agency.objects.filter(uid=UID).delete()


# Thousands of rows


class Slow(Finder):
    """Looks through all agencies for each row, as was done before there was an index."""

    def _above(self, said: Said) -> tuple[bool, int | None]:
        if "within" in said.values or said.values.get("uid") in self.by_uid:
            return super()._above(said)
        named = [one for one in self.offices.values() if one.name.lower() == said.values["name"].lower()]
        return True, named[0].parent if len(named) == 1 else None


CELLS = st.fixed_dictionaries(
    {"name": st.sampled_from(["A", "a", "B", "C", "Old", "P", "É", "é"])},
    optional={"within": st.sampled_from(["", "P", "p", "P > A", "Q", "Gone"]), "uid": st.sampled_from(["", UID])},
)


@given(drawn=st.lists(CELLS, max_size=8))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_mean_what_they_mean_when_all_agencies_are_looked_through(drawn: list[dict[str, str]]) -> None:
    if not Agency.objects.filter(name="P").exists():
        top = office("P")
        office("A", top)
        office("B", office("Q"))
        office("B")
        FormerName.objects.create(agency=top, name="Old")

    def found(finder: Finder) -> list[Any]:
        said = [Said(Line(number, dict(cells)), str) for number, cells in enumerate(drawn)]
        offices = finder.find(said)
        return [
            [(one.key, one.under, one.called, one.said and one.said.number) for one in offices],
            [each.problems for each in said],
        ]

    assert found(Finder.of_now()) == found(Slow.of_now())


class Counted(dict[int, Any]):
    """Agencies by key, counting how often somebody goes through all of them."""

    passes = 0

    def values(self) -> Any:
        self.passes += 1
        return super().values()


def test_all_agencies_are_not_gone_through_for_each_row() -> None:
    plan = Planner()
    offices = plan.finder.offices = Counted(plan.finder.offices)
    rows = [Said(Line(n, {"name": f"Office {n}", "kind": "ngo", "level": "private"}), str) for n in range(300)]
    planned, _unchanged = plan.run(rows)
    assert len(planned) == 300
    assert offices.passes <= 5
