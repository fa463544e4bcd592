"""The queue of checks: what needs somebody first, one click a value, as many queries for a hundred as for one."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from outreach.channels import checking, queue, succession
from outreach.channels.check_models import ChannelCheck
from outreach.channels.checking import How, Result
from outreach.channels.models import CHECK_DAYS, Channel
from outreach.channels.queue import Card, Need
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach.channels.test_directory import channel

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:outreach_channel_queue")
SHEET = reverse("admin:outreach_channel_sheet")


@pytest.fixture
def people(user_with: Callable[..., User]) -> list[User]:
    """Three who may verify, the first may change too."""
    return [user_with(Role.COORDINATOR), user_with(Role.APPROVER), user_with(Role.APPROVER)]


@pytest.fixture
def browser(client: Client, people: list[User]) -> Client:
    """The first one's."""
    client.force_login(people[0])
    return client


@pytest.fixture
def hotline() -> Channel:
    return Channel.objects.get(slug="us-hotline-call")


def card_of(line: Channel, reader: User) -> Card:
    return next(card for card in queue.cards(reader=reader, today=timezone.localdate()) if line in card.rows)


def check(line: Channel, by: User, result: Result = Result.REACHES, *, how: How = How.READ, days_ago: int = 0) -> None:
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    checking.record(channel=line, by=by, how=how, result=result, on=day)


def test_each_state_of_a_value_has_its_card(hotline: Channel, people: list[User]) -> None:
    ana, ben, cem = people
    assert card_of(hotline, ana).need is Need.NEVER
    check(hotline, ana)
    assert card_of(hotline, ben).need is Need.HALF
    check(hotline, ben)
    assert card_of(hotline, ana).need is Need.FINE
    for days_ago, need in ((0, Need.FINE), (CHECK_DAYS - 5, Need.SOON), (CHECK_DAYS, Need.DUE), (31, Need.LAPSED)):
        Channel.objects.filter(pk=hotline.pk).update(
            next_due=timezone.localdate() + dt.timedelta(days=CHECK_DAYS - days_ago)
        )
        assert card_of(hotline, ana).need is need
    check(hotline, cem, Result.DEAD)
    assert card_of(hotline, ana).need is Need.FAILING
    checking.withdraw(check=ChannelCheck.objects.get(by=ben), by=ben)
    check(hotline, ben, Result.SILENT)
    assert card_of(hotline, ana).need is Need.FAILED
    mine = channel()
    mine.entered(ana)
    mine.save()
    assert card_of(mine, ben).need is Need.UNSEEN
    assert "You typed it" in card_of(mine, ana).refusal


def test_what_law_fixes_has_no_card(people: list[User]) -> None:
    values = {card.line.value for card in queue.cards(reader=people[0], today=timezone.localdate())}
    assert not values & {"911", "988", "711"}


def test_records_of_one_value_are_one_card(people: list[User]) -> None:
    chat = Channel.objects.get(slug="us-hotline-chat")
    assert len(card_of(chat, people[0]).rows) == 2


def test_records_that_contradict_each_other_say_so(hotline: Channel, people: list[User]) -> None:
    channel(
        slug="other",
        value="1-888-628-9454",
        area_id="US",
        name=hotline.name,
        operator=hotline.operator,
        languages=["en"],
    )
    card = card_of(hotline, people[0])
    assert card.need is Need.CONFLICT
    assert "1-888-628-9454" in card.contradicted[0]


def test_one_click_says_that_it_works_and_leads_to_the_next_card(
    browser: Client, hotline: Channel, people: list[User]
) -> None:
    page = browser.get(QUEUE).text
    for words in (
        "1-888-373-7888",
        "Who answers: trained advocate",
        "Never checked",
        "This is a number check, not an emergency.",
    ):
        assert words in page
    said = {"how": "called", "result": "reaches", "seen_as": hotline.value_key, "next": "sms:233733"}
    answer = browser.post(reverse("admin:outreach_channel_check", args=[hotline.pk]), said)
    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=sms%3A233733")
    made = ChannelCheck.objects.get()
    assert (made.by, made.how, made.value_key) == (people[0], "called", hotline.value_key)
    text = Channel.objects.get(slug="us-hotline-text")
    after = browser.get(answer["Location"]).text
    assert f'id="v{text.pk}" tabindex="-1" autofocus' in after
    assert "One more person" in after


def test_call_that_was_made_is_told_and_not_offered_again(
    browser: Client, hotline: Channel, people: list[User]
) -> None:
    check(hotline, people[1], how=How.CALLED)
    card = card_of(hotline, people[0])
    assert How.CALLED not in card.ways
    assert "made the call of this period" in browser.get(QUEUE).text


def test_failure_is_reported_and_confirmed_and_the_log_tells_it(
    browser: Client, hotline: Channel, people: list[User]
) -> None:
    address = reverse("admin:outreach_channel_check", args=[hotline.pk])
    said = {"how": "called", "result": "dead", "seen_as": hotline.value_key, "note": "Three tones."}
    browser.post(address, said)
    assert "One person found that it fails" in browser.get(QUEUE).text
    browser.force_login(people[1])
    browser.post(address, said)
    page = browser.get(QUEUE).text
    assert "Failed: two people found it" in page
    assert page.count("called it, out of service") >= 2
    hotline.refresh_from_db()
    assert hotline.failed_on


def test_new_value_names_what_it_replaces_and_is_taken_back(
    browser: Client, hotline: Channel, people: list[User]
) -> None:
    new = succession.replace(
        channel=hotline, value="1-888-628-9454", source="Letter", on=timezone.localdate(), by=people[1]
    )
    assert "in place of 1-888-373-7888" in browser.get(QUEUE).text
    browser.post(reverse("admin:outreach_channel_take_back", args=[new.pk]))
    hotline.refresh_from_db()
    assert hotline.retired_at is None


def test_sheet_saves_what_was_filled_in_and_tells_what_it_could_not(
    browser: Client, hotline: Channel, people: list[User]
) -> None:
    text = Channel.objects.get(slug="us-hotline-text")
    check(hotline, people[1], how=How.CALLED)
    assert "Three tones" not in browser.get(SHEET).text
    answer = browser.post(
        SHEET,
        {
            f"seen-{hotline.pk}": hotline.value_key,
            f"how-{hotline.pk}": "called",
            f"result-{hotline.pk}": "reaches",
            f"seen-{text.pk}": text.value_key,
            f"how-{text.pk}": "texted",
            f"result-{text.pk}": "reaches",
        },
    )
    assert answer.status_code == 200
    assert "the next is due from" in answer.text
    assert set(ChannelCheck.objects.filter(by=people[0]).values_list("value_key", flat=True)) == {text.value_key}


def test_who_may_only_look_finds_no_button(client: Client, user_with: Callable[..., User], hotline: Channel) -> None:
    client.force_login(user_with(Role.AUDITOR))
    assert "it reaches them" not in client.get(QUEUE, {"all": "1"}).text
    assert client.post(reverse("admin:outreach_channel_check", args=[hotline.pk])).status_code == 403


def test_queue_asks_as_often_for_a_hundred_and_ten_as_for_few(browser: Client, people: list[User]) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            cards.append(len(browser.get(QUEUE, {"all": "1"}).context["cards"]))
        return len(queries)

    cards: list[int] = []
    browser.get(QUEUE)
    few = asked()
    for number in range(110 - cards[0]):
        line = channel(slug=f"line-{number}", value=f"601-555-{number:04}", operator=f"House {number}")
        check(line, people[number % 3])
    assert asked() == few
    assert cards[1] == 110
