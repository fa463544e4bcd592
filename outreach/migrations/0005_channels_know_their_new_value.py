import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0004_logos"),
    ]

    operations = [
        migrations.AddField(
            model_name="channel",
            name="replaced_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="Its new value.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaces",
                to="outreach.channel",
            ),
        ),
    ]
