"""People are asked to have an account, and where an account is signed in is known."""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0013_tries_are_counted"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountInvitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("email", models.EmailField(max_length=254)),
                ("roles", models.JSONField(default=list)),
                (
                    "purpose",
                    models.CharField(
                        blank=True, help_text="Who says what else happens (invitations.PURPOSES).", max_length=40
                    ),
                ),
                (
                    "payload",
                    models.JSONField(
                        blank=True, default=dict, help_text="What the purpose needs: keys, nothing of persons."
                    ),
                ),
                ("token_sha256", models.CharField(editable=False, max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(editable=False, null=True)),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("used_at", None), ("withdrawn_at", None), _connector="OR"),
                        name="invitation_ended_one_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("account", None), ("used_at__isnull", False), _connector="OR"),
                        name="invitation_used_by_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("account", None),
                            models.Q(("account", models.F("invited_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_invites_oneself",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("used_at", None), ("withdrawn_at", None)),
                        name="one_open_invitation_an_address",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LiveSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("device", models.CharField(help_text="The family alone: “Firefox on Windows”.", max_length=40)),
                ("started_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField(help_text="Noted every five minutes at most.")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="live_sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-last_seen_at", "-id"],
                "indexes": [models.Index(fields=["user", "started_at"], name="sessions_of_user")],
            },
        ),
    ]
