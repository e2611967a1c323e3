"""Shared by all Python tests: a small customer base, its tables in every kind, a simulation, the public data."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

import outweigh as ow

from customer_base import SHARED, Tables, small_base


@pytest.fixture
def tables() -> Tables:
    return copy.deepcopy(small_base())


@pytest.fixture
def graph(tables: Tables) -> ow.CustomerGraph:
    return ow.CustomerGraph.from_tables(**tables)


@pytest.fixture(scope="session")
def simulation() -> ow.Simulation:
    return ow.simulate(seed=7, accounts=300)


@pytest.fixture(scope="session")
def simulated_demand(simulation: ow.Simulation) -> ow.Demand:
    return ow.demand(simulation.graph)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with public data and published answers."""
    if not SHARED.is_dir():
        pytest.skip(f"public data not found: {SHARED} is absent")
    return SHARED
