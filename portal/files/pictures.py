"""Pictures that people upload: judged by their bytes, then drawn anew.

Nothing of the file that came survives but its pixels: no place and camera (EXIF, XMP), no comments, no
colour profile, no bytes behind the picture. The same file always gives the same bytes.

    picture = clean_picture(content_of(upload))   # PNG, JPEG or WebP in; PNG or JPEG out
    logo = clean_logo(content_of(upload))         # SVG or PNG in; the same out

Whatever cannot be taken raises ``BadPicture`` with one sentence for a person.
"""

import io
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Protocol

from django.utils.translation import gettext, gettext_lazy
from PIL import Image, ImageCms, ImageOps

from portal.files.drawings import clean_svg
from portal.files.errors import BadPicture

__all__ = ["BadPicture", "Picture", "clean_logo", "clean_picture", "content_of"]

MB: Final = 1024 * 1024
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
SVG: Final = "image/svg+xml"

_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"%PDF", "PDF"),
    (b"%!PS", "EPS"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"8BPS", "Photoshop"),
    (b"\x1f\x8b", "gzip"),
    (b"PK", "zip"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\x00\x00\x01\x00", "icon"),
)
_WORDS: Final = {
    "": gettext_lazy("no picture that we know"),
    "SVG": gettext_lazy("an SVG"),
    "EPS": gettext_lazy("an EPS"),
    "Photoshop": gettext_lazy("a Photoshop file"),
    "gzip": gettext_lazy("a gzip file (an .svgz is one)"),
    "zip": gettext_lazy("a zip file"),
    "program": gettext_lazy("a program"),
    "icon": gettext_lazy("an icon"),
    "film": gettext_lazy("a HEIC picture or a film"),
}
"""What a file is that was taken for a picture; of formats that stand not here, “a GIF”."""
_FEW_COLOURS: Final = 256


@dataclass(frozen=True, slots=True)
class Picture:
    """A clean picture. ``width`` and ``height`` are pixels, of an SVG the units of its drawing."""

    content: bytes
    content_type: str
    width: float
    height: float


class Readable(Protocol):
    """An open file, such as an upload."""

    def read(self, size: int, /) -> bytes: ...


def content_of(file: Readable, *, most_bytes: int = 10 * MB) -> bytes:
    """The bytes of an upload, of which never more than ``most_bytes`` + 1 are read. Raises ``BadPicture``."""
    return _of_fair_size(file.read(most_bytes + 1), most_bytes)


def clean_picture(
    content: bytes, *, most_bytes: int = 10 * MB, most_pixels: int = 40_000_000, longest_side: int = 4000
) -> Picture:
    """The picture upright, in sRGB, at most ``longest_side`` pixels long, and nothing but the picture.

    Takes PNG, JPEG and WebP; gives PNG where it is see-through or has few colours, otherwise JPEG. A file
    larger than ``most_bytes``, or of more than ``most_pixels``, is refused before it is decoded.

    Raises ``BadPicture``.
    """
    picture = _decoded(_of_fair_size(content, most_bytes), {"PNG", "JPEG", "WEBP"}, most_pixels, longest_side)
    few_colours = picture.getcolors(_FEW_COLOURS) is not None
    return _encoded(picture, PNG if few_colours or picture.mode in {"LA", "RGBA"} else JPEG)


def clean_logo(content: bytes, *, most_bytes: int = 10 * MB, longest_side: int = 4000) -> Picture:
    """A logo: an SVG by ``clean_svg``, or a PNG by the rules of ``clean_picture``. Raises ``BadPicture``."""
    _of_fair_size(content, most_bytes)
    if _kind_of(content) == "SVG":
        drawing = clean_svg(content)
        return Picture(drawing.content, SVG, drawing.width, drawing.height)
    picture = _decoded(content, {"PNG"}, 40_000_000, longest_side)
    return _encoded(picture, PNG)


def _of_fair_size(content: bytes, most_bytes: int) -> bytes:
    if not content:
        raise BadPicture(gettext("The file is empty (0 bytes). Save it again and choose it anew."))
    if len(content) > most_bytes:
        raise BadPicture(
            gettext("The file is larger than %(most)s MB. Save it smaller: 4,000 pixels on the longer side will do.")
            % {"most": f"{most_bytes / MB:g}"}
        )
    return content


