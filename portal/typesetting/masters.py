"""Variable data printing: what many pages share is set once; what is a page's own is set apart and put in its place.

A poster is alike on every door but for its code and one line of words. Typst sets a *master* of each kind of page,
with two figures that only hold places, and the words of a whole packet as rows of one page. Here every page becomes
its master's content, its own code and its own row, with a copy of the master's structure: a tagged file like
Typst's own, in a fraction of its time and bytes.

    masters = Masters.read(compile_pdf(design, {...}, timestamp=now))
    rows = compile_pdf(words, {"pitch": 30, "rows": [...]}, timestamp=now)
    pdf = masters.print([Variable(master=0, code=qr("HTTPS://…"), title="Jackson")], rows=rows, pitch=30)

What a figure holds the place of stands in front of its alternative text: ``CODE_PLACE`` and then the code's own
alternative text, or ``WORDS_PLACE`` and then JSON for whoever sets the rows. Row n begins n times ``pitch`` points
below the top left corner of its page and is not as tall as that. The same input gives the same bytes.
"""

import base64
import io
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from portal.typesetting.compact import CompactFile
from portal.typesetting.errors import TypesettingError
from portal.typesetting.master_pages import (
    ELEMENTS,
    ENTRY,
    OWN,
    OWNERS,
    PAGE,
    SECTION,
    Master,
    collect,
    entries_of,
    page_of,
    read_master,
)
from portal.typesetting.qr import QUIET_ZONE, QrCode

# Typst's strings are glyph numbers, two bytes each, and a file holds far fewer than 2¹³ glyphs: every other character
# of a string is an escape or no letter, so that nothing that is looked for here can stand within one.
_MARKED: Final = re.compile(rb"(?=/[A-Za-z]+<<[^>]*/MCID \d+)")
_PLACED: Final = re.compile(rb"q 1 0 0 -1 \S+ (\S+) cm")
_NUMBER: Final = re.compile(rb"/MCID \d+")
_NAME: Final = re.compile(rb"/([a-z]\d+)(?=[ \n])")

#: Of the bytes that masters give. Raise it with every change of them: what was printed with another cannot be made again.
EDITION: Final = 1

# Objects of the file itself, counted from the last of the masters'.
_PAGES, _STRUCTURE, _DOCUMENT, _OUTLINES, _INFO, _METADATA, _CATALOG = range(1, 8)


@dataclass(frozen=True, slots=True)
class Variable:
    """What is a page's own: the number of its master, its code, and what the list of pages calls it."""

    master: int
    code: QrCode
    title: str


