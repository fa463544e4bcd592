"""A line gets another value, or ends. Help is never taken away without something in its place.

A changed value becomes a record of its own, so that whatever was printed still names what it carries. What one person
typed stands on no page before another has seen it, and on no paper before two have: until then pages show the old
value, unless two people found that it fails, and nothing is printed.
"""

import datetime as dt
import re
import uuid
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from outreach.channels import checking, values
from outreach.channels.lines import FLOOR
from outreach.channels.models import Channel, ChannelQuerySet
from portal.areas.register import NATION
from portal.audit import authorship, trail
from portal.people.models import User

_LONGEST_CHAIN = 50


class NotPossible(Exception):
    """A line cannot change so: a sentence that says why, and what to do."""


def replace(*, channel: Channel, value: str, source: str, on: dt.date, by: User | None) -> Channel:
    """Ends a line on the day before ``on`` and begins its new value on that day; returns the new line.

    The new one is a copy that nobody has verified, without the keyword that the old value spelled; whoever typed a part
    that was not verified yet is no second person of the copy either. Where the old one waited for a second person
    itself, what it took the place of waits for the new one. Raises ``NotPossible``.
    """
    with transaction.atomic():
        old = _locked(channel)
        _refuse_early_end(old, on)
        value = check_value(old, value)
        new = Channel.objects.get(pk=old.pk)
        new.pk, new.uid, new.slug = None, uuid.uuid4(), _free_slug(old.slug)
        new.value, new.source, new.keyword = value, source, ""
        new.valid_from, new.valid_to = on, None
        new.entered(by)
        if twin := Channel.objects.filter(kind=old.kind, value=value, audience=old.audience, area=old.area_id).first():
            state = "retired; bring it back there" if twin.retired_at else "in the directory already"
            raise NotPossible(f"{twin} is {state}. Then say of the old line that it ended.")
        try:
            new.full_clean()
        except ValidationError as error:
            raise NotPossible(" ".join(error.messages)) from error
        new.save()
        others = sorted(checking.unverified_typists(old))
        copied = {authorship.WITH: others} if others else {}
        trail.record(actor=by, verb="added", target=new, after=trail.snapshot(new) | copied)
        _end(old, on, by=by, verb="replaced", successor=new)
        if not old.is_told:
            for before in Channel.objects.select_for_update().filter(replaced_by=old).order_by("pk"):
                before.replaced_by = new
                before.save(update_fields=["replaced_by"])
    return new


def take_back(*, channel: Channel, by: User | None) -> Channel:
    """A new value that no second person has seen was a mistake: the line that it replaced goes on. Returns that line.

    Raises ``NotPossible`` for what was seen already, and for what replaced nothing.
    """
    with transaction.atomic():
        new = _locked(channel)
        olds = list(Channel.objects.select_for_update().filter(replaced_by=new).order_by("pk"))
        if new.is_told or not olds:
            raise NotPossible(f"{new} is shown already, or took no other line's place. Say that it changed or ended.")
        before = trail.snapshot(new)
        new.retired_at = timezone.now()
        new.save(update_fields=["retired_at"])
        trail.record(actor=by, verb="taken back", target=new, before=before, after=trail.snapshot(new))
        for old in olds:
            before = trail.snapshot(old)
            old.replaced_by = old.retired_at = old.valid_to = None
            old.save(update_fields=["replaced_by", "retired_at", "valid_to"])
            trail.record(actor=by, verb="goes on", target=old, before=before, after=trail.snapshot(old))
    return olds[-1]


def bring_back(*, channel: Channel, by: User | None) -> Channel:
    """A retired line returns as if somebody had typed it just now: a second person looks before anybody sees it.

    Raises ``NotPossible`` for a line that has a new value, and where its last day is over.
    """
    with transaction.atomic():
        line = Channel.objects.select_for_update().get(pk=channel.pk)
        if line.replaced_by is not None:
            raise NotPossible(f"{line} became {line.replaced_by.value}: both would stand on pages. Change that one.")
        if line.valid_to and line.valid_to < timezone.localdate():
            raise NotPossible(f"{line} was in service until {line.valid_to:%-d %B %Y}. Mend that in its record first.")
        before = trail.snapshot(line)
        line.retired_at = None
        line.entered(by)
        line.save()
        trail.record(actor=by, verb="brought back", target=line, before=before, after=trail.snapshot(line))
    return line


def refuse_rewriting(stored: Channel, changed: Channel) -> None:
    """A line that the public is told is not made another one in its record: nothing would stand in its place until a
    second person has seen it. Raises ``NotPossible``."""
    today = timezone.localdate()
    if not changed.differs(stored) or not Channel.objects.on_pages(today).filter(pk=stored.pk).exists():
        return
    if changed.value_key != stored.value_key:
        raise NotPossible(
            f"{stored} is shown to the public. Choose “This number changed” in the list: pages keep the old value until "
            "a second person has seen the new one."
        )
    keep_a_call_line(without=[stored], on=today)


