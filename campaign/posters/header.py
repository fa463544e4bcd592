"""What a design says of itself: the TOML header at the top of its .typ file.

/* ---
name = "First light"
audience = "restroom"
description = "For restrooms: the numbers stand in the water."

[[layouts]]                       # one for each family of proportions that the design suits
name = "portrait"
grid = [612, 792]                 # the sheet that its measures are drawn on; one unit is a point there
proportions = [0.60, 0.80]        # width ÷ height of the sheets that it suits
shortest = 7.5                    # inches: the shortest side that it suits
code = { end = 40, bottom = 140, side = 152 }   # the code's box in units, from the end edge and the bottom (or top)

[floors]                          # points on paper below which no text is set
headline = 20
text = 9
number = 24
small = 5                         # small print: where it hangs, the host name, names of local lines

[colours]                         # slots that staff may change, each a name of the palette or #rrggbb
ground = "ink"
figure = "white"

[[contrasts]]
text = "figure"
on = "ground"
least = 4.5

[pictures.window]                 # optional: slots for pictures
alt = "A window at dawn"
--- */

The whole of it is documented in docs/designs.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from portal.typesetting import PALETTE, POINTS_PER_INCH, Box, contrast

AUDIENCES: Final = MappingProxyType(
    {
        "restroom": "Restrooms",
        "platform": "Platforms and concourses",
        "train": "Train cars",
        "school": "Schools",
        "public": "Shops, agencies and everyone",
    }
)

_FENCE: Final = re.compile(r"\A\s*/\*\s*---\s*\n(?P<toml>.*?)\n\s*---\s*\*/", re.DOTALL)
_SLUG: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_FLOORS: Final = {"headline": 20.0, "text": 9.0, "number": 20.0, "small": 5.0}
#: No design may go below these, whatever its header says. Points.
_LOWEST: Final = {"headline": 12.0, "text": 6.0, "number": 10.0, "small": 4.0}
_QUIETEST_SIDE: Final = 2 / 2.54 * POINTS_PER_INCH * 37 / 29  # a code 2 cm wide, and its quiet zone


class BadDesign(ValueError):
    """A design cannot be taken as it is. ``problems``: one sentence each, for the person who wrote it."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet in points: its size when cut, what is cut away around it, and what stays clear within."""

    width: float
    height: float
    bleed: float = 0.0
    safe: float = 0.0


@dataclass(frozen=True, slots=True)
class CodePlace:
    """Where the code's box lies, quiet zone included, in units of the layout; from the top or from the bottom."""

    end: float
    side: float
    top: float | None
    bottom: float | None


