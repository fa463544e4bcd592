"""Makes what was printed again from its recipes, press sheets too, and compares it byte for byte with what was delivered."""

from collections.abc import Iterator
from dataclasses import dataclass

from campaign.posters.recipes import NotReproducible, Recipe, project_of
from campaign.printing import imposition
from campaign.printing.models import Batch, Packet
from portal.files.models import StoredFile


@dataclass(frozen=True, slots=True)
class Reproduction:
    """One packet, made again. ``problem`` is a sentence where it is not the same; empty where it is."""

    packet: Packet
    problem: str


def reproduce(batch: Batch) -> Iterator[Reproduction]:
    """Makes every delivered packet of a batch again, in order."""
    project = project_of(batch.design, batch.logo)
    for packet in batch.packets.delivered().select_related("file", "recipe", "imposed").order_by("position"):
        assert packet.file
        if packet.recipe is None:
            yield Reproduction(packet, "It was delivered before recipes were kept.")
            continue
        try:
            again = Recipe.read(_bytes_of(packet.recipe), project=project).typeset()
        except NotReproducible as reason:
            yield Reproduction(packet, str(reason))
            continue
        yield Reproduction(packet, _difference(packet, again))


def _difference(packet: Packet, again: bytes) -> str:
    assert packet.file
    if again != _bytes_of(packet.file):
        return "It comes out different from what was delivered."
    batch = packet.batch
    if packet.imposed and batch.imposed_on:
        plan = imposition.plan_for(batch.sheet, batch.imposed_on, has_bleed=batch.has_bleed)
        if imposition.imposed(again, plan, title=packet.imposed_name) != _bytes_of(packet.imposed):
            return "Its press sheets come out different from what was delivered."
    return ""


def _bytes_of(file: StoredFile) -> bytes:
    with file.open() as stored:
        return stored.read()
