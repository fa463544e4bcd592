"""Drawings (SVG) that people upload: read strictly, and written anew from what is known to be harmless.

The result holds only shapes, groups, gradients, clips and masks (``svg_rules``) in one canonical form: the
same drawing gives the same bytes. Notes of drawing programs are left out without a word; whatever runs,
fetches, moves or writes text is refused, with its line and how to do without it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import quoteattr

from django.utils.translation import gettext

from portal.files import svg_rules as rules
from portal.files.errors import BadPicture
from portal.files.svg_reading import DEEPEST, Element, read

KB: Final = 1024
MOST_DRAWN: Final = 100_000
"""Elements, once everything that is drawn again through ``use``, a clip or a mask is counted each time."""
MOST_LAYERS: Final = 300
"""Of those, the see-through, clipped and masked ones: each takes a sheet of its own, some milliseconds of drawing."""
LONGEST_SIDE: Final = 100_000.0
"""Units of the drawing."""
MOST_NARROW: Final = 100
"""The longer side over the shorter one."""

_PIXELS: Final = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_LENGTH: Final = re.compile(rf"({rules.NUMBER})(px|pt|pc|mm|cm|in)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A clean drawing: an SVG of ASCII letters on one line, and its extent in its own units."""

    content: bytes
    width: float
    height: float


