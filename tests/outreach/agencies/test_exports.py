"""Agencies taken out: who gets what, and what the trail tells before a byte leaves."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import Note, Task
from outreach.agencies.exporting import export
from outreach.agencies.models import Agency, Contact
from portal.audit.models import Entry
from portal.imports.problems import FileRefused
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach.agencies.conftest import office
from tests.outreach.agencies.tables import exported

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:outreach_agency_export")
SECRET = "canary"


def unpacked(content: bytes) -> str:
    """All that a file says, of a workbook all of its parts."""
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return "\n".join(package.read(name).decode() for name in package.namelist())


@pytest.fixture
def confidential(season: Season, agree: Callable[..., Agreement], recorder: User) -> Agency:
    """An agency with a word in all that must not leave."""
    agency = office("Lantern")
    Contact.objects.create(agency=agency, role="Press", email="press@example.org", is_confidential=False)
    Contact.objects.create(agency=agency, role="Director", name=f"{SECRET} A", email=f"{SECRET}@example.org")
    Contact.objects.create(agency=agency, role="Line", phone=f"{SECRET} 1", is_confidential=True)
    agree(agency, title=f"{SECRET} B", reference=f"{SECRET} C")
    Note.objects.create(agency=agency, author=recorder, body=f"{SECRET} D")
    Task.objects.create(agency=agency, what=f"{SECRET} E")
    return agency


def take_out(client: Client, **told: Any) -> Any:
    names = client.get(PAGE).context["form"].fields["columns"].initial
    return client.post(PAGE, {"format": "csv", "columns": names} | told)


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "json"])
def test_nothing_confidential_is_in_a_file_unless_it_was_asked_for(file_format: str, confidential: Agency) -> None:
    assert SECRET not in unpacked(exported(file_format, confidential=False))
    assert "press@example.org" in unpacked(exported(file_format, confidential=False))
    asked = unpacked(exported(file_format, confidential=True))
    assert all(f"{SECRET} {letter}" in asked for letter in "ABC")
    assert f"{SECRET} D" not in asked
    assert f"{SECRET} E" not in asked


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SCHEDULER, Role.AUDITOR])
def test_who_may_only_look_gets_no_confidential_line_even_if_the_box_is_sent(
    role: Role, confidential: Agency, client: Client, user_with: Callable[..., User]
) -> None:
    client.force_login(user_with(role))
    assert "confidential" not in client.get(PAGE).context["form"].fields
    answer = take_out(client, confidential="on")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert SECRET not in answer.content.decode()
    assert Entry.objects.get(verb="exported").after["confidential"] is False


@pytest.mark.parametrize(("role", "column"), [(Role.ANALYST, "agreements"), (Role.APPROVER, "seasons")])
def test_who_may_not_see_agreements_or_seasons_is_offered_no_column_of_them(
    role: Role, column: str, client: Client, user_with: Callable[..., User]
) -> None:
    client.force_login(user_with(role))
    assert column not in client.get(PAGE).context["form"].fields["columns"].initial
    assert take_out(client, columns=["name", column]).status_code == 422
    assert not Entry.objects.filter(verb="exported").exists()


def test_coordinator_takes_confidential_lines_out_and_the_trail_tells(
    confidential: Agency, client: Client, user_with: Callable[..., User]
) -> None:
    client.force_login(user_with(Role.COORDINATOR))
    answer = client.post(
        f"{PAGE}?kind__exact=ngo&q=Lant", {"format": "json", "columns": ["name", "contacts"], "confidential": "on"}
    )
    (told,) = json.loads(answer.content)
    assert {contact["name"] for contact in told["contacts"]} == {"", f"{SECRET} A"}
    entry = Entry.objects.get(verb="exported")
    assert entry.after == {
        "rows": 1,
        "format": "json",
        "fields": ["name", "contacts"],
        "confidential": True,
        "filters": {"kind__exact": "ngo", "q": "(not kept here)"},
    }


def test_row_that_no_key_can_be_is_refused(client: Client, user_with: Callable[..., User]) -> None:
    client.force_login(user_with(Role.COORDINATOR))
    answer = take_out(client, chosen=[str(2**70)], columns=["name"])
    assert "is not a valid value. Choose the rows" in answer.text
    assert not Entry.objects.filter(verb="exported").exists()


def test_rows_that_were_chosen_in_the_list_are_those_that_leave(client: Client, user_with: Callable[..., User]) -> None:
    client.force_login(user_with(Role.COORDINATOR))
    chosen = [office("Lantern").pk, office("Lamp").pk]
    page = client.post(reverse("admin:outreach_agency_changelist"), {"action": "take_out", "_selected_action": chosen})
    assert page.context["count"] == 2
    answer = take_out(client, chosen=chosen, columns=["name"])
    assert answer.content.decode("utf-8-sig").split() == ["name", "Lamp", "Lantern"]
    assert Entry.objects.get(verb="exported").after["filters"] == {"chosen": "2"}


def test_all_of_a_long_list_leave_though_a_form_holds_a_thousand_keys(
    client: Client, user_with: Callable[..., User]
) -> None:
    client.force_login(user_with(Role.COORDINATOR))
    Agency.objects.bulk_create(
        Agency(name=f"Office {number}", kind="railroad", level="private") for number in range(1001)
    )
    sent = {"action": "take_out", "_selected_action": [Agency.objects.order_by("-pk")[0].pk], "select_across": "1"}
    page = client.post(f"{reverse('admin:outreach_agency_changelist')}?kind__exact=railroad", sent)
    form, address = page.context["form"], page.context["address"]
    hidden = {"chosen": form["chosen"].value()}
    answer = client.post(address, {"format": "csv", "columns": ["name"]} | hidden)
    assert answer.status_code == 200
    assert len(answer.content.splitlines()) == 1 + page.context["count"] >= 1002


def test_trail_is_written_before_the_file_is_there_to_be_sent(client: Client, user_with: Callable[..., User]) -> None:
    client.force_login(user_with(Role.COORDINATOR))
    office("Lantern", description="x" * 40_000)
    answer = take_out(client, format="xlsx")
    assert answer.status_code == 422
    assert "40,000 letters, where a cell holds 32,767: take CSV or JSON" in answer.content.decode()
    assert not Entry.objects.filter(verb="exported").exists(), "nothing left, and nothing is told"
    assert take_out(client).status_code == 200
    assert Entry.objects.filter(verb="exported").count() == 1


def test_long_text_is_refused_by_a_workbook_with_its_line_and_column() -> None:
    office("AAA", description="x" * 40_000)
    with pytest.raises(FileRefused, match=r"Line 2, description: 40,000 letters"):
        export(agencies=Agency.objects.filter(name="AAA"), file_format="xlsx", by=None)


def test_queries_do_not_grow_with_the_rows(django_assert_num_queries: Any, django_assert_max_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            exported("csv")
        return len(queries)

    office("One")
    before = asked()
    for number in range(3):
        office(f"Office {number}")
    assert asked() == before
