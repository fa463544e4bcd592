"""What the desk sees of scans: published cells alone, in charts, tables and files; exact days for analysts."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaign.dashboard import charts, publishing, reports
from campaign.dashboard.reports import By, Cell, Line
from campaign.dashboard.silent import silent_posters, silent_stations
from campaign.demo import building
from campaign.scans import journal
from campaign.scans.models import PublishedWeek
from campaign.scans.weeks import WEEK, monday_of
from portal.keeping.suppression import SMALL
from portal.people.models import User
from portal.people.roles import DESK, Role
from portal.seasons.models import Season
from tests.campaign.dashboard.hanging import MONDAY, Hanging, morning_after

pytestmark = pytest.mark.django_db
SCANS = reverse("admin:campaign_publishedweek_changelist")
EXPORT = reverse("admin:campaign_scans_export")
SILENT = reverse("admin:campaign_scans_silent")
DAYS = reverse("admin:campaign_scans_days")


@pytest.fixture
def hanging(season: Season) -> Hanging:
    """Posters to print and scan."""
    return Hanging(season)


@pytest.fixture
def published(hanging: Hanging) -> Hanging:
    """Two published weeks of five stations in two states, one of them small, one silent."""
    places = [hanging.station(name) for name in ("Alder", "Birch", "Cedar", "Silentium")]
    places.append(hanging.station("Dover", "AL"))
    links = hanging.print(*places, languages=["en", "es"])
    for back in (0, 1):
        for place, count in enumerate((3, 41, 907, 0, 313)):
            for link, part in ((links[2 * place], count - count // 3), (links[2 * place + 1], count // 3)):
                if part:
                    hanging.scan(link, part, day=MONDAY + WEEK * back)
    publishing.publish(now=morning_after(MONDAY + WEEK))
    return hanging


def exported(client: Client, **asked: str) -> list[list[str]]:
    """A file's rows."""
    return list(csv.reader(io.StringIO(client.get(EXPORT, asked).text)))


def test_every_role_at_the_desk_reads_and_none_other(
    client: Client, published: Hanging, user_with: Callable[..., User]
) -> None:
    for role in Role:
        client.force_login(user_with(role))
        statuses = {client.get(page).status_code for page in (SCANS, EXPORT, SILENT)}
        assert statuses == ({200} if role in DESK else {302}), role
        assert client.get(DAYS).status_code == (200 if role == Role.ANALYST else 403 if role in DESK else 302), role


@pytest.mark.parametrize("by", By)
def test_page_and_file_show_the_same_cells_and_nothing_small(admin_client: Client, published: Hanging, by: By) -> None:
    page = admin_client.get(SCANS, {"by": by.value})
    assert page.status_code == 200
    rows = exported(admin_client, by=by.value)
    assert len(rows) > 1
    for row in rows[1:]:
        for cell in row[1:]:
            assert cell in {"", reports.WITHHELD} or int(cell) == 0 or int(cell) > SMALL
            if cell.isdecimal():
                assert f"{int(cell):,}" in page.text
    table = page.text[page.text.index("<tbody>") : page.text.index("</table>")]
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", table)
    assert sorted(cells) == sorted(
        f"{int(cell):,}" if cell.isdecimal() else cell for row in rows[1:] for cell in row[1:]
    )


def test_small_station_and_its_cover_look_the_same(admin_client: Client, published: Hanging) -> None:
    rows = {row[0]: row[1:] for row in exported(admin_client, by="station", state="MS")}
    assert set(rows) == {"Station", "Alder", "Birch", "Cedar", "Silentium", "Mississippi"}
    assert rows["Alder"] == [reports.WITHHELD, reports.WITHHELD]
    assert rows["Silentium"] == ["0", "0"]
    for week in (0, 1):
        assert [rows[name][week] for name in ("Birch", "Cedar")].count(reports.WITHHELD) >= 1


def test_withheld_is_drawn_always_the_same_length() -> None:
    lines = [Line("a", "Alder", (Cell(),)), Line("b", "Birch", (Cell(400),)), Line("c", "Cedar", (Cell(0),))]
    chart = charts.bars(lines, title="Scans")
    assert [(bar.size, bar.is_withheld) for bar in chart.bars] == [(charts.STUB, True), (100, False), (0, False)]
    columns = charts.columns([MONDAY] * 3, Line("", "All", tuple(line.newest for line in lines)), title="Scans")
    assert [bar.size for bar in columns.bars] == [charts.STUB, charts.PLOT, 0]
    assert [bar.value for bar in columns.bars] == ["–", "400", "0"]


def test_chart_has_a_name_and_a_table_beside_it(admin_client: Client, published: Hanging) -> None:
    text = admin_client.get(SCANS, {"by": "state"}).text
    assert re.search(r'<svg class="scan-chart" role="img" aria-label="Scans by state[^"]+table', text)
    assert text.count('<th scope="row">') == 3
    assert "<script" not in text[text.index('class="scans"') : text.index("scan-further")]


