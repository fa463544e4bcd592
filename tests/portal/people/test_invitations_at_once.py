"""Roles, links and sessions at the same moment: each on a connection of its own."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from portal.people import granting, invitations, sessions
from portal.people.granting import NotPossible
from portal.people.links import Opened
from portal.people.models import AccountInvitation, LiveSession, User
from portal.people.roles import Role
from tests.campaign.posters.test_at_once import at_once, on_disk
from tests.portal.people.test_invitations import ANSWERS, invited

__all__ = ["on_disk"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_roles_apart_one_is_given() -> None:
    ana = User.objects.create_user("ana")

    def give(role: Role) -> Callable[[], object]:
        return lambda: granting.grant(user=ana, role=role, by=None)

    answers = at_once([give(role) for role in (Role.AUDITOR, Role.DESIGNER, Role.AUDITOR, Role.COORDINATOR)])
    assert any(isinstance(answer, NotPossible) for answer in answers), answers
    assert (granting.held(ana) == {Role.AUDITOR}) != (Role.AUDITOR not in granting.held(ana))


def test_link_makes_one_account() -> None:
    link = invited(User.objects.create_superuser("root"))

    def press(name: str) -> Callable[[], int]:
        return lambda: Client().post(link, {**ANSWERS, "username": name}).status_code

    assert sorted(map(str, at_once([press(name) for name in ("one", "two", "three")]))) == ["303", "410", "410"]
    assert User.objects.filter(email="ana@example.org").count() == 1
    assert AccountInvitation.objects.get().account is not None


@pytest.mark.parametrize("names", [("ana", "ana"), ("one", "two")])
def test_second_press_is_told_of_the_first_one(monkeypatch: pytest.MonkeyPatch, names: tuple[str, str]) -> None:
    """The other press is done between the look at the link and all else."""
    link = invited(User.objects.create_superuser("root"))
    second, first = ({**ANSWERS, "username": name} for name in names)
    look = invitations.open_link

    def look_slowly(token: str) -> Opened[AccountInvitation]:
        found = look(token)
        monkeypatch.setattr(invitations, "open_link", look)
        assert Client().post(link, first).status_code == 303
        return found

    monkeypatch.setattr(invitations, "open_link", look_slowly)
    assert Client().post(link, second).status_code == 410
    assert User.objects.filter(email="ana@example.org").count() == 1


def test_sessions_that_start_together_are_counted() -> None:
    ana = User.objects.create_user("ana")
    at_once([lambda: sessions.start(session=SessionStore(), user=ana, user_agent="")] * 6)
    assert LiveSession.objects.count() == 3
