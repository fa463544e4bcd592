"""Where a printed code leads can be changed after it hangs: by hand, with a reason, and with its history kept.

A poster at a placement leads to a help page and nowhere else: no page stands between a scan and the numbers.
"""

from collections.abc import Callable

from django.db import transaction

from campaign.links.destinations import BadDestination, read
from campaign.links.models import Link
from portal.areas.register import AREAS, BY_CODE
from portal.audit import trail
from portal.audit.models import Entry
from portal.people.models import User

AIMED = "aimed"

MORE_PAGES: list[Callable[[], dict[str, str]]] = []
"""Rooms that know further help pages append what tells them: target and name."""


class NotPossible(Exception):
    """Why a link stays as it is, and what to do about it."""


def help_pages() -> dict[str, str]:
    """The help pages that a link can lead to, by target: those of areas first."""
    pages = {f"near:{area.code}": area.name for area in AREAS}
    for more in MORE_PAGES:
        pages |= more()
    return pages


def aim(*, link: Link, target: str, reason: str, by: User | None) -> Link:
    """Lets a link lead to ``target``, empty for its area's page again; the web hosts follow within some minutes.

    Raises ``NotPossible`` where it may not lead there, was retired, or leads there already.
    """
    target = target.strip()
    if not reason.strip():
        raise NotPossible("Say why: the history of a link tells it to whoever wonders later.")
    with transaction.atomic():
        link = Link.objects.select_for_update().get(pk=link.pk)
        if link.retired_at:
            raise NotPossible("This code was taken out of use and leads to the nation’s help page for good.")
        if link.target == target:
            raise NotPossible("It leads there already.")
        _require(link, target)
        before = trail.snapshot(link)
        link.target = target
        link.save(update_fields=["target"])
        after = {**trail.snapshot(link), "reason": reason.strip()}
        trail.record(actor=by, verb=AIMED, target=link, before=before, after=after)
    return link


def history(link: Link) -> list[Entry]:
    """Each time that it was aimed, newest first: who, when, from where to where, and why."""
    entries = Entry.objects.filter(object_type=link._meta.label_lower, object_id=str(link.pk), verb=AIMED)
    return list(entries.select_related("actor"))


def describe(target: str, *, area: str) -> str:
    """Where a target leads, in words."""
    kind, _, rest = (target or f"near:{area}").partition(":")
    match kind:
        case "near":
            page = f"Help page of {BY_CODE[rest].name if rest in BY_CODE else rest}"
            return page if target else f"{page}, as its code says"
        case "on":
            return f"Help page of the operator “{rest}”"
        case "event":
            return "Page of its event"
    return target


def _require(link: Link, target: str) -> None:
    """Refuses what may not stand as the target of this link."""
    if not target:
        return
    try:
        destination = read(target)
    except BadDestination as refusal:
        raise NotPossible(str(refusal)) from refusal
    if destination.is_event and link.kind == Link.Kind.EVENT:
        return
    if not destination.is_outside and target not in help_pages():
        raise NotPossible("There is no such help page. Choose one of the list.")
    if destination.is_outside and link.kind == Link.Kind.PLACEMENT:
        raise NotPossible(
            "A poster at a placement leads to a help page and nowhere else: nothing may stand between a scan and the "
            "numbers. Choose a help page."
        )
