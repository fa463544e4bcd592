"""What a machine sees in a text, said before a person reads it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.posters import checks
from campaign.posters.languages import LANGUAGES
from campaign.posters.shipped import shipped_texts

ENGLISH = dict(shipped_texts("en"))


def sentences(language: str = "es", **changed: object) -> list[tuple[str, str]]:
    blocks = dict(shipped_texts(language)) | changed
    return [(problem.key, problem.sentence) for problem in checks.problems(blocks, ENGLISH, language)]


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"ko"}))
def test_shipped_texts_are_right(language: str) -> None:
    assert sentences(language) == []
    assert checks.letters_missing(dict(shipped_texts(language)), language) == []


def test_missing_and_surplus_blocks() -> None:
    blocks = dict(shipped_texts("es"))
    del blocks["title"]
    found = checks.problems(blocks | {"slogan": "Nada"}, ENGLISH, "es")
    assert {problem.key for problem in found} == {"title", "slogan"}


def test_lists_of_another_length() -> None:
    assert sentences(rights=["Uno.", "Dos."]) == [
        ("rights", "English has 3 lines here, this has 2. Write one line for each.")
    ]


def test_empty_where_english_is_not() -> None:
    assert sentences(title="  ") == [("title", "Nothing stands here yet. Translate the English.")]
    assert sentences(rights=["Uno.", "", "Tres."])[0][0] == "rights"


@pytest.mark.parametrize("digits", ["911", "٩١١", "९११", "໙", "𝟗", "⑨", "９１１", "⑩", "Ⅷ", "፻", "一八八八", "九一一"])
def test_digits_of_every_script_are_compared(digits: str) -> None:
    ((key, said),) = sentences(listen=f"Llama al {digits}.")
    assert key == "listen"
    assert "in English none" in said


def test_numbers_keep_their_digits_in_order() -> None:
    english = ENGLISH | {"listen": "Call 911, 24 hours."}
    blocks = dict(shipped_texts("es")) | {"listen": "24 horas: 911."}
    assert checks.problems(blocks, english, "es") == []
    (problem,) = checks.problems(blocks | {"listen": "Llama al 119, 24 horas."}, english, "es")
    assert "The digits here are 119, 24, in English 24, 911." in problem.sentence


def test_words_that_hold_a_chinese_one_are_words() -> None:
    blocks = dict(shipped_texts("zh-Hans")) | {"listen": "一个人会听你说，第二天也一样。"}
    assert checks.problems(blocks, ENGLISH, "zh-Hans") == []


def test_digits_that_english_has_may_stand_in_another_script() -> None:
    english = ENGLISH | {"listen": "In 3 steps."}
    blocks = dict(shipped_texts("ar")) | {"listen": "في ٣ خطوات."}
    assert checks.problems(blocks, english, "ar") == []


@pytest.mark.parametrize("text", ["a@b.example", "https://x.example", "www.algo.mx", "ve a algo.org hoy"])
def test_addresses_are_refused(text: str) -> None:
    assert "An address" in sentences(listen=text)[0][1]


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\x00", "\x1b", "\ufeff", "\n", "\u2028"])
def test_invisible_characters_are_never_kept(character: str) -> None:
    blocks = dict(shipped_texts("es")) | {"listen": f"Alguien{character}escucha."}
    (problem,) = checks.problems(blocks, ENGLISH, "es")
    assert problem.is_unfit


def test_joiners_that_scripts_need_are_letters() -> None:
    assert sentences("fa", listen="می\u200cتوانید") == []


def test_long_text_is_refused_clearly() -> None:
    ((_, said),) = sentences(listen="a" * 10_000)
    assert said == "This has 10,000 characters; at most 200 fit a poster. Shorten it."


def test_headline_of_ten_words() -> None:
    assert "10 words" in sentences(headline_notice=["Una dos tres cuatro cinco seis siete ocho nueve diez"])[0][1]


def test_letter_that_no_font_has() -> None:
    (problem,) = checks.letters_missing(ENGLISH | {"listen": "ཀ is Tibetan"}, "en")
    assert problem.key == "listen"
    assert "no poster font can show" in problem.sentence


@pytest.mark.parametrize(
    "markup", ['#read("/etc/passwd")', '#import "@preview/x:0.1.0"', "$x$", "*bold* _it_", "<script>", "= H", "\\u{41}"]
)
def test_markup_is_letters(markup: str) -> None:
    blocks = ENGLISH | {"listen": markup}
    found = checks.problems(blocks, blocks, "en")
    assert all("invisible" not in problem.sentence for problem in found)
    assert checks.letters_missing(blocks, "en") == []


TEXTS = st.one_of(
    st.text(max_size=220),
    st.text(alphabet="#$*_<>@\"'\\[]{}()/=`~\u202e\u200f0٣९", max_size=60),
    st.sampled_from(["a" * 10_000, "\x00", "\ud800", '#read("/etc/passwd")', "<script>alert(1)</script>"]),
)


@given(text=TEXTS, key=st.sampled_from(sorted(key for key in ENGLISH if isinstance(ENGLISH[key], str))))
@settings(max_examples=200, deadline=None)
def test_any_text_is_judged_or_set(text: str, key: str) -> None:
    blocks = ENGLISH | {key: text}
    found = checks.problems(blocks, ENGLISH, "en")
    assert all(problem.key == key and problem.sentence for problem in found)
    if not any(problem.is_unfit for problem in found):
        assert all(problem.sentence for problem in checks.letters_missing(blocks, "en"))


def test_changes_word_by_word() -> None:
    assert checks.changes("Free. Ask for your language.", "Free. Say your language.") == [
        ("same", "Free."),
        ("gone", " Ask for"),
        ("new", " Say"),
        ("same", " your language."),
    ]


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_changes_hold_both_texts(old: str, new: str) -> None:
    found = checks.changes(old, new)
    assert "".join(words for kind, words in found if kind != "new").split() == old.split()
    assert "".join(words for kind, words in found if kind != "gone").split() == new.split()


def test_changed_blocks_are_those_that_differ() -> None:
    changed = checks.changed_blocks(ENGLISH, ENGLISH | {"call_note": "Free, always."})
    assert [block.key for block in changed] == ["call_note"]
