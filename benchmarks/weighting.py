"""Raking, unit-level calibration and the bootstrap against packages and plain numpy, from codes; one thread.

Everybody starts from rows and ends with a weight a row. Strings are turned into codes before anything is timed, and that
is timed apart. What each does:

ours          ow.rake: one pass groups rows into cells, cells are raked until every margin is met (residual at most
              1e-10), one pass writes the weights; a checked copy of the base weights is kept for variances
numpy         the plain loop over rows: bincount and take for each margin until 1e-8
numpy_cells   the same loop over cells, grouped by bincount and spread back by take: what an expert would write
ipfn_array    ipfn's array mode rakes a table of cells; its users group rows and spread weights back, here by numpy;
              both are timed
ipfn_table    ipfn's array mode alone, on a table that is there already: not the same job, shown for completeness
ipfn_frame    ipfn's frame mode, on rows
samplics, weightipy, balance   on rows, as their manuals say; only those that are installed (balance asks for numpy 1 below
              Python 3.12)
copy          a plain copy of the same bytes: codes and base weights in, weights out
"""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np

import outweigh as ow
from measure import Report, peak_memory

PEERS = ["ipfn", "pandas"]
OTHERS = ["samplics", "weightipy", "balance"]
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


def cells_of(codes: list[Any]) -> Any:
    cell = np.zeros(len(codes[0]), dtype=np.int64)
    for code, levels in zip(codes, LEVELS, strict=True):
        cell = cell * levels + code
    return cell


def numpy_cells(codes: list[Any], totals: list[Any], weights: Any) -> Any:
    cell = cells_of(codes)
    count = int(np.prod(LEVELS))
    table = np.bincount(cell, weights, count)
    of_cell = [index.ravel() for index in np.unravel_index(np.arange(count), LEVELS)]
    fitted = numpy_loop(of_cell, totals, table)
    return weights * (fitted / np.where(table > 0, table, 1.0))[cell]


def numpy_calibration(x: Any, totals: Any, weights: Any, lower: float, upper: float, method: str) -> Any:
    """Newton's method on the rows of a matrix of zeros and ones beside the number."""
    beta = np.zeros(x.shape[1])
    scale = (upper - lower) / ((1.0 - lower) * (upper - 1.0))
    for _ in range(100):
        u = x @ beta
        if method == "linear":
            g = np.clip(1.0 + u, lower, upper)
            slope = (g > lower) & (g < upper)
        elif method == "raking":
            g = np.clip(np.exp(u), lower, upper)
            slope = g * ((g > lower) & (g < upper))
        else:
            share = (1.0 - lower) * np.exp(scale * u)
            share /= share + (upper - 1.0)
            g = lower + (upper - lower) * share
            slope = (upper - lower) * scale * share * (1.0 - share)
        gap = totals - x.T @ (weights * g)
        if np.max(np.abs(gap / totals)) < 1e-10:
            break
        beta += np.linalg.solve(x.T @ (x * (weights * slope)[:, None]), gap)
    return weights * g


def numpy_replicates(codes: list[Any], totals: list[Any], weights: Any, outcome: Any, replicates: int) -> float:
    random = np.random.default_rng(1)
    means = []
    for _ in range(replicates):
        raked = numpy_loop(codes, totals, weights * random.poisson(1.0, len(weights)))
        means.append(raked @ outcome / raked.sum())
    return float(np.std(means))


def installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def raking_peers(
    codes: list[Any], totals: list[Any], weights: Any, sample: dict[str, Any], margins: dict[str, Any]
) -> dict[str, Any]:
    rows = len(weights)
    peers: dict[str, Any] = {"copy": lambda: ([code.copy() for code in codes], weights.copy(), weights.copy())}
    if rows > 1_000_000:
        return peers
    peers["numpy"] = lambda: numpy_loop(codes, totals, weights)
    peers["numpy_cells"] = lambda: numpy_cells(codes, totals, weights)
    peers["ipfn_array"] = lambda: ipfn_array(codes, totals, weights)
    table = np.bincount(cells_of(codes), weights, int(np.prod(LEVELS))).reshape(LEVELS)
    peers["ipfn_table"] = lambda: ipfn_table(table, totals)
    peers["ipfn_frame"] = lambda: ipfn_frame(sample, totals, weights)
    for package, call in (("samplics", samplics_rake), ("weightipy", weightipy_rake), ("balance", balance_rake)):
        if installed(package):
            peers[package] = works(package, lambda call=call: call(sample, margins, weights))
    return {name: call for name, call in peers.items() if call is not None}


def works(package: str, call: Any) -> Any:
    """The call, or None with a message where this version of a package cannot do it."""
    try:
        call()
    except Exception as error:
        print(f"{package}: {type(error).__name__}: {str(error)[:100]}")
        return None
    return call


def prepare_memory(rows: int) -> Any:
    """For `peak_memory`: a sample of `rows` rows, and a call that rakes it."""
    codes, totals, weights = raking_problem(rows, "uint8")
    sample = {f"m{i}": code for i, code in enumerate(codes)}
    margins = {f"m{i}": dict(enumerate(total.tolist())) for i, total in enumerate(totals)}
    return lambda: ow.rake(sample, margins, weights=weights)


def raking_problem(rows: int, kind: str) -> tuple[list[Any], list[Any], Any]:
    random = np.random.default_rng(3)
    codes = [random.integers(0, levels, rows).astype(kind) for levels in LEVELS]
    totals = [random.dirichlet(np.full(levels, 20.0)) * rows for levels in LEVELS]
    return codes, totals, random.uniform(0.5, 2.0, rows)


def run(report: Report, large: bool) -> None:
    missing = [package for package in OTHERS if not installed(package)]
    if missing:
        print(f"not compared with {', '.join(missing)}: pip install {' '.join(missing)}")
    for rows in (100_000, 1_000_000) + ((10_000_000,) if large else ()):
        for kind in ("int64", "uint8"):
            codes, totals, weights = raking_problem(rows, kind)
            names = [f"m{i}" for i in range(len(LEVELS))]
            sample = dict(zip(names, codes, strict=True))
            margins = {name: dict(enumerate(total.tolist())) for name, total in zip(names, totals, strict=True)}
            report.compare(
                f"raking, 4 margins of 5, 8, 12, 3 levels, {kind}",
                rows,
                5 if rows <= 1_000_000 else 3,
                ours=lambda: ow.rake(sample, margins, weights=weights),
                **raking_peers(codes, totals, weights, sample, margins),
            )
    rows = 4_000_000
    extra = peak_memory(prepare_memory, rows)
    if extra:
        print(
            f"memory of raking {rows:,} rows beyond the sample, weights and their base included: {extra / rows:.1f} bytes a row"
        )
    texts = np.array(["north", "east", "south", "west", "centre"])[
        np.random.default_rng(3).integers(0, 5, 1_000_000)
    ].tolist()
    known = {level: 200_000.0 for level in ("north", "east", "south", "west", "centre")}
    report.compare(
        "texts into codes and one margin", 1_000_000, 3, ours=lambda: ow.rake({"region": texts}, {"region": known})
    )

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

    def design_matrix() -> Any:
        levels = [sample["a"] == level for level in range(5)] + [sample["b"] == level for level in range(2)]
        return np.column_stack([*levels, sample["x"]]).astype(float)

    matrix = design_matrix()
    target = np.concatenate([known["a"], known["b"][:2], [total_x]])
    margins = {name: dict(enumerate(known[name].tolist())) for name in ("a", "b")}
    for method in ("linear", "raking", "logit"):
        report.compare(
            f"calibration within bounds, 2 margins and a number, {method}",
            rows,
            7,
            ours=lambda method=method: ow.calibrate(
                sample, {**margins, "x": total_x}, weights=weights, bounds=(0.7, 1.5), method=method
            ),
            numpy=lambda method=method: numpy_calibration(design_matrix(), target, weights, 0.7, 1.5, method),
            numpy_of_matrix=lambda method=method: numpy_calibration(matrix, target, weights, 0.7, 1.5, method),
        )

    rows, replicates = 1_000_000, 64
    outcome = random.normal(size=rows)
    codes = [random.integers(0, levels, rows) for levels in LEVELS]
    totals = [random.dirichlet(np.full(levels, 20.0)) * rows for levels in LEVELS]
    weights = random.uniform(0.5, 2.0, rows)
    raked = ow.rake(
        {f"m{i}": code for i, code in enumerate(codes)},
        {f"m{i}": dict(enumerate(total.tolist())) for i, total in enumerate(totals)},
        weights=weights,
    )
    bootstrap = ow.replicate_weights(raked, method="poisson", replicates=replicates)
    report.compare(
        f"Poisson bootstrap with raking, {replicates} replicates",
        rows,
        1,
        ours=lambda: ow._core.estimate_mean(bootstrap._core, outcome, threads=1),
        numpy_of_2=lambda: numpy_replicates(codes, totals, weights, outcome, 2),
    )


