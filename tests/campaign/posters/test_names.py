"""The screen for names on posters: what a trafficker would type is refused, what schools are called is not."""

import random
import unicodedata

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.links.codes import LANGUAGES
from campaign.posters import names, wordlists
from campaign.posters.alphabet import LOOK_ALIKE, SCRIPTS, digit_of, fold, script_of
from campaign.posters.names import BadName, screened
from portal.typesetting import fonts
from tests.campaign.posters.good_names import GOOD_NAMES
from tests.campaign.posters.hostile_names import BY_HAND, DIGITS, HOSTILE_NAMES, NUMBERS, WORDS

#: At least so many hostile names are tried.
HOSTILE_TRIED = 5800


def refusal(name: str) -> BadName | None:
    try:
        screened(name)
    except BadName as error:
        return error
    return None


def test_hostile_names_are_refused_with_a_sentence() -> None:
    let_through = []
    for name in HOSTILE_NAMES:
        error = refusal(name)
        if error is None:
            let_through.append(name)
        else:
            assert str(error).endswith(".")
            assert "%(" not in str(error)
    assert let_through == []
    assert len(HOSTILE_NAMES) >= HOSTILE_TRIED


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_name_of_a_school_or_shop_is_printed_as_typed(name: str) -> None:
    assert screened(name) == name


def test_good_names_are_many_and_different() -> None:
    assert len(set(GOOD_NAMES)) == len(GOOD_NAMES) >= 250


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("  Lincoln \t High\nSchool ", "Lincoln High School"),
        ("E\u0301cole Sainte-Anne", "École Sainte-Anne"),
        ("Lincoln\u00a0High\u3000School", "Lincoln High School"),
        ("វិទ្យា\u200bល័យ", "វិទ្យាល័យ"),
        ("วัด\u200bไทย", "วัดไทย"),
        ("한빛", "한빛"),
        ("\u1112\u1161\u11ab빛", "한빛"),
        ("کتاب\u200cخانه", "کتاب\u200cخانه"),
        ("श्\u200dरी कृष्ण", "श्\u200dरी कृष्ण"),
    ],
)
def test_name_is_tidied(typed: str, printed: str) -> None:
    assert screened(typed) == printed


@pytest.mark.parametrize(
    ("name", "rule", "says"),
    [
        ("X", "short", "two letters"),
        ("x" * 61, "long", "60"),
        ("Local 1234", "figures", "more than three"),
        ("P.S. 911", "figures", "911"),
        ("888-HELP", "figures", "888"),
        ("Call @ Maria", "address", "@"),
        ("Lincoln\u202eHigh", "characters", "U+202E"),
        ("Lincoln ☎", "characters", "☎"),
        ("Lincоln", "scripts", "Lincоln"),
        ("Li\u0301\u0302\u0303\u0304n", "marks", "marks"),
        ("One Two", "numbers", "Three Rivers"),
        ("St.Mary", "address", "before “Mary”"),
        ("safe dot org", "addresses", "address of a site"),
        ("Safe on WhatsApp", "networks", "“WhatsApp”"),
        ("Safe Hotline", "instructions", "“Hotline”"),
        ("Springfield Police", "authorities", "“Police”"),
    ],
)
def test_refusal_names_its_rule_and_the_place(name: str, rule: str, says: str) -> None:
    error = refusal(name)
    assert error is not None
    assert error.rule == rule
    assert says in str(error)


@pytest.mark.parametrize(
    "letter", ["a", "f i v e ", "five", "1", " ", ".", "\u0301", "ض", "a\u0301", "\u200b", "@", "نه ", "("]
)
@pytest.mark.parametrize("length", [10_000, 100_000])
def test_long_input_is_refused_unread(letter: str, length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: nothing of the text is looked at, not even to compose it."""
    monkeypatch.delattr(names, "unicodedata")
    error = refusal((letter * length)[:length])
    assert error is not None
    assert error.rule == "long"


@pytest.mark.parametrize(
    "filler",
    ["ba", "o n e ", "babo", "fiv", "si x", "нул", "ا", "دو ", "に", "일", "สอ", "បី", "oneon", "i.", "I1", "一"],
)
def test_work_grows_with_the_length_alone(filler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest name that is read asks for at most a few hundred folds; no pattern backtracks on it."""
    folds = 0

    def counting(text: str) -> str:
        nonlocal folds
        folds += 1
        return fold(text)

    monkeypatch.setattr("campaign.posters.names.fold", counting)
    refusal((filler * 60)[:60])
    assert folds < 1000


HOSTILE_LETTERS = st.sampled_from(
    "OolI013５٥๕５五〇一fiveonesixcall@.。/ -&'’\u0301\u0336\u200b\u200c\u202e\u3164оеаіΟсبخمسةستة अशक่สอ បីដប់ 일이삼 ኣአ"
)
TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(HOSTILE_LETTERS, max_size=70),
    st.lists(st.sampled_from([*GOOD_NAMES, *BY_HAND, "five", "6", "seven", " "]), min_size=1, max_size=3).map(" ".join),
    st.tuples(st.sampled_from(GOOD_NAMES), st.text(max_size=6)).map("".join),
)


