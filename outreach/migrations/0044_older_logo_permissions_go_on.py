"""Permissions of before two people were asked for go on: posters that carry them are ordered. They name no approver."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def let_go_on(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    permissions = apps.get_model("outreach", "LogoPermission")
    permissions.objects.filter(approved_at=None).update(approved_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("outreach", "0043_logo_permissions_are_approved")]

    operations = [migrations.RunPython(let_go_on, migrations.RunPython.noop)]
