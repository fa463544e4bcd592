"""The queue of checks: one card a value, what needs somebody first. A few queries, however many values there are."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from django.db.models import Q
from django.utils import timezone

from outreach.channels import checking, conflicts, standing
from outreach.channels.check_models import ChannelCheck, CheckInvitation
from outreach.channels.models import Channel
from outreach.channels.panels import PAPER, OnPaper
from portal.people.models import User

SOON: Final = dt.timedelta(days=standing.SOON_DAYS)
SHOWN_CHECKS: Final = 6


class Need(Enum):
    """What a value needs, the most urgent first: its label, and a class of the identity's colours."""

    FAILED = "Failed: two people found it", "stale"
    FAILING = "One person found that it fails", "stale"
    CONFLICT = "Another record contradicts it", "stale"
    UNSEEN = "Typed, and nobody else has seen it: no page shows it", "stale"
    LAPSED = "Past due: it prints no more", "stale"
    DUE = "Due today", "in_review"
    HALF = "One person so far", "in_review"
    NEVER = "Never checked", "in_review"
    SOON = "Due soon", "draft"
    FINE = "Verified by two people", "approved"

    @property
    def says(self) -> str:
        """For people."""
        return self.value[0]

    @property
    def colour(self) -> str:
        """A class of the style sheet."""
        return self.value[1]

    @property
    def is_urgent(self) -> bool:
        """Whether somebody should look now."""
        return self not in (Need.SOON, Need.FINE)


