"""Asks an address as somebody, tells whether it was refused and what it wrote, and takes back what it did."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

METHODS: Final = ("GET", "POST")
SIGN_IN: Final = ("account_login", "admin:login")
WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?([a-z_]+)', re.IGNORECASE)
KEEPS_TRACK: Final = frozenset({"django_session", "portal_livesession"})
"""Where a session is kept: every page of an account may write there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and the tables that were written to."""

    status: int
    leads_to: str
    wrote: frozenset[str]

    @property
    def is_refused(self) -> bool:
        """Whether the address said no, or asked to sign in."""
        return self.status == 403 or self.leads_to in {reverse(name) for name in SIGN_IN}

    def __str__(self) -> str:
        return f"{self.status} {self.leads_to}".strip() + (
            f", wrote {', '.join(sorted(self.wrote))}" if self.wrote else ""
        )


def ask(client: Client, method: str, address: str, data: dict[str, Any] | None = None) -> Answer:
    """What an address answers; what it changed is taken back, in the database and in the browser."""
    cookies, point = dict(client.cookies), transaction.savepoint()
    try:
        with written() as tables:
            answer = client.post(address, data or {}) if method == "POST" else client.get(address)
    finally:
        transaction.savepoint_rollback(point)
        client.cookies.clear()
        client.cookies.update(cookies)
    if answer.streaming:
        answer.getvalue()  # a file is closed once it is read
    leads_to = answer.headers.get("Location", "").partition("?")[0]
    return Answer(answer.status_code, leads_to, frozenset(tables) - KEEPS_TRACK)


@contextmanager
def written() -> Iterator[Counter[str]]:
    """The tables that are written to meanwhile."""
    tables: Counter[str] = Counter()

    def look(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if found := WRITES.match(sql):
            tables[found[1].lower()] += 1
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        yield tables


def patterns(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Every pattern with its full name; ``admin:None`` for those without one."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
        else:
            yield ":".join([*spaces, str(entry.name)]), entry


@cache
def names() -> frozenset[str]:
    """The names of all pages."""
    return frozenset(name for name, _ in patterns(get_resolver()))
