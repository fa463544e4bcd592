"""The script itself, run as a person runs it."""

import ast
import hashlib
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "waypost"
MANAGE = "import os, sys\nprint(sys.prefix)\nprint(os.getcwd())\nprint(*sys.argv[1:])\nsys.exit(7)\n"


def run(*arguments: str, script: Path = SCRIPT, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(script), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["up", "--fast"], "unrecognized arguments: --fast"),
        (["up", "--port", "eight"], "'eight' is not a port"),
        (["up", "--port", "65536"], "'65536' is not a port"),
        (["up", "--port", "0"], "'0' is not a port"),
        (["check", "everything"], "unrecognized arguments: everything"),
        (["bench", "nothing-of-the-kind"], "no benchmark 'nothing-of-the-kind'"),
    ],
)
def test_command_line_that_is_wrong_exits_2(arguments: list[str], complaint: str) -> None:
    done = run(*arguments)
    assert complaint in done.stderr
    assert done.returncode == 2


@pytest.mark.parametrize("command", ["up", "test", "check", "bench", "manage", "lock"])
def test_help_of_each_command_tells_its_usage(command: str) -> None:
    done = run(command, "--help")
    assert f"./waypost {command}" in done.stdout
    assert done.returncode == 0


def test_up_on_a_port_in_use_names_another(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        done = run("up", "--port", str(port), "--data", str(tmp_path / "data"))
    assert f"Port {port} is in use" in done.stderr
    assert f"--port {port % 65535 + 1}" in done.stderr
    assert done.returncode == 1


def test_up_with_a_data_folder_that_cannot_be_one_says_so(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    done = run("up", "--data", str(tmp_path / "taken" / "data"))
    assert f"The data folder {tmp_path}/taken/data can't be written" in done.stderr
    assert "--data" in done.stderr
    assert done.returncode == 1


def test_python_that_is_too_old_is_told_which_one_is_needed() -> None:
    # Old Pythons must get as far as the message: the script is read as the oldest that may meet it reads it.
    ast.parse(SCRIPT.read_text(), feature_version=(3, 8))
    pretend = f"import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", pretend, "up"], capture_output=True, text=True, check=False)
    assert "needs Python 3.11 or newer; this is 3.9" in done.stderr
    assert done.returncode == 1


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of the script with an empty lock and a manage.py that tells how it was called."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    shutil.copy(SCRIPT, folder)
    (folder / "requirements.lock").write_text("# nothing\n")
    (folder / "manage.py").write_text(MANAGE)
    return folder


@pytest.mark.slow
def test_environment_is_made_once_for_each_lock(checkout: Path, tmp_path: Path) -> None:
    first = run("manage", "migrate", "--plan", "x.csv", script=checkout / "waypost", folder=tmp_path)
    assert first.stdout.splitlines() == [str(checkout / ".venv"), str(tmp_path), "migrate --plan x.csv"]
    assert first.returncode == 7
    assert "Installing requirements.lock" in first.stderr

    again = run("manage", script=checkout / "waypost")
    assert (again.stderr, again.returncode) == ("", 7)

    (checkout / "requirements.lock").write_text("# nothing, differently\n")
    assert "Installing requirements.lock" in run("manage", script=checkout / "waypost").stderr
    assert run("manage", script=checkout / "waypost").stderr == ""


@pytest.mark.slow
def test_environment_whose_python_is_gone_is_made_anew(checkout: Path) -> None:
    run("manage", script=checkout / "waypost")
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(checkout / "no-such-python")
    healed = run("manage", script=checkout / "waypost")
    assert healed.stdout.splitlines()[0] == str(checkout / ".venv")
    assert healed.returncode == 7


@pytest.mark.slow
def test_lock_that_cannot_be_installed_shows_the_reason_and_leaves_no_stamp(checkout: Path) -> None:
    (checkout / "requirements.lock").write_text(
        f"absent @ {checkout.as_uri()}/absent-1-py3-none-any.whl --hash=sha256:{'0' * 64}\n"
    )
    for _ in range(2):
        done = run("manage", script=checkout / "waypost")
        assert "Installing requirements.lock failed" in done.stderr
        assert "absent-1-py3-none-any.whl" in done.stderr
        assert done.returncode == 1


@pytest.mark.slow
def test_wheel_that_differs_from_its_hash_is_refused(checkout: Path) -> None:
    """The pinned pip, spoilt on its way: what a machine without pip and ensurepip would fetch."""
    spoilt = checkout / "pip-26.3-py3-none-any.whl"
    spoilt.write_bytes(b"not pip")
    script = checkout / "waypost"
    text = script.read_text()
    begin, end = text.index("PIP_URL = ("), text.index("PIP_SHA256 =")
    text = text[:begin] + f"PIP_URL = {spoilt.as_uri()!r}\n" + text[end:]
    text = text.replace('with_pip=importlib.util.find_spec("ensurepip") is not None', "with_pip=False")
    script.write_text(text)

    refused = run("manage", script=script)
    assert "is not the file that was expected" in refused.stderr
    assert refused.returncode == 1

    real = hashlib.sha256(b"not pip").hexdigest()
    script.write_text(text.replace(text.split('PIP_SHA256 = "')[1][:64], real))
    assert "is not the file that was expected" not in run("manage", script=script).stderr


def test_script_is_executable_and_imports_only_the_standard_library() -> None:
    assert os.access(SCRIPT, os.X_OK)
    tree = ast.parse(SCRIPT.read_text())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - sys.stdlib_module_names == set()
