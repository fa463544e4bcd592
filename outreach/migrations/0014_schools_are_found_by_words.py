"""Schools of before get the words by which they are found. The folding stands here as it was then."""

import re
import unicodedata

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 500


def write_words(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schools = apps.get_model("outreach", "School")
    rows = schools.objects.filter(search="").select_related("state").order_by("pk")
    while batch := list(rows[:BATCH]):
        for school in batch:
            state = f" {_fold(f'{school.state.pk} {school.state.name}')}" if school.state else ""
            end = f"{state} {_fold(school.source_id)}".rstrip()
            school.search = f" {_fold(f'{school.name} {school.city}')}"[: 260 - len(end)] + end
        schools.objects.bulk_update(batch, ["search"])


def _fold(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    text = "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
    return re.sub(r"[\W_]+", " ", re.sub(r"['’ʻʼ`´]", "", text)).strip()


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0013_seminars_open_with_care"),
    ]

    operations = [migrations.RunPython(write_words, migrations.RunPython.noop)]