def _kind_of(content: bytes) -> str:
    """What the bytes are; empty if they look like nothing known."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[4:8] == b"ftyp":
        return "film"
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    head = content[:1024].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return "SVG" if head.startswith(b"<") else ""


def _decoded(content: bytes, kinds: Collection[str], most_pixels: int, longest_side: int) -> Image.Image:
    """The picture of one of ``kinds``, upright and small enough, of mode L, LA, RGB or RGBA."""
    kind = _kind_of(content)
    if kind not in kinds:
        what = _WORDS[kind] if kind in _WORDS else gettext("a %(kind)s") % {"kind": kind}
        wanted = gettext("PNG or SVG") if kinds == {"PNG"} else gettext("JPEG or PNG or WebP")
        raise BadPicture(
            gettext("The file is %(what)s, whatever its name says. Save the picture as %(wanted)s.")
            % {"what": what, "wanted": wanted}
        )
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as found:
            width, height = found.size
            _check_extent(width, height, most_pixels)
            if getattr(found, "n_frames", 1) > 1:
                raise BadPicture(gettext("The file holds several pictures or moves. Save one still picture."))
            if kind == "PNG":
                _check_chunks(content)
            if kind == "JPEG":
                # Decodes large photographs at a half, a quarter or an eighth: less memory, the same result.
                found.draft(None, (longest_side, longest_side))
            found.load()
            return _plain(found, longest_side)
    except BadPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadPicture(_too_many(most_pixels)) from None
    # Damage takes any shape: a decoder fails with whatever its arithmetic runs into.
    except Exception as error:
        raise BadPicture(
            gettext("The %(kind)s file is damaged or cut short. Open it, save it again, and choose it anew.")
            % {"kind": kind}
        ) from error


def _check_extent(width: int, height: int, most_pixels: int) -> None:
    if width * height > most_pixels:
        raise BadPicture(_too_many(most_pixels, f"{width:,} × {height:,}"))
    if max(width, height) > 100 * min(width, height):
        raise BadPicture(
            gettext("The picture is a mere line (%(extent)s pixels). Crop it to what people see.")
            % {"extent": f"{width:,} × {height:,}"}
        )


def _too_many(most_pixels: int, extent: str = "") -> str:
    if extent:
        says = gettext(
            "The picture has %(extent)s pixels; at most %(most)s million are taken. Make it smaller and save it again."
        )
    else:
        says = gettext(
            "The picture has far too many pixels; at most %(most)s million are taken. Make it smaller and save it again."
        )
    return says % {"extent": extent, "most": most_pixels // 1_000_000}


def _check_chunks(content: bytes) -> None:
    """Refuses a PNG whose checksums don't hold or whose end is missing: Pillow would fill in black."""
    with Image.open(io.BytesIO(content), formats=["PNG"]) as again:
        again.verify()


def _plain(found: Image.Image, longest_side: int) -> Image.Image:
    """Upright, in sRGB, with 8 bits a channel, small enough, and free of everything but pixels."""
    profile = found.info.get("icc_profile")
    picture = ImageOps.exif_transpose(found)
    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip at 8
        picture = picture.point(lambda value: value / 256).convert("L")
    see_through = picture.has_transparency_data
    if picture.mode not in {"L", "RGB", "CMYK"}:
        grey = picture.mode in {"1", "LA", "La"}
        picture = picture.convert(("LA" if grey else "RGBA") if see_through else ("L" if grey else "RGB"))
    elif see_through:  # one colour of it is
        picture = picture.convert("LA" if picture.mode == "L" else "RGBA")
    alpha = picture.getchannel("A") if picture.mode in {"LA", "RGBA"} else None
    if alpha is not None:
        picture = picture.convert(picture.mode[:-1])
    picture = _in_srgb(picture, profile)
    if alpha is not None and alpha.getextrema() != (255, 255):
        picture.putalpha(alpha)
    picture.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    # A picture of its own: what Pillow remembers about the file stays behind.
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    return clean


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    target = "L" if picture.mode == "L" else "RGB"
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
            converted = ImageCms.profileToProfile(picture, source, srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a damaged profile, or one of another kind of picture: the numbers are taken as they are
        else:
            if converted is not None:
                return converted.convert(target)
    return picture if picture.mode == target else picture.convert(target)


def _encoded(picture: Image.Image, content_type: str) -> Picture:
    file = io.BytesIO()
    if content_type == PNG:
        picture.save(file, "PNG", optimize=True)
    else:
        picture.save(file, "JPEG", quality=88, optimize=True, subsampling=0)
    return Picture(file.getvalue(), content_type, *picture.size)
