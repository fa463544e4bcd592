"""Seeds the public directory of offices and programmes."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from outreach.migrations._directory_of_2026 import AgencyFact, walk


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Agency = apps.get_model("outreach", "Agency")
    made: dict[AgencyFact, object] = {}
    for fact, parent in walk():
        agency = Agency.objects.create(
            parent=made[parent] if parent else None,
            name=fact.name,
            acronym=fact.acronym,
            kind=fact.kind,
            level=fact.level,
            description=fact.description,
            website=fact.website,
        )
        agency.jurisdictions.set(fact.areas)
        made[fact] = agency


def unseed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Agency = apps.get_model("outreach", "Agency")
    for fact, _ in reversed(list(walk())):
        for agency in Agency.objects.filter(name=fact.name, contacts=None, children=None, presenters=None):
            agency.delete()


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_initial"), ("portal", "0002_seed_areas_and_season")]

    operations = [migrations.RunPython(seed, unseed)]
