"""A second, differently made set of worlds for the demand models: does the model hold where it was not the maker?

Nothing here follows the model's forms. Accounts are moved by one latent trait that acts on all needs at once; need depends on revenue by a
threshold; detection by occasion has a lognormal frailty of account and need, and a season; calls repeat what was said
last time; some requests name no interaction, some interactions no initiator; segments differ in how often they are
contacted. Beside ours stand the raw share, the share of accounts heard, the raw share times the best constant (which
nobody knows), post-stratified and pooled shares. The interval score is width plus 20 times what is missed (90 %).

Run: python benchmarks/demand_other_worlds.py [kinds...] [--worlds 2] [--accounts 1500] [--needs 30]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace

import numpy as np
from demand_worlds import thirds

import outweigh as ow

AS_OF = np.datetime64("2026-07-01", "us")


@dataclass(frozen=True)
class World:
    accounts: int = 1500
    needs: int = 30
    segments: int = 4
    contacts: float = 6.0  # median a year of a contacted account
    silent_part: float = 0.25  # accounts that nobody contacts
    chance: float = 0.2  # of a mention, at the median
    frailty: float = 0.0  # log deviation of the odds by account and need (lognormal)
    account: float = 0.3  # log deviation of the odds by account
    need: float = 0.4  # log deviation of the odds by need
    season: float = 0.0  # amplitude of log odds over the year
    memory: float = 0.0  # log odds by which a mention in the contact before makes another one more likely
    trait: float = 0.5  # how much one trait of accounts moves all needs
    threshold: float = 0.0  # by how much log odds of a need jump above a revenue, up or down by need
    lost_ids: float = 0.0  # requests without interaction_id
    lost_sides: float = 0.0  # interactions without initiated_by
    false_reports: float = 0.0
    loose: float = 1.0  # how many times as often support brings a false report
    checked: float = 0.0  # share of requests that somebody looked into
    selective: float = 0.0  # log odds by which those with the trait are contacted more
    answers: float = 0.0  # share of our contacts in which one need is asked about outright


BASE = World()
WORLDS = {
    "base": BASE,
    "frailty": replace(BASE, frailty=0.8),
    "season": replace(BASE, season=0.8),
    "memory": replace(BASE, memory=0.8),
    "threshold": replace(BASE, threshold=1.5),
    "lost ids": replace(BASE, lost_ids=0.3),
    "lost sides": replace(BASE, lost_sides=0.5),
    "false": replace(BASE, false_reports=0.02),
    "false checked": replace(BASE, false_reports=0.04, checked=0.3),
    "false by kind": replace(BASE, false_reports=0.02, checked=0.3, loose=5.0),
    "selective": replace(BASE, selective=1.0, trait=0.8),
    "asked": replace(BASE, answers=0.3),
    "much": replace(BASE, frailty=0.5, season=0.5, threshold=0.8, lost_ids=0.1, trait=0.8),
}


def make(world: World, seed: int):
    rng = np.random.default_rng([seed, 77])
    n, m = world.accounts, world.needs
    segment = rng.integers(0, world.segments, n)
    trait = rng.standard_normal(n)
    revenue = rng.pareto(1.8, n) * 5_000 * (1 + segment) + 1_000
    large = revenue > np.median(revenue)
    share = np.clip(rng.beta(1.1, 2.5, (world.segments, m)) * 0.6 + rng.beta(1.1, 2.5, m) * 0.4, 0.01, 0.97)
    odds = np.log(share / (1 - share))[segment]
    odds += world.trait * np.outer(trait, rng.choice([-1.0, 1.0], m))
    odds += world.threshold * np.outer(large - 0.5, rng.choice([-1.0, 0.0, 1.0], m))
    has = rng.random((n, m)) < 1 / (1 + np.exp(-odds))
    heard = rng.random(n) < 1 / (1 + world.silent_part / (1 - world.silent_part) * np.exp(-world.selective * trait))
    busy = world.contacts * rng.weibull(1.3, n) / 0.75 * (0.7 + 0.2 * segment)
    number = np.where(heard, rng.poisson(busy), 0)
    account = np.repeat(np.arange(n), number)
    day = np.sort(rng.random(account.size)) * 364  # then by account: in order of time within each
    order = np.lexsort((day, account))
    account, day = account[order], day[order]
    size = account.size
    level = np.log(world.chance / (1 - world.chance)) + world.need * rng.standard_normal(m)
    own = world.account * rng.standard_normal(n)[:, None] + world.frailty * rng.standard_normal((n, m))
    base = level + own
    said = np.zeros((size, m), dtype=bool)
    begin = np.r_[True, account[1:] != account[:-1]]
    for c in range(size):
        a = account[c]
        log_odds = base[a] + world.season * np.sin(2 * np.pi * day[c] / 364)
        if world.memory > 0 and not begin[c]:
            log_odds = log_odds + world.memory * said[c - 1]
        said[c] = has[a] & (rng.random(m) < 1 / (1 + np.exp(-log_odds)))
    source = rng.integers(0, 3, size)
    if world.false_reports > 0:
        often = world.false_reports * np.where(source == 0, world.loose, 1.0)
        said |= ~has[account] & (rng.random((size, m)) < often[:, None])
    at = AS_OF - np.timedelta64(365 * 86400, "s") + (day * 86400e6).astype("timedelta64[us]")
    c, i = np.nonzero(said)
    lost = rng.random(c.size) < world.lost_ids
    unknown = rng.random(size) < world.lost_sides
    looked = rng.random(c.size) < world.checked
    tables = {
        "accounts": {"account_id": [f"a{k}" for k in range(n)], "arr": revenue},
        "segments": {"segment_id": [f"s{k}" for k in segment], "account_id": [f"a{k}" for k in range(n)]},
        "sources": {"source_id": [0, 1, 2], "kind": ["pooled_support", "discovery", "multi_account"]},
        "needs": {"need_id": np.arange(m), "title": [f"need {k}" for k in range(m)]},
        "interactions": {
            "interaction_id": np.arange(size),
            "source_id": source,
            "account_id": [f"a{k}" for k in account],
            "at": at,
            "initiated_by": [None if x else "us" for x in unknown],
        },
        "requests": {
            "request_id": np.arange(c.size),
            "account_id": [f"a{k}" for k in account[c]],
            "source_id": source[c],
            "at": at[c],
            "need_id": i,
            "interaction_id": [None if x else int(k) for x, k in zip(lost, c, strict=True)],
            "confirmed": [bool(has[account[k], j]) if x else None for x, k, j in zip(looked, c, i, strict=True)],
        },
    }
    if world.answers > 0:
        asked = np.nonzero(rng.random(size) < world.answers)[0]
        need = rng.integers(0, m, asked.size)
        tables["asked"] = {
            "interaction_id": asked,
            "need_id": need,
            "answer": ["yes" if yes else "no" for yes in has[account[asked], need]],
        }
    return tables, has, segment, number


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*")
    parser.add_argument("--worlds", type=int, default=2)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--accounts", type=int, default=1500)
    parser.add_argument("--needs", type=int, default=30)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--methods", nargs="+", default=["occupancy", "weighted", "pooled"])
    args = parser.parse_args()
    print("world         figure        rmse   bias   cover  by third of truth | contacts  score  width  status")
    best: dict[str, list[str]] = {}
    for kind in args.kinds or WORLDS:
        world = replace(WORLDS[kind], accounts=args.accounts, needs=args.needs)
        gathered: dict[str, list[tuple[np.ndarray, ...]]] = {}
        for seed in range(args.first, args.first + args.worlds):
            tables, has, segment, number = make(world, seed)
            graph = ow.CustomerGraph.from_tables(**tables, as_of=AS_OF.astype(object), timezone="UTC", currency="EUR")
            truth = np.stack([has[segment == s].mean(axis=0) for s in range(world.segments)])
            seen = np.repeat(np.stack([number[segment == s].mean() for s in range(world.segments)]), world.needs)
            for method in args.methods:
                table = ow.demand(graph, method=method, threads=args.threads).to_dict()
                place = np.array([int(s[1:]) for s in table["segment_id"]]), np.array(table["need_id"])

                def grid(column, place=place, table=table, truth=truth):
                    out = np.full(truth.shape, np.nan)
                    out[place] = [np.nan if v is None else v for v in table[column]]
                    return out.ravel()

                gathered.setdefault(method, []).append(
                    (truth.ravel(), grid("prevalence"), grid("lower"), grid("upper"), seen, np.array(table["status"]))
                )
                if method == args.methods[0]:
                    raw, nan = grid("raw"), np.full(truth.size, np.nan)
                    share = grid("requesting") / np.maximum(grid("contacted"), 1)
                    times = raw * (raw @ truth.ravel()) / max(raw @ raw, 1e-12)
                    for name, value in (("raw", raw), ("of heard", share), ("raw x const", times)):
                        gathered.setdefault(name, []).append((truth.ravel(), value, nan, nan, seen, np.array([])))
        errors = {}
        for name, runs in gathered.items():
            truth, value, lower, upper, seen, status = (np.concatenate(parts) for parts in zip(*runs, strict=True))
            errors[name] = np.sqrt(np.mean((value - truth) ** 2))
            line = f"{kind:13s} {name:12s} {errors[name]:.3f} {np.mean(value - truth):+.3f}"
            if np.isfinite(lower).all():
                covers = ((lower - 1e-9 <= truth) & (truth <= upper + 1e-9)).astype(float)
                score = upper - lower + 20 * (np.maximum(lower - truth, 0) + np.maximum(truth - upper, 0))
                parts = " | ".join(" ".join(f"{x:.2f}" for x in thirds(covers, by)) for by in (truth, seen))
                words = ", ".join(f"{s} {np.mean(status == s):.2f}" for s in np.unique(status))
                line += f"  {covers.mean():.3f}  {parts}  {score.mean():.3f}  {(upper - lower).mean():.3f}  {words}"
            print(line, flush=True)
        best.setdefault(min(errors, key=errors.__getitem__), []).append(kind)
    for name, kinds in best.items():
        print(f"{name} has the least error in: {', '.join(kinds)}")


if __name__ == "__main__":
    main()
