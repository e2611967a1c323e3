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


def test_legends_hide_nothing_and_titles_fit(simulation, plan):
    from matplotlib import pyplot

    long = "a title that is far too long to stand on one line above a figure of an ordinary width, by any measure"
    from outweigh.core.plot import plot_prevalence

    rows = [{"need_id": f"n{i}", "prevalence": 0.9, "lower": 0.8, "upper": 1.0, "raw": 0.1} for i in range(5)]
    audit, ledger = ow.audit(simulation.graph), plan.explain(plan.solutions[0])
    for axes in (audit.plot(), plot_prevalence(rows, None, long, 5), plan.plot(), ledger.plot()):
        axes.figure.canvas.draw()
        above = axes._left_title.get_window_extent()
        below = axes.get_window_extent().y1
        if axes.get_legend() is not None:
            legend = axes.get_legend().get_window_extent()
            assert legend.y0 >= below - 1.0
            below = legend.y1
        assert above.y0 >= below - 1.0
        assert above.x1 <= axes.figure.bbox.x1 and above.y1 <= axes.figure.bbox.y1
        pyplot.close(axes.figure)


def test_axes_have_their_units(plan):
    assert plan.plot().get_xlabel() == f"effort ({plan.scores.demand.graph.effort_unit})"
    ledger = plan.explain(plan.solutions[0])
    assert ledger.plot().get_xlabel() == ledger.unit


def test_a_journey_without_the_measure_says_which_there_are(simulation):
    found = ow.journey(simulation.graph)
    assert found.plot(measure="events").get_title() == "events"
    with pytest.raises(ow.InvalidInput, match="accounts, ") as error:
        found.plot(measure="nope")
    assert error.value.place.column == "measure"
