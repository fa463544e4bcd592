"""Reads a drawing strictly: keeps the elements of ``svg_rules``, refuses while it reads.

Nothing is built before it is judged, so neither a bomb of entities nor of elements ever unfolds.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

from django.utils.functional import Promise
from django.utils.translation import gettext

from portal.files import svg_rules as rules
from portal.files.errors import BadPicture
from portal.files.svg_styles import declarations, rules_of, unfolded

MOST_ELEMENTS: Final = 20_000
DEEPEST: Final = 50
LARGEST_NUMBER: Final = 1e7
LONGEST_NUMBER: Final = 40
"""Characters."""

_POINTER: Final = re.compile(r"""url\(\s?(["']?)#([^"'()\s]+)\1\s?\)(?:\s(.+))?""")
_NUMBER: Final = re.compile(rules.NUMBER, re.ASCII)
_WIDE_COLOUR: Final = re.compile(r"color\(display-p3[\d\s.%/]*\)", re.ASCII)
"""Written beside a plain colour by design programs."""


@dataclass(slots=True)
class Element:
    """An element that is kept. ``href`` and ``url(#…)`` name parts (ids) of the same drawing."""

    name: str
    line: int
    part: str
    classes: frozenset[str]
    """As style sheets write them: ``.a``."""
    attributes: dict[str, str] = field(default_factory=dict)
    style: dict[str, str] = field(default_factory=dict)
    children: "list[Element]" = field(default_factory=list)

    def walk(self) -> "Iterator[Element]":
        """This one and all within, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()


def read(text: str) -> Element:
    """The drawing's outermost element, with styles turned into attributes. Raises ``BadPicture``."""
    return _Reader().read(text)


class _Reader:
    def __init__(self) -> None:
        self._root: Element | None = None
        self._open: list[Element] = []
        self._sheet: list[tuple[frozenset[str], dict[str, str]]] = []
        self._style: list[str] | None = None
        self._count = 0
        self._depth = 0
        self._silent_from = 0
        """The depth of the outermost element that is being left out; 0 if none is."""
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.ProcessingInstructionHandler = self._instruction

    def read(self, text: str) -> Element:
        try:
            self._parser.Parse(text.encode(), True)
        except expat.ExpatError as error:
            raise BadPicture(
                gettext("The drawing is broken in line %(line)s. Export the logo again as SVG.")
                % {"line": error.lineno}
            ) from None
        assert self._root is not None  # expat refuses a document without an element
        for element in self._root.walk():
            names = {element.name, *element.classes}
            for selectors, style in self._sheet:
                if not names.isdisjoint(selectors):
                    element.attributes |= style
            element.attributes |= element.style
        return self._root

    def _refuse(self, what: str, advice: str | Promise) -> NoReturn:
        told = {"what": what, "line": self._parser.CurrentLineNumber, "advice": advice}
        raise BadPicture(gettext("%(what)s (line %(line)s). %(advice)s.") % told)

    def _doctype(self, *_: object) -> None:
        self._refuse(
            gettext("The drawing has a DOCTYPE, which can hold entities"), gettext("Save it as plain SVG without one")
        )

    def _instruction(self, target: str, _: str) -> None:
        self._refuse(
            gettext("The drawing holds the instruction %(instruction)s") % {"instruction": f"<?{target[:40]}?>"},
            gettext("Save it as plain SVG without it"),
        )

    def _start(self, full_name: str, attributes: Mapping[str, str]) -> None:
        self._count += 1
        self._depth += 1
        if self._count > MOST_ELEMENTS:
            self._refuse(
                gettext("The drawing has more than %(most)s elements") % {"most": f"{MOST_ELEMENTS:,}"},
                gettext("Simplify it, or upload a PNG"),
            )
        if self._depth > DEEPEST:
            self._refuse(
                gettext("The drawing nests deeper than %(most)s levels") % {"most": DEEPEST},
                gettext("Ungroup it and export it again"),
            )
        space, _, name = full_name.rpartition(" ")
        self._check_danger(name, attributes)
        if self._silent_from:
            return
        if rules.EDITORS.fullmatch(space) or (space == rules.SVG and name in {"style", *rules.SILENT}):
            self._silent_from = self._depth
            if name == "style":
                self._style = []
            return
        if self._root is None and (space, name) != (rules.SVG, "svg"):
            self._refuse(
                gettext("The file is no SVG: it begins with %(element)s") % {"element": f"<{name[:40]}>"}, rules.PLAIN
            )
        if space != rules.SVG or name not in rules.ELEMENTS:
            self._refuse(_no_element(name), rules.ADVICE.get(name.lower(), rules.PLAIN))
        if name == "svg" and self._open:
            self._refuse(gettext("The drawing holds another <svg>"), gettext("Ungroup it and export it again"))
        element = self._element(name, attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _end(self, _: str) -> None:
        if not self._silent_from:
            self._open.pop()
        elif self._depth == self._silent_from:
            self._silent_from = 0
            if self._style is not None:
                self._take_sheet("".join(self._style))
                self._style = None
        self._depth -= 1

    def _text(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)
        elif not self._silent_from and (loose := text.strip()):
            self._refuse(
                gettext("The drawing holds loose text (“%(text)s”)") % {"text": loose[:40]},
                gettext("Turn text into outlines (paths)"),
            )

    def _check_danger(self, name: str, attributes: Mapping[str, str]) -> None:
        """Refuses what runs, even where it would be left out."""
        if name.lower() in rules.DANGEROUS:
            self._refuse(_no_element(name), rules.ADVICE[name.lower()])
        for full_name, value in attributes.items():
            space, _, attribute = full_name.rpartition(" ")
            is_handler = not space and attribute.lower().startswith("on")
            if is_handler or rules.RUNS.search(unfolded(value)):
                self._refuse(
                    gettext("The attribute %(attribute)s of %(element)s runs or fetches something (“%(value)s”)")
                    % {"attribute": attribute[:40], "element": f"<{name[:40]}>", "value": value[:40]},
                    gettext("Export the logo without scripts and links"),
                )

    def _element(self, name: str, attributes: Mapping[str, str]) -> Element:
        element = Element(
            name,
            line=self._parser.CurrentLineNumber,
            part=attributes.get("id", ""),
            classes=frozenset(f".{word}" for word in attributes.get("class", "").split()),
            style=self._properties(attributes.get("style", ""), name),
        )
        for full_name, value in attributes.items():
            space, _, attribute = full_name.rpartition(" ")
            if space == rules.XML or rules.EDITORS.fullmatch(space):
                continue
            if attribute == "href" and space in {"", rules.XLINK}:
                element.attributes["href"] = self._link(name, value)
            elif space == rules.XLINK and attribute in {"type", "title", "role", "show", "actuate", "arcrole"}:
                continue
            elif not space and attribute in rules.VALUES:
                element.attributes[attribute] = self._value(name, attribute, value)
            elif space or (attribute != "style" and self._tells(attribute, value)):
                self._refuse(
                    gettext("The attribute %(attribute)s of %(element)s may not stand in a logo")
                    % {"attribute": attribute[:40], "element": f"<{name}>"},
                    rules.PLAIN,
                )
        return element

    def _tells(self, name: str, value: str) -> bool:
        """Whether leaving an attribute or property out would change the drawing, or hide that it fetches."""
        if not rules.IGNORED.fullmatch(name):
            return True
        return name not in {"id", "class"} and bool(rules.FETCHES.search(unfolded(value)))

    def _link(self, name: str, value: str) -> str:
        target = value.strip()
        if name not in {"use", *rules.GRADIENTS} or not re.fullmatch(r"#[^\s#()\"']+", target):
            self._refuse(
                gettext("%(element)s leads out of the drawing (“%(target)s”)")
                % {"element": f"<{name}>", "target": target[:60]},
                gettext("Draw everything within the one file"),
            )
        return target

    def _value(self, name: str, attribute: str, value: str) -> str:
        """The value with single blanks, if it is what the attribute may say."""
        said, shape = " ".join(value.split()), rules.VALUES[attribute]
        pointer = _POINTER.fullmatch(said) if attribute in rules.TARGETS else None
        if pointer and (pointer[3] is None or shape.fullmatch(pointer[3])):
            return f"url(#{pointer[2]})"
        if not shape.fullmatch(said):
            self._refuse(
                gettext("The attribute %(attribute)s of %(element)s says “%(value)s”, which has no meaning there")
                % {"attribute": attribute, "element": f"<{name}>", "value": said[:60]},
                rules.PLAIN,
            )
        if attribute not in rules.COLOURS:
            for number in _NUMBER.findall(said):
                if len(number) > LONGEST_NUMBER or abs(float(number)) > LARGEST_NUMBER:
                    self._refuse(
                        gettext("The attribute %(attribute)s of %(element)s holds the number %(number)s")
                        % {"attribute": attribute, "element": f"<{name}>", "number": number[:20]},
                        gettext("Draw it smaller"),
                    )
        return said

    def _properties(self, style: str, name: str) -> dict[str, str]:
        """The properties of a style that are kept."""
        kept = {}
        for prop, value in declarations(style):
            if prop in rules.STYLED and not _WIDE_COLOUR.fullmatch(value):
                kept[prop] = self._value(name, prop, value)
            elif prop not in rules.STYLED and self._tells(prop, value):
                self._refuse(
                    gettext("The style of %(element)s says “%(value)s”, which may not stand in a logo")
                    % {"element": f"<{name}>", "value": f"{prop[:40]}: {value[:40]}"},
                    gettext("Export the logo with “presentation attributes” in place of styles"),
                )
        return kept

    def _take_sheet(self, sheet: str) -> None:
        if rules.RUNS.search(unfolded(sheet)):
            self._refuse(
                gettext("The element <style> runs or fetches something"), gettext("Export the logo without it")
            )
        try:
            found = rules_of(sheet)
        except ValueError as error:
            self._refuse(
                gettext("The style of %(element)s says “%(value)s”, which may not stand in a logo")
                % {"element": "<style>", "value": error},
                gettext("Export the logo with “presentation attributes” in place of styles"),
            )
        self._sheet += [(selectors, self._properties(style, "style")) for selectors, style in found]


def _no_element(name: str) -> str:
    return gettext("The element %(element)s may not stand in a logo") % {"element": f"<{name[:40]}>"}
