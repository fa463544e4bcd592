"""Uploaded drawings: refused with a line, or written anew from what is allowed."""

import re
import string
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.files import svg_rules as rules
from portal.files.drawings import clean_svg
from portal.files.errors import BadPicture
from tests.portal.files import hostile
from tests.portal.files.hostile import SVG_OPEN, svg

OPEN = '<svg viewBox="0 0 90 30" xmlns="http://www.w3.org/2000/svg">'
INKSCAPE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    b'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
    b'xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cc="http://creativecommons.org/ns#" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" width="90mm" height="30mm" viewBox="0 0 90 30" version="1.1" '
    b'id="svg8" inkscape:version="1.2" sodipodi:docname="logo.svg" inkscape:export-filename="/home/dana/logo.png">'
    b'<sodipodi:namedview id="base" pagecolor="#ffffff" inkscape:pageopacity="0.0"/>'
    b'<metadata id="m"><rdf:RDF><cc:Work rdf:about=""><dc:source>Dana</dc:source></cc:Work></rdf:RDF></metadata>'
    b'<!-- drawn by Dana --><defs id="d"><linearGradient inkscape:collect="always" id="lg1"><stop offset="0" '
    b'style="stop-color:#1f6f78;stop-opacity:1;" id="s1"/></linearGradient><linearGradient id="lg2" '
    b'xlink:href="#lg1" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="90" y2="0"/></defs>'
    b'<g inkscape:label="Layer 1" inkscape:groupmode="layer" id="layer1" transform="translate(1, 2)">'
    b'<path style="fill:url(#lg2);fill-opacity:1;stroke:none;stroke-width:0.26px;-inkscape-stroke:none;'
    b"font-family:'Noto Sans';text-align:start;marker:none;enable-background:accumulate\" "
    b'd="M 0,0 H 90 V 30 Z" id="p" inkscape:connector-curvature="0" sodipodi:nodetypes="cccc"/></g></svg>'
)


def clean(inside: str) -> str:
    """What is left of a drawing, without its outermost element."""
    content = clean_svg(svg(inside)).content.decode()
    assert content.startswith(OPEN)
    return content.removeprefix(OPEN).removesuffix("</svg>")


@pytest.mark.parametrize("name", sorted(hostile.DRAWINGS))
def test_hostile_drawing_is_refused_in_a_sentence(name: str) -> None:
    content, says = hostile.DRAWINGS[name]
    with pytest.raises(BadPicture) as refusal:
        clean_svg(content)
    said = str(refusal.value)
    assert re.search(says, said, re.S), said
    assert said.endswith(".")
    assert len(said) < 350


def test_notes_of_inkscape_are_left_out_without_a_word() -> None:
    drawing = clean_svg(INKSCAPE)
    assert drawing.content.decode() == (
        '<svg viewBox="0 0 90 30" xmlns="http://www.w3.org/2000/svg"><defs><linearGradient id="p1">'
        '<stop offset="0" stop-color="#1f6f78" stop-opacity="1"/></linearGradient><linearGradient '
        'gradientUnits="userSpaceOnUse" href="#p1" id="p2" x1="0" x2="90" y1="0" y2="0"/></defs>'
        '<g transform="translate(1, 2)"><path d="M 0,0 H 90 V 30 Z" fill="url(#p2)" fill-opacity="1" '
        'stroke="none" stroke-width="0.26px"/></g></svg>'
    )
    assert (drawing.width, drawing.height) == (90, 30)


def test_classes_of_illustrator_become_attributes() -> None:
    sheet = "<style type='text/css'><![CDATA[\n\t.st0{fill:#12343B;} /* ink */ .st1,.st2{fill:none}\n\t.st2{stroke:red;}]]></style>"
    left = clean(f'{sheet}<rect class="st0"/><g class="st2 st0" fill="blue" style="stroke:green !important"/>')
    assert left == '<rect fill="#12343B"/><g fill="none" stroke="green"/>'


@pytest.mark.parametrize(
    ("inside", "left"),
    [
        ("<title>Logo</title><desc>of us</desc><g/>", "<g/>"),
        ('<g id="unused"/>', "<g/>"),
        ("<!-- a comment --><g/>", "<g/>"),
        ('<rect fill="url( &quot;#a&quot; ) none"/><radialGradient id="a"/>', '<rect fill="url(#p1)"/><radialGradient id="p1"/>'),
        ('<use xlink:href="#a" x="3"/><circle id="a" r="1"/>', '<use href="#p1" x="3"/><circle id="p1" r="1"/>'),
        ('<path d="M0\n0\tL1  1"/>', '<path d="M0 0 L1 1"/>'),
        ('<clipPath id="é"><rect/></clipPath><g clip-path="url(#é)"/>', '<clipPath id="p1"><rect/></clipPath><g clip-path="url(#p1)"/>'),
        ('<g style="fill:#F00;fill:color(display-p3 1 0 0);fill-opacity:1"/>', '<g fill="#F00" fill-opacity="1"/>'),
        ('<g style="mix-blend-mode:multiply;isolation:isolate"/>', '<g isolation="isolate" mix-blend-mode="multiply"/>'),
        ('<path stroke-dasharray="4, 2.5" stroke-linecap="round"/>', '<path stroke-dasharray="4, 2.5" stroke-linecap="round"/>'),
        ('<g aria-hidden="true" data-name="Layer 1" xml:space="preserve" font-size="12"/>', "<g/>"),
        ('<polygon points="1,2 3,4"/><polyline points="1 2"/><line x1="1"/><ellipse rx="2"/>',
         '<polygon points="1,2 3,4"/><polyline points="1 2"/><line x1="1"/><ellipse rx="2"/>'),
        ('<path d="M0 0a1 1 0 01.5.5z" transform="matrix(1 0 0 1 2 3)"/>', '<path d="M0 0a1 1 0 01.5.5z" transform="matrix(1 0 0 1 2 3)"/>'),
        ('<rect fill="rgb(1, 2, 3)"/><rect fill="rgba(1,2,3,.5)"/>', '<rect fill="rgb(1, 2, 3)"/><rect fill="rgba(1,2,3,.5)"/>'),
    ],
)  # fmt: skip
def test_harmless_drawing_is_kept_or_left_out(inside: str, left: str) -> None:
    assert clean(inside) == left


