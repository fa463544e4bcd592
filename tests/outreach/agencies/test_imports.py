"""Tables of agencies: which record a row means, what it changes, what is refused and why, and the way back."""

import csv
import io
import json
from typing import Any

import pytest

from outreach.agencies.desk_models import Note, Participation
from outreach.agencies.models import Agency, Contact, FormerName
from portal.areas.models import Area
from portal.audit.models import Entry
from portal.imports import applying
from portal.imports.models import TakenImport
from portal.imports.problems import FileRefused
from portal.imports.sources import SOURCES
from portal.imports.undo import NotPossible
from portal.keeping import register
from portal.people.models import User
from portal.seasons.models import Season
from tests.outreach.agencies.conftest import office
from tests.outreach.agencies.tables import (
    ROW,
    a_list,
    a_workbook,
    counts,
    exported,
    read,
    refusals,
    rows_of,
    table,
    take,
    undo,
)

pytestmark = pytest.mark.django_db


def areas_of(agency: Agency) -> list[str]:
    return sorted(agency.jurisdictions.values_list("code", flat=True))


def everything() -> list[Any]:
    """All that an import may touch, as it is stored."""
    told: list[Any] = [
        sorted(model.objects.order_by().values_list())
        if model is not Agency
        else list(model.objects.order_by("pk").values())
        for model in (Agency, FormerName, Participation)
    ]
    contacts = Contact.objects.order_by("pk").values()
    return [*told, list(contacts), sorted(Agency.jurisdictions.through.objects.values_list("agency_id", "area_id"))]


# Which agency a row means


def test_row_is_found_by_its_id_though_name_and_place_are_others() -> None:
    agency = office("Lantern", acronym="L")
    taken = take(table({"uid": str(agency.uid), "name": "Lamp", "within": "Department of Justice", "acronym": "L"}))
    agency.refresh_from_db()
    assert counts(taken) == {"changed": 1}
    assert agency.path == "Department of Justice > Lamp"
    assert list(agency.former_names.values_list("name", "why")) == [("Lantern", "renamed")]


def test_row_without_an_id_is_found_by_its_name_and_path() -> None:
    agency = office("Lantern", office("Harbor"))
    office("Lantern")
    taken = take(table({"name": "Lantern", "within": "Harbor", "acronym": "LAN"}))
    agency.refresh_from_db()
    assert (counts(taken), agency.acronym) == ({"changed": 1}, "LAN")


def test_name_is_the_same_in_either_case_and_is_written_as_the_file_has_it() -> None:
    agency = office("LANTERN")
    taken = take(table(ROW))
    agency.refresh_from_db()
    assert (counts(taken), agency.name, agency.former_names.count()) == ({"changed": 1}, "Lantern", 0)


def test_row_is_found_by_a_former_name_and_keeps_the_one_it_has_now() -> None:
    agency = office("Lantern")
    FormerName.objects.create(agency=agency, name="Old Lantern")
    taken = take(table({"name": "old lantern", "acronym": "OL"}))
    agency.refresh_from_db()
    assert (counts(taken), agency.name, agency.acronym) == ({"changed": 1}, "Lantern", "OL")


def test_row_with_an_id_that_nobody_has_makes_an_agency_that_keeps_it() -> None:
    uid = "0b7e1c58-6c0a-4e0a-9a44-3f2f1f3f0d11"
    take(table(ROW | {"uid": uid}))
    assert str(Agency.objects.get(name="Lantern").uid) == uid


def test_name_that_is_there_with_another_id_is_refused() -> None:
    office("Lantern")
    taken = read(table(ROW | {"uid": "0b7e1c58-6c0a-4e0a-9a44-3f2f1f3f0d11"}))
    assert "another id" in refusals(taken)[0].message


def test_paths_may_name_what_the_same_file_brings_in_any_order() -> None:
    child = ROW | {"name": "Child", "within": "Top > Middle"}
    take(table(child, ROW | {"name": "Middle", "within": "Top"}, ROW | {"name": "Top", "within": ""}))
    assert Agency.objects.get(name="Child").path == "Top > Middle > Child"