class Masters:
    """Kinds of page, read once and printed any number of times."""

    def __init__(
        self, masters: Sequence[Master], objects: Mapping[int, bytes | tuple[bytes, bytes]], own: Mapping[int, bytes]
    ) -> None:
        self._masters = tuple(masters)
        self._objects = objects
        self._own = own
        self._last = max(objects)

    @property
    def words(self) -> list[Mapping[str, object]]:
        """What each master says of its place of words: the JSON of its figure, and its ``width`` in points."""
        return [{**master.said, "width": master.words.width} for master in self._masters]

    @property
    def sizes(self) -> list[tuple[float, float, float]]:
        """Of each master how wide and how tall the place of the code is, and how tall that of the words, in points.

        A design that turns or scales what it draws leaves places of another size than it was told.
        """
        return [(master.code.width, master.code.height, master.words.height) for master in self._masters]

    @classmethod
    def read(cls, pdf: bytes) -> "Masters":
        """A tagged document of Typst's, every page of it a master. Raises NoPlace where one is none."""
        import pikepdf

        with pikepdf.open(io.BytesIO(pdf)) as document:
            root = document.Root
            structure = root.StructTreeRoot
            tops: dict[tuple[int, int], list[pikepdf.Object]] = {}
            for element in structure.K[0].K:
                tops.setdefault(page_of(element).objgen, []).append(element)
            owners = structure.ParentTree.Nums
            objects: dict[int, bytes | tuple[bytes, bytes]] = {}
            masters = [
                read_master(page.obj, tops.get(page.obj.objgen, []), owners[2 * number + 1], objects)
                for number, page in enumerate(document.pages)
            ]
            own = {
                _STRUCTURE: entries_of(structure, but=("/K", "/ParentTree", "/ParentTreeNextKey", "/IDTree")),
                _DOCUMENT: entries_of(structure.K[0], but=("/K", "/P")),
                _INFO: entries_of(document.trailer.Info),
                _METADATA: root.Metadata.read_bytes(),
                _CATALOG: entries_of(root, but=("/Metadata", "/Outlines", "/Pages", "/StructTreeRoot", "/PageLabels")),
            }
        return cls(masters, objects, own)

    def print(self, pages: Sequence[Variable], *, rows: bytes, pitch: float) -> bytes:
        """One tagged document: for each page its master, its code, and the row of its number.

        Raises TypesettingError where a row is missing.
        """
        file, last = CompactFile(), self._last
        for number, body in self._objects.items():
            if isinstance(body, bytes):
                file.put(number, body)
            else:
                file.put_stream(number, *body)
        words, fonts, first = _rows(rows, count=len(pages), pitch=pitch, after=last + _CATALOG, into=file)
        masters = self._masters
        resources = {}
        for number in dict.fromkeys(page.master for page in pages):
            file.put(first, _resources(masters[number].resources, fonts))
            resources[number] = first
            first += 1
        numbers = []
        for index, (page, row) in enumerate(zip(pages, words, strict=True)):
            master = masters[page.master]
            own = _own_content(master, page.code, row)
            file.put_stream(first + OWN, b"/Filter/FlateDecode", zlib.compress(own))
            file.put(
                first + PAGE,
                b"<</Type/Page/Parent %d 0 R%b/Contents[%d 0 R %d 0 R]/Resources %d 0 R/StructParents %d/Tabs/S>>"
                % (last + _PAGES, master.boxes, master.content, first + OWN, resources[page.master], index),
            )
            file.put(first + OWNERS, master.owners.of(first))
            file.put(
                first + SECTION,
                b"<</Type/StructElem/S/Sect/P %d 0 R/K%b>>" % (last + _DOCUMENT, master.kids.of(first)),
            )
            for offset, element in enumerate(master.elements, start=first + ELEMENTS):
                file.put(offset, element.of(first))
            numbers.append(first)
            first += ELEMENTS + len(master.elements)
        self._put_outlines(file, numbers, [page.title for page in pages])
        return self._finish(file, numbers)

    def _put_outlines(self, file: CompactFile, numbers: Sequence[int], titles: Sequence[str]) -> None:
        outlines = self._last + _OUTLINES
        for index, (number, title) in enumerate(zip(numbers, titles, strict=True)):
            before = b"/Prev %d 0 R" % (numbers[index - 1] + ENTRY) if index else b""
            after = b"/Next %d 0 R" % (numbers[index + 1] + ENTRY) if index + 1 < len(numbers) else b""
            name = title.encode("utf-16-be").hex().encode()
            file.put(
                number + ENTRY,
                b"<</Title<FEFF%b>/Parent %d 0 R%b%b/Dest[%d 0 R/Fit]>>"
                % (name, outlines, before, after, number + PAGE),
            )
        file.put(
            outlines,
            b"<</Type/Outlines/Count %d/First %d 0 R/Last %d 0 R>>"
            % (len(numbers), numbers[0] + ENTRY, numbers[-1] + ENTRY),
        )

    def _finish(self, file: CompactFile, numbers: Sequence[int]) -> bytes:
        """Adds what stands above the pages."""
        last, own = self._last, self._own
        kids = b" ".join(b"%d 0 R" % (number + PAGE) for number in numbers)
        sections = b" ".join(b"%d 0 R" % (number + SECTION) for number in numbers)
        owners = b" ".join(b"%d %d 0 R" % (index, number + OWNERS) for index, number in enumerate(numbers))
        file.put(last + _PAGES, b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(numbers), kids))
        file.put(
            last + _STRUCTURE,
            b"<<%b/K[%d 0 R]/ParentTree<</Nums[%b]>>/ParentTreeNextKey %d>>"
            % (own[_STRUCTURE], last + _DOCUMENT, owners, len(numbers)),
        )
        file.put(last + _DOCUMENT, b"<<%b/P %d 0 R/K[%b]>>" % (own[_DOCUMENT], last + _STRUCTURE, sections))
        file.put(last + _INFO, b"<<%b>>" % own[_INFO])
        identity = file.digest()[:16]
        told = re.sub(rb"(?<=<xmpTPg:NPages>)\d+", b"%d" % len(numbers), own[_METADATA])
        name = base64.b64encode(identity)
        told = re.sub(rb"(<xmpMM:(?:Instance|Document)ID>)[^<]*", lambda found: found[1] + name, told)
        file.put_stream(last + _METADATA, b"/Type/Metadata/Subtype/XML", told)
        file.put(
            last + _CATALOG,
            b"<<%b/Pages %d 0 R/StructTreeRoot %d 0 R/Outlines %d 0 R/Metadata %d 0 R>>"
            % (own[_CATALOG], last + _PAGES, last + _STRUCTURE, last + _OUTLINES, last + _METADATA),
        )
        return file.to_bytes(root=last + _CATALOG, info=last + _INFO, identity=identity)


