"""What the log of checks says of a value: pure, so that it can be tried with every order of events.

A value is verified while two different persons reached it within one period of each other, one of them of the
staff, and no report that it fails is open. Whoever typed any of it counts for nothing that speaks for it. A report that it
fails stays open until the same person finds otherwise, or two others do after it; two open ones mean that it failed.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

CHECK_DAYS: Final = 30
"""The period: what we print or show is checked again after so many days."""
SOON_DAYS: Final = 7
"""So long before the end of the period a check is asked for."""
PERSONS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one person found once. ``person`` tells people apart; ``at`` is when they said so, ``on`` the day of the check.

    ``user`` is the account's key, or None outside staff; ``guest_of`` is then the account that invited them.
    """

    person: str
    at: dt.datetime
    on: dt.date
    works: bool
    user: int | None
    guest_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a value stands after all that was found. Days are whole; ``verified_until`` is the last day of the period.

    ``reached`` are the newest findings of those who speak for it, newest first; ``failing`` the open reports against
    it, oldest first; ``failed_on`` the day of the second of them. ``is_seen``: somebody else than its typists found once
    that it reaches its operator.
    """

    reached: tuple[Seen, ...]
    failing: tuple[Seen, ...]
    verified_on: dt.date | None
    verified_until: dt.date | None
    verified_by: int | None
    failed_on: dt.date | None
    is_seen: bool


def of(found: Iterable[Seen], *, typists: Collection[int] = (), since: dt.datetime | None = None) -> Standing:
    """Where a value stands. ``typists`` wrote its record, the last at ``since``: what was found before is of another."""

    def counts(each: Seen) -> bool:
        is_own = each.user in typists or each.guest_of in typists
        return (since is None or each.at > since) and not (each.works and is_own)

    events = sorted(filter(counts, found), key=lambda each: (each.on, each.at))
    newest = {each.person: each for each in events}
    order = {id(each): place for place, each in enumerate(events)}
    reached = sorted((each for each in newest.values() if each.works), key=lambda each: order[id(each)], reverse=True)
    failing = [
        each
        for each in newest.values()
        if not each.works and sum(order[id(other)] > order[id(each)] for other in reached) < PERSONS
    ]
    failing.sort(key=lambda each: order[id(each)])
    pair = _pair(reached) if not failing else None
    return Standing(
        reached=tuple(reached),
        failing=tuple(failing),
        verified_on=pair[0].on if pair else None,
        verified_until=pair[1].on + dt.timedelta(days=CHECK_DAYS) if pair else None,
        verified_by=next((each.user for each in pair if each.user is not None), None) if pair else None,
        failed_on=failing[PERSONS - 1].on if len(failing) >= PERSONS else None,
        is_seen=any(each.works for each in events),
    )


def _pair(reached: list[Seen]) -> tuple[Seen, Seen] | None:
    """The two newest findings that verify together: within a period of each other, one of them of the staff."""
    for place, later in enumerate(reached):
        for earlier in reached[place + 1 :]:
            if (later.on - earlier.on).days > CHECK_DAYS:
                break
            if later.user is not None or earlier.user is not None:
                return later, earlier
    return None
