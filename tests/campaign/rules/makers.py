"""Laws, places and posters for tests: the laws are those that the release ships."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Sequence
from typing import Any

from campaign.rules.compiler import Duty, duties
from campaign.rules.facts import PlaceFacts, PosterFacts, RuleFacts, SpotFacts
from campaign.rules.judging import Finding, judge
from campaign.rules.models import Rule

SEED = importlib.import_module("campaign.migrations.0008_seed_rules")
ON = dt.date(2027, 1, 11)
RAIL = frozenset({"railroad_station", "intercity_rail_station", "public_restroom"})
LAWS: dict[str, RuleFacts] = {row["slug"]: Rule(**row, recorded_on=SEED.RECORDED_ON).facts() for row in SEED.RULES}

WOMEN, MEN, HALL, PLATFORM, COUNTER, CAR, VESTIBULE = range(1, 8)
SPOTS = {
    WOMEN: SpotFacts(key=WOMEN, kind="restroom_women", name="Women's restroom", is_surveyed=True),
    MEN: SpotFacts(key=MEN, kind="restroom_men", name="Men's restroom", is_surveyed=True),
    HALL: SpotFacts(key=HALL, kind="waiting_room", name="Waiting room", is_surveyed=True),
    PLATFORM: SpotFacts(key=PLATFORM, kind="platform", name="Platform"),
    COUNTER: SpotFacts(key=COUNTER, kind="ticket_counter", name="Ticket counter"),
    CAR: SpotFacts(key=CAR, kind="car_restroom", name="Car restroom"),
    VESTIBULE: SpotFacts(key=VESTIBULE, kind="vestibule", name="Vestibule"),
}
BUILDING = (WOMEN, MEN, HALL)


def station(state: str | None, **facts: Any) -> PlaceFacts:
    """An Amtrak station with a building, in a county whose language is Vietnamese."""
    usual: dict[str, Any] = {
        "name": "Somewhere",
        "kind": "building",
        "premises": RAIL,
        "areas": frozenset({state} if state else ()),
        "operator": "51@amtrak.com",
        "county_languages": ("vi",),
    }
    return PlaceFacts(**usual | facts)


def train(*states: str) -> PlaceFacts:
    """A train that calls in these states."""
    return PlaceFacts(
        name="Texas Eagle",
        kind="train",
        premises=frozenset({"passenger_train"}),
        areas=frozenset(states),
        operator="51@amtrak.com",
    )


def owed(place: PlaceFacts, spots: Sequence[int] = BUILDING, *slugs: str, on: dt.date = ON) -> dict[str, Duty]:
    """What a place owes by the laws that ship (or those named), by slug."""
    laws = [LAWS[slug] for slug in slugs] or list(LAWS.values())
    return {duty.rule.slug: duty for duty in duties(place, [SPOTS[key] for key in spots], laws, on)}


def poster(spot: int, *languages: str, **facts: Any) -> PosterFacts:
    """A large poster with large bold type that says everything, in these languages."""
    usual: dict[str, Any] = {
        "width": 11,
        "height": 17,
        "point_size": 18,
        "is_bold": True,
        "languages": frozenset(languages or ("en", "es", "vi")),
        "says": frozenset({"hotline", "website", "state_police", "indicators"}),
    }
    return PosterFacts(spot=spot, **usual | facts)


def found(duty: Duty, *posters: PosterFacts) -> Finding:
    """How one duty stands."""
    (finding,) = judge([duty], posters)
    return finding
