"""Outweigh: who are we not hearing, how many have the need, is it worth it, and what is displaced if we build it.

The way of the data is ``tables -> CustomerGraph -> Audit -> Demand -> Scores -> Plan -> Ledger``. Each stage is one
function from immutable values to one new immutable value.
"""

from ._core import __version__
from .demand import Demand, demand
from .errors import (
    Cancelled,
    ContractViolation,
    CorruptState,
    Infeasible,
    InvalidInput,
    MissingInput,
    NotIdentified,
    OutweighError,
    Place,
    TypeMismatch,
)
from .explain import Ledger, account_contributions, explain
from .files import read, read_tables
from .graph import CustomerGraph, Rejected, Relation, schema, validate
from .lab import (
    Simulation,
    Truth,
    interval_coverage,
    interval_score,
    kendall_tau_b,
    ndcg_at,
    precision_at,
    recall_at,
    relative_regret,
    root_mean_square_error,
    set_value,
    simulate,
)
from .public_data import Pabulib, read_pabulib, read_wishlist
from .results import Result
from .roadmap import Displacement, Plan, RoadmapProblem, Selection, plan, read_nrp, solve
from .scoring import Scorer, Scores, score
from .table import Table

__all__ = [
    "Cancelled",
    "ContractViolation",
    "CorruptState",
    "CustomerGraph",
    "Demand",
    "Displacement",
    "Infeasible",
    "InvalidInput",
    "Ledger",
    "MissingInput",
    "NotIdentified",
    "OutweighError",
    "Pabulib",
    "Place",
    "Plan",
    "Rejected",
    "Relation",
    "Result",
    "RoadmapProblem",
    "Scorer",
    "Scores",
    "Selection",
    "Simulation",
    "Table",
    "Truth",
    "TypeMismatch",
    "__version__",
    "account_contributions",
    "demand",
    "explain",
    "interval_coverage",
    "interval_score",
    "kendall_tau_b",
    "ndcg_at",
    "plan",
    "precision_at",
    "read",
    "read_nrp",
    "read_pabulib",
    "read_tables",
    "read_wishlist",
    "recall_at",
    "relative_regret",
    "root_mean_square_error",
    "schema",
    "score",
    "set_value",
    "simulate",
    "solve",
    "validate",
]
