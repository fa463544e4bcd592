"""How the posters of a batch look."""

from dataclasses import dataclass

from campaign.posters.assembly import USUAL, USUAL_SHEET
from outreach.agencies.logos import Logo


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the posters of a batch look: slugs of design and sheet, with what a print shop cuts away or without,
    beside a partner's logo or alone."""

    design: str = USUAL
    sheet: str = USUAL_SHEET
    has_bleed: bool = False
    logo: Logo | None = None


PLAIN = Style()
