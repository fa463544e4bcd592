"""One tree for one data folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from portal.supervisor.claim import DataFolderInUseError, claim

ROOT = Path(__file__).parents[3]
HOLDS = """
import sys
from pathlib import Path
from portal.supervisor.claim import claim
with claim(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_data_folder_in_use_is_refused_with_its_owner(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(DataFolderInUseError, match=rf"process {other.pid}"), claim(tmp_path):
            pass
    with claim(tmp_path):
        pass


def test_data_folder_is_made(tmp_path: Path) -> None:
    with claim(tmp_path / "new" / "data"):
        assert (tmp_path / "new" / "data").is_dir()
    with claim(tmp_path / "new" / "data"):
        pass
