"""How the posters of a batch look."""

from dataclasses import dataclass

from campaign.posters.assembly import USUAL, USUAL_SHEET
from outreach.agencies.logos import Logo


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the posters of a batch look: slugs of design and sheet, with what a print shop cuts away or without,
    beside a partner's logo or alone.

    ``has_marks`` draws crop marks around the bleed; ``imposed_on`` is the slug of the sheet that takes several posters
    for the press, empty where each has its own.
    """

    design: str = USUAL
    sheet: str = USUAL_SHEET
    has_bleed: bool = False
    has_marks: bool = False
    imposed_on: str = ""
    logo: Logo | None = None


PLAIN = Style()
