"""Contacts get their keys, persons nobody asked are confidential, and the directory says what its offices do here.

Of agencies only what is blank is filled: whatever staff wrote, renamed, moved or retired stays as it is.
"""

import uuid

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PARTS = {
    ("Blue Campaign", ""): ["posters", "press"],
    ("Center for Countering Human Trafficking", "CCHT"): ["seminars", "task_force"],
    ("Homeland Security Investigations", "HSI"): ["seminars", "hotline"],
    ("Federal Air Marshal Service", "FAMS"): ["distribution"],
    ("Department of Transportation", "DOT"): ["posting"],
    ("Federal Bureau of Investigation", "FBI"): ["seminars", "task_force"],
    ("Office for Victims of Crime", "OVC"): ["funding"],
    ("Bureau of Justice Assistance", "BJA"): ["funding"],
    ("Office on Trafficking in Persons", "OTIP"): ["funding"],
    ("Enhanced Collaborative Model task forces", "ECM"): ["task_force"],
    ("Internet Crimes Against Children task forces", "ICAC"): ["task_force"],
    ("National Railroad Passenger Corporation", "Amtrak"): ["posting"],
    ("Amtrak Police Department", "APD"): ["distribution"],
    ("Compass Connections", ""): ["hotline"],
    ("National Center for Missing & Exploited Children", "NCMEC"): ["hotline"],
    ("National Runaway Safeline", "NRS"): ["hotline"],
}
"""By (name, acronym), as migration 0002 wrote them."""


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Agency, Contact = apps.get_model("outreach", "Agency"), apps.get_model("outreach", "Contact")
    for contact in Contact.objects.filter(uid=None):
        contact.uid = uuid.uuid4()
        contact.save(update_fields=["uid"])
    Contact.objects.exclude(name="").filter(is_confidential=False).update(is_confidential=True)
    for (name, acronym), parts in PARTS.items():
        Agency.objects.filter(name=name, acronym=acronym, parts=[], is_demo=False).update(parts=parts)


def keep(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Backwards: nothing to take away, since the columns go."""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0026_agencies_at_the_desk")]

    operations = [migrations.RunPython(fill, keep)]
