"""What holds for all laws, places and posters: more and larger is never worse, and no sentence gives advice."""

from __future__ import annotations

import dataclasses
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from campaign.rules.compiler import Duty, Severity, duties
from campaign.rules.facts import Content, PlaceFacts, PosterFacts
from campaign.rules.judging import Finding, Outcome, judge
from tests.campaign.rules.makers import LAWS, ON, RAIL, SPOTS

RANK = {Outcome.SHORT: 0, Outcome.UNKNOWN: 1, Outcome.MET: 2, Outcome.VOID: 2}
CODES = ["en", "es", "vi", "ko"]
inches = st.one_of(st.none(), st.floats(1, 40))

posters = st.lists(
    st.builds(
        PosterFacts,
        spot=st.sampled_from(list(SPOTS)),
        width=inches,
        height=inches,
        point_size=st.one_of(st.none(), st.floats(4, 40)),
        is_bold=st.one_of(st.none(), st.booleans()),
        languages=st.one_of(st.none(), st.frozensets(st.sampled_from(CODES))),
        notice_of=st.sampled_from(["", *LAWS]),
        says=st.one_of(st.none(), st.frozensets(st.sampled_from(Content.values))),
    ),
    max_size=12,
)
places = st.builds(
    PlaceFacts,
    name=st.just("Somewhere"),
    kind=st.sampled_from(["building", "shelter", "platform", "curbside", "unknown", "train"]),
    premises=st.sampled_from([RAIL, frozenset({"passenger_train"}), frozenset({"bus_station"})]),
    areas=st.frozensets(st.sampled_from(sorted({law.area for law in LAWS.values()}))),
    operator=st.sampled_from(["51@amtrak.com", "LI@mta.info"]),
    county_languages=st.one_of(st.none(), st.lists(st.sampled_from(CODES), max_size=2).map(tuple)),
    missed=st.frozensets(st.sampled_from(["restroom_women", "restroom_men", "car_restroom"])),
)
owed = st.builds(
    lambda place, spots: duties(place, [SPOTS[key] for key in sorted(spots)], list(LAWS.values()), ON),
    places,
    st.frozensets(st.sampled_from(list(SPOTS))),
)


def no_worse(before: list[Finding], after: list[Finding]) -> bool:
    """Whether every duty stands at least as well, and blocks no more."""
    return all(
        RANK[old.outcome] <= RANK[new.outcome] and not (new.severity is Severity.BLOCK and old.severity != new.severity)
        for old, new in zip(before, after, strict=True)
    )


@given(owed, posters, posters)
def test_a_poster_more_never_makes_a_duty_worse(
    found: list[Duty], some: list[PosterFacts], more: list[PosterFacts]
) -> None:
    assert no_worse(judge(found, some), judge(found, some + more))


@given(owed, posters, st.floats(1, 3), st.floats(1, 3))
def test_larger_posters_never_fall_shorter(
    found: list[Duty], some: list[PosterFacts], wider: float, taller: float
) -> None:
    larger = [
        dataclasses.replace(
            poster,
            width=poster.width and poster.width * wider,
            height=poster.height and poster.height * taller,
            point_size=poster.point_size and poster.point_size * min(wider, taller),
        )
        for poster in some
    ]
    assert no_worse(judge(found, some), judge(found, larger))


@given(owed, posters, st.randoms(use_true_random=False))
def test_order_of_posters_does_not_matter(found: list[Duty], some: list[PosterFacts], random: Random) -> None:
    shuffled = list(some)
    random.shuffle(shuffled)
    before, after = judge(found, some), judge(found, shuffled)
    assert [(each.outcome, each.severity) for each in before] == [(each.outcome, each.severity) for each in after]


@given(owed, posters)
def test_findings_are_whole(found: list[Duty], some: list[PosterFacts]) -> None:
    for finding in judge(found, some):
        said = " ".join([finding.sentence, finding.duty.asks, *map(str, finding.reasons), *finding.remarks])
        assert "complian" not in said.lower()
        assert finding.duty.rule.citation in finding.sentence
        assert (finding.severity is None) == (finding.outcome in {Outcome.MET, Outcome.VOID})
        assert finding.severity is not Severity.BLOCK or finding.duty.rule.confidence == "H"
        assert finding.outcome is not Outcome.SHORT or finding.reasons
        assert finding.outcome is not Outcome.UNKNOWN or finding.reasons or finding.duty.warnings
