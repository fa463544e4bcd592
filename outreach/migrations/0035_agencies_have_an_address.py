"""An agency's name in full, and where letters to it go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0032_partners_have_pages")]

    operations = [
        migrations.AddField(
            model_name="agency",
            name="legal_name",
            field=models.CharField(
                blank=True, help_text="As it signs papers, where that differs from its name.", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="agency",
            name="postal_address",
            field=models.TextField(
                blank=True, help_text="Line by line, as on an envelope; an office, never a home.", max_length=300
            ),
        ),
    ]
