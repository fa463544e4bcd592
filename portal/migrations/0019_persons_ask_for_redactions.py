"""Whoever erases their own data asks for a redaction without an account."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0016_people_are_invited")]

    operations = [
        migrations.AlterField(
            model_name="redaction",
            name="asked_by",
            field=models.ForeignKey(
                help_text="None: whom it speaks of.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
