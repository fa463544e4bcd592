"""Agencies in the admin, in and out of spreadsheets."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outreach.agencies.agreement_models import Agreement, NoticeSent
from outreach.agencies.desk_models import Participation, Task
from outreach.agencies.models import Agency, Contact
from portal.areas.models import Area
from portal.audit import trail
from portal.audit.models import Entry
from portal.mail import outbox
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach import factories

pytestmark = pytest.mark.django_db
LIST = reverse("admin:outreach_agency_changelist")


@pytest.fixture
def coordinator(client: Client, user_with: Callable[..., User]) -> Client:
    """A coordinator's browser."""
    client.force_login(user_with(Role.COORDINATOR))
    return client


def nothing_beneath() -> dict[str, int]:
    """What stands beneath an agency's form, left empty."""
    prefixes = ("contacts", "agreements", "participations", "tasks", "notes", "logos", "memberships")
    return {f"{prefix}-{form}_FORMS": 0 for prefix in prefixes for form in ("TOTAL", "INITIAL")}


def sent(agency: Agency, **changes: object) -> dict[str, object]:
    """An agency's form, filled in as it stands, with changes."""
    return {
        "name": agency.name,
        "acronym": agency.acronym,
        "parent": agency.parent_id or "",
        "kind": agency.kind,
        "level": agency.level,
        "parts": agency.parts,
        "description": agency.description,
        "website": agency.website,
        "jurisdictions": list(agency.jurisdictions.values_list("pk", flat=True)),
        **nothing_beneath(),
        **changes,
    }


def address_of(agency: Agency) -> str:
    """An agency's page."""
    return reverse("admin:outreach_agency_change", args=[agency.pk])


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
            **nothing_beneath(),
            "contacts-TOTAL_FORMS": 1,
            "contacts-0-role": "Training",
            "contacts-0-name": "Dana Reed",
            "contacts-0-email": "dana@example.org",
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


def test_who_may_only_look_exports_and_imports_nothing(client: Client, user_with: Callable[..., User]) -> None:
    client.force_login(user_with(Role.ANALYST))
    assert client.get(reverse("admin:outreach_agency_import")).status_code == 403
    answer = client.get(reverse("admin:outreach_agency_export"))
    assert answer.status_code == 200


# The desk.


@pytest.mark.parametrize(
    ("told", "is_confidential"),
    [
        ({"name": "Dana Reed"}, True),
        ({"name": ""}, False),
        ({"name": "", "shown": "confidential"}, True),
        ({"name": "Dana Reed", "shown": "public", "consented_on": "2026-10-01"}, False),
    ],
)
def test_contact_is_as_confidential_as_is_usual_or_said(
    coordinator: Client, told: dict[str, str], is_confidential: bool
) -> None:
    agency = Agency.objects.get(acronym="OVC")
    fields = {"role": "Training", "email": "training@example.org"} | told
    form = {f"contacts-0-{name}": value for name, value in fields.items()}
    answer = coordinator.post(address_of(agency), sent(agency, **{"contacts-TOTAL_FORMS": 1}, **form))
    assert answer.status_code == 302
    contact = Contact.objects.get(agency=agency)
    assert contact.is_confidential is is_confidential
    assert Contact.objects.public().exists() is not is_confidential


