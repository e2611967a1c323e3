"""Outweigh: who are we not hearing, how many have the need, is it worth it, and what is displaced if we build it.

The way of the data is ``tables -> CustomerGraph -> Audit -> Demand -> Scores -> Plan -> Ledger``. Each stage is one
function from immutable values to one new immutable value.
"""

from importlib import import_module
from typing import Any

from ._core import __version__
from .cases.cases import (
    CustomerGroups,
    DealCase,
    ExitCase,
    categorise_customers,
    deal_case,
    exit_case,
)
from .core.errors import (
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
from .core.results import Result
from .core.table import Table
from .demand.detections import occupancy
from .demand.prevalence import Demand, demand
from .demand.report_checks import report_checks
from .demand.standing import merge_sensitivity, reach, tipping_odds_ratio, top_needs
from .demand.suggestions import suggest_needs
from .economics.buy_till_you_die import BgBb, BgNbd, ModifiedBgNbd, ParetoNbd
from .economics.contracts import BetaDiscreteWeibull, ShiftedBetaGeometric
from .economics.cost_to_serve import CostToServe, cost_to_serve
from .economics.lifetime_value import LifetimeValue, lifetime_value
from .economics.profit import (
    Concentration,
    ProfitCurve,
    concentration,
    gini,
    lorenz,
    profit_curve,
)
from .economics.segment_fits import SegmentFits, fit_by_segment
from .economics.spend import GammaGamma
from .explain.ledger import Ledger, account_contributions, explain
from .graph.customer_graph import CustomerGraph, Rejected, schema, validate
from .graph.discover_segments import DiscoveredSegments, discover_segments
from .graph.files import read, read_tables
from .graph.look_alikes import (
    Backtest,
    LookAlikes,
    WhoElse,
    backtest_who_else,
    look_alikes,
    who_else,
)
from .graph.network import (
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
from .graph.public_data import Pabulib, read_pabulib, read_wishlist
from .graph.relation import Relation
from .journey.churn_risk import ChurnRisk, churn_risk
from .journey.journey import Journey, journey
from .journey.kpis import Kpis, WorkingHours, kpis
from .journey.support import SupportSummary, support_summary
from .lab.measures import (
    interval_coverage,
    interval_score,
    kendall_tau_b,
    ndcg_at,
    precision_at,
    recall_at,
    relative_regret,
    root_mean_square_error,
    set_value,
)
from .lab.nrp import read_nrp, simulate_nrp
from .lab.simulation import Simulation, Truth, simulate
from .listening.audit import AccountWeights, Audit, audit, weights
from .listening.conversations import (
    Calendar,
    ListeningQuality,
    calendar,
    listening_quality,
)
from .listening.design import Design
from .listening.discovery import Discovery, discovery
from .listening.propensity import PropensityWeights, propensity_weights
from .listening.recency import (
    HearingDrift,
    decay_weights,
    hearing_drift,
    rates_by_exposure,
)
from .listening.replicate_weights import ReplicateWeights, replicate_weights
from .listening.source_records import (
    Breadth,
    SourceCredibility,
    breadth,
    source_credibility,
)
from .listening.survey_estimates import (
    Estimates,
    effective_sample_size,
    estimate_difference,
    estimate_mean,
    estimate_proportions,
    estimate_quantile,
    estimate_ratio,
    estimate_total,
)
from .listening.weighting import calibrate, poststratify, rake, trim
from .listening.weighting_check import WeightingCheck, does_weighting_help
from .listening.weights import SurveyWeights
from .roadmap.certificates import Certificate, check_certificate
from .roadmap.fronts import Front, efficient_front, supported_front
from .roadmap.mps import read_mps, write_mps
from .roadmap.plan import Displacement, Plan, RoadmapProblem, Selection, plan, solve
from .roadmap.releases import ReleasePlan, plan_releases
from .roadmap.saved_plans import SavedPlan, read_plan, save_plan
from .roadmap.showstopper_lane import Lane, showstopper_lane
from .roadmap.synergies import with_synergies
from .roadmap.tradeoffs import (
    Alternatives,
    Comparison,
    Sensitivity,
    best_plans,
    compare_plans,
)
from .roadmap.uncertainty import UncertainPlan, plan_under_uncertainty
from .scoring.effects import Effect, ItemEffects, combine_effects, item_effects
from .scoring.score import Scorer, Scores, score
from .stats.fitted import Predicted
from .stats.pooling import (
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
from .stats.proportion import proportion_interval
from .stats.survival import Cox, KaplanMeier, LogRank, log_rank


def __getattr__(name: str) -> Any:
    # Only reports need what makes them, so that it is loaded when it is asked for.
    if name == "report":
        return import_module(".report", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


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
