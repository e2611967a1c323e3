"""Error of demand against a reference fit: the same joint model, written anew in numpyro and sampled by its NUTS.

The reference shares no code with the library and none of its shortcuts: every account's voice is a parameter of its own,
every pair of account and need stands in the likelihood, and gradients come from jax. Worlds are plain ones of
demand_worlds.py with needs that differ in talkativeness. Needs numpyro (pip install numpyro).

Run: python benchmarks/demand_reference.py [--worlds 4] [--accounts 500] [--needs 12] [--kind talkative]
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import numpy as np
from demand_worlds import AS_OF, WORLDS, make

KNOWN = ["plain", "talkative", "overdispersed", "revenue"]  # worlds in which all contacts are ours


def counts(tables, accounts: int, needs: int):
    """Occasions by account, and mentions by account and need."""
    occasions = np.bincount(tables["interactions"]["account_id"], minlength=accounts)
    requests = tables["requests"]
    mentions = np.zeros((accounts, needs), dtype=int)
    np.add.at(mentions, (requests["account_id"], np.array(requests["need_id"])), 1)
    return occasions, mentions


def reference(occasions, mentions, segment, revenue, seed: int, draws: int, warmup: int):
    """Posterior draws of the number of accounts of each segment that have each need: draws x segments x needs."""
    import jax
    import jax.numpy as jnp
    import numpyro
    import numpyro.distributions as dist
    from jax.scipy.special import betaln

    numpyro.enable_x64()
    accounts, needs = mentions.shape
    segments = int(segment.max()) + 1
    z = np.log(revenue)
    z = (z - z.mean()) / z.std()
    n, y = jnp.array(occasions[:, None], float), jnp.array(mentions, float)
    heard = jnp.array(mentions > 0)

    def parts(alpha, slope, detection, correlation, voice):
        logit = alpha[segment] + z[:, None] * slope
        mean = jax.nn.sigmoid(detection + voice[:, None])
        scale = (1 - correlation) / correlation
        a, b = mean * scale, (1 - mean) * scale
        return jax.nn.log_sigmoid(logit), jax.nn.log_sigmoid(-logit), betaln(a + y, b + n - y) - betaln(a, b)

    def model():
        level, spread = numpyro.sample("level", dist.Normal(-1, 1.5)), numpyro.sample("spread", dist.HalfNormal(1.5))
        inside = numpyro.sample("inside", dist.HalfNormal(0.75))
        steep, steeps = numpyro.sample("steep", dist.Normal(0, 0.5)), numpyro.sample("steeps", dist.HalfNormal(0.5))
        talk, talks = numpyro.sample("talk", dist.Normal(-1.5, 1.5)), numpyro.sample("talks", dist.HalfNormal(1.0))
        voices = numpyro.sample("voices", dist.HalfNormal(0.75))
        correlation = numpyro.deterministic(
            "correlation", jax.nn.sigmoid(numpyro.sample("correlation_logit", dist.Normal(-2.5, 1.3)))
        )
        with numpyro.plate("needs", needs):
            own = numpyro.sample("own", dist.Normal(0, 1))
            slope = numpyro.deterministic("slope", steep + steeps * numpyro.sample("own_slope", dist.Normal(0, 1)))
            detection = numpyro.deterministic(
                "detection", talk + talks * numpyro.sample("own_detection", dist.Normal(0, 1))
            )
            with numpyro.plate("segments", segments):
                part = numpyro.sample("part", dist.Normal(0, 1))
        alpha = numpyro.deterministic("alpha", level + spread * own + inside * part)
        with numpyro.plate("accounts", accounts):
            voice = numpyro.deterministic("voice", voices * numpyro.sample("own_voice", dist.Normal(0, 1)))
        has, lacks, said = parts(alpha, slope, detection, correlation, voice)
        numpyro.factor("said", jnp.where(heard, has + said, jnp.logaddexp(has + said, lacks)).sum())

    sampler = numpyro.infer.MCMC(numpyro.infer.NUTS(model), num_warmup=warmup, num_samples=draws, progress_bar=False)
    sampler.run(jax.random.PRNGKey(seed))
    posterior = sampler.get_samples()
    rng = np.random.default_rng(seed)
    member = (segment[:, None] == np.arange(segments)).astype(float)
    known = jax.jit(parts)
    result = np.empty((draws, segments, needs))
    for d in range(draws):
        has, lacks, said = known(
            *(posterior[name][d] for name in ("alpha", "slope", "detection", "correlation", "voice"))
        )
        chance = np.where(mentions > 0, 1.0, np.exp(has + said - np.logaddexp(has + said, lacks)))
        result[d] = member.T @ (rng.random(chance.shape) < chance)
    return result


def main() -> None:
    import outweigh as ow

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=4)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--accounts", type=int, default=500)
    parser.add_argument("--needs", type=int, default=12)
    parser.add_argument("--kind", choices=KNOWN, default="talkative")
    parser.add_argument("--draws", type=int, default=1000)
    args = parser.parse_args()
    world = replace(WORLDS[args.kind], accounts=args.accounts, needs=args.needs, segments=3)
    squares = {"ours": [], "reference": []}
    covers = {"ours": [], "reference": []}
    busy = {"ours": 0.0, "reference": 0.0}
    for seed in range(args.first, args.first + args.worlds):
        tables, has, segment, _ = make(world, seed)
        sizes = np.bincount(segment)
        truth = np.stack([has[segment == s].mean(axis=0) for s in range(3)])
        start = time.process_time()
        graph = ow.CustomerGraph.from_tables(**tables, as_of=AS_OF.astype(object), timezone="UTC", currency="EUR")
        table = ow.demand(graph, threads=1).to_dict()
        busy["ours"] += time.process_time() - start
        place = np.array([int(s[1:]) for s in table["segment_id"]]), np.array(table["need_id"])
        value, lower, upper = (np.empty(truth.shape) for _ in range(3))
        value[place], lower[place], upper[place] = table["prevalence"], table["lower"], table["upper"]
        start = time.process_time()
        occasions, mentions = counts(tables, args.accounts, args.needs)
        draws = reference(occasions, mentions, segment, tables["accounts"]["arr"], seed, args.draws, args.draws)
        busy["reference"] += time.process_time() - start
        shares = draws / sizes[:, None]
        ends = np.quantile(shares, [0.05, 0.95], axis=0)
        squares["ours"].append((value - truth) ** 2)
        squares["reference"].append((shares.mean(axis=0) - truth) ** 2)
        covers["ours"].append((lower <= truth + 1e-9) & (truth <= upper + 1e-9))
        covers["reference"].append((ends[0] <= truth + 1e-9) & (truth <= ends[1] + 1e-9))
        own = [np.sqrt(np.mean(squares[name][-1])) for name in ("ours", "reference")]
        apart = np.abs(value - shares.mean(axis=0)).max()
        print(f"world {seed}: error {own[0]:.4f}, reference {own[1]:.4f}, greatest difference {apart:.3f}", flush=True)
    error = {name: np.sqrt(np.mean(parts)) for name, parts in squares.items()}
    for name in error:
        print(
            f"{name}: root mean square error {error[name]:.4f}, coverage of 90 % intervals "
            f"{np.mean(covers[name]):.3f}, {busy[name]:.1f} s of processors"
        )
    print(f"error, ours / reference: {error['ours'] / error['reference']:.3f}")


if __name__ == "__main__":
    main()
