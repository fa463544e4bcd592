"""Presenters say no with a reason, and agencies add presenters of their own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0014_schools_are_found_by_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="presenter",
            name="added_through",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="added",
                to="outreach.presenterinvitation",
            ),
        ),
        migrations.CreateModel(
            name="Decline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("not_free", "I am not free then"),
                            ("too_far", "It is too far"),
                            ("not_mine", "It is not my topic or my language"),
                            ("other", "Something else"),
                        ],
                        max_length=8,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "presenter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="declines", to="outreach.presenter"
                    ),
                ),
                (
                    "seminar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="declines", to="outreach.seminar"
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
                "constraints": [models.UniqueConstraint(fields=("presenter", "seminar"), name="declined_once")],
            },
        ),
    ]
