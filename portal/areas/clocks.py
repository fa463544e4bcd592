"""Times as people say them: in the place's own clock, with the clock named."""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils import formats, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EASTERN = gettext_lazy("Eastern Time")
CENTRAL = gettext_lazy("Central Time")
MOUNTAIN = gettext_lazy("Mountain Time")
ALASKA = gettext_lazy("Alaska Time")
ATLANTIC = gettext_lazy("Atlantic Time")
CHAMORRO = gettext_lazy("Chamorro Time")

#: What people call the clock of each zone of the United States. Arizona keeps standard time all year.
NAMES: dict[str, str | Promise] = {
    "America/New_York": EASTERN,
    "America/Detroit": EASTERN,
    "America/Kentucky/Louisville": EASTERN,
    "America/Kentucky/Monticello": EASTERN,
    "America/Indiana/Indianapolis": EASTERN,
    "America/Indiana/Vincennes": EASTERN,
    "America/Indiana/Winamac": EASTERN,
    "America/Indiana/Marengo": EASTERN,
    "America/Indiana/Petersburg": EASTERN,
    "America/Indiana/Vevay": EASTERN,
    "America/Chicago": CENTRAL,
    "America/Indiana/Tell_City": CENTRAL,
    "America/Indiana/Knox": CENTRAL,
    "America/Menominee": CENTRAL,
    "America/North_Dakota/Center": CENTRAL,
    "America/North_Dakota/New_Salem": CENTRAL,
    "America/North_Dakota/Beulah": CENTRAL,
    "America/Denver": MOUNTAIN,
    "America/Boise": MOUNTAIN,
    "America/Phoenix": gettext_lazy("Mountain Standard Time"),
    "America/Los_Angeles": gettext_lazy("Pacific Time"),
    "America/Anchorage": ALASKA,
    "America/Juneau": ALASKA,
    "America/Sitka": ALASKA,
    "America/Metlakatla": ALASKA,
    "America/Yakutat": ALASKA,
    "America/Nome": ALASKA,
    "America/Adak": gettext_lazy("Hawaii–Aleutian Time"),
    "Pacific/Honolulu": gettext_lazy("Hawaii Time"),
    "America/Puerto_Rico": ATLANTIC,
    "America/St_Thomas": ATLANTIC,
    "Pacific/Guam": CHAMORRO,
    "Pacific/Saipan": CHAMORRO,
    "Pacific/Pago_Pago": gettext_lazy("Samoa Time"),
}


known_zones = cache(available_timezones)


def validate_zone(zone: str) -> None:
    """A field's validator: an IANA zone that this machine's time zone data knows."""
    if zone not in known_zones():
        raise ValidationError(f"{zone!r} is no time zone. Write its IANA name, such as America/Chicago.")


def clock_name(zone: str) -> str:
    """What people call the clock of an IANA zone, in the active language; elsewhere the zone's own name."""
    return str(NAMES.get(zone, zone.replace("_", " ")))


def local(moment: dt.datetime, zone: str) -> dt.datetime:
    """The moment on the clock of an IANA zone."""
    return moment.astimezone(ZoneInfo(zone))


def spoken_day(moment: dt.datetime, zone: str) -> str:
    """``Tuesday 12 January 2027``, in the active language."""
    return formats.date_format(local(moment, zone), _("l j F Y"))


def short_day(moment: dt.datetime, zone: str) -> str:
    """``Tue 12 Jan``, in the active language."""
    return formats.date_format(local(moment, zone), _("D j M"))


def spoken_time(moment: dt.datetime, zone: str) -> str:
    """``10:00 a.m.`` on the clock of the zone, the same in every language; never broken over two lines."""
    with translation.override("en"):
        return formats.date_format(local(moment, zone), "g:i a").replace(" ", "\u00a0")
