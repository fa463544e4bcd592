"""The checks of preflight, in the order of its report. docs/preflight.md explains each."""

from typing import Final

from campaign.printing.checks import laws, order, pages, places, press, qr
from campaign.printing.checks.findings import Check

CHECKS: Final[tuple[Check, ...]] = (
    order.PLANNED,
    order.ADDRESS,
    order.APPROVAL,
    order.TRANSLATION,
    order.FITS,
    order.LOGO,
    places.NUMBERS_IN_DATE,
    places.NUMBERS_VERIFIED,
    places.CODES_OWN,
    places.PLACES_KNOWN,
    places.AUDIENCE,
    laws.RULES,
    pages.GLYPHS,
    pages.SETS,
    pages.COLOURS,
    pages.TEXT_SIZE,
    pages.NUMBERS_LEGIBLE,
    pages.BLEED,
    press.CROP_MARKS,
    press.IMPOSITION,
    qr.READS,
    qr.BLURRED,
    qr.NOISY,
    qr.COVERED_IN_PART,
    qr.SIZE,
    qr.QUIET_ZONE,
    qr.CONTRAST,
    qr.RECOVERY,
)
