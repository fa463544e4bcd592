"""Channels in and out of sheets: judged as in the form, waiting for a second person, and undone whole."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tablib import Dataset

from outreach.channels import panels
from outreach.channels.imports import COLUMNS, ChannelResource
from outreach.channels.models import Channel
from portal.audit.models import Entry
from portal.imports.models import TakenImport
from portal.imports.undo import NotPossible, Undone, undo
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach.channels.test_directory import channel

pytestmark = pytest.mark.django_db


def sheet(*rows: dict[str, str]) -> Dataset:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return Dataset(*[[row.get(column, "") for column in columns] for row in rows], headers=columns)


def take(*rows: dict[str, str], by: User | None = None, dry_run: bool = False) -> Any:
    return ChannelResource().import_data(sheet(*rows), user=by, dry_run=dry_run, file_name="numbers.csv")


def told(result: Any) -> str:
    return " ".join(
        [str(error) for row in result.invalid_rows for error in row.error.messages]
        + [str(error.error) for row in result.error_rows for error in row.errors]
    )


def row_of(slug: str, **cells: str) -> dict[str, str]:
    """The row of a channel as it is exported, with some cells typed over."""
    (row,) = ChannelResource().export(Channel.objects.filter(slug=slug)).dict
    return {name: row[name] for name in COLUMNS} | cells


NEW = {
    "slug": "la-shelter-call",
    "name": "Bayou House",
    "kind": "voice",
    "value": "(504) 555-0142",
    "audience": "victims",
    "answered_by": "advocate",
    "area": "LA",
    "operator": "Bayou House",
    "source": "a letter",
    "confidence": "H",
    "position": "100",
    "may_print": "1",
    "schedule": "MO-FR 08:00-17:00",
    "time_zone": "America/Chicago",
    "limits": "minors, rates",
}


def test_row_that_comes_in_is_written_as_it_is_printed_and_waits(user_with: Callable[..., User]) -> None:
    by = user_with(Role.COORDINATOR)
    assert told(take(NEW, by=by)) == ""
    row = Channel.objects.get(slug="la-shelter-call")
    assert (row.value, row.value_key) == ("504-555-0142", "tel:+15045550142")
    assert row.schedule == [{"byday": "MO,TU,WE,TH,FR", "opens_at": "08:00", "closes_at": "17:00"}]
    assert row.limits == ["minors", "rates"]
    assert (row.entered_by, row.shown_since, row.verified_on) == (by, None, None)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"value": "504-555-014"}, "digit by digit"),
        ({"kind": "chat", "value": "ask me"}, "no address of a website"),
        ({"schedule": "weekdays"}, "Write days and times"),
        ({"time_zone": "Central"}, "no time zone"),
        ({"time_zone": ""}, "needs its time zone"),
        ({"limits": "secret"}, "Choose among"),
        ({"always_open": "1"}, "take one of them away"),
        ({"area": "XX"}, "Write a USPS code"),
    ],
    ids=str,
)
def test_row_that_reaches_nobody_is_refused_and_nothing_is_taken(cells: dict[str, str], sentence: str) -> None:
    before = Channel.objects.count()
    assert sentence in told(take(NEW | {"slug": "fine", "value": "504-555-0199"}, NEW | cells))
    assert Channel.objects.count() == before
    assert not TakenImport.objects.exists()


def test_channels_come_back_from_their_own_export_unchanged() -> None:
    channel(
        schedule=[{"byday": "SA", "opens_at": "09:00", "closes_at": "12:00"}],
        time_zone="America/Chicago",
        limits=["minors"],
        interpreted=["vi", "ko"],
    )
    out = ChannelResource().export().export("csv")
    assert set(COLUMNS) < set(next(csv.reader(io.StringIO(out))))
    result = ChannelResource().import_data(Dataset().load(out, format="csv"))
    assert told(result) == ""
    assert result.totals["skip"] == Channel.objects.count()
    assert not TakenImport.objects.exists()


def test_another_audience_waits_for_a_second_person_and_other_hours_do_not(user_with: Callable[..., User]) -> None:
    by = user_with()
    take({"slug": "us-hsi-call", "hours": "Weekdays"}, by=by)
    assert Channel.objects.get(slug="us-hsi-call").entered_by is None
    take({"slug": "us-hsi-call", "audience": "victims"}, by=by)
    assert Channel.objects.get(slug="us-hsi-call").entered_by == by


def test_preview_keeps_nothing() -> None:
    take(NEW, dry_run=True)
    assert not TakenImport.objects.exists()
    assert not Channel.objects.filter(slug="la-shelter-call").exists()


def test_import_is_undone_whole(user_with: Callable[..., User]) -> None:
    by, second = user_with(), user_with()
    old = channel(entered_by=second, entered_at=timezone.now())
    old.refresh_from_db()
    stood = {field.attname: getattr(old, field.attname) for field in old._meta.concrete_fields}
    take(NEW, row_of(old.slug, value="601-555-0177", hours="Weekdays"), by=by)
    assert Channel.objects.get(pk=old.pk).entered_by == by
    taken = TakenImport.objects.get()
    assert undo(taken=taken, by=second) == Undone(restored=1, removed=1)
    old.refresh_from_db()
    now = {field.attname: getattr(old, field.attname) for field in old._meta.concrete_fields}
    # JSON keeps thousandths of a second.
    for fields in (stood, now):
        fields["entered_at"] = fields["entered_at"].replace(microsecond=0)
    assert now == stood
    assert Channel.objects.get(slug="la-shelter-call").retired_at is not None
    taken.refresh_from_db()
    assert taken.undone_by == second
    verbs = list(Entry.objects.filter(object_id=str(old.pk)).values_list("verb", flat=True))
    assert verbs[:2] == ["put back, its import undone", "imported"]
    with pytest.raises(NotPossible, match="undone already"):
        undo(taken=taken, by=by)


def test_undo_refuses_all_where_one_row_was_changed_since() -> None:
    first, other = channel(), channel(slug="other", value="601-555-0143", operator="Other")
    take({"slug": first.slug, "hours": "Weekdays"}, {"slug": other.slug, "hours": "Weekends"})
    Channel.objects.filter(pk=other.pk).update(hours="Mondays")
    with pytest.raises(NotPossible, match=r"Magnolia House: 601-555-0143 was changed since \(hours\)"):
        undo(taken=TakenImport.objects.get(), by=None)
    assert Channel.objects.get(pk=first.pk).hours == "Weekdays"


def test_undo_leaves_fields_alone_that_the_import_did_not_touch() -> None:
    row = channel()
    take({"slug": row.slug, "hours": "Weekdays"})
    Channel.objects.filter(pk=row.pk).update(note="Called on Monday")
    undo(taken=TakenImport.objects.get(), by=None)
    row.refresh_from_db()
    assert (row.hours, row.note) == ("", "Called on Monday")


def test_undo_brings_no_value_back_that_failed() -> None:
    row = channel(entered_at=timezone.now())
    assert told(take({"slug": row.slug, "value": "601-555-0177"})) == ""
    channel(slug="same", value="601-555-0142", audience="tips", failed_on=timezone.localdate())
    with pytest.raises(NotPossible, match="601-555-0142, the former value of Magnolia House, fails"):
        undo(taken=TakenImport.objects.get(), by=None)


def test_undo_takes_no_value_away_that_stands_on_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    take(NEW)
    monkeypatch.setattr(panels, "CHANNEL_GUARDS", [lambda row: f"{row} stands on 3 posters."])
    with pytest.raises(NotPossible, match="stands on 3 posters"):
        undo(taken=TakenImport.objects.get(), by=None)
    assert Channel.objects.get(slug="la-shelter-call").retired_at is None


def test_undo_is_asked_once_and_done_by_post(client: Client, user_with: Callable[..., User]) -> None:
    by = user_with(Role.COORDINATOR)
    take(NEW, row_of("us-hsi-call", hours="<b>Weekdays</b>"), by=by)
    taken = TakenImport.objects.get()
    client.force_login(by)
    assert "numbers.csv" in client.get(reverse("admin:portal_takenimport_changelist")).content.decode()
    page = client.get(reverse("admin:portal_takenimport_undo", args=[taken.pk])).content.decode()
    assert "1 new, 1 changed" in page
    assert "&lt;b&gt;Weekdays" in page
    assert Channel.objects.get(slug="us-hsi-call").hours == "<b>Weekdays</b>"
    answer = client.post(reverse("admin:portal_takenimport_undo", args=[taken.pk]), follow=True)
    assert "1 rows are as they were, 1 new ones are out of service." in answer.content.decode()
    assert Channel.objects.get(slug="us-hsi-call").hours == ""


def form_of(row: Channel, **changes: object) -> dict[str, object]:
    """What the browser sends for a channel's form."""
    fields = {name: value for name, value in model_to_dict(row).items() if value not in (None, False)}
    return fields | {"languages": ", ".join(row.languages), "interpreted": ", ".join(row.interpreted)} | changes


