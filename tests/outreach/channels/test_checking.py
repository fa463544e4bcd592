"""Checks of values: two persons, one call a period, nobody's emergency line, and what follows for every record."""

import datetime as dt
from collections.abc import Callable
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from outreach.channels import checking, succession
from outreach.channels.check_models import NEVER_CALLED, ChannelCheck
from outreach.channels.checking import How, NotPossible, Result, record, withdraw
from outreach.channels.directory import poster_lines
from outreach.channels.models import BY_LAW, CHECK_DAYS, Channel
from portal.audit import trail
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach.channels.test_directory import channel

pytestmark = pytest.mark.django_db

MakeUser = Callable[..., User]


@pytest.fixture
def hotline() -> Channel:
    """The national hotline's number."""
    return Channel.objects.get(slug="us-hotline-call")


@pytest.fixture
def people(user_with: MakeUser) -> list[User]:
    """Three who may verify."""
    return [user_with(Role.COORDINATOR), user_with(Role.APPROVER), user_with(Role.APPROVER)]


def fresh(line: Channel) -> Channel:
    return Channel.objects.get(pk=line.pk)


def typed(by: User, **fields: object) -> Channel:
    """A line that somebody typed."""
    made = channel(**fields)
    made.entered(by)
    made.save()
    return made


def typed_and_told(by: User) -> Channel:
    """The same, as the form does it: the trail says who."""
    line = typed(by)
    trail.record(actor=by, verb="added", target=line, after=trail.snapshot(line))
    return line


def reach(line: Channel, by: User, *, how: How = How.READ, days_ago: int = 0) -> ChannelCheck:
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    return record(channel=line, by=by, how=how, result=Result.REACHES, on=day)


def fail(line: Channel, by: User, how: How = How.CALLED) -> ChannelCheck:
    return record(channel=line, by=by, how=how, result=Result.DEAD)


def test_value_is_verified_by_the_second_person(hotline: Channel, people: list[User]) -> None:
    ana, ben, _ = people
    today = timezone.localdate()
    reach(hotline, ana, how=How.CALLED, days_ago=4)
    assert fresh(hotline).verified_on is None
    reach(hotline, ben)
    line = fresh(hotline)
    assert (line.verified_on, line.verified_by, line.first_verified_on) == (today, ben, today)
    assert line.next_due == today + dt.timedelta(days=CHECK_DAYS - 4)
    assert Entry.objects.filter(verb="verified", object_id=str(line.pk)).count() == 1
    assert Entry.objects.filter(verb="checked", object_id=str(line.pk)).count() == 2
    assert not line.print_warning


def test_a_value_is_checked_once_for_all_its_records(people: list[User]) -> None:
    chat = Channel.objects.get(slug="us-hotline-chat")
    assert Channel.objects.filter(value_key=chat.value_key).count() == 2
    for person in people[:2]:
        reach(chat, person, how=How.OPENED)
    rows = Channel.objects.filter(value_key=chat.value_key)
    assert all(row.verified_on for row in rows)


def test_clicking_twice_is_one_check_and_another_answer_needs_the_first_withdrawn(
    hotline: Channel, people: list[User]
) -> None:
    ana = people[0]
    assert reach(hotline, ana, how=How.CALLED) == reach(hotline, ana, how=How.CALLED)
    with pytest.raises(NotPossible, match="Withdraw that first"):
        record(channel=hotline, by=ana, how=How.READ, result=Result.CHANGED)
    withdraw(check=ChannelCheck.objects.get(), by=ana)
    fail(hotline, ana)
    assert ChannelCheck.objects.filter(withdrawn_at=None).count() == 1


