"""Fetches a feed from the web: http and https only, with limits on size, time and redirects."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from campaign.places.archive import LARGEST_ARCHIVE, MEGABYTE
from campaign.places.problems import refuse

TIMEOUT = 30.0  # seconds of silence
LONGEST_FETCH = 600.0  # seconds in all
MOST_REDIRECTS = 5


@contextmanager
def local_copy(source: str) -> Iterator[Path]:
    """The file at a path or web address; a fetched file is gone afterwards. Raises `Refused`."""
    if "://" not in source:
        yield Path(source)
        return
    folder = Path(tempfile.mkdtemp(prefix="waypost-feed-"))
    try:
        target = folder / "feed.zip"
        _fetch(source, target)
        yield target
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _FewRedirects(HTTPRedirectHandler):
    max_redirections = MOST_REDIRECTS

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if not _is_web(newurl) or (req.type == "https" and not newurl.casefold().startswith("https:")):
            fp.close()
            raise refuse(req.full_url, f"The address leads on to {newurl[:200]}, which is not followed.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _is_web(url: str) -> bool:
    return url.casefold().startswith(("http://", "https://"))


def _fetch(url: str, target: Path) -> None:
    if not _is_web(url):
        raise refuse(url, "Only addresses with http:// or https:// are fetched.")
    opener = OpenerDirector()
    for handler in (
        ProxyHandler,
        HTTPHandler,
        HTTPSHandler,
        _FewRedirects,
        HTTPDefaultErrorHandler,
        HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    deadline = time.monotonic() + LONGEST_FETCH
    try:
        request = Request(url, headers={"User-Agent": "Waypost (feed import)"})  # noqa: S310  the scheme is checked above
        with opener.open(request, timeout=TIMEOUT) as answer, target.open("wb") as file:
            while chunk := answer.read1(MEGABYTE):
                file.write(chunk)
                if file.tell() > LARGEST_ARCHIVE:
                    raise refuse(url, f"The file has more than {LARGEST_ARCHIVE // MEGABYTE} MB.")
                if time.monotonic() > deadline:
                    raise refuse(url, f"The download took more than {LONGEST_FETCH / 60:.0f} minutes.")
    except HTTPError as error:
        error.close()
        raise refuse(url, f"The server answers {error.code} {error.reason}.") from error
    except (URLError, OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise refuse(url, f"The address cannot be fetched: {reason}.") from error
