"""The files of a finished batch, for a browser, as one zip, or in a folder.

Every way out asks ``batch.may_leave`` first: paper is made of what a second person released (``releases``).
"""

import io
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from campaign.printing import drops, packing
from campaign.printing.models import Batch, PacketQuerySet
from campaign.printing.parts import Part
from campaign.printing.scope import Refused
from portal.audit import trail
from portal.files.models import StoredFile

_PIECE: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a batch was put."""

    packets: list[Path]
    manifest: Path


class NotReleased(Refused):
    """No second person has released the batch."""


def require_release(batch: Batch) -> None:
    """Raises ``NotReleased``, which says who must do what."""
    if not batch.may_leave:
        raise NotReleased(
            f"Batch {batch.pk} waits for a second person: its files can be fetched once somebody who did not order it "
            "has released it under Paper, Print batches."
        )


def files_of(batch: Batch) -> dict[str, StoredFile]:
    """Every file of a finished batch by its name: packets in order, each before its press sheets, then the papers.

    Raises ``NotReleased``.
    """
    require_release(batch)
    files = _packets(batch.packets.delivered())
    files |= {paper.name: paper.file for paper in batch.papers.select_related("file")}
    papers = (batch.packing_csv, batch.manifest)
    return files | {paper.name: paper for paper in papers if paper}


def _packets(packets: PacketQuerySet) -> dict[str, StoredFile]:
    files: dict[str, StoredFile] = {}
    for packet in packets.select_related("file", "imposed"):
        if packet.file:
            files[packet.name] = packet.file
        if packet.imposed:
            files[packet.imposed_name] = packet.imposed
    return files


def file_of(batch: Batch, name: str) -> StoredFile | None:
    """One file of a batch by its name; a sample's delivered packet is there before the whole is done.

    Raises ``NotReleased``.
    """
    return files_of(batch).get(name)


def open_folder(path: Path) -> None:
    """Makes the folder where it is missing. Raises ``Refused`` where nothing can be put there."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"Nothing can be put into {path}: {error.strerror}. Name another folder.") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise Refused(f"Nothing can be put into {path}: it is write-protected. Name another folder.")


def copy_out(batch: Batch, folder: Path) -> Folder:
    """Copies every file into a folder under its name; a file appears whole or not at all. The trail says so first.

    Raises ``NotReleased``, and ``Refused`` where the folder is in the way.
    """
    files = files_of(batch)
    label = f"{batch}: all files, into a folder"
    trail.record(actor=None, verb="downloaded", target=batch, after={"files": len(files)}, label=label)
    for name, file in files.items():
        try:
            _copy(file, folder / name)
        except OSError as error:
            raise Refused(
                f"{name} cannot be put into {folder}: {error.strerror}. Make room there or name another folder, "
                f"then fetch the files with --batch {batch.uid}."
            ) from error
    assert batch.manifest is not None
    return Folder(
        packets=[folder / packet.name for packet in batch.packets.delivered()], manifest=folder / batch.manifest.name
    )


def _copy(file: StoredFile, target: Path) -> None:
    half = target.with_name(f".{target.name}.part")
    with file.open() as stored, half.open("wb") as copy:
        while piece := stored.read(_PIECE):
            copy.write(piece)
    half.replace(target)


def zipped(batch: Batch) -> Iterator[bytes]:
    """All files as one zip, piece by piece, so that its size never lies in memory. Raises ``NotReleased``, at once."""
    return _zip(batch, ((name, file.open) for name, file in files_of(batch).items()))


def zipped_part(part: Part) -> Iterator[bytes]:
    """The packets of a part with their press sheets, its lists, and its lines of the packing list, as a zip as above.

    The envelopes' papers and the labels lie ten places to a file across states: they are in the whole zip.
    Raises ``NotReleased``.
    """
    require_release(part.batch)
    files: dict[str, Callable[[], IO[bytes]]] = {
        name: file.open for name, file in _packets(part.packets.delivered()).items()
    }
    lists = re.compile(rf"(?:{packing.PRINTABLE}|{drops.DROP_LIST})-{re.escape(part.key)}(?:-\d+)?\.pdf")
    papers = part.batch.papers.select_related("file")
    files |= {paper.name: paper.file.open for paper in papers if lists.fullmatch(paper.name)}
    files[f"{packing.PRINTABLE}-{part.key}.csv"] = lambda: io.BytesIO(packing.table(part.batch, part.packets))
    return _zip(part.batch, files.items())


def _zip(batch: Batch, files: Iterable[tuple[str, Callable[[], IO[bytes]]]]) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for name, opened in files:
            entry = zipfile.ZipInfo(name, date_time=batch.created_at.timetuple()[:6])
            with opened() as stored, archive.open(entry, "w") as copy:
                while piece := stored.read(_PIECE):
                    copy.write(piece)
                    yield pipe.take()
    yield pipe.take()


class _Pipe(io.RawIOBase):
    """What a zip is written to and taken from again; it cannot go back, which zips can do without."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._held += data
        return len(data)

    def take(self) -> bytes:
        held, self._held = bytes(self._held), bytearray()
        return held
