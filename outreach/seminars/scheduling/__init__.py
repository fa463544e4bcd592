"""The scheduler: who gives which seminar, when and how. Plain values in, plans and reasons out; no database.

``solve`` finds a plan and proves how good it is; the rest judges plans, also those changed by hand.
"""

from .checking import check_problem
from .judging import (
    Candidate,
    Comparison,
    Difference,
    candidates,
    compare,
    completed,
    replanned,
    ways_to_serve,
    weigh,
)
from .keeping import Keeper
from .model import (
    Assignment,
    Availability,
    Campaign,
    Change,
    Funnel,
    Holder,
    Mode,
    Plan,
    Preference,
    Presenter,
    Previous,
    Problem,
    ProblemRefused,
    Progress,
    Reason,
    Request,
    Unserved,
    Violation,
)
from .plan_file import plan_as_json, write_plan
from .problem_file import problem_as_json, problem_from, read_problem
from .recruiting import Recruit, recruitment
from .rules import violations
from .scoring import score
from .solver import finished, solve

__all__ = [
    "Assignment",
    "Availability",
    "Campaign",
    "Candidate",
    "Change",
    "Comparison",
    "Difference",
    "Funnel",
    "Holder",
    "Keeper",
    "Mode",
    "Plan",
    "Preference",
    "Presenter",
    "Previous",
    "Problem",
    "ProblemRefused",
    "Progress",
    "Reason",
    "Recruit",
    "Request",
    "Unserved",
    "Violation",
    "candidates",
    "check_problem",
    "compare",
    "completed",
    "finished",
    "plan_as_json",
    "problem_as_json",
    "problem_from",
    "read_problem",
    "recruitment",
    "replanned",
    "score",
    "solve",
    "violations",
    "ways_to_serve",
    "weigh",
    "write_plan",
]
