"""The report of an event on paper: a tagged PDF of a page or two."""

import datetime as dt
from pathlib import Path
from typing import Any, Final

from django.utils import formats, timezone, translation
from django.utils.translation import gettext, gettext_lazy

from outreach.attendance import report
from outreach.attendance.report import Report, Table
from outreach.seminars.models import Seminar
from portal.pages.languages import spoken

_FOR: Final = {
    Seminar.Audience.STUDENTS: gettext_lazy("Students"),
    Seminar.Audience.COLLEGE: gettext_lazy("College students"),
    Seminar.Audience.ADULTS: gettext_lazy("Adults"),
    Seminar.Audience.COMMUNITY: gettext_lazy("Everyone in the community"),
}
_ENDED: Final = {
    Seminar.State.DRAFT: gettext_lazy("It was never open"),
    Seminar.State.OPEN: gettext_lazy("It is not closed yet"),
    Seminar.State.CANCELLED: gettext_lazy("Cancelled"),
    Seminar.State.DONE: gettext_lazy("It took place"),
}
DESIGN: Final = Path(__file__).parent / "designs" / "report.typ"


def paper(seminar: Seminar, *, language: str) -> bytes:
    """The report as PDF/UA on Letter. ``seminar`` comes with its area and host. Raises ``TypesettingError``."""
    from portal.typesetting import compile_pdf

    today = timezone.localdate()
    with translation.override(spoken(language)):
        data = content(report.of(seminar), language=spoken(language), on=today)
    return compile_pdf(DESIGN, data, timestamp=dt.datetime.combine(today, dt.time(12), tzinfo=dt.UTC))


def content(told: Report, *, language: str, on: dt.date) -> dict[str, Any]:
    """What the paper says, as its design reads it; in the active language."""
    seminar = told.seminar
    where = gettext("By video") if seminar.is_virtual else ", ".join(filter(None, (seminar.venue, seminar.place)))
    facts = [
        (gettext("When"), f"{seminar.day}, {seminar.start_time} – {seminar.end_time} ({seminar.clock})"),
        (gettext("Where"), where),
        (gettext("For"), str(_FOR[Seminar.Audience(seminar.audience)])),
        (gettext("Held by"), seminar.host.name if seminar.host else ""),
        (gettext("Seats"), formats.number_format(seminar.capacity)),
        (gettext("How it ended"), str(_ENDED[Seminar.State(seminar.state)])),
    ]
    tables = [table for table in (told.people, told.line, *told.answers) if table is not None]
    day = formats.date_format(on, gettext("j F Y"))
    return {
        "language": language,
        "title": gettext("Report: %(event)s") % {"event": seminar.title},
        "facts": [list(fact) for fact in facts if fact[1]],
        "came": _came(told),
        "came_label": gettext("people came"),
        "tables": [_table(table) for table in tables],
        "note": gettext("– : %(why)s.") % {"why": gettext(report.WITHHELD)} if told.is_withholding else "",
        "foot": gettext("Made on %(day)s. This report names nobody.") % {"day": day},
    }


def _came(told: Report) -> str:
    if not told.came_is_known:
        return gettext("Not counted")
    return report.SHORT if told.came is None else formats.number_format(told.came)


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "columns": list(table.columns),
        "rows": [
            [name, *(report.SHORT if count is None else formats.number_format(count) for count in counts)]
            for name, counts in table.rows
        ],
    }
