"""The report: complete, self-contained, escaped, and possible from any graph."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

import outweigh as ow
from outweigh.report import page, summary, tell, write_report
from outweigh.report.page import _roadmap
from outweigh.report.svg import short_number, strip
from outweigh.report.would import _worth


class Reader(HTMLParser):
    """Checks that tags match, and keeps what matters."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.words: list[str] = []

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]

    def handle_starttag(self, tag, attributes):
        self.handle_startendtag(tag, attributes)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def story(simulation):
    return tell(simulation.graph, truth=simulation.truth, origin="a simulation")


def test_every_section_is_there(story):
    reader = read(page(story))
    sections = [value for tag, name, value in reader.attributes if tag == "section" and name == "id"]
    assert sections == [
        *("summary", "heard", "visits", "needs", "would", "rankings", "roadmap", "reasons", "customers", "trust")
    ]
    told = (
        "never heard",
        "Kendall's tau-b",
        "Raw votes",
        "Revenue",
        "Outweigh",
        "displaces",
        "capacity would be",
        "Assumptions",
    )
    for words in told:
        assert words in reader.text
    assert "svg" in reader.tags
    # Every chart says in words what it shows.
    images = [value for tag, name, value in reader.attributes if tag == "svg" and name == "aria-label"]
    assert len(images) == reader.tags.count("svg")
    assert all(images)


def test_customers_have_a_curve_groups_and_a_matrix(story, simulation):
    told = story.customers
    assert told.profit.points[-1] == (told.profit.customers, pytest.approx(told.profit.total))
    assert max(y for _, y in told.profit.points) == told.profit.peak[1]
    assert [group for group, *_ in told.groups] == [1, 2, 3, 4]
    assert sum(accounts for _, _, accounts, _ in told.groups) + told.unknown_use == story.accounts
    assert {stage for stage, _ in told.matrix} <= {"learn", "buy", "use", "fix", "for_life"}
    text = read(page(story)).text
    assert told.unknown_use > 0
    assert f"Of {told.unknown_use} more accounts nothing says what they use the product for." in text
    for words in ("Who makes the profit", "The four groups", "The journey by stage and function"):
        assert words in text


def test_nothing_comes_from_elsewhere(story):
    html = page(story)
    reader = read(html)
    assert "script" not in reader.tags
    for tag, name, value in reader.attributes:
        if name in ("src", "href", "action", "data", "xlink:href"):
            assert value.startswith(("#", "data:")), (tag, name, value)
        assert not name.startswith("on")
    assert not re.search(r"@import|url\(", html)


def test_who_else_would(story, simulation):
    text = read(page(story)).text
    assert 1 <= len(story.would) <= 3
    for would in story.would:
        assert " ".join(would.title.split()) in text
        assert would.expected > would.wanted_by
        for account, chance, contacts, _ in would.rows:
            assert account in text
            # Nobody whom silence makes less likely to have it than the rest of those that never asked.
            rest = (would.expected - would.wanted_by) / (story.accounts - would.wanted_by)
            assert rest - 1e-9 <= chance <= 1.0
            assert contacts >= 0
    assert " ".join(story.would_worth.split()) in text


def test_a_difference_that_may_be_chance_is_called_so(monkeypatch):
    simulation = ow.simulate(seed=3, accounts=250)
    for gain, said in (((-0.1, 0.2), True), ((0.1, 0.2), False)):
        rows = [{"method": "cosine", "precision": 0.2, "gain_lower": gain[0], "gain_upper": gain[1]}]
        rows.append({"method": "popularity", "precision": 0.1, "gain_lower": 0.0, "gain_upper": 0.0})
        found = SimpleNamespace(
            status="estimated", figures={"top": 10}, to_table=lambda rows=rows: SimpleNamespace(rows=lambda: rows)
        )
        words = _worth(simulation.graph, lambda *_, found=found, **__: found)
        assert ("a difference that may be chance" in words) is said


def test_listening_and_visits(story, simulation):
    text = read(page(story)).text
    quality = ow.listening_quality(simulation.graph)
    assert quality.summary in text
    assert ow.calendar(simulation.graph).summary in text
    discovery = ow.discovery(simulation.graph)
    assert discovery.summary in text
    assert len(story.visits) == len(discovery)
    assert [row.reason for row in story.visits] == list(discovery["reason"])
    assert story.visits[0].reason[1:] in text
    assert f"Representativity is {story.representativity:.2f}" in text
    assert sum(row.conversations for row in story.listened) == sum(quality["conversations"])
    assert all("heard" in words or "chance" in words for words in story.never)