def test_path_may_be_the_old_one_or_the_new_one_of_an_office_that_the_file_renames() -> None:
    top = office("Harbor")
    rows = [ROW | {"uid": str(top.uid), "name": "Port", "within": ""}]
    rows += [ROW | {"name": name, "within": within} for name, within in (("A", "Harbor"), ("B", "Port"))]
    taken = take(table(*rows))
    assert counts(taken) == {"new": 2, "changed": 1}
    assert {agency.path for agency in Agency.objects.filter(parent=top)} == {"Port > A", "Port > B"}


def test_column_that_is_left_out_changes_nothing_and_an_empty_cell_empties() -> None:
    agency = office("Lantern", acronym="LAN", website="https://example.org", description="Light")
    take(table({"uid": str(agency.uid), "website": ""}))
    agency.refresh_from_db()
    assert (agency.name, agency.acronym, agency.website, agency.description) == ("Lantern", "LAN", "", "Light")


# What is refused

BAD: list[tuple[dict[str, str], str]] = [
    ({"kind": "wizard"}, "None of department"),
    ({"level": ""}, "Empty: fill it in"),
    ({"name": ""}, "Empty: fill it in"),
    ({"name": "x" * 161}, "Longer than 160 letters"),
    ({"name": "A > B"}, "leave it out"),
    ({"name": "A\nB"}, "control sign or a line break"),
    ({"within": "Department of Magic"}, "No agency “Department of Magic”"),
    ({"jurisdictions": "MS, ZZ"}, "ZZ"),
    ({"parts": "juggling"}, "juggling"),
    ({"website": "javascript:alert(1)"}, "No web address"),
    ({"website": "ftp://example.org"}, "No web address"),
    ({"needs_agreement": "perhaps"}, "Neither yes nor no"),
    ({"retired_at": "yesterday"}, "Not a time"),
    ({"retired_at": "2027-13-45"}, "Not a time"),
    ({"uid": "7"}, "Not an id"),
    ({"contacts": "Press"}, "give an address or a phone number"),
    ({"contacts": "Press||nonsense"}, "Item 1, email: Not an address"),
    ({"contacts": "|Dana|d@example.org"}, "Item 1, role: Empty"),
    ({"contacts": "a|b|c|d|e|f|g|h"}, "8 fields, where there are 7"),
    ({"contacts": "Director|Dana Reed|dana@example.org||everybody"}, "only after agreeing"),
    ({"contacts": "\n".join(f"Role {n}||r{n}@example.org" for n in range(201))}, "201 items"),
    ({"seasons": "1999|agreed"}, "No January 1999 is on record"),
    ({"seasons": "2027|maybe"}, "None of invited"),
    ({"agreements": "mou|Posters"}, "A file brings no agreements"),
    ({"merged_into": "0b7e1c58-6c0a-4e0a-9a44-3f2f1f3f0d11"}, "A file merges nothing"),
    ({"former_names": "A\na"}, "stands there twice"),
]


@pytest.mark.parametrize(("cells", "says"), BAD, ids=[f"{next(iter(cells))} {says[:20]}" for cells, says in BAD])
def test_bad_row_is_refused_with_its_line_its_column_and_what_to_do_and_the_others_go_on(
    cells: dict[str, str], says: str, season: Season
) -> None:
    taken = take(table(ROW | {"name": "Lamp"}, ROW | cells))
    (problem,) = refusals(taken)
    assert (problem.row, problem.column) == (3, next(iter(cells)))
    assert says in problem.message
    assert counts(taken) == {"new": 1, "refused": 1}
    assert not Agency.objects.filter(name="Lantern").exists()


def test_all_that_is_wrong_with_a_row_is_told_at_once() -> None:
    (problem,) = refusals(read(table(ROW | {"kind": "wizard", "website": "x"})))
    assert problem.column == "kind"
    assert "Also, website: No web address" in problem.message


def test_problem_in_a_workbook_names_its_cell() -> None:
    (problem,) = refusals(read(a_workbook(ROW | {"name": "Lamp"}, ROW | {"level": "cosmic"})))
    assert (problem.row, problem.column) == (3, "level (C3)")