@pytest.mark.parametrize("key", NEVER_CALLED)
@pytest.mark.parametrize("how", [How.CALLED, How.TEXTED])
def test_emergency_lines_are_never_called(key: str, how: How, people: list[User]) -> None:
    line = Channel.objects.filter(value_key=key).first() or channel(
        kind={"tel": "voice", "sms": "sms", "web": "chat"}[key[:3]], value=key[4:]
    )
    assert not {How.CALLED, How.TEXTED} & set(checking.ways(line))
    with pytest.raises(NotPossible, match=r"Never call or text"):
        record(channel=line, by=people[0], how=how, result=Result.REACHES)
    with pytest.raises(IntegrityError), transaction.atomic():  # not even by a script
        ChannelCheck.objects.create(
            value_key=key, channel=line, by=people[0], how=how, result="reaches", checked_on=timezone.localdate()
        )
    assert not ChannelCheck.objects.exists()


def test_nobody_is_asked_to_check_what_law_fixes() -> None:
    due = Channel.objects.due_for_check(timezone.localdate())
    by_law = Channel.objects.filter(value_key__in=BY_LAW)
    assert {row.value for row in by_law} == {"911", "988", "711"}
    assert not due.filter(pk__in=by_law).exists()
    assert not any(row.print_warning for row in by_law)
    far = timezone.localdate() + dt.timedelta(days=400)
    by_law.update(first_verified_on=timezone.localdate(), next_due=timezone.localdate() - dt.timedelta(days=1))
    assert set(by_law) <= set(Channel.objects.printable(far))


def test_one_call_a_period_serves_all(hotline: Channel, people: list[User]) -> None:
    ana, ben, cem = people
    reach(hotline, ana, how=How.CALLED, days_ago=3)
    with pytest.raises(NotPossible, match=r"the next is due from .* Read its official page"):
        reach(hotline, ben, how=How.CALLED)
    reach(hotline, ben)
    assert fresh(hotline).verified_on
    record(channel=hotline, by=cem, how=How.READ, result=Result.CHANGED)
    withdraw(check=ChannelCheck.objects.get(by=ben), by=ben)
    fail(hotline, ben)  # a report that it fails is worth a second call


def test_whoever_typed_a_value_cannot_check_it_but_may_say_that_it_fails(people: list[User]) -> None:
    ana, ben, _ = people
    line = typed(ana)
    with pytest.raises(NotPossible, match="You typed"):
        reach(line, ana)
    fail(line, ana)
    fail(line, ben)
    assert fresh(line).failed_on == timezone.localdate()


def test_typed_value_is_told_after_one_other_and_printed_after_two(people: list[User]) -> None:
    ana, ben, cem = people
    today = timezone.localdate()
    line = typed(ana)
    assert line not in Channel.objects.sure()
    reach(line, ben)
    assert line in Channel.objects.on_pages(today)
    assert line not in Channel.objects.printable(today)
    assert line in Channel.objects.held_back(today)
    reach(line, cem, how=How.CALLED)
    assert line in Channel.objects.printable(today)
    assert "ms-shelter-call" in poster_lines("MS", today).channels


@pytest.mark.parametrize(
    "changed",
    [
        {"audience": "crisis"},
        {"answered_by": "police"},
        {"area_id": "LA"},
        {"confidence": "M"},
        {"kind": "sms", "value": "55555"},
        {"transit_operator": "51@amtrak.com"},
    ],
    ids=str,
)
def test_line_that_becomes_another_is_another(changed: dict[str, object], people: list[User]) -> None:
    line = channel()
    for person in people[:2]:
        reach(line, person)
    stored = fresh(line)
    for name, value in changed.items():
        setattr(line, name, value)
    assert line.differs(stored)
    line.entered(people[0])
    line.save()
    assert (line.verified_on, line.next_due, line.first_verified_on, line.shown_since) == (None, None, None, None)
    checking.settle([line], by=None)
    assert not fresh(line).verified_on  # checks of before are of another record
    assert line not in Channel.objects.sure()


