"""What several fault tests begin with."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.echo_street import EchoHouse


@pytest.fixture(scope="session")
def issued_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A migrated copy of the portal on SQLite, and the codes of its links."""
    house = EchoHouse(tmp_path_factory.mktemp("echo"))
    house.migrate()
    return house.folder, house.issue(3000)


@pytest.fixture
def echo_house(issued_once: tuple[Path, list[str]], data_folder: Path) -> Callable[..., tuple[EchoHouse, list[str]]]:
    """Makes a copy of that portal, with settings of its own; gives its codes too."""

    def make(*extra: tuple[str, str]) -> tuple[EchoHouse, list[str]]:
        folder, issued = issued_once
        shutil.copytree(folder, data_folder, dirs_exist_ok=True)
        return EchoHouse(data_folder, extra=extra), issued

    return make
