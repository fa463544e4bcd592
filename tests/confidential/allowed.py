"""Who may see whose rows: what roles.py says, and where a page shows rows beneath its own, with the reason."""

from collections.abc import Mapping

from portal.people.roles import DESK, Role, permissions

# Rows without a list of their own: whoever may do this sees them on another's page.
WITH: Mapping[str, str] = {
    "post_office.email": "portal.view_mail",
    "post_office.log": "portal.view_mail",
    "post_office.attachment": "portal.view_mail",
    "portal.enclosure": "portal.view_mail",
    # Who checked a number, and how, is what a check is worth.
    "outreach.channelcheck": "outreach.view_channel",
    "outreach.checkinvitation": "outreach.view_channel",
    "outreach.decline": "outreach.view_presenter",
    "outreach.presenterinvitation": "outreach.view_presenter",
    "outreach.agreementanswer": "outreach.view_agreement",
    # What was said of a version stands under it.
    "campaign.comment": "campaign.view_textset",
}
FIELDS_WITH: Mapping[tuple[str, str], str] = {
    # Partners' accounts are found by their address.
    ("portal.user", "email"): "outreach.view_membership",
    # A plan says who goes where.
    ("outreach.presenter", "name"): "outreach.view_planversion",
    # A station's link says to which role's mailbox it went.
    ("campaign.stationcontact", "role"): "campaign.view_stationlink",
}
COLLEAGUES = {"username", "first_name", "last_name"}
"""Whoever works at the desk sees who of the others did what; addresses and the rest are the superuser's."""
OUTSIDERS = {"outreach.view_membership", "outreach.view_proposal"}
"""People who work at no desk are seen by whoever lets them in, and by whoever decides on what they ask for."""


def lets_see(role: Role | str, label: str, field: str, *, is_outsider: bool = False) -> bool:
    """Whether roles.py lets a role see a field of a model's rows; ``is_outsider``: of an account without a desk."""
    if role not in DESK:
        return False
    granted = permissions(Role(role))
    if label == "portal.user" and field in COLLEAGUES:
        return not is_outsider or not OUTSIDERS.isdisjoint(granted)
    app, model = label.split(".")
    shown = {WITH.get(label, ""), FIELDS_WITH.get((label, field), ""), f"{app}.view_{model}"}
    return not shown.isdisjoint(granted)
