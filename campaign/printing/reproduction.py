"""Makes what was printed again from its recipes, and compares it byte for byte with what was delivered."""

from collections.abc import Iterator
from dataclasses import dataclass

from campaign.posters.recipes import NotReproducible, Recipe, project_of
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
    for packet in batch.packets.delivered().select_related("file", "recipe").order_by("position"):
        assert packet.file
        if packet.recipe is None:
            yield Reproduction(packet, "It was delivered before recipes were kept.")
            continue
        try:
            again = Recipe.read(_bytes_of(packet.recipe), project=project).typeset()
        except NotReproducible as reason:
            yield Reproduction(packet, str(reason))
            continue
        same = again == _bytes_of(packet.file)
        yield Reproduction(packet, "" if same else "It comes out different from what was delivered.")


def _bytes_of(file: StoredFile) -> bytes:
    with file.open() as stored:
        return stored.read()
