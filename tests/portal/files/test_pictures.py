"""Uploaded pictures: refused or drawn anew, with nothing of the file left."""

import io
import re
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from portal.files.errors import BadPicture
from portal.files.pictures import JPEG, PNG, SVG, clean_logo, clean_picture, content_of
from tests.portal.files import hostile
from tests.portal.files.hostile import chunk, encoded, inserted

SECRET = b"SECRET-OF-THE-CAMERA"


def opened(content: bytes) -> Image.Image:
    """The picture, decoded."""
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def photograph(**options: Any) -> bytes:
    """A JPEG of many colours."""
    file = io.BytesIO()
    across, round_ = Image.linear_gradient("L"), Image.radial_gradient("L")
    colours = Image.merge("RGB", [across, round_, across.rotate(90)]).resize((60, 40))
    colours.save(file, "JPEG", **options)
    return file.getvalue()


@pytest.mark.parametrize("name", sorted(hostile.PICTURES))
def test_hostile_picture_is_refused_in_a_sentence(name: str) -> None:
    content, says = hostile.PICTURES[name]
    with pytest.raises(BadPicture) as refusal:
        clean_picture(content)
    said = str(refusal.value)
    assert re.search(says, said), said
    assert said.endswith(".")
    assert len(said) < 250


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (encoded("PNG"), PNG),
        (encoded("JPEG"), PNG),
        (encoded("WEBP"), PNG),
        (photograph(), JPEG),
        (encoded("PNG", mode="RGBA"), PNG),
        (encoded("PNG", mode="P"), PNG),
        (encoded("PNG", mode="1"), PNG),
        (encoded("PNG", mode="L"), PNG),
        (encoded("PNG", mode="LA"), PNG),
        (encoded("JPEG", mode="CMYK"), PNG),
        (encoded("JPEG", mode="L"), PNG),
        (encoded("JPEG", progressive=True), PNG),
        (encoded("WEBP", lossless=True), PNG),
    ],
)
def test_good_picture_keeps_its_size_and_changes_no_more_when_cleaned_again(content: bytes, kind: str) -> None:
    clean = clean_picture(content)
    assert clean.content_type == kind
    assert opened(clean.content).size == opened(content).size == (clean.width, clean.height)
    assert clean_picture(content) == clean
    if kind == PNG:
        assert clean_picture(clean.content) == clean


def test_see_through_stays_see_through() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (9, 9), (10, 20, 30, 77)).save(file, "PNG")
    assert opened(clean_picture(file.getvalue()).content).getpixel((4, 4)) == (10, 20, 30, 77)


def test_see_through_colour_of_a_palette_stays_see_through() -> None:
    file = io.BytesIO()
    Image.new("P", (9, 9), 0).save(file, "PNG", transparency=0)
    pixel = opened(clean_picture(file.getvalue()).content).getpixel((4, 4))
    assert isinstance(pixel, tuple)
    assert pixel[-1] == 0


def test_grey_of_16_bits_is_not_clipped() -> None:
    file = io.BytesIO()
    Image.new("I;16", (9, 9), 128 * 256).save(file, "PNG")
    assert opened(clean_picture(file.getvalue()).content).convert("L").getpixel((4, 4)) == 128


