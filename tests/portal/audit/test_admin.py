"""The trail in the admin: found by who, role, record and words; what the walk found stands on Today."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.contrib.admin.sites import site
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from outreach.agencies.models import Agency
from portal.areas.models import Area
from portal.audit import linking, tasks, trail
from portal.audit.models import Entry, Verification
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.portal.audit.forms import fields_of

pytestmark = pytest.mark.django_db
LIST = "admin:portal_entry_changelist"


@pytest.fixture
def auditor(client: Client, user_with: Callable[..., User]) -> User:
    user = user_with(Role.AUDITOR)
    client.force_login(user)
    return user


@pytest.fixture
def three(season: Season, user_with: Callable[..., User]) -> list[Entry]:
    """Entries of a designer, of a scheduler and of the system."""
    designer, scheduler = user_with(Role.DESIGNER), user_with(Role.SCHEDULER, Role.TRANSLATOR)
    return [
        trail.record(actor=designer, verb="drew", target=None, label="A lamp", after={"colour": "café"}),
        trail.record(actor=scheduler, verb="planned", target=season, before={"theme": 'an "old" one'}),
        trail.record(actor=None, verb="swept", target=None, label="Jobs"),
    ]


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ({"who": "designer"}, [0]),
        ({"who": "-"}, [2]),
        ({"actor__role_grants__role__exact": "scheduler"}, [1]),
        ({"record": "season 2027"}, [1]),
        ({"record": "2027"}, [1]),
        ({"record": "user 2027"}, []),
        ({"says": "café"}, [0]),
        ({"says": "CAF"}, [0]),
        ({"says": 'an "old" one'}, [1]),
        ({"says": "%"}, []),
        ({"q": "lamp"}, [0]),
        ({"verb": "swept"}, [2]),
        ({"who": "designer", "says": "nothing of the kind"}, []),
        ({"who": "\x7f'; --"}, []),
    ],
)
def test_trail_is_searched(
    client: Client, auditor: User, three: list[Entry], asked: dict[str, str], places: list[int]
) -> None:
    answer = client.get(reverse(LIST), asked)
    assert [entry.pk for entry in answer.context["cl"].result_list] == [three[place].pk for place in places]


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_as_often_for_three_as_for_one(
    client: Client,
    auditor: User,
    user_with: Callable[..., User],
    django_assert_max_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for _ in range(count):
        trail.record(actor=user_with(Role.DESIGNER), verb="drew", target=None)
    with django_assert_max_num_queries(10):
        assert client.get(reverse(LIST)).status_code == 200


def test_night_walk_that_finds_something_stands_on_today(client: Client, auditor: User, season: Season) -> None:
    entry = trail.record(actor=None, verb="did", target=None, label="A deed")
    tasks.verify()
    assert Verification.objects.get().broken == 0
    assert "tampered" not in client.get(reverse("admin:index")).text
    Entry.objects.filter(pk=entry.pk).update(verb="undid")
    tasks.verify()
    found = Verification.objects.first()
    assert found is not None
    page = reverse("admin:portal_verification_change", args=[found.pk])
    today = client.get(reverse("admin:index")).text
    assert "The audit trail was tampered with in 1 place." in today
    assert page in today
    assert f"entry {entry.pk}: who, what, which or when was changed" in client.get(page).text


def test_today_says_nothing_of_it_to_others(client: Client, user_with: Callable[..., User], season: Season) -> None:
    Verification.objects.create(links=1, broken=1, findings=["link 1"])
    client.force_login(user_with(Role.DESIGNER))
    assert "tampered" not in client.get(reverse("admin:index")).text


def test_nobody_writes_the_trail_by_hand(client: Client, admin_client: Client) -> None:
    entry = trail.record(actor=None, verb="did", target=None)
    linking.link()
    for name in ("change", "delete"):
        page = reverse(f"admin:portal_entry_{name}", args=[entry.pk])
        assert admin_client.post(page, {"verb": "undid"}).status_code == 403
    assert Entry.objects.get(pk=entry.pk).verb == "did"
    assert {model._meta.model_name for model in site._registry if model._meta.app_label == "portal"} >= {
        "entry",
        "seal",
        "verification",
        "redaction",
    }


def test_joined_records_are_told_with_the_record(admin_client: Client) -> None:
    """Jurisdictions are stored after the agency, and stand in its own entry."""
    agency = Agency.objects.filter(parent=None).order_by("pk")[0]
    ms, la = Area.objects.get(code="MS"), Area.objects.get(code="LA")
    agency.jurisdictions.set([ms])
    page = reverse("admin:outreach_agency_change", args=[agency.pk])
    admin_client.post(page, {**sent(admin_client, page), "jurisdictions": [la.pk, ms.pk]})
    assert set(agency.jurisdictions.all()) == {la, ms}
    entry = Entry.objects.filter(object_type="outreach.agency", object_id=str(agency.pk)).order_by("pk")[0]
    assert (entry.before["jurisdictions"], entry.after["jurisdictions"]) == (["MS"], ["LA", "MS"])


def sent(client: Client, page: str) -> dict[str, object]:
    """What a browser sends when somebody opens a form of the admin and presses “Save”."""
    return fields_of(client.get(page).text)


MANY = sorted({field.name for model in apps.get_models() for field in model._meta.many_to_many})


@pytest.mark.parametrize("page", ["outreach_agency_add", "outreach_seminar_add"])
def test_many_rows_are_refused_by_a_number_that_no_key_can_be(admin_client: Client, page: str) -> None:
    sent = {field: [str(2**70)] for field in MANY}
    assert admin_client.post(reverse(f"admin:{page}"), sent).status_code == 200
