"""Judges the codes of authenticator apps and recovery codes: each opens once, also when two requests bring it."""

from typing import Final

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.db import transaction

from portal.people import vault
from portal.people.models import User

LAST: Final = "last_counter"
"""In an app's row: the newest half minute whose code was used. It and those before it open nothing any more."""


def take(user: User, code: str) -> Authenticator | None:
    """Uses up a code and returns what it belongs to; ``None`` for one that is wrong, too old or used before.

    The row is locked while the code is judged: of two requests with one code the second sees what the first used up.
    """
    with transaction.atomic():
        kept = Authenticator.objects.select_for_update().filter(user_id=user.pk).order_by("pk")
        for factor in kept.exclude(type=Authenticator.Type.WEBAUTHN):
            is_app = factor.type == Authenticator.Type.TOTP
            if _is_next(factor, code) if is_app else factor.wrap().validate_code(code):
                return factor
    return None


def counter_of(secret: str, code: str) -> int | None:
    """The half minute whose code this is, now or next to it; ``None`` for any other code."""
    for counter in totp.yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=at(secret, counter)):
            return int(counter)
    return None


def use_up(factor: Authenticator, counter: int) -> None:
    """Notes that the code of a half minute was used."""
    factor.data = {**factor.data, LAST: counter}
    factor.save(update_fields=["data"])


def at(secret: str, counter: int) -> str:
    """The code that an app shows in a half minute."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def _is_next(app: Authenticator, code: str) -> bool:
    counter = counter_of(vault.unseal(app.data["secret"]), code)
    if counter is None or counter <= app.data.get(LAST, 0):
        return False
    use_up(app, counter)
    return True
