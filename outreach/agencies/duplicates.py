"""Agencies that may be the same: by name, acronym, site or role address. Nothing is merged without a person."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.db import transaction

from outreach.agencies.desk_models import Distinct
from outreach.agencies.models import Agency, Contact, FormerName
from portal.audit import trail

if TYPE_CHECKING:
    from portal.people.models import User

SHARED: Final = 0.8
"""The share of words that two names have in common from which on they look alike."""
SMALL_WORDS: Final = frozenset({"the", "of", "for", "and", "in", "on", "to", "a", "inc", "llc"})
LARGEST: Final = 12
"""A word, site or address that more agencies than this share tells none of them."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two agencies, the older record first, and why they look alike."""

    first: Agency
    second: Agency
    why: tuple[str, ...]


def words(name: str) -> frozenset[str]:
    """The words of a name that tell it from others: no case, no accents, no small words."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("&", " ")
    return frozenset(re.findall(r"[a-z0-9]+", plain.replace("'", ""))) - SMALL_WORDS


def pairs() -> list[Pair]:
    """What looks alike among agencies in use, most reasons first; in four statements for any number."""
    agencies = {agency.pk: agency for agency in Agency.objects.active().order_by("pk")}
    keys: dict[tuple[str, str], set[int]] = defaultdict(set)
    names: dict[int, list[frozenset[str]]] = {key: [words(agency.name)] for key, agency in agencies.items()}
    for former in FormerName.objects.filter(agency__in=agencies):
        names[former.agency_id].append(words(former.name))
    for key, agency in agencies.items():
        if len(agency.acronym) > 1:
            keys["the same acronym", agency.acronym.casefold()].add(key)
        if site := _site(agency.website):
            keys["the same site", site].add(key)
    for agency_id, email in (
        Contact.objects.filter(name="", agency__in=agencies).exclude(email="").values_list("agency", "email")
    ):
        keys["the same address", email.casefold()].add(agency_id)
    why: dict[tuple[int, int], list[str]] = defaultdict(list)
    for pair in _alike(names):
        why[pair].append("names alike")
    for (reason, _), found in keys.items():
        for pair in combinations(sorted(found), 2) if len(found) <= LARGEST else ():
            why[pair].append(reason)
    told = set(Distinct.objects.values_list("first", "second"))
    found_pairs = [
        Pair(agencies[first], agencies[second], tuple(reasons))
        for (first, second), reasons in why.items()
        if (first, second) not in told and agencies[first].is_demo == agencies[second].is_demo
    ]
    return sorted(found_pairs, key=lambda pair: (-len(pair.why), pair.first.name, pair.second.pk))


def tell_apart(*, first_id: int, second_id: int, by: "User | None") -> None:
    """Says that two are not the same; they are not shown together again."""
    low, high = sorted((first_id, second_id))
    with transaction.atomic():
        said, is_new = Distinct.objects.get_or_create(first_id=low, second_id=high, defaults={"by": by})
        if is_new:
            trail.record(actor=by, verb="told apart", target=said, after=trail.snapshot(said))


def _alike(names: dict[int, list[frozenset[str]]]) -> Iterable[tuple[int, int]]:
    """Pairs of keys whose names share most of their words; only those are compared that share a rare one."""
    having: dict[str | frozenset[str], set[int]] = defaultdict(set)
    for key, each in names.items():
        # Two names that are the same throughout may have no rare word.
        told: set[str | frozenset[str]] = {*frozenset().union(*each), *each}
        for word in told:
            having[word].add(key)
    near: set[tuple[int, int]] = set()
    for found in having.values():
        if len(found) <= LARGEST:
            near |= set(combinations(sorted(found), 2))
    return (
        (first, second)
        for first, second in sorted(near)
        if any(_share(one, other) >= SHARED for one in names[first] for other in names[second])
    )


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _site(address: str) -> str:
    parts = urlsplit(address.casefold())
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}"
