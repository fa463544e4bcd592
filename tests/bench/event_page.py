"""Pages of events beside a bare Django view and a bare page, under the same gunicorn.

`./waypost bench event_page [--seconds 3] [--rounds 3] [--lines 8] [--events 40]`. One line of JSON each: requests a
second, p50 and p99 in milliseconds, and the server's own processor time a request; then queries, bytes, and the memory
of each web process. Every round measures all of them in turn, and the medians are told. A bare view answers "ok"; a bare
page reads the event's row and fills a template of a few lines, without middleware. One page that many open is answered as
it was a moment ago (portal.pages.kept); of pages that are each another's none is. Run it on a quiet machine: visitors
and server share its processors.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.echo import BARE, QUERIES, ROOT, environment, measured, say, tell

#: As little as a page about an event can be: one row by its uid, one template, no middleware.
BARE_PAGE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "bare_page"
sys.path.insert(0, {root!r})
from django.core.wsgi import get_wsgi_application

SECRET_KEY = "bare"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bare_page"
USE_TZ = True
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": {database!r}}}}}
TEMPLATES = [{{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [{folder!r}]}}]
INSTALLED_APPS = []

from django.urls import path


def page(request, uid):
    from django.db import connection
    from django.shortcuts import render

    with connection.cursor() as cursor:
        cursor.execute("SELECT title, starts_at, venue, summary FROM outreach_seminar WHERE uid = %s", [uid.hex])
        row = cursor.fetchone()
    response = render(request, "bare.html", dict(zip(("title", "starts_at", "venue", "summary"), row)))
    response["Content-Length"] = str(len(response.content))
    return response


urlpatterns = [path("en/events/<uuid:uid>/", page)]
application = get_wsgi_application()
"""
TEMPLATE = """<!doctype html>
<html lang="en"><head><title>{{ title }}</title></head>
<body><h1>{{ title }}</h1><p>{{ starts_at }}, {{ venue }}</p>{{ summary|linebreaks }}</body></html>
"""
EVENTS = """
import datetime as dt, json, sys, django
django.setup()
from django.utils import timezone
from outreach.agencies.models import Agency
from outreach.seminars.models import Seminar
from portal.seasons.models import Season
host = Agency.objects.order_by("pk")[0]
season = Season.objects.first()
begins = timezone.now() + dt.timedelta(days=40)
made = Seminar.objects.bulk_create(
    Seminar(
        season=season, title=f"Know your rights {number}", summary="An evening with time to ask.", audience="community",
        mode="in_person", starts_at=begins, time_zone="America/Chicago", venue="Library", city="Jackson",
        area_id="MS", capacity=40, state="open", host=host, access="Elevator to floor 2",
    )
    for number in range(int(sys.argv[1]))
)
print(json.dumps({str(event.uid): 1 for event in made}))
"""


def prepared(folder: Path, number: int) -> list[str]:
    """A migrated database with so many events to come, and both bare applications; paths of the events."""
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment(folder), check=True)
    (folder / "bare.py").write_text(BARE)
    database = str(folder / "waypost.sqlite3")
    (folder / "bare_page.py").write_text(BARE_PAGE.format(root=str(ROOT), database=database, folder=str(folder)))
    (folder / "bare.html").write_text(TEMPLATE)
    return [f"/en/events/{uid}/" for uid in tell(folder, EVENTS, str(number))]


def main() -> None:
    """Measures both bare ones, one page that many open, and pages of which each is another, in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each is measured")
    parser.add_argument("--rounds", type=int, default=3, help="how often; medians are told")
    parser.add_argument("--lines", type=int, default=8, help="visitors at once")
    parser.add_argument("--events", type=int, default=40, help="events in the database")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as name:
        folder = Path(name)
        paths = prepared(folder, options.events)
        say({"events": len(paths), "queries": tell(folder, QUERIES, paths[0], "/en/events/", "/feeds/events.ics")})
        what = {
            "a bare view": ("bare:application", ["/"]),
            "a bare page": ("bare_page:application", paths),
            "an event's page": ("config.wsgi", paths[:1]),
            "events' pages, each another": ("config.wsgi", paths),
        }
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in what}
        for _ in range(options.rounds):
            for name, (application, asked) in what.items():
                runs[name].append(measured(folder, application, asked, seconds=options.seconds, lines=options.lines))
        for name, found in runs.items():
            row: dict[str, object] = {"what": name}
            row |= {key: round(statistics.median(one[key] for one in found), 1) for key in found[0]}
            for other in ("a bare view", "a bare page"):
                pairs = zip(found, runs[other], strict=True)
                row[f"of {other}"] = [
                    round(one["requests_a_second"] / bare["requests_a_second"], 2) for one, bare in pairs
                ]
            say(row)


if __name__ == "__main__":
    main()
