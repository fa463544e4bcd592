"""Bookings that stand get a ticket and the moment from which they hold; all their seats were for adults."""

from django.db import migrations
from django.db.models import F

from outreach.registration.tickets import new_ticket


def fill(apps, schema_editor):  # type: ignore[no-untyped-def]
    registrations = apps.get_model("outreach", "Registration").objects.using(schema_editor.connection.alias)
    registrations.filter(booked_at=None).update(booked_at=F("created_at"), adults=F("seats"))
    bare = list(registrations.filter(ticket=None).only("pk"))
    for row in bare:
        row.ticket = new_ticket()
    registrations.bulk_update(bare, ["ticket"], batch_size=300)


class Migration(migrations.Migration):
    dependencies = [("outreach", "0023_events_take_groups_and_lines")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
