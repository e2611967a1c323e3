"""Journeys, stages and gaps, and key figures."""

from __future__ import annotations

import copy
import datetime as dt
from datetime import date, timedelta
import pickle

import numpy as np
import pytest
from customer_base import day

import outweigh as ow


@pytest.fixture
def events():
    return {
        "case_id": ["b", "a", "b", "a", "a"],
        "at": [day(3), day(5), day(1), day(5), day(2)],
        "activity": ["use", "ask", "buy", "use", "buy"],
    }


def test_a_small_journey(events):
    journey = ow.journey(events, stages={"buy": "buy", "use": "use", "ask": "fix"})
    assert journey.top_variants(1)["path"] == ["buy > ask > use"]
    assert journey.variants.to_dict()["path"] == ["buy > ask > use", "buy > use"]
    assert journey.bottlenecks.to_dict()["from"][0] == "buy"
    assert journey.stages.to_dict()["cases"] == [0, 2, 2, 1, 0]
    assert journey.events.to_dict()["activity"] == ["buy", "use", "buy", "ask", "use"]
    assert len(journey.cases) == 2
    assert pickle.loads(pickle.dumps(journey)) == journey
    state = journey.state
    assert state.cases == 2 and type(state).from_bytes(state.to_bytes()) == state
    with pytest.raises(ow.MissingInput, match="function"):
        journey.functions


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow"])
def test_events_of_any_kind(events, kind):
    frame = ow.Table(events).to_frame(kind)
    assert ow.journey(frame).transitions == ow.journey(events).transitions


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"case_id": ["b", None, "b", "a", "a"]}, ow.InvalidInput, "case_id.*row 1"),
        ({"at": [day(3), day(5), None, day(5), day(2)]}, ow.InvalidInput, "at.*row 2"),
        ({"activity": [1, 2, 3, 4, 5]}, ow.TypeMismatch, "activity"),
        ({"stage": ["buy", "use", "us", None, "buy"]}, ow.InvalidInput, "stage.*row 2, value 'us'"),
        ({"sentiment": [0, 0, 0, 0, float("nan")]}, ow.InvalidInput, "sentiment.*row 4"),
        ({"at": [dt.datetime(2026, 1, 1)] * 5}, ow.InvalidInput, "at"),
        ({"account_id": [1, 2, 3, 2, 2]}, ow.InvalidInput, "account"),
        ({"case_id": [], "at": [], "activity": []}, ow.InvalidInput, "no rows"),
    ],
)
def test_bad_events(events, change, error, match):
    with pytest.raises(error, match=match):
        ow.journey({**events, **change})


def test_other_names_times_and_ends(events):
    renamed = {
        "Ticket": events["case_id"],
        "When": [at.replace(tzinfo=None) for at in events["at"]],
        "activity": events["activity"],
    }
    columns = {"case_id": "Ticket", "at": "When"}
    assert ow.journey(renamed, columns=columns, timezone="UTC").transitions == ow.journey(events).transitions
    early = ow.journey(events, as_of="2026-01-03")
    assert early.to_table().num_rows == 0 and "left out" in early.summary
    with pytest.raises(ow.MissingInput, match="When"):
        ow.journey(events, columns={"at": "When"})


def test_the_journeys_of_a_graph(simulation):
    journey = ow.journey(simulation.graph)
    assert set(journey.stages["stage"]) == {"learn", "buy", "use", "fix", "for_life"}
    matrix = journey.matrix.to_dict()
    assert sum(matrix["share_of_events"]) == pytest.approx(1)
    assert set(journey.gaps["gap"]) <= {"missing", "silent", "unhappy"}
    escalated = list(journey.gaps["escalated"])
    assert escalated == sorted(escalated)
    pytest.importorskip("matplotlib").use("Agg")
    assert journey.plot() is not None


