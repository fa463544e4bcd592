"""The shipped designs, every one on every sheet that it suits, in every language."""

import datetime as dt
import io
import re
import unicodedata
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from hypothesis import event, given, settings
from hypothesis import strategies as st
from PIL import ImageChops

from campaign.posters.header import Header, Layout, Paper
from campaign.posters.languages import LANGUAGES
from campaign.posters.pages import PROOF, Line, Partner, PosterPage, code_box, to_data
from campaign.posters.shipped import kit, shipped_designs, shipped_texts
from portal.typesetting import SLUG, Project, TypesettingError, compile_pdf, decode_pdf, mm, page_texts, press_ready
from portal.typesetting.fonts import font_files
from portal.typesetting.readback import page_pictures

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
CALL = "1-888-373-7888"
URL = "HTTPS://GO.EXAMPLE.GOV/Q/0W0AB12345"
SHEETS = {
    "letter": Paper(612, 792, safe=18),
    "tabloid": Paper(792, 1224, safe=18),
    "a4": Paper(595.276, 841.89, safe=17),
    "a3": Paper(841.89, 1190.551, safe=17),
    "car-card": Paper(2016, 792, safe=36),
    "sticker": Paper(288, 432, safe=9),
}
SOURCES = dict(shipped_designs())
HEADERS = {slug: Header.of(source) for slug, source in SOURCES.items()}
SUITED = [
    (slug, sheet) for slug, header in HEADERS.items() for sheet, paper in SHEETS.items() if header.layout_for(paper)
]
FIRST_SHEETS = ("letter", "sticker", "car-card")
LOCAL = (
    Line("Coalition for Freedom on the Gulf Coast", "Trained advocate", "601-555-0100"),
    Line("Harbor House", "Trained advocate", "1-800-555-0199"),
    Line("Delta Safe Line", "Trained advocate", "601-555-0177"),
)
LONG_NAME = "Abraham Lincoln High School of Performing Arts and Sciences"


def _page(language: str = "en", **changes: object) -> PosterPage:
    page = PosterPage(
        language=language,
        texts=shipped_texts(language),
        call=CALL,
        text="233733",
        relay="711",
        chat="humantraffickinghotline.org",
        danger="911",
        url=URL,
        host="go.example.gov",
        station="Jackson Union Station",
        spot=str(shipped_texts(language)["spot_restroom_women"]),
        code="0W0AB-12345",
    )
    return replace(page, **changes)  # type: ignore[arg-type]


def _layout(slug: str, paper: Paper) -> Layout:
    layout = HEADERS[slug].layout_for(paper)
    assert layout
    return layout


def _set(*pages: PosterPage, slug: str = "first-light", paper: Paper = SHEETS["letter"], **options: object) -> bytes:
    data = to_data(pages, header=HEADERS[slug], layout=_layout(slug, paper), paper=paper, **options)  # type: ignore[arg-type]
    project = Project(main="main.typ", files={"main.typ": SOURCES[slug].encode(), "kit.typ": kit().encode()})
    return compile_pdf(project, data, timestamp=NOW)


def _figures_as_seen(pdf: bytes, page: int) -> str:
    """The figures and hyphens of a page, each line from left to right, from the top down, as an eye meets them."""
    document = pypdfium2.PdfDocument(pdf)
    layer = document[page].get_textpage()
    lines: dict[int, list[tuple[float, str]]] = {}
    for index in range(layer.count_chars()):
        letter = layer.get_text_range(index, 1)
        if letter and letter in "0123456789-":
            left, bottom, _, _ = layer.get_charbox(index, loose=True)
            lines.setdefault(round(bottom), []).append((left, letter))
    layer.close()
    document.close()
    return "".join("".join(letter for _, letter in sorted(line)) for _, line in sorted(lines.items(), reverse=True))


def _squeezed(text: str) -> str:
    """Without white space, and in one form: where lines break is the designer's business."""
    return re.sub(r"[\s\u200b\ufffe\x02]+", "", unicodedata.normalize("NFKC", text))