@settings(max_examples=600, deadline=None)
@given(name=TEXTS)
def test_any_text_is_refused_with_a_message_or_keeps_every_promise(name: str) -> None:
    error = refusal(name)
    if error is not None:
        assert str(error)
        assert error.rule
        return
    printed = screened(name)
    assert screened(printed) == printed
    assert printed == unicodedata.normalize("NFC", printed) == " ".join(printed.split())
    assert names.SHORTEST <= len(printed) <= names.LONGEST
    assert sum(digit_of(sign) is not None for sign in printed) <= 3
    assert sum(unicodedata.category(sign)[0] == "N" for sign in printed) <= 3
    assert not set(printed) & set("@/\\#:<>{}[]$*_`=+|~\n\t")
    assert not any(unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn", "So", "Sk", "Sm", "Sc"} for sign in printed)
    assert all(sign in "\u200c\u200d" for sign in printed if unicodedata.category(sign) == "Cf")
    assert sum(script_of(sign) is not None for sign in printed) >= 2


@settings(max_examples=400, deadline=None)
@given(
    digits=st.sampled_from(DIGITS),
    phone=st.text("0123456789", min_size=4, max_size=11),
    gaps=st.lists(st.text(" -.,()·&'–aXé中", max_size=3), min_size=12, max_size=12),
    name=st.sampled_from(["", "Lincoln High ", "مدرسة النور ", "三河中学"]),
)
def test_phone_number_never_passes(digits: str, phone: str, gaps: list[str], name: str) -> None:
    row = "".join(digits[int(digit)] + gap for digit, gap in zip(phone, gaps, strict=False))
    assert refusal(name + row) is not None


@settings(max_examples=400, deadline=None)
@given(
    language=st.sampled_from(sorted(code for code, table in NUMBERS.items() if table.get("words"))),
    draw=st.randoms(use_true_random=False),
    count=st.integers(min_value=3, max_value=5),
    separator=st.sampled_from(["", " ", "-", ". ", ", ", " · ", "’ "]),
)
def test_several_number_words_of_one_language_never_pass(
    language: str, draw: random.Random, count: int, separator: str
) -> None:
    if not separator:
        count = max(count, NUMBERS[language].get("joined", 3))
    assert refusal(separator.join(draw.choice(NUMBERS[language]["words"]) for _ in range(count))) is not None


def test_fonts_hold_every_letter_that_a_name_may_have() -> None:
    held: set[int] = set()
    for file in fonts.font_files():
        with TTFont(file, lazy=True) as font:
            held |= set(font.getBestCmap())
    letters = {
        code
        for ranges in SCRIPTS.values()
        for low, high in ranges
        for code in range(low, high + 1)
        if script_of(chr(code))
    }
    assert len(letters) > 40_000
    assert {f"U+{code:04X}" for code in letters - held} == set()
    assert {ord(sign) for sign in names.PUNCTUATION} <= held


def test_every_language_of_the_posters_has_number_words() -> None:
    codes = {code.partition("-")[0] for code in LANGUAGES} | {"roman"}
    assert set(NUMBERS) == codes
    for code in codes:
        table = NUMBERS[code]
        assert set(table) <= {"words", "marked", "weak", "joined"}
        assert len({*table.get("words", ()), *table.get("marked", ()), *table.get("weak", ())}) >= 10


def test_lists_hold_no_entry_that_could_never_match() -> None:
    for kind, lists in WORDS.items():
        for entry in lists.get("words", []) + lists.get("spared", []):
            words = wordlists.key(entry).split(" ")
            assert all(words), (kind, entry)
            assert all(script_of(sign) for word in words for sign in word), (kind, entry)


def test_look_alike_scripts_are_known() -> None:
    assert set(SCRIPTS) > LOOK_ALIKE
