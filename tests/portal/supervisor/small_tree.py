"""A small tree for the tests: each argument is a process, ``name=Python code``.

A name that begins with ``!`` stops last; one that begins with ``?`` is ready when the file
``ready`` exists in the current folder.
"""

# ruff: noqa: T201 (what it says is what the tests read)

import sys
from pathlib import Path

from portal.supervisor.processes import Process
from portal.supervisor.tree import StartError, Tree


def process(argument: str) -> Process:
    name, code = argument.split("=", 1)
    return Process(
        name=name.lstrip("!?"),
        argv=(sys.executable, "-c", code),
        ready=(lambda: Path("ready").exists()) if name.startswith("?") else None,
        stops_last=name.startswith("!"),
    )


if __name__ == "__main__":
    try:
        tree = Tree([process(argument) for argument in sys.argv[1:]], folder=Path.cwd(), log=sys.stdout)
        tree.run(on_ready=lambda: print("all ready", flush=True))
    except StartError as error:
        print(f"start error: {error}")
        sys.exit(1)
    print("all stopped")
