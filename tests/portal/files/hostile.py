"""Files that nobody should be able to upload, each with a word that its refusal must say."""

import gzip
import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image

SVG_OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 90 30">'
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def svg(inside: str = '<rect width="9" height="9"/>', *, before: str = "", opened: str = SVG_OPEN) -> bytes:
    """A drawing."""
    return f"{before}{opened}{inside}</svg>".encode()


def encoded(kind: str, *, mode: str = "RGB", size: tuple[int, int] = (24, 12), **options: Any) -> bytes:
    """A picture of that format, of a colour that runs from left to right."""
    file = io.BytesIO()
    shades = Image.linear_gradient("L").resize(size)
    picture = shades.convert(mode) if mode in {"1", "L", "CMYK"} else Image.merge("RGB", [shades] * 3).convert(mode)
    picture.save(file, kind, **options)
    return file.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    """One part of a PNG, with its checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_that_claims(width: int, height: int, *, depth: int = 8, colour: int = 2, body: bytes = b"") -> bytes:
    """A PNG whose head says how large it is, whatever comes."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return PNG_SIGNATURE + chunk(b"IHDR", head) + chunk(b"IDAT", body or zlib.compress(b"")) + chunk(b"IEND", b"")


def bomb_png(side: int) -> bytes:
    """A PNG of one colour, ``side`` pixels square, that takes hardly any bytes."""
    packer = zlib.compressobj(9)
    row = b"\x00" * (side // 8 + 1)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return png_that_claims(side, side, depth=1, colour=0, body=body)


def inserted(png: bytes, part: bytes) -> bytes:
    """The PNG with a part more, behind its head."""
    return png[:33] + part + png[33:]


def frames(kind: str) -> bytes:
    """A picture that moves."""
    file = io.BytesIO()
    first, second = (Image.new("RGB", (8, 8), colour) for colour in ("red", "blue"))
    first.save(file, kind, save_all=True, append_images=[second], duration=100)
    return file.getvalue()


def zipped() -> bytes:
    """A zip file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("logo.png", b"x")
    return file.getvalue()


def laughs(kind: str) -> bytes:
    """Entities that unfold into thousands of millions of letters."""
    more = "".join(f'<!ENTITY l{step} "{f"&l{step - 1};" * 10}">' for step in range(1, 10))
    return svg(f"<{kind}>&l9;</{kind}>", before=f'<!DOCTYPE svg [<!ENTITY l0 "ha">{more}]>')


def unfolding(steps: int, by: str) -> bytes:
    """Parts that each draw the next one twice."""
    pairs = {
        "use": '<g id="a{0}"><use href="#a{1}"/><use href="#a{1}"/></g>',
        "clip-path": '<clipPath id="a{0}"><path clip-path="url(#a{1})"/><path clip-path="url(#a{1})"/></clipPath>',
        "mask": '<mask id="a{0}"><path mask="url(#a{1})"/><path mask="url(#a{1})"/></mask>',
    }
    ends = {"use": '<g id="a{0}"/>', "clip-path": '<clipPath id="a{0}"/>', "mask": '<mask id="a{0}"/>'}
    return svg("".join(pairs[by].format(step, step + 1) for step in range(steps)) + ends[by].format(steps))


PNG, JPEG, WEBP = encoded("PNG"), encoded("JPEG"), encoded("WEBP")
RECT = '<rect width="9" height="9"/>'

PICTURES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "one byte": (b"\x89", "no picture"),
    "blanks": (b" " * 4096, "no picture"),
    "NULs": (b"\x00" * 4096, "no picture"),
    "text": (b"This is no picture.", "no picture"),
    "HTML": (b"<!DOCTYPE html><script>alert(1)</script>", "an SVG"),
    "SVG": (svg(), "an SVG"),
    "GIF": (encoded("GIF"), "a GIF"),
    "BMP": (encoded("BMP"), "a BMP"),
    "TIFF": (encoded("TIFF"), "a TIFF"),
    "TIFF, big-endian": (b"MM\x00*\x00\x00\x00\x08\x00\x00", "a TIFF"),
    "icon": (encoded("ICO", size=(16, 16)), "an icon"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF"),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "an EPS"),
    "EPS, binary": (b"\xc5\xd0\xd3\xc6" + b"\x00" * 40, "an EPS"),
    "Photoshop": (b"8BPS\x00\x01" + b"\x00" * 40, "a Photoshop"),
    "zip": (zipped(), "a zip"),
    "gzip": (gzip.compress(PNG), "a gzip"),
    "program of Windows": (b"MZ\x90\x00" + b"\x00" * 60, "a program"),
    "program of Linux": (b"\x7fELF\x02\x01\x01" + b"\x00" * 60, "a program"),
    "HEIC": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "a HEIC"),
    "AVIF": (b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00", "a HEIC"),
    "film": (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00", "a HEIC"),
    "film of the web": (b"\x1aE\xdf\xa3" + b"\x00" * 60, "no picture"),
    "portable pixmap": (encoded("PPM"), "no picture"),
    "Targa": (encoded("TGA"), "no picture"),
    "RIFF that is a sound": (b"RIFF\x24\x00\x00\x00WAVEfmt ", "no picture"),
    "JPEG 2000": (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "no picture"),
    "PNG, signature alone": (PNG_SIGNATURE, "damaged"),
    "PNG, cut in its head": (PNG[:20], "damaged"),
    "PNG, cut in half": (PNG[: len(PNG) // 2], "damaged"),
    "PNG, without its end": (PNG[:-12], "damaged"),
    "PNG, a bit changed": (PNG[:45] + bytes([PNG[45] ^ 1]) + PNG[46:], "damaged"),
    "PNG, signature of a file sent as text": (PNG.replace(b"\r\n", b"\n", 1), "no picture"),
    "PNG, no pixels at all": (png_that_claims(8, 8), "damaged"),
    "PNG, of no width": (png_that_claims(0, 8), "damaged"),
    "PNG, of no height": (png_that_claims(8, 0), "damaged"),
    "PNG, of odd depth": (png_that_claims(8, 8, depth=3), "damaged"),
    "PNG, of unknown colours": (png_that_claims(8, 8, colour=5), "damaged"),
    "PNG, 20,000 pixels square in few bytes": (bomb_png(20_000), "pixels"),
    "PNG, 7,000 pixels square": (bomb_png(7_000), "49 million|7,000 × 7,000"),
    "PNG, head says 2,147,483,647 square": (png_that_claims(2**31 - 1, 2**31 - 1), "far too many"),
    "PNG, head says 4,294,967,295 square": (png_that_claims(2**32 - 1, 2**32 - 1), "pixels|damaged"),
    "PNG, head says 60,000 × 60,000": (png_that_claims(60_000, 60_000), "far too many"),
    "PNG, head says 12,000 × 12,000": (png_that_claims(12_000, 12_000), "pixels"),
    "PNG, a mere line": (png_that_claims(2_000_000, 1), "mere line"),
    "PNG, a mere column": (png_that_claims(1, 30_000), "mere line"),
    "PNG, text that unpacks to 64 MB": (
        inserted(PNG, chunk(b"zTXt", b"bomb\x00\x00" + zlib.compress(b"\x00" * 64 * 1024**2))),
        "damaged",
    ),
    "PNG, profile that unpacks to 64 MB": (
        inserted(PNG, chunk(b"iCCP", b"bomb\x00\x00" + zlib.compress(b"\x00" * 64 * 1024**2))),
        "damaged",
    ),
    "PNG, that moves": (frames("PNG"), "still picture"),
    "PNG, a part that claims 2 GB": (PNG[:33] + b"\x7f\xff\xff\xffIDAT" + PNG[41:], "damaged"),
    "JPEG, signature alone": (b"\xff\xd8\xff", "damaged"),
    "JPEG, cut in its head": (JPEG[:60], "damaged"),
    "JPEG, cut in half": (encoded("JPEG", size=(400, 400))[:2000], "damaged"),
    "JPEG, head alone then text": (JPEG[:20] + b"<script>alert(1)</script>", "damaged"),
    "JPEG, of no height": (JPEG.replace(b"\x00\x0c\x00\x18", b"\x00\x00\x00\x18"), "damaged"),
    "JPEG, head says 65,535 square": (JPEG.replace(b"\x00\x0c\x00\x18", b"\xff\xff\xff\xff"), "far too many"),
    "JPEG, head says 8,000 square": (JPEG.replace(b"\x00\x0c\x00\x18", b"\x1f\x40\x1f\x40"), "8,000 × 8,000"),
    "JPEG, ends at once": (b"\xff\xd8\xff\xd9", "damaged"),
    "WebP, that moves": (frames("WEBP"), "still picture"),
    "WebP, cut in half": (WEBP[: len(WEBP) // 2], "damaged"),
    "WebP, head alone": (WEBP[:12], "damaged"),
    "WebP, that claims 4 GB": (b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff", "damaged"),
    "larger than 10 MB": (PNG + b"\x00" * 10 * 1024**2, "larger than 10 MB"),
}
"""Refused as pictures: the file, and what the refusal says (a regular expression)."""

DRAWINGS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "larger than 500 KB": (svg(" " * 500 * 1024), "500 KB"),
    "compressed": (gzip.compress(svg()), "svgz"),
    "UTF-16": (svg().decode().encode("utf-16"), "UTF-8"),
    "UTF-16 without its mark": (svg().decode().encode("utf-16-le"), "UTF-8"),
    "UTF-32": (svg().decode().encode("utf-32"), "UTF-8"),
    "UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>+ADw-svg+AD4-', "UTF-7"),
    "says ISO-8859-1": (svg(before='<?xml version="1.0" encoding="ISO-8859-1"?>'), "ISO-8859-1"),
    "says EBCDIC": (svg(before='<?xml version="1.0" encoding="cp037"?>'), "cp037"),
    "not UTF-8": (svg().replace(b"<rect", b"\xff<rect"), "not UTF-8"),
    "letters of too many bytes": (svg().replace(b"<rect", b"\xc0\xbcscript"), "not UTF-8"),
    "NUL": (svg("<g>" + " " * 200 + "\x00</g>"), r"U\+0000"),
    "control character": (svg("<g>\x0b</g>"), r"U\+000B"),
    "control character, as a number": (svg("<g>&#11;</g>"), "broken in line 1"),
    "NUL, as a number": (svg("<g>&#0;</g>"), "broken in line 1"),
    "no XML": (b"<svg", "broken"),
    "not closed": (SVG_OPEN.encode(), "broken"),
    "closed twice": (svg() + b"</svg>", "broken"),
    "two drawings": (svg() + svg(), "broken"),
    "attribute twice": (svg('<rect width="1" width="2"/>'), "broken"),
    "unknown prefix": (svg('<foo:rect width="1"/>'), "broken"),
    "web page": (b"<html><body>Hello</body></html>", "<html>"),
    "web page of XHTML": (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', "<html>"),
    "no namespace": (b'<svg viewBox="0 0 9 9"/>', "no SVG"),
    "another namespace": (b'<svg xmlns="http://example.org" viewBox="0 0 9 9"/>', "no SVG"),
    "begins with a path": (b'<path xmlns="http://www.w3.org/2000/svg" d=""/>', "no SVG"),
    "DOCTYPE": (svg(before='<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'), "DOCTYPE"),
    "entities that unfold": (laughs("g"), "DOCTYPE"),
    "entities that unfold in a title": (laughs("title"), "DOCTYPE"),
    "entity of a file": (
        svg("<g>&f;</g>", before='<!DOCTYPE svg [<!ENTITY f SYSTEM "file:///etc/passwd">]>'),
        "DOCTYPE",
    ),
    "entity of an address": (
        svg("<g>&f;</g>", before='<!DOCTYPE svg [<!ENTITY f SYSTEM "http://a.test/">]>'),
        "DOCTYPE",
    ),
    "entity of a parameter": (svg(before='<!DOCTYPE svg [<!ENTITY % p SYSTEM "http://a.test/x.dtd"> %p;]>'), "DOCTYPE"),
    "entity, long and often": (
        svg("<g>" + "&a;" * 1000 + "</g>", before=f'<!DOCTYPE svg [<!ENTITY a "{"a" * 50_000}">]>'),
        "DOCTYPE",
    ),
    "entity unknown": (svg("<g>&nbsp;</g>"), "broken"),
    "style sheet of another file": (svg(before='<?xml-stylesheet href="http://a.test/a.css"?>'), "xml-stylesheet"),
    "instruction inside": (svg("<?php system('id') ?>"), "php"),
    "instruction in the metadata": (svg("<metadata><?xpacket begin=''?></metadata>"), "xpacket"),
    "100,000 elements": (svg("<g/>" * 100_000), "20,000 elements"),
    "20,001 elements in the metadata": (svg("<metadata>" + "<g/>" * 20_001 + "</metadata>"), "20,000 elements"),
    "nested 10,000 deep": (svg("<g>" * 10_000 + "</g>" * 10_000), "50 levels"),
    "nested 51 deep": (svg("<g>" * 51 + "</g>" * 51), "50 levels"),
    "unfolds by reuse": (unfolding(30, "use"), "unfolds"),
    "unfolds by clips": (unfolding(30, "clip-path"), "300 see-through"),
    "unfolds by masks": (unfolding(30, "mask"), "300 see-through"),
    "1,000 see-through parts": (svg('<g opacity=".5"><rect width="9" height="9"/></g>' * 1000), "300 see-through"),
    "one mask, 1,000 times": (svg('<mask id="a"/>' + '<rect mask="url(#a)"/>' * 1000), "300 see-through"),
    "1,000 parts that blend": (svg('<g style="mix-blend-mode:multiply"/>' * 1000), "300 see-through"),
    "see-through parts that unfold": (
        unfolding(12, "use").replace(b'<g id="a12"', b'<g opacity=".5" id="a12"'),
        "300 see-through",
    ),
    "reuse through 5,000 others": (
        svg("".join(f'<g id="a{n}"><use href="#a{n + 1}"/></g>' for n in range(5000)) + '<g id="a5000"/>'),
        "through more",
    ),
    "draws itself": (svg('<g id="a"><use href="#a"/></g>'), "draws itself"),
    "two that draw each other": (svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'), "draws itself"),
    "clip that clips itself": (svg('<clipPath id="a" clip-path="url(#a)"/><g clip-path="url(#a)"/>'), "draws itself"),
    "mask that masks itself": (svg('<mask id="a"><g mask="url(#a)"/></mask>'), "draws itself"),
    "gradient that is its own": (svg('<linearGradient id="a" href="#a"/><rect fill="url(#a)"/>'), "draws itself"),
    "script": (svg("<script>alert(1)</script>"), "<script>.*line 1"),
    "script in line 3": (svg("\n\n<script>alert(1)</script>"), "<script>.*line 3"),
    "script in capitals": (svg("<SCRIPT>alert(1)</SCRIPT>"), "<SCRIPT>"),
    "script of another file": (svg('<script href="http://a.test/a.js"/>'), "<script>"),
    "script of another file, older": (svg('<script xlink:href="http://a.test/a.js"/>'), "<script>"),
    "script in CDATA": (svg("<script><![CDATA[alert(1)]]></script>"), "<script>"),
    "script of XHTML": (svg('<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>'), "<script>"),
    "script by prefix": (svg('<s:script xmlns:s="http://www.w3.org/2000/svg">alert(1)</s:script>'), "<script>"),
    "script in the metadata": (svg("<metadata><script>alert(1)</script></metadata>"), "<script>"),
    "script in a title": (svg("<title><script>alert(1)</script></title>"), "<script>"),
    "script in an editor's part": (
        svg('<i:x xmlns:i="http://www.inkscape.org/namespaces/inkscape"><script/></i:x>'),
        "<script>",
    ),
    "handler": (svg('<handler type="text/javascript">alert(1)</handler>'), "<handler>"),
    "listener": (svg('<listener event="click" handler="#a"/>'), "<listener>"),
    "onload": (svg(opened=SVG_OPEN.replace("viewBox", 'onload="alert(1)" viewBox')), "onload"),
    "onclick": (svg('<rect onclick="alert(1)"/>'), "onclick"),
    "ONCLICK": (svg('<rect ONCLICK="alert(1)"/>'), "ONCLICK"),
    "onbegin": (svg('<animate onbegin="alert(1)"/>'), "onbegin"),
    "onfocusin in a title": (svg('<title onfocusin="alert(1)"/>'), "onfocusin"),
    "foreignObject": (
        svg("<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>"),
        "foreignObject",
    ),
    "foreignobject in small letters": (svg("<foreignobject/>"), "foreignobject"),
    "switch around foreignObject": (svg("<switch><foreignObject/></switch>"), "<switch>"),
    "iframe": (svg('<iframe xmlns="http://www.w3.org/1999/xhtml" src="http://a.test"/>'), "<iframe>"),
    "embed": (svg('<embed src="http://a.test"/>'), "<embed>"),
    "object": (svg('<object data="http://a.test"/>'), "<object>"),
    "picture of a file": (svg('<image href="file:///etc/passwd"/>'), "<image>"),
    "picture of an address": (svg('<image xlink:href="http://a.test/a.png"/>'), "<image>"),
    "picture inside": (svg('<image href="data:image/png;base64,AAAA"/>'), "data:image"),
    "text": (svg("<text>Call 1-888-555-0100</text>"), "outlines"),
    "text in a path": (svg("<textPath>Call</textPath>"), "outlines"),
    "loose text": (svg("Call us"), "loose text"),
    "loose text in CDATA": (svg("<g><![CDATA[Call us]]></g>"), "loose text"),
    "font": (svg("<font><glyph/></font>"), "outlines"),
    "font of an address": (svg("<style>@font-face{font-family:a;src:url(http://a.test/a.woff)}</style>"), "<style>"),
    "link": (svg('<a href="https://a.test"><rect/></a>'), "<a>"),
    "link that runs": (svg('<a xlink:href="javascript:alert(1)"><rect/></a>'), "javascript"),
    "link that runs, with a tab": (svg('<use href="java&#9;script:alert(1)"/>'), "runs or fetches"),
    "link that runs, in numbers": (svg('<use href="&#106;avascript:alert(1)"/>'), "runs or fetches"),
    "base that runs": (svg(opened=SVG_OPEN.replace("viewBox", 'xml:base="javascript:alert(1)//" viewBox')), "base"),
    "animate": (svg('<animate attributeName="href" values="javascript:alert(1)"/>'), "animate|values"),
    "animate, plain": (svg('<rect><animate attributeName="x" to="9"/></rect>'), "stands still"),
    "set": (svg('<set attributeName="onmouseover" to="alert(1)"/>'), "<set>"),
    "set href": (svg('<set attributeName="href" to="data:text/html,x"/>'), "data:text"),
    "animateTransform": (svg("<animateTransform/>"), "stands still"),
    "animateMotion": (svg("<animateMotion/>"), "stands still"),
    "use of an address": (svg('<use href="http://a.test/a.svg#a"/>'), "leads out"),
    "use of a file": (svg('<use href="file:///etc/passwd#a"/>'), "leads out"),
    "use of a neighbour": (svg('<use href="a.svg#a"/>'), "leads out"),
    "use of data": (svg('<use href="data:image/svg+xml;base64,AAAA#a"/>'), "data:image"),
    "use of nothing": (svg('<use href="#a"/>'), "nothing"),
    "use of two": (svg('<g id="a"/><g id="a"/><use href="#a"/>'), "two things"),
    "use of a gradient": (svg('<linearGradient id="a"/><use href="#a"/>'), "linearGradient"),
    "path that leads out": (svg('<path href="http://a.test"/>'), "leads out"),
    "gradient of an address": (svg('<linearGradient id="a" href="http://a.test#b"/>'), "leads out"),
    "fill of an address": (svg('<rect fill="url(http://a.test/a.svg#a)"/>'), "fill"),
    "fill of an address, quoted": (svg("""<rect fill="url('//a.test/#a')"/>"""), "fill"),
    "fill of a path": (svg('<path id="a"/><rect fill="url(#a)"/>'), "<path>"),
    "fill that breaks out": (svg("""<rect fill='"&gt;&lt;script&gt;'/>"""), "fill|script"),
    "clip of an address": (svg('<rect clip-path="url(http://a.test/a.svg#a)"/>'), "clip-path"),
    "mask of an address": (svg('<rect mask="url(http://a.test/a.svg#a)"/>'), "mask"),
    "filter of an address": (svg('<rect filter="url(http://a.test/a.svg#a)"/>'), "filter"),
    "filter": (svg('<filter id="a"><feGaussianBlur stdDeviation="900"/></filter>'), "Flatten"),
    "filter that fetches": (svg('<filter><feImage href="http://a.test"/></filter>'), "Flatten"),
    "pattern": (svg('<pattern id="a"><rect/></pattern>'), "Expand"),
    "marker": (svg('<marker id="a"><rect/></marker>'), "Expand"),
    "symbol": (svg('<symbol id="a"><rect/></symbol>'), "Expand"),
    "svg in svg": (svg(svg().decode()), "another <svg>"),
    "MathML": (svg('<math xmlns="http://www.w3.org/1998/Math/MathML"/>'), "<math>"),
    "unknown element": (svg("<blink/>"), "<blink>"),
    "unknown attribute": (svg('<rect srcdoc="x"/>'), "srcdoc"),
    "attribute of an unknown namespace": (svg('<rect xmlns:q="http://q.test" q:href="http://q.test"/>'), "href"),
    "style with url": (svg("""<rect style="fill:url('http://a.test/a')"/>"""), "fill"),
    "style with import": (svg("<style>@import 'http://a.test/a.css';</style>"), "<style>"),
    "style with import, escaped": (svg(r"<style>@\69mport 'http://a.test/a.css';</style>"), "<style>"),
    "style with import, in CDATA": (svg("<style><![CDATA[@import url(a.css);]]></style>"), "<style>"),
    "style with expression": (svg('<rect style="width:expression(alert(1))"/>'), "expression"),
    "style with expression, commented": (svg('<rect style="width:exp/**/ression(alert(1))"/>'), "runs or fetches"),
    "style with behavior": (svg('<rect style="behavior:url(a.htc)"/>'), "runs or fetches"),
    "style with binding": (svg('<rect style="-moz-binding:url(a.xml#a)"/>'), "runs or fetches"),
    "style with an escape": (svg(r'<rect style="fill:u\72l(http://a.test)"/>'), "fill"),
    "style with a background": (svg('<rect style="background:url(http://a.test)"/>'), "background"),
    "style with an odd font": (svg('<rect style="font-family:url(http://a.test)"/>'), "font-family"),
    "style with a cursor": (svg('<rect style="cursor:url(http://a.test),auto"/>'), "cursor"),
    "style with a variable": (svg('<rect style="fill:var(--a)"/>'), "fill"),
    "style for everything": (svg("<style>*{fill:red}</style>"), "<style>"),
    "style by attribute": (svg("<style>rect[id^=a]{fill:red}</style>"), "<style>"),
    "style for a hovering mouse": (svg("<style>.a:hover{fill:red}</style>"), "<style>"),
    "style that moves": (svg("<style>@keyframes a{from{fill:red}}</style>"), "<style>"),
    "style for print": (svg("<style>@media print{.a{fill:red}}</style>"), "<style>"),
    "style of 1,000 rules": (svg("<style>" + ".a{fill:red}" * 1000 + "</style>"), "300 rules"),
    "style, endless name": (svg("<style>" + "a" * 400_000 + "</style>"), "<style>"),
    "numbers that aren't": (svg('<rect width="NaN"/>'), "width"),
    "numbers without end": (svg('<rect width="1e999"/>'), "1e999"),
    "numbers too large": (svg('<path d="M0 0L99999999 0"/>'), "99999999"),
    "numbers of 400,000 digits": (svg(f'<path d="M{"1" * 400_000}"/>'), "holds the number"),
    "dashes of 400,000 digits": (svg(f'<path stroke-dasharray="{"1" * 400_000}x"/>'), "stroke-dasharray"),
    "path with words": (svg('<path d="M0 0 javascript"/>'), "attribute d"),
    "transform with words": (svg('<g transform="url(#a)"/>'), "transform"),
    "no extent": (svg(opened='<svg xmlns="http://www.w3.org/2000/svg">'), "how large"),
    "extent in percent": (
        svg(opened='<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%">'),
        "how large",
    ),
    "extent of three numbers": (svg(opened=SVG_OPEN.replace("0 0 90 30", "0 0 90")), "how large"),
    "extent of nothing": (svg(opened=SVG_OPEN.replace("0 0 90 30", "0 0 0 0")), "0 × 0"),
    "extent below nothing": (svg(opened=SVG_OPEN.replace("0 0 90 30", "0 0 -90 30")), "-90"),
    "extent of a million": (svg(opened=SVG_OPEN.replace("0 0 90 30", "0 0 1000000 1000000")), "1000000"),
    "extent of a mere line": (svg(opened=SVG_OPEN.replace("0 0 90 30", "0 0 9000 1")), "mere line"),
    "handler of XLink": (svg('<rect xlink:onload="alert(1)" width="9" height="9"/>'), "onload"),
    "listener of XML events": (
        svg('<e:listener xmlns:e="http://www.w3.org/2001/xml-events" event="load"/>'),
        "listener",
    ),
    "picture of XHTML": (svg('<h:img xmlns:h="http://www.w3.org/1999/xhtml" onerror="alert(1)"/>'), "onerror"),
    "script in a program's notes": (
        svg('<i:pgf xmlns:i="http://ns.adobe.com/AdobeIllustrator/10.0/"><script>1</script></i:pgf>'),
        "script",
    ),
    "link behind a tab": (svg('<use href="&#9;javascript:alert(1)"/>'), "runs or fetches"),
    "link cut by a line": (svg('<use href="java&#10;script:alert(1)"/>'), "runs or fetches"),
    "part of a file": (svg('<use href="file:///etc/passwd#x"/>'), "leads out"),
    "gradient of elsewhere": (svg('<linearGradient href="http://example.org/#a"/>'), "leads out"),
    "paint of elsewhere, quoted": (svg("<rect fill=\"url('//example.org#a')\"/>"), "fill"),
    "escaped url": (svg(r'<rect style="cursor:\75rl(//example.org)"/>'), "cursor"),
    "import cut by a comment": (svg('<style>@im/**/port "//example.org";</style>'), "<style>"),
    "paint of elsewhere in CDATA": (svg("<style><![CDATA[.a{fill:url(//example.org#x)}]]></style>"), "fill"),
    "selector that spies": (svg('<style>rect[width^="9"]{fill:red}</style>'), "<style>"),
    "handler by DOCTYPE": (svg(before='<!DOCTYPE svg [<!ATTLIST rect onload CDATA "alert(1)">]>'), "DOCTYPE"),
    "mask within itself": (svg('<mask id="m"><rect mask="url(#m)"/></mask><rect mask="url(#m)"/>'), "draws itself"),
    "gradients in a ring": (
        svg('<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/><rect fill="url(#a)"/>'),
        "draws itself",
    ),
    "far away": (svg(opened=SVG_OPEN.replace("0 0 90 30", "1e99 1e99 9 9")), "viewBox"),
    "blend by url": (svg('<rect style="mix-blend-mode:url(x)"/>'), "mix-blend-mode"),
    "handler in words": (svg('<desc><b onclick="x">y</b></desc>'), "onclick"),
    "the same id twice": (svg('<rect id="a"/><rect id="a"/><use href="#a"/>'), "two things"),
    "CDATA of markup": (svg("<![CDATA[<script>alert(1)</script>]]>"), "loose text"),
    "attribute of another's name": (
        b'<s:svg xmlns:s="http://www.w3.org/2000/svg" viewBox="0 0 9 9" s:onload="alert(1)"/>',
        "onload",
    ),
}
"""Refused as drawings: the file, and what the refusal says (a regular expression)."""

TRAILING: dict[str, bytes] = {
    "zip": zipped(),
    "web page": b"<html><script>alert(1)</script></html>",
    "PHP": b"<?php system($_GET['c']); ?>",
    "PDF": b"%PDF-1.7 1 0 obj<</OpenAction 2 0 R>>endobj",
    "another picture": encoded("GIF"),
    "a program": b"MZ\x90\x00" + b"\x90" * 200,
}
"""What hides behind the end of a picture."""
