"""The report tells small and odd bases truly, and in sentences."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys

import pytest

import outweigh as ow
from outweigh.report import page, summary, tell
from outweigh.report.customers import Profit, _curve_in_words
from outweigh.report.parts import about, sentence
from outweigh.report.parts import table as parts_table
from outweigh.report.story import Would
from outweigh.report.svg import Dot, bars, dots, short_number, whale
from outweigh.report.would import would_section


def day(number):
    return dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=number)


def base(number=6, days=(1, 2, 3, 4, 5, 6), as_of=None, **change):
    """Each account is heard once through a portal, on a day of its own."""
    ids = [f"a{i}" for i in range(number)]
    heard = ids[: len(days)]
    tables = {
        "accounts": {"account_id": ids, "arr": [100.0 * (i + 1) for i in range(number)]},
        "sources": {"source_id": ["portal"], "kind": ["portal"]},
        "needs": {"need_id": ["n1", "n2"], "title": ["Log in faster", "Export data"]},
        "requests": {
            "request_id": [f"r{i}" for i in range(len(heard))],
            "account_id": heard,
            "source_id": ["portal"] * len(heard),
            "at": [day(i) for i in days[: len(heard)]],
            "need_id": ["n1" if i % 2 else "n2" for i in range(len(heard))],
        },
        "solutions": {
            "solution_id": ["s1", "s2", "s3"],
            "title": ["Single sign-on", "CSV export", "Platform"],
            "effort": [3.0, 2.0, 4.0],
        },
        "covers": {
            "solution_id": ["s1", "s2", "s3", "s3"],
            "need_id": ["n1", "n2", "n1", "n2"],
            "share": [1.0, 0.8, 0.5, 0.9],
        },
    }
    for table, columns in change.items():
        tables[table] = tables.get(table, {}) | columns
    return ow.CustomerGraph.from_tables(**tables, as_of=as_of)


def text_of(html):
    """The words, with a bar between those of two elements."""
    return re.sub(r"\s*\|[\s|]*", " | ", re.sub(r"<[^>]*>", "|", re.sub(r"<style>.*?</style>", "", html)))


@pytest.mark.parametrize("seed", [1, 2])
def test_requests_after_as_of_do_not_stop_the_report(seed):
    """The order of who else is tried on requests up to `as_of`: a third of the later ones lies behind it."""
    simulated = ow.simulate(seed=seed, accounts=300, needs=6).graph
    times = sorted(simulated.table("requests").to_dict()["at"])
    names = ("accounts", "sources", "needs", "interactions", "requests", "customers")
    tables = {name: simulated.table(name) for name in names}
    tables["requests"] = {
        name: values
        for name, values in tables["requests"].to_dict().items()
        if name not in ("ticket_id", "solution_id")
    }
    graph = ow.CustomerGraph.from_tables(**tables, as_of=times[len(times) // 2])
    story = tell(graph)
    assert story.would
    assert "two thirds of the way" in story.would_worth or "Too little" in story.would_worth


def test_requests_of_one_day_do_not_stop_the_report():
    from outweigh.report.would import _worth

    graph = base(days=(5,) * 6)
    assert _worth(graph, ow.backtest_who_else) == "Too little was asked anew to say what this order is worth."


def test_a_base_without_times_has_no_date():
    story = tell(ow.CustomerGraph.from_tables(accounts={"account_id": ["a", "b"]}))
    text = text_of(page(story)) + "\n".join(summary(story))
    assert "1970" not in text
    assert "2 active customers" in text
    assert " on 6 January 2026" in "".join(summary(tell(base(days=(5,) * 6))))


def test_revenue_is_that_of_those_whose_revenue_is_known():
    story = tell(base(accounts={"arr": [100.0, None, None, None, None, 50.0]}, days=(1, 2, 3)))
    text = text_of(page(story)) + "\n".join(summary(story))
    assert text.count("6 active customers, 150 a year from the 2 whose revenue is known") == 2
    assert "they pay 50 a year, where that is known" in text
    assert "of the known revenue" in text
    whole = text_of(page(tell(base(days=(1, 2, 3)))))
    assert "6 active customers, 2.1k a year on" in whole
    assert "known revenue" not in whole
    assert "where that is known" not in whole


def test_two_ways_to_rank_are_not_three():
    """Without any revenue there is no ranking by it."""
    text = text_of(page(tell(base(accounts={"arr": [None] * 6}))))
    assert "ranked two ways" in text
    assert "Two ways to rank" in text
    assert "hree ways" not in text
    assert "Three ways to rank" in text_of(page(tell(base())))


def test_what_takes_no_effort_has_a_place():
    story = tell(base(solutions={"effort": [0.0, 2.0, 4.0]}))
    ours = next(ranking for ranking in story.rankings if ranking.name == "Outweigh")
    assert set(ours.ranks) == {"s1", "s2", "s3"}
    assert ours.ranks["s1"] == 1
    none = tell(base(solutions={"effort": [0.0, 0.0, 0.0]}))
    assert {len(ranking.ranks) for ranking in none.rankings} == {3}


def test_what_came_later_is_not_said_to_be_absent():
    text = text_of(page(tell(base(as_of=day(0)))))
    assert "were given" not in text
    assert "was logged up to 1 January 2026" in text


def test_bounds_are_not_told_as_estimates():
    graph = base()
    demand = ow.demand(graph)
    assert set(demand["status"]) == {"bounds_only"}
    story = tell(graph)
    assert [need.estimate for need in story.needs] == [None, None]
    assert (story.needs[0].lower, story.needs[0].upper) == (demand.overall["lower"][0], demand.overall["upper"][0])
    assert story.would == []
    assert story.top == []
    said = "\n".join(summary(story)) + text_of(page(story))
    assert "an estimated" not in said
    assert "at least twice as common" not in said
    assert "most valuable item" not in said
    assert "of every value the data give bounds alone" in said.replace("But of", "of")


def test_a_ledger_says_what_its_lines_add_up_to():
    """Solutions that meet the same need add less than their value, and that is what the lines sum to."""
    graph = base()
    story = tell(graph, capacity=9)
    chosen = ow.plan(ow.score(ow.demand(graph)), capacity=9)
    assert set(chosen.solutions) == {"s1", "s2", "s3"} or len(chosen.solutions) >= 2
    overlapping = 0
    for item in story.items:
        if not item.lines:
            continue
        total = sum(line.amount for line in item.lines if line.counts)
        assert item.adds == pytest.approx(total, abs=1e-9)
        assert item.adds == pytest.approx(chosen.explain(item.id).total)
        told = (
            f"value {short_number(item.value)}, of which it adds {short_number(item.adds)} to the rest of the roadmap"
        )
        if abs(item.adds - item.value) > 1e-6:
            overlapping += 1
            assert told in text_of(page(story))
        else:
            assert told not in text_of(page(story))
    assert overlapping


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e5])
def test_the_assumed_capacity_is_a_quarter_in_any_unit(unit):
    graph = base(solutions={"effort": [unit, 2 * unit, 4 * unit]})
    story = tell(graph)
    assert story.capacity == pytest.approx(1.75 * unit, rel=1e-3)
    assert any(item.chosen for item in story.items)
    efforts = [row["effort"] for row in ow.score(ow.demand(graph)).to_table().rows()]
    text = text_of(page(story))
    for effort in efforts:
        assert f"| {effort:,.6g} |" in text


def test_a_table_of_capacities_is_not_passed_over():
    graph = base(
        efforts={"solution_id": ["s1", "s2", "s3"], "resource": ["web"] * 3, "amount": [3.0, 2.0, 4.0]},
        capacities={"resource": ["web"], "period": ["q1"], "amount": [5.0]},
    )
    assert "Roadmap by resource and period" in dict(tell(graph).missing)


def test_one_is_not_told_as_many():
    graph = base(
        1,
        days=(1,),
        needs={"need_id": ["n1"], "title": ["Log in faster"]},
        requests={"need_id": ["n1"]},
        solutions={"solution_id": ["s1"], "title": ["Single sign-on"], "effort": [3.0]},
        covers={"solution_id": ["s1"], "need_id": ["n1"], "share": [1.0]},
    )
    story = tell(graph, capacity=3)
    html = page(story)
    text = text_of(html) + "\n".join(summary(story))
    for wrong in (
        "1 active customers",
        "1 customers",
        "1 requests",
        "1 contacts",
        "accounts. | Representativity",
        "All 1 ",
        "they pay 0",
    ):
        assert wrong not in text, wrong
    assert "1 of 1 customer (100" in text
    assert "was heard at least once; it stands for" in text
    assert "1 contact and 1 request came in" in text
    assert "The only need as a table" in text
    assert "The only solution by place" in text
    assert "1 solution, 1 of them chosen" in html


def test_accounts_without_a_name_go_by_their_id():
    simulated = ow.simulate(seed=1, accounts=300, needs=6).graph
    names = ("accounts", "sources", "needs", "interactions", "customers")
    tables = {name: simulated.table(name).to_dict() for name in names}
    requests = simulated.table("requests").to_dict()
    tables["requests"] = {name: requests[name] for name in requests if name not in ("ticket_id", "solution_id")}
    tables["accounts"]["name"] = [None] * len(tables["accounts"]["account_id"])
    story = tell(ow.CustomerGraph.from_tables(**tables))
    rows = [row for would in story.would for row in would.rows]
    assert rows
    assert {account for account, *_ in rows} <= set(tables["accounts"]["account_id"])
    titles = set(tables["needs"]["title"])
    for _, _, _, evidence in rows:
        assert {re.sub(r" \(\d+ accounts? wants? both\)$", "", part) for part in evidence.split("; ")} <= titles


def test_one_stage_that_cannot_be_told_takes_no_other_with_it(monkeypatch):
    """Where no plan can be made, who is heard can be told all the same."""

    def no_plan(*args, **options):
        raise ow.InvalidInput("solutions exclude each other")

    monkeypatch.setattr(ow, "plan", no_plan)
    story = tell(base())
    assert story.needs
    assert story.heard_accounts == 6
    assert story.items == []
    assert "exclude each other" in dict(story.missing)["Scores and roadmap"]


def test_overlapping_segments_say_so():
    said = "an account of several counts in each"
    ids = [f"a{i}" for i in range(6)]
    overlapping = {"segment_id": ["all"] * 6 + ["vip"] * 2, "account_id": ids + ids[:2]}
    assert said in page(tell(base(segments=overlapping)))
    assert said not in page(tell(base(segments={"segment_id": ["x"] * 3 + ["y"] * 3, "account_id": ids})))


def test_lines_of_a_ledger_name_accounts_and_needs():
    graph = base(accounts={"name": [f"Firm {i}" for i in range(6)]})
    lines = [line.name for item in tell(graph, capacity=9).items for line in item.lines if line.kind == "heard"]
    assert lines
    assert {"Firm 1 has “Log in faster”", "Firm 0 has “Export data”"} <= set(lines)


def test_one_account_behind_an_item():
    assert [about(n, "account") for n in (0.98, 1.04, 1, 0.4, 12)] == [
        *("about 0.98 accounts", "about 1 account", "about 1 account", "about 0.4 accounts", "about 12 accounts")
    ]
    html = "".join(
        would_section([Would("A", 1, 1.02, [("x", 0.5, 0, "")]), Would("B", 2, 30.0, [("x", 0.5, 0, "")])], "")
    )
    assert "about 1 account has it." in html
    assert "about 30 accounts have it." in html
    profit = Profit(9, 80.0, [(0.0, 0.0), (1.0, 90.0), (9.0, 80.0)], (1.0, 90.0), 1.125, 1.125, -0.1, 8, -10.0)
    said = _curve_in_words(profit, "{:g}".format)
    assert said.startswith("The most profitable of 9 customers makes 112")
    assert "with 1 customer; all together" in whale(profit.points, profit.peak, profit.total, "t")


def test_one_row_set_aside():
    tables = {
        "accounts": {"account_id": ["a", "b"]},
        "sources": {"source_id": ["s"], "kind": ["portal"]},
        "requests": {"request_id": [1, 2], "account_id": ["a", "c"], "source_id": ["s", "s"], "at": [day(1), day(2)]},
    }
    story = tell(ow.CustomerGraph.from_tables(**tables, on_invalid="quarantine"))
    text = text_of(page(story)) + "\n".join(summary(story))
    assert "1 row was set aside as invalid" in text
    assert "1 row could not be right, or refers to rows" in text


def test_axes_of_nothing_have_no_exponents():
    for chart in (
        dots([Dot("a", 1.0, 0.0, False)], "t", "x", "y"),
        dots([Dot("a", 0.0, 0.0, False)], "t", "x", "y"),
        whale([(0.0, 0.0), (1.0, 0.0)], (0.0, 0.0), 0.0, "t"),
        whale([(0.0, 0.0), (1.0, -50.0), (2.0, -90.0)], (0.0, 0.0), -90.0, "t"),
    ):
        assert not re.search(r">[-0-9.]+e-", chart)
    assert ">-0<" not in whale([(0.0, 0.0), (1.0, -50.0), (2.0, -90.0)], (0.0, 0.0), -90.0, "t")
    assert ">-80<" in whale([(0.0, 0.0), (1.0, -50.0), (2.0, -90.0)], (0.0, 0.0), -90.0, "t")


def test_numbers_above_a_thousand_billions():
    assert short_number(1.2e12) == "1.2tn"
    assert short_number(-4.5e15) == "-4,500tn"
    assert short_number(999.6e9) == "1tn"


def test_a_use_misspelt_is_not_taken_for_a_use():
    """It would make pioneers of all who use the product for what it is made for."""
    graph = ow.simulate(seed=1, accounts=120, needs=4).graph
    demand = ow.demand(graph, method="raw")
    for call in (
        lambda uses: ow.categorise_customers(demand, target_uses=uses),
        lambda uses: ow.reach(demand, target_uses=uses),
        lambda uses: tell(graph, target_uses=uses),
    ):
        with pytest.raises(ow.InvalidInput, match="did you mean 'operations'"):
            call(["operatons"])
    with pytest.raises(ow.InvalidInput, match="there are .*operations"):
        tell(graph, target_uses=["x"])
    # A part of the customers may have none of a use.
    assert len(ow.categorise_customers(demand, target_uses=["x"])) == len(graph.base)
    with pytest.raises(ow.MissingInput, match="uses"):
        tell(base(), target_uses=["operations"])


def test_a_wrong_call_is_not_a_figure_that_is_missing(tmp_path):
    graph = base()
    for wrong in (
        {"capacity": "a"},
        {"capacity": {"web": 1.0}},
        {"title": None},
        {"origin": 5},
        {"truth": 5},
        {"progress": 5},
        {"target_uses": 5},
    ):
        with pytest.raises(ow.TypeMismatch) as error:
            tell(graph, **wrong)
        assert error.value.place.column == next(iter(wrong))
    for capacity in (-1, float("nan")):
        with pytest.raises(ow.InvalidInput, match="capacity"):
            tell(graph, capacity=capacity)
    with pytest.raises(ow.TypeMismatch, match="graph"):
        tell(None)
    with pytest.raises(ow.TypeMismatch, match="path"):
        ow.report.write_report(graph, None)


def test_the_report_is_there_without_a_further_import():
    code = "import outweigh as ow; print(ow.report.write_report.__name__); ow.reports"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "write_report"
    assert "has no attribute 'reports'" in done.stderr


def test_one_segment_is_no_division():
    text = text_of(page(tell(base(number=9))))
    assert "By segment" not in text and "By revenue" in text
    assert "Where most accounts were never heard, by revenue:" in text
    assert "all ×" not in text


def test_words_beside_a_full_bar_have_room():
    words = "1,000 for a target of 1,000"
    chart = bars([("all", 1.0, words, "estimate-bar")], "made", highest=1.0)
    width = float(re.search(r'viewBox="0 0 (\d+)', chart)[1])
    start = float(re.findall(r'<text x="([\d.]+)"', chart)[-1])
    assert start + 8 * len(words) <= width


def test_sentences_in_tables_keep_a_width():
    text = "a sentence that is long enough to be read on lines of its own, not word by word"
    html = parts_table(("Name", "Bar", "Why"), [("x", f'<span class="bar" style="{"a" * 80}"></span>', text)], raw=(1,))
    assert html.count("class=s") == 2  # the head and the cell of the sentence, not of the bar


def test_colleagues_go_by_the_names_of_their_sources():
    at = [day(i) for i in range(6)]
    source = ["s1", "s2", "s3"] * 2
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": [f"a{i}" for i in range(6)]},
        sources={
            "source_id": ["s1", "s2", "s3"],
            "kind": ["portal"] * 3,
            "name": ["The portal", "Visits", None],
            "owner": [None, "Ann", None],
        },
        interactions={
            "interaction_id": range(6),
            "account_id": [f"a{i}" for i in range(6)],
            "source_id": source,
            "at": at,
        },
    )
    assert sorted(row.person for row in tell(graph).listened) == ["Ann", "The portal", "s3"]


def test_a_per_cent_sign_stays_with_its_number():
    assert sentence("49 % were begun by <us>") == "49\u202f% were begun by &lt;us&gt;"
