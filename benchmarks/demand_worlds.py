"""How near the demand models come to the truth, in worlds that share no code with the library.

Each world is a set of tables made here with numpy and read through CustomerGraph.from_tables; the truth is who has
which need. Run: python benchmarks/demand_worlds.py [kinds...] [--worlds 4] [--accounts 2000] [--methods ...]
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace

import numpy as np

import outweigh as ow

AS_OF = np.datetime64("2026-07-01", "us")
KINDS = ["pooled_support", "discovery", "named_account", "multi_account"]


@dataclass(frozen=True)
class World:
    """Dials. The defaults are the plain world: every need and every mention alike, contacts logged, reports true."""

    accounts: int = 2000
    needs: int = 40
    segments: int = 5
    visits: float = 6.0  # contacts that we begin, a year and contacted account
    reach: float = 0.75  # share of accounts that we ever contact
    contact_slope: float = 0.5  # log contacts per standard deviation of log revenue
    contact_spread: float = 0.5  # deviation of log contacts over accounts
    theirs: float = 0.0  # contacts a year that a typical account begins because of one need it has
    detection: float = 0.22
    talkativeness: float = 0.0  # deviation over needs of the log odds of detection (and of log intensity)
    voice: float = 0.4  # deviation over accounts
    correlation: float = 0.0  # of two occasions of one account and need
    event_size: float = 0.0  # negative binomial size of contacts by account and need; 0: Poisson
    revenue_slope: float = 0.0  # deviation over needs
    follow_ups: float = 0.0  # chance that a contact is repeated within two weeks
    false_reports: float = 0.0  # chance a visit and need
    kind_effect: float = 0.0  # deviation over kinds of sources of the log odds of detection
    unlabelled: float = 0.0  # share of requests
    unlogged: float = 0.0  # chance that a silent contact is not logged
    with_interaction: bool = True  # do requests name their interaction?
    confirmed: float = 0.0  # share of requests that were checked


PLAIN = World()
WORLDS = {
    "plain": PLAIN,
    "talkative": replace(PLAIN, talkativeness=0.8),
    "overdispersed": replace(PLAIN, talkativeness=0.5, correlation=0.2),
    "revenue": replace(PLAIN, talkativeness=0.5, revenue_slope=0.8),
    "follow_ups": replace(PLAIN, talkativeness=0.5, follow_ups=0.4),
    "false": replace(PLAIN, talkativeness=0.5, false_reports=0.02),
    "checked": replace(PLAIN, talkativeness=0.5, false_reports=0.02, confirmed=0.3),
    "no_ids": replace(PLAIN, talkativeness=0.5, with_interaction=False),
    "mixed": replace(PLAIN, talkativeness=0.5, visits=3.0, theirs=0.4),
    "mixed_over": replace(PLAIN, talkativeness=0.5, visits=3.0, theirs=0.4, correlation=0.15, event_size=1.0),
    "mixed_all": replace(
        PLAIN,
        talkativeness=0.6,
        visits=3.0,
        theirs=0.4,
        correlation=0.1,
        event_size=1.0,
        revenue_slope=0.5,
        follow_ups=0.25,
    ),
    "theirs": replace(PLAIN, talkativeness=0.5, visits=0.0, reach=0.0, theirs=0.5),
    "kinds": replace(PLAIN, talkativeness=0.5, kind_effect=0.8),
    "kinds_over": replace(PLAIN, talkativeness=0.5, kind_effect=0.8, correlation=0.2),
    "kinds_all": replace(
        PLAIN, talkativeness=0.5, kind_effect=0.8, correlation=0.15, visits=3.0, theirs=0.4, event_size=1.0
    ),
    "unlabelled": replace(PLAIN, talkativeness=0.5, unlabelled=0.1),
    "unlogged": replace(PLAIN, talkativeness=0.5, unlogged=0.9),
    "sparse": replace(PLAIN, talkativeness=0.5, visits=2.0, reach=0.5),
    "once": replace(PLAIN, talkativeness=0.5, visits=-1.0, reach=0.8),
}


def logistic(x):
    return 1.0 / (1.0 + np.exp(-x))


def make(world: World, seed: int):
    """Tables, and the truth as a matrix accounts x needs with each account's segment and number of contacts."""
    rng = np.random.default_rng(seed)
    n, m = world.accounts, world.needs
    segment = rng.choice(world.segments, n, p=np.arange(1, world.segments + 1) / sum(range(1, world.segments + 1)))
    z = rng.normal(size=n)
    revenue = np.exp(8.0 + 0.6 * segment + 0.9 * z)
    level = rng.normal(-1.1, 1.0, m)
    by_segment = rng.normal(0.0, 0.5, (world.segments, m))
    slope = rng.normal(0.0, 1.0, m) * world.revenue_slope
    has = rng.random((n, m)) < logistic(level + by_segment[segment] + np.outer(z, slope))
    voice = rng.normal(0.0, world.voice, n) if world.voice > 0 else np.zeros(n)
    talk = rng.normal(0.0, world.talkativeness, m) if world.talkativeness > 0 else np.zeros(m)
    sources = len(KINDS)
    kind_effect = rng.normal(0.0, world.kind_effect, sources) if world.kind_effect > 0 else np.zeros(sources)
    base_logit = np.log(world.detection / (1 - world.detection))
    mean = logistic(base_logit + voice[:, None] + talk[None, :])
    if world.correlation > 0:
        k = (1 - world.correlation) / world.correlation
        chance = np.clip(rng.beta(mean * k, (1 - mean) * k), 1e-9, 1 - 1e-9)
    else:
        chance = mean

    rate = np.exp(np.log(max(world.visits, 1e-9)) + world.contact_slope * z + rng.normal(0, world.contact_spread, n))
    rate *= rng.random(n) < world.reach
    visits = (rate > 0).astype(int) if world.visits < 0 else rng.poisson(rate)
    if world.visits < 0:
        visits = (rng.random(n) < world.reach).astype(int)
    account = np.repeat(np.arange(n), visits)
    side = np.zeros(account.size, dtype=int)  # 0 us, 1 them
    first = np.full(account.size, -1)
    if world.theirs > 0:
        intensity = world.theirs * np.exp(voice[:, None] + talk[None, :]) * has
        if world.event_size > 0:
            intensity = intensity * rng.gamma(world.event_size, 1 / world.event_size, (n, m))
        events = rng.poisson(intensity)
        who, what = np.nonzero(events)
        times = events[who, what]
        account = np.concatenate([account, np.repeat(who, times)])
        first = np.concatenate([first, np.repeat(what, times)])
        side = np.concatenate([side, np.ones(times.sum(), dtype=int)])
    contacts = account.size
    day = rng.uniform(0.0, 365.0, contacts)
    source = rng.integers(0, sources, contacts)
    log_odds = np.log(chance / (1 - chance))[account] + kind_effect[source][:, None]
    said = has[account] & (rng.random((contacts, m)) < logistic(log_odds))
    if world.false_reports > 0:
        said |= ~has[account] & (rng.random((contacts, m)) < world.false_reports)
    theirs = first >= 0
    said[theirs, first[theirs]] = True
    repeat = rng.random(contacts) < world.follow_ups * said.any(axis=1)
    number = contacts + np.arange(repeat.sum())
    trigger = np.full(contacts + repeat.sum(), -1)
    named = rng.random(repeat.sum()) < 0.5
    trigger[contacts:][named] = np.nonzero(repeat)[0][named]
    # An unnamed follow-up of a contact of ours cannot be told from another visit: name all of these.
    ours = side[repeat] == 0
    trigger[contacts:][ours] = np.nonzero(repeat)[0][ours]
    account = np.concatenate([account, account[repeat]])
    source = np.concatenate([source, source[repeat]])
    side = np.concatenate([side, np.zeros(number.size, dtype=int)])
    first = np.concatenate([first, np.full(number.size, -1)])
    day = np.concatenate([day, np.minimum(day[repeat] + rng.uniform(0.5, 13.0, number.size), 365.9)])
    said = np.concatenate([said, said[repeat]])

    logged = said.any(axis=1) | (rng.random(account.size) >= world.unlogged)
    at = AS_OF - np.timedelta64(366 * 86400, "s") + (day * 86400e6).astype("timedelta64[us]")
    c, i = np.nonzero(said)
    # The need that made an account begin a contact comes first in it.
    order = np.lexsort((rng.random(c.size), i != first[c], c))
    c, i = c[order], i[order]
    request = {
        "request_id": np.arange(c.size),
        "account_id": account[c],
        "source_id": source[c],
        "at": at[c],
        "need_id": [None if lost else int(need) for lost, need in zip(rng.random(c.size) < world.unlabelled, i)],
    }
    if world.with_interaction:
        request["interaction_id"] = c
    if world.confirmed > 0:
        checked = rng.random(c.size) < world.confirmed
        request["confirmed"] = [bool(has[account[k], j]) if x else None for x, k, j in zip(checked, c, i)]
    tables = {
        "accounts": {"account_id": np.arange(n), "arr": revenue},
        "segments": {"segment_id": [f"s{s}" for s in segment], "account_id": np.arange(n)},
        "sources": {"source_id": np.arange(sources), "kind": KINDS},
        "needs": {"need_id": np.arange(m), "title": [f"need {k}" for k in range(m)]},
        "interactions": {
            "interaction_id": np.nonzero(logged)[0],
            "source_id": source[logged],
            "account_id": account[logged],
            "at": at[logged],
            "initiated_by": np.where(side[logged] == 0, "us", "them"),
            "triggered_by": [None if t < 0 else int(t) for t in trigger[logged]],
        },
        "requests": request,
    }
    return tables, has, segment, np.bincount(account[logged], minlength=n)


