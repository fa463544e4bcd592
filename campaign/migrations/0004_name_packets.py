from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0003_decline_placements"),
    ]

    operations = [
        migrations.AddField(
            model_name="packet",
            name="name",
            field=models.CharField(
                default="", help_text="The file's name in downloads and in the manifest.", max_length=160
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="packet",
            name="file",
            field=models.ForeignKey(
                help_text="Empty until it is delivered.",
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                to="portal.storedfile",
            ),
        ),
        migrations.AddConstraint(
            model_name="packet",
            constraint=models.UniqueConstraint(fields=["batch", "name"], name="packet_name_once_in_a_batch"),
        ),
        migrations.AddConstraint(
            model_name="packet",
            constraint=models.CheckConstraint(
                condition=Q(station=None, train__isnull=False) | Q(station__isnull=False, train=None),
                name="packet_of_a_station_or_a_train",
            ),
        ),
    ]
