"""The one packing list of a batch becomes one of its papers, as the lists of newer batches are."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NAME = "packing-list.pdf"


def to_papers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    paper = apps.get_model("campaign", "Paper")
    batches = apps.get_model("campaign", "Batch").objects.exclude(packing_list=None)
    for batch, file in batches.values_list("pk", "packing_list").iterator():
        paper.objects.get_or_create(batch_id=batch, name=NAME, defaults={"file_id": file})


def to_batches(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    batches = apps.get_model("campaign", "Batch").objects
    for paper in apps.get_model("campaign", "Paper").objects.filter(name=NAME).iterator():
        batches.filter(pk=paper.batch_id).update(packing_list=paper.file_id)
        paper.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0017_papers_of_a_recall"),
    ]

    operations = [migrations.RunPython(to_papers, to_batches)]
