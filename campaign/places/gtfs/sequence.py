"""The order of a train's stations, merged from the ways in which its trips run."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

Pattern = tuple[int, tuple[int, ...]]
"""(direction, stops in the order in which a trip calls there)"""


def merge_patterns(patterns: Mapping[Pattern, int]) -> tuple[int, ...]:
    """One line of stations from a train's patterns and the number of trips that run each.

    The pattern with the most stations gives the line (direction 0 and the busier one first among
    equals). Every other pattern adds the stations that are still missing behind the one that it
    calls at before; a pattern that runs against the line is read backwards, whatever its direction
    says, for many feeds leave the direction out. A station where a train calls twice (a loop)
    stands where it is called at first.
    """
    ranked = sorted(patterns.items(), key=lambda item: (-len(set(item[0][1])), item[0][0], -item[1], item[0][1]))
    line: list[int] = []
    for (_direction, stops), _trips in ranked:
        _weave(line, tuple(dict.fromkeys(stops)))
    return tuple(line)


def _weave(line: list[int], stops: Sequence[int]) -> None:
    places = {stop: place for place, stop in enumerate(line)}
    if all(stop in places for stop in stops):
        return
    shared = [places[stop] for stop in stops if stop in places]
    if sum(1 if after > before else -1 for before, after in pairwise(shared)) < 0:
        stops = stops[::-1]
        shared = shared[::-1]
    if not shared:
        line.extend(stops)
        return
    behind = shared[0]
    for stop in stops:
        if stop in places:
            behind = line.index(stop) + 1
        else:
            line.insert(behind, stop)
            behind += 1
