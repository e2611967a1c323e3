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
from .listening import AccountWeights, Audit, audit, weights
from .public_data import Pabulib, read_pabulib, read_wishlist
from .results import Result
from .roadmap import Displacement, Plan, RoadmapProblem, Selection, plan, read_nrp, solve
from .scoring import Scorer, Scores, score
from .stats import proportion_interval
from .table import Table
from .weighting import (
    Design,
    Estimates,
    SurveyWeights,
    calibrate,
    effective_sample_size,
    estimate_difference,
    estimate_mean,
    estimate_proportions,
    estimate_quantile,
    estimate_ratio,
    estimate_total,
    poststratify,
    rake,
    trim,
)

__all__ = [
    "AccountWeights",
    "Audit",
    "Cancelled",
    "ContractViolation",
    "CorruptState",
    "CustomerGraph",
    "Demand",
    "Design",
    "Displacement",
    "Estimates",
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
    "SurveyWeights",
    "Table",
    "Truth",
    "TypeMismatch",
    "__version__",
    "account_contributions",
    "audit",
    "calibrate",
    "demand",
    "effective_sample_size",
    "estimate_difference",
    "estimate_mean",
    "estimate_proportions",
    "estimate_quantile",
    "estimate_ratio",
    "estimate_total",
    "explain",
    "interval_coverage",
    "interval_score",
    "kendall_tau_b",
    "ndcg_at",
    "plan",
    "poststratify",
    "precision_at",
    "proportion_interval",
    "rake",
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
    "trim",
    "validate",
    "weights",
]
