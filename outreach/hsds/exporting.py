"""The directory as files: judged before anything is written, and there as a whole or not at all."""

import datetime as dt
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import transaction

from outreach.hsds import checking, documents
from outreach.hsds.documents import Document

FILES: Final = ("organizations.json", "services.json")


class NotSound(Exception):
    """The documents are not as the standard wants them; nothing was written."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class BadFolder(Exception):
    """The folder cannot be written or holds something else; the message says so, and nothing was touched."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many of each."""

    organizations: int
    services: int


def export(*, out: Path, on: dt.date) -> Written:
    """Writes the folder anew: what anybody finds there is the last export or this one, never a part of it.

    The same records give the same bytes. Raises ``NotSound`` and ``BadFolder``.
    """
    before = out.with_name(f".{out.name}.before")
    try:
        if before.exists() and not out.exists():
            before.rename(out)  # Whoever exported last was killed between the two renames below.
        _refuse_strangers(out)
        with transaction.atomic():
            organizations, services = documents.everything(on)
        if problems := checking.problems(organizations=organizations, services=services):
            raise NotSound(problems)
        out.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
        try:
            for name, content in zip(FILES, (organizations, services), strict=True):
                _write(made / name, content)
            made.chmod(0o755)
            _put(made, out, before)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        raise BadFolder(f"Cannot write {out}: {error.strerror or error}. The last export, if any, stands.") from error
    return Written(len(organizations), len(services))


def _refuse_strangers(out: Path) -> None:
    """A folder that is replaced as a whole must hold nothing but an export."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise BadFolder(f"{out} is no folder. Name a new folder, or one that an export made.")
    others = sorted({path.name for path in out.iterdir()} - set(FILES)) if out.exists() else []
    if others:
        said = ", ".join(others[:3])
        raise BadFolder(f"{out} holds other files ({said}), which would be lost. Name a new folder.")


def _write(path: Path, content: list[Document]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(content, file, ensure_ascii=False, allow_nan=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def _put(made: Path, out: Path, before: Path) -> None:
    """Exchanges the folders; if the second rename fails the old one comes back."""
    if before.exists():
        shutil.rmtree(before)
    if not out.exists():
        made.rename(out)
        return
    out.rename(before)
    try:
        made.rename(out)
    except OSError:
        before.rename(out)
        raise
    shutil.rmtree(before)
