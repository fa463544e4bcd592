"""The sizes of paper that the campaign began with; batches of before were printed on Letter."""

from decimal import Decimal

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SHEETS = (
    # slug, name, unit, width, height, bleed, safe
    ("letter", "Letter", "in", "8.5", "11", "0.125", "0.25"),
    ("tabloid", "Tabloid", "in", "11", "17", "0.125", "0.25"),
    ("a4", "A4", "mm", "210", "297", "3", "6"),
    ("a3", "A3", "mm", "297", "420", "3", "6"),
    ("car-card", "Car card", "in", "28", "11", "0.125", "0.5"),
    ("sticker", "Sticker", "in", "4", "6", "0.125", "0.125"),
)


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sheets = apps.get_model("campaign", "Sheet").objects
    for position, (slug, name, unit, *lengths) in enumerate(SHEETS, start=1):
        width, height, bleed, safe = map(Decimal, lengths)
        sheets.create(
            slug=slug, name=name, unit=unit, width=width, height=height, bleed=bleed, safe=safe, position=position
        )
    apps.get_model("campaign", "Batch").objects.filter(sheet=None).update(sheet=sheets.get(slug="letter"))


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name in ("GalleryPoster", "Invitation", "Comment", "DesignPicture"):
        apps.get_model("campaign", name).objects.all().delete()
    batches = apps.get_model("campaign", "Batch")
    batches.texts.through.objects.all().delete()
    batches.objects.update(sheet=None, logo=None)
    apps.get_model("campaign", "TextSet").objects.all().delete()
    apps.get_model("campaign", "Design").objects.exclude(pk__in=batches.objects.values("design")).delete()
    apps.get_model("campaign", "Sheet").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0004_designs_in_versions"),
    ]

    operations = [migrations.RunPython(seed, remove)]
