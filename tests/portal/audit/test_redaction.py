"""A redaction empties what an entry says, in every place, by two persons; row and chain stay."""

import copy
from collections.abc import Callable

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from outreach.agencies.models import Agency, Contact
from portal.audit import linking, redaction, trail
from portal.audit.models import Entry, Redaction
from portal.imports import applying, pages, undo
from portal.imports.models import TakenImport
from portal.keeping import person
from portal.mail import outbox
from portal.mail.models import Mail
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach.agencies import tables
from tests.portal.audit.chains import found

pytestmark = pytest.mark.django_db
NAME = "Jordan Q. Example"


@pytest.fixture
def said(user_with: Callable[..., User]) -> Entry:
    """An entry that says a name that it should not, linked; Django's log says it too."""
    target = user_with(Role.COORDINATOR)
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=target, content_type=kind, object_id=str(target.pk), object_repr=NAME, action_flag=CHANGE
    )
    entry = trail.record(
        actor=target, verb="changed", target=target, label=NAME, before={"name": NAME}, after={"name": "x"}
    )
    linking.link()
    return entry


@pytest.fixture
def two(user_with: Callable[..., User]) -> tuple[User, User]:
    return user_with(Role.COORDINATOR), user_with(Role.AUDITOR)


def everything() -> str:
    """Every value of every table, past our models."""
    with connection.cursor() as cursor:
        rows = []
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            rows += cursor.fetchall()
    return str(rows)


def test_value_is_in_no_table_after_two_agreed(said: Entry, two: tuple[User, User]) -> None:
    assert NAME in everything()
    asked = redaction.ask(entry_id=said.pk, reason="Names a person", by=two[0])
    redaction.approve(redaction_id=asked.pk, by=two[1])
    assert NAME not in everything()
    kept = Entry.objects.get(pk=said.pk)
    assert (kept.verb, kept.actor, kept.at) == ("changed", said.actor, said.at)
    assert kept.content_digest == said.content_digest
    linking.link()
    assert found() == []


def test_trail_tells_who_asked_and_who_agreed(said: Entry, two: tuple[User, User]) -> None:
    asked = redaction.ask(entry_id=said.pk, reason="Names a person", by=two[0])
    redaction.approve(redaction_id=asked.pk, by=two[1])
    told = Entry.objects.get(verb="redacted")
    assert (told.actor, told.object_id) == (two[1], str(said.pk))
    assert told.after == {
        "fields": ["name"],
        "asked_by": two[0].pk,
        "reason": "Names a person",
        "copies": {"Django's admin log": 1},
    }


