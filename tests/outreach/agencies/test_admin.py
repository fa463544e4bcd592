"""Agencies in the admin, in and out of spreadsheets."""

from collections.abc import Callable

import pytest
import tablib
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outreach.agencies.imports import AgencyResource
from outreach.agencies.models import Agency, Contact
from portal.areas.models import Area
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role

pytestmark = pytest.mark.django_db
LIST = reverse("admin:outreach_agency_changelist")


@pytest.fixture
def coordinator(client: Client, user_with: Callable[..., User]) -> Client:
    """A coordinator's browser."""
    client.force_login(user_with(Role.COORDINATOR))
    return client


def test_agency_list_shows_the_tree(coordinator: Client) -> None:
    page = coordinator.get(LIST).text
    assert '<span class="tree tree-2">Office for Victims of Crime</span>' in page
    assert page.index("Department of Justice") < page.index("Office of Justice Programs") < page.index("OJJDP")


def test_agency_search_finds_what_lies_beneath(coordinator: Client) -> None:
    page = coordinator.get(LIST, {"q": "OJP"}).text
    assert "Office for Victims of Crime" in page
    assert "Wage and Hour" not in page


def test_agency_list_asks_as_often_for_three_as_for_one(coordinator: Client) -> None:
    Agency.objects.create(name="Lantern", kind="ngo", level="private").jurisdictions.set(
        Area.objects.filter(code__in=["MS", "LA"])
    )
    coordinator.get(LIST)
    with CaptureQueriesContext(connection) as few:
        coordinator.get(LIST, {"q": "Lantern"})
    for name in ("Lantern house", "Lantern hill"):
        parent = Agency.objects.get(acronym="OVC")
        Agency.objects.create(name=name, kind="ngo", level="private", parent=parent).jurisdictions.set(
            Area.objects.filter(code__in=["AL"])
        )
    with CaptureQueriesContext(connection) as more:
        answer = coordinator.get(LIST, {"q": "Lantern"})
    assert answer.context["cl"].result_count == 3
    assert len(more) == len(few)


def test_new_contact_is_confidential_unless_said_otherwise(coordinator: Client) -> None:
    agency = Agency.objects.get(acronym="OVC")
    coordinator.post(
        reverse("admin:outreach_agency_change", args=[agency.pk]),
        {
            "name": agency.name,
            "acronym": agency.acronym,
            "parent": agency.parent_id,
            "kind": agency.kind,
            "level": agency.level,
            "jurisdictions": ["US"],
            "contacts-TOTAL_FORMS": 1,
            "contacts-INITIAL_FORMS": 0,
            "logos-TOTAL_FORMS": 0,
            "logos-INITIAL_FORMS": 0,
            "contacts-0-role": "Training",
            "contacts-0-name": "Dana Reed",
            "contacts-0-email": "dana@example.org",
            "contacts-0-is_confidential": "on",
        },
    )
    contact = Contact.objects.get(agency=agency)
    assert contact.is_confidential
    assert Contact().is_confidential
    assert Entry.objects.filter(object_type="outreach.contact", verb="added").exists()


def test_contacts_are_hidden_from_those_who_may_only_see_agencies(
    client: Client, user_with: Callable[..., User]
) -> None:
    agency = Agency.objects.get(acronym="OVC")
    Contact.objects.create(agency=agency, role="Training", name="Dana Reed", email="dana@example.org")
    client.force_login(user_with(Role.ANALYST))
    page = client.get(reverse("admin:outreach_agency_change", args=[agency.pk])).text
    assert agency.name in page
    assert "Dana" not in page
    assert "dana@example.org" not in page


def test_retire_and_bring_back_leave_the_record_and_a_trail(coordinator: Client) -> None:
    agency = Agency.objects.get(acronym="WHD")
    for verb in ("retire", "bring_back"):
        coordinator.post(LIST, {"action": verb, "_selected_action": [agency.pk]})
        agency.refresh_from_db()
        assert (agency.retired_at is not None) == (verb == "retire")
    assert list(Entry.objects.filter(object_type="outreach.agency").order_by("id").values_list("verb", flat=True)) == [
        "retired",
        "brought back",
    ]


