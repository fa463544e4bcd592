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
    # Deleted row by row in the database: on the way to "zero" Django holds two states of the model,
    # and its collector takes the one for a stranger of the other.
    for fact, _ in reversed(list(walk())):
        unused = Agency.objects.filter(name=fact.name, contacts=None, children=None, presenters=None)
        keys = list(unused.values_list("pk", flat=True))
        Agency.jurisdictions.through.objects.filter(agency_id__in=keys)._raw_delete(schema_editor.connection.alias)
        Agency.objects.filter(pk__in=keys)._raw_delete(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_initial"), ("portal", "0002_seed_areas_and_season")]

    operations = [migrations.RunPython(seed, unseed)]
