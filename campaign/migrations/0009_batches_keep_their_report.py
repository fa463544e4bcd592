from django.db import migrations, models


def from_warnings(apps, schema_editor):
    """What was told of batches before there were checks stands in their report without a check's code."""
    batches = apps.get_model("campaign", "Batch").objects.exclude(warnings=[])
    for batch in batches.only("warnings").iterator():
        batch.report = [{"code": "TOLD", "outcome": "warn", "sentence": told, "where": ""} for told in batch.warnings]
        batch.save(update_fields=["report"])


def to_warnings(apps, schema_editor):
    batches = apps.get_model("campaign", "Batch").objects.exclude(report=[])
    for batch in batches.only("report").iterator():
        batch.warnings = [said["sentence"] for said in batch.report if said["outcome"] == "warn"]
        batch.save(update_fields=["warnings"])


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0008_seed_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="report",
            field=models.JSONField(
                default=list, help_text="Of preflight: {code, outcome, sentence, where} for each finding."
            ),
        ),
        migrations.RunPython(from_warnings, to_warnings, elidable=True),
        migrations.RemoveField(model_name="batch", name="warnings"),
    ]
