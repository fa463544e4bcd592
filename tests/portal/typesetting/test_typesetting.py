"""Typesetting: what a person typed stays text, the file is tagged and its codes are read back from its bytes."""

import datetime as dt
import io
import re
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.typesetting import (
    MAX_PAGES,
    PALETTE,
    QUIET_ZONE,
    Box,
    Project,
    TypesettingError,
    compile_pdf,
    compile_png,
    contrast,
    decode_pdf,
    fonts,
    mm,
    page_texts,
    press_ready,
    qr,
)
from portal.typesetting.fonts import font_files

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
ADDRESS = "HTTPS://GO.EXAMPLE.GOV/Q/0W0AB12345"


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A design that prints each page's text and, where there is one, its code."""
    path = tmp_path_factory.mktemp("design") / "plain.typ"
    path.write_text(
        "#let data = json(bytes(sys.inputs.data))\n"
        '#set document(title: "Test")\n'
        '#set text(font: ("Inter", "Noto Sans"), lang: "en")\n'
        "#set page(width: 300pt, height: 300pt, margin: 20pt)\n"
        "#for (index, page) in data.pages.enumerate() {\n"
        "  if index > 0 { pagebreak() }\n"
        "  page.text\n"
        '  if "code" in page {\n'
        '    place(dx: 80pt, dy: 80pt, image(bytes(page.code), format: "svg", width: 150pt, alt: "A code."))\n'
        "  }\n"
        "}\n"
    )
    return path


def _set(design: Path, *texts: str) -> bytes:
    return compile_pdf(design, {"pages": [{"text": text} for text in texts]}, timestamp=NOW)


@pytest.mark.parametrize(
    "text",
    ['#read("/etc/passwd")', '#import "@preview/cetz:0.3.0"', "#panic()", "*bold* _it_ $x$ <label> @ref \\ `raw` //"],
)
def test_markup_in_a_text_is_letters_on_paper(plain: Path, text: str) -> None:
    (found,) = page_texts(_set(plain, text))
    assert found.replace("\r\n", " ").strip() == text


def test_a_design_cannot_read_outside_its_root(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    design = tmp_path / "designs" / "bad.typ"
    design.parent.mkdir()
    design.write_text('#read("/../secret.txt")')
    with pytest.raises(TypesettingError):
        compile_pdf(design, {}, timestamp=NOW)


@pytest.mark.parametrize("character", ["\x00", "\x07", "\u202e", "\u2066", "\ufeff", "\ud800"])
def test_unprintable_characters_are_refused_by_name(plain: Path, character: str) -> None:
    with pytest.raises(TypesettingError, match=rf"data\.pages\[0\]\.text.*U\+{ord(character):04X} at position 3"):
        _set(plain, f"ab{character}c")


def test_a_character_without_a_font_is_refused(plain: Path) -> None:
    with pytest.raises(TypesettingError, match=r"data\.pages\[1\]\.text holds “𓀀”, which no poster font can show"):
        _set(plain, "one", "Nile 𓀀")


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_is_set_or_refused_in_words(plain: Path, text: str) -> None:
    said = ""
    try:
        pdf = _set(plain, text)
    except TypesettingError as refusal:
        said, pdf = str(refusal), b""
    assert said.endswith(".") if said else pdf.startswith(b"%PDF")


def test_equal_input_gives_equal_bytes(plain: Path) -> None:
    assert _set(plain, "one", "two") == _set(plain, "one", "two")


def test_too_many_pages_are_refused(plain: Path) -> None:
    with pytest.raises(TypesettingError, match="at most 200"):
        _set(plain, *["page"] * (MAX_PAGES + 1))


def test_the_file_is_tagged_and_embeds_only_our_fonts(plain: Path) -> None:
    with pikepdf.open(io.BytesIO(_set(plain, "Ñandú"))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang) == "en"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        fonts = list(pdf.pages[0].Resources.Font.values())
        assert len(fonts) == 1
        (descendant,) = fonts[0].DescendantFonts
        assert {"/FontFile2", "/FontFile3"} & set(descendant.FontDescriptor.keys())
        assert "Inter" in str(descendant.BaseFont)


def test_previews_have_the_asked_resolution(plain: Path) -> None:
    (png,) = compile_png(plain, {"pages": [{"text": "one"}]}, ppi=36)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 150


def test_fonts_are_there() -> None:
    names = {path.name for path in font_files()}
    assert any(name.startswith("Inter") for name in names)
    assert len(names) > 15


@pytest.mark.parametrize("box", [None, [Box(100, 100, 150, 150)]])
def test_a_code_is_read_back_from_the_file(plain: Path, box: list[Box] | None) -> None:
    pdf = compile_pdf(plain, {"pages": [{"text": "", "code": qr(ADDRESS).to_svg()}]}, timestamp=NOW)
    assert decode_pdf(pdf, box) == [[ADDRESS]]


def test_decode_sees_no_code_where_there_is_none(plain: Path) -> None:
    assert decode_pdf(_set(plain, "one", "two")) == [[], []]


def test_decode_refuses_what_is_no_pdf_and_a_wrong_count(plain: Path) -> None:
    with pytest.raises(TypesettingError, match="cannot be opened"):
        decode_pdf(b"not a pdf")
    with pytest.raises(TypesettingError, match="has 1 pages, 2 were expected"):
        decode_pdf(_set(plain, "one"), [Box(0, 0, 9, 9)] * 2)


@settings(max_examples=25, deadline=None)
@given(text=st.text(alphabet="ABCXYZ0189-.:/ ", min_size=1, max_size=60))
def test_any_alphanumeric_text_reads_back(plain: Path, text: str) -> None:
    pdf = compile_pdf(plain, {"pages": [{"text": "", "code": qr(text).to_svg()}]}, timestamp=NOW)
    assert decode_pdf(pdf) == [[text]]


@pytest.mark.parametrize("text", ["", "lower", "É", "A" * 222])
def test_qr_refuses_what_it_cannot_say(text: str) -> None:
    with pytest.raises(TypesettingError):
        qr(text)


def test_qr_keeps_its_quiet_zone() -> None:
    code = qr(ADDRESS)
    assert code.size == 29
    assert f'viewBox="-{QUIET_ZONE} -{QUIET_ZONE} {code.size + 8} {code.size + 8}"' in code.to_svg()


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("ink", "paper", 4.5),
        ("ink", "sand", 4.5),
        ("ink", "sun", 4.5),
        ("sea", "paper", 4.5),
        ("white", "ink", 4.5),
        ("sand", "ink", 4.5),
        ("white", "alert", 4.5),
        ("alert", "paper", 4.5),
        ("sun", "ink", 3.0),
    ],
)
def test_palette_pairs_can_be_read(text: str, ground: str, least: float) -> None:
    assert contrast(PALETTE[text], PALETTE[ground]) >= least


