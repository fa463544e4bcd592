"""Addresses that stand in no table of how they are asked: something of the right kind is put in each place."""

from collections.abc import Iterator
from functools import cache
from uuid import UUID

from django.urls import URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

ENDS = {"admin:logout", "account_logout"}
"""Whoever asks these is signed out, and asks the rest in vain."""
GUESSES: dict[type, object] = {IntConverter: 0, UUIDConverter: UUID(int=0)}


def guessed(name: str) -> str:
    """An address of that name."""
    kinds = places()[name]
    return reverse(name, kwargs={place: GUESSES.get(kind, "unknown") for place, kind in kinds.items()})


@cache
def places() -> dict[str, dict[str, type]]:
    """What stands in the addresses of each name, and of which kind."""
    return dict(_places(get_resolver(), "", {}))


def _places(resolver: URLResolver, space: str, above: dict[str, type]) -> Iterator[tuple[str, dict[str, type]]]:
    for entry in resolver.url_patterns:
        pattern = entry.pattern
        groups = getattr(getattr(pattern, "regex", None), "groupindex", {})
        kinds: dict[str, type] = dict.fromkeys(groups, str)
        kinds |= {each: type(kind) for each, kind in pattern.converters.items()}
        if isinstance(entry, URLResolver):
            yield from _places(entry, f"{space}{entry.namespace}:" if entry.namespace else space, above | kinds)
        else:
            yield f"{space}{entry.name}", above | kinds
