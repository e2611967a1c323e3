"""Demand: plain histories, targets, labels, suggestions for requests without a need."""

from __future__ import annotations

import math
import pickle
import sys
from datetime import datetime

import numpy as np
import pytest

import outweigh as ow


@pytest.fixture(scope="module")
def world():
    """Four needs of 300 accounts, each asked six times on average."""
    return visited(300, 6.0)


def visited(accounts, visits):
    random = np.random.default_rng(3)
    needs = 4
    has = random.random((accounts, needs)) < np.array([0.1, 0.3, 0.5, 0.7])
    account = np.repeat(np.arange(accounts), random.poisson(visits, accounts))
    said = has[account] & (random.random((account.size, needs)) < 0.3)
    contact, need = np.nonzero(said)
    at = np.datetime64("2026-01-01") + (np.arange(account.size) % 300).astype("timedelta64[D]")
    tables = {
        "accounts": {"account_id": np.arange(accounts), "arr": np.exp(random.normal(8.0, 1.0, accounts))},
        "sources": {"source_id": ["visits"], "kind": ["discovery"]},
        "needs": {"need_id": np.arange(needs), "title": [f"need {i}" for i in range(needs)]},
        "interactions": {
            "interaction_id": np.arange(account.size),
            "source_id": ["visits"] * account.size,
            "account_id": account,
            "at": at,
            "initiated_by": ["us"] * account.size,
        },
        "requests": {
            "request_id": np.arange(contact.size),
            "account_id": account[contact],
            "source_id": ["visits"] * contact.size,
            "at": at[contact],
            "interaction_id": contact,
            "need_id": need,
        },
    }
    return tables, has


def build(tables):
    return ow.CustomerGraph.from_tables(**tables, timezone="UTC", as_of=datetime(2026, 12, 1))


def test_the_result_names_population_window_and_level(world):
    tables, has = world
    demand = ow.demand(build(tables), draws=100)
    assert demand.population == "300 accounts of kind customer, active at 2026-12-01"
    assert demand.target == "listed" and demand.level == 0.9
    assert [f"{time:%Y-%m-%d}" for time in demand.window] == ["2026-01-01", "2026-12-01"]
    assert "90% intervals for 300 accounts" in repr(demand)
    rows = list(demand.overall.rows())
    assert {row["status"] for row in rows} == {"estimated"}
    error = [row["prevalence"] - has[:, row["need_id"]].mean() for row in rows]
    assert max(map(abs, error)) < 0.1
    for row in rows:
        assert row["lower"] >= row["raw"] > 0
    assert pickle.loads(pickle.dumps(demand)) == demand


def test_future_accounts_are_less_certain(world):
    graph = build(world[0])
    for method in ("occupancy", "pooled", "weighted"):
        listed = ow.demand(graph, method=method, draws=200).overall.to_dict()
        future = ow.demand(graph, method=method, draws=200, target="superpopulation").overall.to_dict()
        widths = [sum(table["upper"][i] - table["lower"][i] for i in range(4)) for table in (listed, future)]
        assert widths[1] > widths[0]
        assert max(abs(a - b) for a, b in zip(listed["prevalence"], future["prevalence"], strict=True)) < 0.06
    raw = ow.demand(graph, method="raw", target="superpopulation").overall.to_dict()
    assert set(raw["lower"]) == {0.0} and set(raw["upper"]) == {1.0}
    with pytest.raises(ow.InvalidInput, match="target"):
        ow.demand(graph, target="everybody")


def test_a_band_of_false_reports_reaches_lower(world):
    graph = build(world[0])
    plain = ow.demand(graph, draws=200).overall.to_dict()
    band = ow.demand(graph, draws=200, false_reports=(0.0, 0.02)).overall.to_dict()
    for i in range(4):
        assert band["lower"][i] < plain["lower"][i]
        assert band["upper"][i] >= plain["upper"][i] - 0.03
    for wrong in ((0.1, 0.0), 0.5, (0.0, 0.1, 0.2), -0.1):
        with pytest.raises(ow.InvalidInput, match="false_reports"):
            ow.demand(graph, false_reports=wrong)


