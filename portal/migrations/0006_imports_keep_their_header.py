"""A register's file keeps its header and its edition; the file of errors is made of the pages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0005_imports_in_pages"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="takenimport",
            name="error_file",
        ),
        migrations.AddField(
            model_name="takenimport",
            name="edition",
            field=models.PositiveSmallIntegerField(help_text="Year in which the file's school year begins.", null=True),
        ),
        migrations.AddField(
            model_name="takenimport",
            name="header",
            field=models.TextField(
                blank=True, help_text="The file's first line as it was, for the file of errors (Latin-1)."
            ),
        ),
    ]
