"""The words and the poster of before had no versions; the release brings its own after the migration.

A design that a batch was printed with stays, retired.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def clear(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("campaign", "GalleryPoster").objects.all().delete()
    apps.get_model("campaign", "TextSet").objects.all().delete()
    designs = apps.get_model("campaign", "Design").objects
    printed = apps.get_model("campaign", "Batch").objects.values("design")
    designs.exclude(pk__in=printed).delete()
    # Not the office retired them: what the release ships next comes approved.
    designs.update(state="retired", approved_by_release=False)


def keep(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Backwards, what the release brought would not fit the columns of before."""
    apps.get_model("campaign", "TextSet").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0002_seed_first_poster"),
    ]

    operations = [migrations.RunPython(clear, keep)]
