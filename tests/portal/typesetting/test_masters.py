"""Masters: pages that share all but a code and a line of words, as they come out of the file."""

import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

import pikepdf
import pytest

from portal.typesetting import (
    EDITION,
    Box,
    Masters,
    NoPlace,
    Project,
    TypesettingError,
    Variable,
    compile_pdf,
    decode_pdf,
    page_texts,
    qr,
)

NOW = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
CODE = Box(x=200, y=40, width=150, height=150)
WORDS = Box(x=30, y=250, width=300, height=10)
PITCH = 30.0
SIDE = 400

_FIGURE = (
    "place(top + left, dx: {box.x}pt, dy: {box.y}pt, image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg' "
    'viewBox=\'0 0 1 1\'/>"), format: "svg", width: {box.width}pt, height: {box.height}pt, fit: "stretch", alt: {alt}))'
)
_CODE = "#" + _FIGURE.format(box=CODE, alt='"place-of-code:The code"')
_WORDS = "#" + _FIGURE.format(box=WORDS, alt='"place-of-words:{\\"size\\": 9}"')
_HEAD = (
    f"#set page(width: {SIDE}pt, height: {SIDE}pt, margin: 20pt)\n"
    '#set text(font: "Inter", size: 12pt)\n#set document(title: "Masters")\n'
)
_ROWS = f"""#let data = json(bytes(sys.inputs.data))
#set page(width: 300pt, height: {PITCH}pt * data.rows.len(), margin: 0pt)
#set text(font: "Inter", size: 9pt)\n#set document(title: "Rows")
#for (index, row) in data.rows.enumerate() {{ place(top + left, dy: {PITCH}pt * index, row) }}
"""


def project(source: str) -> Project:
    return Project(main="main.typ", files={"main.typ": source.encode()})


def read(*pages: str) -> Masters:
    """Masters of pages that hold these; every one has both places unless it is told."""
    return Masters.read(compile_pdf(project(_HEAD + "\n#pagebreak()\n".join(pages)), {}, timestamp=NOW))


def printed(masters: Masters, words: list[str], *, kinds: int = 1) -> bytes:
    rows = compile_pdf(project(_ROWS), {"rows": words}, timestamp=NOW)
    pages = [
        Variable(master=number % kinds, code=qr(f"HTTPS://HELP.EXAMPLE/{number}"), title=each)
        for number, each in enumerate(words)
    ]
    return masters.print(pages, rows=rows, pitch=PITCH)


@pytest.fixture(scope="module")
def masters() -> Masters:
    return read(f"= First kind\n{_CODE}{_WORDS}", f"{_WORDS}\n= Second kind\nSaid 100 % here.\n{_CODE}")


class TestPages:
    def test_each_has_its_master_its_code_and_its_words(self, masters: Masters) -> None:
        words = [f"Platform {number}" for number in range(7)]
        pdf = printed(masters, words, kinds=2)

        assert decode_pdf(pdf) == [[f"HTTPS://HELP.EXAMPLE/{number}"] for number in range(7)]
        assert decode_pdf(pdf, [CODE] * 7) == decode_pdf(pdf)
        for number, text in enumerate(page_texts(pdf)):
            assert ("First kind" in text, "Second kind" in text) == (number % 2 == 0, number % 2 == 1)
            assert re.findall(r"Platform \d", text) == [words[number]]

    def test_words_stand_in_their_place(self, masters: Masters) -> None:
        alone = compile_pdf(
            project(
                f"{_HEAD}#place(top + left, dx: {WORDS.x - 20}pt, dy: {WORDS.y - 20}pt, text(size: 9pt)[Platform 1])"
            ),
            {},
            timestamp=NOW,
        )
        second = printed(
            read(f"{_CODE}{_WORDS}".replace("dx: 30", "dx: 10").replace("dy: 250", "dy: 230")), ["x", "Platform 1"]
        )

        assert _place_of(second, 1, "Platform") == pytest.approx(_place_of(alone, 0, "Platform"), abs=0.05)

    def test_the_same_input_gives_the_same_bytes(self, masters: Masters) -> None:
        again = read(f"= First kind\n{_CODE}{_WORDS}", f"{_WORDS}\n= Second kind\nSaid 100 % here.\n{_CODE}")

        assert printed(masters, ["a", "b"], kinds=2) == printed(again, ["a", "b"], kinds=2)
        assert printed(masters, ["a", "b"]) != printed(masters, ["a", "c"])

    @pytest.mark.skipif(version("typst") != "0.15.2", reason="another Typst writes other masters")
    def test_another_edition_gives_other_bytes_and_only_then(self, masters: Masters) -> None:
        digest = hashlib.sha256()
        with pikepdf.open(io.BytesIO(printed(masters, ["a", "b"], kinds=2))) as document:
            for (
                each
            ) in document.objects:  # as they are before they are compressed, which each machine's zlib does its way
                if not isinstance(each, pikepdf.Stream):
                    digest.update(each.unparse(resolved=True))
                elif str(each.get("/Type")) not in ("/XRef", "/ObjStm"):
                    digest.update(each.read_bytes())

        assert (EDITION, digest.hexdigest()) == (
            1,
            "cb0092dd924f07d409fb670805bba089a25dadcb4ce60114a7d27898e3519bdd",
        ), "raise EDITION with every change of the bytes, and write both here"

    def test_two_hundred_are_small_and_in_order(self, masters: Masters) -> None:
        pdf = printed(masters, [f"Stall {number}" for number in range(200)])

        assert [texts[0] for texts in decode_pdf(pdf)] == [f"HTTPS://HELP.EXAMPLE/{number}" for number in range(200)]
        assert len(pdf) < 200 * 2048

    def test_titles_may_hold_anything(self, masters: Masters) -> None:
        titles = ["(a) \\ >> endobj", "غرفة · 休息室", "100 % %d"]
        rows = compile_pdf(project(_ROWS), {"rows": ["a", "b", "c"]}, timestamp=NOW)
        pdf = masters.print([Variable(master=0, code=qr("A"), title=title) for title in titles], rows=rows, pitch=PITCH)

        with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as outline:
            assert [item.title for item in outline.root] == titles


