"""From a graph to what its report says: runs the stages and takes out the figures."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from ..core.arguments import amount_of, checked
from ..core.errors import Infeasible, OutweighError, Place, TypeMismatch
from ..core.numbers import short
from ..core.progress import Printer
from ..graph.stakeholders import stakeholders
from ..graph.uses import target_uses_of
from ..lab.measures import interval_coverage, kendall_tau_b, relative_regret, root_mean_square_error, set_value
from ..lab.simulation import Truth
from ..scoring.efforts import divisible
from .customers import tell_customers
from .story import (
    Choice,
    Item,
    Line,
    Need,
    Quote,
    Ranking,
    Rejected,
    Source,
    Story,
    Unheard,
)
from .svg import PairedBar
from .visits import gather_visits
from .would import gather_would

if TYPE_CHECKING:
    from ..graph.customer_graph import CustomerGraph

__all__ = ["tell"]

Progress = Callable[[str, float], Any]

DIMENSIONS = {"segment": "Segment", "revenue_band": "Revenue"}
TELLING = ("exact", "estimated", "doubtful")
MOST_EXPLAINED = 12
MOST_WEIGHED = 8
QUOTES = 3


@checked
def tell(
    graph: CustomerGraph,
    *,
    truth: Truth | None = None,
    capacity: float | None = None,
    title: str = "Whom do we hear, who needs what, and what should we build?",
    origin: str = "",
    target_uses: str | Sequence[str] = (),
    progress: Progress | bool | None = None,
) -> Story:
    """Run every stage that the tables allow and collect what a report says.

    A stage that lacks a table is left out, and the story says which figures are missing and why.

    Parameters
    ----------
    graph
        Of any tables.
    truth
        Of a simulation, to compare with.
    capacity
        Effort available; by default a quarter of the effort of all that can be planned.
    title, origin
        Of the report.
    target_uses
        Values of the table ``uses`` that the product is made for: see `outweigh.categorise_customers`.
    progress
        True, or a function of (task, done).
    """
    # Stages that fail are left out of the report; a wrong call is not to be one of them.
    if capacity is not None:
        capacity = amount_of(capacity, "capacity")
    if truth is not None and not isinstance(truth, Truth):
        raise TypeMismatch("truth must be that of a simulation", Place(column="truth", value=short(truth)))
    if progress is True:
        progress = Printer()
    if progress is not None and not callable(progress):
        raise TypeMismatch(
            "progress must be a function of (task, done)", Place(column="progress", value=short(progress))
        )
    uses = target_uses_of(graph, target_uses, whole=True)
    return _Teller(graph, truth, capacity, title, origin, uses, progress).story


class _Teller:
    def __init__(
        self,
        graph: CustomerGraph,
        truth: Truth | None,
        capacity: float | None,
        title: str,
        origin: str,
        target_uses: list[str],
        progress: Progress | None,
    ) -> None:
        self.graph = graph
        self.truth = truth
        self.capacity = capacity
        self.progress = progress
        self.story = Story(
            title=title,
            # Where no table holds a time, as_of says nothing.
            as_of="" if graph.as_of.timestamp() == 0 else _day(graph.as_of),
            origin=origin,
            currency=graph.currency,
            effort_unit=graph.effort_unit,
            is_simulated=truth is not None,
            version=_core.__version__,
        )
        self.step("reading tables", 0.05)
        self.read_base()
        self.step("listening", 0.15)
        self.listening()
        try:
            gather_visits(self.story, graph)
        except OutweighError as error:
            self.without("How we listen, and whom to visit next", error)
        self.step("estimating demand", 0.3)
        demand = self.demand()
        try:
            self.story.would, self.story.would_worth = gather_would(graph, demand, self.names)
        except OutweighError as error:
            self.without("Who else would", error)
        self.step("scoring", 0.6)
        plan = None if demand is None else self.roadmap(demand)
        self.step("explaining", 0.85)
        if plan is not None:
            self.explain(plan)
        self.step("customers", 0.92)
        self.story.customers = tell_customers(graph, demand, self.names, self.without, target_uses)
        self.rejected()
        self.absent()
        self.step("report", 1.0)

    def step(self, task: str, done: float) -> None:
        if self.progress is not None:
            self.progress(task, done)

    def columns(self, name: str) -> dict[str, list[Any]]:
        """A table by columns; no columns where it was not given."""
        return self.graph.table(name).to_dict() if name in self.graph.tables else {}

    def without(self, figure: str, why: object) -> None:
        self.story.missing.append((figure, str(why)))

    # ---- who is heard

    def read_base(self) -> None:
        accounts = self.columns("accounts")
        ids = accounts["account_id"]
        base = set(list(self.graph.base))
        self.names = {str(i): str(name or i) for i, name in zip(ids, accounts.get("name", ids), strict=True)}
        self.story.accounts = len(base)
        paid = accounts.get("arr", [None] * len(ids))
        known = [float(arr) for account, arr in zip(ids, paid, strict=True) if arr is not None and account in base]
        if known:
            self.story.revenue = math.fsum(known)
            self.story.revenue_known = len(known)

    def listening(self) -> None:
        from .. import audit

        story = self.story
        try:
            heard = audit(self.graph)
        except OutweighError as error:
            self.without("Who is heard", error)
            return
        sources = list(heard.sources.rows())
        pooled = next(row for row in sources if row["group"] == "all")
        story.heard_accounts = heard.heard_accounts
        story.contacts, story.requests = pooled["contacts"], pooled["requests"]
        story.representativity = pooled["representativity"]
        story.representativity_lower, story.representativity_upper = (
            pooled["representativity_lower"],
            pooled["representativity_upper"],
        )
        if pooled["contacts"]:
            story.effective_accounts = pooled["effective_accounts"]
        if story.revenue is not None and heard.never_heard_revenue is not None:
            story.heard_revenue = story.revenue - heard.never_heard_revenue
        for row in heard.to_table().rows():
            if row["group"] != "all":
                continue
            name = DIMENSIONS.get(row["dimension"], row["dimension"].replace("_", " "))
            bar = PairedBar(row["level"], row["heard_share"] or 0.0, row["base_share"], row["lower"], row["upper"])
            story.by.setdefault(name, []).append(bar)
            if row["dimension"] == "segment":
                revenue = row["never_heard_revenue"]
                story.unheard.append(
                    Unheard(
                        row["level"], row["accounts"], row["never_heard"], None if revenue is None else float(revenue)
                    )
                )
        story.unheard.sort(key=lambda row: -row.never)
        for row in list(heard.never_heard.rows())[:5]:
            segment = row.get("segment") if len(story.by.get("Segment", [])) > 1 else None
            where = " × ".join(str(part) for part in (segment, row.get("revenue_band")) if part) or "all"
            if row["never_heard"]:
                about = f": {row['description']}" if row["description"] else ""
                # Small parts are easily missed, and are not to cry wolf.
                fair = (
                    "fewer are heard than by chance"
                    if row["q_value"] is not None and row["q_value"] < 0.1
                    else "it may be chance"
                )
                story.never.append(f"{where}, {row['never_heard']:,} of {row['accounts']:,}{about} ({fair})")
        story.apart = [
            (row["who"], row["contacts"], row["requests"])
            for row in heard.apart.rows()
            if row["contacts"] or row["requests"]
        ]
        story.sources = sorted(
            (
                Source(
                    name=str(row["name"] or row["source_id"]),
                    kind=str(row["kind"]),
                    contacts=row["contacts"],
                    accounts=row["heard_accounts"],
                    share_of_base=row["reach"],
                    whale_share=row["whale_share"],
                    unhappy_share=row["unhappy_share"],
                    escalations=row["escalation_share"],
                    learn=row["learn_share"],
                    requests=row["requests"],
                )
                for row in sources
                if row["group"] == "source"
            ),
            key=lambda row: -row.contacts,
        )
        for row in heard.missing.rows():
            column = f"column {row['column']} of " if row["column"] else ""
            self.without(row["figure"], f"needs {column}the table {row['table']}")

    # ---- who has each need

    def demand(self) -> Any:
        from .. import demand as estimate

        try:
            demand = estimate(self.graph, progress=lambda task, done: self.step(task, 0.3 + 0.3 * done))
        except OutweighError as error:
            self.without("How many have each need, scores and roadmap", error)
            return None
        story = self.story
        needs = self.columns("needs")
        titles = dict(zip(needs["need_id"], needs["title"], strict=True))
        true = self.true_prevalence()
        rows = list(demand.overall.rows())
        for row in rows:
            known = row["prevalence"] is not None
            story.needs.append(
                Need(
                    id=str(row["need_id"]),
                    title=str(titles.get(row["need_id"]) or ""),
                    accounts=row["accounts"],
                    requesting=row["requesting"],
                    contacted=row["contacted"],
                    raw=row["raw"] or 0.0,
                    # Within bounds the data cannot choose: a figure there would be read as an estimate.
                    estimate=row["prevalence"] if row["status"] in TELLING else None,
                    lower=row["lower"] if known else None,
                    upper=row["upper"] if known else None,
                    status=row["status"],
                    reason=row["reason"] or "",
                    truth=true.get((str(row["need_id"]), None)),
                    revenue=row["revenue"],
                )
            )
        story.demand_method = demand.method
        story.level = demand.level
        story.assumptions += [text for text in demand.assumptions if text not in story.assumptions]
        story.warnings += demand.graph.warnings + demand.warnings
        cells = demand.to_table().to_dict()
        story.statuses = dict(Counter(cells["status"]).most_common())
        self.compare_cells(cells, true)
        self.evidence(demand, titles)
        stakeholders = demand.stakeholders.to_dict()
        counted = sorted(zip(stakeholders["need_id"], stakeholders["requests"], strict=True), key=lambda row: -row[1])
        story.stakeholders = [(str(titles.get(need) or need), count) for need, count in counted if count]
        return demand

    def evidence(self, demand: Any, titles: Mapping[Any, Any]) -> None:
        """How often accounts were contacted, what the never contacted could change, and which needs come first."""
        from .. import top_needs

        story = self.story
        base = list(self.graph.base)
        counts: Counter[Any] = Counter()
        if "interactions" in self.graph.tables:
            counts.update(self.spoke("interactions"))
            bands = (("never", 0, 0), ("once", 1, 1), ("2 to 5 times", 2, 5), ("6 times or more", 6, None))
            often = [counts[account] for account in base]
            story.contacts_by_account = [
                (words, sum(1 for n in often if n >= least and (most is None or n <= most)))
                for words, least, most in bands
            ]
        if not story.needs:
            return
        # Shifts both ends by what the scaled odds of the never contacted add to the mean: no second fit.
        told = {*self.spoke("interactions"), *self.spoke("requests")}
        never = np.array([account not in told for account in self.graph.base], dtype=bool)
        chances = demand._core.probability_matrix()[:, never] if never.any() else np.zeros((len(story.needs), 0))
        moved = {
            ratio: (ratio * chances / (1.0 - chances + ratio * chances) - chances).sum(axis=1) / max(1, never.size)
            for ratio in (0.5, 2.0)
        }
        for i, need in enumerate(story.needs):
            if need.lower is not None and need.upper is not None:
                story.band[need.id] = (max(0.0, need.lower + moved[0.5][i]), min(1.0, need.upper + moved[2.0][i]))
        # With few needs all of them would be among the first.
        story.top_places = min(5, len(story.needs) // 2)
        if not story.top_places or all(need.estimate is None for need in story.needs):
            return
        first = top_needs(demand, story.top_places)
        story.top = [
            (str(titles.get(row["need_id"]) or row["need_id"]), row["top_probability"])
            for row in first.rows()
            if row["top_probability"] >= 0.05
        ][:10]

    def spoke(self, name: str) -> list[Any]:
        """The account of each row up to `as_of` that no stakeholder is named in: what `demand` takes for a contact."""
        rows = self.columns(name)
        people, number = stakeholders(self.graph), len(rows.get("account_id", []))
        who = rows.get("customer_id", [None] * number)
        return [
            account
            for account, at, person in zip(rows.get("account_id", []), rows.get("at", []), who, strict=True)
            if at <= self.graph.as_of and person not in people
        ]

    def true_prevalence(self) -> dict[tuple[str, str | None], float]:
        if self.truth is None:
            return {}
        cells, whole = self.truth.prevalence.to_dict(), self.truth.needs.to_dict()
        known: dict[tuple[str, str | None], float] = {
            (need, segment): share
            for need, segment, share in zip(cells["need_id"], cells["segment_id"], cells["prevalence"], strict=True)
        }
        known.update({(need, None): share for need, share in zip(whole["need_id"], whole["prevalence"], strict=True)})
        return known

    def compare_cells(self, cells: Mapping[str, list[Any]], true: Mapping[tuple[str, str | None], float]) -> None:
        rows = [
            (cells["raw"][i], cells["prevalence"][i], cells["lower"][i], cells["upper"][i], true[need, segment])
            for i, (need, segment) in enumerate(zip(cells["need_id"], cells["segment_id"], strict=True))
            if (need, segment) in true and cells["prevalence"][i] is not None
        ]
        if not rows:
            return
        raw, estimate, lower, upper, truth = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
        self.story.raw_error = root_mean_square_error(raw, truth)
        self.story.estimate_error = root_mean_square_error(estimate, truth)
        self.story.coverage = interval_coverage(lower, upper, truth)

    # ---- what to build

    def roadmap(self, demand: Any) -> Any:
        from .. import plan, score, supported_front

        story = self.story
        if "solutions" not in self.graph.tables:
            self.without("Scores and roadmap", "needs the table solutions")
            return None
        if "covers" not in self.graph.tables:
            self.without("Scores and roadmap", "needs the table covers: which solution meets which need")
            return None
        try:
            scores = score(demand)
            self.titles_of_solutions()
            if self.capacity is None:
                self.capacity = self.default_capacity()
                story.is_capacity_assumed = True
            chosen = plan(scores, capacity=self.capacity)
        except OutweighError as error:
            self.without("Scores and roadmap", error)
            return None
        story.capacity = self.capacity
        story.used = chosen.effort
        story.plan_value = chosen.value
        story.bound = chosen.bound
        story.is_proven = chosen.proven
        hull = supported_front(chosen.selection.problem, time_limit=1.0)
        if hull.complete:
            story.corners = list(zip(hull["cost"].tolist(), hull["value"].tolist(), strict=True))
        if "capacities" in self.graph.tables:
            self.without(
                "Roadmap by resource and period",
                "the table capacities is for plan(capacity={resource: amount}) and for plan_releases; here all effort is in one "
                "period, under one capacity",
            )
        story.value_unit = "expected accounts with a need met"
        story.warnings += [text for text in chosen.warnings if text not in story.warnings]
        self.items(scores, chosen)
        self.step("comparing rankings", 0.7)
        self.rankings(demand, scores, chosen)
        return chosen

    def titles_of_solutions(self) -> None:
        solutions = self.columns("solutions")
        self.titles = {str(i): str(t) for i, t in zip(solutions["solution_id"], solutions["title"], strict=True)}
        states = solutions.get("status", [None] * len(self.titles))
        self.states = {str(i): s or "candidate" for i, s in zip(solutions["solution_id"], states, strict=True)}
        efforts = solutions.get("effort", [None] * len(self.titles))
        self.efforts = {str(i): e for i, e in zip(solutions["solution_id"], efforts, strict=True)}

    def default_capacity(self) -> float:
        open_ones = [
            e for i, e in self.efforts.items() if e is not None and self.states[i] in ("candidate", "in_progress")
        ]
        # Four digits of it, whatever the unit: a tenth is nothing in person days, and all in years.
        return float(f"{0.25 * math.fsum(open_ones):.4g}")

    def items(self, scores: Any, chosen: Any) -> None:
        covers = self.columns("covers")
        needs = self.columns("needs")
        self.need_titles = {str(n): str(t or n) for n, t in zip(needs["need_id"], needs["title"], strict=True)}
        met: dict[str, list[str]] = {}
        for solution, need in zip(covers["solution_id"], covers["need_id"], strict=True):
            met.setdefault(str(solution), []).append(self.need_titles.get(str(need), str(need)))
        members = {str(solution) for solution in chosen.solutions}
        plannable = {str(row["solution_id"]): row["reason"] for row in chosen.to_table().rows()}
        for row in scores.to_table().rows():
            key = str(row["solution_id"])
            known = row["lower"] is not None
            reason = plannable.get(key) or ""
            self.story.items.append(
                Item(
                    id=key,
                    title=self.titles[key],
                    effort=row["effort"],
                    value=row["value"] or 0.0,
                    lower=row["lower"] if known else None,
                    upper=row["upper"] if known else None,
                    rank=row["rank"],
                    chosen=key in members,
                    accounts=row["accounts"],
                    revenue=row["revenue"],
                    needs=tuple(met.get(key, ())),
                    status=reason or self.states[key],
                    is_told=row["status"] in TELLING,
                )
            )
        self.plannable = {key for key, reason in plannable.items() if not reason}

    def rankings(self, demand: Any, scores: Any, chosen: Any) -> None:
        from .. import plan, score

        tried: list[tuple[str, str, Any, Any]] = []
        for name, by, about in (
            ("Raw votes", "votes", "Requests counted as they came, over effort: one account as often as it asked."),
            ("Revenue", "revenue", "Revenue of the accounts that asked, over effort: silence taken for absence."),
        ):
            try:
                naive = score(demand, by=by)
                tried.append((name, about, naive, plan(naive, capacity=self.capacity or 0.0)))
            except OutweighError as error:
                self.without(f"Ranking by {name.lower()}", error)
        tried.append(
            ("Outweigh", "Expected accounts that have the needs it meets, heard or not, over effort.", scores, chosen)
        )
        values = {name: self.value_over_effort(result) for name, _, result, _ in tried}
        truth = self.true_ranking()
        for name, about, _, planned in tried:
            tau = regret = None
            if truth is not None:
                ids = [key for key in truth[0] if key in values[name]]
                tau = kendall_tau_b([values[name][key] for key in ids], [truth[0][key] for key in ids])
                regret = relative_regret(min(truth[3], truth[2](planned.solutions)), truth[3])
            self.story.rankings.append(
                Ranking(name, about, _places(values[name]), tuple(str(s) for s in planned.solutions), tau, regret)
            )
        if truth is not None:
            self.story.rankings.append(
                Ranking(
                    "Truth", "Accounts that really have the needs it meets, over effort.", _places(truth[0]), truth[1]
                )
            )

    def value_over_effort(self, scores: Any) -> dict[str, float]:
        rows = [row for row in scores.to_table().rows() if str(row["solution_id"]) in self.plannable]
        efforts = np.array([row["effort"] or 0.0 for row in rows], dtype=np.float64)
        worth = np.array([row["value"] or 0.0 for row in rows]) / divisible(efforts)
        return dict(zip([str(row["solution_id"]) for row in rows], worth.tolist(), strict=True))

    def true_ranking(self) -> tuple[dict[str, float], tuple[str, ...], Callable[[Any], float], float] | None:
        """By the truth: value over effort, the best set, the value of any set, and that of the best."""
        if self.truth is None:
            return None
        from .. import RoadmapProblem, solve

        covers = self.columns("covers")
        needs = self.truth.needs.to_dict()
        worth = dict(zip(needs["need_id"], (float(n) for n in needs["accounts_with_need"]), strict=True))
        ids = [key for key in self.efforts if key in self.plannable]
        place = {key: i for i, key in enumerate(ids)}
        need_place = {need: i for i, need in enumerate(worth)}
        shares = covers.get("share", [None] * len(covers["need_id"]))
        rows = [
            (str(solution), str(need), 1.0 if share is None else float(share))
            for solution, need, share in zip(covers["solution_id"], covers["need_id"], shares, strict=True)
            if str(solution) in place
        ]
        alone = dict.fromkeys(ids, 0.0)
        for solution, need, share in rows:
            alone[solution] += share * worth[need]
        solutions = np.array([place[solution] for solution, _, _ in rows], dtype=np.int64)
        of_need = np.array([need_place[need] for _, need, _ in rows], dtype=np.int64)
        met = np.array([share for _, _, share in rows])
        values = np.array(list(worth.values()))

        def value_of(chosen: Any) -> float:
            flags = np.zeros(len(ids))
            flags[[place[str(solution)] for solution in chosen]] = 1.0
            return set_value(flags, solutions, of_need, met, values)

        dependencies = self.columns("dependencies")
        between = [
            (str(one), str(other), kind)
            for one, other, kind in zip(
                dependencies.get("solution_id", []),
                dependencies.get("on", []),
                dependencies.get("kind", []),
                strict=True,
            )
            if str(one) in place and str(other) in place and kind in ("requires", "excludes", "together")
        ]
        problem = RoadmapProblem(
            solutions={"solution_id": ids, "effort": [self.efforts[key] for key in ids]},
            needs={"need_id": list(worth), "value": list(worth.values())},
            covers={
                "solution_id": [solution for solution, _, _ in rows],
                "need_id": [need for _, need, _ in rows],
                "share": met,
            },
            dependencies={
                "solution_id": [one for one, _, _ in between],
                "on": [other for _, other, _ in between],
                "kind": [kind for _, _, kind in between],
            }
            if between
            else None,
        )
        best = solve(problem, budget=self.capacity or 0.0)
        ratio = {key: alone[key] / self.efforts[key] for key in ids if self.efforts[key]}
        chosen = tuple(str(solution) for solution in best.solutions)
        return ratio, chosen, value_of, value_of(chosen)

    def explain(self, plan: Any) -> None:
        """Ledgers and displaced items for those that matter most."""
        sources = self.columns("sources")
        source_names = dict(
            zip(sources.get("source_id", []), sources.get("name", sources.get("source_id", [])), strict=True)
        )
        from dataclasses import replace

        items = sorted(self.story.items, key=lambda item: (not item.chosen, -item.value / (item.effort or 1.0)))
        done = []
        weighed = 0
        for number, item in enumerate(items):
            self.step("explaining", 0.85 + 0.07 * number / len(items))
            if item.chosen or (weighed < MOST_WEIGHED and item.id in self.plannable):
                weighed += 0 if item.chosen else 1
                item = replace(item, displaces=self.displaced(plan, item))
            if item.chosen and number < MOST_EXPLAINED:
                item = self.explained(plan, item, source_names, replace)
            done.append(item)
        self.story.items = done

    def displaced(self, plan: Any, item: Item) -> Choice:
        try:
            change = plan.displaced_by(item.id)
        except Infeasible as error:
            if error.place.column == "budget":
                return Choice((), (), None, "It does not fit this capacity, with all that it requires.")
            return Choice((), (), None, f"It cannot be: {error.message}.")
        except OutweighError as error:
            return Choice((), (), None, f"It cannot be: {error}.")
        return Choice(
            tuple(str(s) for s in change.entering if str(s) != item.id),
            tuple(str(s) for s in change.leaving if str(s) != item.id),
            change.value_lost,
        )

    def explained(self, plan: Any, item: Item, source_names: Mapping[Any, Any], replace: Any) -> Item:
        ledger = plan.explain(item.id)
        lines = [
            Line(self.in_words(row), row["kind"], row["amount"], bool(row["counts"]))
            for row in ledger.to_table().rows()
        ]
        evidence = list(ledger.evidence.rows())
        quotes: list[Quote] = []
        for row in sorted(evidence, key=lambda row: -(row["weight"] or 0.0)):
            text = row["quote"] or ""
            if not text or any(quote.text == text for quote in quotes):
                continue
            account, source = row["account_id"], row["source_id"]
            quotes.append(
                Quote(
                    text,
                    str(self.names.get(str(account)) or account or ""),
                    str(source_names.get(source) or source or ""),
                    "" if row["at"] is None else _day(row["at"]),
                )
            )
            if len(quotes) == QUOTES:
                break
        explained: Item = replace(
            item,
            adds=ledger.total,
            lines=tuple(_shortened(lines)),
            quotes=tuple(quotes),
            evidence=len(evidence),
            assumptions=tuple(ledger.assumptions),
        )
        return explained

    def in_words(self, row: Mapping[str, Any]) -> str:
        """The name of a ledger's line, with the names of the account and the need that were heard instead of their ids."""
        account, title = self.names.get(str(row["account_id"])), self.need_titles.get(str(row["need_id"]))
        name = f"{account} has “{title}”" if row["kind"] == "heard" and account and title else str(row["name"] or "")
        return name.replace(f"{row['need_id']} ({title})", f"“{title}”")

    # ---- what the report does not know

    def rejected(self) -> None:
        groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for problem in self.graph.validate().rows():
            column = f" in {problem['column']}" if problem["column"] else ""
            reason = problem["kind"].replace("_", " ") + column
            groups.setdefault((problem["table"], reason), []).append(problem)
        for (table, reason), problems in sorted(groups.items()):
            first = problems[0]
            row = "" if first["row"] is None else f"row {first['row']}: "
            rows = len({problem["row"] for problem in problems})
            self.story.rejected.append(Rejected(table, reason, rows, row + first["message"]))

    def absent(self) -> None:
        for table, figure in (
            ("segments", "Prevalence by segment: all accounts are one segment"),
            ("tickets", "Support: frequency, severity, blockers"),
            ("deals", "Deals won and lost for a need"),
            ("commitments", "Promises already made"),
            ("surveys", "Satisfaction"),
            ("asked", "What customers said no to"),
        ):
            if table not in self.graph.tables:
                self.without(figure, f"needs the table {table}")


