"""Rules and counties in the admin; what the pages of stations, trains and placements show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaign.places.models import Placement, Station
from campaign.rules.forms import RuleForm
from campaign.rules.models import County, Notice, Rule
from campaign.rules.verification import Verified, verify
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.campaign.printing.network import Network, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(user_with: Callable[..., User]) -> User:
    """Who writes rules down."""
    return user_with(Role.COORDINATOR)


@pytest.fixture
def staff(client: Client, coordinator: User) -> Client:
    """The coordinator, signed in."""
    client.force_login(coordinator)
    return client


@pytest.fixture
def network(season: Season) -> Network:
    """A small railway, planned."""
    return build(season)


def page(client: Client, model: str, key: int) -> str:
    """A record's page."""
    answer = client.get(reverse(f"admin:campaign_{model}_change", args=[key]))
    assert answer.status_code == 200
    return answer.content.decode()


def filled(rule: Rule, **changed: object) -> dict[str, object]:
    """What a browser sends of a rule's form."""
    form = RuleForm(instance=rule)
    sent = {}
    for name, field in form.fields.items():
        value = field.prepare_value(form.get_initial_for_field(field, name))
        if value not in (None, False):
            sent[name] = value
    return sent | changed


def save(client: Client, rule: Rule, **changed: object) -> None:
    """Sends a rule's form."""
    answer = client.post(reverse("admin:campaign_rule_change", args=[rule.pk]), filled(rule, **changed))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    rule.refresh_from_db()


@pytest.mark.parametrize("model", ["rule", "county", "notice"])
def test_list_takes_as_many_queries_for_three_as_for_one(model: str, staff: Client, network: Network) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(reverse(f"admin:campaign_{model}_changelist")).status_code == 200
        return len(queries)

    Rule.objects.exclude(area="CA").delete()
    County.objects.create(state_id="CA", name="Orange", languages=["vi"], source="Register", confidence="H")
    notice_of(network.jackson)
    count()
    one = count()
    for number, state in enumerate(["IL", "MO"]):
        notice_of(network.memphis)
        County.objects.create(state_id=state, name="Cook", source="Register", confidence="H")
        Rule.objects.create(
            slug=str(number), area_id=state, citation="x", confidence="H", recorded_on=dt.date(2026, 11, 22)
        )
    assert count() == one


def test_saving_unchanged_keeps_every_fact(staff: Client) -> None:
    for rule in Rule.objects.all():
        before = rule.facts()
        save(staff, rule)
        assert rule.facts() == before
        assert (rule.changed_by, rule.recorded_on) == (None, dt.date(2026, 11, 22))


def test_changed_fact_is_recorded_today_and_unverified(
    staff: Client, coordinator: User, user_with: Callable[..., User]
) -> None:
    rule = Rule.objects.get(area="CA")
    verify(rules=[rule], by=user_with(Role.APPROVER))

    save(staff, rule, min_point_size="18", locations="every_restroom\nnear_entrance or usual_place")

    assert rule.min_point_size == 18
    assert rule.locations == [["every_restroom"], ["near_entrance", "usual_place"]]
    assert (rule.changed_by, rule.recorded_on) == (coordinator, timezone.localdate())
    assert (rule.verified_on, rule.verified_by) == (None, None)
    entry = Entry.objects.get(verb="changed", object_type="campaign.rule")
    assert entry.before["min_point_size"] == "16.0"


def test_changed_note_keeps_the_verification(staff: Client, user_with: Callable[..., User]) -> None:
    rule = Rule.objects.get(area="CA")
    verify(rules=[rule], by=user_with(Role.APPROVER))
    save(staff, rule, note="Read again.")
    assert (rule.note, rule.verified_on) == ("Read again.", timezone.localdate())


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        (
            {"locations": "near_entrance or the roof"},
            "locations",
            "“the roof” is no location. There are every_restroom",
        ),
        ({"obtain_from": ""}, "obtain_from", "Say where the prescribed notice is had"),
        ({"min_width": ""}, "__all__", "Give both width and height, or neither."),
        ({"effective_from": "2027-02-01", "effective_to": "2027-01-01"}, "__all__", "must not lie after"),
        ({"premises": []}, "premises", "required"),
    ],
)
def test_form_says_what_is_wrong(changed: dict[str, object], field: str, told: str) -> None:
    rule = Rule.objects.get(area="CA")
    form = RuleForm(filled(rule, **changed), instance=rule)
    assert not form.is_valid()
    assert told in " ".join(map(str, form.errors[field]))