def test_there_are_designs_for_every_place_and_size() -> None:
    assert len(HEADERS) >= 6
    assert {header.audience for header in HEADERS.values()} == {"restroom", "platform", "train", "school", "public"}
    assert {sheet for _, sheet in SUITED} == set(SHEETS)
    assert any(header.takes_partner for header in HEADERS.values())


@pytest.mark.parametrize(
    ("slug", "sheet"),
    [
        # Sheets of like proportions differ little: with the slow tests every one is set.
        (slug, sheet) if sheet in FIRST_SHEETS else pytest.param(slug, sheet, marks=pytest.mark.slow)
        for slug, sheet in SUITED
    ],
)
@pytest.mark.parametrize(
    "variant",
    ["usual", pytest.param("crowded", marks=pytest.mark.slow), pytest.param("sparse", marks=pytest.mark.slow)],
)
def test_every_language_fits_and_reads_back(slug: str, sheet: str, variant: str) -> None:
    """One page a language; where text would be clipped or broken the design refuses, and this fails."""
    changes: dict[str, object] = {
        "usual": {},
        "crowded": {"local": LOCAL, "partner": Partner(name=LONG_NAME)},
        "sparse": {"text": "", "relay": "", "chat": "", "danger": "", "station": "", "spot": "", "code": ""},
    }[variant]  # type: ignore[assignment]
    paper = SHEETS[sheet]
    pages = [_page(language, **changes) for language in LANGUAGES]
    pdf = _set(*pages, slug=slug, paper=paper)
    boxes = [code_box(page.language, layout=_layout(slug, paper), paper=paper) for page in pages]
    assert decode_pdf(pdf, boxes) == [[URL]] * len(pages)
    assert decode_pdf(pdf) == [[URL]] * len(pages)  # and nothing else on the page reads as a code
    for index, (page, text) in enumerate(zip(pages, page_texts(pdf), strict=True)):
        # PDFium shuffles the letters of right-to-left lines; figures are then read from where they stand.
        is_rtl = LANGUAGES[page.language].direction == "rtl"
        said = _figures_as_seen(pdf, index) if is_rtl else _squeezed(text)
        for number in (page.call, page.text):
            assert number in said, (page.language, number)
        if variant == "crowded":
            # A sticker has room for the nation's lines alone.
            assert all(line.number in said for line in LOCAL) or sheet == "sticker", page.language
            assert is_rtl or (_squeezed(LONG_NAME) in said) == HEADERS[slug].takes_partner


