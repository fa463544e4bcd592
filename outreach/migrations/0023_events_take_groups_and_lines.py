import uuid

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0022_college_seminars_say_so"),
        ("portal", "0006_imports_keep_their_header"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BookingNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("template", models.CharField(max_length=60)),
                (
                    "key",
                    models.CharField(
                        help_text="What is told: a sequence of the event, an offer, a reminder.", max_length=60
                    ),
                ),
                ("due_at", models.DateTimeField(help_text="UTC: not before.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("queued_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(editable=False, max_length=16, unique=True)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("issued_on", models.DateField()),
                ("salt", models.BinaryField()),
                (
                    "digest",
                    models.CharField(
                        blank=True, editable=False, help_text="Keyed, of salt, name and code.", max_length=64
                    ),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="CheckIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("device", models.UUIDField(help_text="Made by the browser at the door; tells two phones apart.")),
                (
                    "kind",
                    models.CharField(
                        choices=[("arrived", "Arrived"), ("counted", "Counted"), ("undone", "Undone")], max_length=7
                    ),
                ),
                ("people", models.PositiveSmallIntegerField()),
                (
                    "scanned_at",
                    models.DateTimeField(help_text="UTC, by the device's clock, set right by the server's."),
                ),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                (
                    "standing",
                    models.CharField(
                        choices=[("counts", "Counts"), ("conflict", "Conflict"), ("taken_back", "Taken back")],
                        default="counts",
                        max_length=10,
                    ),
                ),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="DoorLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(help_text="Which door, or who: Main door.", max_length=40)),
                ("token_sha256", models.CharField(editable=False, max_length=64, unique=True)),
                ("expires_at", models.DateTimeField(help_text="UTC.")),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="FeedbackTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(max_length=30)),
                ("answer", models.CharField(max_length=20)),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["question", "answer"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="registration",
            name="one_live_booking_per_address",
        ),
        migrations.RemoveConstraint(
            model_name="registration",
            name="booking_has_a_seat",
        ),
        migrations.AddField(
            model_name="registration",
            name="adults",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="registration",
            name="booked_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="registration",
            name="ended",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "–"),
                    ("guest", "By the guest"),
                    ("staff", "By staff"),
                    ("called_off", "The event was called off"),
                    ("not_taken", "The offer was not taken in time"),
                    ("began", "It began before a seat became free"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="fingerprint",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="Keyed digest of the wish: the same wish again is a retry.",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="forgotten_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="registration",
            name="grades",
            field=models.CharField(
                blank=True,
                choices=[
                    ("K-5", "Grades K to 5"),
                    ("6-8", "Grades 6 to 8"),
                    ("9-12", "Grades 9 to 12"),
                    ("6-12", "Grades 6 to 12 together"),
                    ("college", "College or university"),
                    ("adults", "Adults: staff or parents"),
                ],
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="group_name",
            field=models.CharField(blank=True, help_text="Of the class; never a person's.", max_length=120),
        ),
        migrations.AddField(
            model_name="registration",
            name="has_answered",
            field=models.BooleanField(
                default=False, editable=False, help_text="Gave feedback; what, nothing here tells."
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="kind",
            field=models.CharField(
                choices=[("adult", "Adults"), ("class", "A class or another group, with its adults")],
                default="adult",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="line",
            field=models.PositiveIntegerField(
                blank=True, editable=False, help_text="Place in line, given once.", null=True
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="offer_ends_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="registration",
            name="offered_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="registration",
            name="offers",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="registration",
            name="reminders",
            field=models.BooleanField(default=False, help_text="Asked to be reminded."),
        ),
        migrations.AddField(
            model_name="registration",
            name="sequence",
            field=models.PositiveSmallIntegerField(
                default=0, editable=False, help_text="iCalendar SEQUENCE of this entry, as last sent."
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="ticket",
            field=models.CharField(default=None, editable=False, max_length=13, null=True),
        ),
        migrations.AddField(
            model_name="seminar",
            name="attended",
            field=models.PositiveIntegerField(
                blank=True, editable=False, help_text="People who came; stays when names are forgotten.", null=True
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="booking_closes_at",
            field=models.DateTimeField(
                blank=True, help_text="UTC. Empty: bookings are taken until it begins.", null=True
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="changed_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, editable=False, help_text="When what everyone sees changed last."
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="cloned_from",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="outreach.seminar",
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="content_note",
            field=models.TextField(
                blank=True, help_text="What some may find hard to hear, said before: shown to everyone."
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="expect",
            field=models.TextField(blank=True, help_text="Shown to everyone.", verbose_name="what to expect"),
        ),
        migrations.AddField(
            model_name="seminar",
            name="groups",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="Most classes that may come; empty: only the seats count.", null=True
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="groups_taken",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="seminar",
            name="host",
            field=models.ForeignKey(
                blank=True,
                help_text="Who invites.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="outreach.agency",
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="largest_group",
            field=models.PositiveSmallIntegerField(default=40, help_text="Most seats that one class may book."),
        ),
        migrations.AddField(
            model_name="seminar",
            name="last_in_line",
            field=models.PositiveIntegerField(default=0, editable=False, help_text="Place last given; none twice."),
        ),
        migrations.AddField(
            model_name="seminar",
            name="moved_from",
            field=models.DateTimeField(
                blank=True, editable=False, help_text="UTC: when it was to be first.", null=True
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="partners",
            field=models.ManyToManyField(
                blank=True,
                help_text="Named on the page, with their logo where it is permitted.",
                related_name="+",
                to="outreach.agency",
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="takes_classes",
            field=models.BooleanField(
                default=False, help_text="A class or another group may come, booked by its adult as a headcount."
            ),
        ),
        migrations.AddField(
            model_name="seminar",
            name="waiting",
            field=models.PositiveIntegerField(default=0, editable=False, help_text="Bookings that wait for seats."),
        ),
        migrations.AddField(
            model_name="seminar",
            name="waitlist",
            field=models.CharField(
                choices=[
                    ("none", "No waiting list"),
                    ("in_order", "In order: seats wait for the first in line, however many they need"),
                    ("fits", "The first in line whom the free seats are enough for"),
                ],
                default="in_order",
                help_text="What happens to freed seats; the page says so.",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="registration",
            name="nonce",
            field=models.UUIDField(
                blank=True, help_text="Of the form that was sent: a second send is the same booking.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="registration",
            name="seats",
            field=models.PositiveSmallIntegerField(default=1, help_text="Everyone who comes, adults included."),
        ),
        migrations.AlterField(
            model_name="registration",
            name="state",
            field=models.CharField(
                choices=[
                    ("booked", "Booked"),
                    ("waiting", "Waiting"),
                    ("offered", "Offered seats"),
                    ("lapsed", "Let lapse"),
                    ("cancelled", "Cancelled"),
                ],
                default="booked",
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="seminar",
            name="capacity",
            field=models.PositiveIntegerField(default=30, help_text="Seats."),
        ),
        migrations.AlterField(
            model_name="seminar",
            name="seats_taken",
            field=models.PositiveIntegerField(default=0, editable=False, help_text="Booked or offered."),
        ),
        migrations.AddField(
            model_name="bookingnotice",
            name="registration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="outreach.registration"
            ),
        ),
        migrations.AddField(
            model_name="certificate",
            name="registration",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="certificate",
                to="outreach.registration",
            ),
        ),
        migrations.AddField(
            model_name="certificate",
            name="seminar",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="certificates", to="outreach.seminar"
            ),
        ),
        migrations.AddField(
            model_name="checkin",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="checkin",
            name="registration",
            field=models.ForeignKey(
                blank=True,
                help_text="None: a headcount of a class that has no booking.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="check_ins",
                to="outreach.registration",
            ),
        ),
        migrations.AddField(
            model_name="checkin",
            name="seminar",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="check_ins", to="outreach.seminar"
            ),
        ),
        migrations.AddField(
            model_name="checkin",
            name="undoes",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by",
                to="outreach.checkin",
            ),
        ),
        migrations.AddField(
            model_name="doorlink",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="doorlink",
            name="seminar",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="door_links", to="outreach.seminar"
            ),
        ),
        migrations.AddField(
            model_name="checkin",
            name="door",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="outreach.doorlink",
            ),
        ),
        migrations.AddField(
            model_name="feedbacktally",
            name="seminar",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tallies", to="outreach.seminar"
            ),
        ),
        migrations.AddIndex(
            model_name="bookingnotice",
            index=models.Index(condition=models.Q(("queued_at", None)), fields=["due_at"], name="guests_to_tell"),
        ),
        migrations.AddConstraint(
            model_name="bookingnotice",
            constraint=models.UniqueConstraint(fields=("registration", "template", "key"), name="guest_told_once"),
        ),
        migrations.AddIndex(
            model_name="checkin",
            index=models.Index(fields=["seminar", "id"], name="check_ins_of_an_event"),
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["arrived", "counted"]), ("standing", "counts")),
                fields=("registration",),
                name="one_arrival_a_booking",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.CheckConstraint(condition=models.Q(("people__lte", 2000)), name="check_in_of_a_crowd"),
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "undone"), ("undoes__isnull", False)),
                    models.Q(models.Q(("kind", "undone"), _negated=True), ("undoes", None)),
                    _connector="OR",
                ),
                name="undone_undoes_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="feedbacktally",
            constraint=models.UniqueConstraint(fields=("seminar", "question", "answer"), name="one_tally_an_answer"),
        ),
    ]