@pytest.mark.parametrize(
    "changed", [{"note": "n"}, {"hours": "9–5"}, {"value": "(601) 555-0142"}, {"may_print": False}], ids=str
)
def test_line_that_stays_the_same_keeps_its_checks(changed: dict[str, object]) -> None:
    line = channel()
    stored = fresh(line)
    for name, value in changed.items():
        setattr(line, name, value)
    assert not line.differs(stored)


def test_person_looks_again_on_the_same_day_at_a_line_that_was_typed_anew(people: list[User]) -> None:
    ana, ben, _ = people
    line = typed(ana)
    reach(line, ben)
    line = fresh(line)
    line.answered_by = "counsellor"
    line.entered(ana)
    line.save()
    assert line not in Channel.objects.sure()
    reach(line, ben)
    assert line in Channel.objects.sure()
    assert ChannelCheck.objects.filter(by=ben, withdrawn_at=None).count() == 1


def test_one_report_stops_new_prints_and_leaves_the_page_as_it_is(hotline: Channel, people: list[User]) -> None:
    ana, ben, cem = people
    today = timezone.localdate()
    reach(hotline, ana, days_ago=2)
    reach(hotline, ben, days_ago=1)
    assert hotline in Channel.objects.printable(today)
    fail(hotline, cem)
    assert hotline not in Channel.objects.printable(today)
    assert hotline in Channel.objects.on_pages(today)
    assert hotline in Channel.objects.due_for_check(today)


def test_second_report_takes_it_off_the_page(hotline: Channel, people: list[User]) -> None:
    ana, ben, cem = people
    fail(hotline, ana)
    fail(hotline, ben)
    line = fresh(hotline)
    assert (line.failed_on, line.verified_on) == (timezone.localdate(), None)
    assert hotline not in Channel.objects.on_pages(timezone.localdate())
    assert Entry.objects.filter(verb="found to fail").count() == 1
    withdraw(check=ChannelCheck.objects.get(by=ben), by=ben)
    assert fresh(hotline).failed_on is None
    with pytest.raises(NotPossible, match="That is a check of"):
        withdraw(check=ChannelCheck.objects.get(by=ana), by=cem)


def test_value_that_lapsed_is_told_but_not_printed(hotline: Channel, people: list[User]) -> None:
    today = timezone.localdate()
    for person in people[:2]:
        reach(hotline, person, days_ago=CHECK_DAYS + 1)
    assert hotline not in Channel.objects.printable(today)
    assert hotline in Channel.objects.held_back(today)
    assert hotline in Channel.objects.on_pages(today)
    reach(hotline, people[0], days_ago=1)
    reach(hotline, people[1])
    assert hotline in Channel.objects.printable(today)


def test_lapse_is_judged_by_the_day_of_printing_not_of_hanging(hotline: Channel, people: list[User]) -> None:
    for person in people[:2]:
        reach(hotline, person)
    assert hotline in Channel.objects.printable(timezone.localdate() + dt.timedelta(days=90))


def test_card_that_shows_another_value_is_refused(hotline: Channel, people: list[User]) -> None:
    with pytest.raises(NotPossible, match="changed a moment ago"):
        record(channel=hotline, by=people[0], how=How.READ, result=Result.REACHES, seen_as="tel:+18005550100")


