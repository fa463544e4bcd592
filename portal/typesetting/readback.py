"""Sole door to PDFium and zxing-cpp: read the codes, and the text, that a finished PDF really carries."""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from portal.typesetting.errors import TypesettingError
from portal.typesetting.geometry import POINTS_PER_INCH, Box

if TYPE_CHECKING:
    import pypdfium2

# PDFium is not thread-safe: two threads inside it abort the whole process.
_lock = threading.Lock()

#: A code in its box is about 160 points wide: four to five pixels a module, as a phone at arm's length sees it.
_BOX_PPI = 96.0
_PAGE_PPI = 144.0


def decode_pdf(pdf: bytes, boxes: Sequence[Box] | None = None) -> list[list[str]]:
    """Render every page of `pdf` and return the texts of the QR codes seen, one list a page.

    `boxes` (one a page) limits the look to that part of each page, which is about five times faster; the box
    must include the code's quiet zone. Without it the whole page is searched, so that a stray code shows.

    Raises TypesettingError if `pdf` cannot be opened or has not as many pages as there are boxes.
    """
    import zxingcpp

    found: list[list[str]] = []
    with _lock:
        document = _open(pdf)
        try:
            if boxes is not None and len(boxes) != len(document):
                raise TypesettingError(
                    f"The document has {len(document)} pages, {len(boxes)} were expected. Compile it again."
                )
            for number in range(len(document)):
                page = document[number]
                bitmap = _render(page, boxes[number] if boxes is not None else None)
                view = memoryview(bitmap.buffer).cast("B", (bitmap.height, bitmap.stride))
                codes = zxingcpp.read_barcodes(
                    zxingcpp.ImageView(
                        view,  # type: ignore[arg-type]  # any buffer will do, the stub names arrays
                        bitmap.width,
                        bitmap.height,
                        zxingcpp.ImageFormat.Lum,
                        bitmap.stride,
                    ),
                    formats=zxingcpp.BarcodeFormat.QRCode,  # type: ignore[arg-type]  # the stub forgets a single one
                    try_rotate=False,
                    try_downscale=False,
                    try_invert=False,
                )
                found.append([code.text for code in codes])
                bitmap.close()
                page.close()
        finally:
            document.close()
    return found


def page_texts(pdf: bytes) -> list[str]:
    """Return the text layer of every page, in the order of the content."""
    texts: list[str] = []
    with _lock:
        document = _open(pdf)
        try:
            for number in range(len(document)):
                page = document[number]
                layer = page.get_textpage()
                texts.append(layer.get_text_bounded())
                layer.close()
                page.close()
        finally:
            document.close()
    return texts


def page_count(pdf: bytes) -> int:
    """How many pages `pdf` has. Raises TypesettingError if it cannot be opened."""
    with _lock:
        document = _open(pdf)
        try:
            return len(document)
        finally:
            document.close()


def _open(pdf: bytes) -> "pypdfium2.PdfDocument":
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise TypesettingError(f"The PDF cannot be opened ({error}). Print it again.") from error


def _render(page: "pypdfium2.PdfPage", box: Box | None) -> "pypdfium2.PdfBitmap":
    if box is None:
        return page.render(scale=_PAGE_PPI / POINTS_PER_INCH, grayscale=True)
    width, height = page.get_size()
    crop = (box.x, height - box.y - box.height, width - box.x - box.width, box.y)
    return page.render(scale=_BOX_PPI / POINTS_PER_INCH, crop=crop, grayscale=True)
