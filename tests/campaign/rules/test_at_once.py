"""Several at the same moment: a law is verified by who wrote none of it, in whatever order the database lets them."""

from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from campaign.rules.models import Rule
from campaign.rules.verification import verify
from portal.areas.models import Area
from portal.audit.models import Entry
from portal.people.models import RoleGrant, User
from portal.people.roles import Role
from tests.campaign.posters.test_at_once import at_once, on_disk
from tests.campaign.rules.makers import SEED
from tests.campaign.rules.test_admin import filled
from tests.entering import prove

__all__ = ["on_disk"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rule() -> Rule:
    """A law of the release."""
    facts = SEED.RULES[0]
    Area.objects.get_or_create(code=facts["area_id"], defaults={"name": "Somewhere", "kind": "state"})
    Rule.objects.filter(slug=facts["slug"]).delete()
    return Rule.objects.create(**facts, recorded_on=SEED.RECORDED_ON)


def coordinator(name: str) -> User:
    user: User = get_user_model().objects.create_user(name, is_staff=True)
    RoleGrant.objects.create(user=user, role=Role.COORDINATOR)
    return user


def mends(rule: Rule, by: User) -> Callable[[], object]:
    client = Client()
    client.force_login(by)
    prove(client, by)
    sent = filled(rule, citation=f"As {by} read it")
    return lambda: client.post(reverse("admin:campaign_rule_change", args=[rule.pk]), sent).status_code


def test_whoever_mends_and_verifies_in_one_moment_has_verified_nothing(rule: Rule) -> None:
    ben = coordinator("ben")
    answers = at_once([mends(rule, ben), partial(verify, rules=[rule], by=ben)])
    assert 302 in answers, answers
    rule.refresh_from_db()
    assert (rule.changed_by, rule.verified_by) == (ben, None)


def test_two_who_verify_at_once_have_both_read_it(rule: Rule) -> None:
    both = [coordinator("ana"), coordinator("ben")]
    answers = at_once([partial(verify, rules=[rule], by=person) for person in both])
    assert [getattr(answer, "count", answer) for answer in answers] == [1, 1]
    rule.refresh_from_db()
    assert rule.verified_by in both
    assert Entry.objects.filter(verb="verified", object_id=str(rule.pk)).count() == 2
