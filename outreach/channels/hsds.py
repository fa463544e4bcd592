"""Channels in the shape of Open Referral's HSDS 3.0: one service each, with its phone or address, hours, languages, area.

Only what pages tell the public leaves so: never notes, who typed or checked a value, or a value that nobody saw twice.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from outreach.channels import spoken
from outreach.channels.hours import DAYS
from outreach.channels.limits import SAID
from outreach.channels.lines import Kind, from_channel
from outreach.channels.models import Channel, ChannelQuerySet
from portal.areas.register import NATION

PHONE_TYPES = {Kind.VOICE: "voice", Kind.SMS: "sms", Kind.RELAY: "textphone"}


def told(on: dt.date) -> ChannelQuerySet:
    """Every line that is told to the public on a day, each with its area, in the order of uids."""
    return Channel.objects.valid(on).sure().select_related("area").order_by("uid")


def ended(on: dt.date) -> ChannelQuerySet:
    """Lines that once were told to the public and are no more: retired, over, or found to fail."""
    once = Channel.objects.filter(
        Q(entered_at=None) | Q(shown_since__isnull=False), confidence=Channel.Confidence.HIGH, may_print=True
    )
    return once.filter(Q(retired_at__isnull=False) | Q(valid_to__lt=on) | Q(failed_on__isnull=False))


def services(on: dt.date) -> Iterator[dict[str, Any]]:
    """The lines of ``told`` as services, in one query."""
    return map(service, told(on))


def service(channel: Channel) -> dict[str, Any]:
    """A channel as a service. Its id is the channel's uid; ids within are derived from it, and stay."""
    line = from_channel(channel)
    made: dict[str, Any] = {
        "id": str(channel.uid),
        "name": channel.name,
        "description": channel.what_happens or f"{channel.get_answered_by_display()}: {channel.operator}.",
        "status": "active",
        "eligibility_description": channel.get_audience_display(),
        "alert": " ".join(SAID["en"][code] for code in line.limits),
        "interpretation_services": _interpreters(channel),
        "assured_date": channel.verified_on.isoformat() if channel.verified_on else "",
        "phones": _phones(channel),
        "schedules": _schedules(channel),
        "languages": [
            {"id": _id(channel, f"language {code}"), "service_id": str(channel.uid), "code": code}
            for code in dict.fromkeys((*channel.languages, *channel.interpreted))
        ],
        "service_areas": [
            {
                "id": _id(channel, "area"),
                "service_id": str(channel.uid),
                "name": channel.area.name,
                "extent": NATION.code if channel.area_id == NATION.code else f"US-{channel.area_id}",
                "extent_type": "text",
            }
        ],
    }
    if line.kind in (Kind.CHAT, Kind.WEB_FORM):
        made["url"] = line.href
    elif line.kind is Kind.EMAIL:
        made["email"] = channel.value
    return {name: value for name, value in made.items() if value not in ("", [])}


def _phones(channel: Channel) -> list[dict[str, Any]]:
    kind = Kind(channel.kind)
    if kind not in PHONE_TYPES:
        return []
    number, _, extension = channel.value.partition(" ext. ")
    phone: dict[str, Any] = {
        "id": _id(channel, "phone"),
        "service_id": str(channel.uid),
        "number": number,
        "type": PHONE_TYPES[kind],
        "description": channel.get_answered_by_display(),
    }
    return [{**phone, "extension": int(extension)} if extension else phone]


def _schedules(channel: Channel) -> list[dict[str, Any]]:
    """HSDS has a number for the zone, which changes twice a year: its name stands in the description instead."""
    line = from_channel(channel)
    shared = {"service_id": str(channel.uid), "freq": "WEEKLY", "description": spoken.hours(line, "en")}
    if line.always_open:
        week = {"byday": ",".join(DAYS), "opens_at": "00:00", "closes_at": "24:00"}
        return [{"id": _id(channel, "schedule 0"), **shared, **week}]
    return [
        {"id": _id(channel, f"schedule {place}"), **shared, **opening.as_hsds()}
        for place, opening in enumerate(line.openings)
    ]


def _interpreters(channel: Channel) -> str:
    named = f"By interpreter: {', '.join(channel.interpreted)}." if channel.interpreted else ""
    others = "Other languages by interpreter, by phone." if channel.interpreters else ""
    return " ".join(filter(None, (named, others)))


def _id(channel: Channel, part: str) -> str:
    return str(uuid.uuid5(channel.uid, part))
