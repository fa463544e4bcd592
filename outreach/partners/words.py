"""What rooms below say in English, in words of the page's language: kinds, levels, parts, standings."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from outreach.agencies.agreement_models import SOON_DAYS, Agreement
from outreach.agencies.desk_models import Participation
from outreach.agencies.models import Agency, Part

SOON: Final = dt.timedelta(days=SOON_DAYS)
KINDS: Final[Mapping[str, Any]] = {
    Agency.Kind.DEPARTMENT: lazy("Department"),
    Agency.Kind.BUREAU: lazy("Bureau or office"),
    Agency.Kind.PROGRAMME: lazy("Program"),
    Agency.Kind.TASK_FORCE: lazy("Task force"),
    Agency.Kind.RAILROAD: lazy("Railroad or transit"),
    Agency.Kind.NGO: lazy("Non-profit"),
    Agency.Kind.STATE_OFFICE: lazy("State office"),
}
LEVELS: Final[Mapping[str, Any]] = {
    Agency.Level.FEDERAL: pgettext_lazy("level of an agency", "federal"),
    Agency.Level.STATE: pgettext_lazy("level of an agency", "of a state"),
    Agency.Level.LOCAL: pgettext_lazy("level of an agency", "local"),
    Agency.Level.PRIVATE: pgettext_lazy("level of an agency", "private"),
}
PARTS: Final[Mapping[str, Any]] = {
    Part.POSTERS: lazy("Poster texts and designs"),
    Part.DISTRIBUTION: lazy("Distribution of posters"),
    Part.POSTING: lazy("Puts posters up"),
    Part.SEMINARS: lazy("Gives seminars"),
    Part.HOTLINE: lazy("Answers a line"),
    Part.PRESS: lazy("Press and social media"),
    Part.TRANSLATION: lazy("Translation and its review"),
    Part.FUNDING: lazy("Funding"),
    Part.TASK_FORCE: lazy("Task force"),
}
AGREEMENTS: Final[Mapping[str, Any]] = {
    Agreement.Kind.MOU: lazy("Memorandum of understanding"),
    Agreement.Kind.MOA: lazy("Memorandum of agreement"),
    Agreement.Kind.LETTER: lazy("Letter of intent or support"),
    Agreement.Kind.DATA_SHARING: lazy("Data sharing agreement"),
    Agreement.Kind.FUNDING: lazy("Grant or funding agreement"),
    Agreement.Kind.LICENCE: lazy("License for marks or material"),
    Agreement.Kind.OTHER: lazy("Another paper"),
}
PARTICIPATIONS: Final[Mapping[str, Any]] = {
    Participation.State.INVITED: lazy("Your answer is missing"),
    Participation.State.AGREED: lazy("You take part"),
    Participation.State.DECLINED: lazy("You don’t take part"),
    Participation.State.WITHDRAWN: lazy("You withdrew"),
}


def parts(values: object) -> list[str]:
    """Parts in the campaign in words, in the order of ``Part``."""
    return [str(PARTS[part]) for part in Part if isinstance(values, list) and part.value in values]


def day(on: dt.date) -> str:
    """``3 January 2027``, ``3 de enero de 2027``."""
    return date_format(on, _("j F Y"))


def agreement_stands(agreement: Agreement, today: dt.date) -> tuple[str, str]:
    """A class of ``.state`` and words for how an agreement stands."""
    match agreement.standing(today)[0]:
        case "ended":
            return "wrong", _("Ended on %(day)s") % {"day": day(agreement.ended_on or today)}
        case "expired":
            return "wrong", _("Expired on %(day)s") % {"day": day(agreement.expires_on or today)}
        case "waiting" if agreement.signed_on is None:
            return "", _("Not signed yet")
        case "waiting":
            return "", _("Waits for a second person of the campaign")
        case "ahead":
            return "", _("Begins on %(day)s") % {"day": day(agreement.effective_on)}
    if agreement.expires_on is None:
        return "good", _("In force until it is ended")
    return "good", _("In force until %(day)s") % {"day": day(agreement.expires_on)}


def logo_stands(logo: Any, today: dt.date) -> tuple[str, str]:
    """The same of a logo's permission; ``logo`` comes from ``with_standing``."""
    if logo.valid_until and not logo.is_covered:
        return "wrong", _("Not printed: no agreement on co-branding is in force")
    if logo.valid_until:
        return "good", _("May be used until %(day)s") % {"day": day(logo.valid_until)}
    if logo.waits:
        return "", _("The permission is here: a second person of the campaign looks at it")
    if logo.ended_on:
        return "wrong", _("The permission ended on %(day)s") % {"day": day(logo.ended_on)}
    return "", _("Waits for a written permission")
