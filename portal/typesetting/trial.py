"""Sets a design that nobody has judged yet in a process of its own, whose time and memory are limited.

An endless loop or a hunger for memory ends that process, never the one that asked::

    outcomes = trial(project, [Case(data=…, boxes=…, urls=…, must_say=…)])   # one Outcome a case, lazily
    png = picture(project, data, ppi=60)

The process is ``python -m portal.typesetting.trial``: tasks come as lines of JSON, answers go as lines of JSON.
"""

import base64
import contextlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from portal.typesetting.compiler import Project, compile_pdf, compile_png
from portal.typesetting.errors import TypesettingError
from portal.typesetting.geometry import Box
from portal.typesetting.readback import decode_pdf, page_texts

#: For one case: processor seconds, seconds on the wall, bytes of address space.
CPU_SECONDS: Final = 30
WALL_SECONDS: Final = 60.0
MEMORY: Final = 2 * 1024**3
#: Bytes that one answer may have: a large poster as PNG, written as base64.
_MOST_ANSWER: Final = 64 * 1024**2
_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)

# One at a time in each process: pictures of drafts must not take the machine's memory together.
_turn = threading.Lock()


@dataclass(frozen=True, slots=True)
class Case:
    """Pages to be set, and what they must be found to hold.

    ``boxes``: where each page's code lies, with its quiet zone; ``urls``: what it must say, empty for a page
    without a code; ``must_say``: what must stand in each page's text, spaces aside.
    """

    data: Mapping[str, object]
    boxes: Sequence[Box]
    urls: Sequence[str]
    must_say: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case: sentences for the person who drew the design. ``is_cut`` ends the trial."""

    problems: tuple[str, ...]
    is_cut: bool = False


def trial(
    project: Project,
    cases: Sequence[Case],
    *,
    cpu_seconds: int = CPU_SECONDS,
    wall_seconds: float = WALL_SECONDS,
    memory: int = MEMORY,
) -> Iterator[Outcome]:
    """One outcome a case, in their order; after one that ran out of time or memory no other is tried."""
    with _Limited(project, cpu_seconds, wall_seconds, memory) as limited:
        for case in cases:
            try:
                answer = limited.ask({"case": asdict(case)})
            except TypesettingError as cut:
                yield Outcome((str(cut),), is_cut=True)
                return
            yield Outcome(tuple(str(problem) for problem in answer["problems"]))


def picture(project: Project, data: Mapping[str, object], *, ppi: float) -> bytes:
    """The one page of ``data`` as a PNG, within the limits. Raises ``TypesettingError``."""
    with _turn, _Limited(project, CPU_SECONDS, WALL_SECONDS, MEMORY) as limited:
        answer = limited.ask({"picture": dict(data), "ppi": ppi})
    if answer["problems"]:
        raise TypesettingError(str(answer["problems"][0]))
    return base64.b64decode(str(answer["content"]))


def document(project: Project, data: Mapping[str, object], *, timestamp: datetime) -> bytes:
    """The pages of ``data`` as a PDF, within the limits. Raises ``TypesettingError``."""
    with _turn, _Limited(project, CPU_SECONDS, WALL_SECONDS, MEMORY) as limited:
        answer = limited.ask({"document": dict(data), "timestamp": timestamp.isoformat()})
    if answer["problems"]:
        raise TypesettingError(str(answer["problems"][0]))
    return base64.b64decode(str(answer["content"]))


class _Limited:
    """The other process, from its start to its end."""

    def __init__(self, project: Project, cpu_seconds: int, wall_seconds: float, memory: int) -> None:
        self._wall_seconds, self._cpu_seconds, self._memory = wall_seconds, cpu_seconds, memory
        self._first = {
            "main": project.main,
            "files": {name: base64.b64encode(content).decode() for name, content in project.files.items()},
            "cpu_seconds": cpu_seconds,
            "memory": memory,
        }

    def __enter__(self) -> "_Limited":
        self._errors = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "portal.typesetting.trial"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=_ROOT,
            # Nothing of ours: no secrets in its environment, no proxy that leads out.
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_ROOT), "RAYON_NUM_THREADS": "2"},
        )
        self._send(self._first)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            with contextlib.suppress(BrokenPipeError):
                if pipe:
                    pipe.close()
        self._process.wait()

    def ask(self, task: Mapping[str, object]) -> dict[str, Any]:
        """What the process answers. Raises ``TypesettingError`` once it is over its limits."""
        self._send(task)
        line = self._line()
        if line.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(line)
            return answer
        raise TypesettingError(self._why_cut())

    def _send(self, said: Mapping[str, object]) -> None:
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):  # it died: reading its answer tells
            self._process.stdin.write(json.dumps(said).encode() + b"\n")
            self._process.stdin.flush()

    def _line(self) -> bytes:
        """One line, or what came of it until the process ended or its time was over."""
        assert self._process.stdout
        until = time.monotonic() + self._wall_seconds
        descriptor = self._process.stdout.fileno()
        parts: list[bytes] = []
        size = 0
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while (left := until - time.monotonic()) > 0 and size < _MOST_ANSWER:
                if not selector.select(left):
                    break
                part = os.read(descriptor, 1 << 16)
                if not part:
                    break
                parts.append(part)
                size += len(part)
                if part.endswith(b"\n"):
                    break
        return b"".join(parts)

    def _why_cut(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.5)
        self._process.kill()
        signal = -self._process.wait()
        self._errors.seek(0)
        said = self._errors.read(10_000).decode(errors="replace")
        if "memory allocation" in said or "MemoryError" in said or "out of memory" in said.lower():
            return (
                f"Setting the design took more than {self._memory // 1024**3} GB of memory and was stopped. Look for "
                "something that grows without end."
            )
        # 9: killed here after the time on the wall; 24: the processor time was over.
        if signal in {9, 24}:
            return (
                f"Setting the design took longer than {self._cpu_seconds} seconds and was stopped. Look for a loop "
                "without an end."
            )
        return "Setting the design ended the typesetter. Take out what was added last and try again."


def _serve(asked: IO[bytes], answers: IO[bytes]) -> None:
    first = json.loads(asked.readline())
    _limit_memory(int(first["memory"]))
    files = {name: base64.b64decode(content) for name, content in first["files"].items()}
    project = Project(main=str(first["main"]), files=files)
    for line in asked:
        _limit_time(int(first["cpu_seconds"]))
        answers.write(json.dumps(_answer(project, json.loads(line))).encode() + b"\n")
        answers.flush()


def _answer(project: Project, task: dict[str, Any]) -> dict[str, object]:
    try:
        if "picture" in task:
            (content,) = compile_png(project, task["picture"], ppi=task["ppi"])
        elif "document" in task:
            content = compile_pdf(project, task["document"], timestamp=datetime.fromisoformat(task["timestamp"]))
        else:
            return {"problems": list(_problems(project, task["case"]))}
    except TypesettingError as error:
        return {"problems": [str(error)]}
    except ValueError:
        return {"problems": ["The design makes more or fewer pages than there are posters. Draw one page for each."]}
    return {"problems": [], "content": base64.b64encode(content).decode()}


def _problems(project: Project, case: dict[str, Any]) -> Iterator[str]:
    pdf = compile_pdf(project, case["data"], timestamp=_EPOCH)
    said = page_texts(pdf)
    urls, must_say = case["urls"], case["must_say"]
    if len(said) != len(urls):
        yield f"The design makes {len(said)} pages for {len(urls)} posters. Draw one page for each."
        return
    everywhere = decode_pdf(pdf)
    in_boxes = decode_pdf(pdf, [Box(**box) for box in case["boxes"]])
    for found, boxed, url, wanted, text in zip(everywhere, in_boxes, urls, must_say, said, strict=True):
        if boxed != ([url] if url else []):
            yield "The code cannot be read in its box. Leave that box to the code alone, on white."
        elif len(found) != len(boxed):
            yield f"There are {len(found)} codes on the page; there may be one, in its box."
        spoken = _bare(text)
        for words in wanted:
            if _telling(words) not in spoken:
                yield f"“{words}” is not on the page. Show every number that is given, and the mark of a proof."


def _telling(number: str) -> str:
    """A number without a leading group of a single digit: on right-to-left pages PDFium reads that apart."""
    first, _, rest = number.partition("-")
    return _bare(rest if rest and len(first) == 1 else number)


def _bare(text: str) -> str:
    """Letters and digits alone: how a line was broken or a hyphen drawn does not matter."""
    return "".join(character for character in text if character.isalnum()).casefold()


def _limit_memory(most: int) -> None:
    """Limits what the process may ask for; a system without limits has the time on the wall alone."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _limit_time(seconds: int) -> None:
    """So many processor seconds from now on."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard))


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
