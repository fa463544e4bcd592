"""Pictures and PDFs of any version, stamped as proofs, for those who judge it; never for a wall.

What was approved is set here; all else that a person drew is set in a process of its own, with limits: a trial
shows what a design did with the posters that it was tried with, not what it does with others.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Final

from campaign.links.address import printed_address
from campaign.posters.assembly import USUAL, USUAL_SHEET, Assembly
from campaign.posters.models import Design, Sheet, TextSet
from campaign.posters.pages import PosterPage
from campaign.posters.trials import CODE, suited
from portal.typesetting import trial

#: Pixels on the longer side of a picture: small in lists, large where it is looked at.
SIDES: Final = {"small": 420, "large": 1100}


@dataclass(frozen=True, slots=True)
class Proof:
    """One design on one sheet in one text. Raises ``NotReady`` when it is made, if they don't go together."""

    design: Design
    sheet: Sheet
    texts: TextSet
    assembly: Assembly
    page: PosterPage

    @classmethod
    def of(cls, *, design: Design, sheet: Sheet, texts: TextSet, on: dt.date) -> Proof:
        """The proof with the national lines of a day."""
        assembly = Assembly(design=design, sheet=sheet, texts=[texts], address=printed_address(), on=on, is_proof=True)
        page = assembly.page_for_anywhere(language=texts.language, code=CODE)
        return cls(design, sheet, texts, assembly, page)

    @property
    def data(self) -> dict[str, object]:
        """What the design is given."""
        return self.assembly.data([self.page])

    @property
    def fingerprint(self) -> str:
        """Of all that its pictures are made of."""
        said = json.dumps([self.design.sha256, self.data], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()

    def picture(self, side: int) -> bytes:
        """A PNG whose longer side has about ``side`` pixels. Raises ``TypesettingError``."""
        paper = self.assembly.paper
        ppi = side * 72 / max(paper.width, paper.height)
        if not _is_trusted(self.design):
            return trial.picture(self.assembly.project, self.data, ppi=ppi)
        return self.assembly.picture(self.page, ppi=ppi)

    def document(self, *, made_at: dt.datetime) -> bytes:
        """The PDF. Raises ``TypesettingError``."""
        if not _is_trusted(self.design):
            return trial.document(self.assembly.project, self.data, timestamp=made_at)
        return self.assembly.typeset([self.page], made_at=made_at)

    @property
    def file_name(self) -> str:
        """What a download is called."""
        return f"proof-{self.design.slug}-{self.design.version}-{self.sheet.slug}-{self.texts.language}.pdf"


def _is_trusted(design: Design) -> bool:
    """Whether it is set in this process: what the release ships, and what was ever approved."""
    return design.author_id is None or design.approved_on is not None


def usual_design() -> Design | None:
    """The design in which texts are looked at: the usual one, or another that is approved."""
    approved = {design.slug: design for design in Design.objects.approved().defer("kit")}
    return approved.get(USUAL) or next(iter(approved.values()), None)


def usual_sheet(design: Design) -> Sheet | None:
    """Letter, or the first sheet that the design suits."""
    sheets = {sheet.slug: sheet for sheet in suited(design)}
    return sheets.get(USUAL_SHEET) or next(iter(sheets.values()), None)
