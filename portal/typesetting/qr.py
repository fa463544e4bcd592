"""Sole door to qrcode: a text becomes the drawing of a QR code.

Version and mask are fixed: choosing a mask takes nine tenths of the time, and whether the fixed one
scans is decided by the read-back (`readback.py`), which looks at every printed code anyway.
"""

from dataclasses import dataclass
from typing import Final

from portal.typesetting.errors import TypesettingError

#: Light modules that must stay empty on every side of a code.
QUIET_ZONE: Final = 4

# Alphanumeric mode, recovery Q (25 %): the most characters that versions 1 to 10 hold (ISO/IEC 18004, table 7).
_CAPACITY: Final = (16, 29, 47, 67, 87, 108, 125, 157, 189, 221)
_ALPHANUMERIC: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
_MASK: Final = 3

_Rows = tuple[tuple[bool, ...], ...]


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code without its quiet zone: `rows[y][x]` is True where a module is dark."""

    text: str
    rows: _Rows

    @property
    def size(self) -> int:
        """Modules on one side."""
        return len(self.rows)

    def to_svg(self) -> str:
        """Return the code in an SVG that includes its white quiet zone.

        The dark area is one outlined path in module units: vector, small, and without the hairlines that
        appear between rows drawn as separate rectangles.
        """
        side = self.size + 2 * QUIET_ZONE
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-{QUIET_ZONE} -{QUIET_ZONE} {side} {side}">'
            f'<path fill="#fff" d="M-{QUIET_ZONE}-{QUIET_ZONE}h{side}v{side}h-{side}z"/>'
            f'<path d="{_outline(self.rows)}"/></svg>'
        )


def qr(text: str) -> QrCode:
    """Return the QR code of `text`: recovery Q, alphanumeric mode, smallest version that holds it.

    `text` must be upper case and use digits, letters and ` $%*+-./:` only, at most 221 characters;
    otherwise TypesettingError.
    """
    from qrcode.constants import ERROR_CORRECT_Q
    from qrcode.main import QRCode
    from qrcode.util import MODE_ALPHA_NUM, QRData

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
    drawing: QRCode = QRCode(version=version, error_correction=ERROR_CORRECT_Q, border=0, mask_pattern=_MASK)
    drawing.add_data(QRData(text.encode("ascii"), mode=MODE_ALPHA_NUM))
    drawing.make(fit=False)
    return QrCode(
        text=text,
        rows=tuple(tuple(bool(cell) for cell in row) for row in drawing.modules),
    )


def _outline(rows: _Rows) -> str:
    """Trace the border between dark and light as closed loops of alternating h and v steps.

    Edges run with the dark side on their right. Wherever an edge across ends an edge down starts; where two
    dark modules touch by a corner either of two may follow, the filled area is the same.
    """
    light = (False,) * len(rows)
    columns = tuple(zip(*rows, strict=True))
    across = _edges((light, *rows), (*rows, light))
    down = _edges((*columns, light), (light, *columns))
    path: list[str] = []
    while across:
        origin = y, x = next(iter(across))
        path.append(f"M{x} {y}")
        while True:
            right = _pop(across, (y, x))
            bottom = _pop(down, (right, y))
            path.append(f"h{right - x}v{bottom - y}")
            y, x = bottom, right
            if (y, x) == origin:
                break
        path.append("z")
    return "".join(path)


def _edges(before: _Rows, after: _Rows) -> dict[tuple[int, int], list[int]]:
    """Return the edges between neighbouring rows as (line, start) → ends: forward where `after` is dark."""
    edges: dict[tuple[int, int], list[int]] = {}
    for line, (first, second) in enumerate(zip(before, after, strict=True)):
        start = direction = 0
        for cell, (one, other) in enumerate(zip((*first, False), (*second, False), strict=True)):
            if (turn := other - one) == direction:
                continue
            if direction:
                tail, head = (start, cell) if direction > 0 else (cell, start)
                edges.setdefault((line, tail), []).append(head)
            start, direction = cell, turn
    return edges


def _pop(edges: dict[tuple[int, int], list[int]], corner: tuple[int, int]) -> int:
    ends = edges[corner]
    end = ends.pop()
    if not ends:
        del edges[corner]
    return end
