"""The table of roles: what it says holds together, and docs/roles.md says the same."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from portal.people import role_table
from portal.people.roles import APART, DESK, INVITES, LOOKS, MODELS, OWN, VERBS, Role, changes, permissions
from tests.roles import expected
from tests.roles.asking import METHODS, names
from tests.test_roles_by_url import PEOPLE


def test_page_of_the_docs_is_what_the_command_prints() -> None:
    told = StringIO()
    call_command("show_roles", markdown=True, stdout=told)
    page = Path(settings.BASE_DIR, "docs", "roles.md")
    assert page.read_text() == told.getvalue(), (
        "Roles or addresses changed: ./waypost manage show_roles --markdown > docs/roles.md"
    )


def test_page_counts_what_the_matrix_asks() -> None:
    assert role_table.addresses() == len(names() - expected.left_out())
    assert len(Role) + role_table.BESIDES_ROLES == len(PEOPLE)
    assert len(METHODS) == role_table.METHODS


@pytest.mark.parametrize("role", list(Role))
def test_command_lists_the_permissions_of_a_role(role: Role) -> None:
    told = StringIO()
    call_command("show_roles", role.value, stdout=told)
    assert told.getvalue().split() == sorted(permissions(role))


def test_letters_are_known_and_roles_without_a_desk_hold_none() -> None:
    for model, row in MODELS.items():
        for role, letters in row.items():
            assert set(letters) <= set("vacd"), (model, role)
            assert letters == "".join(letter for letter in "vacd" if letter in letters), (model, role)
            assert "v" in letters, f"{role} changes {model} without seeing it"
            assert role in DESK, f"{role} has no desk where {model} could be opened"


def test_own_rights_belong_to_roles_without_a_desk_and_name_their_permission() -> None:
    for name, own in OWN.items():
        assert own.role not in DESK, name
        assert not own.by or own.role in VERBS[own.by], name
    assert {own.role for own in OWN.values()} == set(Role) - DESK
    # What opens pages of one's own opens nothing at a desk.
    assert not {role for own in OWN.values() if own.by for role in VERBS[own.by]} & DESK


def test_verbs_that_only_look_are_verbs() -> None:
    assert set(VERBS) >= LOOKS


def test_two_persons_can_always_be_found() -> None:
    """Where a second person is asked for, two roles at least may be the second."""
    for verb in (
        "portal.redact_entry",
        "campaign.release_batch",
        "outreach.approve_agreement",
        "outreach.verify_channel",
    ):
        assert len(VERBS[verb]) >= 2, verb


def test_roles_apart_and_invited_are_roles() -> None:
    assert all(len(pair) == 2 and Role.AUDITOR in pair for pair in APART)
    assert not changes(Role.ANALYST)
    assert all(Role.AUDITOR not in given for given in INVITES.values())
