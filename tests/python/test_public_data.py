"""Readers of public data; whole data sets where they are there, small files always."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import outweigh as ow

BALLOTS = """META
key;value
unit;Town
instance;2026
budget;100
date_end;15.06.2025
PROJECTS
project_id;cost;name
1;60;Trees; 
2;50;"Benches; new"
3;40;Lights
VOTES
voter_id;vote;age;sex
a;1,2;17;F
b;1;34;M
c;;80;F
d;3,1;;M
""".replace("Trees; ", "Trees")


@pytest.fixture
def ballots(tmp_path):
    path = tmp_path / "town.pb"
    path.write_text(BALLOTS, encoding="utf-8")
    return ow.read_pabulib(path)


def test_a_small_budget(ballots):
    assert ballots.budget == 100
    assert ballots.costs == {"1": 60.0, "2": 50.0, "3": 40.0}
    assert ballots.voters.to_dict()["age"] == [17, 34, 80, None]
    assert ballots.voters.to_dict()["age_band"] == ["0-17", "30-44", "75 and over", None]
    assert ballots.support().to_dict()["prevalence"] == [0.75, 0.25, 0.25]
    by_sex = ballots.support("sex").to_dict()
    assert by_sex["segment_id"] == ["F"] * 3 + ["M"] * 3
    assert by_sex["prevalence"] == [0.5, 0.5, 0.0, 1.0, 0.0, 0.5]
    with pytest.raises(ow.MissingInput, match="shoe_size"):
        ballots.support("shoe_size")
    assert pickle.loads(pickle.dumps(ballots)) == ballots


def test_voters_as_accounts(ballots):
    graph = ballots.graph(heard=[0, 2], segments="sex")
    assert graph.size("account") == 4
    assert graph.size("interaction") == 2
    assert graph.relation("account_need").to_table().to_dict() == {"from": ["a", "a"], "to": ["1", "2"]}
    assert ballots.graph().size("request") == 5


def test_draws_follow_the_rule(ballots):
    chosen = ballots.draw(2, seed=1, propensity=[1, 0, 1, 0])
    assert chosen.tolist() == [0, 2]
    counts = np.zeros(4)
    for seed in range(2000):
        counts[ballots.draw(1, seed=seed, propensity=lambda voter: 3.0 if voter["sex"] == "F" else 1.0)] += 1
    assert counts / 2000 == pytest.approx([3 / 8, 1 / 8, 3 / 8, 1 / 8], abs=0.04)
    assert ballots.draw(2, seed=5).tolist() == ballots.draw(2, seed=5).tolist()
    for size, propensity in ((5, None), (3, [1, 0, 1, 0]), (1, [1, 2]), (1, [1, -1, 1, 1]), (-1, None)):
        with pytest.raises(ow.InvalidInput):
            ballots.draw(size, seed=1, propensity=propensity)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("META\n", "", "META"),
        ("VOTES\n", "VOTE\n", "VOTES"),
        ("project_id;cost", "project_id;price", "cost"),
        ("1;60", "1;sixty", "row 0, value 'sixty'"),
        ("2;50", "1;50", "twice"),
        ("b;1;34", "b;9;34", "unknown project.*row 1, value '9'"),
        ("b;1;34;M", "a;1;34;M", "twice"),
        ("b;1;34;M", "b;1;34;M;x;y", "cells"),
    ],
)
def test_bad_budget_files(tmp_path, old, new, message):
    path = tmp_path / "town.pb"
    path.write_text(BALLOTS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises((ow.InvalidInput, ow.MissingInput), match=message):
        ow.read_pabulib(path)


def test_no_budget_file(tmp_path):
    with pytest.raises(ow.MissingInput):
        ow.read_pabulib(tmp_path / "none.pb")
    (tmp_path / "empty.pb").touch()
    with pytest.raises(ow.InvalidInput, match="0 bytes"):
        ow.read_pabulib(tmp_path / "empty.pb")


def test_bad_wishlist(tmp_path):
    with pytest.raises(ow.MissingInput):
        ow.read_wishlist(tmp_path)
    (tmp_path / "requests.csv").write_text("request_id,year,category,title\n1,2015,Bots,Better bots\n")
    (tmp_path / "votes.csv").write_text("request_id,voter\n1,U1\n2,U1\n")
    with pytest.raises(ow.InvalidInput, match="row 1, value '2'"):
        ow.read_wishlist(tmp_path)
    (tmp_path / "votes.csv").write_text("request,voter\n1,U1\n")
    with pytest.raises(ow.MissingInput, match="request_id"):
        ow.read_wishlist(tmp_path)


def test_warsaw_votes_are_those_of_the_file(shared):
    warsaw = ow.read_pabulib(shared / "data" / "pabulib" / "Poland_Warszawa_2026.pb")
    assert warsaw.approvals.shape == (61668, 83)
    assert warsaw.approvals.sum(axis=0).tolist() == warsaw.projects.to_dict()["votes"]
    # Those of age 18 to 29 are heard eight times as readily.
    ages = np.array([-1 if age is None else age for age in warsaw.voters.to_dict()["age"]])
    heard = warsaw.draw(1500, seed=1, propensity=np.where((ages >= 18) & (ages < 30), 8.0, 1.0))
    graph = warsaw.graph(heard, segments="age_band")
    assert graph.size("account") == 61668
    assert graph.size("interaction") == 1500
    audit = ow.audit(graph)
    young = next(r for r in audit.to_table().rows() if r["group"] == "all" and r["level"] == "18-29")
    assert young["ratio"] > 3
    truth = dict(zip(*(warsaw.support().to_dict()[c] for c in ("need_id", "prevalence")), strict=True))
    estimates = ow.demand(graph, method="weighted").overall.to_dict()
    for need, share in zip(estimates["need_id"], estimates["prevalence"], strict=True):
        assert abs(share - truth[need]) < 0.08


def test_wishlist_is_read(shared):
    graph = ow.read_wishlist(shared / "data" / "wishlist")
    assert graph.size("request") == 32720
    assert graph.size("need") == 1574
    # One source a year, none of which hears a voter who does not vote.
    assert graph.size("source") == 6
    assert ow.audit(graph).never_heard_accounts == 0


def read(tmp_path, text):
    path = tmp_path / "other.pb"
    path.write_text(text, encoding="utf-8")
    return ow.read_pabulib(path)


def test_a_file_is_as_long_as_it_says(tmp_path):
    whole = BALLOTS.replace("budget;100", "budget;100\nnum_projects;3\nnum_votes;4")
    assert len(read(tmp_path, whole).voters) == 4
    with pytest.raises(ow.InvalidInput, match="truncated") as caught:
        read(tmp_path, whole.replace("d;3,1;;M\n", ""))
    assert caught.value.place.column == "num_votes"
    with pytest.raises(ow.InvalidInput, match="truncated"):
        read(tmp_path, whole.replace("num_projects;3", "num_projects;4"))


def test_a_project_without_points_is_not_approved(tmp_path):
    points = BALLOTS.replace("vote;age;sex", "vote;points;sex")
    given = points.replace("a;1,2;17;F\nb;1;34;M\nc;;80;F\nd;3,1;;M", "a;1,2;5,0;F\nb;1;-1;M\nc;;;F\nd;3,1;2,1;M")
    assert read(tmp_path, given).support().to_dict()["prevalence"] == [0.5, 0.0, 0.25]
    with pytest.raises(ow.InvalidInput, match="as many points"):
        read(tmp_path, points.replace("a;1,2;17;F", "a;1,2;5;F"))


def test_a_project_that_a_vote_names_twice_is_one_request(tmp_path):
    twice = read(tmp_path, BALLOTS.replace("b;1;34;M", "b;1,1;34;M"))
    assert twice.graph().size("request") == 5


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("1;60;Trees", "1;60,000;Trees", "cost"),
        ("a;1,2;17;F", "a;1,2;-17;F", "age"),
        ("vote;age;sex", "vote;sex;sex", "sex"),
    ],
)
def test_cells_of_two_meanings_are_errors(tmp_path, old, new, column):
    with pytest.raises(ow.InvalidInput) as caught:
        read(tmp_path, BALLOTS.replace(old, new)).voters
    assert caught.value.place.column == column


def test_attributes_of_voters_do_not_replace_our_columns(tmp_path):
    named = read(tmp_path, BALLOTS.replace("vote;age;sex", "vote;age_band;account_id"))
    assert named.voters.to_dict()["age_band"] == ["17", "34", "80", None]
    assert named.graph().ids("account") == ["a", "b", "c", "d"]


def test_cells_too_large_are_typed_errors(tmp_path):
    with pytest.raises(ow.InvalidInput, match="field"):
        read(tmp_path, BALLOTS.replace("Lights", "x" * 200_000))
    (tmp_path / "requests.csv").write_text("request_id,year,category,title\n1,2021,Maps," + "x" * 200_000)
    (tmp_path / "votes.csv").write_text("request_id,voter\n1,U1\n")
    with pytest.raises(ow.InvalidInput, match="field"):
        ow.read_wishlist(tmp_path)
    (tmp_path / "requests.csv").write_text("request_id,year,category,title\n1,0000,Maps,x\n")
    with pytest.raises(ow.InvalidInput, match="year"):
        ow.read_wishlist(tmp_path)


def test_voters_to_draw_and_to_hear_are_checked(ballots):
    for call, error in (
        (lambda: ballots.draw(2.5, seed=1), ow.TypeMismatch),
        (lambda: ballots.draw(2, seed="x"), ow.TypeMismatch),
        (lambda: ballots.draw(2, seed=-1), ow.InvalidInput),
        (lambda: ballots.draw(2, seed=1, propensity="abc"), ow.TypeMismatch),
        (lambda: ballots.draw(2, seed=1, propensity=lambda voter: None), ow.TypeMismatch),
        (lambda: ballots.tables([4]), ow.InvalidInput),
        (lambda: ballots.tables([-1]), ow.InvalidInput),
        (lambda: ballots.tables([1.5]), ow.TypeMismatch),
        (lambda: ballots.tables(["a"]), ow.TypeMismatch),
    ):
        with pytest.raises(error):
            call()
    assert len(ballots.tables(np.array([0, 2]))["interactions"]) == 2
