"""Credibility of sources and breadth of claims: what is known, what is not, bad input."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from customer_base import day, small_base

import outweigh as ow


def claim_base(yes=0, silent=0, untouched=0, contacts=4, claimed=None, through="desk"):
    """A named-account team claims a need for all its accounts; another source was in contact with some of them."""
    size = 1 + yes + silent + untouched
    ids = [f"a{i:02d}" for i in range(size)]
    calls = [(account, c, i <= yes) for i, account in enumerate(ids) if 0 < i <= yes + silent for c in range(contacts)]
    request_ids, accounts, sources, at, interactions, basis = ["claim"], ["a00"], ["team"], [day(0)], [None], ["said"]
    for n, (account, c, wants) in enumerate(calls):
        if wants and c % 2 == 0:
            request_ids.append(f"r{n}")
            accounts.append(account)
            sources.append(through)
            at.append(day(c + 1))
            interactions.append(n)
            basis.append("said")
    tables = {
        "accounts": {"account_id": ids},
        "sources": {"source_id": ["team", "desk"], "kind": ["named_account", "pooled_support"]},
        "coverage": {"source_id": ["team"] * size, "account_id": ids},
        "needs": {"need_id": ["sso"], "title": ["Single sign-on"]},
        "requests": {
            "request_id": request_ids,
            "account_id": accounts,
            "source_id": sources,
            "at": at,
            "interaction_id": interactions,
            "need_id": ["sso"] * len(request_ids),
            "basis": basis,
            "claimed_breadth": [claimed] + [None] * (len(request_ids) - 1),
        },
    }
    if calls:
        tables["interactions"] = {
            "interaction_id": list(range(len(calls))),
            "source_id": [through] * len(calls),
            "account_id": [account for account, _, _ in calls],
            "at": [day(c + 1) for _, c, _ in calls],
        }
    else:
        del tables["requests"]["interaction_id"]
    return ow.CustomerGraph.from_tables(**tables)


def test_a_claim_that_silence_speaks_against():
    found = ow.breadth(claim_base(yes=4, silent=12, contacts=8), request_id="claim")
    assert found.figures["accounts"] == 17
    assert found.figures["at_least"] == 17
    row = found.to_table().rows()
    everything, independent = list(row)
    assert (everything["corroborated"], independent["corroborated"]) == (5, 4)
    assert everything["probability"] < 0.001
    assert everything["upper"] <= 8
    assert found.status == "estimated"
    assert found.to_believe == 11
    some = ow.breadth(claim_base(yes=4, silent=12, contacts=8), request_id="claim", at_least=5)
    assert some.probability == 1.0
    assert some.to_believe == 0
    assert pickle.loads(pickle.dumps(found)) == found
    evidence = found.accounts.to_dict()
    assert evidence["evidence"].count("silent") == 12
    assert all(0 <= p <= 1 for p in evidence["probability"])


def test_a_claim_nobody_can_judge():
    found = ow.breadth(claim_base(untouched=9), request_id="claim").to_table().to_dict()
    assert found["status"] == ["doubtful", "not_identified"]
    assert found["probability"][1] is None
    assert found["count"][1] is None
    assert found["lowest"] == [1, 0]
    assert found["highest"] == [10, 10]
    assert 0 < found["to_believe"][1] <= 10


def test_what_comes_through_the_claimant_is_not_independent():
    found = ow.breadth(claim_base(yes=5, silent=3, through="team"), request_id="claim").to_table().to_dict()
    assert found["corroborated"] == [6, 0]
    assert found["contacts"][1] == 0


def test_more_claimed_than_there_are():
    found = ow.breadth(claim_base(yes=3, silent=3, claimed=40), request_id="claim")
    assert (found.probability, found.to_believe, found.status) == (0.0, None, "doubtful")
    assert "more accounts are claimed" in repr(found)
    alone = ow.breadth(claim_base(yes=0, claimed=40), request_id="claim")
    assert "at least 40 of 1 account:" in repr(alone)


def test_a_source_without_coverage_or_accounts(graph):
    found = ow.breadth(graph, request_id="r0")
    assert found.figures["from_coverage"] is False
    assert found.figures["accounts"] == 2  # the ceo spoke with a0 and a1
    tables = small_base()
    tables["coverage"] = {"source_id": ["ceo"], "account_id": ["a9"]}  # a prospect
    nobody = ow.breadth(ow.CustomerGraph.from_tables(**tables), request_id="r0")
    assert nobody.status == "undefined"
    assert nobody.to_table()["count"] == [None, None] or all(
        math.isnan(v) is False for v in nobody.to_table()["count"] if v is not None
    )


def test_structure_and_record(graph):
    found = ow.source_credibility(graph)
    rows = {row["source_id"]: row for row in found.to_table().rows()}
    assert found.status == "not_identified"
    assert found.collective is None
    assert rows["ceo"]["accounts"] == 2
    assert rows["visits"]["structure"] > rows["ceo"]["structure"]
    assert all(row["record"] is None and row["status"] == "not_identified" for row in rows.values())
    assert pickle.loads(pickle.dumps(found)) == found

    tables = small_base()
    size = len(tables["requests"]["request_id"])
    tables["requests"]["confirmed"] = [True, False] + [None] * (size - 2)
    found = ow.source_credibility(ow.CustomerGraph.from_tables(**tables))
    rows = {row["source_id"]: row for row in found.to_table().rows()}
    assert found.status == "estimated"
    assert (rows["ceo"]["investigated"], rows["ceo"]["untrue"]) == (2, 1)
    assert 0 < rows["ceo"]["lower"] < rows["ceo"]["record"] < rows["ceo"]["upper"] < 1
    assert rows["visits"]["record"] is None


def test_what_stakeholders_say_is_no_voice_and_the_order_of_rows_does_not_matter():
    tables = small_base()
    tables["customers"] = {"customer_id": ["boss"], "account_id": ["a4"], "party": ["stakeholder"]}
    tables["requests"]["customer_id"] = ["boss" if a == "a4" else None for a in tables["requests"]["account_id"]]
    turned = {name: {c: list(v)[::-1] for c, v in table.items()} for name, table in tables.items()}
    one, two = (ow.CustomerGraph.from_tables(**t) for t in (tables, turned))
    rows = {row["source_id"]: row for row in ow.source_credibility(one).to_table().rows()}
    assert rows["visits"]["accounts"] == 2
    assert ow.source_credibility(one) == ow.source_credibility(two)
    assert ow.breadth(one, request_id="r0") == ow.breadth(two, request_id="r0")


@pytest.mark.parametrize(
    ("call", "error", "column"),
    [
        (lambda g: ow.breadth(g, request_id="none"), ow.InvalidInput, "request_id"),
        (lambda g: ow.breadth(g, request_id=None), ow.TypeMismatch, "request_id"),
        (lambda g: ow.breadth(g, request_id="r0", at_least=-1), ow.InvalidInput, "at_least"),
        (lambda g: ow.breadth(g, request_id="r0", at_least=math.nan), ow.InvalidInput, "at_least"),
        (lambda g: ow.breadth(g, request_id="r0", level=0.0), ow.InvalidInput, "level"),
        (lambda g: ow.breadth(g, request_id="r0", believe=1.0), ow.InvalidInput, "believe"),
        (lambda g: ow.breadth(g, request_id="r0", window=-1.0), ow.InvalidInput, "window"),
        (lambda g: ow.breadth(g, request_id="r0", follow_up=math.nan), ow.InvalidInput, "follow_up"),
        (lambda g: ow.source_credibility(g, level=1.5), ow.InvalidInput, "level"),
        (lambda g: ow.source_credibility({}), ow.TypeMismatch, "graph"),
    ],
)
def test_bad_input(graph, call, error, column):
    with pytest.raises(error) as caught:
        call(graph)
    assert caught.value.place.column == column


def test_without_requests():
    base = ow.CustomerGraph.from_tables(accounts={"account_id": [1]})
    with pytest.raises(ow.MissingInput):
        ow.source_credibility(base)


def two_requests(**extra):
    """Two requests of one account for one need, by default through one contact of one source."""
    requests = {
        "request_id": ["r1", "r2"],
        "account_id": ["x"] * 2,
        "source_id": ["A"] * 2,
        "at": [day(1)] * 2,
        "need_id": ["n"] * 2,
        **extra,
    }
    return {
        "accounts": {"account_id": ["x"]},
        "sources": {"source_id": ["A", "B"], "kind": ["executive", "named_account"]},
        "needs": {"need_id": ["n"], "title": ["n"]},
        "interactions": {"interaction_id": ["i"], "source_id": ["A"], "account_id": ["x"], "at": [day(1)]},
        "requests": requests,
    }


def test_two_requests_of_one_contact_are_one_voice_whichever_row_comes_first() -> None:
    found = []
    for order in ([0, 1], [1, 0]):
        tables = two_requests(
            interaction_id=["i"] * 2, confirmed=[True, False], urgency=[5, 1], basis=["said", "relayed"]
        )
        tables["requests"] = {name: [column[i] for i in order] for name, column in tables["requests"].items()}
        found.append(ow.source_credibility(ow.CustomerGraph.from_tables(**tables)).to_dict())
    assert found[0] == found[1]
    assert found[0]["voices"] == [1, 0]
    assert found[0]["untrue"] == [0, 0]


@pytest.mark.parametrize(
    ("extra", "corroborated", "contradicted"),
    [
        ({"basis": ["said", "said"]}, [1, 1], [0, 0]),
        ({"confirmed": [False, None]}, [0, 0], [1, 1]),  # found untrue: for whoever brought it
        ({"confirmed": [True, None]}, [1, 1], [0, 0]),
        ({"basis": ["said", "relayed"]}, [0, 1], [0, 0]),  # what others pass on is no second witness
        ({"basis": ["inferred", "relayed"]}, [0, 0], [0, 0]),
    ],
)
def test_what_corroborates_a_voice(extra, corroborated, contradicted) -> None:
    tables = two_requests(source_id=["A", "B"], at=[day(1), day(2)], **extra)
    found = ow.source_credibility(ow.CustomerGraph.from_tables(**tables)).to_dict()
    assert found["corroborated"] == corroborated
    assert found["contradicted"] == contradicted


def spoken(size=3, **tables):
    """A desk that hears accounts about one need, and another one."""
    ids = [f"a{i:02d}" for i in range(size)]
    return ow.CustomerGraph.from_tables(
        **{
            "accounts": {"account_id": ids},
            "sources": {"source_id": ["desk", "team"], "kind": ["pooled_support", "named_account"]},
            "needs": {"need_id": ["sso", "api"], "title": ["Single sign-on", "API"]},
            "coverage": {"source_id": ["desk"] * size, "account_id": ids},
            **tables,
        }
    )


def requests_at(*rows, **extra):
    """Requests of (account, day, need)."""
    accounts, days, needs = zip(*rows, strict=True)
    return {
        "request_id": [f"r{i}" for i in range(len(rows))],
        "account_id": list(accounts),
        "source_id": ["desk"] * len(rows),
        "at": [day(d) for d in days],
        "need_id": list(needs),
        **extra,
    }


def evidence_of(graph, account="a00", **options):
    rows = ow.breadth(graph, request_id="r0", **options).accounts.rows()
    return next(row for row in rows if row["account_id"] == account)


@pytest.mark.parametrize(
    ("days", "window", "events"),
    [((1, 5), 7.0, 1), ((1, 5), 3.0, 2), ((1, 8), 7.0, 1), ((1, 6, 12), 7.0, 2), ((1, 1.4), 0.0, 2), ((1, 9), 7.0, 2)],
)
def test_requests_without_an_interaction_within_the_window_are_one_contact(days, window, events) -> None:
    graph = spoken(requests=requests_at(*(("a00", d, "sso") for d in days)))
    assert evidence_of(graph, window=window)["events"] == events


def test_a_request_near_a_logged_contact_belongs_to_it() -> None:
    calls = {"interaction_id": ["i", "j"], "source_id": ["desk"] * 2, "account_id": ["a00"] * 2}
    graph = spoken(requests=requests_at(("a00", 3, "sso")), interactions={**calls, "at": [day(1), day(60)]})
    row = evidence_of(graph)
    assert (row["contacts"], row["mentions"], row["events"]) == (2, 1, 0)
    row = evidence_of(graph, window=1.0)
    assert (row["contacts"], row["mentions"], row["events"]) == (2, 0, 1)


def test_a_follow_up_is_part_of_what_it_follows() -> None:
    calls = {
        "interaction_id": ["i", "j", "k"],
        "source_id": ["desk"] * 3,
        "account_id": ["a00"] * 3,
        "at": [day(1), day(2), day(3)],
        "triggered_by": [None, "i", "j"],
    }
    requests = requests_at(*(("a00", d, "sso") for d in (1, 2, 3)), interaction_id=["i", "j", "k"])
    row = evidence_of(spoken(requests=requests, interactions=calls))
    assert (row["contacts"], row["mentions"]) == (1, 1)
    ours = {**calls, "initiated_by": ["them", "us", "us"], "at": [day(1), day(10), day(30)]}
    del ours["triggered_by"]
    requests = requests_at(*(("a00", d, "sso") for d in (1, 10, 30)), interaction_id=["i", "j", "k"])
    row = evidence_of(spoken(requests=requests, interactions=ours))
    assert (row["contacts"], row["mentions"], row["events"]) == (1, 1, 1)
    row = evidence_of(spoken(requests=requests, interactions=ours), follow_up=0.0)
    assert (row["contacts"], row["mentions"], row["events"]) == (2, 2, 1)


def test_what_is_no_silence() -> None:
    calls = {"interaction_id": ["i", "j"], "source_id": ["desk"] * 2, "account_id": ["a01"] * 2}
    asked = [("a00", 1, "sso"), ("a00", 40, "sso")]
    times = {**calls, "at": [day(5), day(50)]}
    assert evidence_of(spoken(requests=requests_at(*asked), interactions=times), "a01")["contacts"] == 2
    unlabelled = requests_at(*asked, ("a01", 50, None), interaction_id=[None, None, "j"])
    assert evidence_of(spoken(requests=unlabelled, interactions=times), "a01")["contacts"] == 1
    shipped = {"solution_id": ["s"], "title": ["s"], "status": ["shipped"], "shipped": [day(20)]}
    covers = {"solution_id": ["s"], "need_id": ["sso"]}
    graph = spoken(requests=requests_at(*asked), interactions=times, solutions=shipped, covers=covers)
    assert evidence_of(graph, "a01")["contacts"] == 1
    passed_on = requests_at(
        *asked, ("a01", 50, "sso"), interaction_id=[None, None, "j"], basis=["said"] * 2 + ["relayed"]
    )
    row = evidence_of(spoken(requests=passed_on, interactions=times), "a01")
    assert (row["evidence"], row["contacts"]) == ("silent", 1)


def test_a_request_filed_under_another_account_s_contact_is_that_of_who_made_it() -> None:
    accounts = {"account_id": ["a00", "a01"], "parent_account_id": [None, "a00"]}
    calls = {"interaction_id": ["i"], "source_id": ["desk"], "account_id": ["a01"], "at": [day(1)]}
    graph = spoken(
        2, accounts=accounts, requests=requests_at(("a00", 1, "sso"), interaction_id=["i"]), interactions=calls
    )
    assert evidence_of(graph, "a00")["evidence"] == "heard"
    assert evidence_of(graph, "a01")["evidence"] == "silent"


def test_the_latest_answer_counts_unless_the_account_asked_since() -> None:
    calls = {"interaction_id": ["i", "j"], "source_id": ["desk"] * 2, "account_id": ["a00"] * 2}
    calls["at"] = [day(10), day(30)]

    def said(at, answers):
        asked = {"interaction_id": ["i", "j"], "need_id": ["sso"] * 2, "answer": answers}
        return evidence_of(spoken(requests=requests_at(("a00", at, "sso")), interactions=calls, asked=asked))[
            "evidence"
        ]

    assert said(1, ["yes", "no"]) == "denied"
    assert said(1, ["no", "yes"]) == "confirmed"
    assert said(50, ["no", "no"]) == "heard"


def test_accounts_that_only_speak_when_they_want_something_do_not_speak_for_the_silent() -> None:
    rows = [(f"a{i:02d}", 30 * k + i, "sso") for i in range(5) for k in range(3)]
    few = ow.breadth(spoken(60, requests=requests_at(*rows)), request_id="r0")
    row = next(iter(few.to_table().rows()))
    assert few.status == "doubtful"
    assert row["lower"] == 5
    assert row["count"] < 15
    assert few.probability < 1e-3
    others = [(f"a{i:02d}", 7 + 40 * k + i, "api") for i in range(5, 60) for k in range(2)]
    found = ow.breadth(spoken(60, requests=requests_at(*rows, *others)), request_id="r0")
    assert next(iter(found.to_table().rows()))["count"] < 12


def test_contacts_with_stakeholders_are_none_with_the_account() -> None:
    ids = ["a00", "a01", "a02"]
    people = {
        "customer_id": [f"c{i}" for i in range(3)] + [f"s{i}" for i in range(3)],
        "account_id": ids * 2,
        "party": ["customer"] * 3 + ["stakeholder", "internal", "partner"],
    }
    requests = requests_at(("a00", 1, "sso"), ("a01", 2, "sso"), ("a01", 3, "api"), customer_id=["c0", "c1", "c1"])
    without = {"customers": people, "requests": requests, "coverage": {"source_id": ["team"], "account_id": ["a00"]}}
    spoke = {
        "interaction_id": ["i0", "i1", "i2"],
        "source_id": ["team", "desk", "desk"],
        "account_id": ids,
        "at": [day(20)] * 3,
        "customer_id": ["s0", "s1", "s2"],
    }
    silent, heard = spoken(**without), spoken(**without, interactions=spoke)
    assert ow.source_credibility(silent).to_dict() == ow.source_credibility(heard).to_dict()
    one, two = (ow.breadth(graph, request_id="r0") for graph in (silent, heard))
    assert one.to_dict() == two.to_dict()
    assert one.accounts.to_dict()["account_id"] == ["a00", "a01"]
    found = ow.who_else(heard, need_id="api", method="popularity")
    assert set(found["contacts"]) == {0}


@pytest.mark.parametrize("seed", range(12))
def test_breadth_counts_who_has_the_need_as_demand_does(seed) -> None:
    random = np.random.default_rng(seed)
    size, calls, rows = 8, 20, 30
    ids = [f"a{i:02d}" for i in range(size)]
    called, call_day, through = (random.integers(0, n, calls).tolist() for n in (size, 200, 2))
    trigger = [
        next((f"i{j}" for j in range(i) if called[j] == called[i] and call_day[j] < call_day[i]), None)
        for i in range(calls)
    ]
    asker, asked_day = random.integers(0, size, rows).tolist(), random.integers(0, 200, rows).tolist()
    filed = [
        next((j for j in random.permutation(calls) if called[j] == a and random.random() < 0.6), None) for a in asker
    ]
    sources = ["desk", "team"]
    graph = ow.CustomerGraph.from_tables(
        accounts={"account_id": ids},
        sources={"source_id": sources, "kind": ["survey", "portal"]},
        coverage={"source_id": ["desk"] * size + ["team"] * size, "account_id": ids * 2},
        needs={"need_id": ["sso", "api"], "title": ["Single sign-on", "API"], "opened": [day(40), None]},
        interactions={
            "interaction_id": [f"i{j}" for j in range(calls)],
            "account_id": [ids[a] for a in called],
            "source_id": [sources[s] for s in through],
            "at": [day(d) for d in call_day],
            "triggered_by": trigger,
            "initiated_by": random.choice(["us", "them"], calls).tolist(),
        },
        requests={
            "request_id": [f"r{i}" for i in range(rows)],
            "account_id": [ids[a] for a in asker],
            "source_id": [sources[0 if j is None else through[j]] for j in filed],
            "at": [day(d if j is None else call_day[j]) for d, j in zip(asked_day, filed, strict=True)],
            "interaction_id": [None if j is None else f"i{j}" for j in filed],
            "need_id": random.choice(["sso", "api"], rows).tolist(),
            "confirmed": [None if x < 0.7 else bool(x < 0.85) for x in random.random(rows)],
        },
        asked={"interaction_id": ["i0", "i1", "i2"], "need_id": ["sso", "sso", "api"], "answer": ["no", "yes", "no"]},
        solutions={"solution_id": ["s"], "title": ["s"], "status": ["shipped"], "shipped": [day(150)]},
        covers={"solution_id": ["s"], "need_id": ["sso"]},
    )
    told = {row["need_id"]: row for row in ow.demand(graph, method="raw").overall.rows()}
    needs = graph.table("requests")["need_id"]
    for request in range(3):
        row = next(iter(ow.breadth(graph, request_id=f"r{request}").to_table().rows()))
        assert row["lowest"] == pytest.approx(size * told[needs[request]]["prevalence"])
        assert row["highest"] == pytest.approx(size * told[needs[request]]["upper"])
