"""The same poster by other means: ReportLab in two ways, WeasyPrint, Pillow. Nothing is read back.

`./waypost bench posters --peers` runs them beside ours. They are no dependency of Waypost:
`pip install reportlab pypdf weasyprint` (WeasyPrint needs Pango on the machine).

Each takes the words, the number, the shapes and the code of First light on Letter, set plainly: no text is
measured until it fits, nothing is tagged. That favours them.
"""

import io
from collections.abc import Callable, Sequence
from typing import Any

from campaign.posters.pages import PosterPage
from portal.typesetting import PALETTE, qr
from portal.typesetting.fonts import font_files

WIDTH, HEIGHT = 612, 792
FONT = next(str(path) for path in font_files() if path.name.startswith("NotoSans["))


def lines(page: PosterPage) -> list[tuple[str, float, float, float, str]]:
    """What stands on the poster: words, x, y from the top, size in points, colour."""
    texts = page.texts
    said = [(words, 40.0, 88.0 + 52 * number, 44.0, "ink") for number, words in enumerate(texts["headline_restroom"])]
    said += [(str(texts["listen"]), 40, 240, 20, "ink")]
    for number, way in enumerate(page.ways[:2]):
        said += [(f"{way['label']}  {way['note']}", 40, 300 + 105 * number, 17, "sand")]
        said += [(way["value"], 40, 368 + 105 * number, 70, "white")]
    said += [(page.relay, 40, 550, 44, "ink"), (str(texts["relay_label"])[:44], 150, 545, 14, "ink")]
    said += [(str(texts["chat_label"]), 40, 610, 15, "ink"), (page.chat, 40, 640, 21, "ink")]
    said += [(right, 40 + 184 * number, 730, 12, "ink") for number, right in enumerate(texts["rights"])]
    said += [
        (f"{page.station} · {page.spot}", 40, 775, 9, "ink"),
        (page.code, 500, 775, 9, "ink"),
        (page.host, 440, 680, 13, "ink"),
    ]
    return said


def reportlab_documents(pages: Sequence[PosterPage]) -> bytes:
    """One document a page, merged with pypdf: what a badge printer of a ticket shop does."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for page in pages:
        for sheet in PdfReader(io.BytesIO(reportlab_canvas([page]))).pages:
            writer.add_page(sheet)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def reportlab_canvas(pages: Sequence[PosterPage]) -> bytes:
    """All pages on one canvas."""
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib.colors import HexColor
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    if "Poster" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Poster", FONT))
    colour = {name: HexColor(value) for name, value in PALETTE.items()}
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(WIDTH, HEIGHT))
    for page in pages:
        canvas.setFillColor(colour["paper"])
        canvas.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
        canvas.setFillColor(colour["sun"])
        canvas.circle(500, HEIGHT - 258, 62, stroke=0, fill=1)
        canvas.setFillColor(colour["ink"])
        canvas.rect(0, HEIGHT - 490, WIDTH, 232, stroke=0, fill=1)
        for words, x, y, size, name in lines(page):
            canvas.setFillColor(colour[name])
            canvas.setFont("Poster", size)
            canvas.drawString(x, HEIGHT - y, words)
        code = QrCodeWidget(page.url, barLevel="Q", barBorder=4)
        left, _, right, _ = code.getBounds()
        scale = 152 / (right - left)
        drawing = Drawing(152, 152, transform=[scale, 0, 0, scale, 0, 0])
        drawing.add(code)
        renderPDF.draw(drawing, canvas, 420, HEIGHT - 654)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def weasyprint(pages: Sequence[PosterPage]) -> bytes:
    """HTML and CSS."""
    from weasyprint import HTML

    style = f"""@page {{ size: {WIDTH}pt {HEIGHT}pt; margin: 0 }} body {{ margin: 0; font-family: 'Noto Sans' }}
    section {{ position: relative; width: {WIDTH}pt; height: {HEIGHT}pt; background: {PALETTE["paper"]}; page-break-after: always }}
    section > * {{ position: absolute; white-space: nowrap; line-height: 1 }}
    i {{ left: 438pt; top: 196pt; width: 124pt; height: 124pt; border-radius: 50%; background: {PALETTE["sun"]} }}
    b {{ left: 0; top: 258pt; width: {WIDTH}pt; height: 232pt; background: {PALETTE["ink"]} }}
    svg {{ left: 420pt; top: 502pt; width: 152pt; height: 152pt }}"""
    body = "".join(
        "<section><i></i><b></b>"
        + "".join(
            f'<span style="left:{x}pt;top:{y - size}pt;font-size:{size}pt;color:{PALETTE[name]}">{words}</span>'
            for words, x, y, size, name in lines(page)
        )
        + qr(page.url).to_svg()
        + "</section>"
        for page in pages
    )
    content: bytes = HTML(string=f"<html><head><style>{style}</style></head><body>{body}</body></html>").write_pdf()
    return content


def pillow(pages: Sequence[PosterPage]) -> bytes:
    """A picture of 300 dots an inch for each page."""
    from PIL import Image, ImageDraw, ImageFont

    scale = 300 / 72
    fonts: dict[float, Any] = {}
    pictures = []
    for page in pages:
        image = Image.new("RGB", (round(WIDTH * scale), round(HEIGHT * scale)), PALETTE["paper"])
        pen = ImageDraw.Draw(image)
        pen.ellipse([(500 - 62) * scale, (258 - 62) * scale, (500 + 62) * scale, (258 + 62) * scale], PALETTE["sun"])
        pen.rectangle([0, 258 * scale, WIDTH * scale, 490 * scale], PALETTE["ink"])
        for words, x, y, size, name in lines(page):
            font = fonts.setdefault(size, ImageFont.truetype(FONT, round(size * scale)))
            pen.text((x * scale, y * scale), words, PALETTE[name], font=font, anchor="ls")
        code = qr(page.url)
        module = 152 * scale / (code.size + 8)
        pen.rectangle([420 * scale, 502 * scale, 572 * scale, 654 * scale], PALETTE["white"])
        for column, row, length in code.runs():
            x, y = 420 * scale + (column + 4) * module, 502 * scale + (row + 4) * module
            pen.rectangle([x, y, x + length * module, y + module], "#000000")
        pictures.append(image)
    target = io.BytesIO()
    pictures[0].save(target, "PDF", save_all=True, append_images=pictures[1:], resolution=300)
    return target.getvalue()


#: By name: how a peer sets pages, and how many a run can bear (memory or minutes).
PEERS: dict[str, tuple[Callable[[Sequence[PosterPage]], bytes], int]] = {
    "ReportLab, a document a page": (reportlab_documents, 10_000),
    "ReportLab, one canvas": (reportlab_canvas, 10_000),
    "WeasyPrint": (weasyprint, 1_000),
    "Pillow, 300 dpi": (pillow, 30),
}