def test_form_says_hours_as_they_are_typed_and_limits_as_they_are_read(
    client: Client, user_with: Callable[..., User]
) -> None:
    client.force_login(user_with(Role.COORDINATOR))
    row = channel(may_print=False)
    address = reverse("admin:outreach_channel_change", args=[row.pk])
    facts = {"schedule": "MO-FR 08:00-17:00", "time_zone": "America/Chicago", "limits": ["minors", "rates"]}
    answer = client.post(address, form_of(row, **facts, what_happens="Somebody answers."))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row.refresh_from_db()
    assert row.schedule == [{"byday": "MO,TU,WE,TH,FR", "opens_at": "08:00", "closes_at": "17:00"}]
    assert (row.time_zone, row.limits) == ("America/Chicago", ["minors", "rates"])
    page = client.get(address).content.decode()
    assert 'value="MO,TU,WE,TH,FR 08:00-17:00"' in page
    assert "Text rates may apply." in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"schedule": "weekdays"}, "Write days and times"),
        ({"schedule": "MO 08:00-17:00", "time_zone": ""}, "needs its time zone"),
        ({"value": "601-555-014"}, "digit by digit"),
        ({"limits": ["secret"]}, "not one of the available choices"),
    ],
    ids=str,
)
def test_form_tells_how_to_mend_what_it_refuses(
    client: Client, user_with: Callable[..., User], changes: dict[str, object], sentence: str
) -> None:
    client.force_login(user_with(Role.COORDINATOR))
    row = channel(may_print=False)
    answer = client.post(reverse("admin:outreach_channel_change", args=[row.pk]), form_of(row, **changes))
    assert sentence in answer.content.decode()
    row.refresh_from_db()
    assert (row.value, row.schedule, row.limits) == ("601-555-0142", [], [])
