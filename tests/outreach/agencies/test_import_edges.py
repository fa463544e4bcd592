"""Tables of agencies where two houses, two spreadsheets or two persons meet."""

import datetime as dt

import pytest
from django.utils import timezone

from outreach.agencies import merging
from outreach.agencies.desk_forms import ContactForm
from outreach.agencies.models import Agency, Contact
from portal.imports import applying
from portal.imports.models import TakenImport
from portal.imports.sources import SOURCES
from portal.imports.undo import NotPossible
from tests.outreach.agencies.conftest import office
from tests.outreach.agencies.tables import ROW, a_list, counts, exported, read, refusals, table, take, undo

pytestmark = pytest.mark.django_db

UID = "0b7e1c58-6c0a-4e0a-9a44-3f2f1f3f0d11"
PRESS = {"role": "Press", "email": "press@example.org", "uid": UID}


def errors_of(taken: TakenImport) -> bytes:
    return b"".join(SOURCES[taken.kind]().refused_file(taken)[2])


def test_rename_that_another_house_made_comes_with_the_former_name_it_gave() -> None:
    agency = office("Lantern")
    former = [{"name": "Lantern", "why": "renamed"}]
    taken = take(a_list({"uid": str(agency.uid), "name": "Lamp", "former_names": former}))
    agency.refresh_from_db()
    assert (agency.name, list(agency.former_names.values_list("name", flat=True))) == ("Lamp", ["Lantern"])
    undo(taken)
    agency.refresh_from_db()
    assert (agency.name, agency.former_names.count()) == ("Lantern", 0)


def test_contact_that_was_copied_with_its_row_is_refused_in_the_second() -> None:
    taken = read(a_list(*({**ROW, "name": name, "contacts": [PRESS]} for name in ("Lantern", "Lamp"))))
    assert (counts(taken), refusals(taken)[0].row) == ({"new": 1, "refused": 1}, 1)
    assert "another agency’s contact" in refusals(taken)[0].message
    applying.take(taken_id=taken.pk, by=None)
    assert Contact.objects.get(uid=UID).agency.name == "Lantern"


def test_name_that_was_taken_after_the_preview_is_named() -> None:
    taken = read(table(ROW, ROW | {"name": "Lamp"}))
    office("Lamp")
    with pytest.raises(NotPossible, match="Lamp: another agency has its name there") as told:
        applying.take(taken_id=taken.pk, by=None)
    assert "0 rows" not in str(told.value)
    assert not Agency.objects.filter(name="Lantern").exists()


def test_id_of_a_contact_that_came_after_the_preview_is_told_with_its_agency() -> None:
    taken = read(a_list({**ROW, "contacts": [PRESS]}))
    Contact.objects.create(agency=office("Lamp"), role="Press", email="press@example.org", uid=UID)
    with pytest.raises(NotPossible, match="Lantern: another record has one of its contacts by now"):
        applying.take(taken_id=taken.pk, by=None)


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-01T00:00:00Z", "9999-12-31", "9999-12-31T23:59:59-12:00"])
def test_time_that_is_none_in_some_zone_is_refused(day: str) -> None:
    assert "Not a year between" in refusals(read(table(ROW | {"retired_at": day})))[0].message


def test_line_breaks_of_another_spreadsheet_change_nothing() -> None:
    office("Lantern", description="One\r\n\r\nTwo", postal_address="1 Main St\r\nJackson MS")
    content = exported()
    other = content.replace(b"One\r\n\r\nTwo", b"One\n\nTwo").replace(b"St\r\nJackson", b"St\nJackson")
    assert other != content
    taken = read(other)
    assert set(counts(taken)) == {"unchanged"}


def test_new_office_is_not_hung_under_one_that_was_merged_away() -> None:
    winner, loser = office("Harbor"), office("The Harbor")
    fingerprint = merging.plan(winner=winner, loser=loser).fingerprint
    merging.merge(winner_id=winner.pk, loser_id=loser.pk, fingerprint=fingerprint, by=None)
    taken = read(table(ROW | {"within": "The Harbor"}))
    assert "was merged into another agency" in refusals(taken)[0].message


def test_import_whose_rows_were_erased_says_so_and_takes_nothing() -> None:
    taken = read(a_list({**ROW, "contacts": [PRESS]}))
    taken.pages.all().delete()
    with pytest.raises(NotPossible, match="no longer kept"):
        applying.take(taken_id=taken.pk, by=None)
    taken.refresh_from_db()
    assert taken.state == TakenImport.State.READ


def test_file_of_errors_has_the_separators_that_the_file_had() -> None:
    taken = read(b"name;kind;level;acronym\r\nLantern;ngo;private\r\nLamp;wizard;private;LA\r\n")
    content = errors_of(taken)
    assert content.splitlines()[1] == b"Lantern;ngo;private"
    mended = content.replace(b"Lantern;ngo;private", b"Lantern;ngo;private;L").replace(b"wizard", b"ngo")
    assert counts(read(mended)) == {"new": 2}


def test_empty_cells_that_a_spreadsheet_left_out_at_the_end_of_a_row_are_empty() -> None:
    agency = office("Lantern", acronym="LAN")
    lines = exported().decode("utf-8-sig").splitlines()
    header, row = lines[0], next(line for line in lines if "Lantern" in line)
    assert row.endswith(",no,no,,,,,")
    assert counts(read(f"{header}\n{row.rstrip(',')}\n".encode())) == {"unchanged": 1}
    # Ended earlier, the row may be broken by a line break in a text.
    broken = read(f"{header}\n{row.rstrip(',').removesuffix(',no')}\n".encode())
    assert "14 cells where the header has 20" in refusals(broken)[0].message
    assert errors_of(broken).count(str(agency.uid).encode()) == 1


def test_person_who_is_to_agree_some_day_is_not_shown_before() -> None:
    ahead = (timezone.localdate() + dt.timedelta(days=1)).isoformat()
    person = {"role": "Director", "name": "Ana Cole", "email": "ana@example.org"}
    told = {"shown_to": "everybody", "agreed_on": ahead}
    assert "has not come" in refusals(read(a_list({**ROW, "contacts": [person | told]})))[0].message
    form = ContactForm(person | {"shown": ContactForm.PUBLIC, "consented_on": ahead}, instance=Contact())
    assert "has not come" in form.errors["consented_on"][0]


def test_agreement_of_one_person_is_not_taken_for_that_of_another() -> None:
    day = dt.date(2026, 10, 1)
    agency = office("Lantern")
    kept = Contact.objects.create(
        agency=agency, role="Director", name="Ana Cole", phone="1", is_confidential=False, consented_on=day
    )
    told = {"role": "Director", "phone": "1"}
    for name, is_refused in (("Ana Coleman", False), ("Ben Reyes", True)):
        item = {**told, "uid": str(kept.uid), "name": name, "shown_to": "everybody", "agreed_on": day.isoformat()}
        taken = read(a_list({"uid": str(agency.uid), "contacts": [item]}))
        assert any("another person agreed" in problem.message for problem in refusals(taken)) is is_refused
        form = ContactForm({**told, "name": name, "shown": ContactForm.PUBLIC, "consented_on": day}, instance=kept)
        assert ("say on which day Ben Reyes did" in str(form.errors)) is is_refused
        kept.refresh_from_db()


def test_file_of_errors_keeps_what_stood_under_a_name_that_is_no_column() -> None:
    taken = read(a_list({**ROW, "street": "1 Main St"}))
    content = errors_of(taken)
    assert b"1 Main St" in content
    assert counts(read(content.replace(b"street", b"postal_address"))) == {"new": 1}
