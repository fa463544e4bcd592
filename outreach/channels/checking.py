"""Checks of values: who tried what, how, and what they found; and what follows for every record of the value.

    record(channel=line, by=user, how=How.CALLED, result=Result.REACHES)
    withdraw(check=check, by=user)

A value is checked once for all records that have it: what is printed on a thousand posters is called once. All its
records are locked, in the order of their keys, before anybody is counted: two people who check at the same moment
are two, and one who clicks twice is one.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from django.db import transaction
from django.utils import timezone

from outreach.channels import standing
from outreach.channels.check_models import NEVER_CALLED, ChannelCheck, CheckInvitation
from outreach.channels.models import Channel
from outreach.channels.standing import CHECK_DAYS, SOON_DAYS, Seen, Standing
from portal.audit import authorship, trail
from portal.people.models import User

How = ChannelCheck.How
Result = ChannelCheck.Result

CALL_AGAIN_DAYS: Final = CHECK_DAYS - SOON_DAYS
"""One call or text serves a value for so many days, whoever made it; reading its page costs nobody."""
DIALLED: Final = (How.CALLED, How.TEXTED)
WAYS: Final = {
    Channel.Kind.VOICE: (How.CALLED, How.READ, How.OPERATOR),
    Channel.Kind.SMS: (How.TEXTED, How.READ, How.OPERATOR),
    Channel.Kind.RELAY: (How.READ,),
    Channel.Kind.CHAT: (How.OPENED, How.READ, How.OPERATOR),
    Channel.Kind.WEB_FORM: (How.OPENED, How.READ, How.OPERATOR),
    Channel.Kind.EMAIL: (How.READ, How.OPERATOR),
}
VERIFIED: Final = "verified"
_TYPED = ("entered_at",)
_DERIVED = ("verified_on", "verified_by_id", "first_verified_on", "next_due", "failed_on", "shown_since")


class NotPossible(Exception):
    """A check cannot be recorded so: a sentence that says why, and what to do."""


def ways(channel: Channel) -> tuple[ChannelCheck.How, ...]:
    """How a value may be checked at all, the usual way first. Lines that somebody needs now are only read about."""
    allowed = WAYS[Channel.Kind(channel.kind)]
    if channel.tested_by == Channel.Tested.READ or channel.value_key in NEVER_CALLED:
        return tuple(how for how in allowed if how not in DIALLED) or (How.READ,)
    return allowed


def last_call(checks: Iterable[ChannelCheck], on: dt.date) -> ChannelCheck | None:
    """The call or text that serves the value on a day, so that nobody needs to make another."""
    since = on - dt.timedelta(days=CALL_AGAIN_DAYS)
    calls = [check for check in checks if check.how in DIALLED and since < check.checked_on <= on]
    return max(calls, key=lambda check: (check.checked_on, check.pk), default=None)


def record(
    *,
    channel: Channel,
    by: User,
    how: str,
    result: str,
    note: str = "",
    on: dt.date | None = None,
    seen_as: str | None = None,
) -> ChannelCheck:
    """Records that a person tried the value of a line on a day (today, if not given); returns the check.

    ``seen_as`` is the key of the value that they had before them. The same answer given twice is one check. Raises
    ``NotPossible``.
    """
    day = on or timezone.localdate()
    with transaction.atomic():
        rows = locked(channel.pk, seen_as=seen_as)
        mine = next(row for row in rows if row.pk == channel.pk)
        checks = standing_checks(mine.value_key)
        earlier = next((check for check in checks if check.by_id == by.pk and check.checked_on == day), None)
        is_of_this_record = earlier is not None and not _is_of_another_record(earlier, rows)
        if earlier and is_of_this_record and (earlier.how, earlier.result) == (how, result):
            return earlier
        typed_by = typists(rows)
        failing = standing_of(mine, checks, typed_by[mine.pk]).failing
        _refuse_way(mine, how, result, checks, day, is_failing=bool(failing))
        if result == Result.REACHES and all(by.pk in each for each in typed_by.values()):
            raise NotPossible(
                f"You typed {mine.value} yourself, or some of its record. Ask another person to check it."
            )
        if earlier and is_of_this_record:
            raise NotPossible(
                f"You recorded a check of {mine.value} today already: {earlier.get_result_display().lower()}. "
                "Withdraw that first, then record this."
            )
        if earlier:
            _take_back(earlier, by)
        check = ChannelCheck.objects.create(
            value_key=mine.value_key, channel=mine, checked_on=day, by=by, how=how, result=result, note=note.strip()
        )
        _tell(check, mine, by)
        settle(rows, by=by)
    return check


def record_answer(*, invitation: CheckInvitation, result: str, note: str = "") -> ChannelCheck:
    """Records what an invited person said of a value. The caller has locked and judged the invitation."""
    rows = locked(invitation.channel_id, seen_as=invitation.value_key)
    mine = next(row for row in rows if row.pk == invitation.channel_id)
    check = ChannelCheck.objects.create(
        value_key=mine.value_key,
        channel=mine,
        checked_on=timezone.localdate(),
        by_name=invitation.name,
        invitation=invitation,
        how=How.OPERATOR,
        result=result,
        note=note.strip(),
    )
    _tell(check, mine, None)
    settle(rows, by=None)
    return check


def withdraw(*, check: ChannelCheck, by: User) -> None:
    """Takes back a check that was a mistake: one's own, or the answer of an invited person. Raises ``NotPossible``."""
    with transaction.atomic():
        rows = list(Channel.objects.select_for_update().filter(value_key=check.value_key).order_by("pk"))
        row = ChannelCheck.objects.select_for_update().get(pk=check.pk)
        if row.withdrawn_at is not None:
            return
        if row.by_id not in (None, by.pk):
            raise NotPossible(f"That is a check of {row.by}. Ask them, or record what you found yourself.")
        _take_back(row, by)
        settle(rows, by=by)