def test_nobody_verifies_what_they_wrote(coordinator: User, user_with: Callable[..., User]) -> None:
    own, other = Rule.objects.get(area="CA"), Rule.objects.get(area="IL")
    Rule.objects.filter(pk=own.pk).update(changed_by=coordinator)

    assert verify(rules=[own, other], by=coordinator) == Verified(count=1, own=1)
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.verified_by, other.verified_by) == (None, coordinator)
    assert [entry.object_id for entry in Entry.objects.filter(verb="verified")] == [str(other.pk)]

    assert verify(rules=[own], by=user_with(Role.APPROVER)) == Verified(count=1, own=0)


def test_whoever_mends_a_typo_takes_the_rest_from_nobody(
    client: Client, coordinator: User, user_with: Callable[..., User]
) -> None:
    rule, mender = Rule.objects.get(area="CA"), user_with(Role.COORDINATOR)
    client.force_login(coordinator)
    save(client, rule, min_point_size="18")
    client.force_login(mender)
    save(client, rule, citation="Civ. Code 52.6")
    assert rule.changed_by == mender
    for person in (coordinator, mender):
        assert verify(rules=[rule], by=person) == Verified(count=0, own=1)
    third = user_with(Role.APPROVER)
    assert verify(rules=[rule], by=third) == Verified(count=1, own=0)
    # What the third one saw is seen: only what is written from here on waits for another.
    client.force_login(mender)
    save(client, rule, citation="Civil Code 52.6")
    assert verify(rules=[rule], by=coordinator) == Verified(count=1, own=0)


def test_verify_retire_and_bring_back_as_actions(staff: Client, coordinator: User) -> None:
    mine, rule = Rule.objects.get(area="CA"), Rule.objects.get(area="IL")
    Rule.objects.filter(pk=mine.pk).update(changed_by=coordinator)

    def act(action: str) -> str:
        chosen = {"action": action, "_selected_action": [mine.pk, rule.pk]}
        answer = staff.post(reverse("admin:campaign_rule_changelist"), chosen, follow=True)
        rule.refresh_from_db()
        return " ".join(str(message) for message in answer.context["messages"])

    said = act("verified_today")
    assert "1 verified today" in said
    assert "1 left as they are: you wrote them down yourself, or some of their facts." in said
    act("retire")
    assert rule.retired_at
    assert rule not in Rule.objects.in_force(dt.date(2027, 1, 11))
    act("bring_back")
    assert rule.retired_at is None


def test_rules_are_never_deleted(staff: Client) -> None:
    key = Rule.objects.get(area="CA").pk
    assert staff.post(reverse("admin:campaign_rule_delete", args=[key]), {"post": "yes"}).status_code == 403


def test_county_takes_languages_and_stations(staff: Client, network: Network) -> None:
    sent = {
        "state": "MS",
        "name": "Hinds",
        "languages": "vi, ko",
        "source": "Federal Register",
        "confidence": "H",
        "stations-TOTAL_FORMS": "1",
        "stations-INITIAL_FORMS": "0",
        "stations-0-station": network.jackson.pk,
    }
    assert staff.post(reverse("admin:campaign_county_add"), sent).status_code == 302

    hinds = County.objects.get()
    assert (hinds.languages, hinds.stations.get().station) == (["vi", "ko"], network.jackson)


def test_station_page_tells_what_falls_short_and_why(staff: Client, network: Network) -> None:
    Station.objects.filter(pk=network.jackson.pk).update(state="CA")
    shown = page(staff, "station", network.jackson.pk)

    assert "Posting rules" in shown
    assert "California, Civ. Code § 52.6" in shown
    assert "Falls short." in shown
    assert "Text not held here: obtain it from the California Attorney General" in shown
    assert "The county&#x27;s language is unknown" in shown
    assert "Confidence of the record: High: primary or official text seen. Nobody has verified it yet." in shown
    assert "AB 2101" in shown
    assert "United States, P.L. 117-301" in shown
    assert "Met once what is planned hangs." in shown
    assert "Confidence of the record: Medium: secondary or partial." in shown
    assert "compliant" not in shown.lower()


def test_station_page_tells_what_hangs(staff: Client, network: Network) -> None:
    Placement.objects.update(state="posted")
    shown = page(staff, "station", network.jackson.pk)
    assert "Met by what hangs." in shown
    assert "Meets the rule as recorded on 22 November 2026 (P.L. 117-301)." in shown


def test_station_of_unknown_state_says_so(staff: Client, network: Network) -> None:
    assert "only the nation&#x27;s rule is shown" in page(staff, "station", network.nowhere.pk)


def test_train_page_tells_the_nations_rule(staff: Client, network: Network) -> None:
    assert "United States, P.L. 117-301" in page(staff, "train", network.train.pk)


