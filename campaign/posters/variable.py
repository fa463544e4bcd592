"""Sets the pages of a packet: each kind of page once as a master, then the codes and the words of the placements.

pdf = typeset(project, data, made_at=moment)

``data`` is what ``pages.to_variable_data`` gives; that of ``pages.to_data`` is set page by page. So are designs that
draw the code or the words themselves or turned, count pages, show words as others or hold links, and those of before
the kit knew masters.
"""

import datetime as dt
import hashlib
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from portal.typesetting import Masters, NoPlace, Project, Variable, compile_pdf, qr

_MAIN: Final = "rows.typ"
_ROWS: Final = b'#import "kit.typ": *\n#rows()\n'
_PITCH: Final = 3
"""From one row of words to the next, in sizes of the largest."""
_SHARED: Final = ("sheet", "layout", "floors", "colours", "pictures")

#: In a source, but for its comments, that names what is a page's own, rather than leave it to the kit: its data, its
#: number, or rules that change words wherever they stand.
_OWN_DRAWING: Final = re.compile(
    rb"^(?!\s*//).*\b(placement|qr|data|repr|counter|here|query|state|show|upper|lower|smallcaps)\b", re.MULTILINE
)
_SAME: Final = 0.5
"""Points that a place may miss the size by that it was given."""

# The packets of an area follow one another and share their masters.
_KEPT: Final = 8
_lock = threading.Lock()
_kept: OrderedDict[bytes, Masters | None] = OrderedDict()


def typeset(project: Project, data: Mapping[str, Any], *, made_at: dt.datetime) -> bytes:
    """One tagged PDF; the same input gives the same bytes. Raises ``TypesettingError``."""
    if "masters" not in data:
        return compile_pdf(project, data, timestamp=made_at)
    masters = _masters(project, data, made_at=made_at)
    if masters is None:
        return compile_pdf(project, _page_by_page(data), timestamp=made_at)
    words = masters.words
    pitch = _PITCH * max(float(str(each["size"])) for each in words)
    pages: Sequence[Mapping[str, Any]] = data["pages"]
    rows = [_row(data["masters"][page["master"]], page, words[page["master"]]) for page in pages]
    return masters.print(
        [Variable(page["master"], qr(page["url"]), _title(page)) for page in pages],
        rows=compile_pdf(
            Project(main=_MAIN, files={_MAIN: _ROWS, "kit.typ": project.files["kit.typ"]}),
            {**{key: data[key] for key in _SHARED}, "rows": rows, "pitch": pitch},
            timestamp=made_at,
        ),
        pitch=pitch,
    )


def _page_by_page(data: Mapping[str, Any]) -> dict[str, object]:
    """The same pages as ``pages.to_data`` gives them."""
    pages = [
        {**data["masters"][page["master"]], "qr": qr(page["url"]).to_svg(), "placement": _placement(page)}
        for page in data["pages"]
    ]
    return {key: value for key, value in data.items() if key != "masters"} | {"pages": pages}


def _title(page: Mapping[str, Any]) -> str:
    """What the list of pages calls it; a poster that hangs anywhere is known by its code."""
    return " · ".join(filter(None, (page["station"], page["spot"]))) or str(page["code"])


def _placement(page: Mapping[str, Any]) -> dict[str, object]:
    return {key: page[key] for key in ("station", "spot", "code")}


def _row(master: Mapping[str, Any], page: Mapping[str, Any], words: Mapping[str, Any]) -> dict[str, object]:
    """One row as ``rows()`` of the kit takes it."""
    written = {key: master[key] for key in ("language", "direction", "family", "leading")}
    return {**written, **words, "placement": _placement(page)}


def _masters(project: Project, data: Mapping[str, Any], *, made_at: dt.datetime) -> Masters | None:
    """The masters, kept since the last packet; ``None`` where the design cannot be set so."""
    shared = {key: value for key, value in data.items() if key not in ("masters", "pages")}
    shared |= {"pages": data["masters"], "is_master": True}
    digest = hashlib.sha256(json.dumps([shared, made_at.isoformat()]).encode())
    for name, content in project.files.items():
        digest.update(name.encode() + hashlib.sha256(content).digest())
    key = digest.digest()
    with _lock:
        if key not in _kept and _OWN_DRAWING.search(project.files[project.main]):
            _kept[key] = None
        elif key not in _kept:
            try:
                masters = Masters.read(compile_pdf(project, shared, timestamp=made_at))
                _kept[key] = masters if _is_upright(masters, data["masters"]) else None
            except NoPlace:
                _kept[key] = None
        _kept.move_to_end(key)
        if len(_kept) > _KEPT:
            _kept.popitem(last=False)
        return _kept[key]


def _is_upright(masters: Masters, asked: Sequence[Mapping[str, Any]]) -> bool:
    """Whether code and words stand in places of the sizes that the kit gave them, neither turned nor scaled."""
    return all(
        abs(width - each["code"]["width"]) < _SAME
        and abs(height - each["code"]["height"]) < _SAME
        and abs(tall - float(str(words["size"]))) < _SAME
        for (width, height, tall), words, each in zip(masters.sizes, masters.words, asked, strict=True)
    )
