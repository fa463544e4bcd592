"""The table of fields, and what is refused by it."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from outreach.hsds import checking
from outreach.hsds.fields import ITEMS, POINTS_AT, SHAPES

ORGANIZATION, ABOVE = "8a5e3f1c-2f0e-4f6a-9d2b-0d6a1b2c3d4e", "11111111-2f0e-4f6a-9d2b-0d6a1b2c3d4e"
SERVICE, CONTACT = "22222222-2f0e-4f6a-9d2b-0d6a1b2c3d4e", "33333333-2f0e-4f6a-9d2b-0d6a1b2c3d4e"


def test_table_is_the_standards_own_list_of_fields(shared_data: Path) -> None:
    standard = json.loads((shared_data / "hsds_v3_core_fields.json").read_text())
    ours = {
        kind: {
            "required": sorted(shape.required),
            "fields": {
                name: {
                    part: list(value) if part == "enum" else value
                    for part in ("type", "format", "enum")
                    if (value := getattr(field, part))
                }
                for name, field in shape.fields.items()
            },
        }
        for kind, shape in SHAPES.items()
    }
    assert ours == {
        kind: {"required": sorted(said["required"]), "fields": said["fields"]} for kind, said in standard.items()
    }


def test_lists_and_references_name_objects_of_the_table() -> None:
    assert set(ITEMS.values()) | set(POINTS_AT.values()) - {"organization", "service"} <= set(SHAPES)
    references = {name for shape in SHAPES.values() for name in shape.fields if name.endswith("_id")} - {"tax_id"}
    assert references - set(POINTS_AT) == {"program_id"}


def sound() -> dict[str, list[dict[str, Any]]]:
    """A small directory without a fault."""
    return {
        "organizations": [
            {"id": ABOVE, "name": "Department", "description": "Above."},
            {
                "id": ORGANIZATION,
                "name": "Office",
                "description": "Beneath.",
                "website": "https://example.org/a?b=c%20d",
                "parent_organization_id": ABOVE,
                "contacts": [{"id": CONTACT, "organization_id": ORGANIZATION, "email": "press@example.org"}],
            },
        ],
        "services": [
            {
                "id": SERVICE,
                "organization_id": ORGANIZATION,
                "name": "Line",
                "status": "active",
                "assured_date": "2027-01-11",
                "schedules": [
                    {"id": "44444444-2f0e-4f6a-9d2b-0d6a1b2c3d4e", "service_id": SERVICE, "closes_at": "24:00"}
                ],
                "phones": [
                    {"id": "55555555-2f0e-4f6a-9d2b-0d6a1b2c3d4e", "service_id": SERVICE, "number": "988",
                     "extension": 5}
                ],
            }
        ],
    }  # fmt: skip


def test_sound_directory_has_no_problem() -> None:
    assert checking.problems(**sound()) == []


def _set(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    """Changes one place: ``services.0.name``."""

    def change(directory: dict[str, Any]) -> None:
        *way, last = path.split(".")
        here: Any = directory
        for step in way:
            here = here[int(step)] if step.isdecimal() else here[step]
        if value is None:
            del here[last]
        else:
            here[last] = value

    return change


FAULTS = {
    "an unknown field": ("organizations.0.colour", "red", "no field of organization"),
    "a required field left out": ("organizations.0.description", None, "missing"),
    "a required field left empty": ("organizations.0.name", " ", "empty"),
    "no status": ("services.0.status", None, "missing"),
    "a word that is none of the list": ("services.0.status", "open", "none of active"),
    "a number as text": ("services.0.phones.0.extension", "5", "no number"),
    "truth as a number": ("services.0.phones.0.extension", True, "no number"),
    "no number at all": ("services.0.phones.0.extension", float("nan"), "no number"),
    "a text as a number": ("services.0.name", 5, "no text"),
    "half of a character": ("services.0.name", "\ud800", "no character"),
    "NUL": ("services.0.name", "a\0b", "no character"),
    "a list as text": ("services.0.phones", "988", "no list"),
    "a phone as text": ("services.0.phones", ["988"], "no object"),
    "an id that is none": ("services.0.id", "1", "no uuid"),
    "an id in capitals": ("services.0.id", SERVICE.upper().replace("2", "A"), "no uuid"),
    "an address without a scheme": ("organizations.1.website", "example.org", "no uri"),
    "an address with a space": ("organizations.1.website", "https://example.org/a b", "no uri"),
    "an address of other letters": ("organizations.1.website", "https://example.org/é", "no uri"),
    "a broken per cent": ("organizations.1.website", "https://example.org/%2", "no uri"),
    "no e-mail": ("organizations.1.contacts.0.email", "press", "no email"),
    "a day that is none": ("services.0.assured_date", "2027-02-30", "no date"),
    "a day in words": ("services.0.assured_date", "January", "no date"),
    "a moment without a zone": ("services.0.last_modified", "2027-01-11T00:00:00", "no date-time"),
    "an hour that is none": ("services.0.schedules.0.closes_at", "25:00", "no time"),
    "an organization that is not there": ("services.0.organization_id", CONTACT, "there is no organization"),
    "an office above that is not there": (
        "organizations.1.parent_organization_id",
        SERVICE,
        "there is no organization",
    ),
    "a phone of another service": ("services.0.phones.0.service_id", ORGANIZATION, "lies in another service"),
    "an id given twice": ("services.0.id", ORGANIZATION, "given 2 times"),
    "an office beneath itself": ("organizations.0.parent_organization_id", ORGANIZATION, "beneath itself"),
    "a list nobody describes": ("organizations.0.funding", [{"id": CONTACT}], "does not say what it holds"),
    "a program": ("services.0.program_id", CONTACT, "nothing here is a program"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_named_with_its_place(fault: str) -> None:
    path, value, said = FAULTS[fault]
    directory = deepcopy(sound())
    _set(path, value)(directory)
    found = checking.problems(**directory)
    assert any(said in problem for problem in found), found