def measure(kind: str, world: World, seed: int, methods: list[str], threads: int):
    tables, has, segment, contacts = make(world, seed)
    graph = ow.CustomerGraph.from_tables(**tables, as_of=AS_OF.astype(object), timezone="UTC", currency="EUR")
    truth = np.stack([has[segment == s].mean(axis=0) for s in range(world.segments)])  # segments x needs
    size = np.array([(segment == s).sum() for s in range(world.segments)])
    seen = np.stack([np.minimum(contacts[segment == s], 5).mean() for s in range(world.segments)])
    rows = {}
    for method in methods:
        start = time.perf_counter()
        demand = ow.demand(graph, method=method, threads=threads)
        seconds = time.perf_counter() - start
        table = demand.to_dict()
        need = np.array(table["need_id"])
        place = np.array([int(s[1:]) for s in table["segment_id"]])

        def grid(column):
            out = np.full(truth.shape, np.nan)
            out[place, need] = [np.nan if v is None else v for v in table[column]]
            return out

        rows[method] = (grid("prevalence"), grid("lower"), grid("upper"), np.array(table["status"]), seconds, demand)
        if method == methods[0]:
            raw = grid("raw")
            heard = grid("requesting") / np.maximum(grid("contacted"), 1)
    blank = np.full(truth.shape, np.nan)
    none = np.array([""])
    rows["raw"] = (raw, blank, blank, none, 0.0, None)
    rows["of heard"] = (heard, blank, blank, none, 0.0, None)
    best = (raw * truth).sum() / max((raw**2).sum(), 1e-12)  # the best constant, which nobody knows
    rows["raw x const"] = (raw * best, blank, blank, none, 0.0, None)
    return truth, size, seen, rows


