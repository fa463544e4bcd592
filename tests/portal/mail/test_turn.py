"""One sender at a time, and a killed one stops nobody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import override_settings
from post_office.models import Email
from pytest_django.fixtures import Settings

from portal.mail import tasks
from portal.mail.turn import take_turn

HOLD = """
import sys
from pathlib import Path
from portal.mail.turn import take_turn
with take_turn(Path(sys.argv[1])) as ours:
    print(ours, flush=True)
    sys.stdin.read()
"""


def test_a_turn_ends_with_the_process_that_held_it(data_folder: Path) -> None:
    path = data_folder / "mail.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "True\n"
        with take_turn(path) as ours:
            assert not ours
        holder.kill()
    with take_turn(path) as ours:
        assert ours


@pytest.mark.django_db(transaction=True)
def test_mail_leaves_though_a_killed_sender_left_its_number_to_a_living_process(
    data_folder: Path, settings: Settings, mailoutbox: list[object]
) -> None:
    backends = {"default": "django.core.mail.backends.locmem.EmailBackend"}
    with override_settings(POST_OFFICE={**settings.POST_OFFICE, "BACKENDS": backends}):
        (data_folder / "mail-lock.lock").write_text(str(os.getppid()))
        Email.objects.create(to="ana@example.org", from_email="a@example.org", subject="Hello", status=2)
        tasks.send_queued()
    assert len(mailoutbox) == 1
