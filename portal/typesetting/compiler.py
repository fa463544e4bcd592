"""Sole door to Typst: a design and its data in, tagged pages out.

A design is a `.typ` file of ours. Data reaches it as JSON in `sys.inputs.data` and the palette in
`sys.inputs.palette`; nothing a person typed is ever part of Typst source, so markup, `#read(...)` or
`#import` in a text are letters on paper. Fonts come from `fonts.font_paths()` alone.

The same design, data and timestamp give the same bytes.
"""

import contextlib
import json
import os
import re
import tempfile
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from portal.typesetting.errors import TypesettingError
from portal.typesetting.fonts import font_paths
from portal.typesetting.palette import PALETTE

if TYPE_CHECKING:
    import typst

#: A document keeps all its pages in memory (about 0.4 MB each): larger jobs compile several packets.
MAX_PAGES: Final = 200

# Formatting marks that a script needs; every other invisible character could reorder or hide text.
_ALLOWED_MARKS: Final = frozenset("\u200b\u200c\u200d\u200e\u200f\u00ad")

# One compiler a process: it holds the fonts (0.1 s to load) and Typst's caches. The process id is part of
# the key because its worker threads do not survive a fork. One compilation at a time: the object is not
# made for sharing, and Typst itself spreads the pages over the cores.
_lock = threading.Lock()
_compilers: dict[int, "typst.Compiler"] = {}


@dataclass(frozen=True, slots=True)
class Project:
    """A design that lies on no disk: its files by relative name, and which of them is the design itself.

    While it is set it can read these files and nothing else.
    """

    main: str
    files: Mapping[str, bytes]


def compile_pdf(template: Path | Project, data: Mapping[str, object], *, timestamp: datetime) -> bytes:
    """Set `data` with a design and return a tagged PDF/UA-1.

    `data` holds JSON values only; if it has a list `pages`, at most `MAX_PAGES`. `timestamp` (aware) is
    the date written into the file. A design at a path may read what lies in its folder.

    Raises TypesettingError: a character that no font has, text that does not fit, a broken design.
    """
    (pdf,) = _compile(template, data, timestamp=timestamp, format="pdf", ppi=None)
    return pdf


def compile_png(template: Path | Project, data: Mapping[str, object], *, ppi: float = 72) -> list[bytes]:
    """Set `data` like `compile_pdf` and return one PNG a page, at `ppi` pixels per inch, for previews."""
    return _compile(template, data, timestamp=None, format="png", ppi=ppi)


@contextlib.contextmanager
def _on_disk(template: Path | Project) -> Iterator[Path]:
    """The design as a file in a folder that holds nothing but what it may read."""
    if isinstance(template, Path):
        yield template
        return
    with tempfile.TemporaryDirectory(prefix="waypost-design-") as folder:
        for name, content in template.files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield Path(folder) / template.main


def _compile(
    template: Path | Project,
    data: Mapping[str, object],
    *,
    timestamp: datetime | None,
    format: str,
    ppi: float | None,
) -> list[bytes]:
    pages = data.get("pages")
    if isinstance(pages, Sequence) and len(pages) > MAX_PAGES:
        raise TypesettingError(
            f"{len(pages)} pages are too many for one document. Compile packets of at most {MAX_PAGES}."
        )
    _check_text(data)
    inputs = {
        "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        "palette": json.dumps(dict(PALETTE)),
    }
    import typst

    with _lock, _on_disk(template) as main:
        try:
            result = _compiler().compile(
                input=str(main),
                root=str(main.parent),
                format="pdf" if format == "pdf" else "png",
                ppi=ppi,
                sys_inputs=inputs,
                pdf_standards=["ua-1"] if format == "pdf" else [],
                timestamp=int(timestamp.timestamp()) if timestamp else 0,
            )
        except typst.TypstError as error:
            raise TypesettingError(_explain(main.name, data, error)) from error
        except BaseException as broken:
            # A panic within Typst is no Exception, has no class that could be named, and would end the worker.
            if type(broken).__name__ != "PanicException":
                raise
            _compilers.clear()
            raise TypesettingError(
                f"The typesetter broke off within {main.name}. Take out what was added last, such as a drawing with very "
                "large numbers, and try again."
            ) from broken
    if isinstance(result, list):
        return result
    return [result or b""]


def _compiler() -> "typst.Compiler":
    import typst

    process = os.getpid()
    if process not in _compilers:
        _compilers.clear()
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(path) for path in font_paths()],
        )
        _compilers[process] = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
    return _compilers[process]


def _check_text(data: Mapping[str, object]) -> None:
    """Refuse characters that print as nothing, reorder the line or break the file."""
    for where, text in _leaves(data, "data"):
        for position, character in enumerate(text, start=1):
            if unicodedata.category(character) in _UNPRINTABLE and character not in _ALLOWED_MARKS:
                raise TypesettingError(
                    f"{where} holds the unprintable character U+{ord(character):04X} at position {position}. "
                    "Remove it and try again."
                )


_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


_NO_GLYPH: Final = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed')


def _explain(design: str, data: Mapping[str, object], error: "typst.TypstError") -> str:
    message = error.message.strip()
    if "panicked with: " in message:  # a design speaks through panic(): its sentence is meant for people
        return message.partition("panicked with: ")[2].strip('"')
    if missing := _NO_GLYPH.search(message):
        text = missing["text"]
        place = next((where for where, value in _leaves(data, "data") if text in value), "The design")
        return f"{place} holds “{text}”, which no poster font can show. Write it in other letters."
    hints = " ".join(hint.strip() for hint in error.hints or [])
    return f"The design {design} could not be set: {message}. {hints}".strip()


def _leaves(value: object, where: str) -> Iterator[tuple[str, str]]:
    """Every text in the data, with where it stands."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, f"{where}.{key}")
    elif isinstance(value, Sequence):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{where}[{index}]")