def test_a_week_can_be_asked_for_and_nonsense_shows_the_newest(admin_client: Client, published: Hanging) -> None:
    page = admin_client.get(SCANS, {"by": "state", "week": MONDAY.isoformat()})
    assert page.context["report"].weeks == (MONDAY,)
    for nonsense in ({"week": "x"}, {"by": "poster"}, {"week": "2020-01-06"}, {"by": "station", "state": "ZZ"}):
        page = admin_client.get(SCANS, nonsense)
        assert page.context["report"].weeks[-1] >= MONDAY + WEEK


def test_late_counts_change_nothing_that_is_shown(admin_client: Client, published: Hanging) -> None:
    before = {by: exported(admin_client, by=by.value) for by in By}
    (link,) = published.print(published.station("Newton"))
    published.scan(link, 700)
    publishing.publish(now=morning_after(MONDAY + WEEK))
    assert {by: exported(admin_client, by=by.value) for by in By} == before


def test_before_the_first_week_the_page_says_when_it_comes(admin_client: Client, season: Season) -> None:
    assert "No week is published yet" in admin_client.get(SCANS).text
    assert admin_client.get(EXPORT).status_code == 404
    assert admin_client.get(SILENT).status_code == 200
    assert admin_client.get(DAYS).status_code == 200


def test_made_up_scans_are_marked_and_apart(admin_client: Client, season: Season) -> None:
    building.build(season=season)
    publishing.publish(now=timezone.now())
    assert all(week.tables["total"] == 0 for week in PublishedWeek.objects.all())
    demo = admin_client.get(SCANS, {"demo": "on"})
    assert "Made-up scans of the demo." in demo.text
    assert demo.context["report"].total.newest.count != 0
    assert "Made-up scans of the demo." not in admin_client.get(SCANS).text


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@a"])
def test_no_name_is_a_formula_in_a_spreadsheet(name: str) -> None:
    line = Line("x", name, (Cell(20),))
    told = reports.as_csv(reports.Report(By.STATION, (MONDAY,), (line,), line))
    assert f"'{name},20" in told


def test_pages_ask_as_often_for_three_weeks_and_stations_as_for_one(admin_client: Client, hanging: Hanging) -> None:
    asked: dict[str, list[int]] = {}
    for number, place in enumerate(("Alder", "Birch", "Cedar")):
        (link,) = hanging.print(hanging.station(place))
        hanging.scan(link, 30, day=MONDAY + WEEK * number)
        publishing.publish(now=morning_after(MONDAY + WEEK * number))
        if number == 1:
            continue
        for page in (SCANS, f"{SCANS}?by=station", EXPORT, SILENT, f"{DAYS}?week={MONDAY}"):
            admin_client.get(page)
            with CaptureQueriesContext(connection) as queries:
                admin_client.get(page)
            asked.setdefault(page, []).append(len(queries))
    assert all(one == three for one, three in asked.values()), asked
    assert max(max(numbers) for numbers in asked.values()) < 16


def test_silence_is_told_after_two_weeks_and_never_called_failure(admin_client: Client, published: Hanging) -> None:
    (found,) = silent_stations()
    assert (found.name, found.weeks, found.posters, found.confirmed) == ("Silentium", 2, 1, 0)
    assert (found.scanned_nearby, found.others_nearby) == (3, 3)
    text = admin_client.get(SILENT).text
    main = text[text.index('class="scans"') :].lower()
    assert "no scan says nothing of a poster by itself" in main
    for word in ("fail", "broken", "wrong", "dead"):
        assert word not in main


def test_new_posters_are_not_silent_yet(published: Hanging) -> None:
    published.print(published.station("Newton"), on=MONDAY + dt.timedelta(days=2))
    assert [place.name for place in silent_stations()] == ["Silentium"]


def test_a_station_that_was_ever_scanned_is_not_silent(published: Hanging) -> None:
    (link,) = published.print(published.station("Newton"))
    published.scan(link, 1, day=MONDAY + 2 * WEEK)
    publishing.publish(now=morning_after(MONDAY + 2 * WEEK))
    assert "Newton" not in [place.name for place in silent_stations()]


def test_analysts_see_posters_that_were_never_scanned(published: Hanging) -> None:
    silent = silent_posters(today=MONDAY + 3 * WEEK)
    assert [str(placement.spot.station) for placement in silent] == ["Silentium"]
    assert not silent_posters(today=MONDAY)


def test_analysts_see_exact_days_that_are_over(
    client: Client, hanging: Hanging, user_with: Callable[..., User]
) -> None:
    today = journal.today()
    yesterday = today - dt.timedelta(days=1)
    monday = monday_of(yesterday)
    (link,) = hanging.print(hanging.station("Jackson"), on=monday - WEEK)
    (demo,) = hanging.print(hanging.station("Meridian", is_demo=True), on=monday - WEEK)
    hanging.scan(link, 3, day=yesterday)
    hanging.scan(link, 999, day=today)
    hanging.scan(demo, 777, day=yesterday)
    client.force_login(user_with(Role.ANALYST))
    week = client.get(DAYS).context["week"]
    assert dict(zip(week.days, week.totals, strict=True))[yesterday] == 3
    assert [poster.total for poster in week.posters] == [3]
    assert "Jackson" in week.posters[0].where
    for other, found in (("AL", 0), ("MS", 1)):
        assert len(client.get(DAYS, {"state": other}).context["week"].posters) == found