def test_few_contacts_do_not_rule_out_false_reports():
    def told(accounts, visits):
        return [w for w in ow.demand(build(visited(accounts, visits)[0]), draws=100).warnings if "false report" in w]

    assert told(300, 6.0) == []
    (warning,) = told(100, 2.5)
    assert "too few contacts repeat" in warning and "confirmed" in warning


def test_calls_about_other_things_are_not_silence():
    """Accounts call because of needs, and far more often about what no need is behind."""
    found = []
    for seed in range(1, 4):
        random = np.random.default_rng(seed)
        accounts, needs = 500, 10
        has = random.random((accounts, needs)) < random.uniform(0.1, 0.5, needs)
        visits = random.poisson(2.0, accounts)
        who, what = np.nonzero(random.random(has.shape) < np.where(has, 1 - np.exp(-0.15), 0.0))
        others = random.poisson(4.0 * random.gamma(1.0, 1.0, accounts))
        account = np.concatenate([np.repeat(np.arange(accounts), visits), who, np.repeat(np.arange(accounts), others)])
        cause = np.full(account.size, -1)
        cause[visits.sum() : visits.sum() + who.size] = what
        said = has[account] & (random.random((account.size, needs)) < 0.25)
        said[visits.sum() + who.size :] = False
        called = np.nonzero(cause >= 0)[0]
        said[called, cause[called]] = True
        contact, need = np.nonzero(said)
        order = np.lexsort((need != cause[contact], contact))
        contact, need = contact[order], need[order]
        at = np.datetime64("2026-01-01") + random.integers(0, 300, account.size).astype("timedelta64[D]")
        tables = {
            "accounts": {"account_id": np.arange(accounts)},
            "sources": {"source_id": ["desk"], "kind": ["pooled_support"]},
            "needs": {"need_id": np.arange(needs), "title": [f"need {i}" for i in range(needs)]},
            "interactions": {
                "interaction_id": np.arange(account.size),
                "source_id": ["desk"] * account.size,
                "account_id": account,
                "at": at,
                "initiated_by": np.where(np.arange(account.size) < visits.sum(), "us", "them"),
            },
            "requests": {
                "request_id": np.arange(contact.size),
                "account_id": account[contact],
                "source_id": ["desk"] * contact.size,
                "at": at[contact],
                "interaction_id": contact,
                "need_id": need,
            },
        }
        demand = ow.demand(build(tables), draws=100)
        assert any("have another cause" in warning for warning in demand.warnings)
        for row in demand.overall.rows():
            share = has[:, row["need_id"]].mean()
            found.append((row["prevalence"] - share, row["lower"] - 1e-9 <= share <= row["upper"] + 1e-9))
    errors, inside = zip(*found, strict=True)
    assert abs(np.mean(errors)) < 0.07
    assert np.mean(inside) > 0.75


def test_a_small_company_with_false_reports_is_doubtful():
    def covered(false_rate):
        statuses, inside = [], []
        for seed in range(1, 7):
            random = np.random.default_rng(seed)
            tables, has = visited(120, 3.0)
            account = np.asarray(tables["interactions"]["account_id"])
            has = random.random((120, 12)) < 0.25
            chance = np.where(has[account], 0.2, false_rate)
            contact, need = np.nonzero(random.random(chance.shape) < chance)
            tables["needs"] = {"need_id": np.arange(12), "title": [f"need {i}" for i in range(12)]}
            tables["requests"] = {
                "request_id": np.arange(contact.size),
                "account_id": account[contact],
                "source_id": ["visits"] * contact.size,
                "at": np.asarray(tables["interactions"]["at"])[contact],
                "interaction_id": contact,
                "need_id": need,
            }
            for row in ow.demand(build(tables), draws=100).overall.rows():
                share = has[:, row["need_id"]].mean()
                statuses.append(row["status"])
                inside.append(row["lower"] - 1e-9 <= share <= row["upper"] + 1e-9)
        return statuses.count("estimated") / len(statuses), sum(inside) / len(inside)

    estimated, inside = covered(0.01)
    assert estimated < 0.4 and inside > 0.8
    assert covered(0.0)[1] > 0.8


