"""Plots say what the tables say, and the error without matplotlib names the extra."""

from __future__ import annotations

import sys

import pytest

import outweigh as ow

matplotlib = pytest.importorskip("matplotlib")


@pytest.fixture(autouse=True)
def without_a_screen():
    matplotlib.use("agg")
    yield
    from matplotlib import pyplot

    pyplot.close("all")


@pytest.fixture(scope="module")
def plan(simulated_demand):
    return ow.plan(ow.score(simulated_demand), capacity=40)


def test_the_audit_shows_shares(simulation):
    audit = ow.audit(simulation.graph)
    axes = audit.plot(dimension="segment")
    rows = [row for row in audit.to_table().rows() if row["group"] == "all" and row["dimension"] == "segment"]
    assert [text.get_text() for text in axes.get_yticklabels()] == [row["level"] for row in rows]
    widths = [bar.get_width() for bar in axes.patches]
    assert widths == pytest.approx([row["heard_share"] for row in rows] + [row["base_share"] for row in rows])


def test_demand_shows_intervals(simulated_demand):
    axes = simulated_demand.plot(limit=7)
    assert len(axes.get_yticks()) == 7
    segment = simulated_demand["segment_id"][0]
    assert len(simulated_demand.plot(segment_id=segment).get_yticks()) > 0
    with pytest.raises(ow.InvalidInput, match="nowhere"):
        simulated_demand.plot(segment_id="nowhere")


def test_a_plan_shows_what_was_chosen(plan):
    axes = plan.plot()
    assert {"chosen", "left out"} <= {text.get_text() for text in axes.get_legend().get_texts()}


def test_a_ledger_ends_at_its_total(plan):
    ledger = plan.explain(plan.solutions[0])
    axes = ledger.plot(lines=5)
    assert axes.patches[-1].get_width() == pytest.approx(ledger.total)
    steps = [bar.get_width() for bar in axes.patches[:-1]]
    assert sum(steps) == pytest.approx(ledger.total)


def test_plots_go_into_axes_of_ones_own(plan):
    from matplotlib import pyplot

    axes = pyplot.subplots()[1]
    assert plan.plot(axes) is axes
    axes.figure.canvas.draw()


def test_the_error_without_matplotlib_names_the_extra(plan, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"outweigh\[plot\]"):
        plan.plot()