def clean_svg(content: bytes, *, most_bytes: int = 500 * KB) -> Drawing:
    """The drawing, made of nothing but what ``svg_rules`` allows. Raises ``BadPicture``."""
    if not content:
        raise BadPicture(gettext("The file is empty (0 bytes). Save it again and choose it anew."))
    if len(content) > most_bytes:
        raise BadPicture(
            gettext("The drawing is larger than %(most)s KB. Simplify its paths, or upload a PNG instead.")
            % {"most": most_bytes // KB}
        )
    root = read(_text_of(content))
    left, top, width, height = _view_box(root)
    for name in ("width", "height", "x", "y"):
        root.attributes.pop(name, None)
    root.attributes["viewBox"] = " ".join(_short(number) for number in (left, top, width, height))
    names = _names(root)
    _check_unfolded(root, _parts(root))
    return Drawing("".join(_written(root, names)).encode("ascii"), width, height)


def _text_of(content: bytes) -> str:
    if content.startswith(b"\x1f\x8b"):
        raise BadPicture(gettext("The drawing is compressed (.svgz). Unpack it, or save it as plain SVG."))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:200]:
        raise BadPicture(gettext("The drawing is written in UTF-16 or UTF-32. Save it as UTF-8."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadPicture(
            gettext("Line %(line)s of the drawing is not UTF-8. Save it as UTF-8.") % {"line": line}
        ) from None
    declared = re.match(r"<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"']*)", text)
    if declared and declared[1].lower() not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        raise BadPicture(
            gettext("The drawing says that it is written in %(encoding)s. Save it as UTF-8.")
            % {"encoding": declared[1][:20]}
        )
    if hidden := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]", text):
        line = text.count("\n", 0, hidden.start()) + 1
        raise BadPicture(
            gettext("Line %(line)s of the drawing holds the control character %(character)s. Export the logo again.")
            % {"line": line, "character": f"U+{ord(hidden[0]):04X}"}
        )
    return text


def _view_box(root: Element) -> tuple[float, float, float, float]:
    """Left, top, width and height; from the outer width and height where it is missing."""
    said = root.attributes.get("viewBox", "")
    if said:
        numbers = [float(number) for number in re.findall(rules.NUMBER, said, re.ASCII)]
    else:
        sides = [_LENGTH.fullmatch(root.attributes.get(name, "")) for name in ("width", "height")]
        numbers = [0.0, 0.0, *(float(side[1]) * _PIXELS[side[2] or ""] for side in sides if side)]
    if len(numbers) != 4:
        raise BadPicture(
            gettext("The drawing doesn’t say how large it is. Export it with a viewBox, or a width and a height.")
        )
    left, top, width, height = numbers
    if not (min(width, height) > 0 and max(width, height) <= LONGEST_SIDE):
        raise BadPicture(
            gettext("The drawing says that it is %(extent)s units large. Export it with sides between 0 and %(most)s.")
            % {"extent": f"{_short(width)} × {_short(height)}", "most": f"{LONGEST_SIDE:,.0f}"}
        )
    if max(width, height) > MOST_NARROW * min(width, height):
        raise BadPicture(
            gettext("The drawing is a mere line (%(extent)s units). Crop it to what people see.")
            % {"extent": f"{_short(width)} × {_short(height)}"}
        )
    return left, top, width, height


def _pointers(element: Element) -> Iterator[tuple[str, str]]:
    """The attributes that point, and the parts at which they do."""
    for attribute in rules.TARGETS:
        value = element.attributes.get(attribute, "")
        if attribute == "href" and value:
            yield attribute, value.removeprefix("#")
        elif value.startswith("url(#"):
            yield attribute, value.removeprefix("url(#").removesuffix(")")


def _parts(root: Element) -> dict[str, Element]:
    """The elements that are pointed at, by id. Refuses pointers to nothing, to two things, or to the wrong one."""
    found: dict[str, list[Element]] = {}
    for element in root.walk():
        found.setdefault(element.part, []).append(element)
    parts = {}
    for element in root.walk():
        for attribute, part in _pointers(element):
            candidates = found.get(part, [])
            told = {"attribute": attribute, "element": f"<{element.name}>", "line": element.line}
            if not candidates:
                says = gettext(
                    "The attribute %(attribute)s of %(element)s (line %(line)s) points at %(part)s, which is nothing. "
                    "Export the logo again."
                )
                raise BadPicture(says % {**told, "part": f"#{part[:40]}"})
            if len(candidates) > 1:
                says = gettext(
                    "The attribute %(attribute)s of %(element)s (line %(line)s) points at %(part)s, which is two "
                    "things. Export the logo again."
                )
                raise BadPicture(says % {**told, "part": f"#{part[:40]}"})
            (target,) = candidates
            inherits = attribute == "href" and element.name in rules.GRADIENTS
            if target.name not in (rules.GRADIENTS if inherits else rules.TARGETS[attribute]):
                says = gettext(
                    "The attribute %(attribute)s of %(element)s (line %(line)s) points at a %(part)s, which it cannot "
                    "show. Export the logo again."
                )
                raise BadPicture(says % {**told, "part": f"<{target.name}>"})
            parts[part] = target
    return parts


@dataclass(frozen=True, slots=True)
class _Effort:
    """What drawing an element takes, with all that it holds and points at."""

    shapes: int
    layers: int
    levels: int


def _check_unfolded(root: Element, parts: dict[str, Element]) -> None:
    """Refuses what would draw itself, or unfold into more than can be drawn in good time."""
    efforts: dict[int, _Effort] = {}
    """By identity of the element: what is pointed at many times is measured once."""
    being_measured: set[int] = set()

    def measure(element: Element, level: int) -> _Effort:
        key = id(element)
        if key in efforts:
            return efforts[key]
        told = {"element": f"<{element.name}>", "line": element.line}
        if key in being_measured:
            raise BadPicture(
                gettext("The element %(element)s (line %(line)s) draws itself. Export the logo again.") % told
            )
        being_measured.add(key)
        shapes, levels = 1, 0
        layers = int(any(element.attributes.get(name, plain) != plain for name, plain in rules.LAYERED.items()))
        if level <= 2 * DEEPEST:
            for within in (*element.children, *(parts[part] for _, part in _pointers(element))):
                more = measure(within, level + 1)
                shapes, layers, levels = shapes + more.shapes, layers + more.layers, max(levels, more.levels)
        if level + levels > 2 * DEEPEST:
            says = gettext(
                "The element %(element)s (line %(line)s) is drawn through more than %(most)s others. Expand it to plain "
                "shapes and export again."
            )
            raise BadPicture(says % {**told, "most": 2 * DEEPEST})
        if shapes > MOST_DRAWN:
            says = gettext(
                "The element %(element)s (line %(line)s) unfolds into more than %(most)s shapes. Simplify the logo, or "
                "upload a PNG instead."
            )
            raise BadPicture(says % {**told, "most": f"{MOST_DRAWN:,}"})
        if layers > MOST_LAYERS:
            says = gettext(
                "The element %(element)s (line %(line)s) holds more than %(most)s see-through, clipped or masked parts. "
                "Flatten them, or upload a PNG instead."
            )
            raise BadPicture(says % {**told, "most": MOST_LAYERS})
        being_measured.remove(key)
        efforts[key] = _Effort(shapes, layers, levels + 1)
        return efforts[key]

    measure(root, 1)


def _names(root: Element) -> dict[str, str]:
    """New ids of the parts that are pointed at, in the order of the file."""
    wanted = {part for element in root.walk() for _, part in _pointers(element)}
    ordered = dict.fromkeys(element.part for element in root.walk() if element.part in wanted)
    return {part: f"p{number}" for number, part in enumerate(ordered, start=1)}


def _written(element: Element, names: dict[str, str]) -> Iterator[str]:
    attributes = dict(element.attributes)
    for attribute, part in _pointers(element):
        attributes[attribute] = f"#{names[part]}" if attribute == "href" else f"url(#{names[part]})"
    if element.part in names:
        attributes["id"] = names[element.part]
    if element.name == "svg":
        attributes["xmlns"] = rules.SVG
    yield f"<{element.name}" + "".join(f" {name}={quoteattr(attributes[name])}" for name in sorted(attributes))
    if element.children:
        yield ">"
        for child in element.children:
            yield from _written(child, names)
        yield f"</{element.name}>"
    else:
        yield "/>"


def _short(number: float) -> str:
    """Up to six decimals, none in vain."""
    return f"{number:.6f}".rstrip("0").rstrip(".")