def test_two_laws_stand_side_by_side(simulated_demand):
    rows = list(simulated_demand.mixtures.rows())
    assert len(rows) == len(simulated_demand.to_table())
    for row, figure in zip(rows, simulated_demand.to_table().rows(), strict=True):
        assert (row["need_id"], row["segment_id"]) == (figure["need_id"], figure["segment_id"])
        if row["other_mixture"] is None or figure["prevalence"] is None:
            continue
        assert row["prevalence"] == figure["prevalence"]
        assert 0.0 <= row["other_mixture"] <= 1.0
        assert row["difference"] == pytest.approx(row["other_mixture"] - row["prevalence"])
    raw = ow.demand(simulated_demand.graph, method="raw")
    assert set(raw.mixtures["other_mixture"]) == {None}


def test_labels_are_reported_by_source_and_no_labels_name_the_next_step(world):
    tables, _ = world
    size = len(tables["requests"]["request_id"])
    some = dict(
        tables["requests"], need_id=[int(n) if r % 2 else None for r, n in enumerate(tables["requests"]["need_id"])]
    )
    demand = ow.demand(build({**tables, "requests": some}), draws=100)
    row = next(demand.labels.rows())
    assert row["source_id"] == "visits" and row["requests"] == size and row["share"] == pytest.approx(0.5, abs=0.01)
    assert {row["status"] for row in demand.overall.rows()} == {"bounds_only"}
    assert any("visits" in warning for warning in demand.warnings)
    none = {name: values for name, values in tables["requests"].items() if name != "need_id"}
    with pytest.raises(ow.MissingInput, match="suggest_needs"):
        ow.demand(build({**tables, "requests": none}))


def test_occupancy_of_plain_histories():
    random = np.random.default_rng(2)
    has = random.random(600) < 0.4
    heard = ((random.random((600, 6)) < 0.3) & has[:, None]).astype(float)
    missing = np.where(random.random(heard.shape) < 0.2, np.nan, heard)
    row = next(ow.occupancy(missing).rows())
    assert row["status"] == "estimated"
    assert row["lower"] < has.mean() < row["upper"] and row["naive"] < has.mean()
    assert row["detection"] == pytest.approx(0.3, abs=0.06)
    # The counts say the same as the histories.
    counts = ow.occupancy(np.nansum(missing, axis=1), (~np.isnan(missing)).sum(axis=1))
    assert counts.to_dict() == ow.occupancy(missing).to_dict()
    segments = ["b" if x else "a" for x in random.random(600) < 0.5]
    assert ow.occupancy(missing, segments=segments, draws=100)["segment"] == ["a", "b"]
    once = next(ow.occupancy(heard[:, :1]).rows())
    assert once["status"] == "bounds_only" and once["prevalence"] is None and once["upper"] == 1.0
    for wrong in ([[0, 2]], [0, 1], [["a", "b"]]):
        with pytest.raises(ow.InvalidInput):
            ow.occupancy(wrong)
    with pytest.raises(ow.InvalidInput, match="do not fit"):
        ow.occupancy([1, 2], [3, 3, 3])
    with pytest.raises(ow.InvalidInput, match="no more detections"):
        ow.occupancy([4, 0], [3, 3])


def test_suggestions_without_the_extra_name_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.feature_extraction.text", None)
    with pytest.raises(ImportError, match=r"outweigh\[text\]"):
        ow.suggest_needs({"request_id": [1], "title": ["Export"]})


