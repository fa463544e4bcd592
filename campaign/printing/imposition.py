"""Posters of a batch on a press sheet: whether they fit, the file for the press, and its codes read back.

plan = plan_for(sheet, press, has_bleed=True)             # Refused where fewer than two fit
content = imposed(packet_pdf, plan, title=packet.imposed_name)  # the press sheets of one packet
read_back(file, prints, assembly, plan)                   # Misprint where a code is not the one that it should be

docs/press.md says what the print shop gets.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from campaign.posters.assembly import Assembly
from campaign.posters.models import Sheet
from campaign.printing.models import Packet, Print
from campaign.printing.packets import Misprint, the_code
from campaign.printing.scope import Refused
from portal.files.models import StoredFile
from portal.typesetting import Imposition, Stock, Trimmed, TypesettingError, decode_places, impose, plan_imposition

_NAMED: Final = 4


def plan_for(sheet: Sheet, press: Sheet, *, has_bleed: bool) -> Imposition:
    """How posters of a size lie on a press sheet. Raises ``Refused`` where fewer than two fit, naming those that would do."""
    if plan := _plan(sheet, press, has_bleed=has_bleed):
        return plan
    others = [other for other in Sheet.objects.for_imposition() if _plan(sheet, other, has_bleed=has_bleed)]
    named = ", ".join(f"{other.name} ({other.size})" for other in others[:_NAMED])
    mend = f"These would do: {named}." if others else "No other sheet would do: print one poster a sheet."
    bleed = " with bleed" if has_bleed else ""
    raise Refused(f"Fewer than two posters of {sheet}{bleed}, fit on {press}, with room for cut marks. {mend}")


def imposed(content: bytes, plan: Imposition, *, title: str) -> bytes:
    """The pages of a delivered packet on press sheets. The same bytes give the same bytes. Raises ``Misprint``."""
    try:
        return impose(content, plan, title=title)
    except TypesettingError as error:
        raise Misprint(f"{title}: {error}") from error


def deliverable(packet: Packet, content: bytes, prints: Sequence[Print], assembly: Assembly) -> StoredFile | None:
    """The press sheets of a packet, stored, with every code read back from what was stored; none where none are asked for.

    ``content`` are the bytes of its pages. Raises ``Misprint``.
    """
    press = packet.batch.imposed_on
    if press is None:
        return None
    plan = plan_for(assembly.sheet, press, has_bleed=assembly.paper.bleed > 0)
    name = packet.imposed_name
    file = StoredFile.objects.put(imposed(content, plan, title=name), name=name, content_type="application/pdf")
    read_back(file, prints, assembly, plan)
    return file


def read_back(file: StoredFile, prints: Sequence[Print], assembly: Assembly, plan: Imposition) -> None:
    """Reads every code on every press sheet from the stored bytes. Raises ``Misprint``, which names file, sheet and page."""
    order = plan.order(len(prints))
    boxes = [assembly.code_box_in_cut(row.language) for row in prints]
    places = [
        [plan.on_sheet(place, boxes[page]) for page, place in zip(pages, plan.places, strict=False)] for pages in order
    ]
    with file.open() as stored:
        content = stored.read()
    try:
        found = decode_places(content, places)
    except TypesettingError as error:
        raise Misprint(f"{file.name}: {error}") from error
    for number, (pages, sheet) in enumerate(zip(order, found, strict=True), start=1):
        for page, texts in zip(pages, sheet, strict=True):
            where = f"{file.name}, sheet {number}, poster {page + 1}"
            the_code(texts, of=prints[page], assembly=assembly, where=where)


def sheets_of(pages: Iterable[int], plan: Imposition) -> int:
    """How many press sheets packets of so many pages take: each begins a sheet of its own."""
    return sum(map(plan.sheets_for, pages))


def _plan(sheet: Sheet, press: Sheet, *, has_bleed: bool) -> Imposition | None:
    poster, stock = sheet.paper, press.paper
    trimmed = Trimmed(poster.width, poster.height, bleed=poster.bleed if has_bleed else 0.0)
    return plan_imposition(trimmed, Stock(stock.width, stock.height, margin=stock.safe, may_fill=not press.is_press))
