import uuid

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0025_bookings_count_right"),
        ("portal", "0012_digests_are_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mou", "Memorandum of understanding"),
                            ("moa", "Memorandum of agreement"),
                            ("letter", "Letter of intent or support"),
                            ("data_sharing", "Data sharing agreement"),
                            ("funding", "Grant or funding agreement"),
                            ("licence", "License for marks or material"),
                            ("other", "Something else"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        help_text="What it is about: “Posters in stations, January 2027”.", max_length=160
                    ),
                ),
                ("reference", models.CharField(blank=True, help_text="Its number at either side.", max_length=60)),
                ("signed_on", models.DateField(blank=True, null=True)),
                (
                    "effective_on",
                    models.DateField(help_text="The first day on which it holds.", verbose_name="effective on"),
                ),
                (
                    "expires_on",
                    models.DateField(
                        blank=True, help_text="The last day; empty: until ended.", null=True, verbose_name="expires on"
                    ),
                ),
                (
                    "ended_on",
                    models.DateField(editable=False, help_text="The first day on which it holds no more.", null=True),
                ),
                ("ended_why", models.CharField(blank=True, editable=False, max_length=200)),
                (
                    "allows_co_branding",
                    models.BooleanField(
                        default=True,
                        help_text="The agency’s mark beside ours. If it ends, nothing new carries its logos.",
                        verbose_name="allows co-branding",
                    ),
                ),
                ("is_confidential", models.BooleanField(default=True, help_text="Leaves in no export.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("approved_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": ["-effective_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Distinct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="FormerName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160)),
                (
                    "why",
                    models.CharField(
                        choices=[("renamed", "Renamed"), ("merged", "Name of an agency that was merged into it")],
                        default="renamed",
                        max_length=7,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["agency", "name"],
            },
        ),
        migrations.CreateModel(
            name="MergeRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("moved", models.JSONField(help_text="By relation: [[key, former name or null], …].")),
                ("before", models.JSONField(help_text="Fields of the winner that the merge changed, as they were.")),
                ("after", models.JSONField(help_text="The same fields as the merge left them.")),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.TextField(max_length=2000)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="NoticeSent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("days", models.PositiveSmallIntegerField(help_text="The step: 90, 30, 7 or 0 days ahead.")),
                ("of_day", models.DateField(help_text="The last day at that time.")),
                ("sent_on", models.DateField(default=django.utils.timezone.localdate)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Participation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("invited", "Invited"),
                            ("agreed", "Takes part"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrew"),
                        ],
                        default="invited",
                        max_length=9,
                    ),
                ),
                ("parts", models.JSONField(blank=True, default=list, help_text="Values of Part, for this January.")),
                ("note", models.CharField(blank=True, help_text="No names.", max_length=200)),
            ],
            options={
                "verbose_name": "season",
                "ordering": ["-season", "agency"],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=200)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("done_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": [
                    models.OrderBy(models.F("done_at"), nulls_first=True),
                    models.OrderBy(models.F("due_on"), nulls_last=True),
                    "pk",
                ],
            },
        ),
        migrations.AddField(
            model_name="agency",
            name="merged_into",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="outreach.agency",
            ),
        ),
        migrations.AddField(
            model_name="agency",
            name="needs_agreement",
            field=models.BooleanField(
                default=False,
                help_text="Its logos are printed only while an approved agreement is in force, even if none is on record yet.",
                verbose_name="co-branding needs an agreement",
            ),
        ),
        migrations.AddField(
            model_name="agency",
            name="parts",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Values of Part, each once: what it does here.",
                verbose_name="parts in the campaign",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="consented_on",
            field=models.DateField(
                blank=True,
                help_text="Only of a person who may be named in public.",
                null=True,
                verbose_name="agreed to be named on",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="uid",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="contact",
            name="role",
            field=models.CharField(help_text="What to ask this address for. No names here.", max_length=120),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["agency", "is_confidential"], name="contact_of_agency"),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent", None), models.Q(("parent", models.F("id")), _negated=True), _connector="OR"
                ),
                name="agency_is_not_above_itself",
                violation_error_message="This office lies beneath the one you edit: choose one above it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None),
                    models.Q(("retired_at__isnull", False), models.Q(("merged_into", models.F("id")), _negated=True)),
                    _connector="OR",
                ),
                name="merged_agency_is_retired",
                violation_error_message="It was merged into another agency: undo the merge to bring it back.",
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="agreements", to="outreach.agency"
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="approved_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="document",
            field=models.ForeignKey(
                editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="recorded_by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="renews",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="renewed_by",
                to="outreach.agreement",
            ),
        ),
        migrations.AddField(
            model_name="distinct",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="distinct",
            name="first",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="outreach.agency"
            ),
        ),
        migrations.AddField(
            model_name="distinct",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="outreach.agency"
            ),
        ),
        migrations.AddField(
            model_name="formername",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="former_names", to="outreach.agency"
            ),
        ),
        migrations.AddField(
            model_name="mergerecord",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="mergerecord",
            name="loser",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="outreach.agency"
            ),
        ),
        migrations.AddField(
            model_name="mergerecord",
            name="undone_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="mergerecord",
            name="winner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="outreach.agency"
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="outreach.agency"
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="author",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="noticesent",
            name="agreement",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="outreach.agreement"
            ),
        ),
        migrations.AddField(
            model_name="noticesent",
            name="permission",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="outreach.logopermission",
            ),
        ),
        migrations.AddField(
            model_name="participation",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="participations", to="outreach.agency"
            ),
        ),
        migrations.AddField(
            model_name="participation",
            name="season",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.season"),
        ),
        migrations.AddField(
            model_name="task",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tasks", to="outreach.agency"
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="assigned_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="for",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="done_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(fields=["agency", "expires_on"], name="agreement_end"),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_on", None), ("expires_on__gte", models.F("effective_on")), _connector="OR"
                ),
                name="agreement_ends_after_it_begins",
                violation_error_message="It must expire after the day on which it begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at", None), ("approved_by", None)),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        ("signed_on__isnull", False),
                        models.Q(("approved_by", models.F("recorded_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="agreement_approved_by_a_second_person",
                violation_error_message="A second person approves it, and only once it is signed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_on", None), ("ended_why", "")),
                    models.Q(("ended_on__isnull", False), models.Q(("ended_why", ""), _negated=True)),
                    _connector="OR",
                ),
                name="agreement_ended_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("renews", None), models.Q(("renews", models.F("id")), _negated=True), _connector="OR"
                ),
                name="agreement_renews_another_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="distinct",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))), name="distinct_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="distinct",
            constraint=models.UniqueConstraint(fields=("first", "second"), name="distinct_said_once"),
        ),
        migrations.AddConstraint(
            model_name="formername",
            constraint=models.UniqueConstraint(
                models.F("agency"), django.db.models.functions.text.Lower("name"), name="former_name_once_an_agency"
            ),
        ),
        migrations.AddConstraint(
            model_name="mergerecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("winner", models.F("loser")), _negated=True), name="merge_of_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="mergerecord",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)), fields=("loser",), name="agency_merged_away_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticesent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreement", None), ("permission__isnull", False)),
                    models.Q(("agreement__isnull", False), ("permission", None)),
                    _connector="OR",
                ),
                name="notice_of_one_paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticesent",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__in", [0, 7, 30, 90])), name="notice_on_a_step"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticesent",
            constraint=models.UniqueConstraint(fields=("agreement", "days", "of_day"), name="notice_once_an_agreement"),
        ),
        migrations.AddConstraint(
            model_name="noticesent",
            constraint=models.UniqueConstraint(
                fields=("permission", "days", "of_day"), name="notice_once_a_permission"
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.UniqueConstraint(
                fields=("agency", "season"),
                name="participation_once_a_season",
                violation_error_message="That January is recorded for this agency already.",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(condition=models.Q(("done_at", None)), fields=["due_on"], name="task_open_by_day"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at", None), ("done_by", None)),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                    _connector="OR",
                ),
                name="task_done_by_somebody_at_a_time",
            ),
        ),
    ]
