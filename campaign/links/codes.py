"""The printed code: ten characters of Crockford base32 that a person can type from paper.

===========  =========================================================
characters   meaning
===========  =========================================================
1–2          area: FIPS state number, 0 for the nation
3            language: its place in ``LANGUAGES``
4–9          random, 30 bits
10           check
===========  =========================================================

Area and language can be read without a database, so that a code still leads to the right
help when nothing else works. The check makes the sum of ``c[i] · g**i`` over GF(32) zero, with
``g`` a generator: all weights differ and none is zero, so every single wrong character and
every swap of two characters is caught. A code says nothing of the stall it hangs in.

Alphabet: Douglas Crockford, *Base 32*, https://www.crockford.com/base32.html.
"""

import secrets
from dataclasses import dataclass

from portal.areas.register import BY_CODE, BY_NUMBER

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
# Only ever appended to: the place is printed on paper.
LANGUAGES = (
    "en", "es", "vi", "zh-Hans", "zh-Hant", "ko", "tl", "ar", "ht", "fr", "pt", "ru", "hi", "ja", "th", "km",
    "am", "so", "uk", "fa", "ur", "pa",
)  # fmt: skip

_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_VALUES |= {"I": 1, "L": 1, "O": 0}
_SEPARATORS = str.maketrans("", "", "- \u2011\u00a0")
_POLYNOMIAL = 0b100101  # x⁵ + x² + 1, primitive over GF(2)


class BadCode(ValueError):
    """The text is no code of ours: wrong length, alien character or failed check."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a code says by itself. ``area`` is a USPS code, ``US`` where the number is unknown."""

    code: str
    area: str
    language: str


def _times(a: int, b: int) -> int:
    """Product in GF(32)."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 0b100000:
            a ^= _POLYNOMIAL
        b >>= 1
    return product


def _powers() -> tuple[int, ...]:
    weights = [1]
    while len(weights) < LENGTH:
        weights.append(_times(weights[-1], 2))
    return tuple(weights)


# The last weight belongs to the check character.
_WEIGHTS = _powers()
_TABLES = tuple(tuple(_times(weight, value) for value in range(32)) for weight in _WEIGHTS)
_INVERSE_OF_LAST = next(value for value in range(32) if _times(_WEIGHTS[-1], value) == 1)


def _syndrome(values: list[int]) -> int:
    total = 0
    for table, value in zip(_TABLES, values, strict=False):
        total ^= table[value]
    return total


def make(*, area: str, language: str, random: int | None = None) -> str:
    """A new code. ``area`` is a USPS code, ``random`` 30 bits (drawn from the system if not given).

    Raises ``KeyError`` for an unknown area and ``ValueError`` for a language without a number.
    """
    bits = secrets.randbits(30) if random is None else random
    number = BY_CODE[area].number
    values = [number >> 5, number & 31, LANGUAGES.index(language)]
    values += [(bits >> shift) & 31 for shift in range(25, -1, -5)]
    values.append(_times(_syndrome(values), _INVERSE_OF_LAST))
    return "".join(ALPHABET[value] for value in values)


def read(text: str) -> Reading:
    """Reads a code as a person may have typed it: any case, grouped or not, O for 0, I or L for 1.

    Raises ``BadCode``.
    """
    letters = text.strip().upper().translate(_SEPARATORS)
    if len(letters) != LENGTH:
        raise BadCode(f"A code has {LENGTH} characters, this one has {len(letters)}.")
    try:
        values = [_VALUES[letter] for letter in letters]
    except KeyError as alien:
        raise BadCode(f"{alien.args[0]!r} is not used in codes.") from None
    if _syndrome(values):
        raise BadCode("A character is wrong: compare it with the poster.")
    area = BY_NUMBER.get(values[0] << 5 | values[1])
    language = LANGUAGES[values[2]] if values[2] < len(LANGUAGES) else "en"
    return Reading(
        code="".join(ALPHABET[value] for value in values), area=area.code if area else "US", language=language
    )


def grouped(code: str) -> str:
    """As it stands on paper: ``0W0AB-CDEF9``."""
    return f"{code[:5]}-{code[5:]}"


def url(code: str, *, address: str) -> str:
    """What the QR says, in upper case so that its alphanumeric mode applies. ``address``: scheme and host."""
    return f"{address}/Q/{code}".upper()
