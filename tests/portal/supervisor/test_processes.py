"""Which processes make up the portal."""

from pathlib import Path

import pytest

from campaign.printing import batches
from portal.jobs import queue
from portal.supervisor.processes import Process, embedded, workers


def test_embedded_tree_starts_the_broker_first_and_stops_it_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WAYPOST_BROKER_URL", raising=False)
    tree = embedded(data=tmp_path, port=8000)
    assert next(process.name for process in tree) == "broker"
    assert [process.name for process in tree if process.stops_last] == ["broker"]
    assert {"web", "worker", "printer", "scheduler", "journal"} <= {process.name.rstrip("12") for process in tree}
    for process in tree[1:]:
        assert process.environment["WAYPOST_BROKER_URL"] == f"redis+socket://{tmp_path}/broker.sock"
        assert process.environment["WAYPOST_DATA"] == str(tmp_path)


def test_broker_that_the_environment_names_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYPOST_BROKER_URL", "redis://broker.example.org/0")
    tree = embedded(data=tmp_path, port=8000)
    assert "broker" not in [process.name for process in tree]
    assert all("WAYPOST_BROKER_URL" not in process.environment for process in tree)


def test_web_listens_on_this_machine_alone(tmp_path: Path) -> None:
    web = next(process for process in embedded(data=tmp_path, port=8123) if process.name == "web")
    assert web.argv[web.argv.index("--bind") + 1] == "127.0.0.1:8123"


def test_short_work_and_printing_have_workers_of_their_own() -> None:
    worker, printer = workers({}, shared_memory=True, printers=4)
    assert (queue_of(worker), queue_of(printer)) == ("celery", "printing")
    assert worker.argv[-4:] == ("--pool", "prefork", "--concurrency", "2")
    assert printer.argv[-4:] == ("--pool", "prefork", "--concurrency", "4")
    assert queue_of(printer) == batches.QUEUE
    assert queue_of(worker) == queue.USUAL


def test_a_small_machine_prints_in_one_process() -> None:
    _, printer = workers({}, shared_memory=True, printers=1)
    assert printer.argv[-2:] == ("--pool", "solo")


def test_workers_have_one_slot_each_without_shared_memory() -> None:
    single = workers({}, shared_memory=False)
    assert [(process.name, queue_of(process)) for process in single] == [
        ("worker1", "celery"),
        ("worker2", "celery"),
        ("printer", "printing"),
    ]
    assert all(process.argv[-2:] == ("--pool", "solo") for process in single)
    names = [process.argv[process.argv.index("--hostname") + 1] for process in single]
    assert len(set(names)) == 3


def queue_of(process: Process) -> str:
    """Which one a worker serves."""
    return process.argv[process.argv.index("--queues") + 1]