def test_suggestions_refuse_what_they_cannot_read():
    with pytest.raises(ow.MissingInput, match="id"):
        ow.suggest_needs({"title": ["Export"]})
    with pytest.raises(ow.MissingInput, match="title, text or quote"):
        ow.suggest_needs({"request_id": [1]})
    with pytest.raises(ow.InvalidInput, match="same id"):
        ow.suggest_needs({"request_id": [1, 1], "title": ["a", "b"]})
    with pytest.raises(ow.InvalidInput, match="threshold"):
        ow.suggest_needs({"request_id": [1], "title": ["a"]}, threshold=0.0)
    empty = ow.suggest_needs({"request_id": ["x"], "title": [None], "text": [" "]})
    assert empty.to_dict()["suggested_need"] == [None]


def test_suggestions_group_what_is_alike_and_merge_nothing():
    pytest.importorskip("sklearn")
    requests = {
        "request_id": [1, 2, 3, 4, 5, 6],
        "account_id": ["a", "a", "b", "c", "c", "d"],
        "need_id": [None, None, "excel", None, None, None],
        "title": [
            "Export reports to Excel",
            "export reports to  EXCEL",
            "Export to Excel of all reports",
            "Single sign-on with SAML",
            "SAML single sign on",
            None,
        ],
    }
    table = ow.suggest_needs(requests)
    assert table.columns == ["request_id", "suggested_need", "title", "similarity", "duplicate_of"]
    rows = {row["request_id"]: row for row in table.rows()}
    assert rows[1]["suggested_need"] == rows[2]["suggested_need"] == rows[3]["suggested_need"] == "excel"
    assert rows[4]["suggested_need"] == rows[5]["suggested_need"] == "suggested-1"
    assert rows[6]["suggested_need"] is None
    assert rows[2]["duplicate_of"] == 1 and rows[1]["duplicate_of"] is None and rows[3]["duplicate_of"] is None
    assert all(row["similarity"] is None or 0.0 <= row["similarity"] <= 1.0 for row in rows.values())
    backwards = ow.suggest_needs({name: values[::-1] for name, values in requests.items()})
    assert {row["request_id"]: row for row in backwards.rows()} == rows


def test_suggestions_keep_the_needs_that_requests_name():
    pytest.importorskip("sklearn")
    found = ow.suggest_needs(
        {"request_id": [1, 2, 3], "title": [None, "Export", "Export"], "need_id": ["sso", None, None]}
    )
    assert found["suggested_need"] == ["sso", "suggested-1", "suggested-1"]
    # Whole numbers with gaps are floats in a frame.
    numbers = {"request_id": [1, 2, 3], "title": ["Export"] * 3, "need_id": np.array([7.0, math.nan, 7.0])}
    assert ow.suggest_needs(numbers)["suggested_need"] == ["7", "7", "7"]
    with pytest.raises(ow.InvalidInput, match="no id"):
        ow.suggest_needs({"request_id": [math.nan, 1.0], "title": ["a", "b"]})


def test_the_first_of_two_requests_that_say_the_same_is_the_earlier_one():
    pytest.importorskip("sklearn")
    told = {"request_id": ["r10", "r9", "r8"], "title": ["Export"] * 3, "account_id": ["x"] * 3}
    times = [datetime(2026, 2, 1), datetime(2026, 1, 1), None]
    assert ow.suggest_needs({**told, "at": times})["duplicate_of"] == ["r9", None, "r9"]
    assert ow.suggest_needs(told)["duplicate_of"] == [None, "r10", "r10"]


def test_a_mark_at_the_end_of_a_word_makes_no_other_text():
    pytest.importorskip("sklearn")
    texts = ["Dark mode!!", "dark mode", "Dark, mode", "node.js client", "nodejs client", "?!"]
    table = ow.suggest_needs({"request_id": [1, 2, 3, 4, 5, 6], "account_id": ["a"] * 6, "title": texts}).to_dict()
    assert table["duplicate_of"] == [None, 1, 1, None, None, None]
    assert table["title"][0] == "Dark mode!!" and table["similarity"][5] == 1.0


