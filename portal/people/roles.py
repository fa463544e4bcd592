"""What each role may do: the only source of permissions.

``MODELS`` gives, per model, the letters each role holds: ``v`` view, ``a`` add, ``c`` change,
``d`` delete. ``VERBS`` gives, per named action, the roles that may do it. Permissions are
written as Django writes them (``campaign.view_station``), so the admin asks them unchanged.

``OWN`` says what the roles without a desk may do with what is theirs, ``INVITES`` who may bring
whom in, ``APART`` which roles one account never holds together. ``manage.py show_roles`` prints
all of it; docs/roles.md is its output.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """The parts that people play in the campaign."""

    COORDINATOR = "coordinator", _("Coordinator")
    DESIGNER = "designer", _("Designer")
    TRANSLATOR = "translator", _("Translator")
    APPROVER = "approver", _("Approver")
    PRINT_MANAGER = "print_manager", _("Print manager")
    STATION_CONTACT = "station_contact", _("Station contact")
    SCHEDULER = "scheduler", _("Scheduler")
    PRESENTER = "presenter", _("Presenter")
    PARTNER = "partner", _("Partner")
    ANALYST = "analyst", _("Analyst")
    AUDITOR = "auditor", _("Auditor")


DESK = frozenset(Role) - {Role.PRESENTER, Role.PARTNER, Role.STATION_CONTACT}
"""The roles that work in the admin; the others have pages of their own."""

_LETTERS = {"v": "view", "a": "add", "c": "change", "d": "delete"}

MODELS: dict[str, dict[Role, str]] = {
    "portal.area": {Role.COORDINATOR: "v", Role.PRINT_MANAGER: "v", Role.SCHEDULER: "v", Role.ANALYST: "v"},
    "portal.season": {Role.COORDINATOR: "vac", Role.PRINT_MANAGER: "v", Role.SCHEDULER: "v", Role.ANALYST: "v"},
    "portal.focusarea": {Role.COORDINATOR: "vacd", Role.PRINT_MANAGER: "v", Role.SCHEDULER: "v"},
    "portal.user": {Role.AUDITOR: "v"},
    "portal.accountinvitation": {Role.COORDINATOR: "v", Role.AUDITOR: "v"},
    "portal.rolegrant": {Role.AUDITOR: "v"},
    "portal.entry": {Role.COORDINATOR: "v", Role.AUDITOR: "v"},
    "portal.seal": {Role.AUDITOR: "v"},
    "portal.verification": {Role.COORDINATOR: "v", Role.AUDITOR: "v"},
    "portal.redaction": {Role.COORDINATOR: "v", Role.AUDITOR: "v"},
    "portal.takenimport": {Role.COORDINATOR: "v", Role.AUDITOR: "v"},
    "portal.job": {Role.COORDINATOR: "v", Role.PRINT_MANAGER: "v", Role.SCHEDULER: "v"},
    "outreach.agency": {
        Role.COORDINATOR: "vac",
        Role.APPROVER: "v",
        Role.SCHEDULER: "v",
        Role.ANALYST: "v",
        Role.AUDITOR: "v",
    },
    "outreach.contact": {Role.COORDINATOR: "vacd"},
    "outreach.agreement": {Role.COORDINATOR: "vac", Role.APPROVER: "v", Role.AUDITOR: "v"},
    "outreach.participation": {Role.COORDINATOR: "vac", Role.SCHEDULER: "v", Role.ANALYST: "v", Role.AUDITOR: "v"},
    "outreach.membership": {Role.COORDINATOR: "vac", Role.AUDITOR: "v"},
    "outreach.proposal": {Role.COORDINATOR: "v", Role.APPROVER: "v", Role.AUDITOR: "v"},
    "outreach.note": {Role.COORDINATOR: "va"},
    "outreach.task": {Role.COORDINATOR: "vacd"},
    "outreach.logo": {
        Role.COORDINATOR: "vac",
        Role.DESIGNER: "v",
        Role.APPROVER: "v",
        Role.PRINT_MANAGER: "v",
        Role.AUDITOR: "v",
    },
    "outreach.logopermission": {
        Role.COORDINATOR: "vac",
        Role.DESIGNER: "v",
        Role.APPROVER: "v",
        Role.PRINT_MANAGER: "v",
        Role.AUDITOR: "v",
    },
    "outreach.channel": {
        Role.COORDINATOR: "vac",
        Role.APPROVER: "v",
        Role.PRINT_MANAGER: "v",
        Role.AUDITOR: "v",
    },
    "outreach.school": {Role.COORDINATOR: "vac", Role.SCHEDULER: "vac", Role.ANALYST: "v"},
    "outreach.request": {Role.COORDINATOR: "vac", Role.SCHEDULER: "vac"},
    "outreach.preferreddate": {Role.COORDINATOR: "vacd", Role.SCHEDULER: "vacd"},
    "outreach.presenter": {Role.COORDINATOR: "vac", Role.SCHEDULER: "vac"},
    "outreach.availability": {Role.COORDINATOR: "vacd", Role.SCHEDULER: "vacd"},
    "outreach.weeklyhours": {Role.COORDINATOR: "vacd", Role.SCHEDULER: "vacd"},
    "outreach.schoolblackout": {Role.COORDINATOR: "vacd", Role.SCHEDULER: "vacd"},
    "outreach.planversion": {Role.COORDINATOR: "v", Role.SCHEDULER: "v", Role.AUDITOR: "v"},
    "outreach.seminar": {Role.COORDINATOR: "vac", Role.SCHEDULER: "vac", Role.ANALYST: "v"},
    "outreach.registration": {Role.COORDINATOR: "vc", Role.SCHEDULER: "vc"},
    "outreach.doorlink": {Role.COORDINATOR: "v", Role.SCHEDULER: "v"},
    "outreach.checkin": {Role.COORDINATOR: "v", Role.SCHEDULER: "v"},
    "outreach.feedbacktally": {Role.COORDINATOR: "v", Role.SCHEDULER: "v", Role.ANALYST: "v"},
    "outreach.certificate": {Role.COORDINATOR: "v", Role.SCHEDULER: "v", Role.AUDITOR: "v"},
    "portal.mail": {Role.COORDINATOR: "v", Role.SCHEDULER: "v"},
    "portal.personlink": {Role.COORDINATOR: "v", Role.AUDITOR: "v"},
    "campaign.operator": {Role.COORDINATOR: "vc", Role.PRINT_MANAGER: "v"},
    "campaign.station": {Role.COORDINATOR: "vac", Role.PRINT_MANAGER: "vc", Role.ANALYST: "v"},
    "campaign.train": {Role.COORDINATOR: "vac", Role.PRINT_MANAGER: "vc", Role.ANALYST: "v"},
    "campaign.spot": {Role.COORDINATOR: "vac", Role.PRINT_MANAGER: "vac"},
    "campaign.placement": {Role.COORDINATOR: "vac", Role.PRINT_MANAGER: "vc", Role.ANALYST: "v"},
    "campaign.rule": {
        Role.COORDINATOR: "vac",
        Role.APPROVER: "v",
        Role.PRINT_MANAGER: "v",
        Role.AUDITOR: "v",
    },
    "campaign.notice": {Role.COORDINATOR: "vac", Role.PRINT_MANAGER: "vac", Role.AUDITOR: "v"},
    "campaign.county": {
        Role.COORDINATOR: "vac",
        Role.APPROVER: "v",
        Role.PRINT_MANAGER: "v",
        Role.AUDITOR: "v",
    },
    "campaign.countystation": {
        Role.COORDINATOR: "vacd",
        Role.APPROVER: "v",
        Role.PRINT_MANAGER: "v",
        Role.AUDITOR: "v",
    },
    "campaign.link": {Role.COORDINATOR: "v", Role.PRINT_MANAGER: "v", Role.AUDITOR: "v"},
    "campaign.design": {
        Role.COORDINATOR: "v",
        Role.DESIGNER: "v",
        Role.TRANSLATOR: "v",
        Role.APPROVER: "v",
        Role.PRINT_MANAGER: "v",
    },
    "campaign.textset": {
        Role.COORDINATOR: "v",
        Role.DESIGNER: "v",
        Role.TRANSLATOR: "v",
        Role.APPROVER: "v",
        Role.PRINT_MANAGER: "v",
    },
    "campaign.sheet": {
        Role.COORDINATOR: "vac",
        Role.DESIGNER: "vac",
        Role.TRANSLATOR: "v",
        Role.APPROVER: "v",
        Role.PRINT_MANAGER: "v",
    },
    "campaign.socialpicture": {
        Role.COORDINATOR: "v",
        Role.DESIGNER: "v",
        Role.TRANSLATOR: "v",
        Role.APPROVER: "v",
        Role.PRINT_MANAGER: "v",
    },
    "campaign.batch": {Role.COORDINATOR: "v", Role.APPROVER: "v", Role.PRINT_MANAGER: "v", Role.AUDITOR: "v"},
    "campaign.packet": {Role.COORDINATOR: "v", Role.PRINT_MANAGER: "v"},
    "campaign.confirmation": {Role.COORDINATOR: "va", Role.PRINT_MANAGER: "va"},
    "campaign.stationcontact": {Role.COORDINATOR: "vac", Role.PRINT_MANAGER: "vac"},
    "campaign.stationlink": {Role.COORDINATOR: "v", Role.PRINT_MANAGER: "v", Role.AUDITOR: "v"},
    # Scans by stall and day can single out a person: analysts alone (domain: privacy of counts).
    "campaign.dailycount": {Role.ANALYST: "v"},
    # Finished weeks, small counts left out: everybody at the desk.
    "campaign.publishedweek": dict.fromkeys(DESK, "v"),
}

VERBS: dict[str, frozenset[Role]] = {
    "portal.open_today": DESK,
    # Two of them: whoever asks cannot agree.
    "portal.redact_entry": frozenset({Role.COORDINATOR, Role.AUDITOR}),
    "portal.undo_import": frozenset({Role.COORDINATOR}),
    "portal.clone_season": frozenset({Role.COORDINATOR}),
    # To the roles that INVITES says.
    "portal.invite_people": frozenset({Role.COORDINATOR}),
    # Somebody else's. Superusers alone, who manage accounts.
    "portal.end_sessions": frozenset(),
    # Superusers alone: whoever resets a second factor could be the next to sign in.
    "portal.rescue_accounts": frozenset(),
    "campaign.draw_design": frozenset({Role.COORDINATOR, Role.DESIGNER}),
    "campaign.approve_design": frozenset({Role.COORDINATOR, Role.APPROVER}),
    "campaign.write_texts": frozenset({Role.COORDINATOR, Role.TRANSLATOR}),
    "campaign.review_texts": frozenset({Role.COORDINATOR, Role.TRANSLATOR, Role.APPROVER}),
    "campaign.verify_rule": frozenset({Role.COORDINATOR, Role.APPROVER}),
    "campaign.plan_placements": frozenset({Role.COORDINATOR, Role.PRINT_MANAGER}),
    "campaign.print_posters": frozenset({Role.COORDINATOR, Role.PRINT_MANAGER}),
    "campaign.download_batch": frozenset({Role.COORDINATOR, Role.PRINT_MANAGER}),
    # Never one's own: whoever ordered a batch is refused, superusers too.
    "campaign.release_batch": frozenset({Role.COORDINATOR, Role.APPROVER}),
    # Stopping needs no second person: whoever ordered it may.
    "campaign.hold_batch": frozenset({Role.COORDINATOR, Role.APPROVER, Role.PRINT_MANAGER}),
    # Whoever prints may see what carries a number and fetch the lists; the number itself changes only for those who
    # may change channels too.
    "campaign.recall_number": frozenset({Role.COORDINATOR, Role.PRINT_MANAGER}),
    "campaign.confirm_posted": frozenset({Role.COORDINATOR, Role.PRINT_MANAGER}),
    "campaign.send_station_link": frozenset({Role.COORDINATOR, Role.PRINT_MANAGER}),
    "campaign.analyse_scans": frozenset({Role.ANALYST}),
    "campaign.aim_links": frozenset({Role.COORDINATOR, Role.PRINT_MANAGER}),
    # Only of an agency to which a membership lets them in: outreach.partners.door.
    "outreach.use_partner_pages": frozenset({Role.PARTNER}),
    # Never one's own: whoever asked is refused.
    "outreach.release_proposal": frozenset({Role.COORDINATOR, Role.APPROVER}),
    # Never one's own: whoever recorded an agreement is refused.
    "outreach.approve_agreement": frozenset({Role.COORDINATOR, Role.APPROVER}),
    "outreach.approve_logo_permission": frozenset({Role.COORDINATOR, Role.APPROVER}),
    "outreach.merge_agencies": frozenset({Role.COORDINATOR}),
    "outreach.import_agencies": frozenset({Role.COORDINATOR}),
    # Persons who did not agree to be named, and confidential agreements: asked for besides, and told in the trail.
    "outreach.export_confidential": frozenset({Role.COORDINATOR}),
    "outreach.verify_channel": frozenset({Role.COORDINATOR, Role.APPROVER}),
    "outreach.triage_request": frozenset({Role.COORDINATOR, Role.SCHEDULER}),
    "outreach.plan_seminars": frozenset({Role.COORDINATOR, Role.SCHEDULER}),
    "outreach.publish_seminar": frozenset({Role.COORDINATOR, Role.SCHEDULER}),
    "outreach.run_event": frozenset({Role.COORDINATOR, Role.SCHEDULER}),
    "outreach.check_in": frozenset({Role.COORDINATOR, Role.SCHEDULER}),
    "portal.resend_mail": frozenset({Role.COORDINATOR, Role.SCHEDULER}),
    "portal.forget_person": frozenset({Role.COORDINATOR}),
    "portal.export_person": frozenset({Role.COORDINATOR}),
    "portal.view_keeping": frozenset({Role.COORDINATOR, Role.AUDITOR}),
    "outreach.import_schools": frozenset({Role.COORDINATOR, Role.SCHEDULER}),
}


LOOKS: frozenset[str] = frozenset({"portal.open_today", "portal.view_keeping", "campaign.analyse_scans"})
"""Those of the verbs that change nothing."""


@dataclass(frozen=True, slots=True)
class Own:
    """What somebody without a desk may do with what is theirs, and with nobody else's."""

    role: Role
    may: str
    whose: str
    by: str
    """The permission that opens its pages to an account; empty where a mailed link is the authority."""
    changes: bool = True


