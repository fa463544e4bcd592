from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0005_seed_sheets"),
    ]

    operations = [
        migrations.AlterField(
            model_name="batch",
            name="sheet",
            field=models.ForeignKey(on_delete=models.deletion.PROTECT, related_name="+", to="campaign.sheet"),
        ),
    ]
