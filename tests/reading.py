"""How hard English is to read: the Flesch–Kincaid grade, with the syllables that a hyphenation dictionary finds.

Kincaid et al. 1975: 0.39 × words a sentence + 11.8 × syllables a word − 15.59.
"""

import re
from collections.abc import Iterable
from functools import cache

import pyphen  # type: ignore[import-untyped]

_WORD = re.compile(r"[A-Za-z]+(?:[’'-][A-Za-z]+)*")
_SENTENCE_END = re.compile(r"[.!?:;]+(?=[”’)]*(?:\s|$))")


@cache
def _dictionary() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US", left=1, right=1)


@cache
def syllables(word: str) -> int:
    """Of one word, the greater of two counts: points of hyphenation, and groups of vowels without a silent e."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", re.sub(r"(?<=[^laeiouy])e$|(?<=[^tdaeiouy])ed$", "", plain)))
    return max(1, groups, len(_dictionary().positions(plain)) + 1)


def grade(sentences: Iterable[str]) -> float:
    """The US school grade that texts ask for. Points of a list and lines without a full stop are sentences."""
    counted = words = sounds = 0
    for text in sentences:
        for sentence in filter(None, map(str.strip, _SENTENCE_END.split(text))):
            found = _WORD.findall(sentence)
            if found:
                counted += 1
                words += len(found)
                sounds += sum(map(syllables, found))
    if not counted:
        raise ValueError("no sentence")
    return 0.39 * words / counted + 11.8 * sounds / words - 15.59