def test_camera_and_place_are_gone() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = SECRET.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: (32.0, 17.0, 55.0),
            ExifTags.GPS.GPSAreaInformation: SECRET,
        }
    )
    content = photograph(exif=exif, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")
    assert content.count(SECRET) >= 3
    clean = clean_picture(content).content
    assert SECRET not in clean
    assert b"Exif" not in clean
    assert not opened(clean).getexif()
    assert not {"exif", "xmp", "comment", "icc_profile"} & opened(clean).info.keys()


@pytest.mark.parametrize("name", [b"tEXt", b"iTXt", b"eXIf", b"pHYs", b"tIME", b"prVt"])
def test_chunks_of_a_png_are_gone(name: bytes) -> None:
    bodies = {
        b"tEXt": b"Comment\x00" + SECRET,
        b"iTXt": b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + SECRET,
        b"eXIf": b"MM\x00*\x00\x00\x00\x08\x00\x00" + SECRET,
        b"pHYs": b"\x00\x00\x0b\x13\x00\x00\x0b\x13\x01",
        b"tIME": b"\x07\xea\x01\x0b\x0c\x00\x00",
    }
    content = inserted(hostile.PNG, chunk(name, bodies.get(name, SECRET)))
    clean = clean_picture(content)
    assert clean == clean_picture(hostile.PNG)
    assert SECRET not in clean.content
    assert name not in clean.content


def test_packed_text_of_a_png_is_gone() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", SECRET.decode(), zip=True)
    file = io.BytesIO()
    opened(hostile.PNG).save(file, "PNG", pnginfo=told)
    assert clean_picture(file.getvalue()) == clean_picture(hostile.PNG)


@pytest.mark.parametrize("hidden", sorted(hostile.TRAILING))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_bytes_behind_the_picture_are_gone(kind: str, hidden: str) -> None:
    content = encoded(kind, size=(30, 30))
    clean = clean_picture(content + hostile.TRAILING[hidden])
    assert hostile.TRAILING[hidden] not in clean.content
    assert clean == clean_picture(content)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_picture_stands_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    clean = clean_picture(photograph(exif=exif))
    assert (clean.width, clean.height) == ((60, 40) if orientation < 5 else (40, 60))


def test_quarter_turn_turns_the_right_way() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # the camera was held upright: turn clockwise
    picture = Image.new("RGB", (80, 40), "white")
    picture.paste("black", (0, 0, 20, 40))
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif, quality=95)
    upright = opened(clean_picture(file.getvalue()).content).convert("L")
    top, bottom = upright.getpixel((20, 5)), upright.getpixel((20, 75))
    assert isinstance(top, int | float)
    assert isinstance(bottom, int | float)
    assert top < 50
    assert bottom > 200


def test_colours_of_a_profile_become_srgb_and_the_profile_goes() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = clean_picture(photograph())
    assert clean_picture(photograph(icc_profile=lab)).content == plain.content  # of another kind of picture
    same = clean_picture(photograph(icc_profile=srgb)).content
    assert b"ICC_PROFILE" not in same
    assert opened(same).size == opened(plain.content).size


def test_damaged_profile_is_ignored() -> None:
    content = inserted(hostile.PNG, chunk(b"iCCP", b"x\x00\x00" + zlib.compress(SECRET)))
    assert clean_picture(content) == clean_picture(hostile.PNG)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_large_picture_is_scaled_down(kind: str) -> None:
    clean = clean_picture(encoded(kind, size=(5000, 1000)))
    assert (clean.width, clean.height) == (4000, 800)
    small = clean_picture(encoded(kind, size=(300, 200)), longest_side=30)
    assert (small.width, small.height) == (30, 20)


def test_content_of_reads_no_more_than_it_must() -> None:
    class Endless:
        asked = 0

        def read(self, size: int, /) -> bytes:
            self.asked += size
            return b"\x00" * size

    upload = Endless()
    with pytest.raises(BadPicture, match="larger than 10 MB"):
        content_of(upload)
    assert upload.asked == 10 * 1024**2 + 1


def test_logo_is_a_drawing_or_a_png_by_its_bytes() -> None:
    assert clean_logo(hostile.svg()).content_type == SVG
    assert (clean_logo(hostile.svg()).width, clean_logo(hostile.svg()).height) == (90.0, 30.0)
    assert clean_logo(encoded("PNG")).content_type == PNG
    noise = io.BytesIO()
    opened(photograph()).save(noise, "PNG")
    assert clean_logo(noise.getvalue()).content_type == PNG  # of many colours, and yet no JPEG


@pytest.mark.parametrize("content", [encoded("JPEG"), encoded("WEBP"), encoded("GIF"), b"%PDF-1.7"])
def test_logo_of_another_kind_is_refused(content: bytes) -> None:
    with pytest.raises(BadPicture, match="Save the picture as PNG or SVG"):
        clean_logo(content)


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\x24\x00\x00\x00WEBPVP8 "]),
)
def test_random_bytes_are_refused_in_a_sentence(tail: bytes, head: bytes) -> None:
    with pytest.raises(BadPicture):
        clean_picture(head + tail)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from([hostile.PNG, hostile.JPEG, hostile.WEBP, photograph()]),
    st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=6), st.integers(0, 6)), min_size=1, max_size=4),
)
def test_mutated_picture_is_clean_or_refused(content: bytes, changes: list[tuple[int, bytes, int]]) -> None:
    for place, put, gone in changes:
        place %= len(content)
        content = content[:place] + put + content[place + gone :]
    try:
        clean = clean_picture(content)
    except BadPicture:
        return
    assert opened(clean.content).size == (clean.width, clean.height)
