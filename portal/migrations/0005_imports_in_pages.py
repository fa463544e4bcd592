import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def say_what_was_undone(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("portal", "TakenImport").objects.exclude(undone_at=None).update(state="undone")


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0004_imports_can_be_undone"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                ("new", models.PositiveSmallIntegerField(default=0)),
                ("changed", models.PositiveSmallIntegerField(default=0)),
                ("closed", models.PositiveSmallIntegerField(default=0)),
                ("reopened", models.PositiveSmallIntegerField(default=0)),
                ("refused", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["taken", "number"],
            },
        ),
        migrations.AddField(
            model_name="takenimport",
            name="counts",
            field=models.JSONField(default=dict, help_text="new, changed, closed, reopened, unchanged, refused."),
        ),
        migrations.AddField(
            model_name="takenimport",
            name="draft",
            field=models.CharField(blank=True, help_text="The uploaded file, until it was read.", max_length=100),
        ),
        migrations.AddField(
            model_name="takenimport",
            name="error_file",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="portal.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="takenimport",
            name="failure",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="takenimport",
            name="job",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="portal.job"
            ),
        ),
        migrations.AddField(
            model_name="takenimport",
            name="kind",
            field=models.CharField(blank=True, help_text="The file's layout.", max_length=60),
        ),
        migrations.AddField(
            model_name="takenimport",
            name="state",
            field=models.CharField(
                choices=[
                    ("reading", "Being read"),
                    ("read", "Read: look, then take it"),
                    ("taking", "Being taken"),
                    ("taken", "Taken"),
                    ("undoing", "Being undone"),
                    ("undone", "Undone"),
                    ("refused", "Refused"),
                    ("dropped", "Dropped"),
                ],
                default="taken",
                max_length=7,
            ),
        ),
        migrations.RunPython(say_what_was_undone, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="takenimport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["taking", "undoing"])),
                fields=("model",),
                name="one_bulk_import_at_a_time",
            ),
        ),
        migrations.AddField(
            model_name="importpage",
            name="taken",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="pages", to="portal.takenimport"
            ),
        ),
        migrations.AddConstraint(
            model_name="importpage",
            constraint=models.UniqueConstraint(fields=("taken", "number"), name="import_page_once"),
        ),
    ]
