"""Who saw a permission beside its paper, besides who recorded it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0036_agencies_are_named_once_in_either_case"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="logopermission",
            name="approved_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Without a person: recorded before two were asked for.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="logopermission",
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
    ]