def test_figures_are_numbers(story):
    html = page(story)
    assert not re.search(r"\b(nan|inf|None)\b", html)
    assert story.accounts == len([n for n in story.by["Segment"]]) or story.accounts > 0
    assert sum(bar.base for bar in story.by["Segment"]) == pytest.approx(1)
    assert sum(bar.heard for bar in story.by["Segment"]) == pytest.approx(1)
    for need in story.needs:
        assert need.truth is not None
        if need.estimate is not None:
            assert need.lower <= need.estimate <= need.upper
    names = [ranking.name for ranking in story.rankings]
    assert names == ["Raw votes", "Revenue", "Outweigh", "Truth"]
    for ranking in story.rankings[:-1]:
        assert -1 <= ranking.tau <= 1
        assert 0 <= ranking.regret <= 1
    assert story.used <= story.capacity
    assert sum(item.effort for item in story.items if item.chosen) == pytest.approx(story.used)


def test_ledgers_add_up(story, simulation):
    explained = [item for item in story.items if item.lines]
    assert explained
    for item in explained:
        remainder = [line.amount for line in item.lines if line.kind == "remainder"]
        scale = max([1.0, *(abs(line.amount) for line in item.lines)])
        assert all(abs(amount) <= 1e-9 * scale for amount in remainder)


def test_displaced_items_name_others(story):
    chosen = [item for item in story.items if item.chosen]
    assert chosen
    for item in chosen:
        assert item.displaces is not None
        assert item.id not in item.displaces.entering + item.displaces.leaving


def test_the_same_graph_gives_the_same_page(simulation, story):
    assert page(tell(simulation.graph, truth=simulation.truth, origin="a simulation")) == page(story)


def test_text_of_the_user_is_escaped(tables):
    bad = "<script>alert('x')</script>&\"'"
    tables["needs"]["title"][0] = bad
    tables["solutions"]["title"] = [bad] * 5
    tables["accounts"]["name"] = [bad] * 10
    tables["sources"]["name"] = [bad] * 3
    tables["sources"]["owner"] = [bad] * 3
    tables["requests"]["quote"] = [bad] * len(tables["requests"]["quote"])
    tables["segments"]["segment_id"] = [bad, bad, *["small"] * 8]
    graph = ow.CustomerGraph.from_tables(**tables)
    html = page(tell(graph, title=bad, origin=bad))
    reader = read(html)
    assert "script" not in reader.tags
    assert "alert" in reader.text


def test_accounts_alone_make_a_report():
    graph = ow.CustomerGraph.from_tables(accounts={"account_id": ["a", "b"]})
    told = tell(graph)
    reader = read(page(told))
    assert "What is not in this report, and why" in reader.text
    assert told.items == []
    assert told.rankings == []
    figures = " ".join(figure for figure, _ in told.missing)
    assert "Who is heard" in figures
    assert "roadmap" in figures


@pytest.mark.parametrize(
    "absent", ["interactions", "solutions", "covers", "dependencies", "segments", "requests", "needs"]
)
def test_a_report_without_one_table(tables, absent):
    del tables[absent]
    if absent == "needs":
        del tables["covers"], tables["requests"]["need_id"]
    elif absent == "solutions":
        del tables["covers"], tables["dependencies"]
    elif absent == "interactions":
        del tables["requests"]["interaction_id"]
    read(page(tell(ow.CustomerGraph.from_tables(**tables))))


def test_rejected_rows_are_shown(tables):
    tables["requests"]["account_id"][0] = "nobody"
    tables["requests"]["account_id"][2] = "no one"
    graph = ow.CustomerGraph.from_tables(**tables, on_invalid="quarantine")
    told = tell(graph)
    assert sum(row.rows for row in told.rejected) == 2
    text = read(page(told)).text
    assert "What was set aside" in text
    assert "unknown id in account_id" in text


def test_a_capacity_of_ones_own(graph):
    told = tell(graph, capacity=5)
    assert told.capacity == 5
    assert told.used <= 5
    assert tell(graph, capacity=0.1).items != []


def test_it_is_written(graph, tmp_path):
    told = write_report(graph, tmp_path / "report.html", title="Ours")
    assert "<title>Ours</title>" in (tmp_path / "report.html").read_text(encoding="utf-8")
    lines = summary(told)
    assert lines[0] == "Ours"
    assert any("Roadmap" in line for line in lines)


def shown(profit):
    from outweigh.report.customers import Profit, _curve_in_words

    return _curve_in_words(Profit(**profit), lambda amount: f"{amount:g} EUR")


