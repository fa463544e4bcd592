"""Every channel gets the key of its value, how it is tested, and since when it is shown.

The release's own values are shown at once; what somebody typed was shown before and stays.
"""

import re

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
READ_ONLY = ("911", "988", "711")


EXTENSION = re.compile(r"(?i)[\s,;]*(?<![a-z])(?:extension|ext|x|#)\.?\s*(\d{1,7})\s*$")


def key_of(kind: str, value: str) -> str:
    """The value whatever way it is written; frozen from ``outreach.channels.values``."""
    value = value.strip()
    if kind in ("chat", "web_form"):
        return "web:" + re.sub(r"^https?://", "", value.lower()).removeprefix("www.").rstrip("/")
    if kind == "email":
        return "mail:" + value.lower()
    found = EXTENSION.search(value)
    number, extension = (value[: found.start()], found[1]) if found else (value, "")
    digits = re.sub(r"\D", "", number.upper().translate(KEYPAD))
    if number.startswith("+"):
        digits = f"+{digits}"
    elif len(digits) == 10:
        digits = f"+1{digits}"
    elif len(digits) == 11 and digits.startswith("1"):
        digits = f"+{digits}"
    scheme = kind if kind in ("sms", "relay") else "tel"
    return f"{scheme}:{digits}" + (f";ext={extension}" if extension else "")


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    now = timezone.now()
    for channel in apps.get_model("outreach", "Channel").objects.order_by("pk"):
        channel.value_key = key_of(channel.kind, channel.value)
        if channel.value in READ_ONLY or channel.value.endswith("988lifeline.org"):
            channel.tested_by = "read"
        elif channel.kind in ("chat", "web_form", "email"):
            channel.tested_by = "open"
        elif channel.kind == "sms":
            channel.tested_by = "text"
        channel.always_open = channel.hours == "24/7"
        if channel.confidence == "H" and channel.may_print:
            channel.shown_since = now
        channel.save(update_fields=["value_key", "tested_by", "always_open", "shown_since"])


class Migration(migrations.Migration):
    dependencies = [("outreach", "0007_channels_are_checked")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
