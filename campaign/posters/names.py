"""The screen for a name that a stranger types and that is then printed on an official-looking poster.

"Put up by Lincoln High School" must not become "Put up by Safe Rides, call five five five …". A name
that passes can still be a lie; it cannot be a way to reach the liar. What holds, in this order:

1.  2 to 60 characters once tidied: Unicode's composed form (NFC), every run of white space one space.
    The break that Khmer and Thai set between words unseen (ZWSP) is dropped. Input above 500
    characters is refused unread.
2.  **Figures**: three at most in the whole name (P.S. 118, Local 79), in any script and form (①, ², Ⅻ),
    Chinese and Japanese numerals included (第三十五中学), and O, o, l, I where they stand among figures:
    no phone number, short code or text code fits. Never 911 or 988, and no toll-free prefix with
    letters after it (888-HELP).
3.  **Characters**: letters and marks of ``alphabet.SCRIPTS``, figures, spaces and ``PUNCTUATION``. No control,
    bidi, private or invisible character; the joiners of Persian and Hindi only where they act. Two
    marks on a letter (three in Khmer and Devanagari), two marks a letter in all. No word mixes Latin,
    Cyrillic and Greek. At least two letters.
4.  **Number words** of the posters' languages (number_words.toml): one is a name (Three Rivers), two are
    refused anywhere, and so is one together with a figure. Words that are also ordinary (oh, for; de,
    ba, lima) count only three in a row in one language. They are found with other accents, look-alike
    letters (Cyrillic, l for i, f1ve), spelled with gaps or dots (f i v e), tripled letters (fiiive) and
    written as one (fivefivefive, anywhere in the name once spaces are left out). "Stone" and "Often"
    hold number words too: inside ordinary words only three in a row count.
5.  **Addresses**: @, /, #, a full stop with two letters right after it (St.Mary: put a space; P.S. and
    U.S.A. pass), "dot" between words, "com" after a sign or at the end, www.
6.  **Messengers and networks, ways to get in touch** ("call", "text", "hotline", in every language) as
    whole words: the poster has its own numbers, and nothing may look like another. "Call to Action" is
    spared, "Signal Hill" passes; a shop named Metro Phone Repair is refused, and told why.
7.  **Authorities** (police, FBI, ICE, federal …) as whole words, since the poster would claim them;
    agencies get theirs from the campaign's team. "Federal Way" and "Ice Cream" are spared.

The lists of 5 to 7 are in name_words.toml. Beyond any list: words misspelled by sound (fyve syx) and
what a name means (Ask Maria's House); whoever sees such a poster can tell the campaign by its code.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from django.utils.translation import gettext as _

from campaign.posters import wordlists
from campaign.posters.alphabet import (
    LOOK_ALIKE,
    ZWJ,
    ZWNJ,
    ZWSP,
    as_written,
    digit_of,
    fold,
    looks,
    script_of,
    undisguised,
)

SHORTEST, LONGEST = 2, 60
MAX_FIGURES: Final = 3
PUNCTUATION: Final = frozenset("'’‘ʻ.,-‐‑–&()·・（）ฯ«»“”„\"")
_UNREAD_ABOVE: Final = 500
_EMERGENCY: Final = frozenset({"911", "988"})
_TOLL_FREE: Final = frozenset({"800", "833", "844", "855", "866", "877", "888", "900"})
_PASS_FOR_FIGURES: Final = frozenset("OolIОоІЗзΟοΙاዐ")
_HAN_NUMERALS: Final = frozenset("一二三四五六七八九〇零十百两兩壹壱弌贰貳弐叁參参肆伍陆陸柒捌玖拾佰廿卅幺")
_PARTS_OF_ADDRESSES: Final = frozenset("@/\\#⁄∕")
_MARKS_ON_A_LETTER: Final = {"Devanagari": 3, "Khmer": 3}
_TRIPLED: Final = re.compile(r"(?!www)(.)\1{2,}", re.IGNORECASE)
_APOSTROPHES: Final = str.maketrans("", "", "'’‘ʻ" + ZWJ + ZWNJ)


class BadName(ValueError):
    """The name cannot be printed. The message is one sentence or two for the person; ``rule`` names the rule."""

    def __init__(self, message: str, *, rule: str) -> None:
        super().__init__(message)
        self.rule = rule


def screened(name: str) -> str:
    """Return the name as it is printed: composed and with single spaces. Raises BadName if it may not be printed."""
    if len(name) > _UNREAD_ABOVE:
        raise _too_long()
    tidied = _tidied(name)
    if len(tidied) > LONGEST:
        raise _too_long()
    if len(tidied) < SHORTEST:
        raise BadName(_("Type a name of two letters or more, such as Lincoln High School."), rule="short")
    _check_figures(tidied)
    _check_signs(tidied)
    _check_characters(tidied)
    _check_scripts(tidied)
    _check_number_words(tidied)
    _check_full_stops(tidied)
    _check_words(tidied)
    return tidied


def _too_long() -> BadName:
    return BadName(
        _("The name is too long for a poster. Shorten it to %(most)s characters.") % {"most": LONGEST}, rule="long"
    )


def _tidied(name: str) -> str:
    composed = " ".join(unicodedata.normalize("NFC", name).split())
    if ZWSP not in composed:
        return composed
    kept = [
        character
        for place, character in enumerate(composed)
        if character != ZWSP
        or not {script_of(near) for near in composed[max(place - 1, 0) : place + 2]} & {"Khmer", "Thai"}
    ]
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


# Figures


def _check_figures(name: str) -> None:
    figures = "".join(str(digit) for character in name if (digit := digit_of(character)) is not None)
    if _count_figures(name) > MAX_FIGURES:
        message = _(
            "The name holds too many figures: with more than three it could be read as a phone number. "
            "Leave some out; P.S. 118 is fine."
        )
        raise BadName(message, rule="figures")
    if figures in _EMERGENCY:
        message = _("The name holds the number of an emergency line, %(number)s. Leave it out.")
        raise BadName(message % {"number": figures}, rule="figures")
    if figures in _TOLL_FREE and _is_dialled(name):
        message = _("The name begins like a toll-free number, %(number)s. Put the number last, or leave it out.")
        raise BadName(message % {"number": figures}, rule="figures")


def _count_figures(name: str) -> int:
    """How many figures a reader could see: digits, Chinese numerals, and letters among digits that look like them."""
    count = sum(character in _HAN_NUMERALS for character in name)
    chunks = [[sign for sign in chunk if sign.isalnum() or _is_figure(sign)] for chunk in name.split()]
    for is_alike, run in groupby(filter(None, chunks), key=lambda signs: all(map(_passes_for_figure, signs))):
        rows = list(run)
        if is_alike:
            alone = sum(map(len, rows)) == 1 and not _is_figure(rows[0][0])
            count += 0 if alone else sum(map(len, rows))
            continue
        for passes, part in (group for row in rows for group in groupby(row, key=_passes_for_figure)):
            signs = list(part)
            count += len(signs) if passes and any(map(_is_figure, signs)) else 0
    return count


def _passes_for_figure(character: str) -> bool:
    return character in _PASS_FOR_FIGURES or _is_figure(character)


def _is_figure(character: str) -> bool:
    return digit_of(character) is not None


def _is_dialled(name: str) -> bool:
    """Whether letters follow the figures and none come before them, or a hyphen ties them to the figures."""
    shape = "".join(
        "9" if _is_figure(character) else "a" if script_of(character) else "-" if character in "-‐‑–." else " "
        for character in name
    )
    return bool(re.match(r"[^a9]*9[^a]*a", shape) or re.search(r"9-+a", shape))


# Characters


def _check_signs(name: str) -> None:
    for character in name:
        plain = unicodedata.normalize("NFKC", character)
        if _PARTS_OF_ADDRESSES.intersection(plain):
            message = _("The name holds %(sign)s, which is part of an address. Leave it out; use a hyphen or “and”.")
            raise BadName(message % {"sign": plain}, rule="address")


def _check_characters(name: str) -> None:
    marks_in_row = marks = letters = 0
    base: str | None = None
    for place, character in enumerate(name):
        script = script_of(character)
        is_mark = script is not None and unicodedata.category(character).startswith("M")
        if is_mark:
            marks, marks_in_row = marks + 1, marks_in_row + 1
            fits = base in LOOK_ALIKE if script == "Accent" else base == script
            if not fits or marks_in_row > _MARKS_ON_A_LETTER.get(script or "", 2):
                message = _("The name holds a letter with marks that do not belong to it. Type the letter anew.")
                raise BadName(message, rule="marks")
            continue
        if character in {ZWJ, ZWNJ} and _joins(name, place):
            continue
        base, marks_in_row = script, 0
        letters += script is not None
        if script is None and character not in PUNCTUATION and character != " " and not _is_plain_digit(character):
            message = _(
                "The name holds a character that our posters do not print: %(sign)s. Use letters, spaces and simple "
                "signs such as ’ . , - & ( )."
            )
            raise BadName(message % {"sign": _shown(character)}, rule="characters")
    if letters < 2:
        raise BadName(_("Type a name of two letters or more, such as Lincoln High School."), rule="short")
    if marks > 2 * letters:
        raise BadName(_("The name holds too many accents. Type it as you would on a form."), rule="marks")


def _joins(name: str, place: int) -> bool:
    """Whether the joiner at ``place`` acts: between two Arabic letters, or after a virama of Devanagari."""
    if not 0 < place < len(name) - 1:
        return False
    before, after = name[place - 1], name[place + 1]
    if name[place] == ZWNJ and script_of(before) == script_of(after) == "Arabic":
        return True
    return before == "\u094d" and script_of(after) == "Devanagari"


def _is_plain_digit(character: str) -> bool:
    """A digit of a script that the posters print."""
    return character in "0123456789" or unicodedata.name(character, "").startswith(
        ("ARABIC-INDIC DIGIT", "EXTENDED ARABIC-INDIC DIGIT", "DEVANAGARI DIGIT", "THAI DIGIT", "KHMER DIGIT")
    )


def _shown(character: str) -> str:
    """The character if it can be seen, else its number."""
    return character if character.isprintable() and not character.isspace() else f"U+{ord(character):04X}"


def _check_scripts(name: str) -> None:
    for word in _words(name):
        if len({script_of(letter) for letter in word} & LOOK_ALIKE) > 1:
            message = _(
                "The word “%(word)s” mixes letters of different alphabets that look alike. Type it anew in one alphabet."
            )
            raise BadName(message % {"word": word}, rule="scripts")


# Words


def _words(text: str) -> list[str]:
    """Runs of letters, marks and digits; an apostrophe or joiner inside a word is no gap."""
    kept = text.translate(_APOSTROPHES)
    return "".join(sign if script_of(sign) or _is_figure(sign) else " " for sign in kept).split()


def _readings(name: str) -> Iterator[list[str]]:
    """The name's words in every way that someone may read them, before folding.

    As they stand (letters and digits apart), with figures read as letters, with what signs tear apart put
    together (fi-ve), and with single letters in a row put together (f i v e).
    """
    words = _words(name)
    chunks = ["".join(_words(chunk)) for chunk in name.split()]
    together: list[str] = []
    for is_single, run in groupby(words, key=lambda word: len(word) == 1):
        row = list(run)
        together += ["".join(row)] if is_single and len(row) > 2 else row
    yield [part for word in words for part in _apart(word)]
    for reading in (words, chunks, together):
        yield [undisguised(word) if len(_apart(word)) > 1 else word for word in reading]


def _apart(word: str) -> list[str]:
    """Letters and digits of a word apart: ``PS118`` is ``PS``, ``118``."""
    return ["".join(run) for _kind, run in groupby(word, key=_is_figure)]


def _folded(words: list[str]) -> Iterator[list[str]]:
    """The words folded: as they are, as the Latin words that they pass for, and both without tripled letters."""
    plain = [[fold(word) for word in words], [looks(word) for word in words]]
    yield from plain
    once = [_TRIPLED.sub(r"\1", word) for word in words]
    if once != words:
        yield from ([fold(word) for word in once], [looks(word) for word in once])


def _check_number_words(name: str) -> None:
    if _holds_number(name):
        message = _(
            "The name holds several number words, or a number word and figures, which could be read as a phone "
            "number. Leave them out; one alone, as in Three Rivers School, is fine."
        )
        raise BadName(message, rule="numbers")


def _holds_number(name: str) -> bool:
    figures = sum(map(_is_figure, name))
    for words in _readings(name):
        marked = sum(as_written(word) in wordlists.marked_numbers() for word in words)
        for folded in _folded(words):
            strong = marked + sum(map(_count_in_word, folded))
            if strong > 1 or (strong and figures):
                return True
            unspaced = "".join(folded)
            if wordlists.numbers_inside().search(unspaced):
                return True
            if any(row.inside.search(unspaced) or _stand_in_row(folded, row) for row in wordlists.numbers()):
                return True
    return _spells_number(name, figures)


def _count_in_word(word: str) -> int:
    """How many number words a word is: 1 for ``five`` and ``fivefive``, and for ``الخمسة`` with its article."""
    strong = wordlists.strong_numbers()
    if word in strong or word.removeprefix("ال") in strong:
        return 1
    return int(re.fullmatch(f"(?:{wordlists.number_inside().pattern}){{2}}", word) is not None)


def _stand_in_row(words: list[str], language: wordlists.Numbers) -> bool:
    """Whether three number words of one language follow each other, ordinary ones included; figures make it four."""
    for is_number, run in groupby(words, key=lambda word: word in language.strong | language.weak or word.isdigit()):
        row = list(run)
        figures = sum(len(word) for word in row if word.isdigit())
        plain = sum(not word.isdigit() for word in row)
        if is_number and plain and plain + figures > (3 if figures else 2):
            return True
    return False


def _spells_number(name: str, figures: int) -> bool:
    """Whether letters with gaps between them spell two number words, or one beside a figure."""
    for is_single, run in groupby(_words(name), key=lambda word: len(word) == 1):
        row = "".join(run)
        for spelled in (fold(undisguised(row)), looks(undisguised(row))):
            found = _most_numbers(spelled) if is_single and len(row) > 2 else 0
            others = sum(_count_in_word(fold(word)) for word in _words(name))
            if found and (found + others > 1 or figures):
                return True
    return False


def _most_numbers(letters: str) -> int:
    """How many number words of three letters or more stand in a row of letters without sharing one."""
    strong = wordlists.strong_numbers()
    most = [0]
    for end in range(1, len(letters) + 1):
        found = (most[start] + 1 for start in range(end - 2) if letters[start:end] in strong)
        most.append(max(most[-1], *found, 0))
    return most[-1]


# Addresses and what calls for an answer


def _check_full_stops(name: str) -> None:
    bare = name.translate(_APOSTROPHES)
    for place, sign in enumerate(bare):
        after = _words(bare[place + 1 :][:2])
        if sign == "." and after and len(after[0]) > 1 and script_of(after[0][0]):
            message = _(
                "In the name, a full stop stands right before “%(word)s”, as in the address of a site. Put a space "
                "after the full stop, or leave it out."
            )
            raise BadName(message % {"word": _words(bare[place + 1 :])[0]}, rule="address")


def _check_words(name: str) -> None:
    lines = sorted({" ".join(folded) for words in _readings(name) for folded in _folded(words)})
    messages = {
        "addresses": _("The name reads like the address of a site. Type the name alone."),
        "networks": _(
            "The name holds the name of a messenger or network, “%(word)s”. Leave it out: posters lead nobody to an "
            "account."
        ),
        "instructions": _(
            "The name holds “%(word)s”, which could look like another way to get help. Leave it out: the poster has "
            "its own numbers."
        ),
        "authorities": _(
            "The name holds “%(word)s”, which only an agency may claim. Agencies get their posters from the "
            "campaign’s team; leave the word out."
        ),
    }
    for kind, message in messages.items():
        for line in lines:
            found = wordlists.refused(kind).found(line)
            if found or (kind == "addresses" and _reads_as_address(name, line)):
                shown = next((word for word in _words(name) if found == wordlists.key(word)), found)
                raise BadName(message % {"word": shown}, rule=kind)


def _reads_as_address(name: str, line: str) -> bool:
    """Whether a line says "dot" between words, or ends like a site."""
    words = line.split()
    dots, points, endings = (wordlists.entries("addresses", list_) for list_ in ("dots", "points", "endings"))
    for place, word in enumerate(words):
        if word in dots and 0 < place < len(words) - 1:
            return True
        if word in endings and place and words[place - 1] in dots | points:
            return True
    last, typed = words[-1] if words else "", set(map(fold, _words(name)))
    if (last == "com" and len(words) > 1) or (last.endswith("com") and last not in typed):
        return True
    return re.search(r"[.,·・(][\s(]*(?:com|net|org|gov|edu)\b", fold(name)) is not None