@pytest.mark.parametrize(
    ("size", "box", "extent"),
    [
        ('width="90" height="30"', "0 0 90 30", (90, 30)),
        ('width="90px" height="45pt"', "0 0 90 60", (90, 60)),
        ('width="1in" height="25.4mm"', "0 0 96 96", (96, 96)),
        ('viewBox="-5,-5,10,10" width="100%" height="100%"', "-5 -5 10 10", (10, 10)),
        ('viewBox="0 0 12.50 7.125"', "0 0 12.5 7.125", (12.5, 7.125)),
    ],
)
def test_extent_comes_from_the_view_box_or_the_sides(size: str, box: str, extent: tuple[float, float]) -> None:
    drawing = clean_svg(svg(opened=f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'))
    assert f'viewBox="{box}"' in drawing.content.decode()
    assert (drawing.width, drawing.height) == pytest.approx(extent)


def test_what_the_outermost_element_paints_is_kept() -> None:
    opened = SVG_OPEN.replace("viewBox", 'fill="none" stroke="#000" stroke-width="2" viewBox')
    assert b'<svg fill="none" stroke="#000" stroke-width="2" viewBox' in clean_svg(svg(opened=opened)).content


def test_mark_of_utf_8_and_a_declaration_are_taken() -> None:
    declared = svg(before='<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n')
    assert clean_svg(b"\xef\xbb\xbf" + declared) == clean_svg(svg())


def test_clean_drawing_is_clean() -> None:
    for content in (INKSCAPE, svg(), svg('<g id="a"><rect/></g><use href="#a"/>')):
        once = clean_svg(content)
        assert clean_svg(once.content) == once


def test_as_many_elements_as_allowed_are_taken() -> None:
    assert clean_svg(svg("<g/>" * 19_999)).content.count(b"<g/>") == 19_999


def test_many_parts_that_say_they_are_not_see_through_are_taken() -> None:
    assert clean_svg(svg('<rect style="opacity:1;mix-blend-mode:normal"/>' * 1000)).content.count(b"<rect") == 1000


def assert_allowed(content: bytes) -> None:
    """Asserts that a clean drawing holds nothing but what the rules allow."""
    for element in ElementTree.fromstring(content).iter():
        space, _, name = element.tag.rpartition("}")
        assert space == "{" + rules.SVG
        assert name in rules.ELEMENTS
        assert not (element.text or "").strip()
        for attribute, value in element.attrib.items():
            assert attribute in rules.VALUES or attribute in {"id", "href"}
            assert re.fullmatch(r"p\d+|#p\d+|url\(#p\d+\)", value) or rules.VALUES[attribute].fullmatch(value)


names = st.sampled_from([*sorted(rules.ELEMENTS), "script", "a", "image", "text", "style", "title", "metadata", "set"])
attributes = st.sampled_from(
    [*sorted(rules.VALUES), "id", "class", "style", "href", "xlink:href", "onload", "data-x", "font-size", "filter"]
)
values = st.one_of(
    st.sampled_from(
        ["a", "#a", "url(#a)", "1", "0 0 9 9", "#fff", "none", "M0 0L1 1", "javascript:x", "fill:red", "b{}"]
    ),
    st.text(string.printable, max_size=12),
)
Tree = tuple[str, dict[str, str], list[Any]]
trees: st.SearchStrategy[Tree] = st.recursive(
    st.tuples(names, st.dictionaries(attributes, values, max_size=3), st.just([])),
    lambda inner: st.tuples(names, st.dictionaries(attributes, values, max_size=3), st.lists(inner, max_size=3)),
    max_leaves=8,
)


def written(tree: Tree) -> str:
    """The tree as XML."""
    name, told, inside = tree
    words = "".join(f" {key}={quoteattr(value)}" for key, value in told.items())
    return f"<{name}{words}>{''.join(written(child) for child in inside)}</{name}>"


@settings(max_examples=400, deadline=None)
@given(trees)
def test_any_tree_is_clean_or_refused(tree: Tree) -> None:
    try:
        drawing = clean_svg(svg(written(tree)))
    except BadPicture:
        return
    assert_allowed(drawing.content)
    assert clean_svg(drawing.content) == drawing


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from([INKSCAPE, svg(), svg("<style>.a{fill:red}</style><g class='a'/>")]),
    st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=6), st.integers(0, 6)), min_size=1, max_size=3),
)
def test_mutated_drawing_is_clean_or_refused(content: bytes, changes: list[tuple[int, bytes, int]]) -> None:
    for place, put, gone in changes:
        place %= max(1, len(content))
        content = content[:place] + put + content[place + gone :]
    try:
        drawing = clean_svg(content)
    except BadPicture:
        return
    assert_allowed(drawing.content)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(BadPicture):
        clean_svg(content)
