"""No withheld count can be derived from all that is shown of a week: by arithmetic, by trial, or by knowing the code."""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.keeping.suppression import LEEWAY, SMALL, UNKNOWN, leeway, totals, withhold

Slices = dict[frozenset[str], int]
NATION = "nation"


@st.composite
def weeks(draw: st.DrawFn) -> Slices:
    """A week of a small country: stations in states, designs that often follow a state, languages."""
    stations = draw(st.integers(1, 8))
    states = draw(st.lists(st.integers(0, 3), min_size=stations, max_size=stations))
    counts = st.one_of(st.just(0), st.integers(0, 12), st.integers(0, 400))
    slices: Slices = {}
    for station, state in enumerate(states):
        design = draw(st.sampled_from([f"design {state}", "design 0", "design 1"]))
        for language in draw(st.sets(st.sampled_from(["en", "es", "vi"]), min_size=1)):
            cells = {NATION, f"state {state}", f"station {station}", design, language}
            slices[frozenset(cells)] = draw(counts)
    return slices


def lots(seed: int) -> Random:
    """A source of lots that draws the same each time."""
    return Random(seed)


@settings(max_examples=200, deadline=None)
@given(slices=weeks(), seed=st.integers(0, 9))
def test_small_counts_are_withheld_and_zeros_shown(slices: Slices, seed: int) -> None:
    withheld = withhold(slices, pick=lots(seed).choice)
    for cell, count in totals(slices).items():
        if 1 <= count <= SMALL:
            assert cell in withheld
        if not count:
            assert cell not in withheld


@settings(max_examples=200, deadline=None)
@given(slices=weeks(), seed=st.integers(0, 9))
def test_no_sum_of_shown_cells_gives_a_withheld_one(slices: Slices, seed: int) -> None:
    """Linear algebra, knowing nothing of the proof: a withheld cell is no combination of shown ones."""
    withheld = withhold(slices, pick=lots(seed).choice)
    counts = totals(slices)
    # What holds nobody is known to the last slice; the rest are the unknowns.
    unknowns = [cells for cells in slices if all(counts[cell] for cell in cells)]
    shown = [[Fraction(cell in cells) for cells in unknowns] for cell in counts if cell not in withheld]
    basis = reduced(shown)
    for cell in withheld:
        assert not is_within([Fraction(cell in cells) for cells in unknowns], basis), cell


@settings(max_examples=200, deadline=None)
@given(slices=weeks(), seed=st.integers(0, 9))
def test_another_week_looks_the_same_and_differs_in_each_withheld_cell(slices: Slices, seed: int) -> None:
    """For each withheld cell a world is made in which it differs by ``LEEWAY``, and everything shown stays."""
    withheld = withhold(slices, pick=lots(seed).choice)
    counts = totals(slices)
    assert all(room >= LEEWAY for room in leeway(slices, withheld).values())
    for cell in withheld:
        reached = {counts[cell]}
        for world in moved(slices, withheld, cell):
            other = totals(world)
            assert {name: other[name] for name in counts if name not in withheld} == {
                name: counts[name] for name in counts if name not in withheld
            }
            assert all(other[name] > 0 for name in withheld)
            assert min(world.values()) >= 0
            reached.add(other[cell])

        assert max(reached) - min(reached) >= LEEWAY, cell


def moved(slices: Slices, withheld: frozenset[str], cell: str) -> Iterator[Slices]:
    """Worlds with as much as can be in a cell, and as little."""
    groups: dict[frozenset[str], list[frozenset[str]]] = defaultdict(list)
    for cells in slices:
        groups[cells - withheld].append(cells)
    for towards in (True, False):
        world = dict(slices)
        for shown, group in groups.items():
            getting = [cells for cells in group if (cell in cells) == towards]
            giving = [cells for cells in group if (cell in cells) != towards]
            if not shown and getting:
                world[getting[0]] += LEEWAY
            if not getting:
                continue
            for giver in giving:
                while world[giver] and not empties(world, giver, withheld):
                    world[giver] -= 1
                    world[getting[0]] += 1
        yield world


def empties(world: Slices, giver: frozenset[str], withheld: frozenset[str]) -> bool:
    """Whether one scan less would leave a withheld cell with none, which is known not to be."""
    counts = totals(world)
    return any(counts[cell] == 1 for cell in giver & withheld)


def reduced(rows: Sequence[list[Fraction]]) -> list[list[Fraction]]:
    """An echelon form: rows that span the same."""
    basis: list[list[Fraction]] = []
    for row in rows:
        rest = remainder(row, basis)
        if any(rest):
            basis.append(rest)
    return basis


def remainder(row: list[Fraction], basis: Sequence[list[Fraction]]) -> list[Fraction]:
    """What is left of a row once the basis is taken out of it."""
    for known in basis:
        place = next(number for number, value in enumerate(known) if value)
        factor = row[place] / known[place]
        row = [value - factor * other for value, other in zip(row, known, strict=True)]
    return row


def is_within(row: list[Fraction], basis: Sequence[list[Fraction]]) -> bool:
    """Whether a row is a combination of the basis."""
    return not any(remainder(row, basis))


