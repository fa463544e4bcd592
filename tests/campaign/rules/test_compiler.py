"""Which laws speak of which places, and what they ask for there."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from campaign.places.models import Spot
from campaign.rules.compiler import MOVING, UNKNOWN_COUNTY, Severity, gaps
from campaign.rules.locations import COUNTS_AS, RESTROOMS, Location
from tests.campaign.rules.makers import (
    BUILDING,
    CAR,
    COUNTER,
    HALL,
    LAWS,
    MEN,
    ON,
    PLATFORM,
    VESTIBULE,
    WOMEN,
    found,
    owed,
    poster,
    station,
    train,
)

NATION = "us-pl-117-301"


@pytest.mark.parametrize(
    ("state", "slugs"),
    [
        ("CA", ["ca-civ-52-6"]),
        ("IL", ["il-775-ilcs-50"]),
        ("GA", ["ga-ocga-16-5-47"]),
        ("TX", ["tx-gov-402-0351"]),
        ("MO", ["mo-rsmo-595-120"]),
        ("MI", ["mi-act-62-2016"]),
        ("AL", ["al-stations"]),
        ("NJ", ["nj-52-17b-237-1"]),
        ("WA", ["wa-rcw-43-280-110"]),
        ("NY", []),  # Amtrak is not the MTA
        ("MS", []),
        ("DC", []),
        (None, []),
    ],
)
def test_laws_of_an_amtrak_station(state: str | None, slugs: list[str]) -> None:
    assert list(owed(station(state))) == [NATION, *slugs]


@pytest.mark.parametrize(
    ("operator", "owes"),
    [
        ("LI@mta.info", True),
        ("MNR@new.mta.info", True),
        ("51@amtrak.com", False),
        ("1@notmta.info", False),
        ("", False),
    ],
)
def test_new_york_asks_the_mta_alone(operator: str, owes: bool) -> None:
    assert ("ny-pub-auth-1266-m" in owed(station("NY", operator=operator))) is owes


@pytest.mark.parametrize(
    ("premises", "slugs"),
    [
        ({"bus_station", "public_restroom"}, {NATION, "ca-civ-52-6"}),
        ({"light_rail_station"}, {"ca-civ-52-6"}),
        ({"railroad_station"}, {NATION}),
        (set(), set()),
    ],
)
def test_premises_decide(premises: set[str], slugs: set[str]) -> None:
    assert set(owed(station("CA", premises=frozenset(premises)))) == slugs


def test_train_owes_the_nation_and_where_the_law_speaks_of_trains() -> None:
    owes = owed(train("IL", "MO", "TX"), (CAR, VESTIBULE))

    assert list(owes) == [NATION, "tx-gov-402-0351"]
    assert owes["tx-gov-402-0351"].severity is Severity.WARN
    assert MOVING in owes["tx-gov-402-0351"].warnings
    assert [spot.key for spot in owes[NATION].spots] == [CAR]
    assert list(owed(train("IL", "MO"), (CAR,))) == [NATION]


@pytest.mark.parametrize(
    ("slug", "severity"),
    [
        (NATION, Severity.WARN),  # seek to, and partly secondary
        ("ca-civ-52-6", Severity.BLOCK),
        ("il-775-ilcs-50", Severity.BLOCK),
        ("ga-ocga-16-5-47", Severity.BLOCK),
        ("tx-gov-402-0351", Severity.BLOCK),
        ("mo-rsmo-595-120", Severity.BLOCK),
        ("mi-act-62-2016", Severity.WARN),  # who runs the station is not recorded
        ("al-stations", Severity.WARN),
        ("nj-52-17b-237-1", Severity.WARN),
        ("ny-pub-auth-1266-m", Severity.BLOCK),
        ("wa-rcw-43-280-110", Severity.WARN),  # voluntary
    ],
)
def test_severity_of_each_law(slug: str, severity: Severity) -> None:
    place = station(LAWS[slug].area, operator="LI@mta.info", areas=frozenset({LAWS[slug].area}))
    assert owed(place)[slug].severity is severity


@pytest.mark.parametrize("confidence", ["M", "L"])
def test_nothing_below_high_confidence_blocks(confidence: str) -> None:
    for slug, law in LAWS.items():
        doubtful = dataclasses.replace(law, confidence=confidence)
        place = station(law.area, operator="LI@mta.info")
        from campaign.rules.compiler import duties

        (duty,) = duties(place, [], [doubtful], ON)
        assert duty.severity is Severity.WARN, slug


@pytest.mark.parametrize(
    ("effective", "owes"),
    [
        ((None, None), True),
        ((ON, ON), True),
        ((ON + dt.timedelta(1), None), False),
        ((None, ON - dt.timedelta(1)), False),
    ],
)
def test_only_laws_in_force_count(effective: tuple[dt.date | None, dt.date | None], owes: bool) -> None:
    from campaign.rules.compiler import duties

    law = dataclasses.replace(LAWS["ca-civ-52-6"], effective_from=effective[0], effective_to=effective[1])
    assert bool(duties(station("CA"), [], [law], ON)) is owes


def test_nation_before_december_2022_asked_for_nothing() -> None:
    assert owed(station("MS"), on=dt.date(2022, 12, 26)) == {}
    assert list(owed(station("MS"), on=dt.date(2022, 12, 27))) == [NATION]


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (station("MS"), ""),
        (station(None), "The state of Somewhere is unknown: only the nation's rule is shown."),
        (train(), "No station of this train has a known state"),
        (station("MS", knows_lines=False), "taken for a railroad station"),
        (station(None, is_american=False), "outside the United States"),
    ],
)
def test_gaps_are_told(place: Any, told: str) -> None:
    said = gaps(place)
    assert bool(said) is bool(told)
    assert told in " ".join(said)


def test_nobody_abroad_owes_anything() -> None:
    assert owed(station(None, is_american=False)) == {}


@pytest.mark.parametrize("slug", ["ca-civ-52-6", "il-775-ilcs-50", "mo-rsmo-595-120"])
def test_unknown_county_is_never_silent(slug: str) -> None:
    duty = owed(station(LAWS[slug].area, county_languages=None))[slug]

    assert UNKNOWN_COUNTY in duty.warnings
    assert "the county's language, which is unknown here" in duty.asks
    assert UNKNOWN_COUNTY not in owed(station(LAWS[slug].area, county_languages=()))[slug].warnings


@pytest.mark.parametrize(
    ("slug", "asks"),
    [
        (NATION, "Directs to seek a notice; in each public restroom."),
        (
            "ca-civ-52-6",
            "Asks for the state's model notice, at least 8.5 × 11 in, in type of at least 16 points, in English and "
            "Spanish, and in the county's: Vietnamese; near the public entrance or where notices are usually posted.",
        ),
        (
            "il-775-ilcs-50",
            "Asks for the prescribed notice, word for word, at least 8.5 × 11 in, in type of at least 16 points, in "
            "English and Spanish, and in the county's: Vietnamese; near the public entrance or in each public restroom "
            "or in a conspicuous place.",
        ),
        (
            "ga-ocga-16-5-47",
            "Asks for the prescribed notice, word for word, at least 8.5 × 11 in, in type of at least 16 points, in "
            "English and Spanish; in each public restroom, and near the public entrance or where notices are usually "
            "posted.",
        ),
        (
            "mi-act-62-2016",
            "Asks for the prescribed notice, word for word, at least 8.5 × 11 in, in bold type of at least 14 points, in "
            "English and Spanish; in a conspicuous place.",
        ),
        (
            "nj-52-17b-237-1",
            "Asks for a notice, at least 8.5 × 11 in, in type of at least 16 points, in English and Spanish; anywhere "
            "on the premises.",
        ),
        ("wa-rcw-43-280-110", "Invites, without obligation, a notice; in each public restroom."),
    ],
)
def test_duty_reads(slug: str, asks: str) -> None:
    assert owed(station(LAWS[slug].area))[slug].asks == asks


@pytest.mark.parametrize(
    ("slug", "spots"),
    [
        (NATION, {WOMEN, MEN}),
        ("ca-civ-52-6", {HALL, COUNTER}),
        ("il-775-ilcs-50", {WOMEN, MEN, HALL, COUNTER, PLATFORM}),
        ("ga-ocga-16-5-47", {WOMEN, MEN, HALL, COUNTER}),
        ("tx-gov-402-0351", {HALL, COUNTER}),
        ("mo-rsmo-595-120", {WOMEN, MEN, HALL}),
        ("mi-act-62-2016", {HALL, COUNTER, PLATFORM}),
        ("al-stations", {HALL, COUNTER}),
        ("nj-52-17b-237-1", {WOMEN, MEN, HALL, COUNTER, PLATFORM}),
        ("wa-rcw-43-280-110", {WOMEN, MEN}),
    ],
)
def test_spots_that_count(slug: str, spots: set[int]) -> None:
    duty = owed(station(LAWS[slug].area), (*BUILDING, PLATFORM, COUNTER))[slug]
    assert {spot.key for spot in duty.spots} == spots


def test_platform_is_the_entrance_only_where_there_is_no_building() -> None:
    assert owed(station("CA"), (PLATFORM,))["ca-civ-52-6"].spots == ()
    (spot,) = owed(station("CA", kind="platform"), (PLATFORM,))["ca-civ-52-6"].spots
    assert spot.key == PLATFORM


def test_every_kind_of_spot_counts_as_something() -> None:
    kinds = {kind for counting in COUNTS_AS.values() for kind in counting.kinds}
    assert kinds == set(Spot.Kind.values)
    assert {kind for kind in Spot.Kind.values if "restroom" in kind} == RESTROOMS
    assert set(COUNTS_AS) == set(Location.values)


def test_duty_at_one_spot_asks_that_spot() -> None:
    duty = owed(station("GA"))["ga-ocga-16-5-47"]
    here = duty.at(WOMEN)
    assert here is not None

    notice = poster(WOMEN, notice_of="ga-ocga-16-5-47")
    assert (found(here, notice).outcome, found(duty, notice).outcome) == ("met", "short")
    assert here.asks == duty.asks
    assert duty.at(PLATFORM) is None
