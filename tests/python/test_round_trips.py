"""Every public object goes through pickle, copy and deepcopy, and answers as before."""

from __future__ import annotations

import builtins
import copy
import doctest
import inspect
import pickle
import sys
from types import FrameType
from typing import Any

import numpy as np
import pytest

import outweigh as ow

PUBLIC = [getattr(ow, name) for name in ow.__all__]
CLASSES = {c for c in PUBLIC if isinstance(c, type) and not issubclass(c, BaseException)}
WITHOUT_OBJECTS = {ow.Result, ow.Scorer, ow.Relation}
"""A base, a protocol; and what a test below has."""


def is_ours(value: Any) -> bool:
    return (
        type(value).__module__.startswith("outweigh") and not isinstance(value, type) and not inspect.isroutine(value)
    )


def public_attributes(value: Any) -> dict[str, Any]:
    found = {}
    for name in dir(type(value)):
        if name.startswith("_") or inspect.isroutine(getattr(type(value), name)):
            continue
        try:
            found[name] = getattr(value, name)
        except ow.OutweighError as error:
            found[name] = str(error)
    return found


def assert_same(again: Any, value: Any, depth: int = 0) -> None:
    assert type(again) is type(value)
    if isinstance(value, np.ndarray):
        np.testing.assert_array_equal(again, value)
    elif is_ours(value):
        if type(value).__eq__ is not object.__eq__:
            assert again == value
        if type(value).__repr__ is not object.__repr__:
            assert repr(again) == repr(value)
        if depth < 3:
            attributes, expected = public_attributes(again), public_attributes(value)
            assert attributes.keys() == expected.keys()
            for name, attribute in expected.items():
                assert_same(attributes[name], attribute, depth + 1)
    elif isinstance(value, list | tuple):
        assert len(again) == len(value)
        for one, other in zip(again, value, strict=True):
            assert_same(one, other, depth + 1)
    elif isinstance(value, dict):
        assert list(again) == list(value)
        for name in value:
            assert_same(again[name], value[name], depth + 1)
    else:
        assert again == value


def round_trip(value: Any) -> None:
    for again in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
        assert_same(again, value)


class Collector:
    """Objects of the package that functions gave back while it was at work, at most three of a class."""

    def __init__(self) -> None:
        self.found: dict[type, list[Any]] = {}

    def keep(self, value: Any) -> None:
        if type(value).__name__ == "LinearModel":  # lives while a solver works on it
            return
        if is_ours(value):
            of_class = self.found.setdefault(type(value), [])
            if len(of_class) < 3 and not any(value is other for other in of_class):
                of_class.append(value)
        elif type(value) in (list, tuple):
            for item in value[:3]:
                self.keep(item)

    def returned(self, frame: FrameType, event: str, value: Any) -> None:
        if event != "return" or not frame.f_globals.get("__name__", "").startswith("outweigh"):
            return
        name = frame.f_code.co_name
        if not name.startswith("_") or name == "__getitem__":
            self.keep(value)

    def run(self, example: doctest.DocTest) -> None:
        namespace = dict(example.globs)
        before = sys.getprofile()
        try:
            for step in example.examples:
                code = compile(step.source, example.name, "single")
                sys.setprofile(self.returned)
                exec(code, namespace)
                sys.setprofile(before)
        except (OSError, ow.MissingInput):
            return  # an example that reads a file of the reader's
        finally:
            sys.setprofile(before)
        for name, value in namespace.items():
            if name not in example.globs:
                self.keep(value)


@pytest.fixture(scope="module")
def objects(tmp_path_factory) -> dict[type, list[Any]]:
    collector = Collector()
    finder = doctest.DocTestFinder(exclude_empty=True)
    patch = pytest.MonkeyPatch()
    patch.chdir(tmp_path_factory.mktemp("examples"))
    patch.setattr(sys, "displayhook", collector.keep)
    try:
        for name, value in zip(ow.__all__, PUBLIC, strict=True):
            for example in finder.find(value, name, module=False, globs={"__builtins__": builtins}):
                collector.run(example)
    finally:
        patch.undo()
    return collector.found