@dataclass(frozen=True, slots=True)
class _Row:
    """The words of a page as content, and how far above the foot of their sheet they begin, in points."""

    content: bytes
    top: float


def _rows(
    pdf: bytes, *, count: int, pitch: float, after: int, into: CompactFile
) -> tuple[list[_Row], Mapping[str, bytes], int]:
    """The rows of a document of one page, what they draw with, and the next number that is free.

    What they draw with is put into the file under numbers above ``after``, and its names begin with w.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document, pikepdf.new() as room:
        (page,) = document.pages
        for _ in range(after + 1 - len(room.objects)):
            room.make_indirect(pikepdf.Dictionary())
        resources = room.copy_foreign(page.obj.Resources)
        objects: dict[int, bytes | tuple[bytes, bytes]] = {}
        named: dict[str, bytes] = {}
        for kind, names in resources.items():
            if isinstance(names, pikepdf.Dictionary):
                named[kind] = entries_of(pikepdf.Dictionary({f"/w{name[1:]}": value for name, value in names.items()}))
                for value in names.values():
                    collect(value, objects)
        height = float(page.mediabox[3])
        content = page.Contents.read_bytes()
    for number, body in objects.items():
        if isinstance(body, bytes):
            into.put(number, body)
        else:
            into.put_stream(number, *body)
    rows = [b""] * count
    for part in _MARKED.split(content)[1:]:
        placed = _PLACED.search(part)
        row = int((height - float(placed[1])) / pitch) if placed else count
        if row >= count:
            raise TypesettingError("The words that say where a page hangs cannot be told apart. Report this.")
        rows[row] += _NAME.sub(rb"/w\1", _NUMBER.sub(b"", part))
    if not all(rows):
        raise TypesettingError(f"Page {rows.index(b'') + 1} has no words that say where it hangs. Name its place.")
    return [_Row(row, height - index * pitch) for index, row in enumerate(rows)], named, max(objects) + 1


def _resources(ours: Mapping[str, bytes], theirs: Mapping[str, bytes]) -> bytes:
    """What a page draws with: its master's names and those of the rows."""
    kinds = dict.fromkeys((*ours, *theirs))
    each = (b"%b<<%b %b>>" % (kind.encode(), ours.get(kind, b""), theirs.get(kind, b"")) for kind in kinds)
    return b"<<" + b"".join(each) + b">>"


def _own_content(master: Master, code: QrCode, row: _Row) -> bytes:
    """What is drawn over the master: the code's dark modules, and the row in its place."""
    place, words = master.code, master.words
    module = place.width / (code.size + 2 * QUIET_ZONE)
    edge = module * QUIET_ZONE
    path = b"".join([b"%d %d %d 1 re\n" % run for run in code.runs()])
    return (
        b"/Figure<</MCID %d>>BDC\nq %.5f 0 0 -%.5f %.4f %.4f cm 0 g\n%bf\nQ\nEMC\n"
        b"/P<</MCID %d>>BDC\nq 1 0 0 1 %.4f %.4f cm\n%b\nQ\nEMC\n"
    ) % (
        *(master.marks, module, module, place.left + edge, place.top - edge, path),
        *(master.marks + 1, words.left, words.top - row.top, row.content),
    )
