"""What must not change a result: order of rows and columns, duplicates of what says the same, names of ids."""

from __future__ import annotations

import copy
import math
import random

import pytest
from customer_base import small_base
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import outweigh as ow

modest = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def shuffled(tables, seed):
    draw = random.Random(seed)
    result = {}
    for name, columns in tables.items():
        rows = len(next(iter(columns.values())))
        order = draw.sample(range(rows), rows)
        names = draw.sample(sorted(columns), len(columns))
        result[name] = {column: [columns[column][i] for i in order] for column in names}
    names = draw.sample(sorted(result), len(result))
    return {name: result[name] for name in names}


def by_key(result, *keys):
    return {tuple(row[key] for key in keys): row for row in result.to_table().rows()}


def same(a, b):
    assert a.keys() == b.keys()
    for key, row in a.items():
        assert row.keys() == b[key].keys()
        for name, value in row.items():
            other = b[key][name]
            if isinstance(value, float) and isinstance(other, float):
                assert math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-9), (key, name)
            elif name != "rank":
                assert value == other, (key, name)


@modest
@given(seed=st.integers(0, 2**32))
def test_the_order_of_rows_and_columns_does_not_matter(seed):
    tables = small_base()
    first = ow.CustomerGraph.from_tables(**tables)
    other = ow.CustomerGraph.from_tables(**shuffled(tables, seed))
    demand, demand_again = ow.demand(first), ow.demand(other)
    same(by_key(demand, "need_id", "segment_id"), by_key(demand_again, "need_id", "segment_id"))
    same(by_key(ow.weights(first), "account_id"), by_key(ow.weights(other), "account_id"))
    same(by_key(ow.score(demand), "solution_id"), by_key(ow.score(demand_again), "solution_id"))
    plan = ow.plan(ow.score(demand), capacity=6)
    again = ow.plan(ow.score(demand_again), capacity=6)
    assert plan.value == pytest.approx(again.value, rel=1e-9)


@modest
@given(factor=st.floats(0.01, 1000.0))
def test_the_unit_of_effort_does_not_change_the_plan(factor):
    tables = small_base()
    scaled = copy.deepcopy(tables)
    scaled["solutions"]["effort"] = [effort * factor for effort in tables["solutions"]["effort"]]
    plans = [
        ow.plan(ow.score(ow.demand(ow.CustomerGraph.from_tables(**t))), capacity=capacity)
        for t, capacity in ((tables, 6.5), (scaled, 6.5 * factor))
    ]
    assert plans[0].value == pytest.approx(plans[1].value, rel=1e-9)


@modest
@given(times=st.integers(1, 4))
def test_a_request_said_twice_in_one_interaction_is_one_voice(times):
    tables = small_base()
    more = copy.deepcopy(tables)
    for i in range(times):
        for name, values in more["requests"].items():
            values.append(f"again{i}" if name == "request_id" else values[0])
    prevalence = [by_key(ow.demand(ow.CustomerGraph.from_tables(**t)), "need_id", "segment_id") for t in (tables, more)]
    for key, row in prevalence[0].items():
        assert row["requesting"] == prevalence[1][key]["requesting"]
        assert row["prevalence"] == pytest.approx(prevalence[1][key]["prevalence"], abs=1e-9)


@modest
@given(capacity=st.floats(0, 20), more=st.floats(0, 10))
def test_more_capacity_is_never_worth_less(capacity, more):
    scores = ow.score(ow.demand(ow.CustomerGraph.from_tables(**small_base())))
    assert ow.plan(scores, capacity=capacity + more).value >= ow.plan(scores, capacity=capacity).value - 1e-9


@modest
@given(account=st.sampled_from([f"a{i}" for i in range(10)]))
def test_a_graph_without_an_account_is_a_graph_that_never_had_it(account):
    tables = small_base()
    graph = ow.CustomerGraph.from_tables(**tables)
    gone = graph.without(account)
    assert account not in gone.table("accounts")["account_id"]
    assert len(gone.table("accounts")) == len(graph.table("accounts")) - 1
    assert account not in gone.table("requests")["account_id"]
    assert graph == ow.CustomerGraph.from_tables(**tables)


words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)


@modest
@given(names=st.lists(words, min_size=10, max_size=10, unique=True))
def test_ids_of_any_text_come_back(names):
    tables = small_base()
    rename = dict(zip([f"a{i}" for i in range(10)], names, strict=True))
    for columns in tables.values():
        if "account_id" in columns:
            columns["account_id"] = [rename[i] for i in columns["account_id"]]
    graph = ow.CustomerGraph.from_tables(**tables)
    assert graph.table("accounts")["account_id"] == names
    assert set(ow.weights(graph).to_dict()["account_id"]) <= set(names)


cells = {
    "text": st.one_of(st.none(), words),
    "number": st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
    "whole": st.one_of(st.none(), st.integers(-(2**62), 2**62)),
    "truth": st.one_of(st.none(), st.booleans()),
}


@modest
@given(rows=st.lists(st.fixed_dictionaries(cells), max_size=20))
def test_tables_come_back_as_they_went_in(rows):
    columns = {name: [row[name] for row in rows] for name in cells}
    table = ow.Table(columns)
    assert table.to_dict() == columns
    polars = pytest.importorskip("polars")
    if rows:
        assert ow.Table(polars.DataFrame(table)) == table