@pytest.mark.parametrize("column", ["name", "kind", "level"])
def test_new_agency_needs_a_name_a_kind_and_a_level(column: str) -> None:
    row = {name: cell for name, cell in (ROW | {"acronym": "L"}).items() if name != column}
    (problem,) = refusals(read(table(row)))
    assert problem.column == column


def test_same_agency_twice_is_refused_with_the_line_of_the_first() -> None:
    agency = office("Lantern")
    taken = read(table({"uid": str(agency.uid), "name": "Lantern", "acronym": "A"}, {"uid": "", "name": "Lantern"}))
    (problem,) = refusals(taken)
    assert (problem.row, "line 2" in problem.message) == (3, True)


def test_office_whose_parent_is_refused_is_refused_with_it() -> None:
    taken = read(table(ROW | {"name": "Top", "kind": "wizard", "within": ""}, ROW | {"name": "Child", "within": "Top"}))
    assert [(problem.row, problem.column) for problem in refusals(taken)] == [(2, "kind"), (3, "within")]
    assert "line 2" in refusals(taken)[1].message


def test_tree_is_judged_over_all_rows() -> None:
    one, two = office("One"), office("Two")
    circle = [
        {"uid": str(one.uid), "name": "One", "within": "Two"},
        {"uid": str(two.uid), "name": "Two", "within": "One"},
    ]
    assert counts(read(table(*circle))) == {"changed": 1, "refused": 1}
    deep = [ROW | {"name": f"L{depth}", "within": " > ".join(f"L{n}" for n in range(depth))} for depth in range(5)]
    taken = read(table(*deep))
    assert counts(taken) == {"new": 4, "refused": 1}
    assert "at most 4 levels" in refusals(taken)[0].message


def test_office_is_moved_under_none_that_is_retired_but_comes_with_one_that_is() -> None:
    office("Harbor").retire()
    lantern = office("Lantern")
    (problem,) = refusals(read(table(ROW | {"uid": str(lantern.uid), "within": "Harbor"})))
    assert "is retired" in problem.message
    taken = take(
        table(ROW | {"name": "Top", "within": "", "retired_at": "2026-01-31"}, ROW | {"name": "A", "within": "Top"})
    )
    assert counts(taken) == {"new": 2}


def test_merged_record_is_not_changed_by_a_file() -> None:
    winner, loser = office("Winner"), office("Loser")
    loser.retire()
    Agency.objects.filter(pk=loser.pk).update(merged_into=winner)
    told = read(exported())
    assert not refusals(told)
    assert counts(told) == {"unchanged": Agency.objects.count()}
    (problem,) = refusals(read(table({"uid": str(loser.uid), "name": "Loser", "acronym": "L"})))
    assert "merged into another agency" in problem.message


def test_file_of_another_kind_is_refused_as_a_whole_and_says_what_it_lacks() -> None:
    with pytest.raises(FileRefused, match="names none of the columns"):
        read(b"station,trains\nJackson,2\n")
    with pytest.raises(FileRefused, match=r"telephone: None of the columns: delete it"):
        read(b"name,telephone\nLantern,1\n")
    assert set(TakenImport.objects.values_list("state", flat=True)) == {"refused"}


# The file of errors


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_file_of_errors_can_be_mended_and_brought_in_again(kind: str) -> None:
    good, bad = ROW | {"name": "Lamp"}, ROW | {"level": "cosmic", "description": "=1\n“two”, lines", "acronym": "007"}
    file = {"csv": table(good, bad), "xlsx": a_workbook(good, bad), "json": a_list(good, bad)}[kind]
    taken = take(file, f"my agencies.{kind}")

    name, _type, content = SOURCES["agencies.table"]().refused_file(taken)
    errors = b"".join(content)

    assert name == f"refused-my agencies.{kind}"
    assert counts(read(errors, name)) == {"refused": 1}
    if kind == "xlsx":
        mended = a_workbook(bad | {"level": "private"})
    else:
        assert b"None of federal" in errors
        mended = errors.replace(b"cosmic", b"private")
    assert counts(take(mended, name)) == {"new": 1}
    lantern = Agency.objects.get(name="Lantern")
    assert (lantern.description, lantern.acronym, lantern.level) == ("=1\n“two”, lines", "007", "private")


