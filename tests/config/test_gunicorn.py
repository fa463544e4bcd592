"""The web server's log: what fails is told, who asked for what is not."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPLICATION = """
def application(environ, start_response):
    raise RuntimeError("the reason")
"""


def send(port: int, request: bytes) -> bytes:
    """The server's answer to raw bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(request)
        return line.makefile("rb").read()


def test_failed_requests_leave_neither_address_nor_path_in_the_log(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text(APPLICATION)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    argv = [sys.executable, "-m", "gunicorn", "broken:application", "--config", str(ROOT / "config/gunicorn.py")]
    with subprocess.Popen(
        [*argv, "--bind", f"127.0.0.1:{port}", "--log-level", "info"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stderr is not None
        said = ""
        while "Booting worker" not in said:
            said = server.stderr.readline()
        lines: list[str] = []
        reader = threading.Thread(target=lambda: lines.extend(server.stderr or ()))
        reader.start()
        assert b"400" in send(port, b"nonsense\r\n\r\n")
        assert b"500" in send(port, b"GET /Q/MSABCDEF23?secret HTTP/1.1\r\nHost: x\r\nUser-Agent: me\r\n\r\n")
        server.terminate()
        reader.join(timeout=20)
    log = "".join(lines)
    assert log.count("A request could not be handled.") == 2
    assert "RuntimeError: the reason" in log
    for trace in ("127.0.0.1", "MSABCDEF23", "/Q/", "nonsense"):
        assert trace not in log