def _overprinted(pdf: bytes, page: int) -> list[str]:
    """Letters and figures that stand on one another, each pair once; a quarter of the smaller is too much."""
    document = pypdfium2.PdfDocument(pdf)
    layer = document[page].get_textpage()
    cells: dict[tuple[int, int], list[tuple[float, float, float, float, str]]] = {}
    found = set()
    for index in range(layer.count_chars()):
        letter = layer.get_text_range(index, 1)
        if not letter.strip() or unicodedata.category(letter[0])[0] not in "LN":
            continue
        left, bottom, right, top = layer.get_charbox(index)
        box = (left, bottom, right, top, letter)
        reach = [
            (x, y)
            for x in range(int(left // 9), int(right // 9) + 1)
            for y in range(int(bottom // 9), int(top // 9) + 1)
        ]
        for other in {each for cell in reach for each in cells.get(cell, ())}:
            wide = min(right, other[2]) - max(left, other[0])
            tall = min(top, other[3]) - max(bottom, other[1])
            smaller = min((right - left) * (top - bottom), (other[2] - other[0]) * (other[3] - other[1]))
            if wide > 0 and tall > 0 and wide * tall > smaller / 4:
                found.add(f"{other[4]}{letter} at {left:.0f}, {bottom:.0f}")
        for cell in reach:
            cells.setdefault(cell, []).append(box)
    layer.close()
    document.close()
    return sorted(found)


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "sheet"), SUITED)
def test_no_letter_stands_on_another(slug: str, sheet: str) -> None:
    """In the languages that Inter sets; shaped scripts stack their letters by design."""
    languages = [code for code, each in LANGUAGES.items() if each.family == "Inter"]
    for changes in ({}, {"local": LOCAL, "partner": Partner(name=LONG_NAME)}):
        pdf = _set(*(_page(code, **changes) for code in languages), slug=slug, paper=SHEETS[sheet])
        over = {code: found for index, code in enumerate(languages) if (found := _overprinted(pdf, index))}
        assert not over


@pytest.mark.parametrize("language", ["en", "es"])
def test_restroom_poster_says_the_numbers_in_reading_order(language: str) -> None:
    (text,) = page_texts(_set(_page(language)))
    said = ["233733", CALL, "711", "humantraffickinghotline.org", "go.example.gov", "Jackson Union", "0W0AB-12345"]
    assert [text.find(words) for words in said] == sorted(text.find(words) for words in said)
    assert all(words in text for words in said)


def test_a_language_that_only_interpreters_speak_asks_for_a_call_first() -> None:
    assert [way["kind"] for way in _page("vi").ways] == ["call", "text", "relay", "chat"]
    assert [way["kind"] for way in _page("es").ways] == ["text", "call", "relay", "chat"]
    (text,) = page_texts(_set(_page("vi")))
    assert text.index(CALL) < text.index("233733")
    assert "Vietnamese" in text  # the word to say


@pytest.mark.parametrize("language", [code for code, each in LANGUAGES.items() if each.direction == "rtl"])
def test_right_to_left_pages_are_mirrored(language: str) -> None:
    """The code stands on the other side, and so does the headline."""
    paper, layout = SHEETS["letter"], _layout("first-light", SHEETS["letter"])
    left, right = code_box("en", layout=layout, paper=paper), code_box(language, layout=layout, paper=paper)
    assert right.x == pytest.approx(paper.width - left.x - left.width)
    document = pypdfium2.PdfDocument(_set(_page(language)))
    layer = document[0].get_textpage()
    place = layer.get_text_range().index(CALL)
    _, _, end, _ = layer.get_charbox(place + len(CALL) - 1)
    assert end > paper.width - 60  # the number ends at the start edge, digits in their own order
    layer.close()
    document.close()


def _heights(pdf: bytes, number: str) -> list[float]:
    """Heights of the number's digits on the first page, in points."""
    document = pypdfium2.PdfDocument(pdf)
    layer = document[0].get_textpage()
    start = layer.get_text_range().index(number)
    boxes = [layer.get_charbox(start + place) for place, letter in enumerate(number) if letter.isdigit()]
    layer.close()
    document.close()
    return [top - bottom for _, bottom, _, top in boxes]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [CALL, "233733"])
def test_restroom_numbers_can_be_read_from_two_metres(language: str, number: str) -> None:
    """Legibility at 2 m wants letters of 10 mm (1/200 of the distance)."""
    assert min(_heights(_set(_page(language)), number)) >= mm(10)


@pytest.mark.parametrize("sheet", ["tabloid", "a3"])
def test_platform_numbers_can_be_read_from_five_metres(sheet: str) -> None:
    pdf = _set(_page(), slug="far-horizon", paper=SHEETS[sheet])
    assert min(_heights(pdf, "373-7888")) >= mm(25)


@pytest.mark.parametrize(("slug", "sheet"), SUITED)
def test_codes_are_at_least_two_centimetres_wide(slug: str, sheet: str) -> None:
    box = code_box("en", layout=_layout(slug, SHEETS[sheet]), paper=SHEETS[sheet])
    assert box.width * 29 / 37 >= mm(20)


def test_strips_of_the_tear_off_carry_the_number_alone_and_two_are_gone() -> None:
    page = _page()
    (text,) = page_texts(_set(page, slug="tear-off"))
    assert _squeezed(text).count(CALL) == 1 + 9 - 2


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
        assert alternatives == [shipped_texts("en")["qr_alt"], shipped_texts("es")["qr_alt"]]


def test_a_print_shop_finds_trim_and_bleed() -> None:
    paper = replace(SHEETS["letter"], bleed=9.0)
    content = press_ready(_set(_page(), paper=paper))
    assert content == press_ready(_set(_page(), paper=paper))
    with pikepdf.open(io.BytesIO(content)) as pdf:
        (page,) = pdf.pages
        assert [float(side) for side in page.trimbox] == [9, 9, 621, 801]
        assert [float(side) for side in page.bleedbox] == [0, 0, 630, 810]
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.StructTreeRoot
    box = code_box("en", layout=_layout("first-light", paper), paper=paper)
    assert decode_pdf(content, [replace(box, x=box.x + 9, y=box.y + 9)]) == [[URL]]


def test_crop_marks_stand_outside_the_bleed_and_change_nothing_else() -> None:
    paper = replace(SHEETS["letter"], bleed=9.0)
    plain = _set(_page("en"), _page("es"), paper=paper)
    content = press_ready(plain, has_marks=True)
    assert content == press_ready(plain, has_marks=True)
    assert page_texts(content) == page_texts(plain)
    with pikepdf.open(io.BytesIO(plain)) as before, pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
        assert len(pdf.Root.StructTreeRoot.ParentTree.Nums) == len(before.Root.StructTreeRoot.ParentTree.Nums)
        for page in pdf.pages:
            assert [float(side) for side in page.mediabox] == [-SLUG, -SLUG, 630 + SLUG, 810 + SLUG]
            assert [float(side) for side in page.trimbox] == [9, 9, 621, 801]
            assert [float(side) for side in page.bleedbox] == [0, 0, 630, 810]
            assert page.Contents[-1].read_bytes().split(b"BDC")[0].endswith(b"/Artifact <</Type /Page>> ")
    edge = round(SLUG)
    for bare, marked in zip(page_pictures(plain, ppi=72), page_pictures(content, ppi=72), strict=True):
        assert marked.size == (630 + 2 * edge, 810 + 2 * edge)
        within = marked.crop((edge, edge, edge + 630, edge + 810))
        # A pixel or two are smoothed otherwise.
        assert sum(ImageChops.difference(within, bare).convert("L").histogram()[8:]) <= 5
        slug = ImageChops.invert(marked.convert("L"))
        slug.paste(0, (edge, edge, edge + 630, edge + 810))
        # Ink lies on the lines of the cut alone, clear of the bleed and of the page's edge.
        inked = {(x, y) for x in range(slug.width) for y in range(slug.height) if slug.getpixel((x, y))}
        clear = {(x, y) for x, y in inked if 3 <= min(x, y, slug.width - 1 - x, slug.height - 1 - y) < edge - 3}
        assert inked
        assert inked == clear
        assert {x for x, y in inked if not edge <= y < edge + 810} <= {*_near(edge + 9), *_near(edge + 621)}
        assert {y for x, y in inked if not edge <= x < edge + 630} <= {*_near(edge + 9), *_near(edge + 801)}
    box = code_box("en", layout=_layout("first-light", paper), paper=paper)
    assert decode_pdf(content, [replace(box, x=box.x + 9 + SLUG, y=box.y + 9 + SLUG)] * 2) == [[URL]] * 2


@pytest.mark.parametrize(("slug", "sheet"), SUITED)
def test_marks_are_said_in_plain_sight(slug: str, sheet: str) -> None:
    sample = page_texts(_set(_page("en"), _page("es"), slug=slug, paper=SHEETS[sheet], is_sample=True))
    assert "SAMPLE" in sample[0]
    assert "leads nowhere" in sample[0]
    assert "MUESTRA" in sample[1]
    proof = _set(_page("ar"), slug=slug, paper=SHEETS[sheet], mark=PROOF)
    assert "PROOF" in page_texts(proof)[0]
    assert decode_pdf(proof) == [[URL]]


def test_a_text_that_cannot_fit_names_itself_and_its_floor() -> None:
    texts = {**shipped_texts("en"), "headline_restroom": ["Word " * 200]}
    with pytest.raises(TypesettingError, match="headline does not fit at 22 points"):
        _set(_page(texts=texts))


def test_a_word_is_never_broken() -> None:
    texts = {**shipped_texts("en"), "headline_restroom": ["Un" + "be" * 60]}
    with pytest.raises(TypesettingError, match="headline does not fit"):
        _set(_page(texts=texts))


def test_long_names_of_places_still_fit() -> None:
    station = "Bay St. Louis, Mississippi Gulf Coast Regional Transportation Center Amtrak Station"
    (text,) = page_texts(_set(_page(station=station, spot="All-gender restroom, north hall by gate 12")))
    assert "gate 12" in text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_people_type_is_letters_on_paper_or_a_clear_error(station: str, spot: str) -> None:
    try:
        pdf = _set(_page(station=station, spot=spot))
    except TypesettingError as error:
        event(str(error)[:20])
        return
    assert decode_pdf(pdf) == [[URL]]


@pytest.mark.parametrize(
    "code", ['#read("/etc/passwd")', '#import "@preview/x:0.1.0"', "$x^2$", "*bold* _it_", "<b>", "\\u{41}", "@ref"]
)
@pytest.mark.parametrize("slug", HEADERS)
def test_markup_in_a_text_stays_letters(slug: str, code: str) -> None:
    paper = next(paper for sheet, paper in SHEETS.items() if (slug, sheet) in SUITED)
    texts = {
        key: value if isinstance(value, list) or key.startswith("sample") else code
        for key, value in shipped_texts("en").items()
    }
    partner = Partner(name=code)
    (text,) = page_texts(_set(_page(texts=texts, partner=partner, spot=code), slug=slug, paper=paper))
    assert _squeezed(code) in _squeezed(text)


def _characters(language: str) -> set[str]:
    said = "".join(
        "".join(value) if isinstance(value, list | tuple) else str(value) for value in shipped_texts(language).values()
    )
    return {character for character in said if character not in " \u200b\u200c\u200d\u200e\u200f"}


@pytest.fixture(scope="module")
def glyphs() -> dict[str, set[int]]:
    """Code points of each font family."""
    found: dict[str, set[int]] = {}
    for path in font_files():
        with TTFont(path, lazy=True) as font:
            found.setdefault(font["name"].getBestFamilyName(), set()).update(font.getBestCmap())
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fonts_of_a_language_have_every_letter_of_its_texts(language: str, glyphs: dict[str, set[int]]) -> None:
    known = glyphs["Inter"] | glyphs[LANGUAGES[language].family]
    missing = {character for character in _characters(language) if ord(character) not in known}
    assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_shipped_texts_keep_the_rules(language: str) -> None:
    texts, english = shipped_texts(language), shipped_texts("en")
    assert list(texts) == list(english)
    for key, value in english.items():
        if isinstance(value, list):
            assert len(texts[key]) == len(value), key
    said = "\n".join("\n".join(value) if isinstance(value, list) else str(value) for value in texts.values())
    assert not any(unicodedata.category(character).startswith("N") for character in said)
    for word in ("victim", "víctima", "rescue", "rescat", "slave", "esclav", "illegal", "ilegal", "confidential"):
        assert word not in said.lower()
    if LANGUAGES[language].is_spaced:
        for key in texts:
            if key.startswith("headline"):
                assert len(re.findall(r"[^\s?!؟¿¡«»।.]+", " ".join(texts[key]))) <= 9, key


def test_the_same_pages_give_the_same_bytes() -> None:
    assert _set(_page("en"), _page("ar")) == _set(_page("en"), _page("ar"))


def _near(place: int) -> tuple[int, int]:
    """The pixels that a hairline at a place touches."""
    return place - 1, place