def end(*, channel: Channel, on: dt.date, by: User | None) -> Channel:
    """Ends a line on the day before ``on``, with nothing in its place; returns it.

    Raises ``NotPossible`` where no national number that an advocate answers would be left to call.
    """
    with transaction.atomic():
        old = _locked(channel)
        _refuse_early_end(old, on)
        refuse_while_waiting(old)
        keep_a_call_line(without=[old], on=on)
        _end(old, on, by=by, verb="ended", successor=None)
    return old


def refuse_while_waiting(channel: Channel) -> None:
    """Raises ``NotPossible`` for a new value that no second person has seen: its old one would stand in for ever."""
    if not channel.is_told and (old := Channel.objects.filter(replaced_by=channel).first()):
        raise NotPossible(
            f"{channel} takes the place of {old.value} and waits for a second person. Take it back instead."
        )


def keep_a_call_line(*, without: Collection[Channel], on: dt.date) -> None:
    """Locks the nation's call lines. Raises ``NotPossible`` where none would be left without those given."""
    gone = {channel.pk for channel in without}
    # Locked: two people who each end one of two lines must not both find the other's.
    lines = list(_call_lines(on).select_for_update().order_by("pk"))
    if any(line.pk in gone for line in lines) and all(line.pk in gone for line in lines):
        raise NotPossible(
            f"{lines[0]} is the last national number that an advocate answers: no poster could tell people whom to "
            "call. Give its new value instead."
        )


def check_value(channel: Channel, value: str) -> str:
    """The new value as it is printed. Raises ``NotPossible`` for what nobody could dial or open."""
    try:
        clean = values.clean(channel.kind, value)
    except ValidationError as error:
        raise NotPossible(" ".join(error.messages)) from error
    if clean.key == channel.value_key:
        raise NotPossible(f"{clean.printed} is the value that it has already. Type the new one.")
    return clean.printed


def in_place_of(channel: Channel) -> Channel | None:
    """The line that serves now where this one did: its newest value once it may be printed, else the nation's call
    line, if any other."""
    line = channel
    for _ in range(_LONGEST_CHAIN):
        if line.replaced_by is None:
            break
        line = line.replaced_by
    today = timezone.localdate()
    if line != channel and line.prints and not line.has_lapsed(today):
        return line
    return _call_lines(today).checked(today).exclude(pk=channel.pk).order_by("position", "name").first()


def is_built_in(channel: Channel) -> bool:
    """Whether help pages would show a line of the release where this one goes without another of its kind."""
    kind = (channel.audience, channel.kind, channel.answered_by)
    return channel.area_id == NATION.code and any(
        (line.audience, line.kind, line.answered_by) == kind for line in FLOOR
    )


def _call_lines(on: dt.date) -> ChannelQuerySet:
    return (
        Channel.objects.for_area(None, on)
        .sure()
        .filter(
            kind=Channel.Kind.VOICE,
            audience=Channel.Audience.VICTIMS,
            answered_by=Channel.AnsweredBy.ADVOCATE,
            area=NATION.code,
        )
    )


def _locked(channel: Channel) -> Channel:
    """The line as it is now. Raises ``NotPossible`` where it is over already."""
    old = Channel.objects.select_for_update().get(pk=channel.pk)
    if old.replaced_by_id is not None:
        raise NotPossible(f"{old} was replaced already, by {old.replaced_by}.")
    if old.retired_at is not None:
        raise NotPossible(f"{old} is retired already.")
    return old


def _refuse_early_end(old: Channel, on: dt.date) -> None:
    if old.valid_from and on <= old.valid_from:
        raise NotPossible(
            f"{old} is in service only from {old.valid_from}: choose a later day, or mend its value in its record."
        )


def _end(old: Channel, on: dt.date, *, by: User | None, verb: str, successor: Channel | None) -> None:
    before = trail.snapshot(old)
    last_day = on - dt.timedelta(days=1)
    old.valid_to = min(old.valid_to, last_day) if old.valid_to else last_day
    old.replaced_by = successor
    if on <= timezone.localdate():
        old.retired_at = timezone.now()
    old.save(update_fields=["valid_to", "replaced_by", "retired_at"])
    trail.record(actor=by, verb=verb, target=old, before=before, after=trail.snapshot(old))


def _free_slug(slug: str) -> str:
    """The slug with the first number that nobody has: ``us-hotline-call-2``."""
    stem = re.sub(r"-\d+$", "", slug)[:56]
    taken = set(Channel.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