PARTNER_PAGES = "outreach.use_partner_pages"
OWN: dict[str, Own] = {
    "see_agency": Own(
        Role.PARTNER, "see record, logos, presenters, agreements", "agency by a membership", PARTNER_PAGES, False
    ),
    "see_beneath": Own(
        Role.PARTNER, "see what is public or will be", "offices beneath that agency", PARTNER_PAGES, False
    ),
    "edit_agency": Own(
        Role.PARTNER,
        "ask for changes of texts and contacts; answer agreements and Januaries",
        "agency by a membership that edits",
        PARTNER_PAGES,
    ),
    "bring_in": Own(
        Role.PARTNER, "invite colleagues, and let them out", "agency by a membership that edits", PARTNER_PAGES
    ),
    "give_logos": Own(Role.PARTNER, "hand in logos", "agency by a membership that edits", PARTNER_PAGES),
    "keep_presenters": Own(
        Role.PARTNER, "add and change presenters", "agency by a membership that edits", PARTNER_PAGES
    ),
    "keep_days": Own(Role.PRESENTER, "say days, details and illness; read the brief", "record that the link names", ""),
    "open_packet": Own(Role.STATION_CONTACT, "open the packet, say what hangs", "station that the link names", ""),
}

PRIVILEGED: frozenset[Role] = frozenset({Role.COORDINATOR, Role.APPROVER, Role.TRANSLATOR, Role.AUDITOR, Role.ANALYST})
"""Given by superusers alone: second persons (translators sign texts), those who check on others, and whoever sees counts that single out."""

