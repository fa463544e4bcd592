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
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from portal.typesetting.compact import CompactFile
from portal.typesetting.errors import TypesettingError
from portal.typesetting.qr import QUIET_ZONE, QrCode

if TYPE_CHECKING:
    import pikepdf

CODE_PLACE: Final = "place-of-code:"
WORDS_PLACE: Final = "place-of-words:"

# Typst's strings are glyph numbers, two bytes each, and a file holds far fewer than 2¹³ glyphs: every other character
# of a string is an escape or no letter, so that nothing that is looked for here can stand within one.
_MARKED: Final = re.compile(rb"(?=/[A-Za-z]+<<[^>]*/MCID \d+)")
_PLACED: Final = re.compile(rb"q 1 0 0 -1 \S+ (\S+) cm")
_NUMBER: Final = re.compile(rb"/MCID \d+")
_NAME: Final = re.compile(rb"/([a-z]\d+)(?=[ \n])")

# What ties an element to others; of the place of words, what it becomes.
_LINKS: Final = ("/K", "/P", "/Pg")
_PARAGRAPH: Final = b"/S/P/A<</O/Layout/Placement/Block>>"

# Objects of the file itself, counted from the last of the masters'.
_PAGES, _STRUCTURE, _DOCUMENT, _OUTLINES, _INFO, _METADATA, _CATALOG = range(1, 8)
# Objects of a page, counted from its first; the elements of its structure follow.
_PAGE, _OWN, _OWNERS, _ENTRY, _SECTION, _ELEMENTS = range(6)


class NoPlace(TypesettingError):
    """A page is no master: it has no place for the code or the words, or holds what cannot be copied."""


@dataclass(frozen=True, slots=True)
class Variable:
    """What is a page's own: the number of its master, its code, and what the list of pages calls it."""

    master: int
    code: QrCode
    title: str


@dataclass(frozen=True, slots=True)
class _Form:
    """An object of every page: its text with ``%d`` for each object that it names, counted from the page's first."""

    text: bytes
    named: tuple[int, ...]

    def of(self, first: int) -> bytes:
        """The object of the page whose first object has this number."""
        return self.text % tuple([first + offset for offset in self.named])


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something stands on a page, in points from its bottom left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Master:
    """One kind of page: ``elements`` and ``owners`` are its structure, ``marks`` how many parts its content has."""

    content: int
    boxes: bytes
    resources: Mapping[str, bytes]
    kids: _Form
    elements: tuple[_Form, ...]
    owners: _Form
    marks: int
    code: _Place
    words: _Place
    said: Mapping[str, object]


