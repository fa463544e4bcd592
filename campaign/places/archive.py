"""Opens a zip file from a stranger without harm: no bombs, no path tricks, nothing unpacked to disk."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Self, cast

from campaign.places.problems import Refused, refuse

MEGABYTE = 1024 * 1024
LARGEST_ARCHIVE = 500 * MEGABYTE
LARGEST_DIRECTORY = 4 * MEGABYTE  # bytes of the table of contents; some 60,000 entries
LARGEST_FILE = 2048 * MEGABYTE
RATIO_JUDGED_FROM = 32 * MEGABYTE
LARGEST_RATIO = 200  # timetables pack about 7 to 50 times, zeros 1,030 times

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")


class Archive:
    """The files at the root of a zip, read one at a time as streams. A context manager.

    Sizes are limited twice: as declared in the table of contents and as truly read. Every fault,
    on opening or midway, raises `Refused`.
    """

    def __init__(self, path: Path, *, name: str | None = None) -> None:
        self.name = name or path.name
        try:
            if not path.is_file():
                raise refuse(self.name, "There is no such file.")
            _judge_directory(path, self.name)
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError) as error:
            raise refuse(self.name, "This is not a zip file, or it is cut short. Fetch the feed again.") from error
        except OSError as error:
            raise refuse(self.name, f"The file cannot be read: {error.strerror}.") from error
        try:
            self._entries = self._judged_entries()
        except Refused:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the zip file."""
        self._zip.close()

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def folder_of(self, name: str) -> str | None:
        """The folder in which a file lies that belongs at the root, if it lies in one."""
        for entry in self._zip.namelist():
            path = PurePosixPath(entry)
            if path.name == name and len(path.parts) > 1 and path.parts[0] != "__MACOSX":
                return str(path.parent)
        return None

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """A buffered stream of one file's bytes. What is damaged raises `Refused` on reading."""
        entry = self._entries[name]
        try:
            with self._zip.open(entry) as stream, io.BufferedReader(cast("io.RawIOBase", stream), MEGABYTE) as buffered:
                yield buffered
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, struct.error) as error:
            raise refuse(name, "The file is damaged inside the zip. Fetch the feed again.") from error
        except (NotImplementedError, RuntimeError) as error:
            raise refuse(name, "The file is packed in a way that cannot be read. Use plain zip (deflate).") from error

    def _judged_entries(self) -> dict[str, zipfile.ZipInfo]:
        entries: dict[str, zipfile.ZipInfo] = {}
        for entry in self._zip.infolist():
            name = entry.filename
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or set("\\:\0") & set(entry.orig_filename):
                raise refuse(
                    self.name,
                    f"An entry's path leads out of the zip: {name[:80]!r}. "
                    "Don't trust this file; fetch the feed from its publisher.",
                )
            if entry.is_dir() or len(path.parts) != 1:
                continue
            if name in entries:
                raise refuse(name, "The zip holds this file twice. Keep one.")
            _judge_size(entry)
            if entry.flag_bits & 0x1:
                raise refuse(name, "The file is encrypted. Use a zip without a password.")
            entries[name] = entry
        return entries


def _judge_size(entry: zipfile.ZipInfo) -> None:
    size, packed = entry.file_size, entry.compress_size
    if size > LARGEST_FILE or (size > RATIO_JUDGED_FROM and size > LARGEST_RATIO * max(packed, 1)):
        raise refuse(
            entry.filename,
            f"The file would unpack to {size // MEGABYTE:,} MB from {packed / MEGABYTE:,.1f} MB. "
            f"A table may have {LARGEST_FILE // MEGABYTE:,} MB and pack {LARGEST_RATIO} times.",
        )


def _judge_directory(path: Path, name: str) -> None:
    """Refuse an archive whose table of contents alone would fill the memory."""
    size = path.stat().st_size
    if size > LARGEST_ARCHIVE:
        raise refuse(
            name,
            f"The file has {size // MEGABYTE:,} MB; a feed may have {LARGEST_ARCHIVE // MEGABYTE} MB.",
        )
    with path.open("rb") as file:
        file.seek(max(0, size - 65_536 - _END.size - _END64_LOCATOR.size))
        tail = file.read()
        end = tail.rfind(b"PK\5\6")
        if end < 0 or len(tail) - end < _END.size:
            return
        directory = _END.unpack_from(tail, end)[5]
        locator = end - _END64_LOCATOR.size
        if locator >= 0 and tail[locator : locator + 4] == b"PK\6\7":
            file.seek(min(_END64_LOCATOR.unpack_from(tail, locator)[2], size))
            record = file.read(_END64.size)
            if len(record) == _END64.size and record.startswith(b"PK\6\6"):
                directory = max(_END64.unpack(record)[8], 0 if directory == 0xFFFFFFFF else directory)
    if directory > LARGEST_DIRECTORY:
        raise refuse(name, "The zip lists far more files than a feed has. Fetch the feed from its publisher.")
