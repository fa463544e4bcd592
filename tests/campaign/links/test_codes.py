"""Printed codes: what a person may type, what is caught, and what a code says by itself."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.links import codes
from portal.areas.register import AREAS, BY_NUMBER

SAMPLES = 20


@pytest.fixture(scope="module")
def sample() -> list[str]:
    """Codes of many areas and languages, the same in every run."""
    draw = random.Random(2027)
    return [
        codes.make(area=draw.choice(AREAS).code, language=draw.choice(codes.LANGUAGES), random=draw.getrandbits(30))
        for _ in range(SAMPLES)
    ]


def is_read(text: str) -> bool:
    try:
        codes.read(text)
    except codes.BadCode:
        return False
    return True


def test_read_every_area_and_language_comes_back() -> None:
    draw = random.Random(1)
    for area, language in itertools.product(AREAS, codes.LANGUAGES):
        code = codes.make(area=area.code, language=language, random=draw.getrandbits(30))
        assert len(code) == codes.LENGTH
        assert set(code) <= set(codes.ALPHABET)
        assert codes.read(code) == codes.Reading(code=code, area=area.code, language=language)


@pytest.mark.parametrize("bits", [0, 1, 2**30 - 1])
def test_make_any_thirty_bits_differ_only_after_area_and_language(bits: int) -> None:
    code = codes.make(area="MS", language="es", random=bits)
    assert code[:3] == codes.make(area="MS", language="es", random=12345)[:3]
    assert codes.read(code).area == "MS"


def test_make_without_bits_draws_them() -> None:
    assert len({codes.make(area="MS", language="en") for _ in range(200)}) == 200


def test_make_unknown_area_or_language_is_refused() -> None:
    with pytest.raises(KeyError):
        codes.make(area="XX", language="en")
    with pytest.raises(ValueError, match="tuple"):
        codes.make(area="MS", language="tlh")


def test_read_one_wrong_character_anywhere_is_refused(sample: list[str]) -> None:
    for code in sample:
        for place, letter in itertools.product(range(codes.LENGTH), codes.ALPHABET):
            wrong = code[:place] + letter + code[place + 1 :]
            assert is_read(wrong) is (wrong == code), wrong


def test_read_any_two_characters_swapped_is_refused(sample: list[str]) -> None:
    for code in sample:
        for one, other in itertools.combinations(range(codes.LENGTH), 2):
            letters = list(code)
            letters[one], letters[other] = letters[other], letters[one]
            swapped = "".join(letters)
            assert is_read(swapped) is (swapped == code), swapped


def test_read_a_character_lost_or_doubled_is_refused(sample: list[str]) -> None:
    for code in sample:
        for place in range(codes.LENGTH):
            assert not is_read(code[:place] + code[place + 1 :])
            assert not is_read(code[:place] + code[place] + code[place:])


def test_read_as_people_type_it(sample: list[str]) -> None:
    for code in sample:
        typed = [
            code.lower(),
            codes.grouped(code),
            codes.grouped(code).lower(),
            f"{code[:5]}\u2011{code[5:]}",
            f"{code[:5]}\u00a0{code[5:]}",
            f"  {' '.join(code)} ",
            code.replace("0", "O").replace("1", "I"),
            code.replace("0", "o").replace("1", "l"),
        ]
        assert {codes.read(text).code for text in typed} == {code}


def test_read_letters_for_digits_mean_the_digits() -> None:
    code = next(
        code
        for bits in range(10_000)
        if {"0", "1"} <= set((code := codes.make(area="MS", language="en", random=bits))[3:])
    )
    assert codes.read(code.replace("0", "O").replace("1", "L")).code == code


@pytest.mark.parametrize("alien", ["U", "u", "*", "é", "٣", "\u0131", "０", "\x00", "💙"])
def test_read_a_character_outside_the_alphabet_is_refused(sample: list[str], alien: str) -> None:
    for place in range(codes.LENGTH):
        assert not is_read(sample[0][:place] + alien + sample[0][place + 1 :])


def test_read_a_number_that_no_area_has_is_the_nation() -> None:
    free = next(number for number in range(1, 1024) if number not in BY_NUMBER)
    code = completed([free >> 5, free & 31, 1])
    assert codes.read(code) == codes.Reading(code=code, area="US", language="es")


def test_read_a_language_that_has_no_place_yet_is_english() -> None:
    assert len(codes.LANGUAGES) < 32
    assert codes.read(completed([0, 28, 31])) == codes.Reading(code=completed([0, 28, 31]), area="MS", language="en")


def completed(values: list[int]) -> str:
    """The one code that begins with these values and goes on with zeros."""
    body = "".join(codes.ALPHABET[value] for value in values).ljust(codes.LENGTH - 1, "0")
    (code,) = [body + letter for letter in codes.ALPHABET if is_read(body + letter)]
    return code


def test_grouped_is_two_halves() -> None:
    assert codes.grouped("0W0ABCDEF9") == "0W0AB-CDEF9"


def test_url_is_upper_case_for_the_small_qr_mode() -> None:
    url = codes.url("0W0ABCDEF9", address="https://go.example.org")
    assert url == "HTTPS://GO.EXAMPLE.ORG/Q/0W0ABCDEF9"
    assert set(url) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@given(st.text())
def test_read_any_text_is_a_code_or_a_bad_one(text: str) -> None:
    if is_read(text):
        reading = codes.read(text)
        assert codes.read(reading.code) == reading


@given(st.text(alphabet=codes.ALPHABET + "OIL-", min_size=9, max_size=12))
def test_read_what_looks_like_a_code_is_one_or_a_bad_one(text: str) -> None:
    if is_read(text):
        assert codes.read(text).language in codes.LANGUAGES
