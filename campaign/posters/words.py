"""What is stored in English, in the language of the page: names of sheets, languages and audiences.

Only those of the release have a translation; what the office added is said as it was written.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaign.posters.header import AUDIENCES
from campaign.posters.languages import LANGUAGES
from campaign.posters.models import Sheet

#: For every audience, a sentence on where its posters help.
WHERE = {
    "restroom": gettext_lazy("The one room where a person is alone. They look like an ordinary notice."),
    "platform": gettext_lazy("To be read from five metres, by someone who walks past."),
    "train": gettext_lazy("At the height of a seat, for whoever has an hour to read it."),
    "school": gettext_lazy("For halls, locker rooms and the nurse’s door."),
    "public": gettext_lazy("For windows, counters, break rooms and waiting rooms."),
}


def name_of_audience(audience: str) -> str:
    """Restrooms, Schools …"""
    return _(AUDIENCES.get(audience, audience))


def name_of_language(code: str) -> str:
    """Its own name first, then that in the language of the page: ``Tiếng Việt · Vietnamese``."""
    language = LANGUAGES[code]
    name = _(language.name)
    return language.own_name if name.lower() == language.own_name.lower() else f"{language.own_name} · {name}"


def name_of_sheet(sheet: Sheet) -> str:
    """Letter, 8.5 × 11 in."""
    return f"{_(sheet.name)}, {size_of_sheet(sheet)}"


def size_of_sheet(sheet: Sheet) -> str:
    """8.5 × 11 in."""
    unit = _("in") if sheet.unit == Sheet.Unit.INCH else "mm"
    return f"{sheet.width.normalize():f} × {sheet.height.normalize():f} {unit}"