def test_person_who_did_not_agree_is_not_made_public(coordinator: Client) -> None:
    agency = Agency.objects.get(acronym="OVC")
    fields = {"role": "Training", "email": "d@example.org", "name": "Dana Reed", "shown": "public"}
    form = {f"contacts-0-{name}": value for name, value in fields.items()}
    answer = coordinator.post(address_of(agency), sent(agency, **{"contacts-TOTAL_FORMS": 1}, **form))
    assert "say on which day" in answer.text
    assert not Contact.objects.exists()
    contact = Contact.objects.create(agency=agency, role="Training", name="Dana Reed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.filter(pk=contact.pk).update(is_confidential=False)


def test_public_contacts_are_of_agencies_in_use() -> None:
    agency = Agency.objects.get(acronym="OVC")
    Contact.objects.create(agency=agency, role="Press", email="press@example.org", is_confidential=False)
    assert Contact.objects.public().exists()
    agency.retire()
    assert not Contact.objects.public().exists()


def test_note_task_and_season_stand_on_the_card_and_in_the_timeline(coordinator: Client, season: Season) -> None:
    agency = Agency.objects.get(acronym="OVC")
    told = {
        "notes-TOTAL_FORMS": 1,
        "notes-0-body": "Asked for Spanish posters.",
        "tasks-TOTAL_FORMS": 1,
        "tasks-0-what": "Call the press office",
        "tasks-0-due_on": "2026-10-01",
        "participations-TOTAL_FORMS": 1,
        "participations-0-season": season.pk,
        "participations-0-state": "agreed",
        "participations-0-parts": ["posters", "press"],
    }
    assert coordinator.post(address_of(agency), sent(agency, **told)).status_code == 302
    page = coordinator.get(address_of(agency)).text
    assert "Asked for Spanish posters." in page
    assert "was due" in page
    assert "Takes part" in page
    assert not Entry.objects.filter(after__icontains="Spanish").exists()

    coordinator.post(reverse("admin:outreach_agency_task_done", args=[Task.objects.get().pk]))
    assert Task.objects.get().done_by is not None
    timeline = coordinator.get(reverse("admin:outreach_agency_timeline", args=[agency.pk])).text
    assert "Asked for Spanish posters." in timeline
    assert "Done: Call the press office" in timeline


def test_notes_and_tasks_are_for_the_desk_that_keeps_them(client: Client, user_with: Callable[..., User]) -> None:
    agency = Agency.objects.get(acronym="OVC")
    agency.notes.create(author=user_with(Role.COORDINATOR), body="Secret of the desk")
    agency.tasks.create(what="Secret task")
    for role in (Role.ANALYST, Role.SCHEDULER, Role.AUDITOR):
        client.force_login(user_with(role))
        for address in (address_of(agency), reverse("admin:outreach_agency_timeline", args=[agency.pk])):
            assert "Secret" not in client.get(address).text


def test_new_name_keeps_the_former_one_findable(coordinator: Client) -> None:
    agency = Agency.objects.get(acronym="WHD")
    former = agency.name
    coordinator.post(address_of(agency), sent(agency, name="Hours and Wages Office"))
    assert agency.former_names.get().name == former
    assert "Hours and Wages Office" in coordinator.get(LIST, {"q": former}).text


def test_changed_jurisdictions_are_written_to_the_trail(coordinator: Client) -> None:
    agency = Agency.objects.get(acronym="WHD")
    areas = list(Area.objects.filter(code__in=["MS"]).values_list("pk", flat=True))
    coordinator.post(address_of(agency), sent(agency, jurisdictions=areas))
    entry = Entry.objects.filter(object_type="outreach.agency", after__has_key="jurisdictions").get()
    assert entry.after["jurisdictions"] == areas
    assert entry.before["jurisdictions"] != areas


def test_invited_are_those_without_a_row_and_a_yes_is_never_carried_over(coordinator: Client, season: Season) -> None:
    first, second = Agency.objects.order_by("pk")[:2]
    Participation.objects.create(agency=first, season=season, state="declined")
    coordinator.post(LIST, {"action": "invite", "_selected_action": [first.pk, second.pk]})
    assert Participation.objects.get(agency=first).state == "declined"
    assert Participation.objects.get(agency=second).state == "invited"


@pytest.mark.parametrize("lookup", ["contacts__email__startswith", "notes__body__contains", "agreements__title"])
def test_addresses_of_the_list_tell_nothing_of_contacts_and_notes(
    client: Client, user_with: Callable[..., User], lookup: str
) -> None:
    client.force_login(user_with(Role.ANALYST))
    assert client.get(LIST, {lookup: "a"}).status_code in {302, 400}


def test_desk_filters(coordinator: Client) -> None:
    agency = Agency.objects.get(acronym="OVC")
    agency.tasks.create(what="Call", due_on=dt.date(2026, 1, 1))
    for asked, expected in (("overdue", 1), ("tasks", 1), ("in_force", 0)):
        assert coordinator.get(LIST, {"desk": asked}).context["cl"].result_count == expected
    seminars = coordinator.get(LIST, {"part": "seminars"}).context["cl"]
    assert {row.acronym for row in seminars.queryset} >= {"CCHT", "FBI"}


def test_timeline_asks_as_often_for_three_as_for_one(coordinator: Client, user_with: Callable[..., User]) -> None:
    agency, author = Agency.objects.get(acronym="OVC"), user_with(Role.COORDINATOR)
    address = reverse("admin:outreach_agency_timeline", args=[agency.pk])
    agency.notes.create(author=author, body="One")
    trail.record(actor=author, verb="changed", target=agency)
    coordinator.get(address)
    with CaptureQueriesContext(connection) as few:
        coordinator.get(address)
    for body in ("Two", "Three"):
        agency.notes.create(author=author, body=body)
        trail.record(actor=author, verb="changed", target=agency)
    with CaptureQueriesContext(connection) as more:
        assert "Three" in coordinator.get(address).text
    assert len(more) == len(few)


def test_list_is_filtered_to_an_office_and_all_beneath_it(coordinator: Client) -> None:
    justice = Agency.objects.get(name="Department of Justice")
    page = coordinator.get(LIST, {"beneath": justice.pk})
    found = {row.acronym for row in page.context["cl"].queryset}
    assert found >= {"OVC", "FBI"}
    assert "ILAB" not in found
    assert len(found) == len({row.pk for row in page.context["cl"].queryset if row.path.startswith(justice.name)})
    assert coordinator.get(LIST, {"beneath": "x' OR 1"}).status_code in {200, 302}


@pytest.mark.parametrize("name", ["office for victims of crime", "OFFICE FOR VICTIMS OF CRIME"])
def test_name_is_taken_in_either_case(coordinator: Client, name: str) -> None:
    known = Agency.objects.get(acronym="OVC")
    assert known.name.lower() == name.lower()
    twin = Agency(name=name, parent=known.parent, kind="bureau", level="federal")
    with pytest.raises(ValidationError, match="of this name"):
        twin.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
    Agency.objects.create(name=name, kind="bureau", level="federal")  # elsewhere in the tree
    with pytest.raises(IntegrityError), transaction.atomic():
        Agency.objects.create(name=name.title(), kind="bureau", level="federal")


def test_approver_sees_agencies_and_changes_none(client: Client, user_with: Callable[..., User]) -> None:
    client.force_login(user_with(Role.APPROVER))
    agency = Agency.objects.get(acronym="OVC")
    assert client.get(LIST).status_code == 200
    page = client.get(address_of(agency))
    assert (page.status_code, 'name="_save"' in page.text) == (200, False)
    assert client.post(address_of(agency), {}).status_code == 403


def test_timeline_tells_mails_notices_and_events_to_who_may_see_them(
    coordinator: Client, user_with: Callable[..., User], agree: Callable[..., Agreement]
) -> None:
    agency = Agency.objects.get(acronym="OVC")
    agreement = agree(agency)
    NoticeSent.objects.create(agreement=agreement, days=30, of_day=dt.date(2027, 1, 31))
    outbox.send(
        to="desk@example.org", template="your_data", context={"link": "https://x.example"}, language="en",
        about=f"outreach.agreement:{agreement.pk}",
    )  # fmt: skip
    factories.seminar(host=agency, title="An evening of ours")
    factories.seminar(title="With friends").partners.add(agency)
    factories.seminar(host=agency, title="Not yet agreed", state="draft")
    address = reverse("admin:outreach_agency_timeline", args=[agency.pk])
    page = coordinator.get(address).text
    for said in ("Posters: notice 30 days ahead of 31 January 2027", "Your link", "An evening of ours", "With friends"):
        assert said in page, said
    assert "Not yet agreed" not in page
    client = Client()
    client.force_login(user_with(Role.AUDITOR))
    page = client.get(address).text
    assert "Posters: notice 30 days ahead" in page
    assert "Your link" not in page
    assert "An evening of ours" not in page