def ipfn_array(codes: list[Any], totals: list[Any], weights: Any) -> Any:
    cell = cells_of(codes)
    table = np.bincount(cell, weights, int(np.prod(LEVELS))).reshape(LEVELS)
    return weights * (ipfn_table(table, totals) / np.where(table > 0, table, 1.0)).ravel()[cell]


def ipfn_table(table: Any, totals: list[Any]) -> Any:
    from ipfn import ipfn

    return ipfn.ipfn(
        table.copy(), totals, [[i] for i in range(len(LEVELS))], convergence_rate=1e-8, max_iteration=1000
    ).iteration()


def ipfn_frame(sample: dict[str, Any], totals: list[Any], weights: Any) -> Any:
    import pandas as pd
    from ipfn import ipfn

    frame = pd.DataFrame({**sample, "total": weights})
    margins = [
        pd.Series(total, index=pd.RangeIndex(len(total), name=name)) for name, total in zip(sample, totals, strict=True)
    ]
    return ipfn.ipfn(frame, margins, [[name] for name in sample], convergence_rate=1e-8, max_iteration=1000).iteration()


def samplics_rake(sample: dict[str, Any], margins: dict[str, Any], weights: Any) -> Any:
    from samplics.weighting import SampleWeight

    return SampleWeight().rake(samp_weight=weights, margins=sample, control=margins, tol=1e-8, max_iter=1000)


def weightipy_rake(sample: dict[str, Any], margins: dict[str, Any], weights: Any) -> Any:
    import pandas as pd
    import weightipy

    frame = pd.DataFrame({**sample, "base": weights})
    shares = {
        name: {level: 100.0 * total / sum(known.values()) for level, total in known.items()}
        for name, known in margins.items()
    }
    scheme = weightipy.scheme_from_dict(shares)
    return weightipy.weight_dataframe(frame, scheme, weight_column="weight")


def balance_rake(sample: dict[str, Any], margins: dict[str, Any], weights: Any) -> Any:
    import logging

    import pandas as pd
    from balance.weighting_methods.rake import rake

    logging.getLogger("balance").setLevel(logging.ERROR)
    rows = len(weights)
    # Its target is a sample too: one with these margins, each level as often as its total says.
    target = {
        name: np.repeat(list(known), np.round(np.array(list(known.values())) * rows / sum(known.values())).astype(int))
        for name, known in margins.items()
    }
    size = min(len(column) for column in target.values())
    mine = pd.DataFrame({name: column.astype(str) for name, column in sample.items()})
    theirs = pd.DataFrame({name: column[:size].astype(str) for name, column in target.items()})
    return rake(
        mine,
        pd.Series(weights),
        theirs,
        pd.Series(np.ones(size)),
        transformations=None,
        max_iteration=1000,
        convergence_rate=1e-8,
    )
