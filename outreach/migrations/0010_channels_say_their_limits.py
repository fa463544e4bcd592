"""The release's own channels say what people must be told first, and what happens when somebody uses them.

Only where nobody typed anything there. Going back leaves the words: they are as true as before.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ADVOCATES = ["minors", "harm"]
LIMITS: dict[str, list[str]] = {
    "us-hotline-call": ADVOCATES,
    "us-hotline-text": [*ADVOCATES, "rates"],
    "us-hotline-chat": [*ADVOCATES, "history"],
    "us-hotline-relay": ADVOCATES,
    "us-hotline-form": [*ADVOCATES, "history"],
    "us-hsi-call": ["immigration"],
    "us-hsi-form": ["immigration", "history"],
    "us-ncmec-call": ["police"],
    "us-ncmec-form": ["police", "history"],
    "ms-mdcps-form": ["history"],
}
HAPPENS: dict[str, str] = {
    "us-hotline-call": (
        "A trained advocate answers and asks how you are. You can ask for an interpreter, and stop at any time."
    ),
    "us-hotline-text": "A trained advocate writes back. You can stop at any time.",
    "us-hotline-chat": "The hotline’s own website opens. A trained advocate writes with you there.",
    "us-hotline-relay": "A relay operator joins the call and speaks or types for you. Tell them the hotline’s number.",
}


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    channels = apps.get_model("outreach", "Channel").objects
    for slug, codes in LIMITS.items():
        channels.filter(slug=slug, limits=[], entered_by=None).update(limits=codes)
    for slug, words in HAPPENS.items():
        channels.filter(slug=slug, what_happens="", entered_by=None).update(what_happens=words)


class Migration(migrations.Migration):
    dependencies = [("outreach", "0009_channels_know_when_they_were_typed")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
