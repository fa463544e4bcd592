"""An agency's logos, as its own people keep them. Whether one may be used is the campaign's to record, never theirs."""

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.agencies import logo_rights
from outreach.agencies.logos import Logo
from outreach.agencies.models import Agency
from outreach.seminars.refusals import NotPossible
from portal.audit import trail
from portal.files.pictures import Picture

if TYPE_CHECKING:
    from portal.people.models import User

MOST: Final = 40
"""Logos of an agency in use."""


def add(*, agency: Agency, name: str, alt_text: str, drawn: tuple[Picture, bytes], by: "User") -> Logo:
    """Keeps a logo that was cleaned and drawn (``logo_rights.drawn``); nothing prints it without a permission.

    Raises ``NotPossible``: the name is taken, or MOST.
    """
    picture, preview = drawn
    with transaction.atomic():
        locked = Agency.objects.select_for_update(of=("self",)).get(pk=agency.pk)
        used = Logo.objects.filter(agency=locked, retired_at=None)
        if used.count() >= MOST:
            raise NotPossible(_("Your agency has %(most)s logos. Take one out of use first.") % {"most": MOST})
        if used.filter(name=name).exists():
            raise NotPossible(_("Your agency has a logo of that name. Choose another name."))
        logo = Logo(agency=locked, name=name, alt_text=alt_text, uploaded_by=by)
        logo_rights.attach(logo, picture=picture, preview=preview)
        logo.save()
        trail.record(actor=by, verb="added by its agency", target=logo, after=trail.snapshot(logo))
    return logo


def retire(*, logo_id: int, by: "User") -> Logo:
    """Nothing new carries it. The record stays, since posters that hang carry it still."""
    with transaction.atomic():
        logo = Logo.objects.select_for_update(of=("self",)).get(pk=logo_id)
        if logo.retired_at is None:
            before = trail.snapshot(logo)
            logo.retired_at = timezone.now()
            logo.save(update_fields=["retired_at"])
            trail.record(actor=by, verb="retired", target=logo, before=before, after=trail.snapshot(logo))
    return logo