@dataclass(frozen=True, slots=True)
class Layout:
    """How a design lies on sheets of like proportions."""

    name: str
    grid: tuple[float, float]
    proportions: tuple[float, float]
    shortest: float
    code: CodePlace

    def suits(self, paper: Paper) -> bool:
        """Whether the sheet has the right proportions and is large enough."""
        least, most = self.proportions
        is_large_enough = min(paper.width, paper.height) >= self.shortest * POINTS_PER_INCH - 1
        return least <= paper.width / paper.height <= most and is_large_enough

    def unit(self, paper: Paper) -> float:
        """One unit of the grid on this sheet, in points."""
        return min(paper.width / self.grid[0], paper.height / self.grid[1])

    def code_box(self, paper: Paper, *, mirrored: bool) -> Box:
        """Where on the sheet the code lies; mirrored for languages written from right to left."""
        unit = self.unit(paper)
        side = self.code.side * unit
        end = self.code.end * unit
        x = end if mirrored else paper.width - end - side
        below = paper.height - (self.code.bottom or 0) * unit - side
        y = below if self.code.top is None else self.code.top * unit
        return Box(x=round(x, 3), y=round(y, 3), width=round(side, 3), height=round(side, 3))


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two colour slots that meet, and how far apart they must be (WCAG ratio)."""

    text: str
    on: str
    least: float


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was read and found right."""

    name: str
    description: str
    audience: str
    layouts: tuple[Layout, ...]
    floors: Mapping[str, float]
    colours: Mapping[str, str]
    contrasts: tuple[Contrast, ...]
    pictures: Mapping[str, str]
    takes_partner: bool

    @classmethod
    def of(cls, source: str) -> Header:
        """Reads the header of a design. Raises ``BadDesign`` with all that is wrong."""
        found = _FENCE.match(source)
        if not found:
            raise BadDesign("The file has no header. Begin it with /* --- and close the header with --- */.")
        try:
            said = tomllib.loads(found["toml"])
        except tomllib.TOMLDecodeError as error:
            raise BadDesign(f"The header is not TOML: {error}.") from error
        return _Reader(said).header()

    def layout_for(self, paper: Paper) -> Layout | None:
        """The layout that suits a sheet, if any."""
        return next((layout for layout in self.layouts if layout.suits(paper)), None)

    def painted(self, changed: Mapping[str, str]) -> dict[str, str]:
        """Every slot with its colour as ``#rrggbb``, ``changed`` ones in place of the header's."""
        return {slot: PALETTE.get(colour, colour) for slot, colour in {**self.colours, **changed}.items()}

    def problems_of_colours(self, changed: Mapping[str, str]) -> list[str]:
        """One sentence for each colour that is none, stands in no slot, or meets another too closely."""
        problems = [
            f"The colour {slot} is {colour}: write it as #rrggbb."
            for slot, colour in changed.items()
            if slot in self.colours and not (colour in PALETTE or _COLOUR.fullmatch(colour))
        ]
        problems += [
            f"There is no colour {slot} in this design. It has {', '.join(self.colours)}."
            for slot in changed
            if slot not in self.colours
        ]
        if problems:
            return problems
        painted = self.painted(changed)
        for pair in self.contrasts:
            ratio = contrast(painted[pair.text], painted[pair.on])
            if ratio < pair.least:
                problems.append(
                    f"{pair.text} ({painted[pair.text]}) on {pair.on} ({painted[pair.on]}) has a contrast of "
                    f"{ratio:.1f} to 1, and needs {pair.least:g}. Make one lighter or the other darker."
                )
        return problems


