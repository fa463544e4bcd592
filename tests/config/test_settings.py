"""Settings: production refuses to guess; development needs nothing."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import environment

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "WAYPOST_ENV": "production",
    "WAYPOST_SECRET_KEY": "q7Zr-Vt2mK9wLx4_Hn8bJc3fYd6gSa1pEu5oTiRzQvWkMyXh0NCjBs",
    "WAYPOST_HOSTS": "portal.example.org, go.example.org",
    "WAYPOST_DATABASE_URL": "postgres://waypost:secret@db.example.org:5432/waypost",
    "WAYPOST_BROKER_URL": "redis://broker.example.org:6379/0",
    "WAYPOST_EMAIL_URL": "smtp://waypost:secret@mail.example.org:587?tls=1",
    "WAYPOST_FROM_EMAIL": "Waypost <desk@example.org>",
    "WAYPOST_PUBLIC_ADDRESS": "https://portal.example.org",
}


def _manage(*argv: str, data: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WAYPOST_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "manage.py", *argv],
        cwd=ROOT,
        env={**kept, "WAYPOST_DATA": str(data), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_is_clean_for_deployment(tmp_path: Path) -> None:
    ran = _manage("check", "--deploy", "--fail-level", "WARNING", data=tmp_path, **PRODUCTION)
    assert ran.returncode == 0, ran.stderr
    assert "no issues" in ran.stdout
    assert not (tmp_path / "secret-key").exists()


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "WAYPOST_ENV"])
def test_production_refuses_without(name: str, tmp_path: Path) -> None:
    ran = _manage("check", data=tmp_path, **{key: value for key, value in PRODUCTION.items() if key != name})
    assert ran.returncode == 1
    assert f"WAYPOST_ENV=production needs {name}:" in ran.stderr


def test_production_takes_hosts_with_blanks_between(tmp_path: Path) -> None:
    ran = _manage("diffsettings", "--all", data=tmp_path, **PRODUCTION)
    assert "ALLOWED_HOSTS = ['portal.example.org', 'go.example.org']" in ran.stdout


def test_unknown_environment_is_refused(tmp_path: Path) -> None:
    ran = _manage("check", data=tmp_path, WAYPOST_ENV="staging")
    assert "write development or production" in ran.stderr


def test_development_secret_is_made_once_and_private(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    first = environment.development_secret(folder)
    assert environment.development_secret(folder) == first
    assert len(first) >= 50
    assert [path.name for path in folder.iterdir()] == ["secret-key"]
    assert stat.S_IMODE((folder / "secret-key").stat().st_mode) == 0o600


def test_database_reads_a_server_and_a_socket(tmp_path: Path) -> None:
    server = environment.database("postgres://ann:a%2Fb@db.example.org:5433/camp", tmp_path)
    assert (server["USER"], server["PASSWORD"], server["HOST"], server["PORT"], server["NAME"]) == (
        "ann",
        "a/b",
        "db.example.org",
        "5433",
        "camp",
    )
    socket = environment.database("postgres://ann@%2Ftmp%2FSockets/camp", tmp_path)
    assert socket["HOST"] == "/tmp/Sockets"


def test_database_hands_options_to_the_server(tmp_path: Path) -> None:
    url = "postgres://ann:a@db.example.org/camp?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem"
    asked = {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}
    assert environment.database(url, tmp_path)["OPTIONS"] == environment.PATIENCE | asked
    assert environment.database(f"{url}&connect_timeout=9", tmp_path)["OPTIONS"] == (
        environment.PATIENCE | asked | {"connect_timeout": "9"}
    )


@pytest.mark.parametrize("url", ["mysql://a/b", "postgres://host", "nonsense"])
def test_database_refuses_other_addresses(url: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="postgres://user"):
        environment.database(url, tmp_path)


def test_mail_reads_a_server() -> None:
    server = environment.mail("smtp://ann:p%40ss@mail.example.org:2525?tls=1")
    assert (server.host, server.port, server.user, server.password, server.tls) == (
        "mail.example.org",
        2525,
        "ann",
        "p@ss",
        True,
    )
    with pytest.raises(ImproperlyConfigured):
        environment.mail("http://mail.example.org")


@pytest.mark.parametrize(
    ("url", "tls"),
    [
        ("smtp://ann:pw@mail.example.org", True),
        ("smtp://ann:pw@mail.example.org?tls=0", False),
        ("smtp://localhost:2525", False),
        ("smtp://localhost:2525?tls=1", True),
        ("smtp://localhost:2525?notls=1", False),
    ],
)
def test_mail_sends_no_password_in_the_clear_unasked(url: str, tls: bool) -> None:
    assert environment.mail(url).tls is tls


def test_beat_lets_no_calls_pile_up() -> None:
    kept = {name for name, call in settings.CELERY_BEAT_SCHEDULE.items() if "options" not in call}
    assert kept == {
        "seal yesterday's audit",
        "publish finished weeks",
        "remind of checks that are due",
        "forget plans that nobody wants",
        "forget what was kept long enough",
        "sweep after mails",
        "count seats anew",
        "tell of agreements that end",
        "walk along the audit trail",
        "clear sessions",
    }


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("no", False), ("", True), (" TRUE ", True)])
def test_flag_reads_yes_and_no(value: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYPOST_X", value)
    assert environment.flag("WAYPOST_X", default=True) is expected


def test_flag_refuses_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYPOST_X", "maybe")
    with pytest.raises(ImproperlyConfigured, match="write 1 or 0"):
        environment.flag("WAYPOST_X", default=True)


@pytest.mark.parametrize(("value", "expected"), [("3", 3), (" 12 ", 12), ("", 10)])
def test_number_reads_a_number(value: str, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYPOST_X", value)
    assert environment.number("WAYPOST_X", default=10) == expected


@pytest.mark.parametrize("value", ["0", "-1", "many", "²"])
def test_number_refuses_anything_else(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYPOST_X", value)
    with pytest.raises(ImproperlyConfigured, match="write a number"):
        environment.number("WAYPOST_X", default=10)
