import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0010_prescribed_notices"),
        ("outreach", "0005_channels_know_their_new_value"),
        ("portal", "0002_seed_areas_and_season"),
    ]

    operations = [
        migrations.AddField(
            model_name="packet",
            name="area",
            field=models.ForeignKey(
                help_text="Whose lines its posters carry. Empty: ordered before this was kept.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.area",
            ),
        ),
        migrations.CreateModel(
            name="Carried",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.CharField(help_text="As it is printed.", max_length=200)),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.area"),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="carried", to="campaign.batch"
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="outreach.channel"
                    ),
                ),
            ],
            options={
                "ordering": ["batch", "area", "channel"],
                "indexes": [models.Index(fields=["value"], name="carried_value")],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "area", "channel"), name="line_once_in_an_area_of_a_batch")
                ],
            },
        ),
    ]
