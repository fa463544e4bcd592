"""Certificates on paper: tagged PDF, one page each. Nothing of it is kept."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext, ngettext

from outreach.attendance import certificates
from outreach.attendance.models import Certificate
from portal.pages.languages import spoken

DESIGN: Final = Path(__file__).parent / "designs" / "certificate.typ"


def paper(named: Sequence[tuple[Certificate, str]], *, language: str) -> bytes:
    """Certificates with the names on them, as PDF/UA on Letter. Each comes with its ``seminar``, area and host.

    Raises ``TypesettingError``: a name in letters that none of our fonts has; more than 200 pages.
    """
    from portal.typesetting import compile_pdf

    with translation.override(spoken(language)):
        data = {
            "language": spoken(language),
            "title": gettext("Certificate of attendance"),
            "pages": [_page(certificate, name) for certificate, name in named],
        }
    newest = max(certificate.issued_on for certificate, _ in named)
    return compile_pdf(DESIGN, data, timestamp=dt.datetime.combine(newest, dt.time(12), tzinfo=dt.UTC))


def _page(certificate: Certificate, name: str) -> dict[str, Any]:
    seminar = certificate.seminar
    minutes = ngettext("%(minutes)s minute", "%(minutes)s minutes", certificate.minutes)
    facts = [
        (gettext("Event"), seminar.title),
        (gettext("Day"), certificates.day(certificate)),
        (
            gettext("Place"),
            gettext("By video") if seminar.is_virtual else f"{seminar.venue}, {seminar.place}".strip(", "),
        ),
        (gettext("Length"), minutes % {"minutes": certificate.minutes}),
        (gettext("Held by"), seminar.host.name if seminar.host else ""),
    ]
    address = settings.PUBLIC_ADDRESS + reverse("certificate-check")
    issued = formats.date_format(certificate.issued_on, gettext("j F Y"))
    return {
        "name": name,
        "lead": gettext("attended"),
        "facts": [list(fact) for fact in facts if fact[1]],
        "code": certificates.spoken(certificate.code),
        "code_label": gettext("Code"),
        "how": gettext("Is this paper true? Type the code and the name at %(address)s") % {"address": address},
        "foot": gettext("Issued on %(day)s. The January campaign keeps no list of names.") % {"day": issued},
    }
