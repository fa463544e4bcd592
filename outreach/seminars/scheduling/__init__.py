"""The scheduler: who gives which seminar, when and how. Plain values in, plans and reasons out; no database.

``solve`` finds a plan and proves how good it is; the rest judges plans, also those changed by hand.
"""

from .fitting import Fitting
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
from .problem_file import problem_from, read_problem
from .rules import violations
from .scoring import score
from .solver import solve
