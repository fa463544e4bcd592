"""Lines: channels as plain values, which posters and pages carry without a database.

``FLOOR`` is the nation's lines as they stand in this release. A page shows them when nothing
else can be read, and no line of the floor ever goes without another of its kind in its place.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from outreach.channels.models import Channel
from portal.areas.register import NATION

Kind = Channel.Kind
Audience = Channel.Audience
AnsweredBy = Channel.AnsweredBy

SCHEMES = {
    Kind.VOICE: "tel:",
    Kind.RELAY: "tel:",
    Kind.SMS: "sms:",
    Kind.CHAT: "https://",
    Kind.WEB_FORM: "https://",
    Kind.EMAIL: "mailto:",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One way to reach one operator. ``value`` is as printed; ``languages`` are those of the staff."""

    slug: str
    name: str
    kind: Channel.Kind
    value: str
    audience: Channel.Audience
    answered_by: Channel.AnsweredBy
    area: str
    operator: str
    keyword: str = ""
    hours: str = ""
    languages: tuple[str, ...] = ()
    interpreters: bool = False
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    @property
    def href(self) -> str:
        """The link that opens it: ``tel:+18883737888``, ``sms:233733`` (an empty message), ``https://…``."""
        scheme = SCHEMES[self.kind]
        if scheme not in ("tel:", "sms:"):
            return f"{scheme}{self.value}"
        digits = re.sub(r"\D", "", self.value)
        if len(digits) == 10:
            digits = f"1{digits}"
        return f"{scheme}+{digits}" if len(digits) == 11 else f"{scheme}{digits}"

    def is_valid(self, on: dt.date) -> bool:
        """In service on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    def as_dict(self) -> dict[str, Any]:
        """Of JSON's types."""
        row = asdict(self)
        for name in ("valid_from", "valid_to"):
            row[name] = row[name].isoformat() if row[name] else None
        return row


def from_channel(channel: Channel) -> Line:
    """The line of a row."""
    return Line(
        slug=channel.slug,
        name=channel.name,
        kind=Kind(channel.kind),
        value=channel.value,
        keyword=channel.keyword,
        audience=Audience(channel.audience),
        answered_by=AnsweredBy(channel.answered_by),
        area=channel.area_id,
        operator=channel.operator,
        hours=channel.hours,
        languages=tuple(channel.languages),
        interpreters=channel.interpreters,
        valid_from=channel.valid_from,
        valid_to=channel.valid_to,
    )


def from_dict(row: Mapping[str, Any]) -> Line:
    """The line that ``as_dict`` wrote. Raises ``ValueError`` for anything else."""
    try:
        days = {name: dt.date.fromisoformat(row[name]) if row[name] else None for name in ("valid_from", "valid_to")}
        line = Line(
            **{
                **row,
                **days,
                "kind": Kind(row["kind"]),
                "audience": Audience(row["audience"]),
                "answered_by": AnsweredBy(row["answered_by"]),
                "languages": tuple(row["languages"]),
            }
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a line: {error}") from error
    if not all(isinstance(text, str) and text for text in (line.slug, line.name, line.value, line.area)):
        raise ValueError("not a line: a name or a value is missing")
    return line


def _hotline(**fields: Any) -> Line:
    return Line(
        name="National Human Trafficking Hotline",
        audience=Audience.VICTIMS,
        answered_by=AnsweredBy.ADVOCATE,
        area=NATION.code,
        operator="Compass Connections",
        hours="24/7",
        **fields,
    )


FLOOR: tuple[Line, ...] = (
    Line(
        slug="us-911-call",
        name="Emergency",
        kind=Kind.VOICE,
        value="911",
        audience=Audience.EMERGENCY,
        answered_by=AnsweredBy.POLICE,
        area=NATION.code,
        operator="Local emergency services",
        hours="24/7",
    ),
    _hotline(
        slug="us-hotline-call", kind=Kind.VOICE, value="1-888-373-7888", languages=("en", "es"), interpreters=True
    ),
    _hotline(slug="us-hotline-text", kind=Kind.SMS, value="233733", keyword="BEFREE", languages=("en", "es")),
    _hotline(slug="us-hotline-chat", kind=Kind.CHAT, value="humantraffickinghotline.org", languages=("en", "es")),
    _hotline(slug="us-hotline-relay", kind=Kind.RELAY, value="711"),
    *(
        Line(
            slug=f"us-988-{verb}",
            name="988 Suicide & Crisis Lifeline",
            kind=kind,
            value="988",
            audience=Audience.CRISIS,
            answered_by=AnsweredBy.COUNSELLOR,
            area=NATION.code,
            operator="988 Lifeline",
            hours="24/7",
        )
        for verb, kind in (("call", Kind.VOICE), ("text", Kind.SMS))
    ),
)


def with_floor(lines: Iterable[Line], on: dt.date) -> tuple[Line, ...]:
    """The lines in service on a day, and of the floor whatever has no replacement among them."""
    valid = [line for line in lines if line.is_valid(on)]
    present = {(line.audience, line.kind, line.answered_by) for line in valid if line.area == NATION.code}
    return (*valid, *(line for line in FLOOR if (line.audience, line.kind, line.answered_by) not in present))
