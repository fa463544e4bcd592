"""Seals the secrets of second factors: what lies in the database is no use without a key that does not lie there.

The first key is ``WAYPOST_MFA_KEY``, or where that is empty one derived from ``WAYPOST_SECRET_KEY``. More keys, after
commas, open what was sealed with them: so a key can be replaced.
"""

import base64
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

PURPOSE: Final = b"waypost second factors"


class Unreadable(Exception):
    """A secret was sealed with a key that is not among ours."""


def seal(text: str) -> str:
    """The text as it may be stored."""
    return _box(*settings.MFA_KEYS).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed. Raises ``Unreadable``."""
    from cryptography.fernet import InvalidToken

    try:
        return _box(*settings.MFA_KEYS).decrypt(sealed.encode()).decode()
    except InvalidToken as problem:
        raise Unreadable("No key of WAYPOST_MFA_KEY opens this account's second factor.") from problem


@lru_cache(maxsize=4)
def _box(*keys: str) -> "MultiFernet":
    # Cryptography weighs some megabytes: a web worker loads it when somebody first signs in.
    from cryptography.fernet import Fernet, MultiFernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    def derived(key: str) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())

    return MultiFernet([Fernet(base64.urlsafe_b64encode(derived(key))) for key in keys])
