"""Door of the room's admin: designs, texts, sheets."""

from campaign.posters.design_admin import DesignAdmin
from campaign.posters.sheet_admin import SheetAdmin
from campaign.posters.texts_admin import TextSetAdmin

__all__ = ["DesignAdmin", "SheetAdmin", "TextSetAdmin"]