def test_little_data_have_an_answer_and_never_a_confident_one(world):
    tables, _ = world
    few = {name: tables[name] for name in ("accounts", "sources", "needs", "requests")}
    alone = {**few, "requests": {k: v for k, v in few["requests"].items() if k != "interaction_id"}}
    mentioned = np.unique(tables["requests"]["interaction_id"])
    logged = {
        **tables,
        "interactions": {k: np.asarray(v)[mentioned] for k, v in tables["interactions"].items()},
    }
    first = np.unique(tables["interactions"]["account_id"], return_index=True)[1]
    told = np.isin(tables["requests"]["interaction_id"], first)
    once = {
        **tables,
        "interactions": {k: np.asarray(v)[first] for k, v in tables["interactions"].items()},
        "requests": {k: np.asarray(v)[told] for k, v in tables["requests"].items()},
    }
    for given, statuses in ((alone, {"doubtful"}), (logged, {"doubtful"}), (once, {"bounds_only"})):
        demand = ow.demand(build(given), draws=100)
        rows = list(demand.overall.rows())
        assert {row["status"] for row in rows} == statuses, demand.warnings
        assert all(row["reason"] for row in rows) and demand.warnings
        for row in rows:
            numbers = [value for value in row.values() if isinstance(value, float)]
            assert np.isfinite(numbers).all()
            assert row["lower"] <= row["raw"] <= row["upper"]
            assert row["upper"] - row["lower"] > 0.02


def test_a_need_nobody_asked_for_is_doubtful_and_accounts_in_no_segment_count_in_the_whole(world):
    tables, _ = world
    wanted = tables["requests"]["need_id"] != 3
    given = {
        **tables,
        "requests": {k: np.asarray(v)[wanted] for k, v in tables["requests"].items()},
        "segments": {"segment_id": ["s"] * 100, "account_id": np.arange(100)},
    }
    demand = ow.demand(build(given), draws=100)
    overall = {row["need_id"]: row for row in demand.overall.rows()}
    assert overall[3]["status"] == "doubtful" and "nobody asked" in overall[3]["reason"]
    assert overall[3]["prevalence"] < overall[0]["prevalence"]
    assert all(row["accounts"] == 300 for row in overall.values())
    assert all(row["accounts"] == 100 for row in demand.to_table().rows())


def test_one_account_cannot_tell_anything():
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": [1]},
        sources={"source_id": ["a"], "kind": ["discovery"]},
        needs={"need_id": ["x", "y"], "title": ["X", "Y"]},
        requests={
            "request_id": [1],
            "account_id": [1],
            "source_id": ["a"],
            "at": [datetime(2026, 1, 1)],
            "need_id": ["x"],
        },
        timezone="UTC",
    )
    x, y = ow.demand(graph, draws=100).overall.rows()
    assert x["status"] == y["status"] == "bounds_only"
    assert (y["lower"], y["upper"]) == (0.0, 1.0)


def called_by_needs(steepness: float, seed: int = 1) -> tuple[ow.CustomerGraph, float]:
    """Accounts begin some contacts; of ours, those with more needs get more, by `steepness`. And the mean share."""
    random = np.random.default_rng(seed)
    accounts, needs = 600, 10
    has = random.random((accounts, needs)) < random.uniform(0.1, 0.45, needs)
    detection = random.uniform(0.12, 0.3, needs)
    count = has.sum(axis=1)
    rate = 4.0 * np.exp(steepness * (count - count.mean()) / count.std())
    contacts: list[tuple[int, float, str, int]] = []
    for account in range(accounts):
        contacts += [(account, day, "us", -1) for day in random.uniform(0.0, 360.0, random.poisson(rate[account]))]
        for need in np.nonzero(has[account])[0]:
            contacts += [(account, day, "them", need) for day in random.uniform(0.0, 360.0, random.poisson(0.3))]
    requests = []
    for number, (account, day, _, first) in enumerate(contacts):
        said = [k for k in np.nonzero(has[account] & (random.random(needs) < detection))[0] if k != first]
        requests += [(account, day + 1e-4 * k, number, need) for k, need in enumerate([first, *said]) if need >= 0]
    start = np.datetime64("2025-01-01", "s")
    at = [[start + np.timedelta64(int(row[1] * 86400), "s") for row in rows] for rows in (contacts, requests)]
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": range(accounts)},
        sources={"source_id": ["s"], "kind": ["discovery"]},
        needs={"need_id": range(needs), "title": ["t"] * needs},
        interactions={
            "interaction_id": range(len(contacts)),
            "source_id": ["s"] * len(contacts),
            "account_id": [row[0] for row in contacts],
            "at": np.array(at[0]),
            "initiated_by": [row[2] for row in contacts],
        },
        requests={
            "request_id": range(len(requests)),
            "source_id": ["s"] * len(requests),
            "account_id": [row[0] for row in requests],
            "at": np.array(at[1]),
            "interaction_id": [row[2] for row in requests],
            "need_id": [int(row[3]) for row in requests],
        },
        timezone="UTC",
        as_of=datetime(2026, 1, 1),
    )
    return graph, float(has.mean())


