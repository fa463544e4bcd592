import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models

import outreach.registration.tickets


class Migration(migrations.Migration):
    dependencies = [("outreach", "0024_bookings_get_tickets")]

    operations = [
        migrations.AlterField(
            model_name="registration",
            name="ticket",
            field=models.CharField(
                default=outreach.registration.tickets.new_ticket, editable=False, max_length=13, unique=True
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                condition=models.Q(("state", "offered")), fields=["offer_ends_at"], name="offers_that_run"
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["seminar", "line"], name="the_line"),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(django.db.models.functions.text.Lower("email"), name="bookings_by_address"),
        ),
        migrations.AddIndex(
            model_name="seminar",
            index=models.Index(fields=["state", "starts_at"], name="seminars_by_day"),
        ),
        migrations.AddIndex(
            model_name="seminar",
            index=models.Index(fields=["area", "starts_at"], name="seminars_by_state"),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(
                models.F("seminar"),
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("forgotten_at", None), ("state__in", ["booked", "offered", "waiting"])),
                name="one_live_booking_per_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(fields=("seminar", "line"), name="one_place_in_line"),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(("seats__gte", 1), ("seats__lte", 200)), name="booking_has_a_seat"
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(("adults__gte", 1), ("adults__lte", models.F("seats"))), name="booking_has_an_adult"
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("offer_ends_at__isnull", False), ("state", "offered")),
                    models.Q(models.Q(("state", "offered"), _negated=True), ("offer_ends_at", None)),
                    _connector="OR",
                ),
                name="offer_has_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["waiting", "offered"]), _negated=True),
                    ("line__isnull", False),
                    _connector="OR",
                ),
                name="line_has_places",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("group_name", ""), ("kind", "adult")), ("kind", "class"), _connector="OR"),
                name="adults_have_no_group_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="seminar",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("audience__in", ["students", "college"]), _negated=True),
                    models.Q(("groups_taken", 0), ("waiting", 0)),
                    _connector="OR",
                ),
                name="students_never_wait",
                violation_error_message="Students are counted, never registered.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seminar",
            constraint=models.CheckConstraint(
                condition=models.Q(("groups", None), ("groups_taken__lte", models.F("groups")), _connector="OR"),
                name="seminar_never_too_many_groups",
                violation_error_message="There are more classes registered than may come.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seminar",
            constraint=models.CheckConstraint(
                condition=models.Q(("largest_group__gte", 1), ("largest_group__lte", 200)), name="largest_group_is_sane"
            ),
        ),
        migrations.AddConstraint(
            model_name="seminar",
            constraint=models.CheckConstraint(
                condition=models.Q(("waiting", 0), models.Q(("waitlist", "none"), _negated=True), _connector="OR"),
                name="nobody_waits_without_a_list",
                violation_error_message="People wait for seats: offer them seats, or tell them, first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seminar",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("booking_closes_at", None), ("booking_closes_at__lte", models.F("starts_at")), _connector="OR"
                ),
                name="bookings_close_before_it_begins",
                violation_error_message="Bookings close when it begins, or before.",
            ),
        ),
    ]
