"""The parts of a batch that are sent apart: the packets of each state, of stations whose state is unknown, of trains."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, Sum

from campaign.printing.itinerary import TRAINS, UNKNOWN_STATE
from campaign.printing.models import Batch, PacketQuerySet
from portal.areas.register import NATION


@dataclass(frozen=True, slots=True)
class Part:
    """Some packets of a batch. ``key`` is a USPS code, that of the nation where the state is unknown, or ``trains``."""

    batch: Batch
    key: str
    name: str
    packet_count: int
    posters: int

    @property
    def zip_name(self) -> str:
        """What it is asked for by."""
        return f"posters-{self.key}.zip"

    @property
    def packets(self) -> PacketQuerySet:
        """In order of packing."""
        return self.batch.packets.filter(_which(self.key)).order_by("position")


def parts_of(batch: Batch) -> list[Part]:
    """Every packet is in exactly one: states by name, then stations of unknown state, then trains; one query."""
    return sorted(_parts(batch), key=lambda part: (part.key == TRAINS, part.key == NATION.code, part.name))


def part_of(batch: Batch, key: str) -> Part | None:
    """The part that is called so."""
    return next((part for part in _parts(batch) if part.key == key), None)


def _parts(batch: Batch) -> Iterator[Part]:
    rows = (
        batch.packets.order_by()
        .annotate(is_aboard=ExpressionWrapper(Q(train__isnull=False), BooleanField()))
        .values("station__state", "station__state__name", "is_aboard")
        .annotate(count=Count("pk"), posters=Sum("pages"))
    )
    for row in rows:
        key = row["station__state"] or (TRAINS if row["is_aboard"] else NATION.code)
        name = row["station__state__name"] or ("Trains" if row["is_aboard"] else UNKNOWN_STATE)
        yield Part(batch=batch, key=key, name=name, packet_count=row["count"], posters=row["posters"])


def _which(key: str) -> Q:
    if key == TRAINS:
        return Q(train__isnull=False)
    if key == NATION.code:
        return Q(train=None, station__state=None)
    return Q(station__state=key)