COUNTRIES: dict[str, list[tuple[str, ...]]] = {
    "three states": [(NATION, "A"), (NATION, "B"), (NATION, "C")],
    "two stations in one state, one in another": [(NATION, "S", "a"), (NATION, "S", "b"), (NATION, "T", "c")],
    "two states of two stations": [
        (NATION, "S", "a"), (NATION, "S", "b"), (NATION, "T", "c"), (NATION, "T", "d"),
    ],
    "two states, two languages": [
        (NATION, "A", "en"), (NATION, "A", "es"), (NATION, "B", "en"), (NATION, "B", "es"),
    ],
    "a language in one state alone": [(NATION, "A", "en"), (NATION, "A", "es"), (NATION, "B", "en")],
}  # fmt: skip


@pytest.mark.parametrize("country", COUNTRIES)
def test_who_knows_the_code_and_tries_every_week_learns_no_withheld_count(country: str) -> None:
    """Every week of a tiny country, every lot: what was shown fits at least two values of each withheld cell.

    Small counts are 1 and 2 here and the leeway 1, so that all can be tried; the worlds that fit are only those that
    the code itself would have shown so.
    """
    slices = [frozenset(cells) for cells in COUNTRIES[country]]
    cells = sorted(frozenset[str]().union(*slices))
    most = 8 if len(slices) == 3 else 6
    worlds: dict[tuple[int | None, ...], list[dict[str, int]]] = defaultdict(list)
    for counts in itertools.product(range(most + 1), repeat=len(slices)):
        world = dict(zip(slices, counts, strict=True))
        for withheld in all_answers(world):
            known = totals(world)
            worlds[tuple(None if cell in withheld else known[cell] for cell in cells)].append(known)
    tried = 0
    for shown, fitting in worlds.items():
        told = dict(zip(cells, shown, strict=True))
        nation = told[NATION]
        if nation is None or nation > most:
            continue  # Larger weeks than were tried would fit too.
        for cell in (cell for cell, count in told.items() if count is None):
            tried += 1
            assert len({world[cell] for world in fitting}) > 1, (cell, told)
    assert tried > 20


class _Undrawn(Exception):
    """A lot has to be drawn that nobody has drawn yet; among so many."""


def all_answers(slices: Slices) -> set[frozenset[str]]:
    """Whatever ``withhold`` may answer, over all lots."""
    answers: set[frozenset[str]] = set()
    scripts: list[tuple[int, ...]] = [()]
    while scripts:
        script = scripts.pop()
        lots_left = iter(script)

        def pick(choices: Sequence[frozenset[str]], left: Iterator[int] = lots_left) -> frozenset[str]:
            drawn = next(left, None)
            if drawn is None:
                raise _Undrawn(len(choices))
            return choices[drawn]

        try:
            answers.add(withhold(slices, small=2, least=1, pick=pick))
        except _Undrawn as undrawn:
            scripts += [(*script, lot) for lot in range(undrawn.args[0])]
    return answers


def test_a_single_small_station_takes_another_with_it() -> None:
    slices = {frozenset({NATION, "MS", name}): count for name, count in (("Alder", 3), ("Birch", 40), ("Cedar", 900))}
    assert withhold(slices, pick=lots(0).choice) == {"Alder", "Birch"}


def test_two_small_stations_whose_sum_tells_them_take_a_third() -> None:
    """Two hidden ones that add up to two are both one."""
    counts = (("Alder", 1), ("Birch", 1), ("Cedar", 40), ("Dover", 900))
    slices = {frozenset({NATION, name}): count for name, count in counts}
    assert withhold(slices, pick=lots(0).choice) == {"Alder", "Birch", "Cedar"}


def test_a_design_that_hangs_in_one_state_alone_does_not_give_the_state_away() -> None:
    """Mississippi is withheld to cover Alabama: its design of its own, or its language, would tell the same number."""
    slices = {
        frozenset({NATION, "AL", "first light", "en"}): 4,
        frozenset({NATION, "MS", "quiet notice", "es"}): 60,
        frozenset({NATION, "TX", "first light", "en"}): 5000,
        frozenset({NATION, "LA", "first light", "en"}): 7000,
    }
    withheld = withhold(slices, pick=lots(0).choice)
    assert "AL" in withheld
    if "MS" in withheld:
        assert {"quiet notice", "es"} <= withheld


def test_nothing_small_withholds_nothing() -> None:
    slices = {frozenset({NATION, "MS"}): 40, frozenset({NATION, "AL"}): 11, frozenset({NATION, "TX"}): 0}
    assert withhold(slices) == frozenset()


def test_a_small_nation_is_withheld_whole() -> None:
    slices = {frozenset({NATION, "MS"}): 4, frozenset({NATION, "AL"}): 3, frozenset({NATION, "TX"}): 0}
    assert withhold(slices) == {NATION, "MS", "AL"}
    assert leeway(slices, withhold(slices)) == {NATION: UNKNOWN, "MS": UNKNOWN, "AL": UNKNOWN}


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        withhold({frozenset({NATION}): -1})


def test_a_thousand_places_take_no_longer_than_a_moment() -> None:
    """520 stations in 46 states, three designs, up to four languages: within seconds, on a task's time."""
    random = lots(1)
    slices: Slices = {}
    for station in range(520):
        for language in ("en", "es", "vi", "ht")[: 2 if station % 4 else 4]:
            cells = {NATION, f"state {station % 46}", f"station {station}", language, f"design {station % 3}"}
            slices[frozenset(cells)] = int(random.expovariate(1 / 20))
    withheld = withhold(slices)
    small = {cell for cell, count in totals(slices).items() if 1 <= count <= SMALL}
    assert small < withheld
    # What covers them is little: three times as many at most, and no state, language or nation here.
    assert len(withheld) < 3 * len(small)
    assert not [cell for cell in withheld if not cell.startswith("station")]