def test_the_curve_in_words():
    curve = {
        "customers": 10,
        "total": 5.0,
        "points": [],
        "peak": (9.0, 6.0),
        "peak_share": 1.2,
        "top_tenth": 0.5,
        "bottom_tenth": -0.2,
        "losing": 1,
        "losses": -1.0,
    }
    assert shown(curve) == (
        "The most profitable 9 of 10 customers make 120\u202f% of the profit; the other 1 adds nothing or takes from it. "
        "1 of them makes a loss, 1 EUR together. The best tenth, 1 customer, makes 50\u202f%."
    )
    assert "make 100.3\u202f% of" in shown(curve | {"peak_share": 1.003})
    nobody_loses = curve | {"peak": (10.0, 5.0), "peak_share": 1.0, "losing": 0, "losses": 0.0}
    assert shown(nobody_loses).startswith("All 10 customers make a profit, 5 EUR together.")
    assert "other 1 adds nothing. The best" in shown(nobody_loses | {"peak": (9.0, 5.0)})
    none = curve | {"peak": (1.0, 1.0), "peak_share": None, "top_tenth": None, "bottom_tenth": None}
    assert shown(none | {"total": -7.0, "losing": 9, "losses": -8.0}) == (
        "10 customers together lose 7 EUR. 9 of them make a loss, 8 EUR together."
    )
    assert (
        shown(none | {"total": -8.0, "losing": 10, "losses": -8.0}) == "All 10 customers make a loss, 8 EUR together."
    )
    assert shown(none | {"total": 0.0, "losing": 0, "losses": 0.0}) == "10 customers together make no profit."
    assert shown(none | {"customers": 1, "total": -8.0, "losing": 1}) == "The only customer loses 8 EUR."
    assert shown(curve | {"customers": 1, "losing": 0}) == "The only customer makes 5 EUR."


def told_customers(graph, **options):
    from outweigh.report.customers import tell_customers

    missing = []
    told = tell_customers(graph, ow.demand(graph, method="raw"), {}, lambda *line: missing.append(line), **options)
    return told, missing


def test_an_account_in_two_gaps_is_one_account():
    graph = ow.simulate(seed=3, accounts=250).graph
    told, _ = told_customers(graph)
    gaps = {}
    for row in ow.journey(graph).gaps.rows():
        gaps.setdefault((row["stage"], row["function"] or "unknown"), []).append(row["account_id"])
    assert any(len(set(accounts)) < len(accounts) for accounts in gaps.values())
    assert {place: n for place, (_, n) in told.matrix.items() if n} == {p: len(set(a)) for p, a in gaps.items()}


def test_needs_have_their_titles_in_reasons_and_actions(simulation):
    told, _ = told_customers(simulation.graph)
    ids = set(map(str, simulation.graph.ids("need")))
    said = [text for *_, reason, action in told.members for text in (reason, action)]
    assert any("most often about" in text for text in said) and any(text.startswith("diagnose ") for text in said)
    assert not any(text.endswith(f"about {need}") or f"diagnose {need}," in text for text in said for need in ids)
    assert any("diagnose “" in text for text in said)


def test_lines_of_a_ledger_name_needs_by_their_titles(story, simulation):
    names = [line.name for item in story.items for line in item.lines if line.kind == "shrinkage"]
    assert names and all("of “" in name for name in names)
    assert not any(f"{need} (" in name for name in names for need in simulation.graph.ids("need"))


def test_what_colleagues_ask_for_most_comes_first(story):
    counts = [requests for _, requests in story.stakeholders]
    assert counts == sorted(counts, reverse=True)
    many = dataclasses.replace(story, stakeholders=[(f"Need {i}", 20 - i) for i in range(12)])
    text = read(page(many)).text
    assert "Need 9" in text and "Need 10" not in text
    assert "2 more needs have fewer or as many." in text


def test_headings_promise_no_more_than_what_follows(story):
    text = read(page(story)).text
    assert story.warnings and "Checks that failed" not in text
    assert "that nobody heard, by segment" not in text
    assert f"{story.visited[0][1]:,} for a target of {story.visited[0][2]:,}" in text
    assert re.search(r"; profit -?[0-9.]+[kM]? EUR", text.replace("\u202f", " "))


def test_a_strip_shows_efforts_as_the_table_does():
    drawn = strip([("Search", 10.5), ("Export", 11.5)], 22.0, "Capacity", "weeks")
    assert ">10.5<" in drawn and ">11.5<" in drawn


def test_uses_on_target_are_asked_for(simulation):
    _, missing = told_customers(simulation.graph)
    assert any("target_uses" in str(why) for _, why in missing)
    told, missing = told_customers(simulation.graph, target_uses=["operations"])
    assert not missing
    groups = ow.categorise_customers(ow.demand(simulation.graph, method="raw"), target_uses=["operations"]).groups
    assert [n for _, _, n, _ in told.groups] == list(groups["accounts"])