INVITES: dict[Role, frozenset[Role]] = {
    Role.COORDINATOR: frozenset(Role) - PRIVILEGED,
    # Colleagues alone, to their own agency: outreach.partners.inviting judges.
    Role.PARTNER: frozenset({Role.PARTNER}),
}
"""Whom a role may bring in and give a role to, besides superusers, who may give each."""


def changes(role: Role) -> bool:
    """Whether a role changes anything."""
    return (
        any(set(letters.get(role, "")) - {"v"} for letters in MODELS.values())
        or any(role in holders for verb, holders in VERBS.items() if verb not in LOOKS)
        or any(own.role is role and own.changes for own in OWN.values())
    )


APART: frozenset[frozenset[Role]] = frozenset(
    frozenset({Role.AUDITOR, role}) for role in Role if role is not Role.AUDITOR and changes(role)
)
"""Pairs that one account never holds together: nobody audits what they change. Superusers are no auditors either."""


def clash(held: Iterable[Role], *, is_superuser: bool = False) -> str:
    """Why roles may not stand together, as a sentence; empty where they may."""
    roles = frozenset(held)
    if is_superuser and Role.AUDITOR in roles:
        return gettext("A superuser changes everything, and an auditor changes nothing: use two accounts.")
    for pair in sorted(APART, key=sorted):
        if pair <= roles:
            (other,) = pair - {Role.AUDITOR}
            said = gettext("An auditor checks what others change. One account can’t be auditor and %(role)s.")
            return said % {"role": str(other.label).lower()}
    return ""


def may_give(held: Iterable[Role]) -> frozenset[Role]:
    """The roles that somebody with these may give to others."""
    return frozenset[Role]().union(*(INVITES.get(role, frozenset()) for role in held))


@cache
def permissions(role: Role) -> frozenset[str]:
    """Every permission of a role, as Django writes them."""
    granted = {verb for verb, roles in VERBS.items() if role in roles}
    for model, letters_by_role in MODELS.items():
        app, name = model.split(".")
        granted |= {f"{app}.{_LETTERS[letter]}_{name}" for letter in letters_by_role.get(role, "")}
    return frozenset(granted)
