from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0018_packing_lists_are_papers"),
    ]

    operations = [migrations.RemoveField(model_name="batch", name="packing_list")]
