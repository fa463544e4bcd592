"""The built-in poster: what it says, how large, and that nothing a person types breaks it."""

import datetime as dt
import io
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.posters.pages import BUILT_IN_LANGUAGES, FIRST_LIGHT, LETTER, Line, PosterPage, built_in_texts, to_data
from portal.typesetting import TypesettingError, compile_pdf, decode_pdf, mm, page_texts

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
CALL = "1-888-373-7888"
LOCAL = (
    Line("Coalition for Freedom on the Gulf Coast", "Trained advocate", "601-555-0100"),
    Line("Harbor House", "Trained advocate", "1-800-555-0199"),
    Line("Delta Safe Line", "Trained advocate", "601-555-0177"),
)


def _page(language: str = "en", **changes: object) -> PosterPage:
    page = PosterPage(
        language=language,
        texts=built_in_texts(language),
        call=CALL,
        text="233733",
        relay="711",
        chat="humantraffickinghotline.org",
        url="HTTPS://GO.EXAMPLE.GOV/Q/0W0AB12345",
        host="go.example.gov",
        station="Jackson Union Station",
        spot="Women's restroom",
        code="0W0AB-12345",
    )
    return replace(page, **changes)  # type: ignore[arg-type]


def _set(*pages: PosterPage, sample: bool = False, watermark: str | None = None) -> bytes:
    return compile_pdf(FIRST_LIGHT, to_data(pages, sample=sample, watermark=watermark), timestamp=NOW)


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_poster_says_the_numbers_in_reading_order(language: str) -> None:
    (text,) = page_texts(_set(_page(language)))
    said = ["233733", CALL, "711", "humantraffickinghotline.org", "go.example.gov", "Jackson Union", "0W0AB-12345"]
    assert [text.find(words) for words in said] == sorted(text.find(words) for words in said)
    assert all(words in text for words in said)


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_poster_reads_back(language: str) -> None:
    page = _page(language)
    pdf = _set(page)
    assert decode_pdf(pdf, [LETTER.qr]) == [[page.url]]
    assert decode_pdf(pdf) == [[page.url]]


def test_headline_has_at_most_nine_words() -> None:
    for language in BUILT_IN_LANGUAGES:
        assert len(" ".join(built_in_texts(language)["headline"]).split()) <= 9


def test_built_in_texts_have_the_same_keys_and_no_numbers() -> None:
    english, spanish = built_in_texts("en"), built_in_texts("es")
    assert english.keys() == spanish.keys()
    for texts in (english, spanish):
        assert not any(character.isdigit() for character in str(list(texts.values())))
        said = str(list(texts.values())).lower()
        for word in ("victim", "víctima", "rescue", "rescat", "slave", "esclav", "illegal", "ilegal", "confidential"):
            assert word not in said


def _heights(pdf: bytes, number: str) -> list[float]:
    """Heights of the number's digits on the first page, in points."""
    document = pypdfium2.PdfDocument(pdf)
    layer = document[0].get_textpage()
    start = layer.get_text_range().index(number)
    boxes = [layer.get_charbox(start + place) for place, letter in enumerate(number) if letter.isdigit()]
    layer.close()
    document.close()
    return [top - bottom for _, bottom, _, top in boxes]


@pytest.mark.parametrize("number", [CALL, "233733"])
def test_numbers_can_be_read_from_two_metres(number: str) -> None:
    """Legibility at 2 m wants letters of 10 mm (1/200 of the distance)."""
    assert min(_heights(_set(_page()), number)) >= mm(10)


def test_code_is_large_enough_to_scan_at_arms_length() -> None:
    proper = LETTER.qr.width * 29 / 37
    assert proper >= mm(40)


def test_file_is_tagged_in_the_language_of_each_page() -> None:
    with pikepdf.open(io.BytesIO(_set(_page("en"), _page("es")))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        languages = {str(item.Lang) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Lang" in item}
        assert {"en", "es"} <= languages
        alternatives = [
            str(item.Alt) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
        assert alternatives == [built_in_texts("en")["qr_alt"], built_in_texts("es")["qr_alt"]]


def test_sample_is_said_in_plain_sight() -> None:
    text = page_texts(_set(_page("en"), _page("es"), sample=True))
    assert "SAMPLE" in text[0]
    assert "leads nowhere" in text[0]
    assert "MUESTRA" in text[1]
    assert decode_pdf(_set(_page(), sample=True)) == [[_page().url]]
    assert "SAMPLE" not in page_texts(_set(_page()))[0]


def test_watermark_stamps_a_proof() -> None:
    assert "PROOF" in page_texts(_set(_page(), watermark="Proof"))[0]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_local_lines_stand_with_who_answers(count: int) -> None:
    (text,) = page_texts(_set(_page(local=LOCAL[:count])))
    for line in LOCAL[:count]:
        assert line.number in text
        assert line.name in text.replace("\r\n", " ")
    assert text.count("Trained advocate") == count


def test_lines_without_a_number_are_left_out() -> None:
    (text,) = page_texts(_set(_page(text="", relay="", chat="")))
    assert CALL in text
    assert not any(words in text for words in ("233733", "Deaf", "Chat"))


def test_text_that_cannot_fit_names_itself() -> None:
    texts = {**built_in_texts("en"), "headline": ["Word " * 200]}
    with pytest.raises(TypesettingError, match="headline is too long"):
        _set(_page(texts=texts))


def test_long_names_of_places_still_fit() -> None:
    station = "Bay St. Louis, Mississippi Gulf Coast Regional Transportation Center Amtrak Station"
    (text,) = page_texts(_set(_page(station=station, spot="All-gender restroom, north hall by gate 12")))
    assert "gate 12" in text


WORDS = st.text(alphabet=st.characters(codec="latin-1", exclude_categories=["C"]), min_size=1, max_size=80)


@settings(max_examples=25, deadline=None)
@given(station=WORDS, spot=WORDS, name=WORDS)
def test_whatever_staff_type_is_printed_or_refused_in_words(station: str, spot: str, name: str) -> None:
    page = _page(station=station, spot=spot, local=(Line(name, "Trained advocate", "601-555-0100"),))
    said, codes = "", []
    try:
        codes = decode_pdf(_set(page), [LETTER.qr])
    except TypesettingError as refusal:
        said = str(refusal)
    assert said.endswith(".") if said else codes == [[page.url]]
