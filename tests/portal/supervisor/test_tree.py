"""The tree with small programs instead of the portal's."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

ROOT = Path(__file__).parents[3]
FOREVER = "import signal; signal.pause()"
SAYS_WHEN_STOPPED = """
import signal, sys, time
def stop(*_):
    time.sleep(%s)
    print("stopped", flush=True)
    sys.exit()
signal.signal(signal.SIGTERM, stop)
print("started", flush=True)
signal.pause()
"""
DEAF = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
COUNTS_AND_DIES = "print('born', flush=True); raise SystemExit(3)"
# A child of a child, which the kernel's parent-death signal doesn't reach.
HAS_A_CHILD = """
import signal, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("child", child.pid, flush=True)
signal.pause()
"""

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a small tree, and ends it after the test."""
    trees: list[subprocess.Popen[str]] = []
    watchdogs: list[threading.Timer] = []

    def run(*processes: str) -> subprocess.Popen[str]:
        tree = subprocess.Popen(
            [sys.executable, "-m", "tests.portal.supervisor.small_tree", *processes],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        trees.append(tree)
        # A test that waits for a line which never comes fails instead of waiting for ever.
        watchdogs.append(threading.Timer(60, tree.kill))
        watchdogs[-1].start()
        return tree

    yield run
    for watchdog in watchdogs:
        watchdog.cancel()
    for tree in trees:
        tree.kill()
        tree.communicate()


def read_until(tree: subprocess.Popen[str], *texts: str) -> str:
    """What the tree says up to the line with which all of ``texts`` have come, in any order."""
    assert tree.stdout is not None
    said = ""
    for line in tree.stdout:
        said += line
        if all(text in said for text in texts):
            return said
    raise AssertionError(f"{texts} never came:\n{said}")


def gone(pid: int) -> bool:
    """Whether a process has ended; a zombie that nobody has fetched yet has."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def eventually(condition: Callable[[], bool], *, seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def test_output_bears_the_name_of_its_process(start: Start) -> None:
    tree = start("first=print('one\\ntwo', flush=True); import signal; signal.pause()", f"second={FOREVER}")
    assert "    first | one\n    first | two\n" in read_until(tree, "two")


def test_next_process_starts_when_the_one_before_is_ready(start: Start, tmp_path: Path) -> None:
    tree = start(f"?slow=print('slow', flush=True); {FOREVER}", f"next=print('next', flush=True); {FOREVER}")
    assert "next" not in read_until(tree, "slow")
    (tmp_path / "ready").touch()
    assert "all ready" in read_until(tree, "next |")


def test_process_that_ends_before_it_is_ready_stops_the_tree(start: Start) -> None:
    tree = start(f"first={FOREVER}", "?broken=print('because', flush=True); raise SystemExit(3)")
    said, _ = tree.communicate(timeout=20)
    assert "   broken | because" in said
    assert "start error: broken ended with status 3 before it was ready" in said
    assert tree.returncode == 1


@pytest.mark.slow
def test_process_that_ends_starts_again_after_a_pause_that_doubles(start: Start) -> None:
    tree = start(f"mortal={COUNTS_AND_DIES}", f"other={FOREVER}")
    began = time.monotonic()
    said = read_until(tree, "starts again in 2 s")
    assert re.findall(r"mortal ended with status 3; it starts again in ([\d.]+) s", said) == ["0.5", "1", "2"]
    assert said.count("mortal | born") == 3
    assert time.monotonic() - began >= 1.5


def test_orphans_of_a_process_that_was_killed_end_before_it_starts_again(start: Start) -> None:
    tree = start(f"parent={HAS_A_CHILD}")
    said = read_until(tree, "child")
    child = int(said.split()[-1])
    psutil.Process(child).parent().kill()
    read_until(tree, "was ended by SIGKILL")
    assert eventually(lambda: gone(child))
    assert read_until(tree, "parent | child")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_all_and_what_others_need_last(start: Start, number: signal.Signals) -> None:
    tree = start(f"!needed={SAYS_WHEN_STOPPED % 0}", f"needs={SAYS_WHEN_STOPPED % 0.3}")
    read_until(tree, "needed | started", "needs | started")
    tree.send_signal(number)
    said, _ = tree.communicate(timeout=10)
    assert said.index("needs | stopped") < said.index("needed | stopped") < said.index("all stopped")
    assert tree.returncode == 0


@pytest.mark.slow
def test_process_that_does_not_stop_is_killed_in_seconds(start: Start) -> None:
    tree = start(f"deaf={DEAF}")
    read_until(tree, "deaf | deaf")
    began = time.monotonic()
    tree.send_signal(signal.SIGINT)
    assert tree.wait(timeout=20) == 0
    assert time.monotonic() - began < 8


def test_second_interrupt_waits_no_longer(start: Start) -> None:
    tree = start(f"deaf={DEAF}", f"polite={SAYS_WHEN_STOPPED % 0}")
    read_until(tree, "deaf | deaf", "polite | started")
    began = time.monotonic()
    tree.send_signal(signal.SIGINT)
    read_until(tree, "polite | stopped")
    tree.send_signal(signal.SIGINT)
    assert tree.wait(timeout=20) == 0
    assert time.monotonic() - began < 3


def test_children_of_children_end_with_a_tree_that_is_killed(start: Start) -> None:
    tree = start(f"parent={HAS_A_CHILD}", f"deaf={DEAF}")
    child = int(read_until(tree, "child").split()[-1])
    tree.kill()
    assert eventually(lambda: gone(child))
