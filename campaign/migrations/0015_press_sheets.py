"""The sheets on which print shops in North America and elsewhere put several posters; ``safe`` is what a press leaves white."""

from decimal import Decimal

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SHEETS = (
    # slug, name, unit, width, height, safe
    ("press-12x18", "Press sheet", "in", "12", "18", "0.125"),
    ("press-13x19", "Press sheet", "in", "13", "19", "0.125"),
    ("press-sra3", "Press sheet SRA3", "mm", "320", "450", "3"),
)


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sheets = apps.get_model("campaign", "Sheet").objects
    for position, (slug, name, unit, *lengths) in enumerate(SHEETS, start=11):
        width, height, safe = map(Decimal, lengths)
        measures = {"unit": unit, "width": width, "height": height, "bleed": Decimal(0), "safe": safe}
        # A sheet that somebody drew under the same slug is left as it is.
        sheets.get_or_create(slug=slug, defaults={"name": name, "is_press": True, "position": position, **measures})


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("campaign", "Batch").objects.update(imposed_on=None)
    apps.get_model("campaign", "Sheet").objects.filter(slug__in=[slug for slug, *_ in SHEETS], is_press=True).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0014_sheets_of_a_press"),
    ]

    operations = [migrations.RunPython(seed, remove)]
