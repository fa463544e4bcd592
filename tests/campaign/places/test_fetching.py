"""Feeds from the web: fetched within limits, or refused in words. The server is a real one on this machine."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from campaign.places import fetching
from campaign.places.fetching import local_copy
from campaign.places.problems import Refused


class _Feeds(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        match self.path:
            case "/feed.zip":
                self._answer(200, b"PK feed")
            case "/moved":
                self._answer(302, location="/feed.zip")
            case "/file":
                self._answer(302, location="file:///etc/passwd")
            case "/ftp":
                self._answer(302, location="ftp://example.org/feed.zip")
            case "/loop":
                self._answer(302, location=f"/loop?{self.path}")
            case "/big":
                self._answer(200, bytes(4 * 1024 * 1024))
            case path if path.startswith("/loop"):
                self._answer(302, location=path + "x")
            case _:
                self._answer(404)

    def _answer(self, status: int, body: bytes = b"", location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    """Where a small web server answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Feeds)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("path", ["/feed.zip", "/moved"])
def test_feed_is_fetched_and_gone_afterwards(path: str, address: str) -> None:
    with local_copy(address + path) as copy:
        assert copy.read_bytes() == b"PK feed"

    assert not copy.parent.exists()


def refusal(source: str) -> str:
    with pytest.raises(Refused) as refused, local_copy(source):
        pass
    (problem,) = refused.value.problems
    return problem.message


def test_what_cannot_be_fetched_is_refused(address: str) -> None:
    assert refusal(address + "/none") == "The server answers 404 Not Found."
    assert "file:///etc/passwd" in refusal(address + "/file")
    assert refusal(address + "/ftp") == "The address leads on to ftp://example.org/feed.zip, which is not followed."
    assert "redirect" in refusal(address + "/loop")
    assert refusal("ftp://example.org/feed.zip") == "Only addresses with http:// or https:// are fetched."
    assert refusal("http://127.0.0.1:1/feed.zip").startswith("The address cannot be fetched: ")
    assert refusal("http://[broken/feed.zip").startswith("The address cannot be fetched: ")


def test_more_bytes_than_a_feed_has_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LARGEST_ARCHIVE", 2 * 1024 * 1024)

    assert refusal(address + "/big") == "The file has more than 2 MB."
