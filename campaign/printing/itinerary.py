"""The way of the envelopes: the drops of a batch, each a state or the trains, none longer than a paper may be.

Within a drop stations come along the routes that the feed tells, as they were put in order when the batch was ordered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from campaign.places import routes
from campaign.printing.models import Batch, Packet
from portal.areas.register import NATION

Item = TypeVar("Item")

MOST_PAGES: Final = 15
"""Of a list, about: Typst keeps the document in memory, and much of the ten before it."""

ENVELOPES: Final = "envelopes"
"""What the names of files of cover sheets, station cards and return slips begin with."""
TRAINS: Final = "trains"
TRAINS_NAME: Final = "Trains"
UNKNOWN_STATE: Final = "Stations of unknown state"

_PAGE: Final = 684.0
"""Points of a Letter page between its margins."""
_HEAD: Final = 90.0
"""Points that a packet takes before its first poster, with what stays empty below it."""
_ROW: Final = 17.0


@dataclass(frozen=True, slots=True)
class Drop:
    """Envelopes that go out together, in order; a state of very many posters is several drops.

    ``key`` is a USPS code, that of the nation where the state is unknown, or ``trains``; ``part`` of ``parts`` counts
    the drops of that key, ``number`` of ``of`` those of the batch, both from 1. ``routes`` names the route along which
    each packet is reached, by its key; empty where no feed tells.
    """

    key: str
    name: str
    packets: tuple[Packet, ...]
    routes: dict[int, str]
    part: int
    parts: int
    number: int
    of: int

    @property
    def posters(self) -> int:
        """Pages of all its packets."""
        return sum(packet.pages for packet in self.packets)

    @property
    def title(self) -> str:
        """Mississippi; California, part 2 of 3."""
        return self.name if self.parts == 1 else f"{self.name}, part {self.part} of {self.parts}"

    def file_name(self, stem: str) -> str:
        """``packing-list-MS.pdf``, ``packing-list-CA-2.pdf``; without a key where the batch is one drop."""
        if self.of == 1:
            return f"{stem}.pdf"
        return f"{stem}-{self.key}.pdf" if self.parts == 1 else f"{stem}-{self.key}-{self.part}.pdf"


def drops_of(batch: Batch) -> list[Drop]:
    """All packets of a batch in order, each in exactly one drop; two queries."""
    packets = list(batch.packets.select_related("station__state", "train").order_by("position"))
    calls = routes.calls([packet.station for packet in packets if packet.station])
    along = {packet.pk: calls[packet.station_id].route for packet in packets if packet.station_id}
    # A station that moved into another state since it was ordered does not stand beside the others there.
    states: dict[str, list[Packet]] = {}
    for packet in packets:
        states.setdefault(_key(packet), []).append(packet)
    found = [
        (key, part, parts)
        for key, group in states.items()
        for parts in [cut((packet, packet.pages) for packet in group)]
        for part in enumerate(parts, start=1)
    ]
    return [
        Drop(
            key=key,
            name=_name(part[0]),
            packets=tuple(part),
            routes={packet.pk: along.get(packet.pk, "") for packet in part},
            part=place,
            parts=len(parts),
            number=number,
            of=len(found),
        )
        for number, (key, (place, part), parts) in enumerate(found, start=1)
    ]


def cut(each: Iterable[tuple[Item, int]]) -> list[list[Item]]:
    """Blocks, each with how many posters are in it, into lists of about ``MOST_PAGES`` pages at most; none is parted."""
    cuts: list[list[Item]] = []
    room = 0.0
    for item, posters in each:
        height = _HEAD + _ROW * posters
        if height > room or not cuts:
            cuts.append([])
            room = MOST_PAGES * _PAGE
        cuts[-1].append(item)
        room -= height
    return cuts


def _key(packet: Packet) -> str:
    if packet.station is None:
        return TRAINS
    return packet.station.state_id or NATION.code


def _name(packet: Packet) -> str:
    if packet.station is None:
        return TRAINS_NAME
    return packet.station.state.name if packet.station.state else UNKNOWN_STATE
