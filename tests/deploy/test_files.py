"""The files that production is set up with, read as text: no container engine and no proxy runs here."""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery.bin.base import CLIContext
from celery.bin.celery import celery as celery_command
from django.conf import settings
from django.core.management import get_commands, load_command_class

from config.celery import app as celery
from portal.supervisor import processes

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "deploy.md").read_text()
SETTINGS = (ROOT / "docs" / "settings.md").read_text()
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SOCKETS = sorted((DEPLOY / "systemd").glob("*.socket"))
COMPOSED = [DEPLOY / "compose.yaml", DEPLOY / "compose.printing.yaml"]
QUEUES = {"celery", "printing"}
PYTHON = "/opt/waypost/.venv/bin/python"
VARIABLE = re.compile(r"\bWAYPOST_[A-Z0-9_]*[A-Z0-9]\b")
DIRECTIVES = set(
    re.findall(
        r"\w+",
        """
    Description Documentation Wants Requires After ListenStream Backlog StartLimitIntervalSec Type ExecStart ExecReload KillMode TimeoutStopSec
    Nice MemoryMax User Group WorkingDirectory EnvironmentFile Environment StateDirectory StateDirectoryMode UMask
    Restart RestartSec NoNewPrivileges ProtectSystem ProtectHome PrivateTmp PrivateDevices ProtectKernelTunables
    ProtectKernelModules ProtectControlGroups RestrictSUIDSGID RestrictRealtime LockPersonality
    RestrictAddressFamilies SystemCallArchitectures CapabilityBoundingSet WantedBy
    """,
    )
)
#: One is never set there, one differs by process and has a good default.
NOT_IN_THE_EXAMPLE = {"WAYPOST_DEBUG", "WAYPOST_S3_ATTEMPTS", "WAYPOST_UNREVIEWED_LANGUAGES"}
STORAGE = "from django.core.files.storage import storages; print(type(storages['default']).__name__)"


def unit(path: Path) -> ConfigParser:
    read = ConfigParser(interpolation=None, strict=False)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(path.read_text())
    return read


def expanded(text: str) -> str:
    """As systemd expands it: host and instance."""
    return text.replace("%H", "host").replace("%i", "1")


def services() -> dict[str, list[str]]:
    """The command line of everything that runs our code, by where it stands."""
    found = {path.name: shlex.split(expanded(unit(path)["Service"]["ExecStart"]))[1:] for path in UNITS}
    for path in COMPOSED:
        for name, service in yaml.safe_load(path.read_text())["services"].items():
            if "waypost" in service["image"] and service.get("command", ["sh"])[0] != "sh":
                found[f"{path.name}: {name}"] = service["command"][1:]
    return found


def example() -> dict[str, str]:
    lines = (DEPLOY / "waypost.env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("where", services())
def test_service_names_modules_commands_options_and_queues_that_exist(where: str) -> None:
    words = services()[where]
    if words[0] == "manage.py":
        command = load_command_class(get_commands()[words[1]], words[1])
        command.create_parser("manage.py", words[1]).parse_args(words[2:])
        return
    assert words[0] == "-m"
    assert importlib.util.find_spec(words[1])
    if words[1] == "gunicorn":
        assert (ROOT / words[words.index("--config") + 1]).is_file()
        assert words[-1] == "config.wsgi:application"
        return
    assert words[words.index("--app") + 1] == "config.celery"
    name = next(word for word in words if word in {"worker", "beat"})
    rest = words[words.index(name) + 1 :]
    context = CLIContext(app=celery, no_color=True, workdir=None, quiet=True)
    celery_command.commands[name].make_context(name, list(rest), obj=context)
    if name == "worker":
        assert set(rest[rest.index("--queues") + 1].split(",")) <= QUEUES


@pytest.mark.parametrize("source", ["systemd", "compose.yaml"])
def test_every_process_of_the_tree_runs_and_the_clock_once(source: str) -> None:
    lines = [" ".join(words) for where, words in services().items() if (".service" in where) == (source == "systemd")]
    if source != "systemd":
        lines = [" ".join(words) for where, words in services().items() if where.startswith("compose.yaml")]
        # What the image runs unasked.
        lines.append((DEPLOY / "Containerfile").read_text().rpartition("CMD")[2].replace('", "', " "))
    tree = processes.embedded(data=Path("/data"), port=8000)
    for process in tree:
        if process.name != "broker":
            known = next(word for word in ("gunicorn", "worker", "beat", "fold_journal") if word in process.argv)
            assert any(known in line for line in lines), process.name
    assert sum(" beat " in line for line in lines) == 1
    assert {queue for line in lines for queue in re.findall(r"--queues (\S+)", line)} == QUEUES


def test_queues_are_those_that_work_is_put_into() -> None:
    """Beat and jobs without a queue go to Celery's own; the rest is named in code."""
    named = set()
    for path in [*ROOT.glob("campaign/**/*.py"), *ROOT.glob("portal/**/*.py"), *ROOT.glob("outreach/**/*.py")]:
        if "migrations" not in path.parts:
            named |= set(re.findall(r'^\s*(?:QUEUE|USUAL)(?:: Final)? = "(\w+)"', path.read_text(), re.MULTILINE))
    assert named <= QUEUES
    assert settings.CELERY_BEAT_SCHEDULE.keys()


def test_every_variable_is_explained_and_every_setting_of_production_is_in_the_example() -> None:
    explained = set(VARIABLE.findall(SETTINGS))
    used = {name for path in DEPLOY.rglob("*") if path.is_file() for name in VARIABLE.findall(path.read_text())}
    assert used | set(VARIABLE.findall(GUIDE)) <= explained
    assert set(example()) == explained - NOT_IN_THE_EXAMPLE
    read = {
        name
        for path in [ROOT / "config" / "settings.py", ROOT / "config" / "environment.py"]
        for name in VARIABLE.findall(path.read_text())
    }
    assert read <= explained


@pytest.mark.parametrize("s3", ["", "waypost-private"])
def test_example_starts_in_production_once_its_secrets_are_filled_in(tmp_path: Path, s3: str) -> None:
    filled = example() | {"WAYPOST_SECRET_KEY": "q7Zr-Vt2mK9wLx4_Hn8bJc3fYd6gSa1pEu5oTiRzQvWkMyXh0NCjBs"}
    filled |= {"WAYPOST_DATA": str(tmp_path), "WAYPOST_S3_BUCKET": s3}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WAYPOST_")}
    for words in (["check", "--deploy", "--fail-level", "WARNING"], ["shell", "-v0", "-c", STORAGE]):
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=kept | filled,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["BucketStorage" if s3 else "WholeFileStorage"]


@pytest.mark.parametrize("path", COMPOSED, ids=lambda path: path.name)
def test_compose_file_is_whole(path: Path) -> None:
    read: dict[str, Any] = yaml.safe_load(path.read_text())
    assert read["services"]
    for name, service in read["services"].items():
        for other in service.get("depends_on", {}):
            assert other in read["services"], name
            assert "healthcheck" in read["services"][other]
        for volume in service.get("volumes", []):
            assert volume.partition(":")[0] in read["volumes"], name
        if "build" in service:
            built = (path.parent / service["build"]["context"]).resolve()
            assert (built / service["build"]["dockerfile"]).is_file()
            assert service["read_only"]
            assert service["cap_drop"] == ["ALL"]
        # Nothing but the proxy of this host may ask.
        assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))


