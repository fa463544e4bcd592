"""The export: sound by the standard, the same bytes each time, whole or not at all, and nothing that is not public."""

import json
import uuid
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from outreach.agencies.models import Agency, Contact
from outreach.channels.models import Channel
from outreach.hsds import checking, documents, exporting
from outreach.hsds.exporting import FILES
from tests.outreach.channels.test_directory import channel
from tests.outreach.hsds.directory import AGREED, office, standings

pytestmark = pytest.mark.django_db


def export(out: Path) -> dict[str, bytes]:
    """The files of an export by the command."""
    call_command("export_hsds", out=out, stdout=StringIO())
    return {path.name: path.read_bytes() for path in out.iterdir()}


def read(files: dict[str, bytes]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Organisations and services."""
    organizations, services = (json.loads(files[name]) for name in FILES)
    return organizations, services


def test_export_of_the_release_is_sound_and_names_every_office(tmp_path: Path) -> None:
    organizations, services = read(export(tmp_path / "out"))
    assert checking.problems(organizations=organizations, services=services) == []
    assert len(organizations) == Agency.objects.count() > 40
    assert len(services) == Channel.objects.valid(timezone.localdate()).sure().count() > 10


def test_line_belongs_to_the_agency_that_its_operator_names(tmp_path: Path) -> None:
    organizations, services = read(export(tmp_path / "out"))
    names = {each["id"]: each["name"] for each in organizations}
    call = Channel.objects.get(slug="us-hotline-call")
    assert [names[each["organization_id"]] for each in services if each["id"] == str(call.uid)] == [
        "Compass Connections"
    ]
    emergency = str(Channel.objects.get(slug="us-911-call").uid)
    assert next(each for each in services if each["id"] == emergency).get("organization_id") is None


def test_operator_of_two_agencies_is_neither(tmp_path: Path) -> None:
    office("Compass Connections", Agency.objects.get(name="Department of Justice"))
    _, services = read(export(tmp_path / "out"))
    call = str(Channel.objects.get(slug="us-hotline-call").uid)
    assert "organization_id" not in next(each for each in services if each["id"] == call)


def test_export_twice_is_equal_byte_for_byte_and_ids_stay(tmp_path: Path) -> None:
    standings()
    first = export(tmp_path / "out")
    assert export(tmp_path / "out") == first == export(tmp_path / "elsewhere")


def test_only_agencies_fit_for_the_public_and_public_contacts_leave(tmp_path: Path) -> None:
    found = standings()
    channel(note="Marked secret", source="Marked letter", keyword="MARKED")
    files = export(tmp_path / "out")
    organizations, services = read(files)
    assert checking.problems(organizations=organizations, services=services) == []
    by_id = {each["id"]: each for each in organizations}
    shown = {standing for standing, agency in found.items() if str(agency.uid) in by_id}
    assert shown == {"listed", "beneath one not listed"}
    everything = b"".join(files.values())
    for standing in found.keys() - shown:
        assert (
            found[standing].name.encode() not in everything.replace(b"Office of the place", b"") or standing == "merged"
        )
        assert str(found[standing].uid).encode() not in everything
        assert f"press-{found[standing].pk}@".encode() not in everything
    assert b"idden" not in everything
    assert b"arked" not in everything
    told = by_id[str(found["listed"].uid)]["contacts"]
    assert sorted(each["title"] for each in told) == ["Press", "Speaker"]
    assert {each.get("name") for each in told} == {None, "Robin Told"}
    assert by_id[str(found["listed"].uid)]["website"] == "https://lantern.example/%C3%A9?q=a%20b"


def test_office_above_that_is_not_in_the_directory_is_passed_over() -> None:
    top = office("Department")
    hidden = office("Hidden", top, is_listed=False)
    beneath = office("Beneath", hidden)
    (made,) = documents.organizations(documents.agencies().filter(pk=beneath.pk))
    assert made["parent_organization_id"] == str(top.uid)
    assert made["description"] == "Non-profit, private; part of Department."


def test_withdrawn_consent_takes_the_person_out() -> None:
    agency = office("House")
    person = Contact.objects.create(
        agency=agency, role="Speaker", name="Robin", consented_on=AGREED, is_confidential=False
    )
    assert "contacts" in documents.organization(documents.agencies().get(pk=agency.pk))
    person.is_confidential = True
    person.save()
    assert "contacts" not in documents.organization(documents.agencies().get(pk=agency.pk))


def test_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(CommandError, match=r"letter\.txt"):
        export(tmp_path)
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(("data", "."))] == ["letter.txt"]


def test_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(CommandError, match="no folder"):
        export(tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_unsound_records_write_nothing(tmp_path: Path) -> None:
    first = export(tmp_path / "out")
    row = channel()
    Channel.objects.filter(pk=row.pk).update(
        always_open=False, schedule=[{"byday": "MO", "opens_at": "08:00", "closes_at": "17:00"}], name=" "
    )
    with pytest.raises(CommandError, match="name") as refused:
        export(tmp_path / "out")
    assert refused.value.returncode == 1
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == first
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []


def test_export_killed_between_the_two_renames_is_mended_by_the_next(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = export(out)
    out.rename(tmp_path / ".out.before")
    office("Another")
    second = export(out)
    assert second != first
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []


def test_folder_that_cannot_be_exchanged_leaves_the_old_export(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = export(out)
    before = tmp_path / ".out.before"
    before.write_text("a file where the old export would go")
    office("Another")
    with pytest.raises(exporting.BadFolder, match="stands"):
        exporting.export(out=out, on=timezone.localdate())
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
NAMES = TEXT.filter(str.strip)


class AnyAgency(TestCase):
    """Whatever stands in an agency's fields, the directory is sound."""

    @settings(max_examples=150, deadline=None, derandomize=True)
    @given(name=NAMES, acronym=TEXT, description=TEXT, website=TEXT | TEXT.map("https://example.org/{}".format),
           role=TEXT, mail=st.emails() | TEXT, phone=TEXT)  # fmt: skip
    def test_any_agency_is_sound(
        self, name: str, acronym: str, description: str, website: str, role: str, mail: str, phone: str
    ) -> None:
        agency = Agency(
            uid=uuid.UUID(int=5), name=name, acronym=acronym[:20], kind="ngo", level="private",
            description=description, website=website, is_listed=True,
        )  # fmt: skip
        agency.told = [Contact(uid=uuid.UUID(int=6), agency=agency, role=role, email=mail, phone=phone)]  # type: ignore[attr-defined]
        made = documents.organization(agency)
        assert checking.problems(organizations=[made], services=[]) == []
        json.dumps(made, allow_nan=False).encode()