def test_every_public_object_round_trips(objects, graph):
    plan = ow.plan(ow.score(ow.demand(graph)), capacity=6)
    others = [ow.Place("accounts", "arr", 3, "x"), plan.displaced_by("s_search"), plan.sensitivity(), graph.rejected]
    for value in others:
        objects.setdefault(type(value), []).append(value)
    assert not CLASSES - WITHOUT_OBJECTS - objects.keys()
    for of_class in objects.values():
        for value in of_class:
            round_trip(value)


@pytest.mark.parametrize("kind", ["dict", "table", "pandas", "polars", "arrow", "duckdb"])
def test_weights_keep_the_sample_that_names_are_looked_up_in(kind):
    columns = {
        "size": ["s", "s", "s", "l", "l", "l"],
        "score": [1.0, 3.0, 2.0, 7.0, 9.0, 8.5],
        "visits": [1, 2, 1, 3, 2, 2],
    }
    for needed in {"pandas": ["pandas"], "polars": ["polars"], "arrow": ["pyarrow"], "duckdb": ["pyarrow"]}.get(
        kind, []
    ):
        pytest.importorskip(needed)
    sample = ow.Table(columns)
    if kind == "duckdb":
        duckdb = pytest.importorskip("duckdb")
        connection = duckdb.connect()
        sample = connection.from_arrow(sample.to_arrow())
    else:
        sample = sample.to_frame(kind)
    design = ow.Design(strata="size", weights=[1.0, 2.0, 1.0, 1.0, 1.5, 1.0], sample=sample)
    calibrated = ow.calibrate(sample, {"visits": 12.0}, weights=design, method="raking")
    trimmed = ow.trim(ow.rake(sample, {"size": {"s": 90.0, "l": 10.0}}, weights=design), upper=40.0)
    for weights in (design, calibrated, trimmed):
        round_trip(weights)
        again = pickle.loads(pickle.dumps(weights))
        for made in (
            lambda w: ow.estimate_mean(w, "score", by="size"),
            lambda w: ow.estimate_quantile(w, "score"),
            lambda w: ow.estimate_total(ow.replicate_weights(w, method="jackknife"), "score"),
            lambda w: ow.estimate_mean(pickle.loads(pickle.dumps(ow.replicate_weights(w, replicates=20))), "score"),
        ):
            assert_same(made(again), made(weights))
    assert type(pickle.loads(pickle.dumps(calibrated)).to_frame()) is type(calibrated.to_frame())


def test_designs_of_every_shape_round_trip():
    stage = ["a", "a", "b", "b", "c", "c"]
    y = [1.0, 2.0, 4.0, 3.0, 7.0, 5.0]
    shapes: list[dict[str, Any]] = [
        {"strata": [1, 1, 1, 1, 2, 2], "lonely": "average"},
        {"clusters": stage, "fpc": [0.5] * 6},
        {"clusters": [stage, [1, 2, 1, 2, 1, 2]], "fpc": [[6.0] * 6, [4.0] * 6]},
        {"strata": [1, 1, 1, 1, 2, 2], "clusters": stage, "fpc": [2.0, 2.0, 2.0, 2.0, 1.0, 1.0]},
        {"weights": [0.0, 1.0, 2.0, 1.0, 1.0, 3.0]},
        {},
    ]
    for shape in shapes:
        design = ow.Design(**shape)
        round_trip(design)
        assert_same(ow.estimate_total(pickle.loads(pickle.dumps(design)), y), ow.estimate_total(design, y))


def test_damaged_weights_are_refused():
    weights = ow.rake({"size": ["s", "l", "l"]}, {"size": {"s": 2.0, "l": 1.0}})._core
    name, version, (stored,) = weights.__getstate__()
    other = ow.Design(weights=[1.0])._core.__getstate__()
    for damaged in (b"", stored[:-9], stored[:40] + b"x" + stored[41:], other[2][0]):
        with pytest.raises(ow.CorruptState):
            type(weights).__new__(type(weights)).__setstate__((name, version, (damaged,)))