class TestSuccession:
    def test_new_value_waits_for_another_person_and_the_old_one_stands_in(
        self, hotline: Channel, people: list[User]
    ) -> None:
        ana, ben, _ = people
        today = timezone.localdate()
        new = succession.replace(channel=hotline, value="1-888-628-9454", source="Letter", on=today, by=ana)
        shown = Channel.objects.on_pages(today)
        assert hotline in shown
        assert new not in shown
        assert fresh(hotline).stands_in
        assert not {hotline, new} & set(Channel.objects.printable(today))
        with pytest.raises(NotPossible, match="You typed"):
            reach(new, ana)
        reach(new, ben)
        shown = Channel.objects.on_pages(today)
        assert new in shown
        assert hotline not in shown

    def test_whoever_typed_another_part_is_no_second_person_of_the_copy(self, people: list[User]) -> None:
        ana, ben, cleo = people
        line = typed_and_told(ana)
        today = timezone.localdate()
        new = succession.replace(channel=line, value="601-555-0143", source="Letter", on=today, by=ben)
        for typist in (ana, ben):
            with pytest.raises(NotPossible, match="You typed"):
                reach(new, typist)
        tomorrow = today + dt.timedelta(days=1)
        newer = succession.replace(channel=new, value="601-555-0144", source="Letter", on=tomorrow, by=cleo)
        for typist in people:
            with pytest.raises(NotPossible, match="You typed"):
                reach(newer, typist)

    def test_what_two_people_verified_is_nobodys_any_more_in_the_copy(self, people: list[User]) -> None:
        ana, ben, cleo = people
        line = typed_and_told(ana)
        for person in (ben, cleo):
            reach(line, person)
        new = succession.replace(channel=line, value="601-555-0143", source="Letter", on=timezone.localdate(), by=ben)
        reach(new, ana)

    def test_old_value_that_failed_stands_in_for_nothing(self, hotline: Channel, people: list[User]) -> None:
        for person in people[:2]:
            fail(hotline, person)
        succession.replace(
            channel=hotline, value="1-888-628-9454", source="Letter", on=timezone.localdate(), by=people[0]
        )
        assert hotline not in Channel.objects.on_pages(timezone.localdate())

    def test_change_of_what_waits_makes_the_first_one_wait_for_the_last(
        self, hotline: Channel, people: list[User]
    ) -> None:
        ana, ben, _ = people
        today = timezone.localdate()
        wrong = succession.replace(channel=hotline, value="1-888-628-9454", source="Letter", on=today, by=ana)
        Channel.objects.filter(pk=wrong.pk).update(valid_from=today - dt.timedelta(days=1))
        right = succession.replace(channel=wrong, value="1-877-447-4840", source="Letter", on=today, by=ana)
        assert fresh(hotline).replaced_by == right
        reach(right, ben)
        assert hotline not in Channel.objects.on_pages(today)

    def test_mistaken_change_is_taken_back(self, hotline: Channel, people: list[User]) -> None:
        ana, ben, _ = people
        today = timezone.localdate()
        new = succession.replace(channel=hotline, value="1-888-628-9454", source="Letter", on=today, by=ana)
        with pytest.raises(succession.NotPossible, match="Take it back instead"):
            succession.end(channel=new, on=today + dt.timedelta(days=1), by=ben)
        assert succession.take_back(channel=new, by=ben) == hotline
        line = fresh(hotline)
        assert (line.retired_at, line.replaced_by, line.valid_to) == (None, None, None)
        assert fresh(new).retired_at
        assert hotline in Channel.objects.printable(today)

    def test_retired_line_returns_to_pages_only_when_another_person_saw_it(self, people: list[User]) -> None:
        ana, ben, _ = people
        line = channel(retired_at=timezone.now())
        succession.bring_back(channel=line, by=ana)
        assert line not in Channel.objects.on_pages(timezone.localdate())
        reach(line, ben)
        assert line in Channel.objects.on_pages(timezone.localdate())

    def test_line_with_a_new_value_is_not_brought_back(self, hotline: Channel, people: list[User]) -> None:
        succession.replace(
            channel=hotline, value="1-888-628-9454", source="Letter", on=timezone.localdate(), by=people[0]
        )
        with pytest.raises(succession.NotPossible, match="became 1-888-628-9454"):
            succession.bring_back(channel=hotline, by=people[1])


@pytest.mark.parametrize("result", [Result.REACHES, Result.DEAD])
def test_queue_of_locks_counts_each_person_once(result: Result, hotline: Channel, people: list[User]) -> None:
    for call in [partial(record, channel=hotline, by=person, how=How.READ, result=result) for person in people] * 2:
        call()
    assert ChannelCheck.objects.count() == 3
