"""Workbooks that no spreadsheet writes, each with a word that its refusal must say."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping

from tests.hostile.files.texts import HEAD, Hostile, of

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
    "</Types>"
)
SHEETS = '<sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets>'
HIDDEN = SHEETS.replace("r:id", 'state="hidden" r:id')
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)


def text(value: str, name: str = "") -> str:
    """A cell with a text."""
    place = f' r="{name}"' if name else ""
    return f'<c{place} t="inlineStr"><is><t>{value}</t></is></c>'


HEADER = "<row>" + "".join(map(text, ("name", "kind", "level", "acronym"))) + "</row>"
START = "<row>" + "".join(map(text, ("Lantern", "ngo", "private")))


def sheet(rows: str = f"{HEADER}{START}</row>", before: str = "", opened: str = "") -> str:
    """A sheet with these rows."""
    return f'{before}<worksheet xmlns="{MAIN}"{opened}><sheetData>{rows}</sheetData></worksheet>'


def parts(changed: Mapping[str, str | bytes | None] | None = None) -> dict[str, str | bytes]:
    """The parts of a sound workbook but for these, of which ``None`` is left out."""
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(
            (("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")),
            1,
        )
    )
    sound: dict[str, str | bytes | None] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{SHEETS}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELS}">{links}</Relationships>',
        "xl/worksheets/sheet1.xml": sheet(),
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>one</t></si></sst>',
    }
    return {name: content for name, content in (sound | dict(changed or {})).items() if content is not None}


def packed(told: dict[str, str | bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as a ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as package:
        for name, content in told.items():
            package.writestr(name, content)
    return out.getvalue()


def book(told: Mapping[str, str | bytes | None]) -> Callable[[], bytes]:
    """A workbook sound but for these parts."""
    return lambda: packed(parts(told))


def rows(inside: str, before: str = "", opened: str = "") -> Callable[[], bytes]:
    """A workbook whose sheet has these rows below its header."""
    return book({"xl/worksheets/sheet1.xml": sheet(HEADER + inside, before, opened)})


def cell(told: str) -> Callable[[], bytes]:
    """A workbook with one row, its fourth cell as told."""
    return rows(f"{START}{told}</row>")


def with_part(name: str, content: str | bytes = "x") -> Callable[[], bytes]:
    """A sound workbook with one more part."""
    return book({name: content})


def named(*names: str) -> bytes:
    """A ZIP file with parts of these names."""
    return packed(dict.fromkeys(names, "x"))


def encrypted() -> bytes:
    """A workbook of which each part says that it has a password."""
    content = bytearray(packed(parts()))
    for sign, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = content.find(sign)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(sign, at + 4)
    return bytes(content)


def that_lies(size: int) -> bytes:
    """A workbook whose list of parts tells another size of the first than it has."""
    content = bytearray(packed(parts()))
    at = content.find(b"PK\1\2")
    content[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(content)


def with_wrong_sum() -> bytes:
    """A workbook of which a byte was changed."""
    content = packed(parts(), zipfile.ZIP_STORED)
    return content.replace(b"Lantern", b"Lamtern", 1)


def twice() -> bytes:
    """A workbook with two sheets of one name: programs differ in which of them they read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts().items():
            package.writestr(name, content)
        package.writestr("xl/Workbook.xml", "<x/>")
    return out.getvalue()


DTD = '<!DOCTYPE x [<!ENTITY a "ha">]>'
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LAUGHS = "<!DOCTYPE x [" + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10)
) + "]>"  # fmt: skip
PARAMETER = '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>'
WIDE = "".join(text("x") for _place in range(202))
OTHER_FILE = (
    f'<Relationships xmlns="{RELS}"><Relationship Id="rId9" Type="{OFFICE}/{{}}" '
    'Target="file:///c:/x.xlsx" TargetMode="External"/></Relationships>'
)
S1, WB, SH, ST = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"

