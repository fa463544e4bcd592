"""Sizes and places on a sheet, in points (1/72 in) from the top left corner."""

from dataclasses import dataclass
from typing import Final

POINTS_PER_INCH: Final = 72.0
POINTS_PER_MM: Final = 72.0 / 25.4


def mm(length: float) -> float:
    """Turn millimetres into points."""
    return length * POINTS_PER_MM


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points; `x` and `y` are its top left corner, counted from the page's."""

    x: float
    y: float
    width: float
    height: float

    def to_data(self) -> dict[str, float]:
        """Return the box as Typst designs expect it."""
        return {"x": self.x, "y": self.y, "width": self.width, "height": self.height}
