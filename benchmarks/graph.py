"""Relations against scipy; requests with string ids against polars, igraph and rustworkx; memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import scipy.sparse

import outweigh as ow
from measure import Report, peak_memory

PEERS = ["scipy", "polars", "igraph", "rustworkx"]


def tables(rows: int) -> dict[str, pl.DataFrame]:
    """Requests of rows/10 accounts through 12 sources for 200 needs, all ids strings."""
    random = np.random.default_rng(7)
    accounts = max(rows // 10, 10)
    account = pl.Series("account_id", np.arange(accounts)).cast(pl.String)
    account = ("account-" + account.str.zfill(9)).rename("account_id")
    needs = pl.Series("need_id", [f"need-{i:04d}" for i in range(200)])
    sources = pl.Series("source_id", [f"source-{i:02d}" for i in range(12)])
    at = np.datetime64("2026-01-01", "us") + random.integers(0, 300 * 86_400_000_000, rows).astype("timedelta64[us]")
    requests = pl.DataFrame(
        {
            "request_id": ("request-" + pl.Series(np.arange(rows)).cast(pl.String).str.zfill(9)).rename("request_id"),
            "account_id": account.gather(np.minimum(random.zipf(1.3, rows) - 1, accounts - 1)),
            "source_id": sources.gather(random.integers(0, 12, rows)),
            "need_id": needs.gather(random.integers(0, 200, rows)),
            "at": pl.Series(at).dt.replace_time_zone("UTC"),
        }
    )
    return {
        "accounts": pl.DataFrame({"account_id": account}),
        "sources": pl.DataFrame({"source_id": sources, "kind": ["survey"] * 12}),
        "needs": pl.DataFrame({"need_id": needs, "title": needs}),
        "requests": requests,
    }


def load(given: dict[str, pl.DataFrame]) -> Any:
    return ow.CustomerGraph.from_tables(**given)


def polars_encode_and_group(given: dict[str, pl.DataFrame]) -> Any:
    """Codes of all four id columns, and the rows of each account, source and need."""
    requests = given["requests"]
    codes = requests.select(
        pl.col(name).rank("dense").alias(name) for name in ("request_id", "account_id", "source_id", "need_id")
    )
    row = codes.with_row_index("row")
    return [row.group_by(name).agg("row") for name in ("account_id", "source_id", "need_id")]


def polars_categorical_and_group(given: dict[str, pl.DataFrame]) -> Any:
    """The same with polars' own categorical encoding; the unique request ids are checked by counting."""
    requests = given["requests"]
    assert requests["request_id"].n_unique() == len(requests)
    codes = requests.select(
        pl.col(name).cast(pl.Categorical).to_physical().alias(name) for name in ("account_id", "source_id", "need_id")
    )
    row = codes.with_row_index("row")
    return [row.group_by(name).agg("row") for name in ("account_id", "source_id", "need_id")]


def igraph_load(given: dict[str, pl.DataFrame]) -> Any:
    import igraph

    requests = given["requests"]
    edges: list[tuple[str, str]] = []
    for name in ("account_id", "source_id", "need_id"):
        edges += zip(requests["request_id"].to_list(), requests[name].to_list(), strict=True)
    return igraph.Graph.TupleList(edges, directed=True)


def rustworkx_load(given: dict[str, pl.DataFrame]) -> Any:
    import rustworkx

    graph = rustworkx.PyDiGraph()
    at: dict[str, int] = {}
    for table, name in (
        ("accounts", "account_id"),
        ("sources", "source_id"),
        ("needs", "need_id"),
        ("requests", "request_id"),
    ):
        ids = given[table][name].to_list()
        at.update(zip(ids, graph.add_nodes_from(ids), strict=True))
    requests = given["requests"]
    start = [at[i] for i in requests["request_id"].to_list()]
    for name in ("account_id", "source_id", "need_id"):
        graph.add_edges_from_no_data(list(zip(start, (at[i] for i in requests[name].to_list()), strict=True)))
    return graph


def _prepare(rows: int) -> Callable[[], Any]:
    given = tables(rows)
    load(tables(1000))
    return lambda: load(given)


def run(report: Report, large: bool) -> None:
    for rows in (100_000, 1_000_000) + ((10_000_000,) if large else ()):
        random = np.random.default_rng(1)
        sources = random.integers(0, max(rows // 10, 1), rows, dtype=np.uint32)
        targets = random.integers(0, 1000, rows, dtype=np.uint32)
        ones = np.ones(rows, dtype=np.uint8)
        shape = (max(rows // 10, 1), 1000)
        signed = sources.astype(np.int32), targets.astype(np.int32)
        report.compare(
            "codes to relation, both ways",
            rows,
            5,
            "scipy: coo -> csr, one way",
            ours=lambda: ow.Relation.from_codes(sources, targets, from_size=shape[0], to_size=shape[1]),
            ours_one_thread=lambda: ow.Relation.from_codes(
                sources, targets, from_size=shape[0], to_size=shape[1], threads=1
            ),
            scipy=lambda: scipy.sparse.coo_array((ones, signed), shape=shape).tocsr(),
        )
        given = tables(rows)
        peers: dict[str, Callable[[], Any]] = {
            "polars_rank": lambda: polars_encode_and_group(given),
            "polars_categorical": lambda: polars_categorical_and_group(given),
        }
        if rows <= 1_000_000:
            peers["igraph"] = lambda: igraph_load(given)
            peers["rustworkx"] = lambda: rustworkx_load(given)
        report.compare("string ids to validated graph", rows, 3, ours=lambda: load(given), **peers)
        size = sum(frame.estimated_size() for frame in given.values())
        peak = peak_memory(_prepare, rows)
        print(
            f"{'peak memory of the load':<44} {rows:>10,}  ours {peak / 2**20:9.1f} MiB  input {size / 2**20:9.1f} MiB "
            f"(ours/input {peak / size:5.2f})",
            flush=True,
        )