def test_row_that_cannot_be_split_stands_in_the_file_of_errors_as_it_is() -> None:
    broken = b'Lantern,ngo,private,"a "quoted" word"\n'
    taken = read(b"name,kind,level,description\n" + broken + b"Bulb,ngo,private,ok\n")
    errors = b"".join(SOURCES["agencies.table"]().refused_file(taken)[2])
    assert counts(taken) == {"new": 1, "refused": 1}
    assert broken.strip() in errors
    mended = errors.replace(b'"a "quoted" word"', b'"a ""quoted"" word"')
    assert counts(read(mended)) == {"new": 1}


# What hangs on a row


def test_contacts_seasons_and_former_names_are_added_and_changed_and_none_is_taken_away(season: Season) -> None:
    agency = office("Lantern")
    press = Contact.objects.create(agency=agency, role="Press", email="old@example.org", is_confidential=False)
    Contact.objects.create(agency=agency, role="Director", name="Dana Reed", email="dana@example.org")
    FormerName.objects.create(agency=agency, name="Lamp")
    contacts = f"Press||new@example.org||||{press.uid}\nData desk||data@example.org"
    row = {
        "name": "Lantern",
        "contacts": contacts,
        "seasons": f"{season.year}|agreed|press, posters|ours",
        "former_names": "Bulb",
    }

    take(table(row))

    assert set(agency.contacts.values_list("role", "email", "is_confidential")) == {
        ("Press", "new@example.org", False),
        ("Data desk", "data@example.org", False),
        ("Director", "dana@example.org", True),
    }
    assert set(agency.former_names.values_list("name", flat=True)) == {"Lamp", "Bulb"}
    (january,) = agency.participations.all()
    assert (january.season, january.state, january.parts, january.note) == (
        season,
        "agreed",
        ["posters", "press"],
        "ours",
    )


def test_person_who_comes_by_a_file_is_confidential_unless_a_day_of_agreement_stands_there() -> None:
    people = "Director|Dana Reed|dana@example.org\nSpeaker|Jo March|jo@example.org||everybody|2026-10-01"
    take(table(ROW | {"contacts": people}))
    shown = dict(Contact.objects.values_list("name", "is_confidential"))
    assert shown == {"Dana Reed": True, "Jo March": False}


def test_id_of_another_agencys_contact_is_refused() -> None:
    theirs = Contact.objects.create(agency=office("Harbor"), role="Press", email="press@example.org")
    (problem,) = refusals(read(table(ROW | {"contacts": f"Press||x@example.org||||{theirs.uid}"})))
    assert "another agency’s contact" in problem.message


# Taking, the trail, and the way back


def test_taking_tells_the_trail_of_each_row_and_names_no_person(coordinator_account: User) -> None:
    take(
        table(ROW | {"contacts": "Director|Dana Reed|dana@example.org", "jurisdictions": "MS, LA"}),
        by=coordinator_account,
    )
    told = Entry.objects.filter(verb="imported", actor=coordinator_account)
    assert set(told.values_list("object_type", flat=True)) == {
        "outreach.agency",
        "outreach.contact",
        "portal.takenimport",
    }
    assert told.get(object_type="outreach.agency").after["jurisdictions"] == ["LA", "MS"]
    assert "Dana" not in json.dumps(list(told.values_list("after", "object_label")))


@pytest.fixture
def coordinator_account() -> User:
    return User.objects.create_user("coordinator")


def test_undo_puts_areas_contacts_seasons_and_names_back_and_takes_parent_and_child_away(season: Season) -> None:
    agency = office("Lantern", office("Harbor"), acronym="LAN")
    agency.jurisdictions.set(Area.objects.filter(code__in=["AL", "MS"]))
    press = Contact.objects.create(agency=agency, role="Press", email="old@example.org", is_confidential=False)
    Participation.objects.create(agency=agency, season=season, state="invited")
    before = everything()
    rows = [
        ROW | {"name": "Child", "within": "Top", "contacts": "Desk||desk@example.org", "jurisdictions": "TX"},
        ROW | {"name": "Top", "within": "", "former_names": "Summit"},
        ROW
        | {
            "uid": str(agency.uid),
            "name": "Lamp",
            "within": "Top",
            "jurisdictions": "MS, TX",
            "contacts": f"Press||new@example.org||||{press.uid}\nData||data@example.org",
            "seasons": f"{season.year}|agreed",
            "retired_at": "2026-01-31",
        },
    ]
    taken = take(table(*rows))
    assert counts(taken) == {"new": 2, "closed": 1}
    assert Agency.objects.get(uid=agency.uid).path == "Top > Lamp"

    done = undo(taken)

    assert (done.restored, done.removed) == (1, 2)
    assert everything() == before


