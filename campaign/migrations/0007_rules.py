import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0006_batches_know_their_sheet"),
        ("portal", "0002_seed_areas_and_season"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="County",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                (
                    "languages",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="BCP 47 codes: zh-Hant, vi. Empty: looked up, and there is none.",
                    ),
                ),
                ("source", models.CharField(help_text="Where it was read.", max_length=200)),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("H", "High: primary or official text seen"),
                            ("M", "Medium: secondary or partial"),
                            ("L", "Low: not confirmed"),
                        ],
                        max_length=1,
                    ),
                ),
                (
                    "state",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.area"),
                ),
            ],
            options={
                "verbose_name_plural": "counties",
                "ordering": ["state", "name"],
            },
        ),
        migrations.CreateModel(
            name="CountyStation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stations", to="campaign.county"
                    ),
                ),
                (
                    "station",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="campaign.station"
                    ),
                ),
            ],
            options={
                "ordering": ["station"],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(help_text="Stable name of the record.", max_length=60, unique=True)),
                (
                    "jurisdiction",
                    models.CharField(help_text="Whose law it is, as people call it: Illinois.", max_length=80),
                ),
                ("citation", models.CharField(help_text="775 ILCS 50", max_length=160)),
                ("premises", models.JSONField(default=list, help_text="What the law speaks of.")),
                (
                    "operator_hosts",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Only premises of these operators, by the host of their address, such as mta.info. Empty: all.",
                    ),
                ),
                (
                    "condition",
                    models.CharField(
                        blank=True,
                        help_text="On what else it hangs that this portal doesn't record, as a sentence.",
                        max_length=200,
                    ),
                ),
                (
                    "locations",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Groups that all must hold, each of alternatives of which one suffices.",
                    ),
                ),
                (
                    "min_width",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Inches.",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "min_height",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Inches.",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "min_point_size",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="Points.",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("is_bold", models.BooleanField(default=False, help_text="The type must be bold.")),
                ("languages", models.JSONField(blank=True, default=list, help_text="BCP 47 codes: en, es.")),
                (
                    "by_county",
                    models.BooleanField(
                        default=False, help_text="And the language that the Voting Rights Act names for the county."
                    ),
                ),
                (
                    "text_mode",
                    models.CharField(
                        choices=[
                            ("free", "Free: our own words"),
                            ("model", "Model: the state's model notice"),
                            ("fixed", "Fixed: the statute's words, verbatim"),
                        ],
                        default="free",
                        max_length=5,
                    ),
                ),
                (
                    "statutory_text",
                    models.TextField(blank=True, help_text="The prescribed words, verbatim. Empty: not held here."),
                ),
                (
                    "obtain_from",
                    models.CharField(blank=True, help_text="Where the prescribed notice is had.", max_length=200),
                ),
                ("must_say", models.JSONField(blank=True, default=list, help_text="What the poster must name.")),
                (
                    "by_eye",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="What only a person can judge, one to a line: clearly legible.",
                    ),
                ),
                (
                    "obligation",
                    models.CharField(
                        choices=[("shall", "Shall"), ("seek", "Seek to"), ("voluntary", "Voluntary")],
                        default="shall",
                        max_length=9,
                    ),
                ),
                ("effective_from", models.DateField(blank=True, null=True)),
                ("effective_to", models.DateField(blank=True, null=True)),
                ("source", models.CharField(help_text="Where it was read.", max_length=200)),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("H", "High: primary or official text seen"),
                            ("M", "Medium: secondary or partial"),
                            ("L", "Low: not confirmed"),
                        ],
                        max_length=1,
                    ),
                ),
                (
                    "unsure",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Facts recorded less surely than the rest: they warn, and never block.",
                    ),
                ),
                ("recorded_on", models.DateField(help_text="The day on which these facts were written down.")),
                ("verified_on", models.DateField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.area"),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["jurisdiction", "citation"],
            },
        ),
        migrations.AddConstraint(
            model_name="county",
            constraint=models.UniqueConstraint(fields=("state", "name"), name="county_once_in_a_state"),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("min_height", None), ("min_width", None)),
                    models.Q(("min_height__isnull", False), ("min_width__isnull", False)),
                    _connector="OR",
                ),
                name="rule_gives_both_measures",
                violation_error_message="Give both width and height, or neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effective_from", None),
                    ("effective_to", None),
                    ("effective_from__lte", models.F("effective_to")),
                    _connector="OR",
                ),
                name="rule_in_force_from_before_to",
                violation_error_message="“Effective from” must not lie after “effective to”.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("changed_by", None),
                    ("verified_by", None),
                    models.Q(("changed_by", models.F("verified_by")), _negated=True),
                    _connector="OR",
                ),
                name="rule_verified_by_somebody_else",
            ),
        ),
    ]
