import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0027_contacts_and_parts_of_the_directory")]

    operations = [
        migrations.AlterField(
            model_name="contact",
            name="uid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("name", ""), ("is_confidential", True), ("consented_on__isnull", False), _connector="OR"
                ),
                name="person_in_public_agreed",
                violation_error_message="A person is named in public only after agreeing: say on which day.",
            ),
        ),
    ]