def small(**change):
    at = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    tables = {
        "accounts": {"account_id": [f"a{i}" for i in range(6)], "arr": [10.0, 20, 30, 40, 50, 60]},
        "needs": {"need_id": ["n1", "n2"], "title": ["Log in faster", "Export data"]},
        "solutions": {
            "solution_id": ["s1", "s2", "s3"],
            "title": ["Single sign-on", "CSV export", "Platform"],
            "effort": [3.0, 2.0, 4.0],
            "status": ["candidate"] * 3,
        },
        "covers": {"solution_id": ["s1", "s2"], "need_id": ["n1", "n2"], "share": [1.0, 0.8]},
        "dependencies": {"solution_id": ["s1"], "on": ["s3"], "kind": ["requires"]},
        "requests": {
            "request_id": ["r1", "r2", "r3"],
            "account_id": ["a0", "a1", "a2"],
            "need_id": ["n1", "n2", "n1"],
            "source_id": ["c"] * 3,
            "at": [at] * 3,
        },
        "sources": {"source_id": ["c"], "kind": ["portal"]},
    }
    for table, columns in change.items():
        tables[table] |= columns
    return ow.CustomerGraph.from_tables(**tables, effort_unit="person weeks")


def roadmap_of(told):
    return read(_roadmap(told)[2]).text


def test_the_roadmap_is_told_as_a_plan_says():
    graph = small()
    told = tell(graph, capacity=7)
    text = roadmap_of(told)
    plan = ow.plan(ow.score(ow.demand(graph)), capacity=7)
    assert plan.solutions == ["s1", "s3"]
    lost = plan.displaced_by("s2").value_lost
    assert f"“Single sign-on” and “Platform” would have to go; {short_number(lost)} of value lost" in text
    assert "No capacity was given" not in text
    assert "more solution" not in text


def test_what_does_not_fit_is_said_in_words():
    text = roadmap_of(tell(small(), capacity=5))
    assert "It does not fit this capacity, with all that it requires." in text
    assert "budget" not in text
    assert "nothing would come in for it" in text
    text = roadmap_of(tell(small(), capacity=1))
    assert "Nothing: no solution of worth fits this capacity" in text
    assert "More capacity would add nothing." in roadmap_of(tell(small(), capacity=9))


def test_a_capacity_that_nobody_gave_is_said_to_be_assumed():
    assert "No capacity was given; this one is a quarter" in roadmap_of(tell(small()))


def test_what_cannot_be_planned_is_not_left_out():
    text = roadmap_of(tell(small(solutions={"status": ["candidate", "shipped", "dropped"]}), capacity=5))
    assert "Not to be planned: " in text
    assert "it has shipped (1)" in text
    assert "left out." not in text
    assert "Nothing: no solution is open." in roadmap_of(tell(small(solutions={"status": ["shipped"] * 3})))


def test_a_capacity_without_end():
    told = tell(small(), capacity=math.inf)
    assert "inf" not in re.sub(r"information|infra", "", _roadmap(told)[2])
    assert not any("inf " in line for line in summary(told))


@pytest.mark.parametrize("seed", range(4))
def test_one_more_unit_of_capacity_wins_no_more_than_is_said(seed):
    graph = ow.simulate(seed=seed, accounts=150, needs=12).graph
    told = tell(graph)
    scores = ow.score(ow.demand(graph))
    won = ow.plan(scores, capacity=told.capacity + 1).value - ow.plan(scores, capacity=told.capacity).value
    most = re.search(r"wins at most some ([0-9.]+)\. Each", roadmap_of(told))
    assert won <= float(most[1]) * 1.05


def test_contacts_are_counted_as_demand_counts_them():
    """A contact after `as_of` is not made yet, and one with a colleague of ours is none."""
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": ["a", "b", "c"]},
        customers={"customer_id": ["colleague"], "account_id": ["c"], "party": ["internal"]},
        sources={"source_id": ["visits"], "kind": ["discovery"]},
        needs={"need_id": ["sso"], "title": ["Single sign-on"]},
        interactions={
            "interaction_id": [1, 2, 3],
            "source_id": ["visits"] * 3,
            "account_id": ["a", "b", "c"],
            "customer_id": [None, None, "colleague"],
            "at": [dt.datetime(2026, 1, 1), dt.datetime(2026, 6, 1), dt.datetime(2026, 1, 2)],
        },
        requests={
            "request_id": [1],
            "source_id": ["visits"],
            "account_id": ["a"],
            "at": [dt.datetime(2026, 1, 1)],
            "interaction_id": [1],
            "need_id": ["sso"],
        },
        timezone="UTC",
        as_of=dt.datetime(2026, 2, 1),
    )
    assert ow.demand(graph)["contacted"] == [1]
    assert tell(graph).contacts_by_account[:2] == [("never", 2), ("once", 1)]


def test_progress_of_the_report_never_goes_back(graph):
    done = []
    tell(graph, progress=lambda task, share: done.append(share))
    assert done == sorted(done) and done[-1] == 1.0
