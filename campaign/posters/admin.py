"""Door of the room's admin: designs, texts, sheets, pictures for posts."""

from campaign.posters.design_admin import DesignAdmin
from campaign.posters.sheet_admin import SheetAdmin
from campaign.posters.social_admin import SocialPictureAdmin
from campaign.posters.texts_admin import TextSetAdmin

__all__ = ["DesignAdmin", "SheetAdmin", "SocialPictureAdmin", "TextSetAdmin"]
