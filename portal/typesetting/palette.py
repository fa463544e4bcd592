"""The colours of "first light" and their contrast. Designs receive them; none is typed in a design."""

from types import MappingProxyType
from typing import Final

PALETTE: Final = MappingProxyType(
    {
        "ink": "#12343b",
        "sea": "#1f6f78",
        "sun": "#e8a33d",
        "sand": "#efe6d6",
        "paper": "#fbf7f0",
        "alert": "#9b2c1d",
        "white": "#ffffff",
        "black": "#000000",
    }
)


def contrast(foreground: str, background: str) -> float:
    """Return the WCAG contrast ratio (1 to 21) of two colours given as `#rrggbb`."""
    lighter, darker = sorted((_luminance(foreground), _luminance(background)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
