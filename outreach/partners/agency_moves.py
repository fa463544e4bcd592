"""How memberships and wishes follow an agency that is merged into another one."""

from outreach.agencies.merging import Move

MOVES = {
    "outreach.membership.agency": Move("people with an account", lambda row: None if row.ended_at else row.user_id),
    "outreach.proposal.agency": Move(
        "changes that partners asked for", lambda row: row.what if row.is_waiting and row.what == "texts" else None
    ),
}
"""Added to those of the agencies by this room's admin."""
