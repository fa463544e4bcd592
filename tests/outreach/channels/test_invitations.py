"""The operator of a line answers by a link: once, by POST, and as one of the two persons."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from outreach.channels import checking, invitations
from outreach.channels.check_models import ChannelCheck, CheckInvitation
from outreach.channels.checking import NotPossible
from outreach.channels.models import Channel
from portal.people.links import LinkState
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach.channels.test_directory import channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def hotline() -> Channel:
    return Channel.objects.get(slug="us-hotline-call")


@pytest.fixture
def ana(user_with: Callable[..., User]) -> User:
    return user_with(Role.COORDINATOR)


def invited(line: Channel, by: User, email: str = "desk@operator.example") -> str:
    """The path of the link that the mail holds."""
    invitations.invite(channel=line, name="Robin Hale, Compass", email=email, by=by, address="https://x.example/")
    mail = Email.objects.order_by("pk").last()
    assert mail
    found = re.search(r"https://x.example(/\S+)", str(mail.email_message().body))
    assert found
    return found[1]


def test_looking_changes_nothing_and_the_answer_is_a_check(client: Client, hotline: Channel, ana: User) -> None:
    checking.record(channel=hotline, by=ana, how="called", result="reaches")
    link = invited(hotline, ana)
    for _ in range(2):
        page = client.get(link)
        client.head(link)
    assert "1-888-373-7888" in page.text
    assert not ChannelCheck.objects.exclude(by=ana).exists()
    assert page.headers["Cache-Control"] == "no-store"
    assert not page.cookies
    assert client.post(link, {"result": "reaches"}).status_code == 200
    made = ChannelCheck.objects.get(by=None)
    assert (made.how, made.by_name) == ("operator", "Robin Hale, Compass")
    hotline.refresh_from_db()
    assert (hotline.verified_on, hotline.verified_by) == (timezone.localdate(), ana)


def test_link_answers_once_and_a_form_without_answer_not_at_all(client: Client, hotline: Channel, ana: User) -> None:
    link = invited(hotline, ana)
    assert client.post(link, {}).status_code == 422
    assert client.post(link, {"result": "reaches"}).status_code == 200
    assert client.post(link, {"result": "dead"}).status_code == 410
    assert client.get(link).status_code == 410
    assert ChannelCheck.objects.count() == 1


def test_link_is_closed_when_late_or_when_the_value_changed(client: Client, hotline: Channel, ana: User) -> None:
    link = invited(hotline, ana)
    CheckInvitation.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    assert client.post(link, {"result": "reaches"}).status_code == 410
    CheckInvitation.objects.update(expires_at=timezone.now() + dt.timedelta(days=1))
    hotline.value = "1-888-628-9454"
    hotline.save()
    assert client.post(link, {"result": "reaches"}).status_code == 410
    assert client.get(reverse("channel-check", kwargs={"token": "nothing"})).status_code == 404
    assert not ChannelCheck.objects.exists()


def test_only_the_hash_of_the_token_is_kept(hotline: Channel, ana: User) -> None:
    token = invited(hotline, ana).rstrip("/").rpartition("/")[2]
    kept = CheckInvitation.objects.get()
    assert token not in str(vars(kept))


def test_page_and_mail_say_nothing_of_the_campaign(client: Client, hotline: Channel, ana: User) -> None:
    link = invited(hotline, ana)
    page = client.get(link).text
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title
    mail = Email.objects.get()
    for text in (title[1], link, str(mail.email_message().subject)):
        assert not re.search(r"(?i)help|traffick|hotline|rescue", text)


def test_typist_asks_nobody_and_nobody_asks_themselves(
    hotline: Channel, ana: User, user_with: Callable[..., User]
) -> None:
    ben = user_with(Role.APPROVER)
    ben.email = "ben@desk.example"
    ben.save(update_fields=["email"])
    line = channel()
    line.entered(ana)
    line.save()
    with pytest.raises(NotPossible, match="You typed"):
        invited(line, ana)
    with pytest.raises(NotPossible, match="your own address"):
        invited(line, ben, "Ben+x@desk.example")
    with pytest.raises(NotPossible, match="has an account here"):
        invited(hotline, ana, "ben@desk.example")
    with pytest.raises(NotPossible, match="Law fixes"):
        invited(Channel.objects.get(slug="us-911-call"), ana)


def test_coordinator_sends_a_link_from_the_queue(client: Client, hotline: Channel, ana: User) -> None:
    client.force_login(ana)
    address = reverse("admin:outreach_channel_invite", args=[hotline.pk])
    assert client.post(address, {"name": "Robin Hale", "email": "no address"}).status_code == 422
    assert client.post(address, {"name": "Robin Hale", "email": "desk@operator.example"}).status_code == 302
    assert "Robin Hale has a link to answer" in client.get(reverse("admin:outreach_channel_queue")).text
    guest = CheckInvitation.objects.get()
    client.post(reverse("admin:outreach_channel_uninvite", args=[guest.pk]))
    guest.refresh_from_db()
    assert invitations._state(guest) is LinkState.OVER
