"""Sole door to PDFium and zxing-cpp: read the codes, and the text, that a finished PDF really carries;
and the code that somebody took a picture of."""

import ctypes
import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from portal.typesetting.errors import TypesettingError
from portal.typesetting.geometry import POINTS_PER_INCH, Box

if TYPE_CHECKING:
    import pypdfium2
    from PIL import Image

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
    found: list[list[str]] = []
    with _lock:
        document = _open(pdf)
        try:
            _expect(document, boxes)
            for number in range(len(document)):
                page = document[number]
                found.append(_texts_in(page, boxes[number] if boxes is not None else None))
                page.close()
        finally:
            document.close()
    return found


def decode_places(pdf: bytes, places: Sequence[Sequence[Box]]) -> list[list[list[str]]]:
    """As `decode_pdf`, for pages that carry several codes: `places` are the boxes of each page, the answer has the
    texts in each box. Raises TypesettingError as it does.
    """
    found: list[list[list[str]]] = []
    with _lock:
        document = _open(pdf)
        try:
            _expect(document, places)
            for number, boxes in enumerate(places):
                page = document[number]
                found.append([_texts_in(page, box) for box in boxes])
                page.close()
        finally:
            document.close()
    return found


def _texts_in(page: "pypdfium2.PdfPage", box: Box | None) -> list[str]:
    import zxingcpp

    bitmap = _render(page, box)
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
    texts = [code.text for code in codes]
    bitmap.close()
    return texts


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


@dataclass(frozen=True, slots=True)
class SeenCode:
    """A QR code as it was seen in a picture. ``left``, ``top``, ``right``, ``bottom`` bound it, in pixels, without its
    quiet zone; ``modules`` are those of one side; ``recovery`` is its level, L, M, Q or H."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    modules: int
    recovery: str


def codes_in(picture: "Image.Image") -> list[SeenCode]:
    """The QR codes in a greyscale picture."""
    import zxingcpp

    found = zxingcpp.read_barcodes(
        picture,
        formats=zxingcpp.BarcodeFormat.QRCode,  # type: ignore[arg-type]  # the stub forgets a single one
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    )
    seen = []
    for code in found:
        extra = cast("dict[str, str]", code.extra)
        place = code.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        across, down = [corner.x for corner in corners], [corner.y for corner in corners]
        seen.append(
            SeenCode(
                text=code.text,
                left=min(across),
                top=min(down),
                right=max(across) + 1,
                bottom=max(down) + 1,
                modules=17 + 4 * int(extra["Version"]),  # ISO/IEC 18004, 6.3.1
                recovery=code.ec_level,
            )
        )
    return seen


_MOST_PIXELS: Final = 60_000_000
_READ_AT: Final = (1600, 1600)


def decode_picture(content: bytes) -> list[str]:
    """The texts of the QR codes on a photograph (JPEG, PNG or WebP), turned, inverted or small; in memory alone.

    Raises TypesettingError: no picture, another format, or more pixels than any phone takes.
    """
    import zxingcpp
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise TypesettingError(f"The picture has {picture.width} x {picture.height} points: too many to read.")
            picture.draft("L", _READ_AT)  # a JPEG is taken apart at a half, a quarter or an eighth of its size
            grey = picture.convert("L")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, Warning) as error:
        raise TypesettingError("This is no picture that can be read. Take it again, as JPEG.") from error
    grey.thumbnail((2 * _READ_AT[0], 2 * _READ_AT[1]))
    found = zxingcpp.read_barcodes(
        grey,
        formats=zxingcpp.BarcodeFormat.QRCode,  # type: ignore[arg-type]  # the stub forgets a single one
    )
    return [code.text for code in found]


def page_pictures(pdf: bytes, *, ppi: float, boxes: Sequence[Box] | None = None) -> list["Image.Image"]:
    """Every page in colour at ``ppi`` pixels per inch, or of each page the part in its box.

    Raises TypesettingError if ``pdf`` cannot be opened or has not as many pages as there are boxes.
    """
    pictures = []
    with _lock:
        document = _open(pdf)
        try:
            _expect(document, boxes)
            for number in range(len(document)):
                page = document[number]
                bitmap = _render(page, boxes[number] if boxes is not None else None, ppi=ppi, grayscale=False)
                pictures.append(bitmap.to_pil().convert("RGB").copy())
                bitmap.close()
                page.close()
        finally:
            document.close()
    return pictures


@dataclass(frozen=True, slots=True)
class Words:
    """Neighbouring characters of one size, without spaces; ``size`` in points as printed."""

    size: float
    text: str


def page_words(pdf: bytes) -> list[list[Words]]:
    """The words of every page with the size in which they are printed, in the order of the content."""
    import pypdfium2.raw as pdfium

    pages: list[list[Words]] = []
    with _lock:
        document = _open(pdf)
        try:
            for number in range(len(document)):
                page = document[number]
                layer = page.get_textpage()
                runs: list[tuple[float, list[str]]] = []
                matrix = pdfium.FS_MATRIX()
                for index in range(layer.count_chars()):
                    character = chr(pdfium.FPDFText_GetUnicode(layer.raw, index))
                    if character.isspace() or not character.isprintable():
                        continue
                    pdfium.FPDFText_GetMatrix(layer.raw, index, ctypes.byref(matrix))
                    scale = abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5
                    size = round(pdfium.FPDFText_GetFontSize(layer.raw, index) * scale, 2)
                    if not runs or runs[-1][0] != size:
                        runs.append((size, []))
                    runs[-1][1].append(character)
                pages.append([Words(size, "".join(characters)) for size, characters in runs])
                layer.close()
                page.close()
        finally:
            document.close()
    return pages


@dataclass(frozen=True, slots=True)
class PageBoxes:
    """The boxes of a page as its file names them: left, bottom, right, top in points; ``None`` where it names none."""

    media: tuple[float, float, float, float] | None
    trim: tuple[float, float, float, float] | None
    bleed: tuple[float, float, float, float] | None


def page_boxes(pdf: bytes) -> list[PageBoxes]:
    """The boxes of every page. Raises TypesettingError if ``pdf`` cannot be opened."""
    boxes = []
    with _lock:
        document = _open(pdf)
        try:
            for number in range(len(document)):
                page = document[number]
                boxes.append(
                    PageBoxes(
                        media=page.get_mediabox(fallback_ok=False),
                        trim=page.get_trimbox(fallback_ok=False),
                        bleed=page.get_bleedbox(fallback_ok=False),
                    )
                )
                page.close()
        finally:
            document.close()
    return boxes


def _expect(document: "pypdfium2.PdfDocument", boxes: Sequence[object] | None) -> None:
    if boxes is not None and len(boxes) != len(document):
        raise TypesettingError(f"The document has {len(document)} pages, {len(boxes)} were expected. Compile it again.")


def _open(pdf: bytes) -> "pypdfium2.PdfDocument":
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise TypesettingError(f"The PDF cannot be opened ({error}). Print it again.") from error


def _render(
    page: "pypdfium2.PdfPage", box: Box | None, *, ppi: float | None = None, grayscale: bool = True
) -> "pypdfium2.PdfBitmap":
    if box is None:
        return page.render(scale=(ppi or _PAGE_PPI) / POINTS_PER_INCH, grayscale=grayscale)
    width, height = page.get_size()
    crop = (box.x, height - box.y - box.height, width - box.x - box.width, box.y)
    return page.render(scale=(ppi or _BOX_PPI) / POINTS_PER_INCH, crop=crop, grayscale=grayscale)
