"""Raking, unit-level calibration and the bootstrap against packages and plain numpy, from codes; one thread.

Strings are turned into codes before anything is timed. ipfn's array mode rakes a table of cells: it is timed with the
counting of rows into cells and the way back, as its users have to write it.
"""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np

import outweigh as ow
from measure import Report

PEERS = ["ipfn", "pandas", "samplics", "weightipy"]
LEVELS = (5, 8, 12, 3)


def numpy_loop(codes: list[Any], totals: list[Any], weights: Any) -> Any:
    out = weights.copy()
    for _ in range(1000):
        worst = 0.0
        for code, total in zip(codes, totals, strict=True):
            sums = np.bincount(code, out, len(total))
            worst = max(worst, float(np.max(np.abs(sums / total - 1.0))))
            out *= (total / sums)[code]
        if worst < 1e-8:
            break
    return out


def numpy_calibration(x: Any, totals: Any, weights: Any, lower: float, upper: float) -> Any:
    """Truncated linear calibration by Newton's method."""
    beta = np.zeros(x.shape[1])
    for _ in range(100):
        g = np.clip(1.0 + x @ beta, lower, upper)
        gap = totals - x.T @ (weights * g)
        if np.max(np.abs(gap / totals)) < 1e-10:
            break
        inside = weights * ((g > lower) & (g < upper))
        beta += np.linalg.solve(x.T @ (x * inside[:, None]), gap)
    return weights * g


def numpy_replicates(codes: list[Any], totals: list[Any], weights: Any, outcome: Any, replicates: int) -> float:
    random = np.random.default_rng(1)
    means = []
    for _ in range(replicates):
        raked = numpy_loop(codes, totals, weights * random.poisson(1.0, len(weights)))
        means.append(raked @ outcome / raked.sum())
    return float(np.std(means))


def run(report: Report, large: bool) -> None:
    for rows in (100_000, 1_000_000) + ((10_000_000,) if large else ()):
        for kind in ("int64", "uint8"):
            random = np.random.default_rng(3)
            codes = [random.integers(0, levels, rows).astype(kind) for levels in LEVELS]
            totals = [random.dirichlet(np.full(levels, 20.0)) * rows for levels in LEVELS]
            weights = random.uniform(0.5, 2.0, rows)
            names = [f"m{i}" for i in range(len(LEVELS))]
            sample = dict(zip(names, codes, strict=True))
            margins = {name: dict(enumerate(total.tolist())) for name, total in zip(names, totals, strict=True)}
            peers: dict[str, Any] = {
                "copy": lambda: ([code.copy() for code in codes], weights.copy(), weights.copy()),
                "numpy": lambda: numpy_loop(codes, totals, weights),
            }
            if rows > 1_000_000:
                del peers["numpy"]
            elif importlib.util.find_spec("ipfn") is not None:
                peers["ipfn_array"] = lambda: ipfn_array(codes, totals, weights)
                if rows <= 100_000:
                    peers["ipfn_frame"] = lambda: ipfn_frame(sample, totals, weights)
            if importlib.util.find_spec("samplics") is not None and rows <= 100_000:
                peers["samplics"] = lambda: samplics_rake(sample, margins, weights)
            report.compare(f"raking, 4 margins of 5, 8, 12, 3 levels, {kind}", rows, 3,
                           ours=lambda: ow.rake(sample, margins, weights=weights), **peers)

    rows = 1_000_000 if large else 200_000
    random = np.random.default_rng(4)
    codes = [random.integers(0, levels, rows) for levels in LEVELS]
    totals = [random.dirichlet(np.full(levels, 50.0)) * rows for levels in LEVELS]
    x = random.gamma(4.0, 1.0, rows)
    weights = random.uniform(0.8, 1.25, rows)
    weights *= rows / weights.sum()
    sample = {"a": codes[0], "b": codes[3], "x": x}
    known = {name: np.bincount(sample[name], weights * random.uniform(0.9, 1.1, rows)) for name in ("a", "b")}
    known["b"] *= known["a"].sum() / known["b"].sum()
    total_x = float(weights @ x) * 1.01 * known["a"].sum() / rows
    matrix = np.column_stack([codes[0] == level for level in range(5)] + [codes[3] == level for level in range(2)] + [x])
    matrix = matrix.astype(float)
    target = np.concatenate([known["a"], known["b"][:2], [total_x]])
    margins = {name: dict(enumerate(known[name].tolist())) for name in ("a", "b")}
    report.compare("calibration within bounds, 2 margins and a number", rows, 3,
                   ours=lambda: ow.calibrate(sample, {**margins, "x": total_x}, weights=weights, bounds=(0.7, 1.5)),
                   numpy=lambda: numpy_calibration(matrix, target, weights, 0.7, 1.5))

    rows, replicates = 1_000_000, 64
    outcome = random.normal(size=rows)
    codes = [random.integers(0, levels, rows) for levels in LEVELS]
    totals = [random.dirichlet(np.full(levels, 20.0)) * rows for levels in LEVELS]
    weights = random.uniform(0.5, 2.0, rows)
    raked = ow.rake({f"m{i}": code for i, code in enumerate(codes)},
                    {f"m{i}": dict(enumerate(total.tolist())) for i, total in enumerate(totals)}, weights=weights)
    bootstrap = ow.replicate_weights(raked, method="poisson", replicates=replicates)
    report.compare(f"Poisson bootstrap with raking, {replicates} replicates", rows, 1,
                   ours=lambda: ow.estimate_mean(bootstrap, outcome, threads=1),
                   numpy_of_2=lambda: numpy_replicates(codes, totals, weights, outcome, 2))


def ipfn_array(codes: list[Any], totals: list[Any], weights: Any) -> Any:
    from ipfn import ipfn

    cell = np.zeros(len(weights), dtype=np.int64)
    for code, levels in zip(codes, LEVELS, strict=True):
        cell = cell * levels + code
    table = np.bincount(cell, weights, int(np.prod(LEVELS))).reshape(LEVELS)
    fitted = ipfn.ipfn(table.copy(), totals, [[i] for i in range(len(LEVELS))], convergence_rate=1e-8,
                       max_iteration=1000).iteration()
    return weights * (fitted / np.where(table > 0, table, 1.0)).ravel()[cell]


def ipfn_frame(sample: dict[str, Any], totals: list[Any], weights: Any) -> Any:
    import pandas as pd
    from ipfn import ipfn

    frame = pd.DataFrame({**sample, "total": weights})
    margins = [pd.Series(total, index=pd.RangeIndex(len(total), name=name)) for name, total in zip(sample, totals, strict=True)]
    return ipfn.ipfn(frame, margins, [[name] for name in sample], convergence_rate=1e-8, max_iteration=1000).iteration()


def samplics_rake(sample: dict[str, Any], margins: dict[str, Any], weights: Any) -> Any:
    from samplics.weighting import SampleWeight

    return SampleWeight().rake(samp_weight=weights, margins=sample, control=margins, tol=1e-8, max_iter=1000)
