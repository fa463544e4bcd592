"""A batch on a disk that is really full: nothing is lost, a person is told, and it goes on once there is room."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.faults.batch_copy import Copy, order

pytestmark = [pytest.mark.faults, pytest.mark.slow]

UNSHARE = ("unshare", "--user", "--map-root-user", "--mount")
# A small disk that only the script sees: it goes with it. Some KB of it are left to the batch.
SCRIPT = """
set -e
mount -t tmpfs -o size=64m tmpfs "$DISK"
cp -a "$ORDERED/." "$DISK"
export WAYPOST_DATA="$DISK"
free=$(df --output=avail --block-size=1K "$DISK" | tail -1)
head -c $(( (free - LEFT) * 1024 )) /dev/zero > "$DISK/ballast"
code=0; $PRINT --out "$OUT/never" > "$OUT/full" 2>&1 || code=$?
echo $code > "$OUT/code"
rm "$DISK/ballast"
$PRINT --out "$OUT/files"
cp "$DISK/waypost.sqlite3"* "$OUT"
"""


def may_mount() -> bool:
    """Whether this machine lets us have a disk of our own."""
    if not shutil.which("unshare"):
        return False
    mount = "mount -t tmpfs -o size=1m tmpfs /mnt"
    return not subprocess.run([*UNSHARE, "sh", "-c", mount], capture_output=True, check=False).returncode


@pytest.fixture(scope="module")
def ordered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Copy, str]:
    """A batch that was ordered and not begun, and its number."""
    copy = Copy(tmp_path_factory.mktemp("ordered"))
    [uid] = order(copy, {"MS": 30})
    return copy, uid


@pytest.mark.skipif(not may_mount(), reason="a disk of a test's own needs user namespaces")
@pytest.mark.parametrize("left", [300, 700, 1500])
def test_a_batch_on_a_full_disk_says_so_and_goes_on_with_room(
    ordered: tuple[Copy, str], tmp_path: Path, left: int
) -> None:
    copy, uid = ordered
    (tmp_path / "disk").mkdir()
    command = f"{sys.executable} manage.py print_posters --season 2027 --batch {uid}"
    done = subprocess.run(
        [*UNSHARE, "sh", "-c", SCRIPT],
        cwd=settings.BASE_DIR,
        env=copy.environment
        | {"DISK": str(tmp_path / "disk"), "ORDERED": str(copy.folder), "OUT": str(tmp_path), "PRINT": command}
        | {"LEFT": str(left)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout, done.stderr, (tmp_path / "full").read_text())
    told = (tmp_path / "full").read_text()
    assert (tmp_path / "code").read_text().strip() == "1", told
    assert "The disk is full. Nothing is lost: make room, then go on." in told
    assert "Traceback" not in told.split("error: ")[-1]

    after = Copy(tmp_path)
    assert after.state_of(uid) == "done"
    pages = after.ask("SELECT pages FROM campaign_batch")
    assert after.ask("SELECT count(*) FROM campaign_print WHERE decoded != ''") == pages
    plain = Copy(shutil.copytree(copy.folder, tmp_path / "plain"))
    files = {path.name: path.read_bytes() for path in (tmp_path / "files").iterdir()}
    assert files == plain.files(uid, tmp_path / "out")