def test_volvo_incidents(shared):
    pl = pytest.importorskip("polars")
    log = pl.read_csv(shared / "data" / "volvo_bpi2013" / "incidents.csv.gz").with_columns(
        pl.col("Change Date+Time").str.to_datetime(time_zone="UTC")
    )
    names = {"case_id": "SR Number", "at": "Change Date+Time", "activity": "Activity", "function": "ST Level"}
    journey = ow.journey(log, columns=names)
    assert len(journey.cases) == 7554
    assert journey.durations["mean_days"] == pytest.approx(12.079, abs=5e-4)
    assert journey.durations["median_days"] == pytest.approx(7.549, abs=5e-4)
    assert journey.durations["p95_days"] == pytest.approx(35.691, abs=5e-4)
    first_line = next(row for row in journey.functions.rows() if row["function"] == "L1")
    assert first_line["only_share"] == pytest.approx(0.6018, abs=5e-5)
    # An independent count of the transitions.
    ordered = log.with_row_index("row").sort("SR Number", "Change Date+Time", "row")
    following = pl.col("Activity").shift(-1).over("SR Number")
    counts = ordered.with_columns(following.alias("to")).drop_nulls("to").group_by("Activity", "to").len().rows()
    ours = {(row["from"], row["to"]): row["count"] for row in journey.transitions.rows()}
    assert ours == {(a, b): n for a, b, n in counts}


def test_kpis_of_a_simulation(simulation):
    kpis = ow.kpis(simulation.graph, by="segment", period="quarter")
    for row in kpis.to_table().rows():
        if row["value"] is not None and row["lower"] is not None:
            assert row["lower"] <= row["value"] + 1e-9
            assert row["upper"] is None or row["upper"] >= row["value"] - 1e-9
        assert all(value is None or np.isfinite(value) for value in (row["value"], row["lower"], row["upper"]))
    assert pickle.loads(pickle.dumps(kpis)) == kpis
    assert kpis.assumptions


def test_kpis_say_what_they_lack(tables):
    kpis = ow.kpis(ow.CustomerGraph.from_tables(accounts=tables["accounts"]))
    missing = {row["figure"]: (row["table"], row["column"]) for row in kpis.missing.rows()}
    assert missing["time_to_repair"] == ("tickets", "")
    assert missing["nps"] == ("surveys", "")
    assert missing["churn"] == ("accounts", "ended")
    assert len(kpis) == 0
    deals = {"deal_id": ["d"], "account_id": ["a0"], "opened": [day(0)], "outcome": ["open"]}
    kpis = ow.kpis(ow.CustomerGraph.from_tables(accounts=tables["accounts"], deals=deals))
    assert "win_rate" in kpis.missing.to_dict()["figure"]
    assert f"; {len(kpis.missing)} missing" in kpis.summary and kpis.summary in repr(kpis)


def test_open_tickets_are_not_fast(tables):
    tables = copy.deepcopy(tables)
    tables["tickets"] = {
        "ticket_id": list(range(6)),
        "account_id": ["a0", "a1", "a2", "a3", "a4", "a5"],
        "opened": [day(0)] * 6,
        "resolved": [day(1), day(2), None, None, None, None],
    }
    graph = ow.CustomerGraph.from_tables(**tables)
    row = next(row for row in ow.kpis(graph).to_table().rows() if row["kpi"] == "time_to_repair")
    assert row["value"] is None and row["open"] == 4 and row["status"] == "bounds_only"
    tables["tickets"]["resolved"] = [None] * 6
    graph = ow.CustomerGraph.from_tables(**tables)
    assert ow.kpis(graph).missing.num_rows > 0
    tables["tickets"]["resolved"] = [day(-1), *[None] * 5]
    with pytest.raises(ow.InvalidInput, match="resolved.*row 0"):
        ow.CustomerGraph.from_tables(**tables)


def test_working_hours(tables):
    hours = ow.WorkingHours("08:30", "17:00", holidays=[dt.date(2026, 1, 6)], timezone="+01:00")
    assert pickle.loads(pickle.dumps(hours)).between(day(4), day(6)) == 8.5
    assert "08:30" in repr(hours)
    for arguments in (("17:00", "09:00"), ("nine",), ("09:75",)):
        with pytest.raises(ow.InvalidInput):
            ow.WorkingHours(*arguments)
    with pytest.raises(ow.InvalidInput):
        ow.WorkingHours(days=["monday"])
    tables["tickets"] = {
        "ticket_id": [1],
        "account_id": ["a0"],
        "opened": [day(4)],
        "resolved": [day(6)],
    }
    graph = ow.CustomerGraph.from_tables(**tables)
    row = next(row for row in ow.kpis(graph, working_hours=hours).to_table().rows() if row["kpi"] == "time_to_repair")
    assert (row["value"], row["unit"]) == (8.5, "working hours")


