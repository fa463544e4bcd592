"""The lists of words that a typed name is held against, read from the two TOML files beside this module."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from campaign.posters.alphabet import as_written, fold, script_of

_FOLDER: Final = Path(__file__).parent
_APOSTROPHES: Final = str.maketrans("", "", "'’")
# Shorter weak words are found in any text: they count alone, never inside of one.
_SHORTEST_INSIDE: Final = {"Latin": 3, "Cyrillic": 3, "Arabic": 3}


def key(text: str) -> str:
    """How a word or phrase stands in a list: folded, without apostrophes."""
    return fold(text.translate(_APOSTROPHES))


@dataclass(frozen=True, slots=True)
class Numbers:
    """The number words of one language. ``inside`` finds several of them written as one."""

    language: str
    strong: frozenset[str]
    marked: frozenset[str]
    weak: frozenset[str]
    inside: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Refused:
    """Words, pieces of text and phrases of one kind that no name may hold; all folded."""

    words: frozenset[str]
    pieces: tuple[str, ...]
    joined: tuple[str, ...]
    spared: tuple[str, ...]

    def found(self, line: str) -> str | None:
        """The first word or phrase of a line (folded words with single spaces between) that is refused."""
        padded = f" {line} "
        for phrase in self.spared:
            padded = padded.replace(f" {phrase} ", " ")
        for word in self.words:
            if f" {word} " in padded:
                return word
        unspaced = padded.replace(" ", "")
        return next((piece for piece in self.pieces + self.joined if piece in unspaced), None)


def _several(words: frozenset[str], times: int) -> re.Pattern[str]:
    """Finds ``times`` of the words, one right after the other."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(f"(?:{'|'.join(map(re.escape, longest_first))}){{{times}}}")


def _is_long(word: str) -> bool:
    return len(word) >= _SHORTEST_INSIDE.get(script_of(word[0]) or "", 1)


@cache
def numbers() -> tuple[Numbers, ...]:
    """The number words of every language of the posters."""
    found = []
    for language, table in tomllib.loads((_FOLDER / "number_words.toml").read_text(encoding="utf-8")).items():
        strong = frozenset(map(key, table.get("words", ())))
        marked = frozenset(map(as_written, table.get("marked", ())))
        weak = frozenset(map(key, [*table.get("weak", ()), *marked])) - strong
        inside = strong | {word for word in weak if _is_long(word)}
        found.append(Numbers(language, strong, marked, weak, _several(inside, table.get("joined", 3))))
    return tuple(found)


@cache
def strong_numbers() -> frozenset[str]:
    """The number words of all languages that are little else."""
    return frozenset().union(*(row.strong for row in numbers()))


@cache
def marked_numbers() -> frozenset[str]:
    """The number words of all languages that are ordinary words without their accents; as written."""
    return frozenset().union(*(row.marked for row in numbers()))


@cache
def number_inside() -> re.Pattern[str]:
    """Finds one strong number word of three letters or more, or a shorter one that is no syllable of Latin text."""
    return _several(frozenset(word for word in strong_numbers() if _is_long(word)), 1)


@cache
def numbers_inside() -> re.Pattern[str]:
    """Finds three strong Latin number words of any languages, one right after the other."""
    return _several(frozenset(word for word in strong_numbers() if script_of(word[0]) == "Latin" and _is_long(word)), 3)


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((_FOLDER / "name_words.toml").read_text(encoding="utf-8"))


def entries(kind: str, name: str) -> frozenset[str]:
    """The folded entries of one list of name_words.toml; empty if the kind has no such list."""
    return frozenset(map(key, _lists()[kind].get(name, ())))


@cache
def refused(kind: str) -> Refused:
    """The lists of a kind: ``instructions``, ``authorities``, ``networks`` or ``addresses``."""
    return Refused(
        words=entries(kind, "words"),
        pieces=tuple(sorted(entries(kind, "pieces"))),
        joined=tuple(sorted(entries(kind, "joined"))),
        spared=tuple(sorted(entries(kind, "spared"), key=len, reverse=True)),
    )