def test_image_takes_the_locked_packages_and_every_folder_of_code() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    assert "--require-hashes --only-binary :all: -r requirements-prod.lock" in text
    copied = [line.split()[1] for line in text.splitlines() if line.startswith("COPY")]
    assert all((ROOT / name).exists() for name in copied)
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert folders | {"templates", "static", "locale"} <= set(copied)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_unit_runs_as_nobody_special_with_the_one_environment(path: Path) -> None:
    service = unit(path)["Service"]
    assert service["ExecStart"].split()[0] == PYTHON
    assert service["User"] == "waypost"
    assert service["EnvironmentFile"] == "/etc/waypost/waypost.env"
    assert service["StateDirectory"] == "waypost"
    assert service["ProtectSystem"] == "strict"
    assert service["Restart"] == "always"
    assert path.stem.rstrip("@") in GUIDE


def test_units_hold_only_what_systemd_knows(tmp_path: Path) -> None:
    """By a list of what we use; where systemd is, it is asked too."""
    for path in (*UNITS, *SOCKETS):
        assert {key for section in unit(path).values() for key in section} <= DIRECTIVES, path.name
        # It looks whether the program is there.
        text = path.read_text().replace(PYTHON, sys.executable).replace("/opt/waypost", str(ROOT))
        (tmp_path / path.name.replace("@", "@1")).write_text(text)
    if shutil.which("systemd-analyze"):
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *tmp_path.glob("*.service")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert not [line for line in done.stderr.splitlines() if "waypost" in line], done.stderr


def test_port_that_proxies_ask_is_held_while_the_web_server_begins_anew() -> None:
    """So that a restart refuses nobody; gunicorn takes the port that systemd hands it."""
    web = unit(DEPLOY / "systemd" / "waypost-web.service")
    held = unit(DEPLOY / "systemd" / "waypost-web.socket")
    address = held["Socket"]["ListenStream"]
    assert web["Unit"]["Requires"] == "waypost-web.socket"
    assert "waypost-web.socket" in web["Unit"]["After"]
    assert f"--bind {address} " in web["Service"]["ExecStart"]
    for name in ("nginx.conf", "Caddyfile"):
        assert address in (DEPLOY / "proxy" / name).read_text()


def test_proxies_keep_no_visitor() -> None:
    nginx = (DEPLOY / "proxy" / "nginx.conf").read_text()
    servers = nginx.split("\nserver {")[1:]
    assert len(servers) == 2
    for server in servers:
        assert re.findall(r"access_log (.+);", server) == ["off"]
        assert re.findall(r"error_log \S+ (\w+);", server) == ["crit"]
    assert nginx.count("{") == nginx.count("}")
    assert "$proxy_add_x_forwarded_for" not in nginx
    caddy = (DEPLOY / "proxy" / "Caddyfile").read_text()
    code = "\n".join(line for line in caddy.splitlines() if not line.startswith("#"))
    assert re.findall(r"^\s*log\b.*", code, re.MULTILINE) == ["\tlog default {"]
    assert "exclude http.log.error http.handlers.reverse_proxy" in code
    assert code.count("{") == code.count("}")
    for text in (nginx, caddy):
        assert "X-Forwarded-For" in text
        assert "X-Forwarded-Proto" in text


def test_guide_names_only_files_that_exist() -> None:
    named = set(re.findall(r"\b(?:deploy|docs|config)/[\w@./-]+\.\w+", GUIDE))
    assert {f"deploy/{path.name}" for path in COMPOSED} <= named
    assert [name for name in named if not (ROOT / name).exists()] == []
    for target in re.findall(r"\]\(([^)#:]+)\)", GUIDE):
        assert (ROOT / "docs" / target).exists(), target
