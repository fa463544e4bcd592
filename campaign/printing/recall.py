"""Number recall: what carries a line, wherever it was printed, and what of that is out of date.

    found = carrying(channel)
    found.pages, found.packets, found.batches, found.placements    # counts
    found.states                                                    # where, by state and station
    to_take_down(channel)                                           # rows in the order of packing

A few queries, however many pages there are. Packets of before this was kept are told apart, never passed over.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from campaign.links.models import Link
from campaign.places.models import Placement, PlacementQuerySet
from campaign.places.routes import Call, calls
from campaign.posters import gallery
from campaign.printing.carried import printed_lines
from campaign.printing.itinerary import ENVELOPES, TRAINS_NAME, UNKNOWN_STATE
from campaign.printing.models import Batch, Carried, Packet, Paper, Print
from outreach.channels.directory import NoPrintableLine, poster_lines
from outreach.channels.models import Channel
from portal.areas.register import NATION
from portal.jobs.models import Job
from portal.seasons.models import Season

ON_CARDS = (Channel.Kind.VOICE, Channel.Kind.SMS, Channel.Kind.RELAY)
"""The kinds of lines that stand on station cards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A station or train: how many pages carry the line there, at how many placements, how many of those hang."""

    name: str
    pages: int
    placements: int
    posted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state, the trains, or the stations of unknown state, with what is in it."""

    name: str
    places: tuple[Place, ...]

    @property
    def pages(self) -> int:
        """That carry the line there."""
        return sum(place.pages for place in self.places)

    @property
    def placements(self) -> int:
        """Where they belong."""
        return sum(place.placements for place in self.places)

    @property
    def posted(self) -> int:
        """Of those, confirmed as hanging."""
        return sum(place.posted for place in self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfBatch:
    """A batch and how many of its pages and packets carry the line."""

    key: int
    title: str
    state: str
    pages: int
    packets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfEnvelopes:
    """A batch and the files of its envelopes, whose station cards and return slips carry the line."""

    key: int
    title: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprint:
    """The placements of one January whose newest poster carries the line."""

    season: Season
    placements: int

    @property
    def is_over(self) -> bool:
        """Nobody reprints for a January that is past."""
        return self.season.ends_on < timezone.localdate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """All that carries a line. ``unknown_*`` were ordered before it was kept what a page carries."""

    values: tuple[str, ...]
    pages: int
    placements: int
    printed: int
    posted: int
    batches: tuple[OfBatch, ...]
    envelopes: tuple[OfEnvelopes, ...]
    states: tuple[State, ...]
    languages: tuple[tuple[str, int], ...]
    reprints: tuple[Reprint, ...]
    unknown_batches: int
    unknown_pages: int
    gallery: int
    made: int

    @property
    def packets(self) -> int:
        """Files that hold such a page."""
        return sum(batch.packets for batch in self.batches)

    @property
    def stale(self) -> int:
        """Placements whose newest poster carries it."""
        return sum(reprint.placements for reprint in self.reprints)


def pages_carrying(channel: Channel | None = None, *, value: str = "") -> QuerySet[Print]:
    """Every page, delivered or still to be, that carries a line, or a value of any line, as printed."""
    rows = Carried.objects.filter(channel=channel) if channel else Carried.objects.all()
    if value:
        rows = rows.filter(value=value)
    packets = Packet.objects.filter(Exists(rows.filter(batch=OuterRef("batch"), area=OuterRef("area"))))
    return Print.objects.filter(packet__in=packets).exclude(
        packet__file=None, packet__batch__job__state=Job.State.CANCELLED
    )


def on_paper(channels: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """For each line, by its key: how many poster pages carry it, in how many packets. Two queries for all of them."""
    carried = Carried.objects.filter(channel__in=channels)
    packets = (
        Packet.objects.filter(Exists(carried.filter(batch=OuterRef("batch"), area=OuterRef("area"))))
        .exclude(file=None, batch__job__state=Job.State.CANCELLED)
        .order_by()
        .values_list("batch", "area")
        .annotate(sheets=Sum("pages"), packets=Count("pk"))
    )
    sums = {(batch, area): (pages, count) for batch, area, pages, count in packets}
    found: dict[int, tuple[int, int]] = {}
    for channel, batch, area in carried.order_by().values_list("channel", "batch", "area"):
        pages, count = sums.get((batch, area), (0, 0))
        before = found.get(channel, (0, 0))
        found[channel] = before[0] + pages, before[1] + count
    return found


def placements_carrying(channel: Channel) -> PlacementQuerySet:
    """The placements in use whose newest delivered poster, in any language, carries a line."""
    newest = pages_carrying(channel).exclude(packet__file=None).filter(~Exists(_later()))
    return Placement.objects.active().filter(pk__in=newest.order_by().values("placement"))


def carrying(channel: Channel | None = None, *, value: str = "") -> Recall:
    """What carries a line, or a value of any line."""
    pages = pages_carrying(channel, value=value).order_by()
    posted = Q(placement__state=Placement.State.POSTED)
    sums = pages.aggregate(
        pages=Count("pk"),
        placements=Count("placement", distinct=True),
        posted=Count("placement", filter=posted, distinct=True),
        printed=Count("placement", filter=Q(placement__state=Placement.State.PRINTED), distinct=True),
    )
    batches = pages.values("packet__batch", "packet__batch__title", "packet__batch__job__state").annotate(
        pages=Count("pk"), packets=Count("packet", distinct=True)
    )
    delivered = pages.exclude(packet__file=None)
    # One poster a placement and language, however often it was printed.
    languages = delivered.values("language").annotate(posters=Count("placement", distinct=True)).order_by("language")
    stale = (
        Placement.objects.active()
        .filter(pk__in=delivered.filter(~Exists(_later())).values("placement"))
        .order_by()
        .values("season")
        .annotate(placements=Count("pk"))
    )
    waiting = {row["season"]: row["placements"] for row in stale}
    rows = Carried.objects.filter(channel=channel) if channel else Carried.objects.filter(value=value)
    unknown = (
        Packet.objects.filter(area=None)
        .exclude(file=None, batch__job__state=Job.State.CANCELLED)
        .aggregate(batches=Count("batch", distinct=True), pages=Sum("pages", default=0))
    )
    on_gallery, made = _public(channel) if channel else (0, 0)
    return Recall(
        values=tuple(rows.order_by("value").values_list("value", flat=True).distinct()),
        pages=sums["pages"],
        placements=sums["placements"],
        printed=sums["printed"],
        posted=sums["posted"],
        batches=tuple(
            OfBatch(
                key=row["packet__batch"],
                title=row["packet__batch__title"],
                state=str(Job.State(row["packet__batch__job__state"]).label),
                pages=row["pages"],
                packets=row["packets"],
            )
            for row in batches.order_by("-packet__batch")
        ),
        envelopes=_envelopes(rows),
        states=_states(pages),
        languages=tuple((row["language"], row["posters"]) for row in languages),
        reprints=tuple(
            Reprint(season=season, placements=waiting[season.pk])
            for season in Season.objects.filter(pk__in=waiting).order_by("-year")
        ),
        unknown_batches=unknown["batches"],
        unknown_pages=unknown["pages"],
        gallery=on_gallery,
        made=made,
    )


def unknown_batches() -> QuerySet[Batch]:
    """The batches of which nobody kept what their pages carry, newest first."""
    packets = Packet.objects.filter(area=None).exclude(file=None, batch__job__state=Job.State.CANCELLED)
    return Batch.objects.filter(pk__in=packets.order_by().values("batch")).order_by("-pk")


def to_take_down(channel: Channel) -> Sequence[Print]:
    """The newest delivered page that carries a line, for each placement and language, in the order of packing:
    stations by state and along the feed's routes, then trains. ``reprinted`` tells whether a newer one without it was delivered."""
    rows = (
        pages_carrying(channel)
        .exclude(packet__file=None)
        .annotate(reprinted=Exists(_later()))
        .select_related(
            "packet", "link", "placement__spot__station__state", "placement__spot__train", "placement__season"
        )
        .order_by("-packet", "-page")
    )
    newest: dict[tuple[int, str], Print] = {}
    for row in rows:
        newest.setdefault((row.placement_id, row.language), row)
    found = list(newest.values())
    on_the_way = calls({row.placement.spot.station for row in found if row.placement.spot.station})
    return sorted(found, key=lambda row: _route(row, on_the_way))


def _envelopes(rows: QuerySet[Carried]) -> tuple[OfEnvelopes, ...]:
    """The papers of the batches that carry a line: their cards say the nation's numbers, but no address."""
    carried = rows.filter(channel__area=NATION.code, channel__kind__in=ON_CARDS)
    papers = (
        Paper.objects.filter(name__startswith=ENVELOPES, batch__in=carried.order_by().values("batch"))
        .order_by("batch", "id")
        .values_list("batch", "batch__title", "name")
    )
    return tuple(
        OfEnvelopes(key=key, title=title, names=tuple(name for _, _, name in group))
        for (key, title), group in groupby(papers, key=lambda row: row[:2])
    )


def _later() -> QuerySet[Print]:
    """For a page: those delivered later for its placement in its language, with whatever value they carry."""
    return Print.objects.filter(
        placement=OuterRef("placement"),
        language=OuterRef("language"),
        packet__gt=OuterRef("packet"),
        packet__file__isnull=False,
    )


def _states(pages: QuerySet[Print]) -> tuple[State, ...]:
    posted = Q(placement__state=Placement.State.POSTED)
    station, train = "packet__station", "packet__train"
    rows = pages.values(
        f"{station}__state__name", station, f"{station}__name", f"{station}__code", train, f"{train}__name"
    ).annotate(
        pages=Count("pk"),
        placements=Count("placement", distinct=True),
        posted=Count("placement", filter=posted, distinct=True),
    )

    def state_of(row: dict[str, Any]) -> tuple[int, str]:
        if row[train]:
            return 2, TRAINS_NAME
        name = row[f"{station}__state__name"]
        return (0, name) if name else (1, UNKNOWN_STATE)

    def name_of(row: dict[str, Any]) -> str:
        if row[train]:
            return str(row[f"{train}__name"])
        name, code = row[f"{station}__name"], row[f"{station}__code"]
        return f"{name} ({code})" if code else str(name)

    ordered = sorted(rows, key=lambda row: (state_of(row), name_of(row)))
    return tuple(
        State(
            name=name,
            places=tuple(
                Place(name=name_of(row), pages=row["pages"], placements=row["placements"], posted=row["posted"])
                for row in group
            ),
        )
        for (_, name), group in groupby(ordered, key=state_of)
    )


def _public(channel: Channel) -> tuple[int, int]:
    """How many posters of the gallery carry a line today, and how many that people made with their own name may."""
    is_national = channel.area_id == NATION.code
    try:
        lines = printed_lines(poster_lines(None if is_national else channel.area_id, timezone.localdate()))
    except NoPrintableLine:
        return 0, 0
    shown = any(line.slug == channel.slug for line in lines)
    if not shown and channel.replaced_by_id is None:
        return 0, 0
    made = Link.objects.filter(kind=Link.Kind.MADE, retired_at=None)
    if not is_national:
        made = made.filter(area=channel.area_id)
    return gallery.offered().count() if shown and is_national else 0, made.count()


def _route(row: Print, on_the_way: Mapping[int, Call]) -> tuple[object, ...]:
    spot = row.placement.spot
    within = (spot.kind, spot.label, spot.pk, row.language)
    if spot.station:
        state = spot.station.state
        name, call = state.name if state else "", on_the_way[spot.station.pk]
        return (0, state is None, name, call, spot.station.name, spot.station.pk, *within)
    assert spot.train is not None
    return (1, False, "", spot.train.name, spot.train.pk, *within)