BOOKS: Hostile = {
    "ZIP of nothing": (of(b"PK\5\6" + b"\0" * 18), "no workbook"),
    "ZIP of a table": (lambda: packed({"agencies.csv": HEAD}), "unpack it"),
    "ZIP of a ZIP": (lambda: packed({"a.zip": packed({"b.csv": HEAD})}), "unpack it"),
    "ZIP cut off": (lambda: packed(parts())[:-40], "damaged"),
    "ZIP cut in the middle": (lambda: packed(parts())[:900], "damaged"),
    "PK and noise": (of(b"PK\3\4" + bytes(range(256)) * 20), "damaged"),
    "byte changed": (with_wrong_sum, "damaged"),
    "size that lies": (lambda: that_lies(5), "damaged"),
    "size of four gigabytes": (lambda: that_lies(2**32 - 2), "larger than 64 MB"),
    "password": (encrypted, "password"),
    "packed by bzip2": (lambda: packed(parts(), zipfile.ZIP_BZIP2), "packed in a way"),
    "packed by lzma": (lambda: packed(parts(), zipfile.ZIP_LZMA), "packed in a way"),
    "bomb of one part": (book({S1: sheet(" " * 66_000_000)}), "times larger than packed"),
    "bomb of thirty megabytes": (book({S1: sheet(" " * 30_000_000)}), "times larger than packed"),
    "bomb in texts": (book({SH: "<sst>" + " " * 30_000_000 + "</sst>"}), "times larger than packed"),
    "bomb beside the sheets": (with_part("xl/media/a.bin", b"\0" * 60_000_000), "times larger than packed"),
    "bomb of many parts": (book({f"xl/media/{n}": b"\0" * 900_000 for n in range(80)}), "larger than 64 MB"),
    "thousand parts": (book({f"xl/media/{n}": b"x" for n in range(1000)}), "1,007 parts"),
    "two sheets of one name": (twice, "same name"),
    "part above": (with_part("../../etc/cron.d/x"), "outside"),
    "part above, by backslashes": (with_part("xl\\..\\..\\x"), "outside"),
    "part at the root": (with_part("/etc/passwd"), "outside"),
    "part on a drive": (with_part("C:/x"), "outside"),
    "binary workbook": (lambda: named("[Content_Types].xml", "xl/workbook.bin"), "xlsb"),
    "workbook of LibreOffice": (lambda: named("mimetype", "content.xml"), "ods"),
    "text of Word": (lambda: named("[Content_Types].xml", "word/document.xml"), "Word"),
    "program of Java": (lambda: named("META-INF/MANIFEST.MF", "A.class"), "no workbook"),
    "macros": (with_part("xl/vbaProject.bin"), "macros"),
    "macros in capitals": (with_part("xl/VBAPROJECT.BIN"), "macros"),
    "macros of 1992": (with_part("xl/macrosheets/sheet1.xml", sheet()), "macros"),
    "links to other workbooks": (with_part("xl/externalLinks/externalLink1.xml", "<x/>"), "links to other workbooks"),
    "DDE": (with_part("xl/externalLinks/externalLink2.xml", '<ddeLink ddeService="cmd"/>'), "Break Link"),
    "connections": (with_part("xl/connections.xml", "<x/>"), "connections"),
    "queries": (with_part("xl/queryTables/queryTable1.xml", "<x/>"), "connections"),
    "extension of the web": (with_part("xl/webextensions/w.xml", "<x/>"), "connections"),
    "embedded object": (with_part("xl/embeddings/oleObject1.bin"), "embedded"),
    "ActiveX": (with_part("xl/activeX/activeX1.xml", "<x/>"), "embedded"),
    "asks for another workbook": (
        with_part("xl/worksheets/_rels/sheet1.xml.rels", OTHER_FILE.format("externalLinkPath")), "another file"
    ),
    "asks for a template": (with_part("xl/_rels/x.rels", OTHER_FILE.format("attachedTemplate")), "another file"),
    "document type in a sheet": (book({S1: sheet(before=DTD)}), "DTD"),
    "document type in the workbook": (book({WB: DTD + "<workbook/>"}), "DTD"),
    "document type in texts": (book({SH: DTD + "<sst/>"}), "DTD"),
    "document type in styles": (book({ST: DTD + STYLES}), "DTD"),
    "document type in links": (book({"_rels/.rels": DTD + "<x/>"}), "DTD"),
    "document type in the types": (book({"[Content_Types].xml": DTD + TYPES}), "DTD"),
    "document type in UTF-16": (book({S1: sheet(before=DTD).encode("utf-16")}), "DTD"),
    "document type in properties": (with_part("docProps/core.xml", XXE + "<x>&a;</x>"), "DTD"),
    "entity of a file": (book({S1: sheet(HEADER + f"<row>{text('&a;')}</row>", XXE)}), "DTD"),
    "entity of an address": (book({S1: sheet(before=PARAMETER)}), "DTD"),
    "laughs": (book({SH: f"{LAUGHS}<sst><si><t>&l9;</t></si></sst>"}), "DTD"),
    "entity that is none": (rows(f"<row>{text('&nothing;')}</row>"), "no XML"),
    "a hundred thousand tags deep": (rows("<a>" * 100_000 + "</a>" * 100_000), "too deep"),
    "million tags in styles": (book({ST: "<s>" + "<x/>" * 900_000 + "</s>"}), "larger than"),
    "thirty thousand tags in styles": (book({ST: "<s>" + "<x/>" * 30_000 + "</s>"}), "more than 20,000 tags"),
    "two million tags in a sheet": (rows("<row/>" * 2_000_000), "times larger than packed"),
    "too many texts": (
        book({SH: "<sst>" + "".join(f"<si><t>{n}</t></si>" for n in range(610_000)) + "</sst>"}), "more than 1,200,000 tags"
    ),
    "tag of three megabytes": (rows('<row a="' + "abcdefghij" * 300_000 + '"/>'), "times larger"),
    "million attributes": (rows("<row " + " ".join(f'a{n}="{n}"' for n in range(300_000)) + "/>"), "too long"),
    "text of a megabyte": (rows(f"<row>{text(''.join(map(str, range(200_000))))}</row>"), "longer than a cell"),
    "row nought": (rows('<row r="0"/>'), "a row '0'"),
    "row below nought": (rows('<row r="-5"/>'), "a row '-5'"),
    "row of a word": (rows('<row r="x"/>'), "a row 'x'"),
    "row of ten to the fourteen": (rows('<row r="99999999999999"/>'), "a row"),
    "row behind the last": (rows('<row r="1048577"/>'), "a row"),
    "row of a fraction": (rows('<row r="2.0"/>'), "a row"),
    "row of other digits": (rows('<row r="٣"/>'), "a row"),
    "cell of no row": (rows(f'<row>{text("x", "A0")}</row>'), "a cell"),
    "cell of no column": (rows(f'<row>{text("x", "7")}</row>'), "a cell"),
    "cell of a column without end": (rows(f'<row>{text("x", "ZZZZZZZZ1")}</row>'), "a cell"),
    "cell in the last column": (rows(f'<row r="2">{text("x", "XFD2")}</row>'), "right of column 200"),
    "too many columns": (book({S1: sheet(f"<row>{WIDE}</row>")}), "right of column 200"),
    "something under no column": (rows(f"{START}{text('a')}{text('b')}</row>"), "E2 (“b”) stands under no column"),
    "formula": (cell("<c><f>1+1</f><v>2</v></c>"), "formula"),
    "formula without a value": (cell("<c><f>NOW()</f></c>"), "formula"),
    "formula that starts a program": (cell("<c><f>cmd|'/C calc'!A0</f><v>0</v></c>"), "formula"),
    "formula that asks the web": (cell('<c><f>WEBSERVICE("http://127.0.0.1:9/")</f><v>0</v></c>'), "formula"),
    "formula of many cells": (cell('<c r="D2"><f t="array" ref="D2:D9">1</f><v>1</v></c>'), "formula"),
    "shared formula": (cell('<c r="D2"><f t="shared" si="0" ref="D2:D3">A1</f><v>1</v></c>'), "formula"),
    "shared formula of nobody": (cell('<c r="D2"><f t="shared" si="7"/><v>1</v></c>'), "formula"),
    "table of formulas": (cell('<c r="D2"><f t="dataTable" ref="D2" dt2D="1"/><v>1</v></c>'), "formula"),
    "formula in the header": (
        book({S1: sheet(f"<row>{text('name')}<c><f>1+1</f><v>2</v></c></row><row>{text('L')}</row>")}), "None of the columns"
    ),
    "error": (cell('<c t="e"><v>#REF!</v></c>'), "the error #REF!"),
    "error of a name": (cell('<c t="e"><v>#NAME?</v></c>'), "the error #NAME?"),
    "yes for an acronym": (cell('<c t="b"><v>1</v></c>'), "TRUE or FALSE"),
    "day for an acronym": (cell('<c s="1"><v>46000</v></c>'), "a date"),
    "day that is none": (cell('<c s="1"><v>99999999999</v></c>'), "the error"),
    "day below nought": (cell('<c s="1"><v>-99999999999</v></c>'), "the error"),
    "number of a word": (cell("<c><v>abc</v></c>"), "damaged"),
    "ten to the four thousand": (cell("<c><v>1" + "0" * 4000 + "</v></c>"), "15 digits"),
    "ten to the nine thousand": (cell("<c><v>1" + "0" * 9000 + "</v></c>"), "damaged"),
    "infinity": (cell("<c><v>1e999</v></c>"), "15 digits"),
    "not a number": (cell("<c><v>1e</v></c>"), "damaged"),
    "text that is none": (cell('<c t="s"><v>7</v></c>'), "damaged"),
    "text of a word": (cell('<c t="s"><v>x</v></c>'), "damaged"),
    "style that is none": (cell('<c s="9999"><v>007</v></c>'), "damaged"),
    "style of a word": (cell('<c s="x"><v>7</v></c>'), "damaged"),
    "escaped control sign": (rows(f"<row>{text('Lan_x0007_tern')}{text('ngo')}{text('private')}</row>"), "U+0007"),
    "escaped NUL": (rows(f"<row>{text('Lan_x0000_tern')}{text('ngo')}{text('private')}</row>"), "NUL"),
    "no sheet": (book({WB: f'<workbook xmlns="{MAIN}"/>'}), "no sheet"),
    "hidden sheet": (
        book({WB: f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{HIDDEN}</workbook>'}),
        "no sheet",
    ),
    "sheet that is missing": (book({S1: None}), "no sheet"),
    "sheet without a row": (book({S1: sheet("")}), "names none of the columns"),
    "sheet with a header alone": (book({S1: sheet(HEADER)}), "only a header"),
    "sheet of another table": (book({S1: sheet(f"<row>{text('station')}</row>")}), "names none of the columns"),
    "sheet with a column twice": (book({S1: sheet(f"<row>{text('name')}{text('Name')}</row>")}), "twice"),
    "sheet that is no XML": (book({S1: "name,kind\nLantern,ngo\n"}), "no XML"),
    "sheet that ends early": (book({S1: sheet()[:-30]}), "no XML"),
    "sheet of wrong letters": (book({S1: sheet().encode() + b"\xff\xfe"}), "no XML"),
    "workbook that is no XML": (book({WB: "<workbook"}), "no XML"),
    "workbook of another name": (book({WB: '<x xmlns="urn:x"/>'}), "no sheet"),
    "no types": (book({"[Content_Types].xml": None}), "damaged"),
    "no links": (book({"xl/_rels/workbook.xml.rels": None}), "damaged"),
    "too many rows": (
        rows("".join(f"<row><c><v>{n}</v></c></row>" for n in range(10_001))), "More than 10,000 rows"
    ),
}  # fmt: skip
