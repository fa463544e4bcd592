"""Reporting channels in the admin, in and out of spreadsheets."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
import tablib
from django.db import connection
from django.forms import model_to_dict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from outreach.channels import checking, invitations
from outreach.channels.imports import COLUMNS, ChannelResource
from outreach.channels.models import CHECK_DAYS, Channel
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role

pytestmark = pytest.mark.django_db
LIST = reverse("admin:outreach_channel_changelist")


@pytest.fixture
def coordinator(client: Client, user_with: Callable[..., User]) -> Client:
    """A coordinator's browser."""
    client.force_login(user_with(Role.COORDINATOR))
    return client


@pytest.fixture
def hotline() -> Channel:
    """The national hotline's number."""
    return Channel.objects.get(value="1-888-373-7888", audience=Channel.Audience.VICTIMS)


def form_of(channel: Channel, **changes: object) -> dict[str, object]:
    """What the browser sends for a channel's form."""
    fields = {name: value for name, value in model_to_dict(channel).items() if value not in (None, False)}
    fields["languages"] = ", ".join(channel.languages)
    return fields | changes


def test_channel_list_tells_who_answers_and_what_prints(coordinator: Client) -> None:
    page = coordinator.get(LIST).text
    for words in ("1-888-373-7888", "Trained advocate", "With a warning", "Not yet", "Never"):
        assert words in page


def test_checked_today_is_a_check_of_each_value_and_two_people_verify(
    coordinator: Client, hotline: Channel, client: Client, user_with: Callable[..., User]
) -> None:
    assert hotline.value in coordinator.get(LIST, {"check": "due"}).text
    chosen = {"action": "checked_today", "_selected_action": [hotline.pk]}
    coordinator.post(LIST, chosen)
    hotline.refresh_from_db()
    assert hotline.verified_on is None
    client.force_login(user_with(Role.APPROVER))
    client.post(LIST, chosen)
    hotline.refresh_from_db()
    assert hotline.verified_on == timezone.localdate()
    assert Entry.objects.get(verb="verified").object_id == str(hotline.pk)
    due = client.get(LIST, {"check": "due"}).context["cl"].queryset
    done = client.get(LIST, {"check": "done"}).context["cl"].queryset
    assert hotline not in due
    assert list(done) == [hotline]
    later = timezone.localdate() + dt.timedelta(days=CHECK_DAYS + 1)
    assert hotline in Channel.objects.due_for_check(later)


def test_value_that_is_shown_is_not_written_over(coordinator: Client, hotline: Channel) -> None:
    change = reverse("admin:outreach_channel_change", args=[hotline.pk])
    page = coordinator.post(change, form_of(hotline, value="1-888-628-9454")).text
    assert "Choose “This number changed”" in page
    page = coordinator.post(change, form_of(hotline, answered_by="police")).text
    assert "last national number that an advocate answers" in page
    hotline.refresh_from_db()
    assert (hotline.value, hotline.answered_by) == ("1-888-373-7888", "advocate")


@pytest.mark.parametrize(
    "changed",
    [{"value": "601-987-1672"}, {"audience": "victims"}, {"answered_by": "advocate"}, {"area": "LA"}],
    ids=str,
)
def test_line_that_one_person_makes_another_waits_for_a_second(
    coordinator: Client, changed: dict[str, object], user_with: Callable[..., User]
) -> None:
    line = Channel.objects.get(slug="ms-dps-call")
    line.verified_on, line.verified_by, line.may_print = timezone.localdate(), user_with(Role.APPROVER), False
    line.save()
    change = reverse("admin:outreach_channel_change", args=[line.pk])

    answer = coordinator.post(change, form_of(line, note="Same number."))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    line.refresh_from_db()
    assert line.note == "Same number."
    assert line.verified_on

    coordinator.post(change, form_of(line, may_print="on", **changed))
    line.refresh_from_db()
    for name, value in changed.items():
        assert getattr(line, f"{name}_id" if name == "area" else name) == value
    assert not any((line.verified_on, line.verified_by, line.shown_since))
    assert line not in Channel.objects.sure()


