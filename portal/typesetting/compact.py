"""Writes a PDF from finished objects, as small as the format allows: object streams, one stream of references.

pikepdf writes the same and understands far more, but takes six times as long over the many small objects of a
tagged file (docs/benchmarks.md). ISO 32000-1, 7.5.7 and 7.5.8.
"""

import hashlib
import zlib
from typing import Final

_HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_OBJECTS_A_STREAM: Final = 200
_OFFSET_BYTES: Final = 4
_IN_FILE, _IN_STREAM = 1, 2


class CompactFile:
    """Objects by number, each put once. A dictionary or array waits for the end, a stream is written at once."""

    def __init__(self) -> None:
        self._written = bytearray(_HEADER)
        self._waiting: list[tuple[int, bytes]] = []
        self._places: dict[int, tuple[int, int, int]] = {}

    def put(self, number: int, body: bytes) -> None:
        """Adds an object that is not a stream."""
        self._waiting.append((number, body))

    def put_stream(self, number: int, entries: bytes, content: bytes) -> None:
        """Adds a stream: its dictionary's entries, without braces and length, and its content as it is stored."""
        self._places[number] = (_IN_FILE, len(self._written), 0)
        self._written += b"%d 0 obj\n<<%b/Length %d>>\nstream\n" % (number, entries, len(content))
        self._written += content
        self._written += b"\nendstream\nendobj\n"

    def digest(self) -> bytes:
        """32 bytes that tell what is in the file so far from anything else."""
        told = hashlib.sha256(self._written)
        for number, body in self._waiting:
            told.update(b"%d %b\n" % (number, body))
        return told.digest()

    def to_bytes(self, *, root: int, info: int, identity: bytes) -> bytes:
        """The finished file; ``root`` and ``info`` are numbers of objects, ``identity`` 16 bytes that are its own."""
        free = 1 + max([*self._places, *(number for number, _ in self._waiting)])
        for start in range(0, len(self._waiting), _OBJECTS_A_STREAM):
            self._put_together(free, self._waiting[start : start + _OBJECTS_A_STREAM])
            free += 1
        begin = len(self._written)
        self._places[free] = (_IN_FILE, begin, 0)
        table = b"".join(
            kind.to_bytes(1, "big") + place.to_bytes(_OFFSET_BYTES, "big") + index.to_bytes(2, "big")
            for kind, place, index in (self._places.get(number, (0, 0, 0)) for number in range(free + 1))
        )
        self.put_stream(
            free,
            b"/Type/XRef/Filter/FlateDecode/Size %d/W[1 %d 2]/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]"
            % (free + 1, _OFFSET_BYTES, root, info, *(2 * (identity.hex().encode(),))),
            zlib.compress(table),
        )
        self._written += b"startxref\n%d\n%%%%EOF\n" % begin
        return bytes(self._written)

    def _put_together(self, number: int, objects: list[tuple[int, bytes]]) -> None:
        """Adds one stream that holds several objects."""
        index, offset = [], 0
        for place, (each, body) in enumerate(objects):
            index.append(b"%d %d" % (each, offset))
            offset += len(body) + 1
            self._places[each] = (_IN_STREAM, number, place)
        head = b" ".join(index) + b"\n"
        bodies = b"\n".join(body for _, body in objects)
        entries = b"/Type/ObjStm/Filter/FlateDecode/N %d/First %d" % (len(objects), len(head))
        self.put_stream(number, entries, zlib.compress(head + bodies))