def test_undo_keeps_what_something_names_by_now_and_retires_it(coordinator_account: User) -> None:
    taken = take(table(ROW))
    lantern = Agency.objects.get(name="Lantern")
    Note.objects.create(agency=lantern, author=coordinator_account, body="They called.")
    undo(taken)
    lantern.refresh_from_db()
    assert lantern.retired_at is not None
    assert lantern.notes.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda agency: Agency.objects.filter(pk=agency.pk).update(acronym="X"),
        lambda agency: agency.jurisdictions.add(Area.objects.get(code="AR")),
        lambda agency: agency.contacts.update(phone="1"),
    ],
    ids=["field", "area", "contact"],
)
def test_undo_does_nothing_where_somebody_changed_a_row_since(change: Any) -> None:
    taken = take(table(ROW | {"contacts": "Press||press@example.org"}, ROW | {"name": "Lamp", "contacts": ""}))
    change(Agency.objects.get(name="Lantern"))
    before = everything()
    with pytest.raises(NotPossible, match=r"changed since it was taken: Lantern .*Nothing was undone"):
        undo(taken)
    assert everything() == before


def test_nothing_is_taken_where_somebody_changed_a_row_after_the_preview() -> None:
    agency = office("Lantern")
    taken = read(table(ROW | {"acronym": "LAN"}, ROW | {"name": "Lamp"}))
    Agency.objects.filter(pk=agency.pk).update(description="By hand")
    before = everything()
    with pytest.raises(NotPossible, match=r"changed since the file was read: Lantern "):
        applying.take(taken_id=taken.pk, by=None)
    assert everything() == before


def test_preview_keeps_of_an_agency_only_the_contacts_that_the_file_changes() -> None:
    agency = office("Lantern")
    Contact.objects.create(agency=agency, role="Director", name="Dana Reed", email="dana@example.org")
    taken = read(table({"name": "Lantern", "acronym": "LAN"}))
    assert "dana" not in json.dumps(rows_of(taken)).lower()


def test_json_that_says_nothing_of_a_column_leaves_it_and_null_empties_it() -> None:
    agency = office("Lantern", acronym="LAN", description="Light")
    take(a_list({"name": "Lantern", "acronym": None}), "a.json")
    agency.refresh_from_db()
    assert (agency.acronym, agency.description) == ("", "Light")


def test_semicolons_tabs_and_windows_letters_are_read() -> None:
    take("name;kind;level\nLañtern;ngo;private\n".encode("cp1252"))
    take("name\tkind\tlevel\nLämp\tngo\tprivate\n".encode("utf-16"))
    assert Agency.objects.filter(name__in=["Lañtern", "Lämp"]).count() == 2


def test_thousands_of_rows_are_kept_in_pages(django_assert_max_num_queries: Any) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["name", "kind", "level"], *([f"Office {n}", "ngo", "private"] for n in range(1200))])
    with django_assert_max_num_queries(40):
        taken = read(out.getvalue().encode())
    assert (counts(taken), taken.pages.count()) == ({"new": 1200}, 3)


def test_whoever_is_erased_is_erased_from_previews_too_and_that_import_is_undone_no_more() -> None:
    taken = take(table(ROW | {"contacts": "Director|Dana Reed|dana@example.org"}))
    other = take(table(ROW | {"name": "Lamp", "contacts": "Press||press@example.org"}))
    rule = next(rule for rule in register.rules() if rule.model == "portal.importpage")
    assert rule.find
    assert rule.erase
    assert {page.taken_id for page in rule.find("Dana@Example.org")} == {taken.pk}
    assert rule.erase("Dana@Example.org") == 1
    assert not taken.pages.exists()
    with pytest.raises(NotPossible, match="no longer kept"):
        undo(taken)
    undo(other)
