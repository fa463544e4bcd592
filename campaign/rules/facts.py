"""What the compiler is told: places, spots, rules and posters as plain facts, and the words that they are put in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from django.db.models import TextChoices


class Premises(TextChoices):
    """What a law calls the places that it speaks of. Those that the portal has none of are kept as recorded."""

    PASSENGER_TRAIN = "passenger_train", "Passenger trains"
    RAILROAD_STATION = "railroad_station", "Railroad stations"
    INTERCITY_RAIL_STATION = "intercity_rail_station", "Intercity passenger rail stations"
    LIGHT_RAIL_STATION = "light_rail_station", "Light rail stations"
    BUS = "bus", "Buses"
    BUS_STATION = "bus_station", "Bus stations"
    AIRPORT = "airport", "Airports"
    REST_AREA = "rest_area", "Rest areas"
    PUBLIC_RESTROOM = "public_restroom", "Public restrooms"


class TextMode(TextChoices):
    """Whose words the law wants on the sheet."""

    FREE = "free", "Free: our own words"
    MODEL = "model", "Model: the state's model notice"
    FIXED = "fixed", "Fixed: the statute's words, verbatim"


class Obligation(TextChoices):
    """How strongly the law asks."""

    SHALL = "shall", "Shall"
    SEEK = "seek", "Seek to"
    VOLUNTARY = "voluntary", "Voluntary"


class Confidence(TextChoices):
    """How sure we are of what we recorded."""

    HIGH = "H", "High: primary or official text seen"
    MEDIUM = "M", "Medium: secondary or partial"
    LOW = "L", "Low: not confirmed"


class Content(TextChoices):
    """What a law wants a poster to name."""

    HOTLINE = "hotline", "the hotline's number"
    WEBSITE = "website", "a website"
    STATE_POLICE = "state_police", "a contact at the state's department of public safety"
    INDICATORS = "indicators", "the signs of trafficking"


class Fact(TextChoices):
    """The parts of a rule that can be less sure than the rule."""

    SIZE = "size", "Smallest sheet"
    POINT_SIZE = "point_size", "Smallest type"
    LANGUAGES = "languages", "Languages"
    TEXT = "text", "Whose words"


class Stage(IntEnum):
    """How far a poster got."""

    PLANNED = 1
    PRINTED = 2
    POSTED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFacts:
    """A station or a train.

    ``kind`` is that of a station (building, shelter, platform, curbside, unknown) or ``train``. ``areas`` are
    USPS codes: a station's state, the states in which a train calls; empty is unknown. ``operator`` is the key
    ``<agency_id>@<host>``. ``county_languages`` are those that the county's Voting Rights Act list names, none
    for a county that was looked up and has none; ``None`` is unknown. ``missed`` are the kinds of spots that
    somebody looked for in vain.
    """

    name: str
    kind: str
    premises: frozenset[str]
    areas: frozenset[str] = frozenset()
    operator: str = ""
    county_languages: tuple[str, ...] | None = None
    missed: frozenset[str] = frozenset()
    is_american: bool = True
    knows_lines: bool = True

    @property
    def is_train(self) -> bool:
        """Whether it moves."""
        return self.kind == "train"

    @property
    def is_open_air(self) -> bool:
        """Whether it is known to have no building."""
        return self.kind in {"shelter", "platform", "curbside"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotFacts:
    """One spot that is there, as far as is known. ``key`` is what posters name it by."""

    key: int
    kind: str
    name: str
    is_surveyed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFacts:
    """One law. ``locations`` are groups that all must hold, each of alternatives of which one suffices; without
    any, a poster anywhere will do. Measures in inches and points, ``None`` where the law gives none. ``unsure``
    are the facts recorded less surely than the rest. ``condition`` says on what it hangs that nobody recorded.
    """

    slug: str
    jurisdiction: str
    area: str
    citation: str
    premises: frozenset[str]
    recorded_on: dt.date
    locations: tuple[tuple[str, ...], ...] = ()
    min_width: float | None = None
    min_height: float | None = None
    min_point_size: float | None = None
    is_bold: bool = False
    languages: tuple[str, ...] = ()
    by_county: bool = False
    text_mode: str = TextMode.FREE
    obtain_from: str = ""
    must_say: tuple[str, ...] = ()
    by_eye: tuple[str, ...] = ()
    operator_hosts: tuple[str, ...] = ()
    condition: str = ""
    obligation: str = Obligation.SHALL
    confidence: str = Confidence.HIGH
    unsure: frozenset[str] = frozenset()
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None

    def in_force(self, on: dt.date) -> bool:
        """Whether it holds on a day."""
        return (self.effective_from or on) <= on <= (self.effective_to or on)

    def binds(self, operator: str) -> bool:
        """Whether it speaks of that operator's premises. Hosts match with their subdomains."""
        host = operator.rpartition("@")[2]
        return not self.operator_hosts or any(
            host == wanted or host.endswith(f".{wanted}") for wanted in self.operator_hosts
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterFacts:
    """One sheet at a spot. ``None`` is unknown throughout.

    Measures in inches as cut; ``point_size`` is the smallest that its text is or may be set in. ``notice_of``
    is the slug of the rule whose prescribed notice it is, empty for our own words. ``says`` are values of
    ``Content``.
    """

    spot: int
    width: float | None = None
    height: float | None = None
    point_size: float | None = None
    is_bold: bool | None = None
    languages: frozenset[str] | None = None
    notice_of: str = ""
    says: frozenset[str] | None = None
    stage: Stage = Stage.PLANNED


def reaching(posters: Sequence[PosterFacts], stage: Stage) -> list[PosterFacts]:
    """Those that got at least so far."""
    return [poster for poster in posters if poster.stage >= stage]
