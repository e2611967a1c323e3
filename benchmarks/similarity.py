"""Ranking, co-demand, communities, factors and judges against scipy, igraph, scikit-network, implicit and crowd-kit.

Ids and weights are included. OpenBLAS should have one thread (OPENBLAS_NUM_THREADS=1), as `implicit` asks for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse

import outweigh as ow
from measure import Report

PEERS = ["scipy", "igraph", "sknetwork", "crowdkit", "implicit", "pandas"]
FACTORS = {"factors": 64, "regularisation": 0.1, "alpha": 1.0}


def weighted_edges(edges: int) -> dict[str, Any]:
    random = np.random.default_rng(3)
    nodes = edges // 10
    return {
        "source": random.integers(0, nodes, edges) * 7 + 11,
        "target": np.minimum(random.zipf(1.6, edges) * 13 % nodes, nodes - 1) * 7 + 11,
        "weight": random.random(edges),
    }


def scipy_matrix(edges: dict[str, Any]) -> tuple[Any, Any]:
    ids, codes = np.unique(np.concatenate([edges["source"], edges["target"]]), return_inverse=True)
    half = len(edges["source"])
    ends = (codes[:half], codes[half:])
    return ids, scipy.sparse.coo_array((edges["weight"], ends), shape=(len(ids),) * 2).tocsr()


def scipy_page_rank(edges: dict[str, Any], seed: int, tolerance: float) -> Any:
    """Personalised, to the same bound on the error."""
    ids, matrix = scipy_matrix(edges)
    out = np.asarray(matrix.sum(axis=1)).ravel()
    scale = np.divide(1.0, out, out=np.zeros_like(out), where=out > 0)
    walk = (scipy.sparse.diags_array(scale) @ matrix).T.tocsr()
    restart = np.zeros(len(ids))
    restart[np.searchsorted(ids, seed)] = 1.0
    rank = restart
    dangling = out == 0
    while True:
        new = 0.85 * (walk @ rank + rank[dangling].sum() * restart) + 0.15 * restart
        change = np.abs(new - rank).sum() * 0.85 / 0.15
        rank = new
        if change <= tolerance:
            return ids, rank


def scipy_top(edges: dict[str, Any], top: int) -> Any:
    needs, need = np.unique(edges["target"], return_inverse=True)
    accounts, account = np.unique(edges["source"], return_inverse=True)
    matrix = scipy.sparse.coo_array((edges["weight"], (account, need)), shape=(len(accounts), len(needs))).tocsc()
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=0)).ravel())
    matrix = matrix @ scipy.sparse.diags_array(1 / lengths)
    similar = (matrix.T @ matrix).tocsr()
    similar.setdiag(0)
    found = []
    for row in range(len(needs)):
        begin, end = similar.indptr[row], similar.indptr[row + 1]
        values = similar.data[begin:end]
        best = np.argpartition(-values, top)[:top] if len(values) > top else np.arange(len(values))
        best = best[np.argsort(-values[best], kind="stable")]
        found.append((needs[similar.indices[begin:end][best]], values[best]))
    return found


def planted(edges: int) -> dict[str, Any]:
    """Communities of about 100 nodes, three quarters of the edges inside."""
    random = np.random.default_rng(5)
    nodes = edges // 10
    source = random.integers(0, nodes, edges)
    inside = random.random(edges) < 0.75
    target = np.where(inside, source // 100 * 100 + random.integers(0, 100, edges), random.integers(0, nodes, edges))
    kept = (source != target) & (target < nodes)
    return {"source": source[kept], "target": target[kept], "weight": np.ones(int(kept.sum()))}


def igraph_communities(edges: dict[str, Any], method: str) -> float:
    import igraph

    ids, codes = np.unique(np.concatenate([edges["source"], edges["target"]]), return_inverse=True)
    graph = igraph.Graph(len(ids), codes.reshape(2, -1).T.tolist())
    if method == "louvain":
        found = graph.community_multilevel(weights=edges["weight"].tolist())
    else:
        found = graph.community_leiden("modularity", weights=edges["weight"].tolist(), n_iterations=2)
    return float(graph.modularity(found.membership, weights=edges["weight"].tolist()))


def sknetwork_communities(edges: dict[str, Any], method: str) -> float:
    from sknetwork.clustering import Leiden, Louvain, get_modularity

    _, matrix = scipy_matrix(edges)
    matrix = scipy.sparse.csr_matrix(matrix + matrix.T)
    found = (Louvain if method == "louvain" else Leiden)().fit_predict(matrix)
    return float(get_modularity(matrix, found))


def grouped_wants(edges: int) -> dict[str, Any]:
    """Accounts of 50 groups; two thirds of what they want is of their group."""
    random = np.random.default_rng(7)
    accounts, needs = edges // 20, max(1000, edges // 100)
    account = random.integers(0, accounts, edges)
    own = (account % 50) * (needs // 50) + random.integers(0, needs // 50, edges)
    need = np.where(random.random(edges) < 2 / 3, own, np.minimum(random.zipf(1.5, edges), needs) - 1)
    return {"source": account * 3 + 5, "target": need * 3 + 5, "weight": np.ones(edges)}


def implicit_als(edges: dict[str, Any], iterations: int) -> Any:
    from implicit.cpu.als import AlternatingLeastSquares

    accounts, account = np.unique(edges["source"], return_inverse=True)
    needs, need = np.unique(edges["target"], return_inverse=True)
    matrix = scipy.sparse.coo_array((edges["weight"], (account, need)), shape=(len(accounts), len(needs)))
    matrix = scipy.sparse.csr_matrix(matrix)
    model = AlternatingLeastSquares(
        factors=FACTORS["factors"],
        regularization=FACTORS["regularisation"],
        alpha=1.0,
        iterations=iterations,
        num_threads=2,
        random_state=1,
    )
    confidence = matrix.copy()
    confidence.data = 1 + FACTORS["alpha"] * confidence.data  # theirs takes the confidence itself
    model.fit(confidence, show_progress=False)
    return matrix, np.asarray(model.user_factors, dtype=float), np.asarray(model.item_factors, dtype=float)


def implicit_loss(matrix: Any, x: Any, y: Any) -> float:
    """As `ImplicitFactors.loss`."""
    entries = matrix.tocoo()
    score = np.concatenate(
        [
            np.einsum("ij,ij->i", x[r], y[c])
            for r, c in zip(np.array_split(entries.row, 20), np.array_split(entries.col, 20), strict=True)
        ]
    )
    confidence = 1 + FACTORS["alpha"] * entries.data
    lengths = FACTORS["regularisation"] * ((x * x).sum() + (y * y).sum())
    return float((confidence * (1 - score) ** 2 - score**2).sum() + ((x.T @ x) * (y.T @ y)).sum() + lengths)


def factors_at_equal_loss(report: Report, size: int) -> None:
    """Ours with as many sweeps as it takes to reach the loss of theirs after 15."""
    edges = grouped_wants(size)
    theirs = implicit_loss(*implicit_als(edges, 15))
    for sweeps in range(1, 30):
        ours = ow.implicit_factors(edges, **FACTORS, iterations=sweeps, threads=2).loss
        if ours <= theirs:
            break
    report.compare(
        "implicit factors, 64",
        size,
        1 if size > 1_000_000 else 3,
        f"loss ours {ours:.6g} in {sweeps} sweeps, implicit {theirs:.6g} in 15",
        ours=lambda: ow.implicit_factors(edges, **FACTORS, iterations=sweeps, threads=2),
        implicit=lambda: implicit_als(edges, 15),
    )


def crowd_kit(table: Any) -> Any:
    from crowdkit.aggregation import DawidSkene

    return DawidSkene(n_iter=100).fit_predict_proba(table)


def run(report: Report, large: bool) -> None:
    for size in (1_000_000,) + ((10_000_000,) if large else ()):
        edges = weighted_edges(size)
        seed = int(edges["source"][0])
        ranks = ow.page_rank(edges, restart=seed, tolerance=1e-8, threads=2)
        ids, expected = scipy_page_rank(edges, seed, 1e-8)
        difference = np.abs(np.asarray(ranks["rank"]) - expected).sum()
        report.compare(
            "personalised PageRank to 1e-8",
            size,
            3,
            f"summed difference {difference:.1e}",
            ours=lambda: ow.page_rank(edges, restart=seed, tolerance=1e-8, threads=2),
            scipy=lambda: scipy_page_rank(edges, seed, 1e-8),
        )
        report.compare(
            "co-demand, cosine top 10",
            size,
            1 if large else 3,
            ours=lambda: ow.co_demand(edges, top=10, threads=2),
            scipy=lambda: scipy_top(edges, 10),
        )
        factors_at_equal_loss(report, size)
        groups = planted(size)
        for method in ("louvain", "leiden"):
            ours = ow.communities(groups, method=method).modularity
            peers = {
                "igraph": lambda m=method: igraph_communities(groups, m),
                "sknetwork": lambda m=method: sknetwork_communities(groups, m),
            }
            note = ", ".join(f"{name} {call():.4f}" for name, call in peers.items())
            report.compare(
                method,
                size,
                1,
                f"modularity ours {ours:.4f}, {note}",
                ours=lambda m=method: ow.communities(groups, method=m),
                **peers,
            )
    import pandas as pd

    random = np.random.default_rng(1)
    tasks = 200_000
    truth = random.random(tasks) < 0.4
    task = np.repeat(np.arange(tasks), 5)
    judge = (np.tile(np.arange(5), tasks) * 40 + np.repeat(random.integers(0, 40, tasks), 5)).astype(np.int64)
    right = random.uniform(0.6, 0.95, 200)[judge]
    label = (truth[task] == (random.random(len(task)) < right)).astype(np.int64)
    table = pd.DataFrame({"task": task, "worker": judge, "label": label})
    report.compare(
        "dawid_skene",
        len(table),
        1,
        ours=lambda: ow.dawid_skene(table, source="worker", threads=2),
        crowdkit=lambda: crowd_kit(table),
    )