def _day(at: Any) -> str:
    if isinstance(at, np.datetime64):
        at = at.astype("datetime64[us]").item()
    return f"{at.day} {at:%B %Y}" if isinstance(at, datetime) else str(at)


def _places(values: Mapping[str, float]) -> dict[str, float]:
    """Places by falling value; equal values share their mean place."""
    ordered = sorted(values.values(), reverse=True)
    first: dict[float, int] = {}
    count = Counter(ordered)
    for i, value in enumerate(ordered):
        first.setdefault(value, i + 1)
    return {key: first[value] + (count[value] - 1) / 2 for key, value in values.items()}


def _shortened(lines: list[Line], limit: int = 10) -> list[Line]:
    """The longest lines of a ledger, and one line for the rest of each kind, so that the sum stays."""
    counting = [line for line in lines if line.counts and line.kind != "remainder"]
    rest = [line for line in lines if not line.counts or line.kind == "remainder"]
    if len(counting) <= limit:
        return lines
    ordered = sorted(counting, key=lambda line: -abs(line.amount))
    shown, left = ordered[: limit - 2], ordered[limit - 2 :]
    for kind in dict.fromkeys(line.kind for line in left):
        of_kind = [line for line in left if line.kind == kind]
        shown.append(Line(f"{len(of_kind):,} more", kind, sum(line.amount for line in of_kind)))
    return [*shown, *rest]
