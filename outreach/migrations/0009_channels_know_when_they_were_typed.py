"""Checks of before a record was typed anew are of another record. What stands already counts as released."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0008_channels_know_their_key")]

    operations = [
        migrations.AddField(
            model_name="channel",
            name="entered_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text=(
                    "When somebody typed what it says: checks of before are of another record. Empty: as released."
                ),
                null=True,
            ),
        )
    ]
