"""Conflicts: records that cannot both be right. Neither is printed until somebody says which one is.

Two records in service conflict where the same operator answers the same audience of the same area in the same way,
at different values, and no language sets them apart. Switching “may print” off for one of them settles it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from outreach.channels.models import Channel


@dataclass(frozen=True, slots=True)
class Conflict:
    """Records of one line that say different values; at least two."""

    channels: tuple[Channel, ...]

    @property
    def is_settled(self) -> bool:
        """Whether somebody said which value prints: at most one of them is left that may."""
        return _values(channel for channel in self.channels if channel.may_print) < 2

    @property
    def stops_print(self) -> bool:
        """Whether values are kept from paper by it alone."""
        return _values(channel for channel in self.channels if channel.prints) > 1

    def __str__(self) -> str:
        first = self.channels[0]
        said = " and ".join(f"{channel.value} ({channel.name})" for channel in self.channels)
        told = f"{said}: {first.operator} has these for “{first.get_audience_display()}”, {first.area_id}."
        if self.is_settled:
            return told
        return (
            f"{told}{' None of them is printed.' if self.stops_print else ''} Find out which is right and switch "
            "“may print” off for the others; if all are, say in “operator” what sets them apart."
        )


def contradicted(channels: Iterable[Channel]) -> frozenset[int]:
    """Keys of the records that must not be printed, among all that are sure and in service."""
    return frozenset(
        channel.pk for conflict in among(channels) if conflict.stops_print for channel in conflict.channels
    )


def among(channels: Iterable[Channel]) -> tuple[Conflict, ...]:
    """The conflicts among records that are in service together, settled ones too."""
    groups: dict[tuple[str, ...], list[Channel]] = defaultdict(list)
    for channel in channels:
        groups[_line(channel)].append(channel)
    found = []
    for group in groups.values():
        rivals = [one for one in group if any(_contradict(one, other) for other in group)]
        if rivals:
            found.append(Conflict(tuple(rivals)))
    return tuple(found)


def in_service(on: dt.date) -> tuple[Conflict, ...]:
    """All conflicts of a day, settled ones too, in one query."""
    return among(Channel.objects.valid(on).select_related("area"))


def of(channel: Channel, on: dt.date) -> Conflict | None:
    """The conflict that a record is part of on a day."""
    rows = Channel.objects.valid(on).filter(
        audience=channel.audience, area=channel.area_id, kind=channel.kind, transit_operator=channel.transit_operator
    )
    return next((conflict for conflict in among(rows) if channel in conflict.channels), None)


def _line(channel: Channel) -> tuple[str, ...]:
    operator = " ".join(channel.operator.casefold().split())
    return channel.audience, channel.area_id, channel.transit_operator, operator, channel.kind


def _contradict(one: Channel, other: Channel) -> bool:
    if one.value_key == other.value_key:
        return False
    languages = set(one.languages), set(other.languages)
    return not all(languages) or not languages[0].isdisjoint(languages[1])


def _values(channels: Iterable[Channel]) -> int:
    return len({channel.value_key for channel in channels})