def thirds(values: np.ndarray, of: np.ndarray) -> list[float]:
    order = np.argsort(of, kind="stable")
    return [float(values[part].mean()) for part in np.array_split(order, 3)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*")
    parser.add_argument("--worlds", type=int, default=2)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--accounts", type=int, default=2000)
    parser.add_argument("--needs", type=int, default=40)
    parser.add_argument("--methods", nargs="+", default=["occupancy", "weighted", "pooled"])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--warnings", action="store_true")
    args = parser.parse_args()
    print(
        "world          method        rmse   bias  cover  cover by third of truth | contacts  score  width  status  s"
    )
    for kind in args.kinds or WORLDS:
        world = replace(WORLDS[kind], accounts=args.accounts, needs=args.needs)
        runs = [
            measure(kind, world, seed, args.methods, args.threads)
            for seed in range(args.first, args.first + args.worlds)
        ]
        for method in runs[0][3]:
            error = np.concatenate([(r[3][method][0] - r[0]).ravel() for r in runs])
            truth = np.concatenate([r[0].ravel() for r in runs])
            lower = np.concatenate([r[3][method][1].ravel() for r in runs])
            upper = np.concatenate([r[3][method][2].ravel() for r in runs])
            seen = np.concatenate([np.repeat(r[2], r[0].shape[1]) for r in runs])
            line = f"{kind:14s} {method:12s} {np.sqrt(np.mean(error**2)):.3f} {error.mean():+.3f}"
            if np.isfinite(lower).all():
                covers = ((lower - 1e-9 <= truth) & (truth <= upper + 1e-9)).astype(float)
                score = upper - lower + 20 * (np.maximum(lower - truth, 0) + np.maximum(truth - upper, 0))
                parts = " ".join(f"{x:.2f}" for x in thirds(covers, truth))
                by_seen = " ".join(f"{x:.2f}" for x in thirds(covers, seen))
                status = np.concatenate([r[3][method][3] for r in runs])
                names, counts = np.unique(status, return_counts=True)
                shares = ", ".join(f"{a} {b / status.size:.2f}" for a, b in zip(names, counts))
                seconds = np.mean([r[3][method][4] for r in runs])
                line += f"  {covers.mean():.3f}  {parts} | {by_seen}  {score.mean():.3f}  {(upper - lower).mean():.3f}"
                line += f"  {shares}  {seconds:.1f}"
            print(line, flush=True)
            if args.warnings and runs[0][3][method][5] is not None:
                for text in runs[0][3][method][5].warnings:
                    print("      ", text)


if __name__ == "__main__":
    main()
