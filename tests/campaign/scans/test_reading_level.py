"""Whoever reads the help page may be afraid, in a hurry, or new to English: grade 6 at most."""

from typing import Any

import pytest

from campaign.scans import words
from campaign.welcome import leaflets
from outreach.channels import limits
from tests.reading import grade, syllables

HARDEST = 6.0
#: What a help page never says as prose: names, marks of the machine, and words read by screen readers alone.
NO_PROSE = {"names", "areas", "language_names", "title", "own_name", "direction", "who_exactly"}


def sentences(value: Any) -> list[str]:
    """Every text in a table of texts."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in sentences(inner)]
    if isinstance(value, (list, tuple)):
        return [text for inner in value for text in sentences(inner)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    ("word", "count"),
    [("call", 1), ("name", 1), ("police", 2), ("advocate", 3), ("interpreter", 4), ("forced", 1), ("wanted", 2)],
)
def test_syllables_of_known_words(word: str, count: int) -> None:
    assert abs(syllables(word) - count) <= 1


def test_grade_of_easy_and_hard_texts() -> None:
    assert grade(["The cat sat on the mat. It was warm."]) < 2
    assert grade(["Confidentiality obligations notwithstanding, mandatory notification provisions may necessitate "
                  "disclosure to appropriate governmental authorities."]) > 15  # fmt: skip


def test_help_page_is_read_at_grade_six() -> None:
    texts = {key: text for key, text in words.in_language("en").texts.items() if key not in NO_PROSE}
    assert grade(sentences(texts)) <= HARDEST


@pytest.mark.parametrize("key", ["before", "young", "happens", "rights", "phone", "tips", "duty"])
def test_part_of_the_help_page_is_read_at_grade_eight(key: str) -> None:
    """A part is short, so that one long word weighs more: none may be far above the whole."""
    assert grade(sentences(words.in_language("en").texts[key])) <= HARDEST + 2


def test_limits_of_lines_are_read_at_grade_six() -> None:
    assert grade(limits.SAID["en"].values()) <= HARDEST


@pytest.mark.parametrize("slug", leaflets.SLUGS)
def test_page_of_words_is_read_at_grade_six(slug: str) -> None:
    page = leaflets.in_language(slug, "en")
    texts = [page.lead]
    for section in page.sections:
        texts += [section.heading, *section.text, *section.points]
    assert grade(texts) <= HARDEST