class TestStructure:
    def test_the_file_is_sound(self, masters: Masters) -> None:
        with pikepdf.open(io.BytesIO(printed(masters, ["a", "b", "c"], kinds=2))) as document:
            assert document.check_pdf_syntax() == []
            assert bool(document.Root.MarkInfo.Marked)
            assert str(document.Root.Lang) == "en"
            metadata = document.Root.Metadata.read_bytes()
            assert b"<pdfuaid:part>1<" in metadata
            assert b"<xmpTPg:NPages>3<" in metadata
            assert str(document.trailer.Info.Title) == "Masters"

    def test_every_page_knows_all_its_operators_and_closes_what_it_opens(self, masters: Masters) -> None:
        with pikepdf.open(io.BytesIO(printed(masters, ["a", "b", "c"], kinds=2))) as document:
            for page in document.pages:
                said = [str(each.operator) for each in pikepdf.parse_content_stream(page)]
                assert not [each for each in said if len(each) > 3]
                assert said.count("q") == said.count("Q")
                assert said.count("BT") == said.count("ET")
                assert said.count("BDC") + said.count("BMC") == said.count("EMC")

    def test_every_part_of_a_page_has_one_owner_that_holds_it(self, masters: Masters) -> None:
        with pikepdf.open(io.BytesIO(printed(masters, ["a", "b", "c"], kinds=2))) as document:
            tree = document.Root.StructTreeRoot.ParentTree.Nums
            for number, page in enumerate(document.pages):
                owners: Any = tree[2 * number + 1]
                assert tree[2 * number] == number == page.StructParents
                content = b"".join(each.read_bytes() for each in page.Contents)
                assert [int(mark) for mark in re.findall(rb"/MCID (\d+)", content)] == list(range(len(owners)))
                for mark, owner in enumerate(owners):
                    assert mark in [kid for kid in owner.K if isinstance(kid, int)]
                    assert owner.Pg.objgen == page.obj.objgen

    def test_every_element_knows_its_parent(self, masters: Masters) -> None:
        with pikepdf.open(io.BytesIO(printed(masters, ["a", "b"], kinds=2))) as document:
            top: Any = document.Root.StructTreeRoot.K[0]
            seen = list(_walk(top))

        assert [each["/S"] for each in seen].count("/Sect") == 2
        figures = [each for each in seen if each["/S"] == "/Figure"]
        assert [each["/Alt"] for each in figures] == ["The code", "The code"]
        assert "place-of" not in str(seen)

    def test_an_own_part_follows_its_master_and_reads_where_its_place_was(self, masters: Masters) -> None:
        with pikepdf.open(io.BytesIO(printed(masters, ["a", "b"], kinds=2))) as document:
            top: Any = document.Root.StructTreeRoot.K[0]
            kinds = [[str(kid.S) for kid in section.K] for section in top.K]

        assert kinds[0].index("/Figure") < kinds[0].index("/P")
        assert kinds[1].index("/P") < kinds[1].index("/H1") < kinds[1].index("/Figure")


class TestRefusals:
    @pytest.mark.parametrize("page", [_CODE, _WORDS, "Words", f"{_CODE}{_CODE}{_WORDS}", f"{_CODE}{_WORDS}{_WORDS}"])
    def test_a_page_without_both_places_once_is_no_master(self, page: str) -> None:
        with pytest.raises(NoPlace, match="place"):
            read(page)

    def test_links_cannot_be_copied(self) -> None:
        with pytest.raises(TypesettingError, match="links"):
            read(f'#link("https://example.org")[Here]{_CODE}{_WORDS}')

    @pytest.mark.parametrize("rows", [["a", ""], ["a"]])
    def test_a_page_without_words_is_named(self, masters: Masters, rows: list[str]) -> None:
        pdf = compile_pdf(project(_ROWS), {"rows": rows}, timestamp=NOW)
        pages = [Variable(master=0, code=qr("A"), title="")] * 2

        with pytest.raises(TypesettingError, match="Page 2 has no words"):
            masters.print(pages, rows=pdf, pitch=PITCH)

    def test_words_too_many_are_told(self, masters: Masters) -> None:
        pdf = compile_pdf(project(_ROWS), {"rows": ["a", "b"]}, timestamp=NOW)

        with pytest.raises(TypesettingError, match="cannot be told apart"):
            masters.print([Variable(master=0, code=qr("A"), title="")], rows=pdf, pitch=PITCH)


def _walk(element: Any) -> Iterator[Mapping[str, str]]:
    yield {key: str(value) for key, value in element.items() if key in ("/S", "/Alt")}
    for kid in element.K:
        if isinstance(kid, int):
            continue
        assert kid.P.objgen == element.objgen
        yield from _walk(kid)


def _place_of(pdf: bytes, page: int, words: str) -> tuple[float, float]:
    """Where words begin, in points from the bottom left corner."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    layer = document[page].get_textpage()
    found = layer.search(words).get_next()
    assert found
    left, bottom, _, _ = layer.get_charbox(found[0])
    document.close()
    return left, bottom
