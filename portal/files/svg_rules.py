"""What a drawing may hold: elements, attributes, and the shape of every value. All else is refused or left out."""

import re
from typing import Final

from django.utils.translation import gettext_lazy

SVG: Final = "http://www.w3.org/2000/svg"
XLINK: Final = "http://www.w3.org/1999/xlink"
XML: Final = "http://www.w3.org/XML/1998/namespace"

SHAPES: Final = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
GRADIENTS: Final = frozenset({"linearGradient", "radialGradient"})
ELEMENTS: Final = SHAPES | GRADIENTS | {"svg", "g", "defs", "clipPath", "mask", "stop", "use"}

# What each attribute that points may point at.
TARGETS: Final = {
    "href": SHAPES | {"g", "use"},
    "fill": GRADIENTS,
    "stroke": GRADIENTS,
    "clip-path": frozenset({"clipPath"}),
    "mask": frozenset({"mask"}),
}

# Words about the drawing, which draw nothing: left out with all that they hold.
SILENT: Final = frozenset({"title", "desc", "metadata"})
# Refused wherever it stands, in words about the drawing too; in small letters.
DANGEROUS: Final = frozenset({"script", "handler", "listener", "foreignobject", "iframe", "object", "embed"})

# How to do without an element that people's files often hold; in small letters.
ADVICE: Final = {
    name: advice
    for names, advice in (
        ("script handler listener", gettext_lazy("Scripts are never taken: export the logo without them")),
        (
            "foreignobject iframe object embed",
            gettext_lazy("Pages inside a drawing are never taken: export the logo as plain SVG"),
        ),
        ("image feimage", gettext_lazy("Draw it as paths, or upload a PNG instead")),
        (
            "text tspan tref textpath altglyph font font-face glyph",
            gettext_lazy("Turn text into outlines (paths) and export again"),
        ),
        (
            "animate animatecolor animatemotion animatetransform set",
            gettext_lazy("A logo stands still: remove the animation"),
        ),
        ("a", gettext_lazy("A logo leads nowhere: remove the link")),
        ("filter", gettext_lazy("Flatten effects such as shadows and blurs, or upload a PNG instead")),
        ("pattern marker symbol switch", gettext_lazy("Expand it to plain shapes and export again")),
    )
    for name in names.split()
}
PLAIN: Final = gettext_lazy("Export the logo as plain SVG")

# Namespaces of programs' own notes, dropped with all that they hold.
EDITORS: Final = re.compile(
    r"https?://(?:www\.)?(?:inkscape\.(?:org|sourceforge\.net)|sodipodi\.sourceforge\.net|ns\.adobe\.com|serif\.com|"
    r"purl\.org/dc|creativecommons\.org|web\.resource\.org/cc|w3\.org/1999/02/22-rdf-syntax-ns|corel\.com|figma\.com|"
    r"bohemiancoding\.com/sketch|vectornator\.io|openswatchbook\.org|boxy-svg\.com)\S*|adobe:\S*"
)

NUMBER: Final = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_LENGTH: Final = rf"{NUMBER}(?:px|pt|pc|mm|cm|in|em|ex|%)?"
_COLOUR: Final = r"#[0-9A-Fa-f]{3,8}|[A-Za-z]+|(?:rgb|rgba|hsl|hsla)\([\d\s,.%/+-]*\)"
_WORDS: Final = r"[A-Za-z-]+(?:\s[A-Za-z-]+)*"
_TRANSFORM: Final = r"(?:(?:matrix|translate|scale|rotate|skewX|skewY)\s?\([\d\s,.eE+-]*\)[\s,]*)*"


def _shapes(names: str, shape: str) -> dict[str, re.Pattern[str]]:
    return dict.fromkeys(names.split(), re.compile(shape, re.ASCII))


COLOURS: Final = _shapes("fill stroke stop-color color", _COLOUR)
_PAINT: Final = {
    **COLOURS,
    **_shapes("clip-path mask", "none"),
    **_shapes("stroke-width stroke-dashoffset stroke-miterlimit", rf"{_LENGTH}|inherit"),
    **_shapes("opacity fill-opacity stroke-opacity stop-opacity", rf"{_LENGTH}|inherit"),
    **_shapes("stroke-dasharray", rf"none|(?:{_LENGTH}(?:[\s,]+|$))*"),
    **_shapes("fill-rule clip-rule stroke-linecap stroke-linejoin paint-order vector-effect", _WORDS),
    **_shapes("display visibility mix-blend-mode isolation mask-type shape-rendering", _WORDS),
}
VALUES: Final[dict[str, re.Pattern[str]]] = {
    **_PAINT,
    **_shapes("d", r"[\d\s,.eE+\-MmZzLlHhVvCcSsQqTtAa]*"),
    **_shapes("points viewBox", r"[\d\s,.eE+-]*"),
    **_shapes("transform gradientTransform", _TRANSFORM),
    **_shapes("x y width height cx cy r rx ry x1 y1 x2 y2 fx fy fr offset", rf"{_LENGTH}|auto"),
    **_shapes("gradientUnits spreadMethod clipPathUnits maskUnits maskContentUnits", _WORDS),
}
"""The attributes that are kept, each with what its whole value must be."""

STYLED: Final = frozenset({*_PAINT, "transform"})
"""Those that a style may set too."""

LAYERED: Final = {"opacity": "1", "clip-path": "none", "mask": "none", "mix-blend-mode": "normal", "isolation": "auto"}
"""Attributes by which a renderer draws the element on a sheet of its own, each with the value that means nothing."""

IGNORED: Final = re.compile(
    r"version|baseProfile|class|id|enable-background|overflow|role|focusable|tabindex|zoomAndPan|preserveAspectRatio|"
    r"contentScriptType|contentStyleType|color-(?:interpolation|rendering)\S*|image-rendering|text-\S+|font(?:-\S+)?|"
    r"letter-spacing|word-spacing|writing-mode|line-height|direction|unicode-bidi|dominant-baseline|white-space|"
    r"alignment-baseline|baseline-shift|kerning|marker(?:-\S+)?|filter|pointer-events|cursor|flood-\S+|solid-\S+|"
    r"lighting-color|block-progression|shape-(?:padding|margin)|data-[\w.-]+|aria-[a-z]+|-inkscape-\S+"
)
"""Attributes and properties that change nothing in a drawing without text: left out, if they fetch nothing."""

FETCHES: Final = re.compile(r"url|\\|\(|//", re.I)
"""What may not even stand in an ignored one."""

RUNS: Final = re.compile(
    r"(?:java|vb|live)script:|(?:^|[^\w-])data:|expression\(|@import|behaviou?r:|-moz-binding|<script", re.I
)
"""Values that run or fetch something, wherever they stand, once blanks are taken out."""
