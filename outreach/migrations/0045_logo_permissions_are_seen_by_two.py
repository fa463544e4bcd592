"""Whoever recorded a permission never approves it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0044_older_logo_permissions_go_on")]

    operations = [
        migrations.AddConstraint(
            model_name="logopermission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(
                        ("approved_at__isnull", False),
                        models.Q(
                            ("recorded_by", None),
                            models.Q(("approved_by", models.F("recorded_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="logo_permission_approved_by_a_second_person",
            ),
        ),
    ]
