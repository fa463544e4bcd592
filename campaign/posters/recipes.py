"""Recipes: all that the bytes of a PDF depend on, so that what was printed can be made again, byte for byte.

recipe = assembly.recipe(pages, made_at=moment)
pdf = recipe.typeset()
kept = recipe.to_bytes()                              # beside the PDF
again = Recipe.read(kept, project=project).typeset()  # the same bytes, whatever changed since

The design's own files are not in it: its version never changes, and the recipe holds their hashes.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

from campaign.posters.models import Design
from campaign.posters.variable import typeset
from outreach.agencies.logos import Logo
from portal.files.models import StoredFile
from portal.typesetting import EDITION, Project, press_ready


def pictures_of(design: Design) -> dict[str, tuple[str, StoredFile]]:
    """The pictures of a design by slot: the name under which it reads each, and the file."""
    return {
        picture.slot: (f"picture-{picture.slot}.{picture.file.content_type.rpartition('/')[2]}", picture.file)
        for picture in design.pictures.select_related("file")
    }


def logo_name(logo: Logo) -> str:
    """The name under which a design reads a partner's logo."""
    return "partner.svg" if logo.content_type == Logo.Kind.SVG else "partner.png"


def project_of(design: Design, logo: Logo | None) -> Project:
    """All files of a version of a design, and of the logo beside it."""
    files = {"main.typ": design.source.encode(), "kit.typ": design.kit.encode()}
    for name, stored in pictures_of(design).values():
        with stored.open() as file:
            files[name] = file.read()
    if logo:
        files[logo_name(logo)] = logo.content()
    return Project(main="main.typ", files=files)


class NotReproducible(Exception):
    """Something that the recipe needs is no longer what it was. The message is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A design's files, the data set with it, the moment written into the file, and whether crop marks are added."""

    project: Project
    data: Mapping[str, object]
    made_at: dt.datetime
    has_marks: bool = False

    def typeset(self) -> bytes:
        """One tagged PDF; where the sheet has bleed, with the boxes that a print shop needs. Raises ``TypesettingError``."""
        pdf = typeset(self.project, self.data, made_at=self.made_at)
        sheet = self.data["sheet"]
        return press_ready(pdf, has_marks=self.has_marks) if isinstance(sheet, Mapping) and sheet["bleed"] else pdf

    def to_bytes(self) -> bytes:
        """The recipe as compressed JSON; the same recipe gives the same bytes."""
        said = {
            "typst": version("typst"),
            "made_at": self.made_at.isoformat(),
            "files": self._hashes(),
            "data": self.data,
            **({"edition": EDITION} if "masters" in self.data else {}),
            **({"has_marks": True} if self.has_marks else {}),
        }
        return gzip.compress(json.dumps(said, ensure_ascii=False, sort_keys=True).encode(), compresslevel=6, mtime=0)

    @classmethod
    def read(cls, kept: bytes, *, project: Project) -> Recipe:
        """What ``to_bytes`` wrote, with the files that it was set with. Raises ``NotReproducible``."""
        said = json.loads(gzip.decompress(kept))
        recipe = cls(
            project=project,
            data=said["data"],
            made_at=dt.datetime.fromisoformat(said["made_at"]),
            has_marks=said.get("has_marks", False),
        )
        if said["typst"] != version("typst"):
            raise NotReproducible(
                f"It was set with Typst {said['typst']}, and this is {version('typst')}: install the release of then."
            )
        if "masters" in recipe.data and said.get("edition") != EDITION:
            raise NotReproducible("Another release put its pages together: install the release of then.")
        changed = sorted(name for name, digest in said["files"].items() if recipe._hashes().get(name) != digest)
        if changed:
            raise NotReproducible(f"These files are not those of then: {', '.join(changed)}.")
        return recipe

    def _hashes(self) -> dict[str, str]:
        return {name: hashlib.sha256(content).hexdigest() for name, content in self.project.files.items()}