class Masters:
    """Kinds of page, read once and printed any number of times."""

    def __init__(
        self, masters: Sequence[_Master], objects: Mapping[int, bytes | tuple[bytes, bytes]], own: Mapping[int, bytes]
    ) -> None:
        self._masters = tuple(masters)
        self._objects = objects
        self._own = own
        self._last = max(objects)
        seed = hashlib.sha256(repr((sorted(objects.items()), sorted(own.items()), masters)).encode())
        self._seed = seed.digest()

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
                tops.setdefault(_page_of(element).objgen, []).append(element)
            owners = structure.ParentTree.Nums
            objects: dict[int, bytes | tuple[bytes, bytes]] = {}
            masters = [
                _read(page.obj, tops.get(page.obj.objgen, []), owners[2 * number + 1], objects)
                for number, page in enumerate(document.pages)
            ]
            own = {
                _STRUCTURE: _entries(structure, but=("/K", "/ParentTree", "/ParentTreeNextKey", "/IDTree")),
                _DOCUMENT: _entries(structure.K[0], but=("/K", "/P")),
                _INFO: _entries(document.trailer.Info),
                _METADATA: root.Metadata.read_bytes(),
                _CATALOG: _entries(root, but=("/Metadata", "/Outlines", "/Pages", "/StructTreeRoot", "/PageLabels")),
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
        numbers, identity = [], hashlib.sha256(self._seed)
        for index, (page, row) in enumerate(zip(pages, words, strict=True)):
            master = masters[page.master]
            own = _own_content(master, page.code, row)
            identity.update(own)
            file.put_stream(first + _OWN, b"/Filter/FlateDecode", zlib.compress(own))
            file.put(
                first + _PAGE,
                b"<</Type/Page/Parent %d 0 R%b/Contents[%d 0 R %d 0 R]/Resources %d 0 R/StructParents %d/Tabs/S>>"
                % (last + _PAGES, master.boxes, master.content, first + _OWN, resources[page.master], index),
            )
            file.put(first + _OWNERS, master.owners.of(first))
            file.put(
                first + _SECTION,
                b"<</Type/StructElem/S/Sect/P %d 0 R/K%b>>" % (last + _DOCUMENT, master.kids.of(first)),
            )
            for offset, element in enumerate(master.elements, start=first + _ELEMENTS):
                file.put(offset, element.of(first))
            numbers.append(first)
            first += _ELEMENTS + len(master.elements)
        self._put_outlines(file, numbers, [page.title for page in pages])
        return self._finish(file, numbers, identity.digest()[:16])

    def _put_outlines(self, file: CompactFile, numbers: Sequence[int], titles: Sequence[str]) -> None:
        outlines = self._last + _OUTLINES
        for index, (number, title) in enumerate(zip(numbers, titles, strict=True)):
            before = b"/Prev %d 0 R" % (numbers[index - 1] + _ENTRY) if index else b""
            after = b"/Next %d 0 R" % (numbers[index + 1] + _ENTRY) if index + 1 < len(numbers) else b""
            name = title.encode("utf-16-be").hex().encode()
            file.put(
                number + _ENTRY,
                b"<</Title<FEFF%b>/Parent %d 0 R%b%b/Dest[%d 0 R/Fit]>>"
                % (name, outlines, before, after, number + _PAGE),
            )
        file.put(
            outlines,
            b"<</Type/Outlines/Count %d/First %d 0 R/Last %d 0 R>>"
            % (len(numbers), numbers[0] + _ENTRY, numbers[-1] + _ENTRY),
        )

    def _finish(self, file: CompactFile, numbers: Sequence[int], identity: bytes) -> bytes:
        """Adds what stands above the pages."""
        last, own = self._last, self._own
        kids = b" ".join(b"%d 0 R" % (number + _PAGE) for number in numbers)
        sections = b" ".join(b"%d 0 R" % (number + _SECTION) for number in numbers)
        owners = b" ".join(b"%d %d 0 R" % (index, number + _OWNERS) for index, number in enumerate(numbers))
        file.put(last + _PAGES, b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(numbers), kids))
        file.put(
            last + _STRUCTURE,
            b"<<%b/K[%d 0 R]/ParentTree<</Nums[%b]>>/ParentTreeNextKey %d>>"
            % (own[_STRUCTURE], last + _DOCUMENT, owners, len(numbers)),
        )
        file.put(last + _DOCUMENT, b"<<%b/P %d 0 R/K[%b]>>" % (own[_DOCUMENT], last + _STRUCTURE, sections))
        file.put(last + _INFO, b"<<%b>>" % own[_INFO])
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


# ---- reading masters ------------------------------------------------------------------------------


def _read(
    page: "pikepdf.Object",
    tops: Sequence["pikepdf.Object"],
    owners: "pikepdf.Object",
    objects: dict[int, bytes | tuple[bytes, bytes]],
) -> _Master:
    """One page as a master; what it draws with goes to ``objects``."""
    import pikepdf

    if "/Annots" in page:
        raise NoPlace("A design with links cannot be printed in packets. Take its links out.")
    order = list(_depth_first(tops))
    offsets = {element.objgen: _ELEMENTS + index for index, element in enumerate(order)}
    marks = len(owners)
    elements: list[_Form] = []
    places: dict[str, tuple[_Place, int]] = {}
    said: Mapping[str, object] = {}
    for element in order:
        place, told = _told(element)
        more: tuple[int, ...] = ()
        if place == CODE_PLACE:
            more = (marks,)
            entries = _entries(element, but=(*_LINKS, "/Alt")) + b"/Alt " + _text(told)
        elif place == WORDS_PLACE:
            more, said = (marks + 1,), json.loads(told)
            entries = _entries(element, but=(*_LINKS, "/Alt", "/A", "/S")) + _PARAGRAPH
        else:
            entries = _entries(element, but=_LINKS)
        if place in places:
            raise NoPlace("The design has two places of one kind. Draw code and words once a page.")
        if place:
            places[place] = (_place(element), offsets[element.objgen])
        elements.append(_element(element, entries, more, offsets))
    for place, what in ((CODE_PLACE, "the code"), (WORDS_PLACE, "the words that say where it hangs")):
        if place not in places:
            raise NoPlace(f"The design has no place for {what}. Add it with the function of its kit.")
    resources = page.Resources
    names = {kind: each for kind, each in resources.items() if isinstance(each, pikepdf.Dictionary)}
    for each in (page.Contents, *(value for kind in names.values() for value in kind.values())):
        _collect(each, objects)
    return _Master(
        content=page.Contents.objgen[0],
        boxes=_entries(page, but=("/Type", "/Parent", "/Contents", "/Resources", "/StructParents", "/Tabs")),
        resources={kind: _entries(each) for kind, each in names.items()},
        kids=_references(offsets[element.objgen] for element in tops),
        elements=tuple(elements),
        owners=_references(
            (*(offsets[owner.objgen] for owner in owners), places[CODE_PLACE][1], places[WORDS_PLACE][1])
        ),
        marks=marks,
        code=places[CODE_PLACE][0],
        words=places[WORDS_PLACE][0],
        said=said,
    )


