"""Seminars asked for by colleges were kept as if for minors."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def name_colleges(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    asked = apps.get_model("outreach", "Request").objects.filter(grades="college")
    apps.get_model("outreach", "Seminar").objects.filter(request__in=asked, audience="students").update(
        audience="college"
    )


def forget_colleges(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Those that are open without what minors need are drafts again: the older rule knows no other way."""
    colleges = apps.get_model("outreach", "Seminar").objects.filter(audience="college")
    colleges.filter(state="open").update(state="draft")
    colleges.update(audience="students")


class Migration(migrations.Migration):
    dependencies = [("outreach", "0021_college_students_are_adults")]

    operations = [migrations.RunPython(name_colleges, forget_colleges)]
