"""Outweigh: who are we not hearing, how many have the need, is it worth it, and what is displaced if we build it.

The way of the data is ``tables -> CustomerGraph -> Audit -> Demand -> Scores -> Plan -> Ledger``. Each stage is one
function from immutable values to one new immutable value.
"""

from ._core import __version__
from .buy_till_you_die import BgBb, BgNbd, ModifiedBgNbd, ParetoNbd
from .cases import CustomerGroups, DealCase, ExitCase, categorise_customers, deal_case, exit_case
from .certificates import Certificate, check_certificate
from .churn_risk import ChurnRisk, churn_risk
from .contracts import BetaDiscreteWeibull, ShiftedBetaGeometric
from .conversations import Calendar, ListeningQuality, calendar, listening_quality
from .cost_to_serve import CostToServe, cost_to_serve
from .demand import Demand, demand
from .detections import occupancy
from .discovered import DiscoveredSegments, discover_segments
from .discovery import Discovery, discovery
from .effects import Effect, ItemEffects, combine_effects, item_effects
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
from .fitted import Predicted
from .fronts import Front, efficient_front, simulate_nrp, supported_front
from .graph import CustomerGraph, Rejected, Relation, schema, validate
from .journey import Journey, journey
from .kpis import Kpis, WorkingHours, kpis
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
from .lane import Lane, showstopper_lane
from .lifetime_value import LifetimeValue, lifetime_value
from .listening import AccountWeights, Audit, audit, weights
from .look_alikes import Backtest, LookAlikes, WhoElse, backtest_who_else, look_alikes, who_else
from .mps import read_mps, write_mps
from .network import (
    CoDemand,
    Communities,
    ImplicitFactors,
    Ranking,
    adjusted_mutual_information,
    co_demand,
    communities,
    hits,
    implicit_factors,
    page_rank,
)
from .pooling import (
    Credibility,
    Judges,
    LowerBound,
    SmallAreas,
    beta_binomial,
    buhlmann_straub,
    chao1,
    chao2,
    chapman,
    dawid_skene,
    fay_herriot,
    good_turing,
    smooth_variances,
)
from .profit import Concentration, ProfitCurve, concentration, gini, lorenz, profit_curve
from .propensity import PropensityWeights, propensity_weights
from .public_data import Pabulib, read_pabulib, read_wishlist
from .recency import HearingDrift, decay_weights, hearing_drift, rates_by_exposure
from .releases import ReleasePlan, plan_releases
from .replicates import ReplicateWeights, replicate_weights
from .report_checks import report_checks
from .results import Result
from .roadmap import Displacement, Plan, RoadmapProblem, Selection, plan, read_nrp, solve
from .scoring import Scorer, Scores, score
from .segment_fits import SegmentFits, fit_by_segment
from .source_records import Breadth, SourceCredibility, breadth, source_credibility
from .spend import GammaGamma
from .standing import merge_sensitivity, reach, tipping_odds_ratio, top_needs
from .stats import proportion_interval
from .suggestions import suggest_needs
from .support import SupportSummary, support_summary
from .survival import Cox, KaplanMeier, LogRank, log_rank
from .synergies import with_synergies
from .table import Table
from .tradeoffs import Alternatives, Comparison, SavedPlan, Sensitivity, best_plans, compare_plans, read_plan, save_plan
from .uncertainty import UncertainPlan, plan_under_uncertainty
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
from .weighting_check import WeightingCheck, does_weighting_help