def test_one_person_alone_cannot(said: Entry, two: tuple[User, User]) -> None:
    asked = redaction.ask(entry_id=said.pk, reason="Names a person", by=two[0])
    with pytest.raises(redaction.NotPossible, match="second person"):
        redaction.approve(redaction_id=asked.pk, by=two[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.filter(pk=asked.pk).update(state="done", decided_by=two[0], decided_at=said.at)
    assert Entry.objects.get(pk=said.pk).before == {"name": NAME}


def test_superuser_is_bound_too(said: Entry, admin_user: User) -> None:
    asked = redaction.ask(entry_id=said.pk, reason="Names a person", by=admin_user)
    with pytest.raises(redaction.NotPossible, match="second person"):
        redaction.approve(redaction_id=asked.pk, by=admin_user)


def test_refusal_leaves_all_and_may_be_asked_again(said: Entry, two: tuple[User, User]) -> None:
    asked = redaction.ask(entry_id=said.pk, reason="Names a person", by=two[0])
    redaction.refuse(redaction_id=asked.pk, by=two[1])
    assert Entry.objects.get(pk=said.pk).object_label == NAME
    with pytest.raises(redaction.NotPossible, match="decided meanwhile"):
        redaction.approve(redaction_id=asked.pk, by=two[1])
    assert redaction.ask(entry_id=said.pk, reason="Once more", by=two[0])


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_reason_is_needed_and_short(said: Entry, two: tuple[User, User], reason: str) -> None:
    with pytest.raises(redaction.NotPossible):
        redaction.ask(entry_id=said.pk, reason=reason, by=two[0])
    assert not Redaction.objects.exists()


def test_entry_that_tells_of_a_redaction_is_never_redacted(said: Entry, two: tuple[User, User]) -> None:
    asked = redaction.ask(entry_id=said.pk, reason="Names a person", by=two[0])
    with pytest.raises(redaction.NotPossible, match="already"):
        redaction.ask(entry_id=said.pk, reason="Names a person", by=two[1])
    redaction.approve(redaction_id=asked.pk, by=two[1])
    for entry in (said, Entry.objects.get(verb="redacted")):
        with pytest.raises(redaction.NotPossible):
            redaction.ask(entry_id=entry.pk, reason="Again", by=two[0])


def test_two_persons_redact_in_the_admin(client: Client, said: Entry, two: tuple[User, User]) -> None:
    client.force_login(two[0])
    page = reverse("admin:portal_entry_redact", args=[said.pk])
    assert NAME in client.get(page).text
    client.post(page, {"reason": "Names a person"})
    asked = Redaction.objects.get()
    agree = reverse("admin:portal_redaction_approve", args=[asked.pk])
    assert agree not in client.get(reverse("admin:portal_redaction_change", args=[asked.pk])).text
    assert client.post(agree).status_code == 403
    assert "to be emptied" not in client.get("/admin/").text
    assert NAME in Entry.objects.get(pk=said.pk).object_label
    client.force_login(two[1])
    assert "1 entry of the trail is to be emptied, and waits for a second person." in client.get("/admin/").text
    assert agree in client.get(reverse("admin:portal_redaction_change", args=[asked.pk])).text
    look = client.get(agree).text
    assert NAME not in look
    assert reverse("admin:portal_entry_change", args=[said.pk]) in look
    client.post(agree)
    shown = client.get(reverse("admin:portal_entry_change", args=[said.pk])).text
    assert NAME not in shown
    assert "Redacted on" in shown
    # Nothing is left to redact.
    assert client.post(page, {"reason": "Again"}).status_code == 403


# Copies, and people who were erased.


@pytest.fixture
def imported(user_with: Callable[..., User]) -> Agency:
    """An agency that a sheet brought, whose description names somebody."""
    agency = Agency.objects.create(name="Lantern House", kind="ngo", level="private")
    was = copy.copy(agency)
    agency.description = f"Ask {NAME}."
    agency.save()
    undo.remember(model=Agency, pairs=[(was, agency)], file_name="partners.csv", by=None)
    return agency


def redacted(entry: Entry, two: tuple[User, User]) -> Entry:
    """What the trail says of it once two agreed."""
    asked = redaction.ask(entry_id=entry.pk, reason="Names a person", by=two[0])
    redaction.approve(redaction_id=asked.pk, by=two[1])
    return Entry.objects.get(verb="redacted", object_id=str(entry.pk))


def test_redaction_reaches_what_an_import_keeps_for_undo(imported: Agency, two: tuple[User, User]) -> None:
    told = redacted(Entry.objects.get(verb="imported"), two)
    assert told.after["copies"] == {"imports": 1}
    Agency.objects.update(description="")
    assert NAME not in everything()
    # From then on the row differs from what the import left: undo refuses it.
    assert TakenImport.objects.get().rows[0]["after"]["description"] == redaction.EMPTIED


def test_redaction_reaches_pages_of_a_large_import_in_the_row_s_own_place(
    imported: Agency, two: tuple[User, User]
) -> None:
    taken = TakenImport.objects.create(model="outreach.agency", file_name="all.csv", state="taken")
    page = pages.Page(columns=("name", "description"))
    page.rows = [
        pages.Row(2, pages.Kind.CHANGED, str(imported.uid), ["Lantern House", ""], ["Lantern House", f"Ask {NAME}."]),
        pages.Row(3, pages.Kind.NEW, "another", None, ["Lamp", "Light"]),
    ]
    page.store(taken, 1)
    redacted(Entry.objects.get(verb="imported"), two)
    kept = pages.Page.unpack(bytes(taken.pages.get().content))
    assert kept.rows[0].after[1] == redaction.EMPTIED
    assert kept.rows[1] == pages.Row(3, pages.Kind.NEW, "another", None, ["Lamp", "Light"])


def test_redaction_deletes_mails_about_the_record_that_say_it(imported: Agency, two: tuple[User, User]) -> None:
    about = f"outreach.agency:{imported.pk}"
    for link in (f"https://x.example/{NAME}", "https://x.example/else"):
        context = {"link": link}
        outbox.send(to="a@example.org", template="your_data", context=context, language="en", about=about)
    entry = trail.record(actor=None, verb="changed", target=imported, after={"person": NAME})
    redacted(entry, two)
    assert [NAME in mail.email.message for mail in Mail.objects.all() if mail.email] == [False]


def test_import_whose_former_value_was_redacted_puts_no_mark_in_its_place(
    two: tuple[User, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = Agency.objects.create(name="Lantern House", kind="ngo", level="private", description=f"Ask {NAME}.")
    was = copy.copy(agency)
    agency.description = "Ask the desk."
    agency.save()
    undo.remember(model=Agency, pairs=[(was, agency)], file_name="partners.csv", by=None)
    redacted(Entry.objects.get(verb="imported"), two)
    monkeypatch.setitem(undo.WAYS, "outreach.agency", undo.Way(refuse=lambda *_: "", remove=lambda _: None))
    with pytest.raises(undo.NotPossible, match="redacted since"):
        undo.undo(taken=TakenImport.objects.get(), by=None)
    agency.refresh_from_db()
    assert agency.description == "Ask the desk."


def test_redaction_reaches_what_hangs_on_a_row_of_an_import(two: tuple[User, User]) -> None:
    contact = {"role": f"Ask for {NAME}", "email": "desk@example.org"}
    taken = tables.take(tables.a_list({**tables.ROW, "contacts": [contact]}))
    Contact.objects.update(role="Desk")
    waiting = tables.read(tables.a_list({"name": "Lantern", "contacts": [{**contact, "phone": "1"}]}))
    assert redacted(Entry.objects.get(object_type="outreach.contact"), two).after["copies"] == {"imports": 2}
    for each in (taken, waiting):
        assert NAME not in str(tables.rows_of(each))
    with pytest.raises(undo.NotPossible, match="redacted since"):
        tables.undo(taken)
    with pytest.raises(undo.NotPossible, match="redacted since"):
        applying.take(taken_id=waiting.pk, by=None)


@pytest.mark.parametrize("by_person", [True, False])
def test_erased_person_is_asked_to_be_redacted_where_the_trail_names_them(
    imported: Agency, two: tuple[User, User], by_person: bool
) -> None:
    Contact.objects.create(agency=imported, role="Press", name=NAME, email="jordan@example.org")
    trail.record(actor=None, verb="wrote", target=None, label="To Jordan@example.org")
    kind = ContentType.objects.get_for_model(Contact)
    LogEntry.objects.create(user=two[0], content_type=kind, object_id="1", object_repr=NAME, action_flag=CHANGE)
    person.erase(address="jordan@example.org", by=None if by_person else two[0])
    assert not LogEntry.objects.filter(object_repr=NAME).exists()
    asked = Redaction.objects.order_by("entry_id")
    assert [(each.entry.verb, each.asked_by) for each in asked] == [
        (verb, None if by_person else two[0]) for verb in ("imported", "wrote")
    ]
    for each in asked:
        if not by_person:
            with pytest.raises(redaction.NotPossible, match="second person"):
                redaction.approve(redaction_id=each.pk, by=two[0])
        redaction.approve(redaction_id=each.pk, by=two[1])
    Agency.objects.update(description="")
    said = everything()
    assert NAME not in said
    assert "jordan@example.org" not in said.lower()
    linking.link()
    assert found() == []


def test_erasing_twice_asks_once(imported: Agency) -> None:
    Contact.objects.create(agency=imported, role="Press", name=NAME, email="jordan@example.org")
    trail.record(actor=None, verb="wrote", target=None, label="To jordan@example.org")
    for _ in range(2):
        person.erase(address="jordan@example.org", by=None)
    assert Redaction.objects.count() == 2
