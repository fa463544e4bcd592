"""Several people at the same moment: each on a connection of their own."""

from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from outreach.channels import checking
from outreach.channels.check_models import ChannelCheck, CheckInvitation
from outreach.channels.models import Channel
from portal.areas.models import Area
from portal.people.models import User
from tests.campaign.posters.test_at_once import at_once, on_disk
from tests.outreach.channels.test_directory import channel
from tests.outreach.channels.test_invitations import invited

__all__ = ["on_disk"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line() -> Channel:
    Area.objects.get_or_create(code="MS", defaults={"name": "Mississippi", "kind": "state"})
    Channel.objects.filter(slug="ms-shelter-call").delete()
    return channel()


def people(count: int) -> list[User]:
    return [get_user_model().objects.create_user(f"person-{number}", password="x" * 20) for number in range(count)]


def check(line: Channel, by: User, result: str) -> Callable[[], object]:
    return partial(checking.record, channel=line, by=by, how="read", result=result)


@pytest.mark.parametrize("clicks", [1, 3])
def test_two_at_once_are_two_and_one_who_clicks_often_is_one(line: Channel, clicks: int) -> None:
    answers = at_once([check(line, person, "reaches") for person in people(2) for _ in range(clicks)])
    assert all(isinstance(answer, ChannelCheck) for answer in answers), answers
    line.refresh_from_db()
    assert ChannelCheck.objects.count() == 2
    assert line.verified_on


def test_two_who_find_at_once_that_it_fails_fail_it(line: Channel) -> None:
    at_once([check(line, person, "dead") for person in people(2)])
    line.refresh_from_db()
    assert line.failed_on


def test_link_of_the_operator_answers_once(line: Channel) -> None:
    link = invited(line, people(1)[0])

    def post(result: str) -> Callable[[], int]:
        return lambda: Client().post(link, {"result": result}).status_code

    assert sorted(map(str, at_once([post("reaches"), post("dead"), post("reaches")]))) == ["200", "410", "410"]
    assert ChannelCheck.objects.count() == 1
    assert CheckInvitation.objects.exclude(answered_at=None).count() == 1
