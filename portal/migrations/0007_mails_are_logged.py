import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0006_imports_keep_their_header"),
        ("post_office", "0014_alter_email_recipient_delivery_status_and_more"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("to", models.EmailField(max_length=254)),
                ("template", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=10)),
                ("subject", models.CharField(max_length=200)),
                (
                    "about",
                    models.CharField(
                        blank=True, help_text="The row that it tells of: outreach.registration:12.", max_length=60
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=160, null=True, unique=True)),
                ("message_id", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("bounced_at", models.DateTimeField(blank=True, null=True)),
                (
                    "bounce",
                    models.CharField(
                        blank=True,
                        choices=[("", "–"), ("soft", "Later, perhaps"), ("hard", "Never arrives")],
                        default="",
                        max_length=4,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "email",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="waypost",
                        to="post_office.email",
                    ),
                ),
                (
                    "resend_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="resends",
                        to="portal.mail",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["about"], name="mails_about"),
                    models.Index(django.db.models.functions.text.Lower("to"), name="mails_to"),
                    models.Index(fields=["message_id"], name="mails_by_message_id"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("bounce", ""), ("bounced_at", None)),
                            models.Q(models.Q(("bounce", ""), _negated=True), ("bounced_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="bounce_has_a_day",
                    )
                ],
            },
        ),
    ]
