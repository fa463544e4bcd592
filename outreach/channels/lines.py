"""Lines: channels as plain values, which posters and pages carry without a database.

``FLOOR`` is the nation's lines as they stand in this release. A page shows them when nothing
else can be read, and no line of the floor ever goes without another of its kind in its place.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from outreach.channels import limits, values
from outreach.channels.hours import Opening, readable
from outreach.channels.limits import Limit
from outreach.channels.models import Channel
from portal.areas.register import BY_CODE, NATION

Kind = Channel.Kind
Audience = Channel.Audience
AnsweredBy = Channel.AnsweredBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One way to reach one operator, whole without a database.

    ``value`` is as printed, ``key`` the same however it is written; ``languages`` are those of the staff,
    ``interpreted`` those named through an interpreter, and ``interpreters`` says that there are others, by phone only.
    ``always_open`` is day and night, every day; else ``openings`` in ``time_zone`` say when, and ``hours`` in English
    what they cannot. ``limits`` are codes of ``limits.Limit``. ``transit_operator`` is the key of the operator whose
    riders alone it serves; ``area`` a USPS code, or the number of a county, which alone has an ``area_name``.
    """

    slug: str
    name: str
    kind: Channel.Kind
    value: str
    audience: Channel.Audience
    answered_by: Channel.AnsweredBy
    area: str
    area_name: str = ""
    operator: str
    transit_operator: str = ""
    keyword: str = ""
    hours: str = ""
    always_open: bool = False
    openings: tuple[Opening, ...] = ()
    time_zone: str = ""
    languages: tuple[str, ...] = ()
    interpreters: bool = False
    interpreted: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    what_happens: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    @property
    def key(self) -> str:
        """The value whatever way it is written: ``tel:+18883737888``, ``sms:233733``, ``web:example.org``."""
        return values.key_of(self.kind, self.value)

    @property
    def href(self) -> str:
        """The link that opens it: ``tel:+18883737888``, ``sms:233733`` (an empty message), ``https://…``."""
        return values.href(self.kind, self.value)

    def is_valid(self, on: dt.date) -> bool:
        """In service on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    def as_dict(self) -> dict[str, Any]:
        """Of JSON's types."""
        row = asdict(self)
        row["openings"] = [opening.as_hsds() for opening in self.openings]
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
        area_name="" if channel.area_id in BY_CODE else channel.area.name,
        operator=channel.operator,
        transit_operator=channel.transit_operator,
        hours=channel.hours,
        always_open=channel.always_open,
        openings=readable(channel.schedule),
        time_zone=channel.time_zone,
        languages=tuple(channel.languages),
        interpreters=channel.interpreters,
        interpreted=tuple(channel.interpreted),
        limits=tuple(code for code in channel.limits if code in limits.CODES),
        what_happens=channel.what_happens,
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
                "openings": readable(row.get("openings")),
                **{name: tuple(row.get(name, ())) for name in ("languages", "interpreted", "limits")},
            }
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a line: {error}") from error
    if not all(isinstance(text, str) and text for text in (line.slug, line.name, line.value, line.area)):
        raise ValueError("not a line: a name or a value is missing")
    return line


def _hotline(*also: Limit, **fields: Any) -> Line:
    return Line(
        name="National Human Trafficking Hotline",
        audience=Audience.VICTIMS,
        answered_by=AnsweredBy.ADVOCATE,
        area=NATION.code,
        operator="Compass Connections",
        hours="24/7",
        always_open=True,
        limits=(Limit.MINORS.value, Limit.HARM.value, *(limit.value for limit in also)),
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
        always_open=True,
    ),
    _hotline(
        slug="us-hotline-call", kind=Kind.VOICE, value="1-888-373-7888", languages=("en", "es"), interpreters=True
    ),
    _hotline(
        Limit.RATES, slug="us-hotline-text", kind=Kind.SMS, value="233733", keyword="BEFREE", languages=("en", "es")
    ),
    _hotline(
        Limit.HISTORY,
        slug="us-hotline-chat",
        kind=Kind.CHAT,
        value="humantraffickinghotline.org",
        languages=("en", "es"),
    ),
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
            always_open=True,
        )
        for verb, kind in (("call", Kind.VOICE), ("text", Kind.SMS))
    ),
)


KEPT_WHATEVER_HAPPENED = frozenset({(Audience.VICTIMS, Kind.VOICE), (Audience.EMERGENCY, Kind.VOICE)})
"""What no page does without: of these the floor's line stands until another one does, even where it failed."""


def with_floor(lines: Iterable[Line], on: dt.date, *, failed: Collection[str] = ()) -> tuple[Line, ...]:
    """The lines in service on a day, and of the floor whatever has no replacement among them.

    ``failed`` are keys of values that two people found wrong or that another value replaced: the floor does not
    bring them back, since a national number to call that an advocate answers is always among the rest.
    """
    valid = [line for line in lines if line.is_valid(on)]
    present = {
        (line.audience, line.kind, line.answered_by)
        for line in valid
        if line.area == NATION.code and not line.transit_operator
    }
    missing = [line for line in FLOOR if (line.audience, line.kind, line.answered_by) not in present]
    return (
        *valid,
        *(line for line in missing if line.key not in failed or (line.audience, line.kind) in KEPT_WHATEVER_HAPPENED),
    )