def test_every_figure_has_a_row_or_a_reason(tables, simulation):
    everything = {
        *("time_to_close", "win_rate", "sales_cycle", "time_to_first_value", "time_to_respond", "time_to_repair"),
        *("sla_met", "reopen_rate", "reassign_rate", "nps", "adoption", "promises_kept", "churn"),
        *("gross_revenue_retention", "net_revenue_retention"),
    }
    # Nobody was a customer a year ago, nothing is due, and nobody paid twice.
    tables["accounts"] |= {"started": [day(40)] * 10, "ended": [None] * 9 + [day(41)]}
    tables["commitments"] = {"account_id": ["a0"], "solution_id": ["s_sso"], "due": [day(900)]}
    tables["solutions"]["shipped"] = [day(1), *[None] * 4]
    tables["revenue"] = {"account_id": ["a0"], "at": [day(45)], "amount": [3.0], "kind": ["recurring"]}
    for graph in (ow.CustomerGraph.from_tables(**tables), simulation.graph):
        kpis = ow.kpis(graph)
        missing = {row["figure"]: (row["table"], row["column"]) for row in kpis.missing.rows()}
        assert set(kpis["kpi"]) | set(missing) == everything and not set(kpis["kpi"]) & set(missing)
    missing = {row["figure"]: row["column"] for row in ow.kpis(ow.CustomerGraph.from_tables(**tables)).missing.rows()}
    assert "nobody was a customer" in missing["churn"] and missing["promises_kept"].startswith("due")
    assert missing["net_revenue_retention"].startswith("at")


def test_nps_of_two_answers_at_once_does_not_depend_on_their_order() -> None:
    figures = []
    for scores in ([0, 10], [10, 0]):
        surveys = {"account_id": ["a", "a"], "at": [day(5)] * 2, "question": ["nps"] * 2, "score": scores}
        graph = ow.CustomerGraph.from_tables(accounts={"account_id": ["a"]}, surveys=surveys)
        figures.append([row["value"] for row in ow.kpis(graph).to_table().rows() if row["kpi"] == "nps"])
    assert figures[0] == figures[1] == [-100.0]


def test_revenue_that_stays_is_all_of_it() -> None:
    """Monthly bills at midnight, the last one at as_of: neither of two years holds thirteen."""
    days = [date(year, month, 1) for year in (2024, 2025, 2026) for month in range(1, 13)]
    accounts = [f"a{i}" for i in range(6)]
    revenue = {
        "account_id": [account for account in accounts for _ in days],
        "at": days * len(accounts),
        "amount": [100.0] * len(days) * len(accounts),
        "kind": ["recurring"] * len(days) * len(accounts),
    }
    graph = ow.CustomerGraph.from_tables(accounts={"account_id": accounts}, revenue=revenue)
    kept = {row["kpi"]: row["value"] for row in ow.kpis(graph).to_table().rows()}
    assert kept["net_revenue_retention"] == kept["gross_revenue_retention"] == 1.0
    weekly = [date(2023, 1, 2) + timedelta(days=7 * week) for week in range(200)]
    revenue |= {
        "account_id": [account for account in accounts for _ in weekly],
        "at": weekly * len(accounts),
        "amount": [100.0] * len(weekly) * len(accounts),
        "kind": ["recurring"] * len(weekly) * len(accounts),
    }
    graph = ow.CustomerGraph.from_tables(accounts={"account_id": accounts}, revenue=revenue)
    rows = [row for row in ow.kpis(graph, period="month").to_table().rows() if row["kpi"] == "net_revenue_retention"]
    uneven = [row for row in rows if row["value"] != 1.0]
    assert uneven and all(row["status"] == "doubtful" and "more or fewer bills" in row["reason"] for row in uneven)
