"""Runs a list of processes as one: started in order, watched, started again, stopped together."""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import IO

from portal.supervisor.leash import Leash
from portal.supervisor.processes import Process

TICK = 0.1
READY_WITHIN = 60.0
STOP_WITHIN = 5.0
LAST_STOP_WITHIN = 2.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
# A process that ran this long before it ended starts again after the shortest pause.
STEADY_AFTER = 30.0
LONGEST_LINE = 64 * 1024


class StartError(Exception):
    """A process ended, or gave no answer, before it was ready."""


class _Run:
    """One run of a process: its program, the read end of its output and the line it has begun."""

    def __init__(self, process: Process, *, folder: Path, leash: Leash) -> None:
        self.began = time.monotonic()
        self.line = b""
        self.output, write = os.pipe()
        os.set_blocking(self.output, False)
        # Between fork and exec the leash only makes system calls, and this process has one thread.
        self.program = subprocess.Popen(
            process.argv,
            cwd=folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **process.environment},
            stdin=subprocess.DEVNULL,
            stdout=write,
            stderr=write,
            start_new_session=True,
            preexec_fn=leash.fasten,
        )
        os.close(write)

    @property
    def lasts(self) -> bool:
        return self.program.poll() is None

    def lines(self) -> list[str] | None:
        """The lines that have come since the last call; None at the end of the output."""
        try:
            piece = os.read(self.output, LONGEST_LINE)
        except BlockingIOError:
            return []
        if not piece:
            return None
        *whole, self.line = (self.line + piece).split(b"\n")
        if len(self.line) > LONGEST_LINE:
            whole.append(self.line)
            self.line = b""
        return [line.decode(errors="replace") for line in whole]


class _Place:
    """A process's place in the tree: its run, if it has one, and when it may have the next."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.run: _Run | None = None
        self.failures = 0
        self.next_run_at = 0.0


class Tree:
    """A list of processes run as one. ``folder`` is where they start, ``log`` takes their lines."""

    def __init__(self, processes: Sequence[Process], *, folder: Path, log: IO[str] = sys.stderr) -> None:
        self._places = [_Place(process) for process in processes]
        self._folder = folder
        self._log = log
        self._outputs = selectors.DefaultSelector()
        self._asked_to_stop = 0

    def run(self, *, on_ready: Callable[[], None]) -> None:
        """Starts everything, calls ``on_ready``, and returns when a signal has stopped all.

        Raises StartError, with everything stopped again, where a process doesn't get ready.
        """
        self._listen()
        self._leash = Leash()
        try:
            for place in self._places:
                self._await(place, self._start(place))
            if not self._asked_to_stop:
                on_ready()
            while not self._asked_to_stop:
                self._pump(TICK)
                self._revive()
        finally:
            self._stop([place for place in self._places if not place.process.stops_last], within=STOP_WITHIN)
            self._stop([place for place in self._places if place.process.stops_last], within=LAST_STOP_WITHIN)
            self._leash.drop()

    def _listen(self) -> None:
        """Takes SIGINT and SIGTERM even where they were inherited as ignored (a background job)."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        # nohup asks for SIGHUP to be ignored, and gets it.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._ask_to_stop)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop += 1

    def _start(self, place: _Place) -> _Run:
        place.run = _Run(place.process, folder=self._folder, leash=self._leash)
        self._outputs.register(place.run.output, selectors.EVENT_READ, (place.process.name, place.run))
        return place.run

    def _await(self, place: _Place, run: _Run) -> None:
        """Returns when the process is ready, or when a signal has come."""
        name, ready = place.process.name, place.process.ready
        while ready is not None and not self._asked_to_stop:
            self._pump(TICK / 4)
            if not run.lasts:
                raise StartError(f"{name} {ending(run.program.returncode)} before it was ready (its lines are above).")
            if ready():
                return
            if time.monotonic() - run.began > READY_WITHIN:
                raise StartError(f"{name} gave no answer within {READY_WITHIN:.0f} seconds.")

    def _pump(self, seconds: float) -> None:
        """Waits for output for at most ``seconds`` and passes on every whole line."""
        for key, _ in self._outputs.select(seconds):
            name, run = key.data
            lines = run.lines()
            if lines is None:
                self._outputs.unregister(key.fileobj)
            for line in lines or ():
                self._say(name, line)

    def _say(self, name: str, line: str) -> None:
        """One line of the log. A log that nobody reads any more stops nothing."""
        with contextlib.suppress(OSError, ValueError):
            self._log.write(f"{name:>9} | {line.rstrip()}\n")
            self._log.flush()

    def _revive(self) -> None:
        """Starts again what has ended, after a pause that doubles with each failure in a row."""
        now = time.monotonic()
        for place in self._places:
            if place.run is None:
                if now >= place.next_run_at:
                    self._start(place)
            elif not place.run.lasts:
                steady = now - place.run.began > STEADY_AFTER
                place.failures = 1 if steady else place.failures + 1
                pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (place.failures - 1))
                place.next_run_at = now + pause
                end = ending(place.run.program.returncode)
                self._bury(place, place.run)
                self._say("waypost", f"{place.process.name} {end}; it starts again in {pause:g} s")

    def _bury(self, place: _Place, run: _Run) -> None:
        """Clears away a run that has ended: its orphans, its last lines, its pipe."""
        run.program.wait()
        self._leash.unfasten(run.program.pid)
        for line in [*(run.lines() or ()), run.line.decode(errors="replace")]:
            if line:
                self._say(place.process.name, line)
        with contextlib.suppress(KeyError):
            self._outputs.unregister(run.output)
        os.close(run.output)
        place.run = None

    def _stop(self, places: Sequence[_Place], *, within: float) -> None:
        """Asks processes to stop, and kills those that haven't in time. A second Ctrl-C is the end of the time."""
        runs = [(place, place.run) for place in places if place.run is not None]
        for _, run in runs:
            run.program.terminate()
        until = time.monotonic() + within
        while any(run.lasts for _, run in runs) and time.monotonic() < until and self._asked_to_stop < 2:
            self._pump(TICK / 4)
        for place, run in runs:
            run.program.kill()
            self._bury(place, run)


def ending(status: int) -> str:
    """How a program ended, in words."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"
