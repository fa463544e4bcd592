"""Where an office stands in the tree. Two moves at the same moment cannot make a circle: the second waits, and looks anew."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from outreach.agencies.models import Agency
from portal.audit import trail

if TYPE_CHECKING:
    from portal.people.models import User


def lock() -> dict[int, int | None]:
    """Keeps the tree as it is until the transaction ends; the office above each, by key.

    No constraint can see a circle, so whoever places an office holds this lock and looks afterwards: the admin's
    form, an import, a merge, ``move``. All rows are locked in the order of their keys, so that no two wait for each
    other; rows that merely name an agency go on being written. Needs a transaction.
    """
    rows = Agency.objects.select_for_update(no_key=True).order_by("pk")
    return dict(rows.values_list("pk", "parent_id"))


def move(*, agency_id: int, parent_id: int | None, by: "User | None") -> Agency:
    """Places an office, with all beneath it, under another one, or at the top.

    Raises ``ValidationError`` (of ``parent``) for a circle, for what is too deep and for a name that is taken there.
    """
    with transaction.atomic():
        lock()
        agency = Agency.objects.get(pk=agency_id)
        if agency.parent_id == parent_id:
            return agency
        if parent_id is not None and Agency.objects.filter(pk=parent_id).exclude(retired_at=None).exists():
            raise ValidationError({"parent": "That office is retired: choose one in use, or bring it back first."})
        before = trail.snapshot(agency)
        agency.parent_id = parent_id
        agency.full_clean()
        agency.save(update_fields=["parent"])
        trail.record(actor=by, verb="moved", target=agency, before=before, after=trail.snapshot(agency))
    return agency
