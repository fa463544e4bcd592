"""Judges the words of a poster before a person does: what a machine can see, it says at once.

problems(blocks, english, language)      # without Typst; a form asks it at every save
letters_missing(blocks, language)        # asks the fonts themselves, in one compilation
changes(old, new)                        # what English changed, word by word
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.utils import timezone

from campaign.posters.languages import LANGUAGES, PosterLanguage
from portal.typesetting import Project, TypesettingError, compile_pdf

Blocks = Mapping[str, object]

#: Characters of one text: a poster has no room for more.
MOST_CHARACTERS: Final = 200
MOST_HEADLINE_WORDS: Final = 9
# Vietnamese writes syllables apart: nine words are about so many.
_MOST_HEADLINE_SYLLABLES: Final = 16

# Marks that some scripts need to be spelled; all others could hide or reorder text.
_SPELLING_MARKS: Final = frozenset("\u200b\u200c\u200d\u00ad")
_DIRECTION_MARKS: Final = frozenset("\u200e\u200f")
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Three and more of these in a row are a number; one or two are words (一个, 第二).
_SPELLED: Final = re.compile("[〇零一二三四五六七八九]{3,}")
_ADDRESS: Final = re.compile(r"@|://|\bwww\.|\w\.(?:com|org|net|gov|edu|info|io|us|mil|biz)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one block: its key, and a sentence that says how to mend it.

    A draft may be kept with all but what is ``is_unfit``: that is never stored.
    """

    key: str
    sentence: str
    is_unfit: bool = False


def called(key: str) -> str:
    """A block's key as people read it: ``text_note`` is “Text note”."""
    return key.replace("_", " ").capitalize()


def strings(block: object) -> list[str]:
    """A block's texts: a list has one a sentence."""
    if isinstance(block, str):
        return [block]
    return [text for text in block if isinstance(text, str)] if isinstance(block, Sequence) else []


def problems(blocks: Blocks, english: Blocks, language: str) -> list[Problem]:
    """All that is wrong with ``blocks``, in the order of the English. ``english`` may be the blocks themselves.

    Whether the fonts have the letters is asked apart: ``letters_missing``.
    """
    spoken = LANGUAGES[language]
    found = [Problem(key, "English has no such text any more. Take it out.") for key in blocks if key not in english]
    for key, original in english.items():
        if key not in blocks:
            found.append(Problem(key, "This text is missing. Translate it."))
            continue
        found += (Problem(key, sentence, is_unfit=True) for sentence in _unfit(blocks[key], original))
        if not found or found[-1].key != key:
            found += (Problem(key, sentence) for sentence in _of_block(key, blocks[key], original, spoken))
    return found


def _unfit(block: object, original: object) -> Iterator[str]:
    """What is not even kept as a draft."""
    is_list = not isinstance(original, str)
    if is_list is isinstance(block, str) or not (isinstance(block, str | list)):
        yield "This text has another form than the English one. Write it anew from the English."
        return
    for text in strings(block):
        yield from _of_characters(text)


def _of_block(key: str, block: object, original: object, language: PosterLanguage) -> Iterator[str]:
    texts, originals = strings(block), strings(original)
    if len(texts) != len(originals):
        yield f"English has {len(originals)} lines here, this has {len(texts)}. Write one line for each."
    for text, english in zip(texts, originals, strict=False):
        if english.strip() and not text.strip():
            yield "Nothing stands here yet. Translate the English."
        if _ADDRESS.search(text):
            yield "An address stands here. Addresses are set by the portal: take it out."
    if _digits(texts) != _digits(originals):
        yield (
            f"The digits here are {_shown(texts)}, in English {_shown(originals)}. Numbers are set by the portal: type "
            "only those that the English has."
        )
    if key.startswith("headline") and language.is_spaced:
        words = sum(any(map(str.isalnum, word)) for text in texts for word in text.split())
        most, what = (
            (_MOST_HEADLINE_SYLLABLES, "syllables") if language.code == "vi" else (MOST_HEADLINE_WORDS, "words")
        )
        if words > most:
            yield f"The headline has {words} {what}; at most {most} can be read in passing. Shorten it."