def _told(element: "pikepdf.Object") -> tuple[str, str]:
    """Which place a figure holds, and what else its alternative text says; nothing of any other element."""
    said = str(element.get("/Alt", ""))
    return next(
        ((place, said.removeprefix(place)) for place in (CODE_PLACE, WORDS_PLACE) if said.startswith(place)), ("", "")
    )


def _depth_first(elements: Iterable["pikepdf.Object"]) -> "Iterator[pikepdf.Object]":
    for element in elements:
        yield element
        yield from _depth_first(_children(element))


def _children(element: "pikepdf.Object") -> "list[pikepdf.Object]":
    return [kid for kid in _kids(element) if not isinstance(kid, int)]


def _kids(element: "pikepdf.Object") -> list[Any]:
    """What an element holds: numbers of content on its page, and other elements."""
    kids: list[Any] = list(element.get("/K", ()))
    if any("/S" not in kid for kid in kids if not isinstance(kid, int)):
        raise NoPlace("The design holds a part that goes over two pages. Keep it on one.")
    return kids


def _page_of(element: "pikepdf.Object") -> "pikepdf.Object":
    """The page that an element stands on: its own, or that of what it holds."""
    found = next((each.Pg for each in _depth_first([element]) if "/Pg" in each), None)
    if found is None:
        raise NoPlace("The design holds a part that stands on no page. Take out what is empty.")
    return found


def _place(figure: "pikepdf.Object") -> _Place:
    box: Any = figure.A[0].BBox
    left, bottom, right, top = (float(edge) for edge in box)
    return _Place(left, top, right - left, top - bottom)


def _element(
    element: "pikepdf.Object", entries: bytes, more: Sequence[int], offsets: Mapping[tuple[int, int], int]
) -> _Form:
    """An element of every page that follows the master."""
    kids, named = [], [offsets.get(element.P.objgen, _SECTION), _PAGE]
    for kid in _kids(element):
        if isinstance(kid, int):
            kids.append(b"%d" % kid)
        else:
            kids.append(b"%d 0 R")
            named.append(offsets[kid.objgen])
    kids += [b"%d" % number for number in more]
    said = entries.replace(b"%", b"%%")
    return _Form(b"<<" + said + b"/P %d 0 R/Pg %d 0 R/K[" + b" ".join(kids) + b"]>>", tuple(named))


def _references(offsets: Iterable[int]) -> _Form:
    named = tuple(offsets)
    return _Form(b"[" + b" ".join([b"%d 0 R"] * len(named)) + b"]", named)


def _entries(dictionary: "pikepdf.Object", *, but: Sequence[str] = ()) -> bytes:
    """A dictionary as it is written, without its braces."""
    import pikepdf

    kept = pikepdf.Dictionary({key: value for key, value in dictionary.items() if key not in but})
    return kept.unparse().removeprefix(b"<<").removesuffix(b">>").strip()


def _text(words: str) -> bytes:
    return b"<FEFF%b>" % words.encode("utf-16-be").hex().encode()


def _collect(found: Any, objects: dict[int, bytes | tuple[bytes, bytes]]) -> None:
    """Adds an object, if it stands for itself, and all that it names."""
    import pikepdf

    if not isinstance(found, pikepdf.Object):
        return
    if found.is_indirect:
        number = found.objgen[0]
        if number in objects:
            return
        if isinstance(found, pikepdf.Stream):
            entries = _entries(found.stream_dict, but=("/Length",))
            objects[number] = (entries, found.read_raw_bytes())
        else:
            objects[number] = found.unparse(resolved=True)
    if isinstance(found, pikepdf.Stream):
        found = found.stream_dict
    values = found.values() if isinstance(found, pikepdf.Dictionary) else found
    if isinstance(found, (pikepdf.Dictionary, pikepdf.Array)):
        for value in values:
            _collect(value, objects)


# ---- putting together -----------------------------------------------------------------------------


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
                named[kind] = _entries(pikepdf.Dictionary({f"/w{name[1:]}": value for name, value in names.items()}))
                for value in names.values():
                    _collect(value, objects)
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


def _own_content(master: _Master, code: QrCode, row: _Row) -> bytes:
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