ORDER: Final = {need: place for place, need in enumerate(Need)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A check as its card tells it."""

    pk: int
    who: str
    how: str
    result: str
    on: dt.date
    works: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A value with all records that have it. ``ways`` are how this reader may check it now; ``refusal`` why not at all.

    ``served`` tells of the call that serves the period, ``replaces`` the value that stands in for this one.
    """

    key: str
    rows: tuple[Channel, ...]
    need: Need
    due: dt.date | None
    said: tuple[Said, ...]
    ways: tuple[ChannelCheck.How, ...]
    served: str
    refusal: str
    script: str
    replaces: Channel | None
    contradicted: tuple[str, ...]
    invited: tuple[CheckInvitation, ...]
    paper: OnPaper | None

    @property
    def line(self) -> Channel:
        """The record that gives the card its name."""
        return self.rows[0]

    @property
    def who_answers(self) -> str:
        """Trained advocate; police."""
        return "; ".join(dict.fromkeys(row.get_answered_by_display() for row in self.rows))

    @property
    def serves(self) -> tuple[str, ...]:
        """What each record says of whom it serves and where."""
        return tuple(f"{row.name}: {row.get_audience_display().lower()}, {row.area.name}" for row in self.rows)

    @property
    def begins(self) -> str:
        """What stands before the script."""
        return {ChannelCheck.How.CALLED: "Say:", ChannelCheck.How.TEXTED: "Text:"}.get(self.all_ways[0], "Do:")

    @property
    def all_ways(self) -> tuple[ChannelCheck.How, ...]:
        """How it may be found to fail: a report is worth a second call."""
        return checking.ways(self.line)

    @property
    def last(self) -> Said | None:
        """The newest check."""
        return self.said[0] if self.said else None


def script(channel: Channel) -> str:
    """What to say when somebody answers, short, so that the line is free again; or what to do where nobody does."""
    name = channel.name.removeprefix("The ").removeprefix("the ")
    match checking.ways(channel)[0]:
        case ChannelCheck.How.CALLED:
            return f"This is a number check, not an emergency. Is this the {name}? Thank you, goodbye."
        case ChannelCheck.How.TEXTED:
            return f"Number check, not an emergency. Is this the {name}? No need to answer more. Thank you."
        case ChannelCheck.How.OPENED:
            return "Open it, look whose page it is, and close it. Begin no chat and send no form."
    return "Look on its official page that the value stands there as it does here. Never call or text it."


def cards(*, reader: User, today: dt.date, keys: Iterable[str] | None = None) -> list[Card]:
    """A card for each value that the public is told, or would be once it was checked; what law fixes is left out."""
    told = Channel.objects.filter(Q(retired_at=None), Q(valid_to=None) | Q(valid_to__gte=today)).filter(
        confidence=Channel.Confidence.HIGH, may_print=True
    )
    told = told.filter(value_key__in=keys) if keys is not None else told
    rows = list(told.select_related("area", "entered_by", "verified_by").order_by("position", "name", "pk"))
    rows = [row for row in rows if not row.is_by_law]
    groups: dict[str, list[Channel]] = defaultdict(list)
    for row in rows:
        groups[row.value_key].append(row)
    checks: dict[str, list[ChannelCheck]] = defaultdict(list)
    for check in checking.standing_checks(*groups):
        checks[check.value_key].append(check)
    replaced = {
        old.replaced_by_id: old
        for old in Channel.objects.filter(replaced_by__in=[row.pk for row in rows if not row.is_told])
    }
    asked: dict[str, list[CheckInvitation]] = defaultdict(list)
    for guest in CheckInvitation.objects.filter(
        value_key__in=list(groups), answered_at=None, withdrawn_at=None, expires_at__gt=timezone.now()
    ):
        asked[guest.value_key].append(guest)
    against: dict[int, str] = {}
    for conflict in conflicts.among(rows):
        if not conflict.is_settled:
            against |= dict.fromkeys((channel.pk for channel in conflict.channels), str(conflict))
    paper: dict[int, OnPaper] = {}
    for tell in PAPER:
        paper |= tell(reader, rows)
    typed_by = checking.typists(rows)
    made = [
        _card(
            key,
            tuple(group),
            checks[key],
            typed_by,
            reader=reader,
            today=today,
            replaces=next((replaced[row.pk] for row in group if row.pk in replaced), None),
            against=tuple(dict.fromkeys(against[row.pk] for row in group if row.pk in against)),
            invited=tuple(asked[key]),
            paper=max((paper[row.pk] for row in group if row.pk in paper), key=lambda found: found.pages, default=None),
        )
        for key, group in groups.items()
    ]
    return sorted(made, key=lambda card: (ORDER[card.need], card.due or today, card.line.position, card.line.name))


def _card(
    key: str,
    rows: tuple[Channel, ...],
    checks: Sequence[ChannelCheck],
    typed_by: Mapping[int, frozenset[int]],
    *,
    reader: User,
    today: dt.date,
    replaces: Channel | None,
    against: tuple[str, ...],
    invited: tuple[CheckInvitation, ...],
    paper: OnPaper | None,
) -> Card:
    line = rows[0]
    stands = [checking.standing_of(row, checks, typed_by[row.pk]) for row in rows]
    is_failing = any(each.failing for each in stands)
    call = checking.last_call(checks, today)
    is_served = call is not None and not is_failing
    ways = tuple(how for how in checking.ways(line) if not (is_served and how in checking.DIALLED))
    ways = tuple(how for how in ways if how != ChannelCheck.How.OPERATOR)
    mine = [check for check in checks if check.by_id == reader.pk]
    since = max((row.entered_at for row in rows if row.entered_at), default=None)
    done = any(check.checked_on == today and (since is None or check.recorded_at > since) for check in mine)
    refusal = ""
    if all(reader.pk in typed_by[row.pk] for row in rows):
        refusal = "You typed it, or some of its record: another person checks it."
    elif done:
        refusal = "You checked it today. A second person, or its operator, is next."
    due = min((row.next_due for row in rows if row.next_due), default=None)
    served = ""
    if is_served and call is not None:
        again = call.checked_on + dt.timedelta(days=checking.CALL_AGAIN_DAYS)
        served = f"{_who(call)} made the call of this period. The next one is due from {again:%-d %B %Y}."
    return Card(
        key=key,
        rows=rows,
        need=_need(rows, stands, is_contradicted=bool(against), today=today),
        due=due,
        said=tuple(
            Said(
                pk=check.pk,
                who=_who(check),
                how=check.get_how_display(),
                result=check.get_result_display(),
                on=check.checked_on,
                works=check.result == checking.Result.REACHES,
                may_withdraw=check.by_id in (None, reader.pk),
            )
            for check in sorted(checks, key=lambda each: each.pk, reverse=True)[:SHOWN_CHECKS]
        ),
        ways=ways,
        served=served,
        refusal=refusal,
        script=script(line),
        replaces=replaces,
        contradicted=against,
        invited=invited,
        paper=paper,
    )


def _need(
    rows: Sequence[Channel], stands: Sequence[standing.Standing], *, is_contradicted: bool, today: dt.date
) -> Need:
    """The most urgent that any record of the value needs."""
    needs = {_of_one(row, each, today) for row, each in zip(rows, stands, strict=True)}
    if is_contradicted:
        needs.add(Need.CONFLICT)
    return min(needs, key=ORDER.__getitem__)


def _of_one(row: Channel, stands: standing.Standing, today: dt.date) -> Need:
    if row.failed_on:
        return Need.FAILED
    if stands.failing:
        return Need.FAILING
    if not row.is_told:
        return Need.UNSEEN
    if row.next_due is None or row.next_due < today:
        if row.first_verified_on:
            return Need.LAPSED
        recent = today - dt.timedelta(days=standing.CHECK_DAYS)
        return Need.HALF if any(each.on >= recent for each in stands.reached) else Need.NEVER
    if row.next_due == today:
        return Need.DUE
    return Need.SOON if row.next_due <= today + SOON else Need.FINE


def _who(check: ChannelCheck) -> str:
    return str(check.by) if check.by else check.by_name