def test_placement_page_tells_its_own_rules_and_those_elsewhere(staff: Client, network: Network) -> None:
    Station.objects.filter(pk=network.jackson.pk).update(state="AL")
    inside = Placement.objects.get(spot__station=network.jackson, spot__kind="restroom_women")
    shown = page(staff, "placement", inside.pk)

    assert "United States, P.L. 117-301" in shown
    assert "At this spot: Meets the rule as recorded on 22 November 2026 (P.L. 117-301)." in shown
    assert "Jackson (JAN) as a whole: Met once what is planned hangs." in shown
    assert "Other rules ask for posters elsewhere in Jackson (JAN): Alabama, code section not verified." in shown


def test_station_page_takes_as_many_queries_for_many_spots(staff: Client, network: Network) -> None:
    def count(key: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            page(staff, "station", key)
        return len(queries)

    count(network.marks.pk)
    assert count(network.jackson.pk) == count(network.marks.pk)


def test_those_who_may_not_see_rules_see_no_panel(
    client: Client, user_with: Callable[..., User], network: Network
) -> None:
    client.force_login(user_with(Role.ANALYST))
    assert "Posting rules" not in page(client, "station", network.jackson.pk)


def test_no_current_january_no_panel(staff: Client, network: Network, season: Season) -> None:
    Season.objects.update(is_current=False)
    assert "as recorded on" not in page(staff, "station", network.jackson.pk)


def notice_of(place: Station, kind: str = "waiting_room", **facts: object) -> Notice:
    """California's notice at a spot, in three languages."""
    usual = {"languages": ["en", "es", "vi"], "width": "8.5", "height": "11", "point_size": "16"}
    return Notice.objects.create(
        rule=Rule.objects.get(area="CA"),
        spot=place.spots.get(kind=kind),
        seen_on=dt.date(2026, 12, 1),
        **usual | facts,
    )


@pytest.fixture
def los_angeles(network: Network) -> Station:
    """A station in California, in a county whose language is Vietnamese."""
    station = network.jackson
    Station.objects.filter(pk=station.pk).update(state="CA")
    orange = County.objects.create(state_id="CA", name="Orange", languages=["vi"], source="Register", confidence="H")
    orange.stations.create(station=station)
    return station


def test_notice_that_hangs_meets_the_law_that_prescribes_it(staff: Client, los_angeles: Station) -> None:
    notice = notice_of(los_angeles)
    met = "Meets the rule as recorded on 22 November 2026 (Civ. Code § 52.6)."
    assert met in page(staff, "station", los_angeles.pk)

    chosen = {"action": "taken_down", "_selected_action": [notice.pk]}
    staff.post(reverse("admin:campaign_notice_changelist"), chosen)
    assert met not in page(staff, "station", los_angeles.pk)
    assert Entry.objects.filter(verb="taken down", object_type="campaign.notice").count() == 1


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"languages": ["en", "es"]}, "Not in the county&#x27;s language, Vietnamese."),
        ({"width": "4", "height": "6"}, "Its sheet, 4 × 6 in, is smaller than 8.5 × 11 in."),
        ({"point_size": None}, "The size of its smallest type is not recorded."),
        ({"kind": "restroom_men"}, "Our poster says other words"),
    ],
)
def test_notice_that_is_not_right_says_why(
    staff: Client, los_angeles: Station, facts: dict[str, object], told: str
) -> None:
    notice_of(los_angeles, **facts)  # type: ignore[arg-type]
    assert told in page(staff, "station", los_angeles.pk)


def test_notice_is_recorded_from_the_station(staff: Client, los_angeles: Station) -> None:
    rule = Rule.objects.get(area="CA")
    address = f"{reverse('admin:campaign_notice_add')}?rule={rule.pk}"
    assert address in page(staff, "station", los_angeles.pk)
    form = staff.get(address).context["adminform"].form
    assert (str(form["rule"].value()), form["width"].value()) == (str(rule.pk), "8.5")

    sent = {
        "rule": rule.pk,
        "spot": los_angeles.spots.get(kind="waiting_room").pk,
        "languages": "en, es, vi",
        "width": "8.5",
        "height": "11",
        "point_size": "16",
        "is_bold": "unknown",
        "seen_on": "2026-12-01",
    }
    assert staff.post(address, sent).status_code == 302
    assert Notice.objects.hanging().get().languages == ["en", "es", "vi"]

    answer = staff.post(address, sent | {"rule": Rule.objects.get(area="TX").pk})
    assert "This law prescribes no words" in answer.content.decode()