__all__ = [
    "AccountWeights",
    "Alternatives",
    "Audit",
    "Backtest",
    "BetaDiscreteWeibull",
    "BgBb",
    "BgNbd",
    "Breadth",
    "Calendar",
    "Cancelled",
    "Certificate",
    "ChurnRisk",
    "CoDemand",
    "Communities",
    "Comparison",
    "Concentration",
    "ContractViolation",
    "CorruptState",
    "CostToServe",
    "Cox",
    "Credibility",
    "CustomerGraph",
    "CustomerGroups",
    "DealCase",
    "Demand",
    "Design",
    "DiscoveredSegments",
    "Discovery",
    "Displacement",
    "Effect",
    "Estimates",
    "ExitCase",
    "Front",
    "GammaGamma",
    "HearingDrift",
    "ImplicitFactors",
    "Infeasible",
    "InvalidInput",
    "ItemEffects",
    "Journey",
    "Judges",
    "KaplanMeier",
    "Kpis",
    "Lane",
    "Ledger",
    "LifetimeValue",
    "ListeningQuality",
    "LogRank",
    "LookAlikes",
    "LowerBound",
    "MissingInput",
    "ModifiedBgNbd",
    "NotIdentified",
    "OutweighError",
    "Pabulib",
    "ParetoNbd",
    "Place",
    "Plan",
    "Predicted",
    "ProfitCurve",
    "PropensityWeights",
    "Ranking",
    "Rejected",
    "Relation",
    "ReleasePlan",
    "ReplicateWeights",
    "Result",
    "RoadmapProblem",
    "SavedPlan",
    "Scorer",
    "Scores",
    "SegmentFits",
    "Selection",
    "Sensitivity",
    "ShiftedBetaGeometric",
    "Simulation",
    "SmallAreas",
    "SourceCredibility",
    "SupportSummary",
    "SurveyWeights",
    "Table",
    "Truth",
    "TypeMismatch",
    "UncertainPlan",
    "WeightingCheck",
    "WhoElse",
    "WorkingHours",
    "__version__",
    "account_contributions",
    "adjusted_mutual_information",
    "audit",
    "backtest_who_else",
    "best_plans",
    "beta_binomial",
    "breadth",
    "buhlmann_straub",
    "calendar",
    "calibrate",
    "categorise_customers",
    "chao1",
    "chao2",
    "chapman",
    "check_certificate",
    "churn_risk",
    "co_demand",
    "combine_effects",
    "communities",
    "compare_plans",
    "concentration",
    "cost_to_serve",
    "dawid_skene",
    "deal_case",
    "decay_weights",
    "demand",
    "discover_segments",
    "discovery",
    "does_weighting_help",
    "effective_sample_size",
    "efficient_front",
    "estimate_difference",
    "estimate_mean",
    "estimate_proportions",
    "estimate_quantile",
    "estimate_ratio",
    "estimate_total",
    "exit_case",
    "explain",
    "fay_herriot",
    "fit_by_segment",
    "gini",
    "good_turing",
    "hearing_drift",
    "hits",
    "implicit_factors",
    "interval_coverage",
    "interval_score",
    "item_effects",
    "journey",
    "kendall_tau_b",
    "kpis",
    "lifetime_value",
    "listening_quality",
    "log_rank",
    "look_alikes",
    "lorenz",
    "merge_sensitivity",
    "ndcg_at",
    "occupancy",
    "page_rank",
    "plan",
    "plan_releases",
    "plan_under_uncertainty",
    "poststratify",
    "precision_at",
    "profit_curve",
    "propensity_weights",
    "proportion_interval",
    "rake",
    "rates_by_exposure",
    "reach",
    "read",
    "read_mps",
    "read_nrp",
    "read_pabulib",
    "read_plan",
    "read_tables",
    "read_wishlist",
    "recall_at",
    "relative_regret",
    "replicate_weights",
    "report_checks",
    "root_mean_square_error",
    "save_plan",
    "schema",
    "score",
    "set_value",
    "showstopper_lane",
    "simulate",
    "simulate_nrp",
    "smooth_variances",
    "solve",
    "source_credibility",
    "suggest_needs",
    "support_summary",
    "supported_front",
    "tipping_odds_ratio",
    "top_needs",
    "trim",
    "validate",
    "weights",
    "who_else",
    "with_synergies",
    "write_mps",
]
