"""A station's own page, by a link that is mailed to a role's mailbox there: its papers, what hangs where, “these hang”.

    link = send(contact=contact, season=season, by=user)
    found = open_link(token)                               # looks, changes nothing
    packet = packet_of(found.invitation)                   # what it may see
    say_posted(token=token, keys=[12, 13])

The link's token is its authority, and only its hash is kept. It shows one station in one January, of released batches
alone, and nothing of when anybody comes.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from campaign.links import codes
from campaign.places.models import Placement, Spot, Station
from campaign.posting import confirming
from campaign.posting.confirming import Confirmed
from campaign.posting.station_models import StationContact, StationLink
from campaign.printing.models import Batch, Packet, Print
from portal.audit import trail
from portal.mail import outbox
from portal.people.links import LASTS, LinkClosed, LinkState, Opened, hashed, new_token
from portal.people.models import User
from portal.seasons.models import Season

SEND = "campaign.send_station_link"


class NotPossible(Exception):
    """No link is sent; the message says why, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Poster:
    """One poster of a place: its language and the code beside the QR."""

    language: str
    code: str


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs at one spot, and the day on which somebody last saw it there."""

    placement: Placement
    posters: tuple[Poster, ...]
    seen_on: dt.date | None

    @property
    def spot(self) -> Spot:
        """Where it hangs."""
        return self.placement.spot


@dataclass(frozen=True, slots=True)
class StationPacket:
    """All that a link shows: the packets that were released for the station, newest first, and what hangs where."""

    station: Station
    files: tuple[Packet, ...]
    hangings: tuple[Hanging, ...]

    def file(self, name: str) -> Packet | None:
        """One of its packets by its number and name, ``12-MS-JAN-jackson.pdf``."""
        return next((packet for packet in self.files if file_name(packet) == name), None)


def file_name(packet: Packet) -> str:
    """Unique among all batches: names of packets are so within one."""
    return f"{packet.batch_id}-{packet.name}"


def send(*, contact: StationContact, season: Season, by: User | None) -> StationLink:
    """Mails a new link; the one of before ends. Raises ``NotPossible``."""
    with transaction.atomic():
        row = StationContact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
        if row.retired_at or not row.email:
            raise NotPossible(f"{row} has no address any more. Record another contact of the station.")
        if not _packets(row.station, season).exists():
            raise NotPossible(
                f"Nothing is released for {row.station} in {season} yet. Have a second person release its batch first."
            )
        now = timezone.now()
        for standing in StationLink.objects.select_for_update().filter(contact=row, season=season, withdrawn_at=None):
            _end(standing, by=by)
        token, kept = new_token()
        link = StationLink.objects.create(
            contact=row,
            station=row.station,
            season=season,
            token_sha256=kept,
            sent_by=by,
            expires_at=max(now + LASTS, _end_of(season)),
        )
        trail.record(actor=by, verb="sent a station link", target=link, after=trail.snapshot(link))
        with translation.override(row.language):
            address = settings.PUBLIC_ADDRESS + reverse("station-packet", kwargs={"token": token})
        outbox.send(
            to=row.email,
            template="station_link",
            context={"role": row.role, "station": row.station, "link": address, "until": link.expires_at},
            language=row.language,
            about=f"campaign.stationlink:{link.pk}",
            by=by,
        )
    return link


def withdraw(*, link_id: int, by: User | None) -> None:
    """Ends a link at once; one that is withdrawn stays so."""
    with transaction.atomic():
        link = StationLink.objects.select_for_update().get(pk=link_id)
        if link.withdrawn_at is None:
            _end(link, by=by)


def retire(*, contact_id: int, by: User | None) -> None:
    """Takes a mailbox out of use, and every link that it holds."""
    with transaction.atomic():
        end_all(contact_id=contact_id, by=by)
        contact = StationContact.objects.get(pk=contact_id)
        if contact.retired_at is None:
            before = trail.snapshot(contact)
            contact.retired_at = timezone.now()
            contact.save(update_fields=["retired_at"])
            trail.record(actor=by, verb="retired", target=contact, before=before, after=trail.snapshot(contact))


def end_all(*, contact_id: int, by: User | None) -> int:
    """Ends every link of a mailbox, as when its address is another one from now on; returns how many."""
    with transaction.atomic():
        StationContact.objects.select_for_update().get(pk=contact_id)
        links = list(StationLink.objects.select_for_update().filter(contact=contact_id, withdrawn_at=None))
        for link in links:
            _end(link, by=by)
    return len(links)


def open_link(token: str) -> Opened[StationLink]:
    """What a link leads to. Changes nothing, and nobody learns of it: mail programs follow links too."""
    related = ("contact", "station__state", "season")
    link = StationLink.objects.select_related(*related).filter(token_sha256=hashed(token)).first()
    return Opened(_state(link), link)


def packet_of(link: StationLink) -> StationPacket:
    """Everything of the link's station that was released for its January; the same few queries for any number.

    Of a place that was printed again only the newest poster of each language is there, and only batches that hold one.
    """
    rows = (
        Print.objects.filter(packet__in=_packets(link.station, link.season), placement__retired_at=None)
        .select_related("link", "placement__spot", "packet")
        .order_by("-packet__batch_id", "packet__position", "page")
    )
    newest: dict[tuple[int, str], Print] = {}
    for row in rows:
        newest.setdefault((row.placement_id, row.language), row)
    packets = {row.packet_id for row in newest.values()}
    files = Packet.objects.filter(pk__in=packets).select_related("file", "batch__season", "station__state")
    return StationPacket(
        station=link.station,
        files=tuple(files.order_by("-batch_id", "position")),
        hangings=tuple(_hangings(list(newest.values()))),
    )


def say_posted(*, token: str, keys: Collection[int]) -> Confirmed:
    """Records that the posters of these placements hang today. Those of other stations stay as they are.

    Raises ``LinkClosed``.
    """
    with transaction.atomic():
        opened = open_link(token)
        if opened.invitation is None or opened.state is not LinkState.OPEN:
            raise LinkClosed(opened.state)
        # Locked, so that a link that is withdrawn meanwhile confirms nothing afterwards.
        link = StationLink.objects.select_for_update(of=("self",)).get(pk=opened.invitation.pk)
        if (state := _state(link)) is not LinkState.OPEN:
            raise LinkClosed(state)
        own = [each.placement for each in packet_of(link).hangings if each.placement.pk in keys]
        return confirming.confirm(placements=own, by=None, link=link, on=timezone.localdate())


def _packets(station: Station, season: Season) -> QuerySet[Packet]:
    released = Batch.objects.released().filter(season=season)
    return Packet.objects.delivered().filter(station=station, batch__in=released)


def _hangings(rows: Sequence[Print]) -> list[Hanging]:
    """One for each placement, in the order of packing."""
    seen: Mapping[int, dt.date] = dict(
        Placement.objects.filter(pk__in={row.placement_id for row in rows})
        .annotate(seen=Max("confirmations__on"))
        .exclude(seen=None)
        .values_list("pk", "seen")
    )
    kinds = list(Spot.Kind)
    ordered = sorted(
        rows,
        key=lambda row: (
            kinds.index(Spot.Kind(row.placement.spot.kind)),
            row.placement.spot.label,
            row.placement_id,
            row.language,
        ),
    )
    return [
        Hanging(
            placement=placement,
            posters=tuple(Poster(row.language, codes.grouped(row.link.code)) for row in group),
            seen_on=seen.get(placement.pk),
        )
        for placement, group in groupby(ordered, key=lambda row: row.placement)
    ]


def _state(link: StationLink | None) -> LinkState:
    if link is None:
        return LinkState.UNKNOWN
    if link.withdrawn_at is not None or link.contact.retired_at is not None or link.station.retired_at is not None:
        return LinkState.OVER
    return LinkState.EXPIRED if link.expires_at <= timezone.now() else LinkState.OPEN


def _end(link: StationLink, *, by: User | None) -> None:
    link.withdrawn_at = timezone.now()
    link.save(update_fields=["withdrawn_at"])
    trail.record(actor=by, verb="withdrew a station link", target=link, before={"withdrawn_at": None})


def _end_of(season: Season) -> dt.datetime:
    """The first moment after the season's last day, anywhere in the campaign's own zone."""
    following = season.ends_on + dt.timedelta(days=1)
    return dt.datetime.combine(following, dt.time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))
