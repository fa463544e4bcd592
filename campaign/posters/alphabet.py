"""Letters as a reader takes them: their script, and folds under which look-alikes are the same.

``SCRIPTS`` holds what a typed name may be written in: the scripts of the posters' languages and Greek,
each cut down to letters of today's spelling that the posters' fonts hold (a test asks the fonts).
Compatibility forms (full-width, mathematical, presentation forms), phonetic and tone letters that
look like digits (Ʒ, Ƽ, Ȣ) and invisible fillers are outside.

The folds follow the idea of Unicode Technical Standard 39 (skeletons of confusables), cut down to
the letters of ``SCRIPTS``: https://www.unicode.org/reports/tr39/.
"""

import unicodedata
from bisect import bisect_right
from typing import Final

SCRIPTS: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "Latin": (
        (0x41, 0x5A), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x131), (0x134, 0x13E), (0x141, 0x148),
        (0x14A, 0x17E), (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x1CD, 0x1DC), (0x1E6, 0x1ED), (0x1F8, 0x21B),
        (0x226, 0x233), (0x1E00, 0x1E99), (0x1E9E, 0x1E9E), (0x1EA0, 0x1EF9),
    ),
    "Greek": ((0x386, 0x386), (0x388, 0x3CE)),
    "Cyrillic": ((0x400, 0x45F), (0x490, 0x491)),
    "Arabic": ((0x620, 0x63F), (0x641, 0x655), (0x670, 0x674), (0x679, 0x6D3)),
    "Devanagari": ((0x900, 0x94D), (0x950, 0x950), (0x958, 0x961), (0x971, 0x97F)),
    "Thai": ((0xE01, 0xE2E), (0xE30, 0xE3A), (0xE40, 0xE4E)),
    "Khmer": ((0x1780, 0x17B3), (0x17B6, 0x17D3), (0x17D7, 0x17D7), (0x17DC, 0x17DC)),
    "Ethiopic": ((0x1200, 0x135F),),
    "Hiragana": ((0x3041, 0x3096), (0x309D, 0x309E)),
    "Katakana": ((0x30A1, 0x30FA), (0x30FC, 0x30FE)),
    "Han": ((0x3005, 0x3007), (0x3400, 0x4DB5), (0x4E00, 0x9FEF)),
    "Hangul": ((0xAC00, 0xD7A3),),
    # Accents for Latin, Cyrillic and Greek that no composed letter holds; none strikes a letter out.
    "Accent": ((0x300, 0x30C), (0x31B, 0x31B), (0x323, 0x328), (0x32D, 0x32E), (0x330, 0x331)),
}  # fmt: skip
#: Scripts whose letters pass for one another.
LOOK_ALIKE: Final = frozenset({"Latin", "Greek", "Cyrillic"})
ZWNJ, ZWJ, ZWSP = "\u200c", "\u200d", "\u200b"

_RANGES: Final = sorted((low, high, script) for script, ranges in SCRIPTS.items() for low, high in ranges)
_LOWS: Final = [low for low, _, _ in _RANGES]

# Before case goes: a capital may look like a Latin letter when its small letter does not.
_LOOKS_LATIN: Final = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухвгкмнптиь" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧανιορτυκηωχεσ",
    "ABESIJKMHOPCTYXaesijopcyxbrkmhntub" + "ABEZHIKMNOPTYXavioptuknwxeo",
)
_ONE_LETTER: Final = str.maketrans(
    {
        "đ": "d", "ø": "o", "ł": "i", "ı": "i", "l": "i", "w": "vv", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t",
        "ς": "σ",
        "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ە": "ه",
        "ٱ": "ا", "ँ": "ं",
    }
)  # fmt: skip
_DIGITS_AS_LETTERS: Final = str.maketrans("0123456789", "oizeasbtbg")
_KATAKANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# What stands or falls without changing which word is read: accents, Arabic vowel signs, the nukta.
_SILENT: Final = frozenset(map(chr, [*range(0x300, 0x370), *range(0x64B, 0x660), 0x670, 0x93C]))


def script_of(character: str) -> str | None:
    """The script of a letter or mark that a name may hold; None for everything else."""
    code = ord(character)
    place = bisect_right(_LOWS, code) - 1
    if place < 0 or code > _RANGES[place][1]:
        return None
    return _RANGES[place][2] if unicodedata.category(character)[0] in "LM" or character == "〇" else None


def digit_of(character: str) -> int | None:
    """What a character counts as a digit: 0 to 9 for plain, circled, raised and the like, 9 for larger numerals.

    Letters that mean a number (三) are words here, not digits.
    """
    forms = [character, *unicodedata.normalize("NFKC", character)]
    for form in forms:
        value = unicodedata.numeric(form, None)
        if value is not None and unicodedata.category(form)[0] == "N" and form != "〇":
            return int(value) if value in range(10) else 9
    return None


def as_written(word: str) -> str:
    """The word without case, every accent kept: ``Năm`` and ``nam`` are two words."""
    return unicodedata.normalize("NFC", word.casefold())


def fold(text: str) -> str:
    """The word without case, accents and vowel signs; l is i, w is vv, katakana is hiragana."""
    letters = unicodedata.normalize("NFD", text.casefold())
    kept = "".join(letter for letter in letters if letter not in _SILENT)
    return unicodedata.normalize("NFC", kept).translate(_ONE_LETTER).translate(_KATAKANA)


def looks(text: str) -> str:
    """The Latin word that a Cyrillic or Greek one passes for: ``ЅІХ`` is ``six``."""
    return fold(unicodedata.normalize("NFD", text).translate(_LOOKS_LATIN))


def undisguised(word: str) -> str:
    """The word with its digits read as the letters that they stand for: ``f1ve`` is ``five``."""
    return word.translate(_DIGITS_AS_LETTERS)
