"""Bookings as a spreadsheet: out for the door, and in from a list on paper."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget

from outreach.registration import booking
from outreach.registration.models import Registration
from outreach.registration.notices import LIVE
from outreach.seminars.models import Seminar
from portal.imports.resources import PortalResource


class RegistrationResource(PortalResource):
    """A booking by seminar and address. A row that comes in takes its seats like anyone's form, mail included.

    Bookings that stand are never changed by a sheet.
    """

    seminar = Field("seminar", "seminar", ForeignKeyWidget(Seminar, "uid"))
    title = Field("seminar__title", "title", readonly=True)

    class Meta(PortalResource.Meta):
        model = Registration
        import_id_fields = ("seminar", "email")  # type: ignore[assignment]
        fields = (
            *("seminar", "title", "name", "email", "seats", "adults", "kind", "group_name"),
            *("needs", "language", "state"),
        )
        export_order = fields

    def get_instance(self, instance_loader: Any, row: Any) -> Registration | None:
        """What stands under the row's seminar and address, whatever its letters' case; a live booking before others."""
        email = str(row.get("email", "")).strip()
        rows = Registration.objects.filter(seminar=self.fields["seminar"].clean(row), email__iexact=email)
        live = rows.filter(state__in=LIVE).first()
        return rows.last() if live is None else live

    def skip_row(self, instance: Registration, original: Registration, *args: Any, **kwargs: Any) -> bool:
        """What stands, stays; and what was cancelled elsewhere takes no seat here."""
        return not instance._state.adding or instance.state == Registration.State.CANCELLED

    def init_instance(self, row: Any = None) -> Registration:
        """A booking with a nonce of its own."""
        return Registration(nonce=uuid.uuid4())

    def do_instance_save(self, instance: Registration, is_create: bool) -> None:
        """Through the same door as everyone; a list from paper fills seats, nobody waits by it."""
        try:
            booking.take(
                seminar_uid=instance.seminar.uid,
                wish=_wish(instance),
                nonce=instance.nonce or uuid.uuid4(),
                language=instance.language,
            )
        except booking.SeminarFull as full:
            raise ValidationError(f"Only {full.left} seats are left.") from full
        except booking.TooMany as many:
            raise ValidationError(f"One booking has {many.most} seats at most.") from many
        except booking.NoClasses as classes:
            raise ValidationError("Classes cannot come to this event.") from classes
        except booking.Busy as busy:
            raise ValidationError("Many book at this moment: bring the sheet in again.") from busy
        except (booking.SeminarClosed, Seminar.DoesNotExist) as closed:
            raise ValidationError("This seminar takes no bookings.") from closed
        instance.pk = Registration.objects.values_list("pk", flat=True).get(
            seminar=instance.seminar_id, nonce=instance.nonce
        )


def _wish(row: Registration) -> booking.Wish:
    return booking.Wish(
        name=row.name,
        email=row.email,
        seats=row.seats,
        kind=Registration.Kind(row.kind or Registration.Kind.ADULT),
        adults=row.adults or 1,
        group_name=row.group_name,
        needs=row.needs,
        may_wait=False,
    )
