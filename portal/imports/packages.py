"""Judges the ZIP file that a workbook is before anything opens it: its members, their sizes, and each XML within.

Nothing is unpacked to a disk, and never more of it at a time than a chunk. What a workbook may not bring (macros, links
to other files, document types) is refused with what to do in Excel.
"""

import re
import zipfile
import zlib
from typing import IO, Final
from xml.parsers import expat

from portal.imports.problems import FileRefused
from portal.imports.sheets import refused
from portal.imports.tables import MOST_COLUMNS

MOST_MEMBERS: Final = 500
MOST_UNPACKED: Final = 64 * 1024**2
MOST_RATIO: Final = 400
"""How many times smaller a member of over a megabyte may be packed: a bomb reaches a thousand, a table a hundred."""
MOST_BYTES_OF: Final = {"xl/styles.xml": 2 * 1024**2, "xl/sharedStrings.xml": 24 * 1024**2}
MOST_BYTES_OF_OTHERS: Final = 4 * 1024**2
MOST_ELEMENTS: Final = 1_200_000
MOST_ELEMENTS_OF_OTHERS: Final = 20_000
DEEPEST: Final = 32
LONGEST_TEXT: Final = 230_000
"""The longest text of a cell, each sign of it written in seven letters (_x000D_)."""
LAST_ROW: Final = 1_048_576
CHUNK: Final = 64 * 1024
MOST_HELD: Final = 1024 * 1024
"""Bytes of one tag: more attributes than any program writes."""

ANEW: Final = "In Excel open a new workbook, paste the values alone (Paste Special, Values), and save that as .xlsx."
_FORBIDDEN: Final = (
    (re.compile(r"(^|/)vbaproject|\.bas$|(^|/)macrosheets/|(^|/)dialogsheets/", re.I), "macros", "Save it as .xlsx, without macros."),
    (re.compile(r"(^|/)externallinks/", re.I), "links to other workbooks", "In Excel: Data, Edit Links, Break Link."),
    (re.compile(r"(^|/)(connections\.xml|querytables/|webextensions/)", re.I), "connections to other data", ANEW),
    (re.compile(r"(^|/)(embeddings/|activex/|ctrlprops/)", re.I), "embedded objects", ANEW),
)  # fmt: skip
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_TABLES = re.compile(r"xl/(worksheets/[^/]+|sharedStrings)\.xml", re.IGNORECASE)
_CELL = re.compile(r"([A-Z]{1,3})[1-9][0-9]{0,6}")
_ODF, _BINARY = "mimetype", "xl/workbook.bin"
_WHOLE = "xl/workbook.xml"
_MARKUP = (".xml", ".rels", ".vml")


def judge(stream: IO[bytes]) -> None:
    """Passes a workbook that may be opened; the stream stands anywhere afterwards. Raises ``FileRefused``."""
    try:
        with zipfile.ZipFile(stream) as package:
            _judge_members(package.infolist())
            for member in package.infolist():
                if member.filename.lower().endswith(_MARKUP):
                    _judge_markup(package, member)
    except FileRefused:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise refused(
            f"This workbook is damaged ({_short(error)}): open it in a spreadsheet and save it anew."
        ) from None


def _judge_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise refused(f"This ZIP file has {len(members):,} parts, where a workbook has some ten. {ANEW}")
    names = [member.filename for member in members]
    for name in names:
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
            raise refused(f"A part of this ZIP file lies outside of it. {ANEW}")
        for pattern, what, mend in _FORBIDDEN:
            if pattern.search(name):
                raise refused(f"This workbook holds {what}, which are not taken. {mend}")
    lower = [name.lower() for name in names]
    if len(set(lower)) != len(lower):
        raise refused(f"Two parts of this workbook have the same name. {ANEW}")
    if _WHOLE not in names:
        raise refused(_other_file(lower))
    if any(member.flag_bits & 1 for member in members):
        raise refused("This workbook has a password: save it without one.")
    if any(member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for member in members):
        raise refused(f"This workbook is packed in a way that no spreadsheet uses. {ANEW}")
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise refused(f"Unpacked, this workbook is larger than {MOST_UNPACKED // 1024**2} MB. {ANEW}")
    for member in members:
        size, packed = member.file_size, max(member.compress_size, 1)
        if size > 1024**2 and size > MOST_RATIO * packed:
            raise refused(f"A part of this workbook is {size // packed:,} times larger than packed. {ANEW}")
        if member.filename.lower().endswith(_MARKUP) and size > _most_bytes(member.filename):
            raise refused(f"{member.filename[:60]} of this workbook is larger than it may be. {ANEW}")


