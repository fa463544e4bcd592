"""Photographs of tickets, as a hand takes them at a door."""

import io

from PIL import Image, ImageDraw

from portal.typesetting import qr


def photo(text: str, *, turned: float = 12, size: tuple[int, int] = (3000, 4000), form: str = "JPEG") -> bytes:
    """A code on a phone's screen, held askew, on a table."""
    code = qr(text)
    module = 24
    side = (code.size + 8) * module
    paper = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(paper)
    for x, y, length in code.runs():
        draw.rectangle(
            ((x + 4) * module, (y + 4) * module, (x + 4 + length) * module - 1, (y + 5) * module - 1), fill=20
        )
    picture = Image.new("L", size, 120)
    picture.paste(paper.rotate(turned, expand=True, fillcolor=120), (size[0] // 3, size[1] // 3))
    file = io.BytesIO()
    picture.convert("RGB").save(file, form, quality=80)
    return file.getvalue()
