"""Judges the posting rules of the places with the posters of this batch beside those that hang there already.

In the way is what the batch itself does wrong: a poster too small, or not in a language that the law names, where the
law is recorded with certainty. What a place owes beyond that, such as a notice in the law's own words, is told.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from campaign.places.models import Placement
from campaign.posters.models import Design, Sheet
from campaign.printing.checks.context import Context
from campaign.printing.checks.findings import Check, Remark, fail, warn
from campaign.rules.compiler import Severity
from campaign.rules.duties import PlaceDuties, at_stations, at_trains
from campaign.rules.evidence import known_at
from campaign.rules.facts import PosterFacts, Stage
from campaign.rules.judging import Finding, Outcome, judge
from portal.typesetting import POINTS_PER_INCH


def _rules(context: Context) -> Iterator[Remark]:
    if context.design is None or context.sheet is None:
        return
    ours = _ours(context.placements, context.languages, context.design, context.sheet)
    places = _places(context)
    others = _others(context, ours, places)
    for place in places:
        spots = {spot.key for spot in place.spots}
        posters = [poster for key in spots for poster in (*ours.get(key, ()), *others.get(key, ()))]
        for finding in judge(place.duties, posters):
            if finding.outcome not in (Outcome.SHORT, Outcome.UNKNOWN):
                continue
            faults = _own_faults(finding, place, ours, posters)
            for fault in faults:
                sentence = " ".join([_about(fault), *(f"{reason.what} {reason.mend}" for reason in fault.reasons)])
                where = f"{place.place.name}, {', '.join(spot.name for spot in fault.duty.spots)}"
                # A sample never hangs, so no law is broken with it.
                yield warn(sentence, where) if context.address.is_sample else fail(sentence, where)
            if not faults:
                yield from _told(finding, place)


def _ours(
    placements: Collection[Placement], languages: Collection[str], design: Design, sheet: Sheet
) -> dict[int, list[PosterFacts]]:
    """The posters of this batch by spot: one fact for all languages of a placement."""
    paper = sheet.paper
    return {
        placement.spot_id: [
            PosterFacts(
                spot=placement.spot_id,
                width=paper.width / POINTS_PER_INCH,
                height=paper.height / POINTS_PER_INCH,
                point_size=design.header.floors["text"],
                languages=frozenset(languages),
                stage=Stage.PRINTED,
            )
        ]
        for placement in placements
    }


def _places(context: Context) -> list[PlaceDuties]:
    """The stations and trains of the batch, each once, in its order."""
    spots = [placement.spot for placement in context.placements]
    stations = {spot.station.pk: spot.station for spot in spots if spot.station}
    trains = {spot.train.pk: spot.train for spot in spots if spot.train}
    owed = [at_stations(list(stations.values()), on=context.on)] if stations else []
    owed += [at_trains(list(trains.values()), on=context.on)] if trains else []
    return [place for each in owed for place in each.values()]


def _others(
    context: Context, ours: Mapping[int, object], places: Collection[PlaceDuties]
) -> dict[int, list[PosterFacts]]:
    """What else hangs or is planned at these places; at our own spots what was printed before, and prescribed notices."""
    spots = {spot.key for place in places for spot in place.spots}
    found: dict[int, list[PosterFacts]] = {}
    for poster in known_at(spots, season=context.scope.season):
        is_only_planned = poster.width is None and not poster.notice_of
        if poster.spot not in ours or not is_only_planned:
            found.setdefault(poster.spot, []).append(poster)
    return found


def _own_faults(
    finding: Finding, place: PlaceDuties, ours: Mapping[int, object], posters: list[PosterFacts]
) -> list[Finding]:
    """Where the posters of the batch themselves are what is wrong, spot by spot."""
    if finding.severity is not Severity.BLOCK or finding.duty.wants_own_sheet:
        return []
    faults = []
    for spot in place.spots:
        here = finding.duty.at(spot.key) if spot.key in ours else None
        faults += judge([here], [poster for poster in posters if poster.spot == spot.key]) if here else []
    return [fault for fault in faults if fault.outcome is Outcome.SHORT and fault.severity is Severity.BLOCK]


def _told(finding: Finding, place: PlaceDuties) -> Iterator[Remark]:
    if not finding.reasons:
        yield warn(" ".join([_about(finding), *finding.duty.warnings]), place.place.name)
    for reason in finding.reasons:
        yield warn(f"{_about(finding)} {reason.what} {reason.mend}", ", ".join([place.place.name, *reason.where]))


def _about(finding: Finding) -> str:
    return f"{finding.duty.rule.jurisdiction}: {finding.sentence}"


RULES: Final = Check(
    code="RULES",
    title="Posting rules",
    passes="As far as is recorded, every place meets its rules or has none.",
    run=_rules,
)
