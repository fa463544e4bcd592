"""Masters of pages: one kind of page as it is read from Typst's file, with all that is needed to print it again."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from portal.typesetting.errors import TypesettingError

if TYPE_CHECKING:
    import pikepdf

CODE_PLACE: Final = "place-of-code:"
WORDS_PLACE: Final = "place-of-words:"

# What ties an element to others; of the place of words, what it becomes.
_LINKS: Final = ("/K", "/P", "/Pg")
_PARAGRAPH: Final = b"/S/P/A<</O/Layout/Placement/Block>>"

# Objects of a page, counted from its first; the elements of its structure follow.
PAGE, OWN, OWNERS, ENTRY, SECTION, ELEMENTS = range(6)


class NoPlace(TypesettingError):
    """A page is no master: it has no place for the code or the words, or holds what cannot be copied."""


@dataclass(frozen=True, slots=True)
class Form:
    """An object of every page: its text with ``%d`` for each object that it names, counted from the page's first."""

    text: bytes
    named: tuple[int, ...]

    def of(self, first: int) -> bytes:
        """The object of the page whose first object has this number."""
        return self.text % tuple([first + offset for offset in self.named])


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands on a page, in points from its bottom left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Master:
    """One kind of page: ``elements`` and ``owners`` are its structure, ``marks`` how many parts its content has."""

    content: int
    boxes: bytes
    resources: Mapping[str, bytes]
    kids: Form
    elements: tuple[Form, ...]
    owners: Form
    marks: int
    code: Place
    words: Place
    said: Mapping[str, object]


def read_master(
    page: "pikepdf.Object",
    tops: Sequence["pikepdf.Object"],
    owners: "pikepdf.Object",
    objects: dict[int, bytes | tuple[bytes, bytes]],
) -> Master:
    """One page as a master; what it draws with goes to ``objects``."""
    import pikepdf

    if "/Annots" in page:
        raise NoPlace("A design with links cannot be printed in packets. Take its links out.")
    order = list(_depth_first(tops))
    offsets = {element.objgen: ELEMENTS + index for index, element in enumerate(order)}
    marks = len(owners)
    elements: list[Form] = []
    places: dict[str, tuple[Place, int]] = {}
    said: Mapping[str, object] = {}
    for element in order:
        place, told = _told(element)
        more: tuple[int, ...] = ()
        if place == CODE_PLACE:
            more = (marks,)
            entries = entries_of(element, but=(*_LINKS, "/Alt")) + b"/Alt " + _text(told)
        elif place == WORDS_PLACE:
            more, said = (marks + 1,), json.loads(told)
            entries = entries_of(element, but=(*_LINKS, "/Alt", "/A", "/S")) + _PARAGRAPH
        else:
            entries = entries_of(element, but=_LINKS)
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
        collect(each, objects)
    return Master(
        content=page.Contents.objgen[0],
        boxes=entries_of(page, but=("/Type", "/Parent", "/Contents", "/Resources", "/StructParents", "/Tabs")),
        resources={kind: entries_of(each) for kind, each in names.items()},
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


def page_of(element: "pikepdf.Object") -> "pikepdf.Object":
    """The page that an element stands on: its own, or that of what it holds."""
    found = next((each.Pg for each in _depth_first([element]) if "/Pg" in each), None)
    if found is None:
        raise NoPlace("The design holds a part that stands on no page. Take out what is empty.")
    return found


def _place(figure: "pikepdf.Object") -> Place:
    box: Any = figure.A[0].BBox
    left, bottom, right, top = (float(edge) for edge in box)
    return Place(left, top, right - left, top - bottom)


def _element(
    element: "pikepdf.Object", entries: bytes, more: Sequence[int], offsets: Mapping[tuple[int, int], int]
) -> Form:
    """An element of every page that follows the master."""
    kids, named = [], [offsets.get(element.P.objgen, SECTION), PAGE]
    for kid in _kids(element):
        if isinstance(kid, int):
            kids.append(b"%d" % kid)
        else:
            kids.append(b"%d 0 R")
            named.append(offsets[kid.objgen])
    kids += [b"%d" % number for number in more]
    said = entries.replace(b"%", b"%%")
    return Form(b"<<" + said + b"/P %d 0 R/Pg %d 0 R/K[" + b" ".join(kids) + b"]>>", tuple(named))


def _references(offsets: Iterable[int]) -> Form:
    named = tuple(offsets)
    return Form(b"[" + b" ".join([b"%d 0 R"] * len(named)) + b"]", named)


def entries_of(dictionary: "pikepdf.Object", *, but: Sequence[str] = ()) -> bytes:
    """A dictionary as it is written, without its braces."""
    import pikepdf

    kept = pikepdf.Dictionary({key: value for key, value in dictionary.items() if key not in but})
    return kept.unparse().removeprefix(b"<<").removesuffix(b">>").strip()


def _text(words: str) -> bytes:
    return b"<FEFF%b>" % words.encode("utf-16-be").hex().encode()


def collect(found: Any, objects: dict[int, bytes | tuple[bytes, bytes]]) -> None:
    """Adds an object, if it stands for itself, and all that it names."""
    import pikepdf

    if not isinstance(found, pikepdf.Object):
        return
    if found.is_indirect:
        number = found.objgen[0]
        if number in objects:
            return
        if isinstance(found, pikepdf.Stream):
            entries = entries_of(found.stream_dict, but=("/Length",))
            objects[number] = (entries, found.read_raw_bytes())
        else:
            objects[number] = found.unparse(resolved=True)
    if isinstance(found, pikepdf.Stream):
        found = found.stream_dict
    values = found.values() if isinstance(found, pikepdf.Dictionary) else found
    if isinstance(found, (pikepdf.Dictionary, pikepdf.Array)):
        for value in values:
            collect(value, objects)
