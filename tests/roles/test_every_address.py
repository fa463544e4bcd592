"""Every address × everybody × GET and POST: in, or refused and nothing written.

An address without a row in the tables fails; so does one that writes by GET, which programs do that look at links.
"""

from collections.abc import Callable

import pytest
from django.test import Client

from portal.people import role_table
from tests.outreach.partners import pages as partner_pages
from tests.outreach.partners.conftest import Desk
from tests.roles import expected
from tests.roles.asking import METHODS, Answer, ask, names
from tests.roles.expected import ANSWERED, LEAVES, NOT_THERE, TELLS_BY_GET, Row
from tests.test_roles_by_url import EVERYBODY

pytestmark = pytest.mark.django_db


def test_every_address_has_one_row() -> None:
    listed = [row.name for row in expected.rows()]
    assert len(listed) == len(set(listed))
    assert set(listed) == names() - expected.left_out()


@pytest.mark.parametrize("person", EVERYBODY)
def test_address_opens_for_whom_the_tables_say_and_for_nobody_else(
    desk: Desk, browser_as: Callable[[str], Client], person: str, record_property: Callable[[str, object], None]
) -> None:
    client, wrong, checks = browser_as(person), [], 0
    for row in expected.rows():
        address = row.address(desk)
        for method in METHODS:
            answer = ask(client, method, address)
            checks += 1
            if why := _wrong(row, person, method, answer):
                wrong.append(f"{method} {row.name} for {person}: {why}: {answer}")
    record_property("checks", checks)
    assert not wrong, "\n".join(wrong)
    assert checks == role_table.checks_a_person(len(names() - expected.left_out()))


def _wrong(row: Row, person: str, method: str, answer: Answer) -> str:
    """What is wrong with an answer; empty if nothing is."""
    if method == "GET" and answer.wrote - ({"portal_entry"} if row.name in TELLS_BY_GET else set()):
        return "writes by GET"
    if row.opens(person, method):
        if answer.status not in ANSWERED:
            return "should be let in"
        return "is asked to sign in" if answer.is_refused and row.name not in LEAVES else ""
    if answer.wrote:
        return "writes though it refuses"
    return "" if answer.is_refused or answer.status in NOT_THERE else "should be refused"


@pytest.mark.parametrize("name", sorted(partner_pages.PAGES))
def test_partner_finds_nothing_of_another_agency(
    desk: Desk, other_desk: Desk, browser_as: Callable[[str], Client], name: str
) -> None:
    """Neither beneath the other agency nor, by its rows' keys, beneath one's own."""
    client = browser_as("partner")
    addresses = [partner_pages.address(name, other_desk.agency, other_desk)]
    if partner_pages.PAGES[name].names(other_desk) and name != "partner-season-answer":
        addresses.append(partner_pages.address(name, desk.agency, other_desk))
    for address in addresses:
        for method in METHODS:
            answer = ask(client, method, address)
            assert (answer.status in NOT_THERE, answer.wrote) == (True, frozenset()), f"{method} {address}: {answer}"