def test_contrast_matches_its_definition() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)
    assert mm(25.4) == pytest.approx(72)
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in PALETTE.values())


@pytest.mark.parametrize(
    "families", [{"no_such_package": ("inter",)}, {"justmytype_western_core": ("no-such-family",)}]
)
def test_a_missing_font_is_told_by_name(monkeypatch: pytest.MonkeyPatch, families: dict[str, tuple[str, ...]]) -> None:
    """Nothing is ever set in another font than asked: not the system's, not the next best."""
    monkeypatch.setattr(fonts, "_FAMILIES", families)
    fonts.font_paths.cache_clear()
    try:
        with pytest.raises(TypesettingError, match=r"The font (inter|no-such-family) of the package .+ is missing"):
            fonts.font_paths()
    finally:
        fonts.font_paths.cache_clear()


def test_a_project_reads_its_own_files_and_no_others() -> None:
    main = b'#set document(title: "x")\n#set text(font: "Inter")\n#read("other.txt")'
    project = Project(main="main.typ", files={"main.typ": main, "other.txt": b"from beside it"})
    assert "from beside it" in page_texts(compile_pdf(project, {}, timestamp=NOW))[0]
    for path in ("/etc/hostname", "../main.typ", "../../etc/hostname", "no-such.txt"):
        files = {"main.typ": main.replace(b"other.txt", path.encode())}
        with pytest.raises(TypesettingError):
            compile_pdf(Project(main="main.typ", files=files), {}, timestamp=NOW)


def test_bleed_boxes_leave_tags_and_text_alone() -> None:
    main = (
        b'#set document(title: "x")\n#set page(width: 100pt, height: 90pt, bleed: 9pt)\n#set text(font: "Inter")\nsaid'
    )
    pdf = compile_pdf(Project(main="main.typ", files={"main.typ": main}), {}, timestamp=NOW)
    boxed = press_ready(pdf)
    assert boxed == press_ready(pdf)
    assert page_texts(boxed) == page_texts(pdf)
    with pikepdf.open(io.BytesIO(boxed)) as document:
        assert [float(side) for side in document.pages[0].bleedbox] == [0, 0, 118, 108]
        assert [float(side) for side in document.pages[0].trimbox] == [9, 9, 109, 99]
        assert document.Root.MarkInfo.Marked


def test_panic_within_typst_is_a_refusal_like_any_other(plain: Path) -> None:
    """It is no ``Exception``: a worker that let it pass would end."""
    far = '<g transform="scale(9999999)">' * 2
    drawing = f'<svg viewBox="0 0 90 30" xmlns="http://www.w3.org/2000/svg">{far}<circle r="9"/></g></g></svg>'
    with pytest.raises(TypesettingError, match="broke off within plain"):
        compile_png(plain, {"pages": [{"text": "", "code": drawing}]}, ppi=400)
    assert page_texts(_set(plain, "Next"))[0].strip() == "Next"
