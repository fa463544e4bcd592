"""How a plan's score and its proven bound came together, as a small drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEAST_SPAN = 640.0, 160.0, 0.02


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of two lines; scores rise to the bound. ``low`` and ``high`` are the ends of the scale."""

    score: str
    bound: str
    low: float
    high: float
    seconds: float
    width: float = WIDTH
    height: float = HEIGHT


def draw(points: Sequence[Sequence[float | None]]) -> Curve | None:
    """The drawing of ``[[seconds, score, bound], …]``; None before there is anything to show."""
    scores = [(at, score) for at, score, *_ in points if at is not None and score is not None]
    bounds = [(row[0], row[2]) for row in points if len(row) > 2 and row[0] is not None and row[2] is not None]
    if not scores:
        return None
    high = max(value for _, value in (*scores, *bounds))
    low = max(min(value for _, value in scores), high * 0.8)
    span = max(high - low, abs(high) * LEAST_SPAN, 1e-9)
    last = max(scores[-1][0], 0.1)

    def line(values: Sequence[tuple[float, float]]) -> str:
        places, before = list[str](), None
        for at, value in values:
            x = round(min(at, last) / last * WIDTH, 1)
            y = round(max(0.0, min(1.0, (high - value) / span)) * (HEIGHT - 12) + 6, 1)
            if before is not None:
                places.append(f"{x},{before}")  # it holds until the next is found
            places.append(f"{x},{y}")
            before = y
        return " ".join(places)

    return Curve(line(scores), line(bounds), low, high, last)
