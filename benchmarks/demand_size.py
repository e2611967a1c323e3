"""Time of demand() on large tables, and of suggest_needs() on many texts.

Run: python benchmarks/demand_size.py [--accounts 100000] [--needs 200] [--interactions 1000000] [--texts 20000]
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

import outweigh as ow

AS_OF = np.datetime64("2026-07-01", "us")


def tables(accounts: int, needs: int, interactions: int, seed: int = 1):
    """A base in which a tenth of the accounts makes half of the contacts; every contact brings .6 requests or so."""
    rng = np.random.default_rng(seed)
    weight = rng.lognormal(0.0, 1.0, accounts)
    account = rng.choice(accounts, interactions, p=weight / weight.sum())
    segment = rng.integers(0, 5, accounts)
    share = rng.beta(1.0, 4.0, (5, needs))
    has = rng.random((accounts, needs)) < share[segment]
    talk = rng.beta(2.0, 60.0, needs)
    said = np.concatenate(
        [
            np.stack(np.nonzero(has[part] & (rng.random((len(part), needs)) < talk)), axis=1) + [start, 0]
            for start in range(0, interactions, 50_000)
            for part in [account[start : start + 50_000]]
        ]
    )
    source = rng.integers(0, 20, interactions)
    at = AS_OF - (rng.random(interactions) * 365 * 86400e6).astype("timedelta64[us]")
    return {
        "accounts": {"account_id": np.arange(accounts), "arr": rng.lognormal(9.0, 1.0, accounts)},
        "segments": {"segment_id": [f"s{s}" for s in segment], "account_id": np.arange(accounts)},
        "sources": {"source_id": np.arange(20), "kind": ["pooled_support"] * 20},
        "needs": {"need_id": np.arange(needs), "title": [f"need {i}" for i in range(needs)]},
        "interactions": {
            "interaction_id": np.arange(interactions),
            "source_id": source,
            "account_id": account,
            "at": at,
            "initiated_by": np.where(rng.random(interactions) < 0.9, "us", "them"),
        },
        "requests": {
            "request_id": np.arange(len(said)),
            "account_id": account[said[:, 0]],
            "source_id": source[said[:, 0]],
            "at": at[said[:, 0]],
            "interaction_id": said[:, 0],
            "need_id": said[:, 1],
        },
    }, has


def texts(number: int, seed: int = 1) -> dict[str, list[object]]:
    """Made-up titles: a common verb and noun each, and words by Zipf's law."""
    rng = np.random.default_rng(seed)
    syllables = "ba ko ri ten mar sol ve quin der pa lo shi gro fen ul ast im ne ja cy".split()
    words = ["".join(rng.choice(syllables, rng.integers(2, 5))) for _ in range(20_000)]
    verbs = "export import show hide sort filter add remove sync merge share print".split()
    nouns = "report dashboard invoice user account field table chart calendar ticket".split()
    titles = [
        f"{rng.choice(verbs)} {rng.choice(nouns)} "
        + " ".join(words[k % len(words)] for k in rng.zipf(1.2, rng.integers(2, 9)))
        for _ in range(number)
    ]
    return {
        "request_id": list(range(number)),
        "title": titles,
        "account_id": rng.integers(0, max(2, number // 20), number).tolist(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--needs", type=int, default=200)
    parser.add_argument("--interactions", type=int, default=1_000_000)
    parser.add_argument("--texts", type=int, default=0)
    parser.add_argument("--threads", type=int, default=None)
    args = parser.parse_args()
    if args.texts > 0:
        requests = texts(args.texts)
        start, busy = time.perf_counter(), time.process_time()
        groups = ow.suggest_needs(requests)
        number = len(set(groups.to_dict()["suggested_need"]))
        print(
            f"suggest_needs: {args.texts} texts, {number} groups, {time.perf_counter() - start:.1f} s "
            f"({time.process_time() - busy:.1f} s of processors)"
        )
        return
    data, has = tables(args.accounts, args.needs, args.interactions)
    print(
        f"{args.needs} needs, {args.accounts} accounts, {args.interactions} interactions, "
        f"{len(data['requests']['request_id'])} requests"
    )
    start, busy = time.perf_counter(), time.process_time()
    graph = ow.CustomerGraph.from_tables(**data, as_of=AS_OF.astype(object), timezone="UTC", currency="EUR")
    print(f"graph {time.perf_counter() - start:.1f} s ({time.process_time() - busy:.1f} s of processors)")
    del data
    start, busy = time.perf_counter(), time.process_time()
    demand = ow.demand(graph, threads=args.threads)
    wall, busy = time.perf_counter() - start, time.process_time() - busy
    overall = demand.overall.to_dict()
    truth = has.mean(axis=0)[np.array(overall["need_id"])]
    lower, upper = np.array(overall["lower"]), np.array(overall["upper"])
    print(
        f"demand {wall:.1f} s ({busy:.1f} s of processors), root mean square error "
        f"{np.sqrt(np.mean((np.array(overall['prevalence']) - truth) ** 2)):.4f}, coverage "
        f"{np.mean((lower <= truth) & (truth <= upper)):.2f}, status {set(overall['status'])}, greatest memory "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB"
    )


if __name__ == "__main__":
    main()
