"""Typesetting: data in, tagged pages out, codes read back.

Sole user of Typst, PDFium, zxing-cpp, pikepdf, Zint and the font packages. Each is imported at first use, so that a
web worker may import this room without loading any of them.

    code = qr("HTTPS://HELP.EXAMPLE.GOV/Q/ABCDEFGHJK")       # QrCode; code.to_svg() goes into the data
    pdf = compile_pdf(design, {"pages": [...]}, timestamp=now)  # PDF/UA-1, the same bytes for the same input
    texts = decode_pdf(pdf, [box] * page_count)              # [["HTTPS://…"], …] from the delivered bytes
    codes = inspect_codes(pdf, [box] * page_count)           # measured, and to be damaged
    pdf = masters.print([Variable(…)], rows=rows, pitch=30)   # many pages that differ in a code and a line of words
    previews = compile_png(design, {"pages": [...]}, ppi=72)  # list of PNG bytes

Whatever cannot be set or read raises TypesettingError with one sentence for a person.
"""

from portal.typesetting.compiler import MAX_PAGES, Project, compile_pdf, compile_png
from portal.typesetting.errors import TypesettingError
from portal.typesetting.geometry import POINTS_PER_INCH, POINTS_PER_MM, Box, mm
from portal.typesetting.imposition import Imposition, Stock, Trimmed, plan_imposition
from portal.typesetting.inspection import COVERED, Damage, PrintedCode, bare_bleed, inspect_codes
from portal.typesetting.master_pages import NoPlace
from portal.typesetting.masters import EDITION, Masters, Variable
from portal.typesetting.palette import PALETTE, contrast
from portal.typesetting.press import SLUG, impose, press_ready
from portal.typesetting.qr import QUIET_ZONE, QrCode, qr
from portal.typesetting.readback import (
    PageBoxes,
    Words,
    decode_pdf,
    decode_picture,
    decode_places,
    page_boxes,
    page_count,
    page_texts,
    page_words,
)

__all__ = [
    "COVERED",
    "EDITION",
    "MAX_PAGES",
    "PALETTE",
    "POINTS_PER_INCH",
    "POINTS_PER_MM",
    "QUIET_ZONE",
    "SLUG",
    "Box",
    "Damage",
    "Imposition",
    "Masters",
    "NoPlace",
    "PageBoxes",
    "PrintedCode",
    "Project",
    "QrCode",
    "Stock",
    "Trimmed",
    "TypesettingError",
    "Variable",
    "Words",
    "bare_bleed",
    "compile_pdf",
    "compile_png",
    "contrast",
    "decode_pdf",
    "decode_picture",
    "decode_places",
    "impose",
    "inspect_codes",
    "mm",
    "page_boxes",
    "page_count",
    "page_texts",
    "page_words",
    "plan_imposition",
    "press_ready",
    "qr",
]
