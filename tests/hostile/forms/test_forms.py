"""Whatever a form is given, it says yes or no: every form class, and every form that the admin makes of a model."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.forms import BaseForm
from django.utils.datastructures import MultiValueDict
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal.people.models import User
from portal.seasons.models import Season
from tests.hostile.forms import making, values, walking
from tests.test_roles_by_url import world

pytestmark = pytest.mark.django_db

__all__ = ["world"]

FEW, MANY = 4, 40
# Not made by themselves, and where they are met instead.
PARTS = {
    "outreach.channels.admin.ChannelForm": "the admin makes it of its model",
    "portal.people.admin.AccountForm": "the admin makes it of its model",
    "outreach.seminars.day_fields.DaysMixin": "part of the request's form",
    "outreach.seminars.form_parts.DecoyMixin": "part of public forms",
}
FILES = st.sampled_from(
    [
        ("empty.png", b""),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40),
        ("../../a.pdf", b"%PDF-1.7\n%%EOF"),
        ("x" * 300 + ".svg", b"<svg onload='alert(1)'/>"),
        ("a\u202egnp.exe", b"MZ" + b"\xff" * 500),
        ("a.csv", b"\xff\xfea\0,\0\n\0"),
        ("a.xlsx", b"PK\x03\x04broken"),
    ]
)
Make = Callable[[Any, Any], BaseForm]


def try_all(forms: dict[str, Make], *, examples: int) -> tuple[int, dict[str, str]]:
    """How many inputs were tried, and which form failed how: anything but a yes or a no."""
    tried = 0
    failed: dict[str, str] = {}
    for name, make in forms.items():
        try:
            tried += _try(make, examples=examples)
        except Exception as error:
            failed[name] = f"{type(error).__name__}: {error}"[:300]
    return tried, failed


def _try(make: Make, *, examples: int) -> int:
    """How many inputs a form judged."""
    tried = 0
    empty = make(None, None)

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=values.sent(empty), file=st.none() | FILES)
    def judged(data: MultiValueDict[str, str], file: tuple[str, bytes] | None) -> None:
        nonlocal tried
        tried += 1
        upload = [SimpleUploadedFile(file[0], file[1])] if file else []
        files = MultiValueDict(dict.fromkeys(empty.fields, upload) if upload else {})
        with transaction.atomic():
            form = make(data, files)
            assert form.is_valid() == (not form.errors)
            form.errors.as_json()
            transaction.set_rollback(True)

    judged()
    return tried


def written(world: Season) -> dict[str, Make]:
    """The form classes of our apps."""
    return {
        walking.name_of(kind): making.maker(kind) for kind in walking.classes() if walking.name_of(kind) not in PARTS
    }


def of_the_admin() -> dict[str, Make]:
    """Forms of a model, for a row that there is."""
    root = User.objects.create_superuser("root of forms")
    made: dict[str, Make] = {}
    for name, kind, row in walking.of_the_admin(root):
        if issubclass(kind, BaseForm):
            made[name] = partial(_of_row, kind, row)
    return made


def _of_row(kind: type[Any], row: Any, data: Any, files: Any) -> BaseForm:
    form: BaseForm = kind(data, files, instance=row)
    return form


@pytest.fixture
def forms(world: Season) -> dict[str, Make]:
    """All of them."""
    User.objects.create_superuser("root")
    return written(world) | of_the_admin()


def test_every_form_says_yes_or_no(forms: dict[str, Make], capsys: pytest.CaptureFixture[str]) -> None:
    tried, failed = try_all(forms, examples=FEW)
    _tell(capsys, f"{len(forms)} forms, {tried} inputs")
    assert not failed, "\n".join(f"{name}: {said}" for name, said in failed.items())


@pytest.mark.slow
def test_every_form_says_yes_or_no_to_many(forms: dict[str, Make], capsys: pytest.CaptureFixture[str]) -> None:
    tried, failed = try_all(forms, examples=MANY)
    _tell(capsys, f"{len(forms)} forms, {tried} inputs")
    assert not failed, "\n".join(f"{name}: {said}" for name, said in failed.items())


def test_walk_meets_every_registered_model_and_many_classes(forms: dict[str, Make]) -> None:
    assert len(walking.classes()) > 70
    root = User.objects.get(username="root")
    assert len(list(walking.of_the_admin(root))) > 40 < len(admin.site._registry)
    assert set(PARTS) <= {walking.name_of(kind) for kind in walking.classes()}
    assert connection.vendor in {"sqlite", "postgresql"}


def _tell(capsys: pytest.CaptureFixture[str], said: str) -> None:
    with capsys.disabled():
        print(f"\nhostile forms: {said}")  # noqa: T201
