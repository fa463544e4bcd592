"""The locks: complete, hashed, from the public index alone, and in step with pyproject.toml."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-prod.lock", "requirements-test.lock"]
PUBLIC_INDEX = "https://pypi.org/simple"
PUBLIC_FILES = "https://files.pythonhosted.org/packages/"
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES: list[dict[str, Any]] = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
PLATFORMS = {
    "Linux on x86-64": r"manylinux.*_x86_64",
    "Linux on arm64": r"manylinux.*_aarch64",
    "macOS on arm64": r"macosx_.*_(arm64|universal2)",
}


def entries(lock: str) -> dict[str, tuple[Requirement, list[str]]]:
    """The requirements of a lock by name, each with the options that follow it."""
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found: dict[str, tuple[Requirement, list[str]]] = {}
    for line in lines:
        wanted, *options = re.split(r"\s+(?=--)", line.strip())
        requirement = Requirement(wanted)
        found[canonicalize_name(requirement.name)] = (requirement, [str(option) for option in options])
    return found


def asked_for(*, extra: str = "", group: str = "") -> list[Requirement]:
    """What pyproject.toml asks for."""
    lines = list(PYPROJECT["project"]["dependencies"])
    lines += PYPROJECT["project"]["optional-dependencies"].get(extra, [])
    lines += PYPROJECT["dependency-groups"].get(group, [])
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_and_hashes_every_requirement(lock: str) -> None:
    assert entries(lock)
    for name, (requirement, options) in entries(lock).items():
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), name
        assert requirement.url is None, name
        assert options, name
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", option) for option in options), name


def test_lock_names_no_host_but_the_public_index() -> None:
    sources = [package["source"] for package in PACKAGES if package["name"] != "waypost"]
    files = [file for package in PACKAGES for file in [*package.get("wheels", []), package.get("sdist")] if file]
    assert {tuple(source.items()) for source in sources} == {(("registry", PUBLIC_INDEX),)}
    assert [file for file in files if not file["url"].startswith(PUBLIC_FILES)] == []


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [
        ("requirements.lock", asked_for()),
        ("requirements-prod.lock", asked_for(extra="prod")),
        ("requirements-test.lock", asked_for(group="test")),
    ],
)
def test_lock_holds_what_pyproject_asks_for(lock: str, requirements: list[Requirement]) -> None:
    locked = entries(lock)
    for requirement in requirements:
        pinned, _ = locked[canonicalize_name(requirement.name)]
        version = str(pinned.specifier).removeprefix("==")
        assert requirement.specifier.contains(version, prereleases=True), f"{requirement} has {version}"


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_agrees_with_the_resolution(lock: str) -> None:
    resolved = {(package["name"], package["version"]) for package in PACKAGES}
    pinned = {(name, str(entry.specifier).removeprefix("==")) for name, (entry, _) in entries(lock).items()}
    assert pinned <= resolved


@pytest.mark.parametrize("larger", ["requirements-prod.lock", "requirements-test.lock"])
def test_larger_lock_holds_all_of_the_runtime(larger: str) -> None:
    runtime = {name: str(requirement) for name, (requirement, _) in entries("requirements.lock").items()}
    held = {name: str(requirement) for name, (requirement, _) in entries(larger).items()}
    assert {name: held.get(name, "").split(" ;")[0] for name in runtime} == {
        name: line.split(" ;")[0] for name, line in runtime.items()
    }


@pytest.mark.parametrize("platform", PLATFORMS)
def test_runtime_needs_no_compiler(platform: str) -> None:
    wheels = {package["name"]: package.get("wheels", []) for package in PACKAGES}
    lacking = []
    for name, (requirement, _) in entries("requirements.lock").items():
        if requirement.marker and not requirement.marker.evaluate({"sys_platform": "linux"}):
            continue
        tags = {
            tag.platform
            for wheel in wheels[name]
            for tag in parse_wheel_filename(wheel["url"].rsplit("/", 1)[1])[3]
            if tag.interpreter in {"py3", "py2.py3", "cp311"} or tag.abi == "abi3"
        }
        if not any(tag == "any" or re.fullmatch(PLATFORMS[platform], tag) for tag in tags):
            lacking.append(name)
    assert lacking == []
