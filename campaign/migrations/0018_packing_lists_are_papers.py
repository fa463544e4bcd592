from django.db import migrations

NAME = "packing-list.pdf"


def to_papers(apps, schema_editor):
    """The one packing list of a batch becomes one of its papers, as the lists of newer batches are."""
    paper = apps.get_model("campaign", "Paper")
    batches = apps.get_model("campaign", "Batch").objects.exclude(packing_list=None)
    for batch, file in batches.values_list("pk", "packing_list").iterator():
        paper.objects.get_or_create(batch_id=batch, name=NAME, defaults={"file_id": file})


def to_batches(apps, schema_editor):
    batches = apps.get_model("campaign", "Batch").objects
    for paper in apps.get_model("campaign", "Paper").objects.filter(name=NAME).iterator():
        batches.filter(pk=paper.batch_id).update(packing_list=paper.file_id)
        paper.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0017_papers_of_a_recall"),
    ]

    operations = [migrations.RunPython(to_papers, to_batches)]
