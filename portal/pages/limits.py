"""How often a public page may be asked for, without keeping who asked.

A ``Limit`` is a token bucket for every client address and one for all of them together. What it
keeps of an address is a keyed hash (BLAKE2b) beside one number, in the memory of this process
alone. The key is random and replaced every hour, and with it everything that was hashed goes: two
hours of one visitor cannot be joined, and no list of addresses can be tried against what is left.
While a key lives, the memory of the process holds both; nothing of it is ever written or logged.

The figures hold for one process: with four workers a visitor may ask four times as often.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Final

from django.conf import settings
from django.http import HttpRequest

KEY_SECONDS: Final = 3600.0
_NOBODY: Final = b""
#: A wait this short (seconds) is the rounding of a sum, not a wait.
_ROUNDING: Final = 1e-6


def client_network(request: HttpRequest) -> bytes:
    """Return the IPv4 address or the IPv6 /64 that asked; empty if there is none to be known.

    The server's word counts: ``REMOTE_ADDR``, or behind a proxy (``WAYPOST_BEHIND_PROXY``) the last
    entry of ``X-Forwarded-For``, which the proxy wrote; whoever asks can write only those before it.
    Behind a unix socket without a proxy, and for entries that are no address, all share one bucket.
    """
    text = ""
    if settings.SECURE_PROXY_SSL_HEADER:
        text = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    text = text or request.META.get("REMOTE_ADDR", "")
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return _NOBODY
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped.packed if address.ipv4_mapped else address.packed[:8]
    return address.packed


@dataclass(frozen=True, slots=True)
class _Rate:
    """A token bucket in one number: when it will be full again, in seconds of the clock."""

    interval: float
    burst: int

    def wait(self, full_at: float, now: float) -> float:
        """Seconds until the bucket holds a token; 0.0 if it holds one now."""
        wait = full_at - now - (self.burst - 1) * self.interval
        return wait if wait > _ROUNDING else 0.0

    def take(self, full_at: float, now: float) -> float:
        """When the bucket will be full again after one token is taken from it."""
        return max(full_at, now) + self.interval


class Limit:
    """The limit of one public address of the site.

    ``per_minute`` and ``burst`` hold for one client; ``ceiling_per_minute`` holds for all together, so
    that many addresses cannot exhaust the machine (its burst is a tenth of it, at least ``burst``).
    The ``size`` clients that asked last are known; one that was forgotten begins anew. ``clock`` tells
    seconds and never goes back. Threads may share a limit. Raises ValueError for figures below 1.
    """

    def __init__(
        self,
        *,
        name: str,
        per_minute: int,
        burst: int,
        ceiling_per_minute: int,
        size: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if min(per_minute, burst, ceiling_per_minute, size) < 1:
            raise ValueError(f"The limit {name!r} holds a figure below 1: it would let nobody in.")
        self.name = name
        self._each = _Rate(interval=60 / per_minute, burst=burst)
        self._all = _Rate(interval=60 / ceiling_per_minute, burst=max(burst, ceiling_per_minute // 10))
        self._size = size
        self._clock = clock
        self._lock = Lock()
        self._full_at: OrderedDict[bytes, float] = OrderedDict()
        self._all_full_at = clock()
        self._key = b""
        self._key_until = clock()

    def __repr__(self) -> str:
        return f"<Limit {self.name}>"

    def __len__(self) -> int:
        """How many clients are known at the moment."""
        return len(self._full_at)

    def allows(self, request: HttpRequest) -> float:
        """Take a token for ``request``. Return 0.0, or the seconds to wait if there is none.

        What is refused costs nothing: a client that waits as long as it was told is let in, unless
        others came first.
        """
        network = client_network(request)
        with self._lock:
            now = self._clock()
            if now >= self._key_until:
                self._forget(now)
            client = blake2b(network, key=self._key, digest_size=16).digest()
            full_at = self._full_at.get(client, now)
            wait = max(self._each.wait(full_at, now), self._all.wait(self._all_full_at, now))
            if wait:
                return wait
            self._all_full_at = self._all.take(self._all_full_at, now)
            self._full_at[client] = self._each.take(full_at, now)
            self._full_at.move_to_end(client)
            if len(self._full_at) > self._size:
                self._full_at.popitem(last=False)
            return 0.0

    def _forget(self, now: float) -> None:
        """Replace the key; what was hashed with the old one can never be found again."""
        self._full_at.clear()
        self._key = secrets.token_bytes(32)
        self._key_until = now + KEY_SECONDS
