"""Entries that are older than the chain get a salt and a digest; the linker links them first, in their order."""

import hashlib
import json
import math
import secrets
from decimal import Decimal

from django.db import migrations

BATCH = 1000


def settled(value):
    """One spelling of each number, as ``portal.audit.digests`` had it when this was written."""
    if isinstance(value, dict):
        return {key: settled(each) for key, each in value.items()}
    if isinstance(value, list):
        return [settled(each) for each in value]
    if isinstance(value, float) and math.isfinite(value):
        exact = Decimal(repr(value))
        return int(exact) if exact == exact.to_integral_value() else value
    return value


def digest_entries(apps, schema_editor):
    Entry = apps.get_model("portal", "Entry")
    last = 0
    while entries := list(Entry.objects.filter(pk__gt=last, content_digest="").order_by("pk")[:BATCH]):
        for entry in entries:
            entry.salt = secrets.token_hex(16)
            said = [entry.object_label, settled(entry.before), settled(entry.after)]
            plain = json.dumps(said, sort_keys=True, separators=(",", ":"))
            entry.content_digest = hashlib.sha256((entry.salt + plain).encode()).hexdigest()
        Entry.objects.bulk_update(entries, ["salt", "content_digest"])
        last = entries[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0010_the_trail_is_a_chain"),
    ]

    operations = [
        migrations.RunPython(digest_entries, migrations.RunPython.noop, elidable=True),
    ]
