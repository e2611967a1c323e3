"""Threads, seed, progress, stopping, and Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading

import numpy as np
import pytest

import outweigh as ow


@pytest.fixture(scope="module")
def simulation():
    # Few needs, for speed, and accounts enough for several threads to share the work.
    return ow.simulate(seed=7, accounts=520, needs=10)


@pytest.fixture(scope="module")
def simulated_demand(simulation):
    return ow.demand(simulation.graph)


def stages(graph, **options):
    audit = ow.audit(graph, **options)
    weights = ow.weights(graph, **options)
    demand = ow.demand(graph, **options)
    scores = ow.score(demand)
    return [result.to_table() for result in (audit, weights, demand, scores, ow.plan(scores, capacity=40))]


@pytest.fixture(scope="module")
def on_one_thread(simulation):
    return stages(simulation.graph, threads=1)


@pytest.mark.parametrize("threads", [None, 0, 2, 3, 8])
def test_results_do_not_depend_on_threads(simulation, on_one_thread, threads):
    assert stages(simulation.graph, threads=threads) == on_one_thread


def test_the_same_seed_gives_the_same_result(simulation, simulated_demand):
    assert ow.demand(simulation.graph, seed=0) == simulated_demand
    assert ow.demand(simulation.graph, seed=5) == ow.demand(simulation.graph, seed=5)


def test_simulations_follow_their_seed():
    first, again, other = (ow.simulate(seed=seed, accounts=60) for seed in (3, 3, 4))
    assert first == again
    assert first != other
    assert first.truth.prevalence != other.truth.prevalence


def test_progress_is_reported(simulation):
    reported = []
    ow.demand(simulation.graph, progress=lambda task, done: reported.append((task, done)))
    assert reported
    assert all(isinstance(task, str) and 0 <= done <= 1 for task, done in reported)


def test_progress_may_stop_the_call(simulation):
    calls = []

    def stop(task, done):
        calls.append(done)
        return False

    with pytest.raises(ow.Cancelled):
        ow.demand(simulation.graph, progress=stop)
    assert len(calls) == 1


def test_an_error_in_progress_reaches_the_caller(simulation):
    def fail(task, done):
        raise KeyError("in the callback")

    with pytest.raises(KeyError, match="in the callback"):
        ow.demand(simulation.graph, progress=fail)


@pytest.mark.parametrize("threads", [-1, 5000, "two", 1.5, True])
def test_threads_that_cannot_be(graph, threads):
    with pytest.raises((ow.InvalidInput, ow.TypeMismatch)) as error:
        ow.demand(graph, threads=threads)
    assert "threads" in str(error.value)


def test_progress_that_cannot_be_called(graph):
    with pytest.raises(ow.TypeMismatch):
        ow.demand(graph, progress=3)


def test_progress_true_prints_to_standard_error(simulation, capsys):
    ow.demand(simulation.graph, progress=True)
    assert "%" in capsys.readouterr().err


def test_the_interpreter_lock_is_released(simulation):
    ticks = []
    done = threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(1)
            done.wait(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        before = len(ticks)
        ow.simulate(seed=1, accounts=2000)
        assert len(ticks) > before
    finally:
        done.set()
        ticker.join()


@pytest.mark.parametrize(
    "call",
    [
        lambda: ow.BetaDiscreteWeibull.from_params(alpha=0.7, beta=6.0, c=1.4).discounted_periods(
            range(150), discount=0.001
        ),
        lambda: ow.gini(np.arange(4_000_000.0) % 1009),
        lambda: ow.lorenz(np.arange(4_000_000.0) % 1009),
    ],
)
def test_another_thread_goes_on_during_a_long_call(call):
    ticks = []
    done = threading.Event()

    def tick():
        while not done.wait(0.001):
            ticks.append(1)

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        before = len(ticks)
        call()
        assert len(ticks) > before + 5
    finally:
        done.set()
        ticker.join()


def test_calls_on_several_threads_at_once(simulation, simulated_demand):
    results = [None] * 4

    def run(i):
        results[i] = ow.demand(simulation.graph, threads=1)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(results))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(result == simulated_demand for result in results)


@pytest.mark.skipif(os.name == "nt", reason="signals to oneself end the process on Windows")
def test_control_c_stops_a_long_call():
    program = """
        import os, signal, sys, threading
        import outweigh as ow
        graph = ow.simulate(seed=1, accounts=20_000).graph
        begun = threading.Event()

        def interrupt():
            begun.wait()
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=interrupt, daemon=True).start()
        try:
            ow.demand(graph, draws=100_000, progress=lambda task, done: begun.set())
        except KeyboardInterrupt:
            print("interrupted")
        print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
        print(len(ow.audit(graph)) > 0)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.split() == ["interrupted", "True", "True"], done.stderr


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="needs the main thread")
def test_the_signal_handler_is_as_before(graph):
    before = signal.getsignal(signal.SIGINT)
    ow.demand(graph)
    assert signal.getsignal(signal.SIGINT) is before
