"""Reminders of checks: each once, a week before, on the day, each week after, to whoever may verify."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from post_office.models import Email

from outreach.channels import checking, reminders
from outreach.channels.check_models import ReminderSent
from outreach.channels.models import BY_LAW, Channel
from outreach.channels.tasks import remind
from portal.people.models import User
from portal.people.roles import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def people(user_with: Callable[..., User]) -> list[User]:
    made = [user_with(Role.COORDINATOR), user_with(Role.APPROVER), user_with(Role.PRINT_MANAGER)]
    for number, person in enumerate(made):
        person.email = f"person-{number}@desk.example"
        person.save(update_fields=["email"])
    return made


@pytest.fixture
def hotline() -> Channel:
    """The hotline, the only value that two people have not verified for long."""
    Channel.objects.update(next_due=TODAY + dt.timedelta(days=30), first_verified_on=TODAY, verified_on=TODAY)
    return Channel.objects.get(slug="us-hotline-call")


def due_in(line: Channel, days: int) -> None:
    Channel.objects.filter(pk=line.pk).update(next_due=TODAY + dt.timedelta(days=days))


def test_run_twice_is_one_mail_a_person(people: list[User], hotline: Channel) -> None:
    due_in(hotline, 5)
    remind()
    remind()
    assert sorted(email.to[0] for email in Email.objects.all()) == ["person-0@desk.example", "person-1@desk.example"]
    assert ReminderSent.objects.get().kind == ReminderSent.Kind.SOON


def test_subject_and_words_tell_nothing_of_what_it_is_about(people: list[User], hotline: Channel) -> None:
    due_in(hotline, 5)
    reminders.send()
    email = Email.objects.first()
    assert email
    said = email.email_message()
    assert said.subject == "Waypost: 1 value to check"
    assert "1-888-373-7888, due " in said.body
    assert "/admin/outreach/channel/queue/" in said.body
    assert not {"traffick", "hotline", "rescue"} & set(str(said.body).lower().split())


def test_told_a_week_before_on_the_day_and_each_week_after(people: list[User], hotline: Channel) -> None:
    due_in(hotline, 7)
    told = [day for day in range(31) if reminders.send(on=TODAY + dt.timedelta(days=day))]
    assert told[:5] == [0, 7, 14, 21, 23]  # on the 23rd day the others come up, a week before they are due


def test_nobody_is_reminded_of_what_law_fixes_or_nobody_is_told(people: list[User]) -> None:
    reminders.send()
    keys = set(ReminderSent.objects.values_list("value_key", flat=True))
    assert keys
    assert not keys & set(BY_LAW)
    unsure = Channel.objects.filter(confidence="L").values_list("value_key", flat=True)
    assert not keys & set(unsure)


def test_failure_is_told_at_once(people: list[User], hotline: Channel) -> None:
    checking.record(channel=hotline, by=people[0], how="called", result="dead")
    assert reminders.send() == 1
    assert ReminderSent.objects.get().kind == ReminderSent.Kind.FAILING
    assert reminders.send() == 0


def test_never_checked_is_told_once_a_week(people: list[User]) -> None:
    monday = TODAY - dt.timedelta(days=TODAY.weekday())
    told = [bool(reminders.send(on=monday + dt.timedelta(days=day))) for day in range(8)]
    assert told == [True, *[False] * 6, True]
