"""Listening quality, calendars and discovery against computations in plain Python, on simulated and on lacking tables."""

from __future__ import annotations

import pickle
from collections import defaultdict

import numpy as np
import outweigh as ow
import pytest


@pytest.fixture(scope="module")
def company():
    return ow.simulate(seed=8, accounts=300).graph


def tables_of(graph, names):
    return {name: graph.table(name).to_dict() for name in names}


def conversations(graph):
    """Interactions with customers of the base, each with the colleague and the month."""
    tables = tables_of(
        graph,
        ["interactions", "sources", "customers"] if "customers" in graph.tables else ["interactions", "sources"],
    )
    base = set(list(graph.base))
    owner = dict(
        zip(
            tables["sources"]["source_id"],
            tables["sources"].get("owner", tables["sources"]["source_id"]),
            strict=True,
        )
    )
    party = {}
    if "customers" in tables and "party" in tables["customers"]:
        party = dict(
            zip(
                tables["customers"]["customer_id"],
                tables["customers"]["party"],
                strict=True,
            )
        )
    rows = []
    for values in zip(*tables["interactions"].values(), strict=True):
        row = dict(zip(tables["interactions"], values, strict=True))
        if row["account_id"] not in base or party.get(row.get("customer_id"), "customer") not in (None, "customer"):
            continue
        if np.datetime64(row["at"].replace(tzinfo=None)) > np.datetime64(graph.as_of.replace(tzinfo=None)):
            continue
        row["person"] = owner[row["source_id"]] or row["source_id"]
        row["month"] = f"{row['at']:%Y-%m}"
        rows.append(row)
    return rows


def test_quality_is_what_counting_says(company):
    quality = ow.listening_quality(company)
    expected = defaultdict(list)
    for row in conversations(company):
        expected[row["person"], row["month"]].append(row)
    found = {(row["person"], row["month"]): row for row in quality.to_table().rows()}
    assert list(found) == sorted(expected)
    for key, rows in expected.items():
        row = found[key]
        assert row["conversations"] == len(rows)
        assert row["accounts"] == len({r["account_id"] for r in rows})
        assert row["learn"] == sum(r["purpose"] == "learn" for r in rows)
        assert row["escalations"] == sum(r["purpose"] == "escalation" for r in rows)
        timed = [r["minutes"] for r in rows if r.get("minutes") is not None]
        assert row["long_enough"] == sum(minutes >= 10 for minutes in timed)
        talked = [r["customer_talk_share"] for r in rows if r.get("customer_talk_share") is not None]
        assert row["customer_talked"] == sum(share >= 0.75 for share in talked)
        if timed:
            assert row["hours"] == pytest.approx(sum(timed) / 60, abs=1e-2)
    assert sum(quality["conversations"]) == list(quality.people.rows())[-1]["conversations"]


def test_calendar_is_what_counting_says(company):
    row = max(
        ow.listening_quality(company).to_table().rows(),
        key=lambda row: row["conversations"],
    )
    calendar = ow.calendar(company, person=row["person"], month=row["month"])
    theirs = [r for r in conversations(company) if (r["person"], r["month"]) == (row["person"], row["month"])]
    assert calendar.calls_with_base == len(theirs) == row["conversations"]
    accounts = company.table("accounts").to_dict()
    base = set(list(company.base))
    arr = {a: v for a, v in zip(accounts["account_id"], accounts["arr"], strict=True) if a in base}
    whales = sorted(arr.values(), reverse=True)[int(np.ceil(0.1 * len(arr) - 1e-9)) - 1]
    assert calendar.whales == sum(arr[r["account_id"]] >= whales for r in theirs)
    groups = [row["group"] for row in calendar.to_table().rows()]
    assert groups.count("neither") == calendar.neither
    assert str(calendar.whales) in calendar.summary
    assert pickle.loads(pickle.dumps(calendar)) == calendar
    assert sum(row["began_as_escalation"] for row in calendar.to_table().rows()) >= calendar.began_as_escalation


def test_whole_numbers_stay_whole_numbers():
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": [7, 8]},
        sources={"source_id": [1], "kind": ["executive"], "owner": ["Ann"]},
        interactions={
            "interaction_id": [4, 5],
            "source_id": [1, 1],
            "account_id": [7, 7],
            "at": np.array(["2026-02-03", "2026-03-04"], dtype="datetime64[D]"),
        },
        timezone="UTC",
    )
    calendar = ow.calendar(graph)
    assert calendar.month == "2026-02"
    (row,) = calendar.to_table().rows()
    assert (row["interaction_id"], row["source_id"], row["account_id"]) == (4, 1, 7)
    assert [r["column"] for r in calendar.missing.rows()] == [
        "arr",
        "sentiment",
        "purpose",
        "party",
    ]
    assert calendar.unknown == 1
    discovery = ow.discovery(graph)
    assert list(discovery["account_id"]) == [8, 7]
    assert pickle.loads(pickle.dumps(discovery)) == discovery
    quality = ow.listening_quality(graph)
    assert pickle.loads(pickle.dumps(quality)) == quality
    assert {r["column"] for r in quality.missing.rows()} == {
        "purpose",
        "initiated_by",
        "minutes",
        "customer_talk_share",
        "party",
    }
    assert all(share is None for share in quality["good_share"])


