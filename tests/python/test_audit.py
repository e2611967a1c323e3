"""The audit against independent computations in numpy, and on bases at their limits."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import outweigh as ow
import pytest


def base(accounts=240, seed=0, effect=1.2):
    """Accounts of two attributes, heard the more the larger; and the tables of a graph."""
    random = np.random.default_rng(seed)
    region = random.choice(["east", "north", "west"], accounts, p=[0.5, 0.3, 0.2])
    size = random.choice(["large", "small"], accounts, p=[0.3, 0.7])
    chance = 1 / (1 + np.exp(1.0 - effect * (size == "large") - 0.5 * (region == "west")))
    contacts = np.where(random.random(accounts) < chance, random.integers(1, 5, accounts), 0)
    ids = np.arange(accounts)
    heard = np.repeat(ids, contacts)
    tables = {
        "accounts": {
            "account_id": ids,
            "arr": random.lognormal(8, 1.2, accounts).round(2),
            "region": list(region),
            "size": list(size),
        },
        "sources": {"source_id": ["boss", "desk"], "kind": ["executive", "pooled_support"], "owner": ["Ann", "Ann"]},
        "interactions": {
            "interaction_id": np.arange(len(heard)),
            "source_id": ["boss" if i % 3 == 0 else "desk" for i in range(len(heard))],
            "account_id": heard,
            "at": np.datetime64("2026-03-01T00:00:00") + np.arange(len(heard)),
        },
    }
    return tables, region, size, contacts


def graph_of(tables):
    return ow.CustomerGraph.from_tables(**tables, timezone="UTC")


def logistic(x, y):
    """Newton's method without any of the library's shortcuts."""
    beta = np.zeros(x.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-x @ beta))
        beta = beta + np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]), x.T @ (y - p))
    return 1 / (1 + np.exp(-x @ beta))


@pytest.mark.parametrize("seed", range(6))
def test_representativity_is_that_of_an_independent_computation(seed):
    tables, region, size, contacts = base(seed=seed)
    audit = ow.audit(graph_of(tables), by=["region", "size"])
    y = (contacts > 0).astype(float)
    n = len(y)
    x = np.column_stack([np.ones(n), region == "north", region == "west", size == "small"]).astype(float)
    p = logistic(x, y)
    spread = ((p - p.mean()) ** 2).sum() / (n - 1)
    w = p * (1 - p)
    inverse = np.linalg.inv(x.T @ (x * w[:, None]))
    z = x * w[:, None]
    bias = np.einsum("ij,jk,ik->", z, inverse, z) / n
    pooled = audit.sources.to_dict()
    assert pooled["representativity_unadjusted"][-1] == pytest.approx(1 - 2 * math.sqrt(spread), abs=1e-9)
    assert audit.representativity == pytest.approx(1 - 2 * math.sqrt(max(0, spread - bias)), abs=1e-9)
    assert pooled["coefficient_of_variation"][-1] == pytest.approx(
        math.sqrt(max(0, spread - bias)) / y.mean(), abs=1e-9
    )

    partial = {(row["variable"], row["category"]): row for row in audit.partial_indicators.rows()}
    for name, values, other in (("region", region, size), ("size", size, region)):
        total = within = 0.0
        for level in np.unique(values):
            members = values == level
            unconditional = math.sqrt(members.mean()) * (p[members].mean() - p.mean())
            conditional = sum(
                ((p[members & (other == o)] - p[other == o].mean()) ** 2).sum() for o in np.unique(other)
            ) / (n - 1)
            assert partial[name, level]["unconditional"] == pytest.approx(unconditional, abs=1e-9)
            assert partial[name, level]["conditional"] == pytest.approx(math.sqrt(conditional), abs=1e-9)
            total += unconditional**2
            within += conditional
        assert partial[name, None]["unconditional"] == pytest.approx(math.sqrt(total), abs=1e-9)
        assert partial[name, None]["conditional"] == pytest.approx(math.sqrt(within), abs=1e-9)


def test_numbers_and_shares_are_those_of_numpy():
    tables, region, _, contacts = base(seed=9)
    audit = ow.audit(graph_of(tables), by=["region"])
    arr = np.asarray(tables["accounts"]["arr"])
    share = contacts / contacts.sum()
    row = next(row for row in audit.numbers.rows() if row["group"] == "all" and row["number"] == "arr")
    assert row["standardised_difference"] == pytest.approx(((share * arr).sum() - arr.mean()) / arr.std(), rel=1e-10)
    order = np.argsort(arr)
    gap = np.abs(np.cumsum(share[order]) - np.arange(1, len(arr) + 1) / len(arr))
    assert row["kolmogorov_smirnov"] == pytest.approx(gap.max(), rel=1e-10)
    assert row["wasserstein"] == pytest.approx((gap[:-1] * np.diff(arr[order])).sum(), rel=1e-10)
    independent = 1 / (share**2).sum()
    for level in ("east", "north", "west"):
        row = next(r for r in audit.to_table().rows() if r["group"] == "all" and r["level"] == level)
        assert row["heard_share"] == pytest.approx(share[region == level].sum())
        assert row["design_effect"] == pytest.approx(contacts.sum() / independent)
    test = next(r for r in audit.tests.rows() if r["group"] == "all" and r["dimension"] == "region")
    b = np.array([(region == level).mean() for level in ("east", "north", "west")])
    h = np.array([share[region == level].sum() for level in ("east", "north", "west")])
    assert test["chi_squared"] == pytest.approx(independent * ((h - b) ** 2 / b).sum())
    assert test["dissimilarity"] == pytest.approx(np.abs(h - b).sum() / 2)


def test_every_voice_is_there_and_q_values_are_of_the_whole_audit():
    tables, *_ = base(seed=2)
    audit = ow.audit(graph_of(tables), by=["region", "size", "revenue_decile"])
    assert set(audit["group"]) == {"source", "kind", "team", "person", "all"}
    p = [
        r["p_value"] for t in (audit.to_table(), audit.tests, audit.numbers) for r in t.rows() if r["group"] != "person"
    ]
    p = np.array([v for v in p if v is not None] + list(audit.never_heard.to_dict()["chance"]))
    order = np.argsort(p)
    m = len(p)
    q = np.minimum.accumulate((p[order] * m * (1 / np.arange(1, m + 1)).sum() / np.arange(1, m + 1))[::-1])[::-1]
    expected = dict(zip(p[order], np.minimum(1, q), strict=True))
    for row in audit.to_table().rows():
        if row["p_value"] is not None:
            assert row["q_value"] == pytest.approx(expected[row["p_value"]], rel=1e-9)


def test_cells_of_the_never_heard_are_over_dimensions_of_choice():
    tables, region, size, contacts = base(seed=3)
    unheard = ow.audit(graph_of(tables), cells=["region", "size"]).never_heard
    assert unheard.columns[:2] == ["region", "size"]
    for row in unheard.rows():
        members = (region == row["region"]) & (size == row["size"])
        assert row["accounts"] == members.sum()
        assert row["never_heard"] == (members & (contacts == 0)).sum()
        assert 0 <= row["chance_of_silence"] <= row["chance"] <= 1
    assert list(unheard.to_dict()["never_heard"]) == sorted(unheard.to_dict()["never_heard"], reverse=True)


def test_no_table_of_an_audit_holds_nan():
    for accounts, effect in ((1, 0.0), (3, 9.0), (40, -9.0), (40, 9.0)):
        tables, *_, contacts = base(accounts=accounts, effect=effect)
        if not contacts.sum():
            continue
        audit = ow.audit(graph_of(tables), by=["region", "size"])
        for table in (audit, audit.sources, audit.tests, audit.numbers, audit.never_heard, audit.partial_indicators):
            for name in table.columns:
                assert not any(
                    isinstance(v, float) and not math.isfinite(v) for v in list(table[name]) if v is not None
                ), name


def test_bad_options_are_named():
    graph = graph_of(base()[0])
    with pytest.raises(ow.MissingInput, match="role"):
        ow.audit(graph, by=["role"])
    with pytest.raises(ow.MissingInput, match="stage"):
        ow.audit(graph, by=["stage"])
    with pytest.raises(ow.InvalidInput, match="twice"):
        ow.audit(graph, by=["region", "region"])
    with pytest.raises(ow.InvalidInput, match="interval"):
        ow.audit(graph, interval="guess")
    with pytest.raises(ow.OutweighError, match="region"):
        ow.audit(graph, numbers=["region"])
    for options in ({"long_enough": math.nan}, {"long_enough": -1.0}, {"customer_talked": 2.0}):
        with pytest.raises(ow.InvalidInput) as caught:
            ow.audit(graph, **options)
        assert caught.value.place.column in options


def test_a_single_name_is_a_list_of_one():
    graph = graph_of(base()[0])
    assert ow.audit(graph, by="region", numbers="arr", cells="region") == ow.audit(
        graph, by=["region"], numbers=["arr"], cells=["region"]
    )
    assert ow.discovery(graph, by="region").cells == ow.discovery(graph, by=["region"]).cells


@pytest.mark.parametrize(
    ("call", "error", "column"),
    [
        (lambda graph: ow.audit(graph, by=3), ow.TypeMismatch, "by"),
        (lambda graph: ow.audit(graph, by=[3]), ow.TypeMismatch, "by"),
        (lambda graph: ow.audit(graph, cells={"region": 1}), ow.TypeMismatch, "cells"),
        (lambda graph: ow.audit(graph, numbers=[None]), ow.TypeMismatch, "numbers"),
        (lambda graph: ow.audit(graph, sources=2.5), ow.TypeMismatch, "sources"),
        (lambda graph: ow.audit(graph, sources=[None]), ow.TypeMismatch, "sources"),
        (lambda graph: ow.discovery(graph, by=3), ow.TypeMismatch, "by"),
        (lambda graph: ow.discovery(graph, needs=2.5), ow.TypeMismatch, "needs"),
        (lambda graph: ow.propensity_weights({"a": [1]}, {"a": [1]}, 3), ow.TypeMismatch, "columns"),
    ],
)
def test_lists_of_names_that_are_none_are_named(call, error, column):
    with pytest.raises(error) as caught:
        call(graph_of(base()[0]))
    assert caught.value.place.column == column


def test_names_come_from_arrays_and_one_id_is_not_its_letters():
    graph = graph_of(base()[0])
    assert ow.audit(graph, by=np.array(["region"]), sources=np.array(["boss"])) == ow.audit(
        graph, by=["region"], sources=["boss"]
    )
    with pytest.raises(ow.InvalidInput) as caught:
        ow.discovery(graph, needs="zz")
    assert caught.value.place.value == "zz"


def test_a_plot_of_what_the_audit_has_not_is_refused():
    pytest.importorskip("matplotlib").use("agg")
    audit = ow.audit(graph_of(base()[0]), by=["region"])
    for options, column in (({"dimension": "size"}, "dimension"), ({"source_id": "nobody"}, "source_id")):
        with pytest.raises(ow.MissingInput) as caught:
            audit.plot(**options)
        assert caught.value.place.column == column


def test_requests_that_no_contact_was_logged_for_are_joined_as_in_demand():
    days = [date(2026, 5, d) for d in (1, 4, 4, 20, 21, 30)]
    tables = {
        "accounts": {"account_id": ["a", "b", "c"]},
        "sources": {"source_id": ["desk", "boss"], "kind": ["pooled_support", "executive"]},
        "interactions": {"interaction_id": [1], "source_id": ["desk"], "account_id": ["a"], "at": days[:1]},
        "needs": {"need_id": ["n"], "title": ["Need"]},
        "requests": {
            "request_id": [1, 2, 3, 4, 5, 6],
            "account_id": ["a", "a", "a", "b", "b", "b"],
            "source_id": ["desk", "desk", "boss", "desk", "desk", "desk"],
            "at": days,
            "need_id": ["n"] * 6,
        },
    }
    graph = ow.CustomerGraph.from_tables(**tables)
    sources = {row["source_id"]: row for row in ow.audit(graph).sources.rows() if row["group"] == "source"}
    # The requests of the 1st and 4th came from the call of the 1st; those of the 20th and 21st are one contact.
    assert (sources["desk"]["contacts"], sources["desk"]["requests"]) == (3, 5)
    assert (sources["boss"]["contacts"], sources["boss"]["requests"]) == (1, 1)
    tables["requests"]["basis"] = ["said"] * 2 + ["inferred"] + ["said"] * 3
    guessed = ow.audit(ow.CustomerGraph.from_tables(**tables))
    assert [row["requests"] for row in guessed.sources.rows() if row["source_id"] == "boss"] == [0]