def test_whoever_mends_the_area_of_a_line_takes_its_number_from_nobody(
    client: Client, user_with: Callable[..., User]
) -> None:
    ana, ben, cem, dan = (user_with(Role.COORDINATOR) for _ in range(4))
    line = Channel.objects.get(slug="ms-dps-call")
    line.may_print = False
    line.save()
    for person, changed in ((ana, {"value": "601-987-1672", "may_print": "on"}), (ben, {"area": "LA"})):
        client.force_login(person)
        client.post(reverse("admin:outreach_channel_change", args=[line.pk]), form_of(line, **changed))
        line.refresh_from_db()
    assert (line.value, line.area_id, line.entered_by) == ("601-987-1672", "LA", ben)
    for person in (ana, ben):
        with pytest.raises(checking.NotPossible, match="or some of its record"):
            read(line, person)
        with pytest.raises(checking.NotPossible, match="another person asks"):
            invitations.invite(
                channel=line, name="Desk", email="desk@line.example", by=person, address="https://x.example"
            )
    for person in (cem, dan):
        read(line, person)
    line.refresh_from_db()
    assert line.verified_on
    # Two saw the number, so it is nobody's own once the area changes again.
    client.force_login(ben)
    client.post(reverse("admin:outreach_channel_change", args=[line.pk]), form_of(line, area="MS"))
    read(line, ana)
    line.refresh_from_db()
    assert line.shown_since


def read(line: Channel, by: User) -> None:
    """Somebody finds the value on the page of its operator."""
    checking.record(channel=line, by=by, how=checking.How.READ, result=checking.Result.REACHES)


def test_retire_and_bring_back_keep_the_line(coordinator: Client) -> None:
    line = Channel.objects.get(slug="us-hotline-text")
    for verb in ("retire", "bring_back"):
        coordinator.post(LIST, {"action": verb, "_selected_action": [line.pk]})
        line.refresh_from_db()
        assert (line.retired_at is not None) == (verb == "retire")
    assert list(Entry.objects.order_by("id").values_list("verb", flat=True)) == ["retired", "brought back"]


def test_channel_list_asks_as_often_for_three_as_for_one(coordinator: Client, hotline: Channel) -> None:
    def listed() -> int:
        with CaptureQueriesContext(connection) as asked:
            answer = coordinator.get(LIST, {"q": "Lantern"})
        counts.append(answer.context["cl"].result_count)
        return len(asked)

    def add(number: int) -> None:
        hotline.pk, hotline.slug, hotline.name, hotline.value = None, f"lantern-{number}", "Lantern", f"1-800-{number}"
        hotline.uid = uuid.uuid4()
        hotline._state.adding = True
        hotline.save()

    counts: list[int] = []
    coordinator.get(LIST)
    add(1)
    one = listed()
    add(2)
    add(3)
    assert (listed(), counts) == (one, [1, 3])


def test_export_and_import_lose_nothing(user_with: Callable[..., User]) -> None:
    Channel.objects.filter(value="988").update(note="=1+1")
    before = ChannelResource().export().csv
    rows = list(Channel.objects.order_by("slug").values(*COLUMNS))
    assert "'=1+1" in before
    assert "answered_by" in before
    Channel.objects.all().delete()
    result = ChannelResource().import_data(tablib.Dataset().load(before, format="csv"))
    assert not result.has_errors(), result.row_errors()
    assert list(Channel.objects.order_by("slug").values(*COLUMNS)) == rows
    again = ChannelResource().import_data(tablib.Dataset().load(before, format="csv"))
    assert again.totals["skip"] == len(rows)


def test_import_never_verifies_and_forgets_the_check_of_a_changed_value(
    hotline: Channel, user_with: Callable[..., User]
) -> None:
    line = Channel.objects.get(slug="ms-dps-call")
    Channel.objects.filter(pk=line.pk).update(
        verified_on=timezone.localdate(), verified_by=user_with(Role.APPROVER), may_print=False
    )
    table = tablib.Dataset().load(ChannelResource().export().csv, format="csv")
    rows = [dict(zip(table.headers or [], row, strict=True)) for row in table]
    for row in rows:
        row["verified_on"] = "2027-01-01"
        if row["slug"] == line.slug:
            row["value"] = "601-987-1672"
    changed = tablib.Dataset(*[list(row.values()) for row in rows], headers=table.headers)

    result = ChannelResource().import_data(changed)

    assert result.totals["update"] == 1, result.row_errors()
    stored = Channel.objects.get(pk=line.pk)
    assert (stored.value, stored.verified_on) == ("601-987-1672", None)
    assert not Channel.objects.exclude(verified_on=None).exists()


def test_import_writes_over_nothing_that_is_shown(hotline: Channel) -> None:
    sheet = ChannelResource().export().csv.replace("1-888-373-7888", "1-888-628-9454")
    result = ChannelResource().import_data(tablib.Dataset().load(sheet, format="csv"))
    assert "Choose “This number changed”" in str([row.error for _, errors in result.row_errors() for row in errors])
    hotline.refresh_from_db()
    assert hotline.value == "1-888-373-7888"
