"""Tickets: what a door reads. They say nothing, and give whoever holds one no power over the booking."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U, so that nothing is misread or misheard."""
LENGTH = 13
_SPOKEN = str.maketrans("ILO", "110")


def new_ticket() -> str:
    """A random ticket: 12 characters (60 bits), then one that tells a slip of the finger from a ticket."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return letters + _check(letters)


def read_ticket(text: str) -> str | None:
    """A ticket as typed or scanned (any case, dashes and blanks, I, L, O for 1, 1, 0), or None where it can be none."""
    folded = "".join(text.split()).replace("-", "").upper().translate(_SPOKEN)
    if len(folded) != LENGTH or any(letter not in ALPHABET for letter in folded):
        return None
    return folded if _check(folded[:-1]) == folded[-1] else None


def spoken(ticket: str) -> str:
    """As it is printed: ``7KQ2-M9XP-D4HT-C``."""
    return "-".join(ticket[start : start + 4] for start in range(0, len(ticket), 4))


def _check(letters: str) -> str:
    # Weights are odd, so that they have an inverse modulo 32: one wrong character is always seen.
    return ALPHABET[sum(ALPHABET.index(letter) * (2 * at + 1) for at, letter in enumerate(letters)) % 32]
