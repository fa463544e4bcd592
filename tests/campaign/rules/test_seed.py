"""The laws that ship say what the campaign's record says; the table below was typed from it a second time."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from campaign.rules.facts import Content, Fact, Premises
from campaign.rules.locations import Location
from campaign.rules.models import CountyStation, Rule
from portal.people.models import User
from portal.people.roles import Role

pytestmark = pytest.mark.django_db

LETTER_16 = (8.5, 11.0, 16.0)
RECORD = {
    # area: (citation, (width, height, points), bold, languages, county's too, locations, words, how sure)
    "US": ("P.L. 117-301", (None, None, None), False, [], False, [["every_restroom"]], "free", "M"),
    "CA": (
        "Civ. Code § 52.6",
        LETTER_16,
        False,
        ["en", "es"],
        True,
        [["near_entrance", "usual_place"]],
        "model",
        "H",
    ),
    "IL": (
        "775 ILCS 50",
        LETTER_16,
        False,
        ["en", "es"],
        True,
        [["near_entrance", "every_restroom", "conspicuous"]],
        "fixed",
        "H",
    ),
    "GA": (
        "OCGA 16-5-47",
        LETTER_16,
        False,
        ["en", "es"],
        False,
        [["every_restroom"], ["near_entrance", "usual_place"]],
        "fixed",
        "H",
    ),
    "TX": (
        "Gov't Code 402.0351; 1 TAC 54.80",
        (None, None, None),
        False,
        ["en", "es"],
        False,
        [["near_entrance", "usual_place"]],
        "free",
        "H",
    ),
    "MO": (
        "RSMo 595.120",
        (8.5, 11.0, None),
        False,
        ["en", "es"],
        True,
        [["at_restrooms", "near_entrance"]],
        "free",
        "H",
    ),
    "MI": ("Act 62 of 2016", (8.5, 11.0, 14.0), True, ["en", "es"], False, [["conspicuous"]], "fixed", "H"),
    "AL": (
        "code section not verified",
        (8.5, 11.0, None),
        False,
        ["en", "es"],
        False,
        [["near_entrance", "usual_place"]],
        "free",
        "M",
    ),
    "NJ": ("52:17B-237.1", LETTER_16, False, ["en", "es"], False, [], "free", "M"),
    "NY": (
        "Pub. Auth. Law 1266-m",
        (None, None, None),
        False,
        [],
        False,
        [["every_restroom"], ["every_lactation_room"]],
        "fixed",
        "H",
    ),
    "WA": ("RCW 43.280.110", (None, None, None), False, [], False, [["every_restroom"]], "free", "H"),
}
PREMISES = {
    "US": {"passenger_train", "railroad_station", "bus_station", "airport"},
    "CA": {"intercity_rail_station", "light_rail_station", "bus_station"},
    "IL": {"intercity_rail_station", "light_rail_station", "bus_station"},
    "GA": {"railroad_station", "bus_station", "airport", "rest_area"},
    "TX": {"passenger_train", "railroad_station", "bus", "rest_area", "airport"},
    "MO": {"railroad_station"},
    "MI": {"railroad_station"},
    "AL": {"airport", "bus_station", "railroad_station"},
    "NJ": {"railroad_station"},
    "NY": {"railroad_station", "public_restroom"},
    "WA": {"public_restroom"},
}


def test_seed_equals_the_record() -> None:
    shipped = {
        rule.area_id: (
            rule.citation,
            (rule.facts().min_width, rule.facts().min_height, rule.facts().min_point_size),
            rule.is_bold,
            rule.languages,
            rule.by_county,
            rule.locations,
            rule.text_mode,
            rule.confidence,
        )
        for rule in Rule.objects.all()
    }
    assert shipped == RECORD
    assert Rule.objects.count() == 11
    assert {rule.area_id: set(rule.premises) for rule in Rule.objects.all()} == PREMISES


def test_only_the_nation_seeks_and_only_washington_invites() -> None:
    others = dict(Rule.objects.exclude(obligation="shall").values_list("area_id", "obligation"))
    assert others == {"US": "seek", "WA": "voluntary"}


def test_what_is_particular_to_one_law() -> None:
    rules = {rule.area_id: rule for rule in Rule.objects.all()}

    assert rules["TX"].must_say == ["hotline", "website", "state_police", "indicators"]
    assert rules["GA"].unsure == ["point_size"]
    assert "GBI" in rules["GA"].obtain_from
    assert rules["NY"].operator_hosts == ["mta.info"]
    assert "victims only" in rules["NY"].by_eye[0]
    assert "local government" in rules["MI"].condition
    assert rules["US"].effective_from == dt.date(2022, 12, 27)
    assert [area for area, rule in rules.items() if rule.note.startswith("Re-verify")] == ["AL", "CA", "NJ"]
    assert "AB 2101" in rules["CA"].note


def test_nobody_of_this_portal_has_verified_a_shipped_rule() -> None:
    assert not Rule.objects.exclude(verified_on=None).exists()
    assert not Rule.objects.filter(source="").exists()


def test_no_statutory_text_is_made_up() -> None:
    assert not Rule.objects.exclude(statutory_text="").exists()
    assert not Rule.objects.exclude(text_mode="free").filter(obtain_from="").exists()


def test_values_are_known_ones() -> None:
    for rule in Rule.objects.all():
        assert set(rule.premises) <= set(Premises.values)
        assert {name for group in rule.locations for name in group} <= set(Location.values)
        assert set(rule.must_say) <= set(Content.values)
        assert set(rule.unsure) <= set(Fact.values)


def test_no_county_is_made_up() -> None:
    assert not CountyStation.objects.exists()


def test_database_refuses_a_verifier_who_wrote_it(user_with: Callable[..., User]) -> None:
    author = user_with(Role.COORDINATOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rule.objects.filter(area="CA").update(changed_by=author, verified_by=author)


def test_database_refuses_half_a_size() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Rule.objects.filter(area="CA").update(min_height=None)


def test_rules_in_force() -> None:
    day = dt.date(2027, 1, 11)
    california, illinois = Rule.objects.get(area="CA"), Rule.objects.get(area="IL")
    Rule.objects.filter(area="CA").update(effective_to=day)
    Rule.objects.filter(area="IL").update(effective_from=day + dt.timedelta(1))
    Rule.objects.filter(area="GA").update(retired_at="2026-12-01T00:00Z")

    then, next_day = (set(Rule.objects.in_force(day + dt.timedelta(n))) for n in (0, 1))

    assert california in then - next_day
    assert illinois in next_day - then
    assert len(then) == len(next_day) == 9
