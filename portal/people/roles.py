"""What each role may do: the only source of permissions.

``MODELS`` gives, per model, the letters each role holds: ``v`` view, ``a`` add, ``c`` change,
``d`` delete. ``VERBS`` gives, per named action, the roles that may do it. Permissions are
written as Django writes them (``campaign.view_station``), so the admin asks them unchanged.
"""

from functools import cache

from django.db.models import TextChoices


class Role(TextChoices):
    """The parts that people play in the campaign."""

    COORDINATOR = "coordinator", "Coordinator"
    DESIGNER = "designer", "Designer"
    TRANSLATOR = "translator", "Translator"
    APPROVER = "approver", "Approver"
    PRINT_MANAGER = "print_manager", "Print manager"
    STATION_CONTACT = "station_contact", "Station contact"
    SCHEDULER = "scheduler", "Scheduler"
    PRESENTER = "presenter", "Presenter"
    PARTNER = "partner", "Partner"
    ANALYST = "analyst", "Analyst"
    AUDITOR = "auditor", "Auditor"


DESK = frozenset(Role) - {Role.PRESENTER, Role.PARTNER, Role.STATION_CONTACT}
"""The roles that work in the admin; the others have pages of their own."""

_LETTERS = {"v": "view", "a": "add", "c": "change", "d": "delete"}

MODELS: dict[str, dict[Role, str]] = {
    "portal.area": {Role.COORDINATOR: "v", Role.PRINT_MANAGER: "v", Role.SCHEDULER: "v", Role.ANALYST: "v"},
    "portal.season": {Role.COORDINATOR: "vac", Role.PRINT_MANAGER: "v", Role.SCHEDULER: "v", Role.ANALYST: "v"},
    "portal.focusarea": {Role.COORDINATOR: "vacd", Role.PRINT_MANAGER: "v", Role.SCHEDULER: "v"},
    "portal.user": {Role.AUDITOR: "v"},
    "portal.rolegrant": {Role.AUDITOR: "v"},
    "portal.entry": {Role.COORDINATOR: "v", Role.AUDITOR: "v"},
    "portal.seal": {Role.AUDITOR: "v"},
    "portal.takenimport": {Role.COORDINATOR: "v", Role.AUDITOR: "v"},
    "portal.job": {Role.COORDINATOR: "v", Role.PRINT_MANAGER: "v", Role.SCHEDULER: "v"},
    "outreach.agency": {Role.COORDINATOR: "vac", Role.SCHEDULER: "v", Role.ANALYST: "v", Role.AUDITOR: "v"},
    "outreach.contact": {Role.COORDINATOR: "vacd"},
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
    "campaign.batch": {Role.COORDINATOR: "v", Role.PRINT_MANAGER: "v", Role.AUDITOR: "v"},
    "campaign.packet": {Role.COORDINATOR: "v", Role.PRINT_MANAGER: "v"},
    "campaign.confirmation": {Role.COORDINATOR: "va", Role.PRINT_MANAGER: "va"},
    # Scans by stall and day can single out a person: analysts alone (domain: privacy of counts).
    "campaign.dailycount": {Role.ANALYST: "v"},
    # Finished weeks, small counts left out: everybody at the desk.
    "campaign.publishedweek": dict.fromkeys(DESK, "v"),
}

VERBS: dict[str, frozenset[Role]] = {
    "portal.open_today": DESK,
    "portal.undo_import": frozenset({Role.COORDINATOR}),
    "portal.clone_season": frozenset({Role.COORDINATOR}),
    "campaign.draw_design": frozenset({Role.COORDINATOR, Role.DESIGNER}),
    "campaign.approve_design": frozenset({Role.COORDINATOR, Role.APPROVER}),
    "campaign.write_texts": frozenset({Role.COORDINATOR, Role.TRANSLATOR}),
    "campaign.review_texts": frozenset({Role.COORDINATOR, Role.TRANSLATOR, Role.APPROVER}),
    "campaign.verify_rule": frozenset({Role.COORDINATOR, Role.APPROVER}),
    "campaign.plan_placements": frozenset({Role.COORDINATOR, Role.PRINT_MANAGER}),
    "campaign.print_posters": frozenset({Role.COORDINATOR, Role.PRINT_MANAGER}),
    "campaign.download_batch": frozenset({Role.COORDINATOR, Role.PRINT_MANAGER}),
    # Whoever prints may see what carries a number and fetch the lists; the number itself changes only for those who
    # may change channels too.
    "campaign.recall_number": frozenset({Role.COORDINATOR, Role.PRINT_MANAGER}),
    "campaign.confirm_posted": frozenset({Role.COORDINATOR, Role.PRINT_MANAGER}),
    "campaign.analyse_scans": frozenset({Role.ANALYST}),
    "campaign.aim_links": frozenset({Role.COORDINATOR, Role.PRINT_MANAGER}),
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


@cache
def permissions(role: Role) -> frozenset[str]:
    """Every permission of a role, as Django writes them."""
    granted = {verb for verb, roles in VERBS.items() if role in roles}
    for model, letters_by_role in MODELS.items():
        app, name = model.split(".")
        granted |= {f"{app}.{_LETTERS[letter]}_{name}" for letter in letters_by_role.get(role, "")}
    return frozenset(granted)
