"""What people need to take part: chosen from a list, so that nobody has to write about themselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Need(models.TextChoices):
    """Kept as the codes, comma separated."""

    ASL = "ASL", _("American Sign Language (ASL)")
    CART = "CART", _("Live captions (CART)")
    INTERPRETER = "interpreter", _("Interpreter for another language")
    STEP_FREE = "step-free", _("Step-free way in")
    QUIET = "quiet room", _("A quiet room nearby")


def joined(codes: list[str]) -> str:
    """As the field stores them."""
    return ", ".join(codes)
