"""Only agencies that somebody listed stand in the public directory: of those on record, the offices of the release."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from outreach.migrations._directory_of_2026 import walk


def list_offices_of_the_release(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Agency = apps.get_model("outreach", "Agency")
    offices = {fact.name for fact, _ in walk()}
    Agency.objects.filter(name__in=offices, is_demo=False).update(is_listed=True)


def keep(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Backwards: nothing to take away, since the column goes."""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0028_contacts_keep_to_the_rules")]

    operations = [
        migrations.AddField(
            model_name="agency",
            name="is_listed",
            field=models.BooleanField(
                "in the public directory",
                default=False,
                help_text="Anybody may then read its name, what it does, its website and its role addresses. "
                "Leave a shelter out, and whoever did not agree.",
            ),
        ),
        migrations.RunPython(list_offices_of_the_release, keep),
    ]
