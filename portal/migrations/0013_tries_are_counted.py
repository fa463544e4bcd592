"""Tries to sign in that failed are counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0012_digests_are_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tries",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.PositiveSmallIntegerField(default=0)),
                ("since", models.DateTimeField(db_index=True)),
            ],
            options={"verbose_name_plural": "tries"},
        ),
    ]
