"""Every entry has a digest; a redacted one says nothing; a redaction is decided by a second person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0011_old_entries_are_digested"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("content_digest", ""), _negated=True), name="entry_has_a_digest"
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("redacted_at", None), models.Q(("object_label", ""), ("salt", "")), _connector="OR"
                ),
                name="redacted_entry_says_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="head",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="chain_has_one_head"),
        ),
        migrations.AddConstraint(
            model_name="redaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("state", "asked")),
                    models.Q(
                        models.Q(("state", "asked"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="redaction_is_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="redaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="redaction_needs_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="redaction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asked", "done"])), fields=("entry",), name="redaction_asked_once"
            ),
        ),
    ]
