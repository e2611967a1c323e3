"""What a report says, before it is said in HTML: plain values, each known or not."""

from __future__ import annotations

from dataclasses import dataclass, field

from .customers import Customers
from .svg import PairedBar, Span

__all__ = [
    "Choice",
    "Item",
    "Line",
    "Listened",
    "Need",
    "Quote",
    "Ranking",
    "Rejected",
    "Source",
    "Story",
    "Unheard",
    "Visit",
    "Would",
]


@dataclass(frozen=True)
class Source:
    """Whom one source hears."""

    name: str
    kind: str
    contacts: int
    accounts: int
    share_of_base: float
    whale_share: float | None = None
    unhappy_share: float | None = None
    escalations: float | None = None
    learn: float | None = None
    requests: int = 0


@dataclass(frozen=True)
class Unheard:
    """A part of the base without a voice."""

    label: str
    accounts: int
    never: int
    revenue: float | None


@dataclass(frozen=True)
class Listened:
    """The conversations of one colleague; shares are of those for which the figure is known."""

    person: str
    conversations: int
    accounts: int
    learn: float | None = None
    escalations: float | None = None
    begun_by_us: float | None = None
    long_enough: float | None = None
    customer_talked: float | None = None
    good: float | None = None


@dataclass(frozen=True)
class Visit:
    """An account to talk to next."""

    account: str
    cell: str
    contacts: int
    revenue: float | None
    reason: str


@dataclass(frozen=True)
class Would:
    """A need with more accounts behind it than asked, and who they may be."""

    title: str
    wanted_by: int
    expected: float  # accounts that have it, by the estimate
    rows: list[tuple[str, float, int, str]] = field(default_factory=list)  # account, chance, contacts, evidence


@dataclass(frozen=True)
class Need:
    """How many have one need."""

    id: str
    title: str
    accounts: int
    requesting: int
    contacted: int
    raw: float
    estimate: float | None
    lower: float | None
    upper: float | None
    status: str
    reason: str = ""
    truth: float | None = None
    revenue: float | None = None

    @property
    def span(self) -> Span:
        """The row of the chart."""
        return Span(
            self.title or self.id,
            self.raw,
            self.estimate,
            self.lower,
            self.upper,
            self.truth,
            self.status not in ("exact", "estimated"),
        )


@dataclass(frozen=True)
class Ranking:
    """One way of ranking the solutions, and where it leads."""

    name: str
    about: str
    ranks: dict[str, float]  # place of each solution, by id
    chosen: tuple[str, ...]
    tau: float | None = None
    regret: float | None = None


@dataclass(frozen=True)
class Line:
    """A line of a ledger."""

    name: str
    kind: str
    amount: float
    counts: bool = True


@dataclass(frozen=True)
class Quote:
    """Who said what, when and through whom."""

    text: str
    account: str
    source: str
    at: str


@dataclass(frozen=True)
class Choice:
    """What a reversed decision would do."""

    entering: tuple[str, ...]
    leaving: tuple[str, ...]
    value_lost: float | None
    problem: str = ""


@dataclass(frozen=True)
class Item:
    """A solution."""

    id: str
    title: str
    effort: float | None
    value: float
    lower: float | None
    upper: float | None
    rank: int | None
    chosen: bool
    accounts: float | None = None
    revenue: float | None = None
    needs: tuple[str, ...] = ()
    status: str = ""
    is_told: bool = True  # by the data; else they give bounds of its value alone
    displaces: Choice | None = None
    adds: float | None = None  # to the rest of the roadmap: the total of the lines
    lines: tuple[Line, ...] = ()
    quotes: tuple[Quote, ...] = ()
    evidence: int = 0
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rejected:
    """Rows of a table set aside for one reason."""

    table: str
    reason: str
    rows: int
    example: str


@dataclass
class Story:
    """Everything in a report."""

    title: str
    as_of: str
    currency: str = ""
    effort_unit: str = ""
    is_simulated: bool = False
    origin: str = ""
    accounts: int = 0
    revenue: float | None = None  # of those whose revenue is known
    revenue_known: int = 0  # accounts
    heard_accounts: int | None = None
    heard_revenue: float | None = None
    contacts: int = 0
    requests: int = 0
    by: dict[str, list[PairedBar]] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    unheard: list[Unheard] = field(default_factory=list)
    never: list[str] = field(default_factory=list)  # parts of the base nobody hears, in words
    apart: list[tuple[str, int, int]] = field(default_factory=list)  # who, contacts, requests
    representativity: float | None = None
    representativity_lower: float | None = None
    representativity_upper: float | None = None
    effective_accounts: float | None = None
    listening: str = ""  # how conversations went, in words
    listened: list[Listened] = field(default_factory=list)
    calendar: str = ""  # one month of the executives' calls, in words
    discovery: str = ""  # visits against their target, in words
    visited: list[tuple[str, int, int]] = field(default_factory=list)  # cell, visited, target
    visits: list[Visit] = field(default_factory=list)  # to make next
    needs: list[Need] = field(default_factory=list)
    demand_method: str = ""
    band: dict[str, tuple[float, float]] = field(default_factory=dict)  # need id: if the unheard differ
    contacts_by_account: list[tuple[str, int]] = field(default_factory=list)  # in words, accounts
    top: list[tuple[str, float]] = field(default_factory=list)  # need, chance that it is among the first `top_places`
    top_places: int = 0
    would: list[Would] = field(default_factory=list)  # needs with accounts that may want them
    would_worth: str = ""  # what the order of these accounts is worth, in words
    raw_error: float | None = None
    estimate_error: float | None = None
    coverage: float | None = None
    level: float = 0.9
    rankings: list[Ranking] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    scorer: str = ""
    value_unit: str = ""
    capacity: float | None = None
    is_capacity_assumed: bool = False
    used: float | None = None
    plan_value: float | None = None
    bound: float | None = None
    is_proven: bool | None = None
    customers: Customers | None = None
    corners: list[tuple[float, float]] = field(default_factory=list)  # effort and value of the best roadmaps
    rejected: list[Rejected] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    missing: list[tuple[str, str]] = field(default_factory=list)  # figure, why
    stakeholders: list[tuple[str, int]] = field(default_factory=list)  # need, requests
    version: str = ""
