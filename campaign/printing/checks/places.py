"""Checks of where the posters hang and what is printed for each place: its numbers and its codes."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Final

from django.db.models import F, Q

from campaign.links.models import Link
from campaign.places.linking import area_of
from campaign.posters.pages import MAX_LOCAL_LINES
from campaign.printing.checks.context import Context
from campaign.printing.checks.findings import Check, Remark, fail, warn
from campaign.printing.models import Print
from outreach.agencies.logos import in_words
from outreach.channels import conflicts
from outreach.channels.models import CHECK_DAYS, Channel
from portal.areas.register import NATION

LATELY: Final = dt.timedelta(days=366)
"""Whoever orders is told of a line that ended so long before; then everybody has had a January to see that it is gone."""
_ON_POSTERS: Final = (Channel.Kind.VOICE, Channel.Kind.SMS, Channel.Kind.RELAY, Channel.Kind.CHAT)


def _numbers_in_date(context: Context) -> Iterator[Remark]:
    yield from map(fail, context.refusals.get("NUMBERS_IN_DATE", ()))
    last = context.scope.season.ends_on
    for channel in _printed(context):
        if channel.valid_to and channel.valid_to < last:
            yield fail(
                f"{channel.name}, {channel.value}: it is in service until {in_words(channel.valid_to)}, and the posters "
                f"hang until {in_words(last)}. Record its new end, or the number that follows it, under Partners, "
                "Reporting channels.",
            )
    for channel in _ended_without_successor(context):
        assert channel.valid_to
        yield warn(
            f"{channel.name}, {channel.value} ({channel.get_kind_display().lower()}): it is in service until "
            f"{in_words(channel.valid_to)}, before the posters hang, so they leave it out. If that is wrong, record its "
            "new end, or what follows it, under Partners, Reporting channels.",
        )


def _numbers_verified(context: Context) -> Iterator[Remark]:
    """What these posters would carry but for its check, and what came with the release and was never checked."""
    for channel in _held_back(context):
        if channel.first_verified_on or channel.area_id == NATION.code:
            until = f"verified until {in_words(channel.next_due)}" if channel.next_due else "not verified by two people"
            yield fail(
                f"{channel.name}, {channel.value}: {until}. Let two people check it under Numbers, “Check numbers”, then "
                "order again: no poster is printed without it instead."
            )
        else:
            yield warn(
                f"{channel.name}, {channel.value}: it is new, and not on these posters until two people have checked it."
            )
    for conflict in conflicts.in_service(context.on):
        if conflict.stops_print and {channel.area_id for channel in conflict.channels} & set(context.areas):
            yield fail(str(conflict))
    if context.assembly is not None:
        yield from map(warn, context.assembly.unverified(context.areas))


def _held_back(context: Context) -> Iterator[Channel]:
    """The lines of these areas that a poster takes, in service and told to the public, whose check lets none print."""
    helps = Q(audience=Channel.Audience.VICTIMS, answered_by=Channel.AnsweredBy.ADVOCATE)
    rows = Channel.objects.held_back(context.on).filter(helps, area__in=context.areas, transit_operator="")
    yield from rows.select_related("area")


def _printed(context: Context) -> list[Channel]:
    """The channels on these posters."""
    slugs = {
        line.slug
        for lines in context.lines.values()
        for line in (lines.call, lines.text, lines.relay, lines.chat, lines.emergency, *lines.local[:MAX_LOCAL_LINES])
        if line
    }
    return list(Channel.objects.filter(slug__in=slugs)) if slugs else []


def _ended_without_successor(context: Context) -> list[Channel]:
    """The channels that these posters would carry, had they not ended within a year before: nobody may have meant that."""
    now = {
        (line.area, line.kind)
        for lines in context.lines.values()
        for line in (lines.call, lines.text, lines.relay, lines.chat, *lines.local)
        if line
    }
    if not now:
        return []
    ended = Channel.objects.sure().filter(
        audience=Channel.Audience.VICTIMS,
        answered_by=Channel.AnsweredBy.ADVOCATE,
        kind__in=_ON_POSTERS,
        area__in=context.areas,
        transit_operator="",
        retired_at=None,
        replaced_by=None,
        valid_to__lt=context.on,
        valid_to__gte=context.on - LATELY,
    )
    return [channel for channel in ended if (channel.area_id, channel.kind) not in now]


def _codes_own(context: Context) -> Iterator[Remark]:
    """What the database holds of these codes; that no two are alike on paper too, from what was printed before."""
    placements = {placement.pk: placement for placement in context.placements}
    strays = set(
        Print.objects.filter(placement__season=context.scope.season, language__in=context.languages)
        .exclude(placement=F("link__placement_link__placement"))
        .values_list("link_id", flat=True)
        .distinct()
        .order_by()
    )
    used = Counter(row.link_id for row in context.links)
    for row in context.links:
        link, placement = row.link, placements[row.placement_id]
        where = f"{placement}, {link}"
        if link.retired_at:
            yield fail(
                "A code is retired and may not be printed again. Leave the placement out until it has another one.",
                where,
            )
        if used[link.pk] > 1 or link.pk in strays or link.kind != Link.Kind.PLACEMENT:
            yield fail(
                "A code stands for something else too, so scans would be counted twice. Leave the placement out until it has "
                "another one.",
                where,
            )
        if link.area != area_of(placement) or link.language != row.language:
            yield warn(
                "A code was made when the place had another state, and leads to the help page of that one. It still "
                "works; look which state is right.",
                where,
            )


def _places_known(context: Context) -> Iterator[Remark]:
    unknown = sorted(
        {
            str(placement.spot.station)
            for placement in context.placements
            if placement.spot.station and not placement.spot.station.state_id
        }
    )
    if unknown:
        shown = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        yield warn(f"State unknown, so only national lines are printed: {shown}.")


def _audience(context: Context) -> Iterator[Remark]:
    in_restrooms = sum(placement.spot.is_restroom for placement in context.placements)
    if context.design and context.design.audience != "restroom" and in_restrooms:
        yield warn(
            f"“{context.design.name}” is not made for restrooms, where a poster must not draw the eye: "
            f"{in_restrooms:,} of these hang in one. Print those in a design for restrooms."
        )


NUMBERS_IN_DATE: Final = Check(
    code="NUMBERS_IN_DATE",
    title="Numbers in service",
    passes="Every number is in service from the first day on which the posters hang to the last.",
    run=_numbers_in_date,
)
NUMBERS_VERIFIED: Final = Check(
    code="NUMBERS_VERIFIED",
    title="Check of the numbers",
    passes=f"Two people checked every number within {CHECK_DAYS} days.",
    run=_numbers_verified,
)
CODES_OWN: Final = Check(
    code="CODES_OWN",
    title="Codes of the placements",
    passes="No code is retired, and none hangs at two places.",
    run=_codes_own,
)
PLACES_KNOWN: Final = Check(
    code="PLACES_KNOWN",
    title="States of the stations",
    passes="The state of every station is known.",
    run=_places_known,
)
AUDIENCE: Final = Check(
    code="AUDIENCE",
    title="Design and places",
    passes="Nothing that draws the eye goes into a restroom.",
    run=_audience,
)