def locked(pk: int, *, seen_as: str | None = None) -> list[Channel]:
    """All records of the value that a line has, locked, in the order of their keys. Raises ``NotPossible`` where it
    is over, or has another value than the person saw."""
    key = Channel.objects.values_list("value_key", flat=True).get(pk=pk)
    rows = list(Channel.objects.select_for_update().filter(value_key=key).order_by("pk"))
    mine = next((row for row in rows if row.pk == pk), None)
    if mine is None or (seen_as is not None and seen_as != mine.value_key):
        raise NotPossible("Its value changed a moment ago. Look at the card again.")
    if mine.retired_at is not None:
        raise NotPossible(f"{mine} is retired: nobody needs to check it.")
    return rows


def standing_checks(*keys: str) -> list[ChannelCheck]:
    """The checks of values that were not withdrawn, oldest first, with whoever made them."""
    rows = ChannelCheck.objects.filter(value_key__in=keys, withdrawn_at=None)
    return list(rows.select_related("by", "invitation").order_by("checked_on", "pk"))


def typists(rows: Sequence[Channel]) -> Mapping[int, frozenset[int]]:
    """Who typed what each record says, back to the last time that two people had verified it; by the record's key.

    Whoever mends the area of a number takes the number from nobody.
    """
    typed = [row for row in rows if row.entered_at is not None]
    wrote = authorship.writers(typed, fields=_TYPED, seen=VERIFIED)
    return {
        row.pk: wrote.get(row.pk, frozenset()) | ({row.entered_by_id} if row.entered_by_id else set()) for row in rows
    }


def unverified_typists(row: Channel) -> frozenset[int]:
    """Who typed what a record says and two people have not verified: a copy of it waits for others than them too."""
    return authorship.unseen(row, fields=_TYPED, seen=VERIFIED) if row.entered_at is not None else frozenset()


def standing_of(channel: Channel, checks: Iterable[ChannelCheck], typed_by: Collection[int]) -> Standing:
    """Where a record stands after the checks of its value; ``typed_by`` is its share of ``typists``."""
    return standing.of(map(_seen, checks), typists=typed_by, since=channel.entered_at)


