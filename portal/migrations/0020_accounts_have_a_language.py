"""Mails to an account speak the language in which its holder signs in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0019_persons_ask_for_redactions")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                default="en",
                editable=False,
                help_text="Mails to the account speak it: that of the page on which its holder last signed in or asked.",
                max_length=10,
            ),
        ),
    ]
