"""What the chain hashes: one form of a value, whichever database it was read back from. Nothing here asks a database."""

import datetime as dt
import hashlib
import json
import math
import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

DIGEST_LENGTH: Final = 64
SALT_LENGTH: Final = 32


def new_salt() -> str:
    """128 random bits, hex: without them a redacted telephone number could be guessed from its digest."""
    return secrets.token_hex(SALT_LENGTH // 2)


def content_digest(*, salt: str, label: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over what a redaction may empty."""
    return hashlib.sha256(salt.encode() + canonical([label, before, after])).hexdigest()


def link_digest(
    *,
    previous: str,
    number: int,
    linked_at: dt.datetime,
    entry_id: int,
    at: dt.datetime,
    actor_id: int | None,
    verb: str,
    object_type: str,
    object_id: str,
    content: str,
) -> str:
    """SHA-256 (hex) over the digest before and everything of an entry that is never redacted."""
    parts = [number, moment(linked_at), entry_id, moment(at), actor_id, verb, object_type, object_id, content]
    return hashlib.sha256(previous.encode() + canonical(parts)).hexdigest()


def moment(at: dt.datetime) -> str:
    """A moment in UTC to the microsecond, which both databases keep."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def canonical(value: object) -> bytes:
    """JSON with sorted keys, no spaces, and one spelling of each number: ``jsonb`` gives ``1e+22`` back as an integer."""
    return json.dumps(_settled(value), sort_keys=True, separators=(",", ":")).encode()


def _settled(value: object) -> object:
    match value:
        case dict():
            return {str(key): _settled(each) for key, each in value.items()}
        case list() | tuple():
            return [_settled(each) for each in value]
        case float() if math.isfinite(value):
            exact = Decimal(repr(value))
            return int(exact) if exact == exact.to_integral_value() else value
        case _:
            return value