def settle(rows: Sequence[Channel], *, by: User | None) -> None:
    """Writes beside each locked record of a value what its checks say now; whatever changed goes to the trail."""
    if not rows:
        return
    checks, typed_by = standing_checks(rows[0].value_key), typists(rows)
    for row in rows:
        before, values = trail.snapshot(row), {name: getattr(row, name) for name in _DERIVED}
        now = standing_of(row, checks, typed_by[row.pk])
        row.verified_on, row.next_due, row.failed_on = now.verified_on, now.verified_until, now.failed_on
        row.verified_by_id = now.verified_by
        row.first_verified_on = row.first_verified_on or now.verified_on
        if row.entered_at is not None:
            row.shown_since = (row.shown_since or timezone.now()) if now.is_seen else None
        after = {name: getattr(row, name) for name in _DERIVED}
        if after == values:
            continue
        row.save(update_fields=[name.removesuffix("_id") for name in _DERIVED])
        trail.record(actor=by, verb=_verb(values, after), target=row, before=before, after=trail.snapshot(row))


def _seen(check: ChannelCheck) -> Seen:
    guest = check.invitation
    return Seen(
        person=f"guest {mailbox(guest.email)}" if guest else f"user {check.by_id}",
        at=check.recorded_at,
        on=check.checked_on,
        works=check.result == Result.REACHES,
        user=check.by_id,
        guest_of=guest.invited_by_id if guest else None,
    )


def mailbox(email: str) -> str:
    """One mailbox however it is written: capitals and what follows a plus sign don't matter."""
    local, _, domain = email.strip().casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _refuse_way(
    channel: Channel, how: str, result: str, checks: Sequence[ChannelCheck], day: dt.date, *, is_failing: bool
) -> None:
    if how not in How.values or result not in Result.values:
        raise NotPossible("Choose how you checked it, and what you found.")
    if channel.value_key in NEVER_CALLED and how in DIALLED:
        raise NotPossible(f"Never call or text {channel.value} to test it. Read its official page instead.")
    if how not in ways(channel):
        shown = ", ".join(str(way.label).lower() for way in ways(channel))
        raise NotPossible(f"{channel.value} is not checked so. Possible: {shown}.")
    if day > timezone.localdate():
        raise NotPossible("That day is still to come. Record a check on the day it was made.")
    call = last_call(checks, day)
    if how in DIALLED and result == Result.REACHES and call and not is_failing:
        again = call.checked_on + dt.timedelta(days=CALL_AGAIN_DAYS)
        raise NotPossible(
            f"{call.by or call.by_name} made the call of this period on {call.checked_on:%-d %B %Y}; the next is due from "
            f"{again:%-d %B %Y}. Read its official page instead, or ask its operator."
        )


def _is_of_another_record(check: ChannelCheck, rows: Iterable[Channel]) -> bool:
    """Whether a record of the value was typed anew after the check, so that its person may look again."""
    return any(row.entered_at and row.entered_at >= check.recorded_at for row in rows)


def _take_back(check: ChannelCheck, by: User) -> None:
    check.withdrawn_at, check.withdrawn_by = timezone.now(), by
    check.save(update_fields=["withdrawn_at", "withdrawn_by"])
    trail.record(actor=by, verb="withdrew a check", target=check.channel, before=_words(check))


def _tell(check: ChannelCheck, channel: Channel, by: User | None) -> None:
    trail.record(actor=by, verb="checked", target=channel, after=_words(check))


def _words(check: ChannelCheck) -> dict[str, str]:
    words = {"day": str(check.checked_on), "how": check.get_how_display(), "result": check.get_result_display()}
    # Who it was stands in the check, and goes in time; the trail never forgets.
    return words | ({"by": "its operator"} if check.by_name else {})


def _verb(before: dict[str, object], after: dict[str, object]) -> str:
    if after["failed_on"] and not before["failed_on"]:
        return "found to fail"
    if after["verified_on"] and after["verified_on"] != before["verified_on"]:
        return VERIFIED
    if after["shown_since"] and not before["shown_since"]:
        return "seen by a second person"
    return "reckoned anew"
