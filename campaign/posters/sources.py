"""Judges a design's source before Typst ever sees it: one file that draws, and reads nothing.

A design may use its header, the kit and Typst's drawing. What could read a file, fetch a package or run
made-up source is refused by its word, wherever it stands: a check that nobody can talk round is worth a
comment that must be put in other words.
"""

import re
import unicodedata
from typing import Final

from campaign.posters.header import BadDesign, Header

#: Bytes.
MOST_BYTES: Final = 200 * 1024
IMPORT: Final = '#import "kit.typ": *'

#: Words that could reach out of the design. ``sys`` and ``json`` are the kit's alone.
REFUSED_WORDS: Final = (
    "import",
    "include",
    "eval",
    "plugin",
    "std",
    "sys",
    "read",
    "csv",
    "json",
    "yaml",
    "toml",
    "xml",
    "cbor",
    "bibliography",
    "datetime",
    "link",
    "attach",
    "embed",
)
_WHY: Final = {
    "datetime": "could draw another poster on another day than the one that was approved",
    **dict.fromkeys(("link", "attach", "embed"), "could put into a file what no picture of it shows"),
}
# Letters of ASCII alone hold a word together: what Python takes for one, such as ², may end a word in Typst.
_REFUSED: Final = re.compile(rf"(?<!\w)({'|'.join(REFUSED_WORDS)})(?!\w)", re.ASCII)
_HEADER: Final = re.compile(r"\A\s*/\*(?P<said>\s*---\s*\n.*?\n\s*---\s*)\*/", re.DOTALL)
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MOST_SHOWN: Final = 10


def source_of(content: bytes) -> str:
    """The text of an uploaded file. Raises ``BadDesign``; what it says of itself is not judged yet."""
    if not content:
        raise BadDesign("The file is empty (0 bytes). Save it again and choose it anew.")
    if len(content) > MOST_BYTES:
        raise BadDesign(
            f"The file is larger than {MOST_BYTES // 1024} KB. A design is text; give it pictures by its slots."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadDesign(f"Line {line} is not UTF-8. Save the file as UTF-8 text, with the ending .typ.") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def checked(source: str) -> Header:
    """The header of a source that may be set. Raises ``BadDesign`` with all that is wrong, header and source."""
    found: list[str] = []
    header: Header | None = None
    if len(source.encode(errors="replace")) > MOST_BYTES:
        raise BadDesign(f"The design is larger than {MOST_BYTES // 1024} KB. Give it pictures by its slots.")
    found += _invisible(source)
    if not found:
        try:
            header = Header.of(source)
        except BadDesign as bad:
            found += bad.problems
        found += _reaches(source)
    if found or header is None:
        raise BadDesign(*found)
    return header


def _invisible(source: str) -> list[str]:
    """Characters that hide or reorder what a reviewer reads."""
    return [
        f"Line {number} holds the invisible character U+{ord(character):04X}. Delete it."
        for number, line in enumerate(source.split("\n"), 1)
        for character in line
        if character != "\t" and unicodedata.category(character) in _INVISIBLE
    ][:_MOST_SHOWN]


def _reaches(source: str) -> list[str]:
    """What could take the design beyond the kit."""
    header = _HEADER.match(source)
    start = header.end() if header else 0
    first = source[:start].count("\n") + 1
    lines = source[start:].split("\n")
    kits = [number for number, line in enumerate(lines) if line.strip() == IMPORT]
    found = []
    if header and ("*/" in header["said"] or "/*" in header["said"]):
        # Typst would take it for the end of the header, and what follows for the drawing.
        found.append("The header holds /* or */. Begin it with /* ---, close it with --- */, and use neither within.")
    if len(kits) != 1:
        found.append(f"After the header, write one line {IMPORT} and no other import; it stands {len(kits)} times.")
    for number, line in enumerate(lines):
        if number in kits[:1]:
            continue
        found += [
            f"Line {first + number} has the word “{word}”, which {_WHY.get(word, 'could read a file or fetch a package')}. "
            "Draw with the kit alone; in a comment, say it in another word."
            for word in dict.fromkeys(_REFUSED.findall(line))
        ]
    return found[:_MOST_SHOWN]
