"""Seeds the areas of the United States and the season of January 2027."""

import datetime as dt

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portal.areas.register import AREAS, NATION

SEASON = 2027


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Area = apps.get_model("portal", "Area")
    Area.objects.bulk_create(
        Area(
            code=fact.code,
            number=fact.number,
            name=fact.name,
            kind=fact.kind.value,
            parent_id=None if fact is NATION else NATION.code,
            time_zones=list(fact.time_zones),
            land_border=fact.land_border,
        )
        for fact in AREAS
    )
    pairs = Area.neighbours.through
    pairs.objects.bulk_create(
        pairs(from_area_id=fact.code, to_area_id=code) for fact in AREAS for code in fact.neighbours
    )
    apps.get_model("portal", "Season").objects.create(
        year=SEASON,
        theme="Connect the dots. Strengthen communities. Prevent trafficking.",
        starts_on=dt.date(SEASON, 1, 1),
        ends_on=dt.date(SEASON, 1, 31),
        approve_by=dt.date(SEASON - 1, 11, 20),
        print_by=dt.date(SEASON - 1, 12, 4),
        ship_by=dt.date(SEASON - 1, 12, 14),
        hang_by=dt.date(SEASON - 1, 12, 31),
        is_current=True,
    )


def unseed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("portal", "Season").objects.filter(year=SEASON).delete()
    Area = apps.get_model("portal", "Area")
    Area.neighbours.through.objects.all().delete()
    Area.objects.exclude(parent=None).delete()
    Area.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = [migrations.RunPython(seed, unseed)]
