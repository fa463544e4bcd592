"""The table of ``roles.py`` as people read it: docs/roles.md is what ``markdown`` gives."""

from collections.abc import Iterable
from typing import Final

from django.urls import URLPattern, URLResolver, get_resolver

from portal.people.roles import APART, INVITES, MODELS, OWN, PRIVILEGED, VERBS, Role

SHORT: Final = {
    Role.COORDINATOR: "Coord.",
    Role.DESIGNER: "Design.",
    Role.TRANSLATOR: "Transl.",
    Role.APPROVER: "Appr.",
    Role.PRINT_MANAGER: "Print",
    Role.STATION_CONTACT: "Station",
    Role.SCHEDULER: "Sched.",
    Role.PRESENTER: "Presenter",
    Role.PARTNER: "Partner",
    Role.ANALYST: "Analyst",
    Role.AUDITOR: "Auditor",
}
AT_THE_DESK: Final = [role for role in Role if any(role in row for row in MODELS.values())]
METHODS: Final = 2
"""GET and POST."""
BESIDES_ROLES: Final = 3
"""Somebody without an account, staff without a role, a superuser."""

HEAD: Final = """\
# Roles

This page is the output of `./waypost manage show_roles --markdown`; a test holds it so. The source is `portal/people/roles.py`, from which permissions are made ([ADR 7](adr/0007-roles-in-code.md), [ADR 36](adr/0036-grants-sessions-and-the-matrix.md)). A superuser may do all that an account may, but is bound where a second person is asked for.
"""


def markdown() -> str:
    """All of it."""
    parts = [
        HEAD,
        "## Records\n\nv view · a add · c change · d delete. Most rows come and go by the actions below, not by letters.\n",
        _table(["Record", *(SHORT[role] for role in AT_THE_DESK)], _records()),
        "## Actions\n",
        _table(["Action", *(SHORT[role] for role in AT_THE_DESK)], _actions()),
        "Whoever made a thing is no second person for it: agreements, batches, designs, numbers, partners’ changes and redactions refuse the one who asked, superusers too.\n",
        "## What is one’s own\n\nThese roles have no desk. What they may do holds for what is theirs; all else is not there for them.\n",
        _table(["Role", "May", "Of what", "By"], _own()),
        "## Who brings in whom\n",
        _table(["Who", "Gives and invites to"], _invites()),
        f"{_named(PRIVILEGED)} are given by superusers alone. Nobody gives a role to themselves. Whether who invited still may is judged anew when the invitation is accepted.\n",
        "## What stands apart\n",
        f"{_apart()} A superuser is no auditor either. Form, invitation and verb refuse it.\n",
        "## How it is tested\n",
        _tested(),
    ]
    return "\n".join(parts)


def checks_a_person(addresses: int) -> int:
    """How many checks the matrix makes as one person."""
    return addresses * METHODS


def addresses() -> int:
    """How many named addresses there are, but for the four that belong to others."""
    return len(
        set(_names(get_resolver())) - {"admin:autocomplete", "admin:view_on_site", "admin:app_list", "admin:None"}
    )


def _tested() -> str:
    people, found = len(Role) + BESIDES_ROLES, addresses()
    checks = checks_a_person(found) * people
    return (
        f"`tests/roles` asks **{found:,} addresses × {people} persons × GET and POST = {checks:,} checks**: whoever "
        "the table lets in gets in, everybody else is refused and nothing is written; by GET nothing is written at "
        "all, but that a file was taken. An address without a row fails. Besides: each action of each list, each "
        "field that completes itself, each partner’s page against another agency.\n"
    )


def _names(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterable[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _names(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif isinstance(entry, URLPattern):
            yield ":".join([*spaces, str(entry.name)])


def _records() -> Iterable[list[str]]:
    for model, letters in sorted(MODELS.items()):
        yield [f"`{model}`", *(letters.get(role, "") for role in AT_THE_DESK)]


def _actions() -> Iterable[list[str]]:
    for verb, holders in sorted(VERBS.items()):
        if holders & set(AT_THE_DESK) or not holders:
            name = f"`{verb}`" + ("" if holders else " (superusers alone)")
            yield [name, *("×" if role in holders else "" for role in AT_THE_DESK)]


def _own() -> Iterable[list[str]]:
    for own in OWN.values():
        yield [str(own.role.label), own.may, own.whose, f"account (`{own.by}`)" if own.by else "a mailed link"]


def _invites() -> Iterable[list[str]]:
    yield ["Superuser", "every role"]
    for role, given in INVITES.items():
        yield [str(role.label), _named(given)]


def _apart() -> str:
    others = frozenset(role for pair in APART for role in pair) - {Role.AUDITOR}
    return f"An auditor checks what others change, so one account is never auditor and {_named(others, 'or')}."


def _named(roles: Iterable[Role], last: str = "and") -> str:
    held = set(roles)
    *names, end = [role.label.lower() for role in Role if role in held]
    text = f"{', '.join(names)} {last} {end}" if names else end
    return text[0].upper() + text[1:] if last == "and" else text


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
