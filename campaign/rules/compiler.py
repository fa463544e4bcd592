"""Laws to duties: what must hang where at one place. Facts in, duties out; ``judging`` weighs posters against them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from campaign.rules import words
from campaign.rules.facts import Confidence, Obligation, PlaceFacts, RuleFacts, SpotFacts, TextMode
from campaign.rules.locations import Alternative, Location, alternative

NATION = "US"
UNKNOWN_COUNTY = (
    "The county's language is unknown: the rule also wants the language that the Voting Rights Act names for the "
    "county, if any. Record the county with its languages under Paper, Counties."
)
MOVING = "This train crosses state lines, and the rule was written for one state. Ask before you rely on it."


class Severity(StrEnum):
    """What falling short means to whoever prints."""

    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Group:
    """Alternatives of which one must hold."""

    alternatives: tuple[Alternative, ...]

    @property
    def open(self) -> tuple[Alternative, ...]:
        """Those that this place can have."""
        return tuple(each for each in self.alternatives if not each.is_void)

    @property
    def words(self) -> str:
        """Near the public entrance or in each public restroom."""
        return " or ".join(each.words for each in self.alternatives)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What one rule asks of one place. Every group must hold; ``wanted`` says them in the law's words.

    ``county_languages``: at least one of them beside ``languages``; ``None`` where it is unknown which.
    ``severity`` is that of falling short; ``conditions`` say why it may not apply at all.
    """

    rule: RuleFacts
    place: str
    groups: tuple[Group, ...]
    wanted: tuple[str, ...]
    languages: tuple[str, ...]
    county_languages: tuple[str, ...] | None
    severity: Severity
    conditions: tuple[str, ...] = ()

    @property
    def spots(self) -> tuple[SpotFacts, ...]:
        """Every spot that counts towards it, once."""
        return tuple({spot.key: spot for each in self._alternatives for spot in each.spots}.values())

    @property
    def is_void(self) -> bool:
        """Whether it asks for nothing here, as far as is known."""
        return not any(group.open for group in self.groups)

    @property
    def wants_own_sheet(self) -> bool:
        """Whether it wants prescribed words: a sheet of its own, so that none of our posters can meet or break it."""
        return self.rule.text_mode != TextMode.FREE

    @property
    def citation(self) -> str:
        """The law, for a person: Illinois, 775 ILCS 50."""
        return f"{self.rule.jurisdiction}, {self.rule.citation}"

    @property
    def asks(self) -> str:
        """What it asks for, in one sentence."""
        return words.asked(self.rule, self.wanted, self.county_languages)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What nobody recorded and the duty hangs on."""
        return (*self.conditions, *([UNKNOWN_COUNTY] if self.county_languages is None else []))

    @property
    def _alternatives(self) -> tuple[Alternative, ...]:
        return tuple(each for group in self.groups for each in group.alternatives)

    def at(self, spot: int) -> Duty | None:
        """What it asks of a poster at that one spot; ``None`` where the spot doesn't count towards it."""
        found = next((each for each in self.spots if each.key == spot), None)
        if found is None:
            return None
        here = Alternative(Location.ANYWHERE, (found,), is_void=False)
        return replace(self, groups=(Group((here,)),))


def duties(place: PlaceFacts, spots: Sequence[SpotFacts], rules: Sequence[RuleFacts], on: dt.date) -> list[Duty]:
    """What must hang where on a day: one duty for each rule that speaks of the place, the nation's first."""
    ordered = sorted(rules, key=lambda rule: (rule.area != NATION, rule.jurisdiction, rule.citation))
    return [_duty(rule, place, tuple(spots)) for rule in ordered if applies(rule, place, on)]


def applies(rule: RuleFacts, place: PlaceFacts, on: dt.date) -> bool:
    """Whether a rule speaks of a place on a day. What it hangs on beyond that is the duty's ``conditions``."""
    return (
        place.is_american
        and rule.in_force(on)
        and (rule.area == NATION or rule.area in place.areas)
        and bool(rule.premises & place.premises)
        and rule.binds(place.operator)
    )


def gaps(place: PlaceFacts) -> list[str]:
    """What is not known of a place, so that rules may be missing from its duties."""
    if not place.is_american:
        return [f"{place.name} lies outside the United States: none of these rules speaks of it."]
    found = []
    if not place.areas:
        found.append(
            "No station of this train has a known state: only the nation's rule is shown."
            if place.is_train
            else f"The state of {place.name} is unknown: only the nation's rule is shown. Fill in its state."
        )
    if not place.knows_lines:
        found.append(
            f"No line of an imported feed calls at {place.name}: it is taken for a railroad station. Look whether it is."
        )
    return found


def _duty(rule: RuleFacts, place: PlaceFacts, spots: tuple[SpotFacts, ...]) -> Duty:
    conditions = [rule.condition] if rule.condition else []
    if place.is_train and rule.area != NATION:
        conditions.append(MOVING)
    is_strict = rule.confidence == Confidence.HIGH and rule.obligation == Obligation.SHALL and not conditions
    groups = tuple(
        Group(tuple(alternative(location, place, spots) for location in group))
        for group in rule.locations or ((Location.ANYWHERE,),)
    )
    return Duty(
        rule=rule,
        place=place.name,
        groups=groups,
        wanted=tuple(group.words for group in groups),
        languages=_lower(rule.languages),
        county_languages=_county_languages(rule, place),
        severity=Severity.BLOCK if is_strict else Severity.WARN,
        conditions=tuple(conditions),
    )


def _county_languages(rule: RuleFacts, place: PlaceFacts) -> tuple[str, ...] | None:
    if not rule.by_county:
        return ()
    return None if place.county_languages is None else _lower(place.county_languages)


def _lower(codes: Sequence[str]) -> tuple[str, ...]:
    """People write zh-Hant and zh-hant."""
    return tuple(code.lower() for code in codes)