def test_calling_those_who_have_more_needs_is_found_where_they_call_too() -> None:
    graph, share = called_by_needs(0.6)
    demand = ow.demand(graph, draws=200)
    assert set(demand.overall.to_dict()["status"]) == {"doubtful"}
    assert any("than the model expects, by number of contacts" in warning for warning in demand.warnings)
    assert np.mean(demand.overall.to_dict()["lower"]) < share

    graph, share = called_by_needs(0.0)
    demand = ow.demand(graph, draws=200)
    assert "doubtful" not in demand.overall.to_dict()["status"]
    assert np.mean(demand.overall.to_dict()["prevalence"]) == pytest.approx(share, abs=0.03)


def test_calls_about_other_matters_are_told():
    demand = ow.demand(ow.simulate(seed=3, accounts=300, needs=6).graph)
    assert any("of the contacts that accounts began name no need" in warning for warning in demand.warnings)


def test_an_odds_ratio_that_does_not_hold_one_is_no_other_law():
    rng = np.random.default_rng(4)
    accounts, needs = 300, 6
    has = rng.random((accounts, needs)) < 0.35
    account = np.repeat(np.arange(accounts // 2), 6)
    visit = np.arange(account.size)
    at = np.datetime64("2026-01-01") + (visit % 300).astype("timedelta64[D]")
    said = has[account] & (rng.random((account.size, needs)) < 0.3)
    contact, need = np.nonzero(said)
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": np.arange(accounts)},
        sources={"source_id": ["visits"], "kind": ["discovery"]},
        needs={"need_id": np.arange(needs), "title": [f"need {i}" for i in range(needs)]},
        interactions={
            "interaction_id": visit,
            "source_id": ["visits"] * visit.size,
            "account_id": account,
            "at": at,
            "initiated_by": ["us"] * visit.size,
        },
        requests={
            "request_id": np.arange(need.size),
            "interaction_id": contact,
            "source_id": ["visits"] * need.size,
            "account_id": account[contact],
            "need_id": need,
            "at": at[contact],
        },
        timezone="UTC",
    )
    found = {ratio: ow.demand(graph, odds_ratio=ratio) for ratio in (1.0, 2.0)}
    tables = {ratio: demand.to_table() for ratio, demand in found.items()}
    width = {ratio: np.mean(np.subtract(table["upper"], table["lower"])) for ratio, table in tables.items()}
    shift = {ratio: np.mean(demand.mixtures["difference"]) for ratio, demand in found.items()}
    assert width[2.0] < 1.6 * width[1.0]
    assert abs(shift[2.0] - shift[1.0]) < 0.02


def test_needs_that_go_together_put_only_accounts_never_contacted_in_doubt():
    simulation = ow.simulate(2)
    rows = ow.demand(simulation.graph).to_table().to_dict()
    assert set(rows["status"]) == {"doubtful"}
    together = [reason.startswith("needs go together") for reason in rows["reason"]]
    assert sum(together) > 100
    lower, raw = np.array(rows["lower"])[together], np.array(rows["raw"])[together]
    assert np.mean(lower > raw) > 0.5
