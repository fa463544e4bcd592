import uuid

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0012_rows_meet_the_new_rules"),
    ]

    operations = [
        migrations.AlterField(
            model_name="presenter",
            name="key",
            field=models.UUIDField(default=uuid.uuid4, editable=False, help_text="Of the private page.", unique=True),
        ),
        migrations.AlterField(
            model_name="presenter",
            name="calendar_key",
            field=models.UUIDField(default=uuid.uuid4, editable=False, help_text="Of the calendar alone.", unique=True),
        ),
        migrations.AddConstraint(
            model_name="availability",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end", None), ("is_away", True), ("start", None)),
                    models.Q(("is_away", False), ("start__lt", models.F("end"))),
                    _connector="OR",
                ),
                name="availability_has_length",
                violation_error_message="The day must end after it begins; a day away has no hours.",
            ),
        ),
        migrations.AddConstraint(
            model_name="preferreddate",
            constraint=models.UniqueConstraint(fields=("request", "date", "earliest"), name="preferred_window_once"),
        ),
        migrations.AddConstraint(
            model_name="preferreddate",
            constraint=models.CheckConstraint(
                condition=models.Q(("rank__lte", 9)),
                name="ten_dates_at_most",
                violation_error_message="Ten dates at most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="presenter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("latitude__gte", -90), ("latitude__lte", 90), ("longitude__gte", -180), ("longitude__lte", 180)
                    ),
                    models.Q(("latitude", None), ("longitude", None)),
                    _connector="OR",
                ),
                name="presenter_on_earth",
                violation_error_message="Latitude from -90 to 90 and longitude from -180 to 180, or neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="presenter",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_per_day__gte", 1), ("max_per_day__lte", 8)),
                name="presenter_day_has_an_end",
                violation_error_message="One to eight seminars a day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="presenter",
            constraint=models.CheckConstraint(
                condition=models.Q(("radius_miles__lte", 500)),
                name="presenter_drives_within_reach",
                violation_error_message="500 miles at most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="presenter",
            constraint=models.UniqueConstraint(
                models.F("agency"),
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("retired_at", None)),
                name="presenter_once_in_an_agency",
                violation_error_message="This agency has a presenter with this address.",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minutes__gte", 15),
                    ("minutes__lte", 240),
                    (
                        "minutes",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(models.F("minutes"), "/", models.Value(5)),
                            "*",
                            models.Value(5),
                        ),
                    ),
                ),
                name="request_in_steps_of_five",
                violation_error_message="From 15 to 240 minutes, in steps of 5.",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("priority_shift", 0),
                    models.Q(
                        ("priority_shift__gte", -50),
                        ("priority_shift__lte", 50),
                        models.Q(("priority_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="request_shifted_for_a_reason",
                violation_error_message="Say why, and shift by 50 points at most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("latitude__gte", -90), ("latitude__lte", 90), ("longitude__gte", -180), ("longitude__lte", 180)
                    ),
                    models.Q(("latitude", None), ("longitude", None)),
                    _connector="OR",
                ),
                name="request_on_earth",
                violation_error_message="Latitude from -90 to 90 and longitude from -180 to 180, or neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="school",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("latitude__gte", -90), ("latitude__lte", 90), ("longitude__gte", -180), ("longitude__lte", 180)
                    ),
                    models.Q(("latitude", None), ("longitude", None)),
                    _connector="OR",
                ),
                name="school_on_earth",
                violation_error_message="Latitude from -90 to 90 and longitude from -180 to 180, or neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seminar",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["draft", "open", "done"])),
                fields=("request",),
                name="one_live_seminar_a_request",
                violation_error_message="This request has a seminar.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seminar",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minutes__gte", 5),
                    (
                        "minutes",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(models.F("minutes"), "/", models.Value(5)),
                            "*",
                            models.Value(5),
                        ),
                    ),
                ),
                name="seminar_in_steps_of_five",
                violation_error_message="In steps of 5 minutes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seminar",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("audience", "students"), ("state", "open"), _negated=True),
                    models.Q(
                        ("child_line__isnull", False),
                        ("counsellor_present", True),
                        ("parents_told_on__isnull", False),
                        models.Q(("parents_told_kind", ""), _negated=True),
                        models.Q(("private_room", ""), _negated=True),
                        models.Q(("safeguarding_contact", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="students_met_only_with_care",
                violation_error_message="A seminar for students opens when parents were told and a counselor, a private room, a safeguarding contact and the state's child line are there.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seminar",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("audience", "students"), _negated=True), ("seats_taken", 0), _connector="OR"
                ),
                name="students_are_not_registered",
                violation_error_message="Students are counted, never registered.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seminar",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("latitude__gte", -90), ("latitude__lte", 90), ("longitude__gte", -180), ("longitude__lte", 180)
                    ),
                    models.Q(("latitude", None), ("longitude", None)),
                    _connector="OR",
                ),
                name="seminar_on_earth",
                violation_error_message="Latitude from -90 to 90 and longitude from -180 to 180, or neither.",
            ),
        ),
    ]
