"""What is left of a hundred visitors: every byte that the portal wrote anywhere is searched for them."""

import datetime as dt
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from campaign.scans import journal
from tests.faults.echo_street import FOLD, EchoHouse, ask, rude, serving, visitors
from tests.servers import Postgres, eventually, running

pytestmark = [pytest.mark.faults, pytest.mark.slow]

Made = Callable[..., tuple[EchoHouse, list[str]]]

MARK = "Turnstone"
TRACES = re.compile(rb"turnstone|203\.0\.113\.77|2001:db8:77|127\.0\.0\.1", re.IGNORECASE)
HEADERS = {
    "User-Agent": f"{MARK}Agent/1.0",
    "Referer": f"https://{MARK.lower()}.example/from",
    "Origin": f"https://{MARK.lower()}.example",
    "X-Forwarded-For": "203.0.113.77",
    "X-Real-IP": "2001:db8:77::1",
    "Forwarded": "for=203.0.113.77",
    "Accept-Language": f"es-{MARK},en",
    "Cookie": f"sessionid={MARK}; csrftoken={MARK}; {MARK}=1",
    "From": f"{MARK}@example.org",
}
MOMENTS = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b")


def scan(port: int, code: str) -> None:
    """A hundred marked scans, each with the page behind it; strange addresses; and what is no HTTP."""
    for number in range(100):
        answer = ask(port, f"/Q/{code}?from={MARK}{number}", headers=HEADERS)
        assert answer is not None
        assert answer[:2] == (302, "/en/near/ms/")
        page = ask(port, answer[1], headers=HEADERS)
        assert page is not None
        assert page[0] == 200
        assert MARK not in page[2]
    for path in (f"/Q/{MARK}", f"/en/near/{MARK}/", f"/en/{MARK}", f"/Q/{code}%FF", f"/{MARK}?x=%00", "/readyz"):
        assert ask(port, path, headers=HEADERS) is not None
    rude(port, f"GET /Q/{code} HTTP/9.9\r\nUser-Agent: {MARK}\r\n\r\n")
    rude(port, f"{MARK} \0 /Q/{code}\r\n\r\n")


def fail(port: int) -> None:
    """Pages that break, asked for by marked visitors: the error's page and its line in the log."""
    for path in (f"/en/events/?page=2&from={MARK}", f"/en/events/{MARK}/", "/en/events/"):
        answer = ask(port, path, headers=HEADERS)
        assert answer is not None
        assert answer[0] in (404, 500)
        assert MARK not in answer[2]
    answer = ask(port, f"/en/events/?from={MARK}", headers=HEADERS)
    assert answer is not None
    assert answer[0] == 500


def searched(*folders: Path) -> list[Path]:
    """The files in folders, none of which holds a trace."""
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    for file in files:
        assert not TRACES.search(str(file).encode()), file
        assert not TRACES.search(file.read_bytes()), file.name
    return files


def test_nothing_of_a_visitor_is_kept_or_said(tmp_path: Path, echo_house: Made) -> None:
    house, issued = echo_house()
    code, said, temporary = issued[0], tmp_path / "said", tmp_path / "temporary"
    temporary.mkdir()
    before = dump(house.folder / "waypost.sqlite3")
    with serving(house, said, TMPDIR=str(temporary), WAYPOST_LOG_LEVEL="INFO") as (port, _):
        scan(port, code)
        assert house.journalled() == {code: 100}
        rows = "".join(path.read_text(encoding="ascii") for path in (house.folder / "journal").iterdir()).split()
        assert rows == [code, "100"] or set(rows[::2]) == {code}
        midnight = dt.datetime.combine(journal.today(), dt.time(), tzinfo=journal.DAY_ZONE).timestamp()
        for path in (house.folder / "journal", *(house.folder / "journal").iterdir()):
            assert path.stat().st_mtime == midnight
        searched(house.folder, temporary)
        assert house.tell(FOLD) == 100
        files = searched(house.folder, temporary)
        after = dump(house.folder / "waypost.sqlite3")
        away = tmp_path / "away"
        shutil.move(house.folder / "waypost.sqlite3", away)
        (house.folder / "waypost.sqlite3").mkdir()
        fail(port)
    assert house.folder / "waypost.sqlite3" in files
    searched(house.folder, temporary)
    copy = tmp_path / "copies" / "copy.sqlite3"
    copy.parent.mkdir()
    with closing(sqlite3.connect(away)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    searched(copy.parent)
    told = said.read_bytes()
    assert not TRACES.search(told), told.decode()
    assert code.encode() not in told
    # Nothing but a number and the segment's uid came into the database, neither with a time of day.
    new = sorted(after - before)
    assert [re.split(r"[ (]", row)[2].strip('"') for row in new if "sqlite_sequence" not in row] == [
        "campaign_dailycount",
        "campaign_segment",
    ]
    assert not any(MOMENTS.search(row) for row in new), new


def dump(database: Path) -> set[str]:
    """Every row of a database, as SQL."""
    with closing(sqlite3.connect(database)) as line:
        return {row for row in line.iterdump() if row.startswith("INSERT")}


def test_nothing_of_a_visitor_is_in_postgres_its_logs_or_its_dump(tmp_path: Path, data_folder: Path) -> None:
    """Statements are logged in full, as an administrator may have set it."""
    with running(server := Postgres(tmp_path)):
        with server.connect("postgres") as line:
            line.execute("ALTER SYSTEM SET log_statement = 'all'")
            line.execute("SELECT pg_reload_conf()")
        house = EchoHouse(data_folder, database_url=server.make("echo"))
        house.migrate()
        (code,) = house.issue(1)
        log = server.folder / "postgres.log"
        with serving(house, tmp_path / "said") as (port, _), visitors(port, [code], number=1) as nobody:
            assert eventually(lambda: nobody.answered.total() > 0)
        before = log.stat().st_size
        with serving(house, tmp_path / "said") as (port, _):
            scan(port, code)
            assert eventually(lambda: log.stat().st_size >= before)
            assert house.tell(FOLD) == 100 + nobody.answered.total()
            dumped = subprocess.run(
                [server.binary.with_name("pg_dump"), "--inserts", server.url("echo")], capture_output=True, check=True
            ).stdout
            server.stop()
            fail(port)
        assert b"campaign_dailycount" in dumped
        assert not re.search(rb"turnstone|203\.0\.113\.77|2001:db8:77", dumped, re.IGNORECASE)
        told = (tmp_path / "said").read_bytes()
        assert code.encode() not in told
        marks = re.compile(rb"turnstone|203\.0\.113\.77|2001:db8:77", re.IGNORECASE)
        assert not marks.search(told), told.decode()
        assert not marks.search(log.read_bytes())
        for file in (server.data).rglob("*"):
            if file.is_file():
                assert not marks.search(file.read_bytes()), file.name
        assert searched(house.folder)
