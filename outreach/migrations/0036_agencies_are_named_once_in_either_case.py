"""No two agencies under one parent, or at the top, differ in their name's case alone."""

from typing import Any

from django.db import migrations, models
from django.db.models import Count, Q
from django.db.models.functions import Lower


class NamedTwice(Exception):
    """Agencies that the new rule would refuse; the text says which, and how to mend them."""


def refuse_doubles(apps: Any, schema_editor: Any) -> None:
    """Looks before the rule is made: nothing has changed when this raises ``NamedTwice``."""
    agencies = apps.get_model("outreach", "Agency").objects.order_by()
    named = agencies.annotate(called=Lower("name"))
    doubles = named.values("called", "parent").annotate(count=Count("pk")).filter(count__gt=1)
    told = []
    for double in doubles:
        rows = named.filter(called=double["called"], parent=double["parent"]).order_by("pk")
        told.append(" and ".join(f"“{row.name}” (key {row.pk})" for row in rows))
    if told:
        raise NamedTwice(
            f"These agencies have one name under one parent, in other letters: {'; '.join(told)}. Go back to the "
            "release before, merge each pair (Partners, Agencies, Look-alikes) or give one of them another name, then "
            "migrate again. Nothing was changed."
        )


class Migration(migrations.Migration):
    dependencies = [("outreach", "0035_agencies_have_an_address")]

    operations = [
        migrations.RunPython(refuse_doubles, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="agency", name="agency_name_once_under_a_parent"),
        migrations.RemoveConstraint(model_name="agency", name="agency_name_once_at_the_top"),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.UniqueConstraint(
                Lower("name"),
                "parent",
                name="agency_name_once_under_a_parent",
                violation_error_message="That office has one of this name beneath it already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.UniqueConstraint(
                Lower("name"),
                condition=Q(parent=None),
                name="agency_name_once_at_the_top",
                violation_error_message="There is an agency of this name already.",
            ),
        ),
    ]
