"""Which lines the pages of a batch carry: written when it is ordered, held to when it is printed.

Numbers can change while a batch waits or is paused. It stops then, rather than print half of its posters with
the one value and half with the other: what is recorded here is what every delivered page says.
"""

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from campaign.posters.assembly import Assembly
from campaign.posters.pages import MAX_LOCAL_LINES
from campaign.printing.models import Batch, Carried, Print
from outreach.channels.directory import PosterLines
from outreach.channels.lines import Line
from outreach.channels.models import Channel
from portal.areas.register import NATION


def printed_lines(lines: PosterLines) -> list[Line]:
    """The lines of an area that stand on its posters, which have room for few local ones."""
    national = (lines.call, lines.text, lines.relay, lines.chat, lines.emergency)
    return [*filter(None, national), *lines.local[:MAX_LOCAL_LINES]]


def keep(batch: Batch, assembly: Assembly) -> None:
    """Records what the posters of a batch carry, area by area. Its packets stand already, each with its area."""
    lines = {area: printed_lines(assembly.lines(area)) for area in _areas(batch)}
    slugs = {line.slug for each in lines.values() for line in each}
    keys = dict(Channel.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    Carried.objects.bulk_create(
        [
            Carried(batch=batch, area_id=area, channel_id=keys[line.slug], value=line.value)
            for area, each in lines.items()
            for line in each
        ],
        batch_size=500,
    )


def changes(batch: Batch, assembly: Assembly) -> list[str]:
    """What the posters of a batch would say today that they did not when it was ordered: one sentence each.

    Loads the lines of all its areas, which the assembly keeps: a number that changes while the batch runs changes
    none of its pages. Nothing is known of the lines of batches that were ordered before this was kept.
    """
    retired = (
        Print.objects.filter(packet__in=batch.packets.waiting(), link__retired_at__isnull=False)
        .select_related("link", "packet")
        .first()
    )
    if retired:
        return [
            f"The code {retired.link}, in {retired.packet.name}, was retired since this batch was ordered. "
            "Order the posters anew; this batch stays as it is."
        ]
    kept: dict[str, set[tuple[str, str]]] = {}
    for area, slug, value in batch.carried.order_by().values_list("area", "channel__slug", "value"):
        kept.setdefault(area, set()).add((slug, value))
    if not kept:
        return []
    said: dict[str, str] = {}
    for area in _areas(batch):
        now = {(line.slug, line.value) for line in printed_lines(assembly.lines(area))}
        before = kept.get(area, set())
        gone = sorted(value for _, value in before - now)
        new = sorted(value for _, value in now - before)
        if gone or new:
            what = f"{', '.join(gone) or 'nothing'} became {', '.join(new) or 'nothing'}"
            said.setdefault(what, area)
    moved = (
        batch.packets.waiting()
        .filter(area__isnull=False)
        .annotate(now=Coalesce("station__state", Value(NATION.code)))
        .filter(~Q(now=F("area")))
        .values_list("station__name", "now", "area")
    )
    return [
        *(
            f"The lines of {area} changed since this batch was ordered: {what}. "
            "Order the posters anew; this batch stays as it is."
            for what, area in said.items()
        ),
        *(
            f"{station} lies in another area ({now}) than when this batch was ordered ({before}). "
            "If that is wrong, mend the station and go on; else order the posters anew."
            for station, now, before in moved[:5]
        ),
    ]


def _areas(batch: Batch) -> list[str]:
    areas = batch.packets.filter(area__isnull=False).order_by("area").values_list("area", flat=True)
    return list(areas.distinct())