def _other_file(names: list[str]) -> str:
    if _BINARY in names:
        return "This is a binary workbook (.xlsb): save it as .xlsx."
    if _ODF in names:
        return "This is a workbook of LibreOffice (.ods) or another file of its kind: save it as .xlsx."
    if any(name.startswith("word/") for name in names):
        return "This is a text of Word, and no workbook: save the table as .xlsx."
    return "This is a ZIP file, and no workbook: unpack it, and upload the table itself."


def _most_bytes(name: str) -> int:
    return MOST_UNPACKED if _SHEET.fullmatch(name) else MOST_BYTES_OF.get(name, MOST_BYTES_OF_OTHERS)


def _judge_markup(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    reader = _Markup(member.filename)
    fed = 0
    with package.open(member) as part:
        while chunk := part.read(CHUNK):
            fed += len(chunk)
            try:
                reader.parser.Parse(chunk, False)
            except expat.ExpatError as error:
                raise reader.broken(f"it is no XML in line {error.lineno}") from None
            if fed - reader.parser.CurrentByteIndex > MOST_HELD:
                raise reader.broken("a tag in it is too long")
        try:
            reader.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise reader.broken(f"it is no XML in line {error.lineno}") from None


class _Markup:
    """Hears of the tags of one member. Entities, document types and depths that no spreadsheet writes are refused."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_sheet = bool(_SHEET.fullmatch(name))
        self.is_rels = name.lower().endswith(".rels")
        self.most = MOST_ELEMENTS if _TABLES.fullmatch(name) else MOST_ELEMENTS_OF_OTHERS
        self.depth = self.elements = self.text = 0
        self.column, self.has_wide_cell = 0, False
        self.parser = expat.ParserCreate()
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.said

    def broken(self, why: str) -> FileRefused:
        """A part that no spreadsheet wrote."""
        return refused(f"{self.name[:60]} of this workbook cannot be read: {why}. {ANEW}")

    def doctype(self, *_told: object) -> None:
        """A document type may name other files, or grow without end."""
        raise self.broken("it brings a document type (DTD)")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag opens."""
        self.depth += 1
        self.elements += 1
        self.text = 0
        if self.depth > DEEPEST:
            raise self.broken("its tags lie too deep")
        if self.elements > self.most:
            raise self.broken(f"it has more than {self.most:,} tags")
        if self.is_sheet:
            self._cell(tag.rpartition(":")[2], attributes)
        elif self.is_rels and attributes.get("TargetMode", "").lower() == "external" and not _is_link(attributes):
            raise refused(f"This workbook asks for another file. {ANEW}")

    def _cell(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self.column = 0
            row = attributes.get("r", "1")
            if not (row.isascii() and row.isdigit() and len(row) <= 7 and 1 <= int(row) <= LAST_ROW):
                raise self.broken(f"it has a row {row[:20]!r}")
        elif tag == "c":
            name = attributes.get("r")
            if name is None:
                self.column += 1
            elif found := _CELL.fullmatch(name):
                self.column = _number(found[1])
            else:
                raise self.broken(f"it has a cell {name[:20]!r}")
        elif tag in {"v", "is", "f"} and self.column > MOST_COLUMNS:
            raise refused(f"Something stands to the right of column {MOST_COLUMNS}: delete those columns.")

    def end(self, _tag: str) -> None:
        """A tag closes."""
        self.depth -= 1
        self.text = 0

    def said(self, text: str) -> None:
        """Letters between tags."""
        self.text += len(text)
        if self.text > LONGEST_TEXT:
            raise self.broken("a text in it is longer than a cell can be")


def _is_link(attributes: dict[str, str]) -> bool:
    """What a person may click on; nothing follows it by itself."""
    return attributes.get("Type", "").endswith("/hyperlink")


def _number(letters: str) -> int:
    """1 for A, 27 for AA."""
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found


def _short(error: Exception) -> str:
    told = " ".join(str(error).split())[:80]
    return told if told and told.isprintable() else type(error).__name__
