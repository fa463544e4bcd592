"""Rows of before meet the new rules: keys of presenters, positions on Earth, steps of five minutes, seminars for students.

A seminar for students that was open without what must be there goes back to draft: nobody loses it, and
somebody looks at it. Going back leaves what was mended.
"""

import uuid

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q


def mend(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    presenters = apps.get_model("outreach", "Presenter")
    requests = apps.get_model("outreach", "Request")
    schools = apps.get_model("outreach", "School")
    seminars = apps.get_model("outreach", "Seminar")

    for presenter in presenters.objects.filter(key=None).iterator():
        presenter.key, presenter.calendar_key = uuid.uuid4(), uuid.uuid4()
        presenter.max_per_day = min(max(presenter.max_per_day, 1), 8)
        presenter.radius_miles = min(presenter.radius_miles, 500)
        presenter.save(update_fields=["key", "calendar_key", "max_per_day", "radius_miles"])
    seen = set()
    for presenter in presenters.objects.filter(retired_at=None).order_by("id"):
        address = (presenter.agency_id, presenter.email.lower())
        if address in seen:
            # The record stays; the address of a second one with it says which it is.
            name, _, host = presenter.email.partition("@")
            presenter.email = f"{name}+{presenter.pk}@{host}"
            presenter.save(update_fields=["email"])
        seen.add(address)

    nowhere = (
        Q(latitude=None) ^ Q(longitude=None)
        | Q(latitude__lt=-90) | Q(latitude__gt=90) | Q(longitude__lt=-180) | Q(longitude__gt=180)
    )  # fmt: skip
    for rows in (presenters, schools):
        rows.objects.filter(nowhere).update(latitude=None, longitude=None)

    for rows in (requests, seminars):
        for pk, minutes in rows.objects.values_list("pk", "minutes"):
            fitting = min(max(round(minutes / 5) * 5, 15), 240 if rows is requests else minutes + 5)
            if fitting != minutes:
                rows.objects.filter(pk=pk).update(minutes=fitting)

    for request in requests.objects.prefetch_related("preferred_dates"):
        windows = set()
        for rank, day in enumerate(request.preferred_dates.order_by("rank")):
            if (day.date, day.earliest) in windows or rank > 9:
                day.delete()
            windows.add((day.date, day.earliest))

    students = seminars.objects.filter(audience="students")
    students.filter(state="open").update(state="draft")
    students.exclude(seats_taken=0).update(seats_taken=0)


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0011_requests_presenters_and_plans"),
    ]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop)]