def test_errors_name_what_is_wrong(company):
    with pytest.raises(ow.InvalidInput, match="month"):
        ow.calendar(company, month="last")
    with pytest.raises(ow.InvalidInput, match="conversation"):
        ow.calendar(company, person="Nobody At All")
    with pytest.raises(ow.TypeMismatch, match="person"):
        ow.calendar(company, person=3)
    with pytest.raises(ow.InvalidInput, match="long_enough"):
        ow.listening_quality(company, long_enough=float("nan"))
    with pytest.raises(ow.InvalidInput, match="need"):
        ow.discovery(company, needs=["no such need"])
    with pytest.raises(ow.InvalidInput, match="first"):
        ow.discovery(company, first=40, target=30)
    with pytest.raises(ow.InvalidInput) as caught:
        ow.discovery(company, accounts=-1)
    assert caught.value.place.column == "accounts"
    bare = ow.CustomerGraph.from_tables(accounts={"account_id": ["a"]})
    with pytest.raises(ow.MissingInput, match="interactions"):
        ow.listening_quality(bare)
    assert ow.discovery(bare).visits == 0


def test_discovery_proposes_those_not_visited(company):
    discovery = ow.discovery(company, by=["segment"], accounts=12, first=5, target=20)
    visited = {
        row["account_id"]
        for row in conversations(company)
        if row["purpose"] == "learn" and (row.get("minutes") is None or row["minutes"] >= 10)
    }
    assert discovery.visited_accounts == len(visited)
    chosen = list(discovery["account_id"])
    assert len(chosen) == len(set(chosen)) == 12
    assert not visited & set(chosen)
    assert set(chosen) <= set(list(company.base))
    cells = list(discovery.cells.rows())
    assert sum(row["target"] for row in cells) == 20
    assert sum(row["next"] for row in cells) == 12
    errors = [e for e in discovery["standard_error"] if e is not None]
    assert errors == sorted(errors, reverse=True)
    assert all(text for text in discovery["reason"])


def test_discovery_follows_an_estimate_of_demand(company):
    demand = ow.demand(company, method="pooled")
    need = demand.overall["need_id"][0]
    discovery = ow.discovery(company, by=["segment"], needs=[need], demand=demand, accounts=5)
    known = demand.probabilities(need).to_dict()
    chance = dict(zip(known["account_id"], known["probability"], strict=True))
    members = defaultdict(list)
    segments = company.table("segments").to_dict()
    for account, segment in zip(segments["account_id"], segments["segment_id"], strict=True):
        members[segment].append(account)
    for row in discovery.cells.rows():
        mean = np.mean([chance[a] for a in members[row["cell"]] if a in chance])
        assert row["deviation"] == pytest.approx(np.sqrt(mean * (1 - mean)), abs=1e-9)
    assert "probabilities" in discovery.assumptions[-1]


def test_visits_as_proposed_lower_the_error_of_a_share_more_than_visits_at_random():
    """Over many bases with a known share: the same number of visits, ours against a random choice."""
    random = np.random.default_rng(3)
    # A large calm segment and a small one in which opinions differ.
    size = {"calm": 160, "split": 40}
    share = {"calm": 0.03, "split": 0.5}
    segment = np.repeat(list(size), list(size.values()))
    ours, theirs = [], []
    for _ in range(60):
        has = np.concatenate([random.random(n) < share[s] for s, n in size.items()])
        heard = np.concatenate([random.choice(np.flatnonzero(segment == s), 12, replace=False) for s in size])
        asked = heard[has[heard]]
        graph = ow.CustomerGraph.from_tables(
            accounts={"account_id": np.arange(200), "segment": list(segment)},
            sources={"source_id": ["desk"], "kind": ["pooled_support"]},
            needs={"need_id": ["n"], "title": ["N"]},
            interactions={
                "interaction_id": np.arange(len(heard)),
                "source_id": ["desk"] * len(heard),
                "account_id": heard,
                "at": np.full(len(heard), np.datetime64("2026-03-01")),
                "purpose": ["support"] * len(heard),
            },
            requests={
                "request_id": np.arange(len(asked)),
                "account_id": asked,
                "source_id": ["desk"] * len(asked),
                "at": np.full(len(asked), np.datetime64("2026-03-01")),
                "need_id": ["n"] * len(asked),
            },
            segments="segment",
            timezone="UTC",
        )
        chosen = np.array(
            list(ow.discovery(graph, by=["segment"], needs=["n"], accounts=20)["account_id"]),
            dtype=int,
        )
        estimate = sum(n / 200 * has[chosen[segment[chosen] == s]].mean() for s, n in size.items())
        ours.append((estimate - has.mean()) ** 2)
        theirs.append((has[random.choice(200, 20, replace=False)].mean() - has.mean()) ** 2)
    assert np.mean(ours) < 0.8 * np.mean(theirs)
