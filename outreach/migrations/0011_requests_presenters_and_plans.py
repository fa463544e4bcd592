import uuid

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import portal.areas.clocks


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0010_channels_say_their_limits"),
        ("portal", "0005_imports_in_pages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BookedInstant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.PositiveIntegerField(help_text="Steps of five minutes since 1970, UTC.")),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("drive", "Drive"),
                            ("set_up", "Set-up"),
                            ("seminar", "Seminar"),
                            ("wrap_up", "Wrap-up"),
                        ],
                        max_length=7,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlanAssignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField(blank=True, help_text="UTC.", null=True)),
                (
                    "time_zone",
                    models.CharField(blank=True, max_length=40, validators=[portal.areas.clocks.validate_zone]),
                ),
                (
                    "mode",
                    models.CharField(
                        blank=True, choices=[("in_person", "In person"), ("virtual", "By video")], max_length=9
                    ),
                ),
                (
                    "rank",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Of the school's date: 0 is its first.", null=True
                    ),
                ),
                ("priority", models.FloatField(default=0, help_text="As it was when the plan was worked out.")),
                ("locked", models.BooleanField(default=False, help_text="The next plan keeps it as it stands.")),
                ("by_hand", models.BooleanField(default=False)),
                ("reason_code", models.CharField(blank=True, max_length=12)),
                (
                    "details",
                    models.JSONField(
                        blank=True, default=dict, help_text="Counts of the funnel, who holds each, cheapest change."
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="PlanVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveIntegerField(help_text="Counts from 1 in each season.")),
                ("title", models.CharField(blank=True, max_length=80)),
                (
                    "origin",
                    models.CharField(
                        choices=[("optimised", "Optimised"), ("replanned", "Re-planned"), ("copy", "Copied by hand")],
                        default="optimised",
                        max_length=9,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("solving", "Being worked out"),
                            ("draft", "Draft"),
                            ("approved", "Approved"),
                            ("superseded", "Superseded"),
                            ("discarded", "Discarded"),
                            ("failed", "Failed"),
                        ],
                        default="solving",
                        max_length=10,
                    ),
                ),
                ("seconds", models.PositiveSmallIntegerField(default=60, help_text="At most.")),
                ("seed", models.PositiveIntegerField(default=1)),
                ("stop_wanted_at", models.DateTimeField(blank=True, null=True)),
                ("score", models.FloatField(blank=True, null=True)),
                ("bound", models.FloatField(blank=True, help_text="No plan scores more: proven.", null=True)),
                ("served", models.PositiveIntegerField(default=0)),
                ("unserved", models.PositiveIntegerField(default=0)),
                (
                    "curve",
                    models.JSONField(
                        blank=True, default=list, help_text="[[seconds, score, bound], …] as it was worked out."
                    ),
                ),
                ("failure", models.CharField(blank=True, max_length=300)),
                ("edition", models.PositiveIntegerField(default=1, help_text="Counts up with each change by hand.")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "ordering": ["-season", "-number"],
            },
        ),
        migrations.CreateModel(
            name="PresenterInvitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254)),
                ("token_sha256", models.CharField(editable=False, max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="RequestDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("data", models.JSONField(default=dict, help_text="Text by the form's field names.")),
                ("language", models.CharField(default="en", max_length=10)),
                (
                    "edition",
                    models.PositiveIntegerField(default=1, help_text="Counts up with each save: an older page loses."),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("touched_at", models.DateTimeField(auto_now=True, db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="SchoolBlackout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.DateField()),
                ("last", models.DateField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("exams", "Exams"),
                            ("break", "Break"),
                            ("closed", "Closed"),
                            ("other", "Something else"),
                        ],
                        default="closed",
                        max_length=6,
                    ),
                ),
            ],
            options={
                "ordering": ["first"],
            },
        ),
        migrations.CreateModel(
            name="SeminarNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("to", models.CharField(choices=[("school", "School"), ("presenter", "Presenter")], max_length=9)),
                ("template", models.CharField(max_length=60)),
                (
                    "sequence",
                    models.PositiveSmallIntegerField(help_text="Of the seminar, when there was something to tell."),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("queued_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="WeeklyHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField(help_text="0 is Monday.")),
                ("start", models.TimeField()),
                ("end", models.TimeField()),
            ],
            options={
                "verbose_name_plural": "weekly hours",
                "ordering": ["weekday"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="availability",
            name="availability_has_length",
        ),
        migrations.AddField(
            model_name="availability",
            name="is_away",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="presenter",
            name="account",
            field=models.OneToOneField(
                blank=True,
                help_text="None is needed.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="presenter",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="presenter",
            name="calendar_key",
            field=models.UUIDField(null=True, default=uuid.uuid4, editable=False, help_text="Of the calendar alone."),
        ),
        migrations.AddField(
            model_name="presenter",
            name="claimed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="presenter",
            name="clearance_expires_on",
            field=models.DateField(
                blank=True, help_text="Until when a background check for work with minors holds.", null=True
            ),
        ),
        migrations.AddField(
            model_name="presenter",
            name="clearance_note",
            field=models.CharField(blank=True, help_text="Which kind of check; never its findings.", max_length=80),
        ),
        migrations.AddField(
            model_name="presenter",
            name="key",
            field=models.UUIDField(null=True, default=uuid.uuid4, editable=False, help_text="Of the private page."),
        ),
        migrations.AddField(
            model_name="request",
            name="answer",
            field=models.TextField(blank=True, help_text="What the school answered when it was asked back."),
        ),
        migrations.AddField(
            model_name="request",
            name="answered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="request",
            name="asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="request",
            name="counsellor_present",
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="request",
            name="equipment",
            field=models.JSONField(blank=True, default=list, help_text="What the room has."),
        ),
        migrations.AddField(
            model_name="request",
            name="latitude",
            field=models.FloatField(blank=True, help_text="WGS 84; only where no school is linked.", null=True),
        ),
        migrations.AddField(
            model_name="request",
            name="longitude",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="request",
            name="opt_out",
            field=models.CharField(
                blank=True,
                help_text="How a family says no: a place or an address, never a child's name.",
                max_length=160,
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="parents_told_how",
            field=models.CharField(
                blank=True,
                choices=[
                    ("letter", "A letter on paper"),
                    ("email", "An e-mail"),
                    ("portal", "The school’s parent portal"),
                    ("meeting", "A meeting"),
                ],
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="postal_code",
            field=models.CharField(blank=True, max_length=5),
        ),
        migrations.AddField(
            model_name="request",
            name="priority_shift",
            field=models.SmallIntegerField(
                default=0, help_text="Points that staff add to the rules' priority, or take away: -50 to 50."
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="priority_why",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="request",
            name="private_room",
            field=models.CharField(blank=True, help_text="Where somebody can talk alone afterwards.", max_length=120),
        ),
        migrations.AddField(
            model_name="request",
            name="room",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="request",
            name="time_zone",
            field=models.CharField(
                blank=True,
                help_text="Only where no school is linked.",
                max_length=40,
                validators=[portal.areas.clocks.validate_zone],
            ),
        ),
        migrations.AddField(
            model_name="school",
            name="edition",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Year in which the school year of the newest file begins: an older one only fills gaps.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="school",
            name="search",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="Name, city, state and id, folded: each word after a blank.",
                max_length=260,
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="answer",
            field=models.CharField(
                blank=True,
                choices=[("", "Not asked"), ("asked", "Asked"), ("confirmed", "Confirmed"), ("declined", "Declined")],
                default="",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="answered_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="seminar",
            name="approved_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="seminar",
            name="approved_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="child_line",
            field=models.ForeignKey(
                blank=True,
                help_text="Of the state.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="outreach.channel",
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="counsellor_present",
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="seminar",
            name="latitude",
            field=models.FloatField(blank=True, help_text="WGS 84.", null=True),
        ),
        migrations.AddField(
            model_name="seminar",
            name="locked",
            field=models.BooleanField(default=False, help_text="A new plan keeps it as it stands."),
        ),
        migrations.AddField(
            model_name="seminar",
            name="longitude",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="seminar",
            name="opt_out",
            field=models.CharField(blank=True, help_text="How a family says no; never a child's name.", max_length=160),
        ),
        migrations.AddField(
            model_name="seminar",
            name="parents_told_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("educator", "Educator or advocate"),
                    ("local_police", "Local police"),
                    ("federal_agent", "Federal agent (may be immigration enforcement)"),
                ],
                help_text="Who presents, as parents were told.",
                max_length=13,
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="parents_told_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="seminar",
            name="private_room",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="seminar",
            name="safeguarding_contact",
            field=models.CharField(blank=True, max_length=160),
        ),
        migrations.AlterField(
            model_name="availability",
            name="end",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="availability",
            name="start",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="presenter",
            name="max_seminars",
            field=models.PositiveSmallIntegerField(default=8, help_text="A month: the season is one."),
        ),
        migrations.AlterField(
            model_name="school",
            name="source",
            field=models.CharField(
                choices=[
                    ("nces", "NCES (school)"),
                    ("ipeds", "IPEDS (college)"),
                    ("pss", "PSS (private school)"),
                    ("staff", "Added by staff"),
                ],
                max_length=5,
            ),
        ),
        migrations.AlterField(
            model_name="seminar",
            name="request",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="seminars",
                to="outreach.request",
            ),
        ),
        migrations.AddIndex(
            model_name="school",
            index=models.Index(fields=["postal_code"], name="school_by_postal_code"),
        ),
        migrations.AddField(
            model_name="bookedinstant",
            name="presenter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="outreach.presenter"
            ),
        ),
        migrations.AddField(
            model_name="bookedinstant",
            name="seminar",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="booked_instants", to="outreach.seminar"
            ),
        ),
        migrations.AddField(
            model_name="planassignment",
            name="presenter",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="outreach.presenter",
            ),
        ),
        migrations.AddField(
            model_name="planassignment",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="outreach.request"
            ),
        ),
        migrations.AddField(
            model_name="planassignment",
            name="seminar",
            field=models.ForeignKey(
                blank=True,
                help_text="That it goes on with.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="outreach.seminar",
            ),
        ),
        migrations.AddField(
            model_name="planversion",
            name="approved_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="planversion",
            name="based_on",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="outreach.planversion",
            ),
        ),
        migrations.AddField(
            model_name="planversion",
            name="created_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="planversion",
            name="job",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="portal.job"
            ),
        ),
        migrations.AddField(
            model_name="planversion",
            name="problem",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="planversion",
            name="season",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.season"),
        ),
        migrations.AddField(
            model_name="planassignment",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="assignments", to="outreach.planversion"
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="plan",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="seminars",
                to="outreach.planversion",
            ),
        ),
        migrations.AddField(
            model_name="presenterinvitation",
            name="agency",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="outreach.agency",
            ),
        ),
        migrations.AddField(
            model_name="presenterinvitation",
            name="invited_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="presenterinvitation",
            name="presenter",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="invitations",
                to="outreach.presenter",
            ),
        ),
        migrations.AddField(
            model_name="requestdraft",
            name="school",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="outreach.school"
            ),
        ),
        migrations.AddField(
            model_name="requestdraft",
            name="season",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="portal.season"),
        ),
        migrations.AddField(
            model_name="schoolblackout",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="blackouts", to="outreach.request"
            ),
        ),
        migrations.AddField(
            model_name="seminarnotice",
            name="presenter",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="outreach.presenter",
            ),
        ),
        migrations.AddField(
            model_name="seminarnotice",
            name="seminar",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="outreach.seminar"
            ),
        ),
        migrations.AddField(
            model_name="weeklyhours",
            name="presenter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="weekly_hours", to="outreach.presenter"
            ),
        ),
        migrations.AddConstraint(
            model_name="bookedinstant",
            constraint=models.UniqueConstraint(
                fields=("presenter", "mark"),
                name="presenter_in_one_place",
                violation_error_message="The presenter is somewhere else at that time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.UniqueConstraint(fields=("season", "number"), name="plan_number_once_a_season"),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "solving")), fields=("season",), name="one_optimisation_a_season"
            ),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                    _connector="OR",
                ),
                name="plan_approved_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="planassignment",
            constraint=models.UniqueConstraint(fields=("plan", "request"), name="request_once_a_plan"),
        ),
        migrations.AddConstraint(
            model_name="planassignment",
            constraint=models.UniqueConstraint(
                fields=("plan", "presenter", "starts_at"), name="presenter_begins_one_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="planassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("presenter__isnull", False),
                        ("reason_code", ""),
                        ("starts_at__isnull", False),
                        models.Q(("mode", ""), _negated=True),
                    ),
                    models.Q(
                        ("locked", False),
                        ("mode", ""),
                        ("presenter", None),
                        ("starts_at", None),
                        models.Q(("reason_code", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="request_served_or_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="presenterinvitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agency__isnull", False), ("presenter", None)),
                    models.Q(("agency", None), ("presenter__isnull", False)),
                    _connector="OR",
                ),
                name="invitation_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="schoolblackout",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lte", models.F("last"))),
                name="blackout_has_length",
                violation_error_message="The last day must not be before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seminarnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("presenter", None), ("to", "school")),
                    models.Q(("presenter__isnull", False), ("to", "presenter")),
                    _connector="OR",
                ),
                name="notice_to_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="seminarnotice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("to", "school")),
                fields=("seminar", "template", "sequence"),
                name="school_told_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="seminarnotice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("to", "presenter")),
                fields=("seminar", "presenter", "template", "sequence"),
                name="presenter_told_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="weeklyhours",
            constraint=models.UniqueConstraint(fields=("presenter", "weekday"), name="one_offer_a_weekday"),
        ),
        migrations.AddConstraint(
            model_name="weeklyhours",
            constraint=models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="weekday_of_seven"),
        ),
        migrations.AddConstraint(
            model_name="weeklyhours",
            constraint=models.CheckConstraint(
                condition=models.Q(("start__lt", models.F("end"))),
                name="weekly_hours_have_length",
                violation_error_message="The day must end after it begins.",
            ),
        ),
    ]
