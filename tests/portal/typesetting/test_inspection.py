"""What is measured in a finished PDF: codes, type, boxes, bleed; and what a damaged code still says."""

import datetime as dt
import random

import pytest

from portal.typesetting import (
    Box,
    Damage,
    PrintedCode,
    Project,
    TypesettingError,
    bare_bleed,
    compile_pdf,
    inspect_codes,
    page_boxes,
    page_words,
    press_ready,
    qr,
)

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
ADDRESS = "HTTPS://GO.EXAMPLE.GOV/Q/0W0AB12345"
BOX = Box(80, 80, 148, 148)  # 37 modules of 4 points


def sheet(body: str, *, code: str = ADDRESS, bleed: int = 0) -> bytes:
    """A page of 300 points with a code in ``BOX``, and ``body`` around it."""
    main = f"""
#let data = json(bytes(sys.inputs.data))
#set document(title: "Test")
#set page(width: 300pt, height: 300pt, margin: 0pt, bleed: {bleed}pt)
#set text(font: "Inter", size: 10pt, lang: "en")
#let code = image(bytes(data.code), format: "svg", width: 148pt, alt: "A code.")
{body}
"""
    project = Project(main="main.typ", files={"main.typ": main.encode()})
    return compile_pdf(project, {"code": qr(code).to_svg()}, timestamp=NOW)


PLAIN = "#place(dx: 80pt, dy: 80pt, code)"


def the_code(body: str = PLAIN, *, code: str = ADDRESS) -> PrintedCode:
    (found,) = inspect_codes(sheet(body, code=code), [BOX])[0]
    return found


def test_a_code_is_measured_as_it_is_printed() -> None:
    code = the_code()
    assert (code.text, code.modules, code.recovery) == (ADDRESS, 29, "Q")
    assert code.side == pytest.approx(29 * 4, rel=0.01)
    assert code.module == pytest.approx(4, rel=0.01)
    assert code.quiet_zone > 4
    assert (code.dark, code.light) == ("#000000", "#ffffff")


def test_a_smaller_code_in_the_same_place_measures_less() -> None:
    code = the_code("#place(dx: 100pt, dy: 100pt, scale(50%, code, origin: top + left))")
    assert code.module == pytest.approx(2, rel=0.02)


@pytest.mark.parametrize("free", [1, 2, 3])
def test_what_stands_too_near_narrows_the_quiet_zone(free: int) -> None:
    """A dark bar that leaves so many modules on the left of a code."""
    bar = f"#place(dx: 80pt, dy: 80pt, rect(width: {(4 - free) * 4}pt, height: 148pt, fill: black))"
    assert the_code(f"{PLAIN}\n{bar}").quiet_zone == pytest.approx(free, abs=0.3)


def test_a_pale_code_tells_its_colours() -> None:
    veil = "#place(dx: 80pt, dy: 80pt, rect(width: 148pt, height: 148pt, fill: white.transparentize(30%)))"
    code = the_code(f"{PLAIN}\n{veil}")
    assert code.light == "#ffffff"
    assert code.dark in {"#b2b2b2", "#b3b3b3"}


@pytest.mark.parametrize("host", ["EXAMPLE.ORG", "GO.EXAMPLE.GOV", "HELP.TRAFFICKING.EXAMPLE.GOV"])
def test_a_sound_code_survives_every_damage(host: str) -> None:
    letters = random.Random(host)
    for _ in range(5):
        address = f"HTTPS://{host}/Q/" + "".join(letters.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=10))
        code = the_code(code=address)
        for damage in Damage:
            assert set(code.after(damage)) == {address}, damage


def test_a_code_that_is_covered_already_does_not_survive_another_blot() -> None:
    stamp = "#place(dx: 150pt, dy: 110pt, rect(width: 34pt, height: 34pt, fill: white))"
    code = the_code(f"{PLAIN}\n{stamp}")
    assert "" in code.after(Damage.COVER)


def test_damage_is_the_same_every_time() -> None:
    code = the_code()
    assert [code.after(damage) for damage in Damage] == [code.after(damage) for damage in Damage]
    assert len(code.after(Damage.COVER)) == 12


def test_a_page_without_a_code_has_none() -> None:
    assert inspect_codes(sheet("Nothing here"), [BOX]) == [[]]
    with pytest.raises(TypesettingError, match="has 1 pages, 2 were expected"):
        inspect_codes(sheet("Nothing here"), [BOX, BOX])


def test_words_have_the_size_in_which_they_are_printed() -> None:
    body = "One #text(size: 7pt)[two] #scale(50%, reflow: true, text(size: 9pt)[three])"
    words = {each.text: each.size for each in page_words(sheet(body))[0]}
    assert words == {"One": 10, "two": 7, "three": 4.5}


@pytest.mark.parametrize(
    ("ground", "share"),
    [
        ("#place(dx: -9pt, dy: -9pt, rect(width: 318pt, height: 318pt, fill: navy))", 0),
        ("#place(rect(width: 300pt, height: 300pt, fill: navy))", 1),
        ("#place(dx: -9pt, dy: -9pt, rect(width: 309pt, height: 318pt, fill: navy))", 0.25),
        ("", 0),
    ],
)
def test_a_ground_that_ends_at_the_cut_is_seen(ground: str, share: float) -> None:
    page = sheet(ground, bleed=9)
    assert bare_bleed(page) == [pytest.approx(share, abs=0.03)]
    assert bare_bleed(press_ready(page, has_marks=True)) == bare_bleed(page)


def test_boxes_are_those_that_the_file_names() -> None:
    (plain,) = page_boxes(sheet("", bleed=9))
    assert (plain.media, plain.trim, plain.bleed) == ((0, 0, 318, 318), (9, 9, 309, 309), None)
    (boxed,) = page_boxes(press_ready(sheet("", bleed=9)))
    assert boxed.bleed == (0, 0, 318, 318)
