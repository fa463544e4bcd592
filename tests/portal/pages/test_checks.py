"""Host names say nothing of the campaign, and whoever sets one that does is told."""

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings


def told() -> list[str]:
    return [message.msg for message in run_checks() if message.id == "portal.W001"]


def test_names_of_development_are_neutral() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PRINTED_ADDRESS", "https://stop-trafficking.example.gov"),
        ("PUBLIC_ADDRESS", "https://Help.example.gov:8443"),
        ("ALLOWED_HOSTS", ["go.example.gov", "hotline.example.gov"]),
        ("ALLOWED_HOSTS", [".ayuda.example.gov"]),
    ],
)
def test_host_name_that_tells_is_warned_of_once(settings: Settings, variable: str, value: object) -> None:
    setattr(settings, variable, value)
    (message,) = told()
    assert f"WAYPOST_{'HOSTS' if variable == 'ALLOWED_HOSTS' else variable}" in message


def test_neutral_names_pass(settings: Settings) -> None:
    settings.PRINTED_ADDRESS = "https://go.example.gov"
    settings.PUBLIC_ADDRESS = "https://waypost.example.gov"
    settings.ALLOWED_HOSTS = ["go.example.gov", "waypost.example.gov", "*"]
    assert told() == []
