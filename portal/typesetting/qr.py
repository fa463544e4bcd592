"""Sole door to Zint: a text becomes the drawing of a QR code.

Version and mask are fixed, so that the same text gives the same drawing; whether it scans is decided by the
read-back (`readback.py`), which looks at every printed code anyway.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from portal.typesetting.errors import TypesettingError

#: Light modules that must stay empty on every side of a code.
QUIET_ZONE: Final = 4

# Alphanumeric mode, recovery Q (25 %): the most characters that versions 1 to 10 hold (ISO/IEC 18004, table 7).
_CAPACITY: Final = (16, 29, 47, 67, 87, 108, 125, 157, 189, 221)
_ALPHANUMERIC: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
_MASK: Final = 3
_RECOVERY_Q: Final = 3
_DARK: Final = re.compile("1+")


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code without its quiet zone: `lines[y][x]` is "1" where a module is dark, "0" elsewhere."""

    text: str
    lines: tuple[str, ...]

    @property
    def size(self) -> int:
        """Modules on one side."""
        return len(self.lines)

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """Every unbroken run of dark modules along a line, from the top: x, y, modules.

        Filled as one path they leave no hairlines between lines; as separate rectangles they do.
        """
        for y, line in enumerate(self.lines):
            for run in _DARK.finditer(line):
                yield run.start(), y, run.end() - run.start()

    def to_svg(self) -> str:
        """Return the code in an SVG that includes its white quiet zone: one path in module units."""
        side = self.size + 2 * QUIET_ZONE
        path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in self.runs())
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-{QUIET_ZONE} -{QUIET_ZONE} {side} {side}">'
            f'<path fill="#fff" d="M-{QUIET_ZONE}-{QUIET_ZONE}h{side}v{side}h-{side}z"/>'
            f'<path d="{path}"/></svg>'
        )


def qr(text: str) -> QrCode:
    """Return the QR code of `text`: recovery Q, alphanumeric mode, smallest version that holds it.

    `text` must be upper case and use digits, letters and ` $%*+-./:` only, at most 221 characters;
    otherwise TypesettingError.
    """
    import zint

    if not text or not _ALPHANUMERIC.issuperset(text):
        raise TypesettingError(
            f"“{text}” cannot be printed as a code: use upper case letters A to Z, digits and $%*+-./: only."
        )
    version = next(
        (number for number, most in enumerate(_CAPACITY, start=1) if len(text) <= most),
        None,
    )
    if version is None:
        raise TypesettingError(
            f"An address of {len(text)} characters is too long for a code; use at most {_CAPACITY[-1]}."
        )
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.QRCODE
    symbol.option_1, symbol.option_2, symbol.option_3 = _RECOVERY_Q, version, (_MASK + 1) << 8
    symbol.encode(text)
    size, modules = symbol.rows, symbol.encoded_data
    packed = modules.tobytes()  # a line begins every `stride` bytes, its first module is the lowest bit
    stride = len(packed) // len(modules)
    return QrCode(
        text=text,
        lines=tuple(
            f"{int.from_bytes(packed[start : start + stride], 'little') & ((1 << size) - 1):0{size}b}"[::-1]
            for start in range(0, size * stride, stride)
        ),
    )