def exported() -> str:
    """All agencies as CSV."""
    text: str = AgencyResource().export(Agency.objects.as_tree()).csv
    return text


def test_export_and_import_lose_nothing() -> None:
    lantern = Agency.objects.create(
        name="=Lantern",
        acronym="+L",
        kind="ngo",
        level="private",
        description="Two lines\nand “quotes”",
        parent=Agency.objects.get(acronym="OVC"),
    )
    lantern.jurisdictions.set(Area.objects.filter(code__in=["MS", "LA"]))
    before = exported()
    assert "'=Lantern" in before
    fields = [
        (row.path, row.acronym, row.description, sorted(row.jurisdictions.values_list("pk", flat=True)))
        for row in Agency.objects.as_tree()
    ]
    for row in reversed(list(Agency.objects.as_tree())):
        row.delete()

    result = AgencyResource().import_data(tablib.Dataset().load(before, format="csv"))

    assert not result.has_errors(), result.row_errors()
    assert fields == [
        (row.path, row.acronym, row.description, sorted(row.jurisdictions.values_list("pk", flat=True)))
        for row in Agency.objects.as_tree()
    ]
    assert exported() == before


def test_import_twice_changes_nothing() -> None:
    data = tablib.Dataset().load(exported(), format="csv")
    totals = AgencyResource().import_data(data).totals
    assert totals["skip"] == Agency.objects.count()
    assert totals["new"] == totals["update"] == 0


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("within", "Department of Magic", "No agency “Department of Magic”"),
        ("jurisdictions", "MS, ZZ", "No area ZZ"),
        ("kind", "wizard", "wizard"),
    ],
)
def test_import_of_a_bad_row_takes_nothing_and_says_why(column: str, value: str, message: str) -> None:
    row = {"within": "", "name": "Lantern", "acronym": "", "kind": "ngo", "level": "private", "jurisdictions": "MS"}
    data = tablib.Dataset(headers=[*row])
    data.append([*row.values()])
    data.append([*(row | {"name": "Lamp", column: value}).values()])

    result = AgencyResource().import_data(data, raise_errors=False, use_transactions=True)

    said = " ".join(str(error.error) for _, errors in result.row_errors() for error in errors)
    said += " ".join(str(invalid.error) for invalid in result.invalid_rows)
    assert message in said
    assert result.has_errors() or result.has_validation_errors()
    assert not Agency.objects.filter(name="Lamp").exists()


def test_export_holds_no_contact() -> None:
    Contact.objects.create(
        agency=Agency.objects.get(acronym="OVC"), role="Press", email="press@example.org", is_confidential=False
    )
    assert "press@example.org" not in exported()


def test_import_shows_a_preview_before_it_takes_anything(coordinator: Client) -> None:
    table = "within,name,acronym,kind,level,description,website,jurisdictions\n"
    table += 'Department of Justice,Lantern,LAN,programme,federal,New,https://example.org,"MS, LA"\n'
    start = reverse("admin:outreach_agency_import")
    preview = coordinator.post(
        start, {"format": "0", "import_file": SimpleUploadedFile("agencies.csv", table.encode(), "text/csv")}
    )
    assert "Lantern" in preview.text
    assert not Agency.objects.filter(name="Lantern").exists()

    form = preview.context["confirm_form"]
    answer = coordinator.post(reverse("admin:outreach_agency_process_import"), form.initial, follow=True)

    lantern = Agency.objects.get(name="Lantern")
    assert answer.redirect_chain
    assert lantern.path == "Department of Justice > Lantern"
    assert set(lantern.jurisdictions.values_list("code", flat=True)) == {"MS", "LA"}
    assert Entry.objects.get(verb="imported").after == {"created": 1, "changed": 0, "unchanged": 0}


def test_who_may_only_look_exports_and_imports_nothing(client: Client, user_with: Callable[..., User]) -> None:
    client.force_login(user_with(Role.ANALYST))
    assert client.get(reverse("admin:outreach_agency_import")).status_code == 403
    answer = client.get(reverse("admin:outreach_agency_export"))
    assert answer.status_code == 200