def _of_characters(text: str) -> Iterator[str]:
    if len(text) > MOST_CHARACTERS:
        yield f"This has {len(text):,} characters; at most {MOST_CHARACTERS} fit a poster. Shorten it."
        return
    for position, character in enumerate(text, 1):
        if character in _SPELLING_MARKS or character in _DIRECTION_MARKS:
            continue
        if character == "\n":
            yield "A text stands on one line. Join the lines."
            return
        if unicodedata.category(character) in _UNPRINTABLE:
            yield f"Position {position} holds the invisible character U+{ord(character):04X}. Delete it."
            return


def _digits(texts: Sequence[str]) -> list[str]:
    """Every number of any script, by value, in no order: languages order their words as they like."""
    return sorted(number for text in texts for number in "".join(map(_digit, _SPELLED.sub(_spelled, text))).split())


def _digit(character: str) -> str:
    """What a character counts for; a blank for what is no digit."""
    return f"{unicodedata.numeric(character):g}" if unicodedata.category(character).startswith("N") else " "


def _spelled(number: re.Match[str]) -> str:
    return "".join(f"{unicodedata.numeric(character):g}" for character in number[0])


def _shown(texts: Sequence[str]) -> str:
    return ", ".join(_digits(texts)) or "none"


_SAMPLER: Final = b"""
#let data = json(bytes(sys.inputs.data))
#set document(title: "Letters")
#set page(width: 500pt, height: auto, margin: 20pt)
#set text(font: data.fonts, lang: data.lang, dir: if data.rtl { rtl } else { ltr }, hyphenate: false)
#for words in data.texts [#par(words)]
"""


def letters_missing(blocks: Blocks, language: str) -> list[Problem]:
    """Texts with a letter that no font of the language has; the first that is found, in one compilation.

    Call it with blocks in which ``problems`` found nothing.
    """
    spoken = LANGUAGES[language]
    texts = [(key, text) for key, block in blocks.items() for text in strings(block)]
    data = {
        "fonts": list(dict.fromkeys(["Inter", spoken.family, "Noto Sans"])),
        "lang": language.partition("-")[0],
        "rtl": spoken.direction == "rtl",
        "texts": [text for _, text in texts],
    }
    try:
        compile_pdf(Project(main="letters.typ", files={"letters.typ": _SAMPLER}), data, timestamp=timezone.now())
    except TypesettingError as error:
        said = str(error)
        place = re.match(r"data\.texts\[(\d+)\] ", said)
        key = texts[int(place[1])][0] if place else ""
        return [Problem(key, f"“{said[place.end() :].removeprefix('holds “')}" if place else said)]
    return []


Change = tuple[Literal["same", "gone", "new"], str]


def changes(old: str, new: str) -> list[Change]:
    """What turns one text into another, word by word; words that stay keep their spaces."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    found: list[Change] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(before[i:j])))
            continue
        if i < j:
            found.append(("gone", "".join(before[i:j])))
        if k < m:
            found.append(("new", "".join(after[k:m])))
    return found


_WORDS: Final = re.compile(r"\s*\S+|\s+\Z")


@dataclass(frozen=True, slots=True)
class Changed:
    """One block that two versions say differently."""

    key: str
    name: str
    changes: tuple[Change, ...]


def changed_blocks(old: Blocks, new: Blocks) -> list[Changed]:
    """The blocks that differ, those of ``new`` first, in its order."""
    return [
        Changed(key, called(key), tuple(changes(was, now)))
        for key in dict.fromkeys([*new, *old])
        if (was := "\n".join(strings(old.get(key, "")))) != (now := "\n".join(strings(new.get(key, ""))))
    ]
