"""How soon the preview of “Make it yours” is there, beside the bare setting of the same page.

`./waypost bench preview [--previews 120]`. One line of JSON each: milliseconds from a POST to the last byte
of its answer, over HTTP against the portal's own gunicorn, and those of Typst alone in this process, in the
same minutes. Every name is another, as if typed. Run it on a quiet machine.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.bench.echo import HOST, ROOT, serving

HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
PATH = "/en/posters/preview/"


def letters(number: int) -> str:
    """A number as letters, since names hold few figures: a, b, …, z, ba …"""
    return ("" if number < 26 else letters(number // 26)) + chr(97 + number % 26)


def ask(port: int, wish: dict[str, str], number: int) -> float:
    """Milliseconds of one preview. A client of its own each time, so that no limit is met but that of all."""
    line = http.client.HTTPConnection(
        HOST, port, timeout=30, source_address=(f"127.0.{number // 200 + 1}.{number % 200 + 1}", 0)
    )
    body = urlencode(wish | {"name": f"Quill{letters(number)} Academy"})
    try:
        while True:
            began = time.perf_counter()
            line.request("POST", PATH, body, HEADERS)
            answer = line.getresponse()
            picture = answer.read()
            took = 1000 * (time.perf_counter() - began)
            if answer.status == 200 and picture.startswith(b"\x89PNG"):
                return took
            if answer.status != 429:
                raise RuntimeError(f"{PATH} was answered with {answer.status}: {picture[:200]!r}")
            time.sleep(float(answer.headers["Retry-After"]))
    finally:
        line.close()


def bare(wish: dict[str, str], previews: int) -> list[float]:
    """Milliseconds of Typst alone for the same pages; the first warms up and isn't counted."""
    from django.utils import timezone

    from campaign.links.address import printed_address
    from campaign.posters import gallery, making
    from campaign.posters.assembly import Assembly, approved_design, printable_texts
    from campaign.posters.models import Sheet

    sheet = Sheet.objects.get(slug=wish["sheet"])
    assembly = Assembly(
        design=approved_design(wish["design"]),
        sheet=sheet,
        texts=printable_texts([wish["language"]]),
        address=printed_address(),
        on=timezone.localdate(),
    )
    ppi = gallery.ppi_for(sheet, max(making.preview_size(sheet)))
    took = []
    for number in range(previews + 1):
        page = assembly.page_for_anywhere(
            language=wish["language"], code=gallery.PREVIEW_CODE, partner=f"Quill{letters(number)} School"
        )
        began = time.perf_counter()
        assembly.picture(page, ppi=ppi)
        took.append(1000 * (time.perf_counter() - began))
    return took[1:]


def figures(what: str, took: list[float], reference: list[float] | None = None) -> dict[str, Any]:
    """p50 and p95 in milliseconds, and as multiples of the reference's."""
    row: dict[str, Any] = {"what": what, "previews": len(took)}
    for name, place in (("p50", 49), ("p95", 94)):
        row[f"{name}_ms"] = round(statistics.quantiles(took, n=100)[place], 1)
        if reference:
            row[f"{name}_of_bare"] = round(row[f"{name}_ms"] / statistics.quantiles(reference, n=100)[place], 2)
    return row


def workers_of(port: int) -> list[int]:
    """Resident megabytes of the web server's workers, largest first."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            command = (status.parent / "cmdline").read_bytes()
            resident = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        except (OSError, StopIteration):
            continue
        if f"{HOST}:{port}".encode() in command:
            found.append(int(resident.split()[1]) // 1024)
    return sorted(found, reverse=True)[:2]


def tell(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Measures Typst alone, then a person who types, then eight at once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--previews", type=int, default=120, help="how many of each are measured")
    parser.add_argument("--sheet", default="letter")
    parser.add_argument("--language", default="en")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as name:
        folder = Path(name)
        os.environ |= {"WAYPOST_DATA": name, "DJANGO_SETTINGS_MODULE": "config.settings"}
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, check=True)

        import django

        django.setup()
        from django.utils import timezone

        from campaign.posters.making import offer

        design = offer(timezone.localdate()).designs[0]
        wish = {"design": design.slug, "sheet": options.sheet, "language": options.language, "area": "US"}
        alone = bare(wish, options.previews)
        tell(figures("Typst alone, in this process", alone))
        with serving(folder, "config.wsgi") as (port, _):
            for number in range(4):
                ask(port, wish, number)
            before = workers_of(port)
            typed = [ask(port, wish, number) for number in range(4, options.previews + 4)]
            tell(figures("one person types", typed, alone))
            with ThreadPoolExecutor(8) as people:
                numbers = range(options.previews + 4, 2 * options.previews + 4)
                crowd = list(people.map(lambda number: ask(port, wish, number), numbers))
            tell(figures("eight at once", crowd, alone))
            tell({"what": "megabytes of the workers", "before": before, "after": workers_of(port)})


if __name__ == "__main__":
    main()