class _Reader:
    """Takes a header apart and gathers what is wrong."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = said
        self.problems: list[str] = []

    def header(self) -> Header:
        known = {"name", "description", "audience", "layouts", "floors", "colours", "contrasts", "pictures", "partner"}
        for key in self.said.keys() - known:
            self.problems.append(f"The header knows no “{key}”. It takes {', '.join(sorted(known))}.")
        name = self._text("name", most=80)
        description = self._text("description", most=200)
        audience = self._text("audience", most=10)
        if audience and audience not in AUDIENCES:
            self.problems.append(f"The audience “{audience}” is none of {', '.join(AUDIENCES)}.")
        layouts = tuple(
            layout for index, table in enumerate(self._tables("layouts"), 1) if (layout := self._layout(index, table))
        )
        if not self.said.get("layouts"):
            self.problems.append("The header has no [[layouts]]: say what sheets the design suits.")
        floors = self._floors()
        colours = self._colours()
        contrasts = tuple(pair for table in self._tables("contrasts") if (pair := self._contrast(table, colours)))
        pictures = self._pictures()
        header = Header(
            name=name,
            description=description,
            audience=audience,
            layouts=layouts,
            floors=MappingProxyType(floors),
            colours=MappingProxyType(colours),
            contrasts=contrasts,
            pictures=MappingProxyType(pictures),
            takes_partner=self.said.get("partner") is True,
        )
        if not self.problems:
            self.problems += header.problems_of_colours({})
        if self.problems:
            raise BadDesign(*self.problems)
        return header

    def _text(self, key: str, *, most: int) -> str:
        value = self.said.get(key)
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            self.problems.append(f"The header needs a {key} in words, on one line.")
            return ""
        if len(value) > most:
            self.problems.append(f"The {key} has {len(value)} characters; at most {most} fit.")
        return value.strip()

    def _table(self, key: str) -> dict[str, Any]:
        value = self.said.get(key, {})
        if not isinstance(value, dict):
            self.problems.append(f"{key} must be a table, as in [{key}].")
            return {}
        return value

    def _tables(self, key: str) -> list[dict[str, Any]]:
        value = self.said.get(key, [])
        if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            self.problems.append(f"{key} must be a list of tables, as in [[{key}]].")
            return []
        return value

    def _number(self, where: str, value: object, *, least: float, most: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self.problems.append(f"{where} must be a number from {least:g} to {most:g}.")
            return least
        return float(value)

    def _pair(self, where: str, value: object, *, least: float, most: float) -> tuple[float, float]:
        if not isinstance(value, list) or len(value) != 2:
            self.problems.append(f"{where} must be two numbers, as in [612, 792].")
            return (least, most)
        first, second = (self._number(where, number, least=least, most=most) for number in value)
        return first, second

    def _layout(self, index: int, table: dict[str, Any]) -> Layout | None:
        name = table.get("name")
        where = f"Layout {index}"
        before = len(self.problems)
        if not isinstance(name, str) or not _SLUG.fullmatch(name):
            self.problems.append(f"{where} needs a name of small letters and hyphens, such as portrait.")
            name = ""
        grid = self._pair(f"{where}: grid", table.get("grid"), least=72, most=10_000)
        proportions = self._pair(f"{where}: proportions", table.get("proportions"), least=0.1, most=10)
        if proportions[0] > proportions[1]:
            self.problems.append(f"{where}: proportions must begin with the smaller number.")
        shortest = self._number(f"{where}: shortest", table.get("shortest", 3), least=1, most=100)
        code = self._code(where, table.get("code"))
        if len(self.problems) > before or code is None:
            return None
        layout = Layout(name=name, grid=grid, proportions=proportions, shortest=shortest, code=code)
        least = shortest * POINTS_PER_INCH / min(grid) * code.side
        if least < _QUIETEST_SIDE - 0.5:
            self.problems.append(
                f"{where}: on the smallest sheet the code would be {least / POINTS_PER_INCH * 2.54:.1f} cm wide with "
                f"its quiet zone; it needs {_QUIETEST_SIDE / POINTS_PER_INCH * 2.54:.1f} cm. Enlarge its side or raise "
                "shortest."
            )
        return layout

    def _code(self, where: str, table: object) -> CodePlace | None:
        if not isinstance(table, dict) or ("top" in table) == ("bottom" in table):
            self.problems.append(
                f"{where}: code must say end, side, and either top or bottom, as in {{ end = 40, bottom = 140, side = 152 }}."
            )
            return None
        edge = "top" if "top" in table else "bottom"
        end, side, far = (
            self._number(f"{where}: {key} of code", table.get(key), least=0, most=10_000)
            for key in ("end", "side", edge)
        )
        return CodePlace(
            end=end, side=side, top=far if edge == "top" else None, bottom=far if edge == "bottom" else None
        )

    def _floors(self) -> dict[str, float]:
        said = self._table("floors")
        for key in said.keys() - _FLOORS.keys():
            self.problems.append(f"There is no floor “{key}”: there are {', '.join(_FLOORS)}.")
        return {
            key: self._number(f"The floor of {key}", said.get(key, usual), least=_LOWEST[key], most=400)
            for key, usual in _FLOORS.items()
        }

    def _colours(self) -> dict[str, str]:
        colours: dict[str, str] = {}
        for slot, colour in self._table("colours").items():
            if not _SLUG.fullmatch(slot):
                self.problems.append(f"The colour slot “{slot}” needs a name of small letters and hyphens.")
            elif not isinstance(colour, str) or not (colour in PALETTE or _COLOUR.fullmatch(colour)):
                self.problems.append(f"The colour {slot} must be #rrggbb or one of {', '.join(PALETTE)}.")
            else:
                colours[slot] = colour
        return colours

    def _contrast(self, table: dict[str, Any], colours: Mapping[str, str]) -> Contrast | None:
        text, on = table.get("text"), table.get("on")
        if text not in colours or on not in colours:
            self.problems.append(f"A contrast names “{text}” on “{on}”; both must be among the colours.")
            return None
        return Contrast(
            text=str(text),
            on=str(on),
            least=self._number("A contrast's least", table.get("least", 4.5), least=3, most=21),
        )

    def _pictures(self) -> dict[str, str]:
        pictures: dict[str, str] = {}
        for slot, table in self._table("pictures").items():
            alt = table.get("alt") if isinstance(table, dict) else None
            if not _SLUG.fullmatch(slot) or not isinstance(alt, str) or not alt.strip():
                self.problems.append(f"The picture “{slot}” needs a name of small letters and an alt text in words.")
            else:
                pictures[slot] = alt.strip()
        return pictures
