"""One's own scorers: answers are read as they are meant, or refused."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import outweigh as ow


@pytest.fixture(scope="module")
def demand(simulation):
    return ow.demand(simulation.graph, method="raw")


def in_order(scores):
    return dict(zip(scores["solution_id"], scores["score"], strict=True))


def test_a_series_is_read_by_its_index(demand):
    pd = pytest.importorskip("pandas")
    plain = ow.score(demand, by=lambda columns: columns["value"])

    def sorted_frame(columns):
        return pd.DataFrame(columns).sort_values("effort", ascending=False)["value"]

    def by_id(columns):
        return pd.Series(columns["value"], index=columns["solution_id"]).sort_values()

    for scorer in (sorted_frame, by_id, lambda columns: pd.DataFrame(columns)["value"]):
        assert in_order(ow.score(demand, by=scorer)) == in_order(plain)


def test_a_series_of_something_else_is_refused(demand):
    pd = pytest.importorskip("pandas")

    def stray(columns):
        return pd.Series(columns["value"], index=columns["value"] * 0)

    with pytest.raises(ow.ContractViolation, match="stray.*index"):
        ow.score(demand, by=stray)


def test_hidden_values_and_times_are_no_scores(demand):
    def masked(columns):
        return np.ma.masked_array(columns["value"], mask=columns["value"] > np.median(columns["value"]))

    def dates(columns):
        return np.full(len(columns["value"]), "2026-01-01", dtype="datetime64[s]")

    def spans(columns):
        return np.full(len(columns["value"]), 5, dtype="timedelta64[s]")

    for scorer in (masked, dates, spans):
        with pytest.raises(ow.ContractViolation, match=scorer.__name__):
            ow.score(demand, by=scorer)


def test_a_class_is_not_a_scorer(demand):
    class Mine:
        name = "mine"

        def score(self, columns):
            return columns["value"]

    with pytest.raises(ow.TypeMismatch, match=r"Mine\(\), not its class"):
        ow.score(demand, by=Mine)
    assert ow.score(demand, by=Mine()).scorer == "mine"


@pytest.mark.parametrize("name", ["weights", "outcome_weights"])
@pytest.mark.parametrize("given", [{"risk": "a"}, {"risk": None}, {"risk": True}, [1], "risk"])
def test_weights_are_numbers_by_name(demand, name, given):
    with pytest.raises(ow.TypeMismatch) as error:
        ow.score(demand, by="weighted_sum", **{name: given})
    assert error.value.place.column == name


def test_scores_of_ones_own_are_explained_after_a_journey(demand):
    scores = ow.score(demand, by=lambda columns: columns["value"] ** 1.5)
    again = pickle.loads(pickle.dumps(scores))
    assert again == scores
    assert again.explain(scores.ranking[0]) == scores.explain(scores.ranking[0])
