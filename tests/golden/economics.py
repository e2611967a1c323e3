"""Prints golden values of the economics tests, from textbook formulas with 40 digits. Needs mpmath."""

from mpmath import beta, gamma, hyp2f1, linspace, log, mp, mpf, quad

mp.dps = 40


def pareto_nbd(r, alpha, s, b, x, recency, age, horizon):
    r, alpha, s, b, recency, age, horizon = map(mpf, (r, alpha, s, b, recency, age, horizon))
    n = r + x
    front = gamma(n) / gamma(r) * alpha**r * b**s
    active = (alpha + age) ** -n * (b + age) ** -s
    left = s * quad(lambda t: (alpha + t) ** -n * (b + t) ** -(s + 1), linspace(recency, age, 65))
    alive = active / (active + left)
    ahead = alive * n / (alpha + age) * quad(lambda u: ((b + age) / (b + age + u)) ** s, linspace(0, horizon, 17))
    return log(front * (active + left)), alive, ahead


def bg_nbd(r, alpha, a, b, x, recency, age, horizon):
    """Fader, Hardie and Lee 2005, equation 10; at a = 1 the limit, from a nearby a."""
    r, alpha, a, b, recency, age, horizon = map(mpf, (r, alpha, a, b, recency, age, horizon))
    if a == 1:
        a += mpf(10) ** -25
    n = r + x
    tail = (a / (b + x - 1)) * ((alpha + age) / (alpha + recency)) ** n if x > 0 else mpf(0)
    z = horizon / (alpha + age + horizon)
    grown = ((alpha + age) / (alpha + age + horizon)) ** n * hyp2f1(n, b + x, a + b + x - 1, z)
    ahead = (a + b + x - 1) / (a - 1) * (1 - grown) / (1 + tail)
    likelihood = beta(a, b + x) / beta(a, b) * gamma(n) / gamma(r) * alpha**r * (alpha + age) ** -n * (1 + tail)
    return log(likelihood), 1 / (1 + tail), ahead


def gamma_gamma(p, q, g, x, mean):
    p, q, g, mean = map(mpf, (p, q, g, mean))
    shape = p * x
    density = (
        gamma(shape + q)
        / gamma(shape)
        / gamma(q)
        * g**q
        * mean ** (shape - 1)
        * x**shape
        / (g + mean * x) ** (shape + q)
    )
    return log(density)


for row in (
    ("0.553", "10.578", "1", "11.669", 2, "30.43", "38.86", "39"),
    ("0.553", "10.578", "0.606", "11.669", 0, "0", "38.86", "39"),
    ("0.05", "0.001", "3", "5000", 7, "10", "400", "1000"),
    ("20", "1000", "0.01", "0.02", 40, "100", "365", "30"),
    ("0.5329", "38.0598", "64.2792", "7721.5264", 300, "140", "145", "100"),
):
    print("pareto_nbd", row, *(mp.nstr(value, 17) for value in pareto_nbd(*row)))
for row in (
    ("0.243", "4.414", "1", "2.426", 2, "30.43", "38.86", "39"),
    ("0.243", "4.414", "0.793", "2.426", 300, "145", "145", "39"),
    ("3", "0.5", "0.02", "0.03", 5, "1", "30", "200"),
    ("0.1", "200", "50", "80", 1, "5", "10", "2000"),
):
    print("bg_nbd", row, *(mp.nstr(value, 17) for value in bg_nbd(*row)))
for row in (("6.25", "3.74", "15.44", 2, "22.35"), ("0.3", "0.8", "900", 40, "3000")):
    print("gamma_gamma", row, mp.nstr(gamma_gamma(*row), 17))
for a, b, n, h in (
    ("0.793", "4.426", "2.243", "23108329.64"),
    ("0.01", "2", "300.5", "1e6"),
    ("3", "2", "0.5", "1e14"),
):
    # E[(1 - (1 + p h)^-n) / p] for p distributed Beta(a, b): integrated over log p / (1 - p).
    a, b, n, h = map(mpf, (a, b, n, h))
    share = lambda y: 1 / (1 + mp.exp(-y))
    won = lambda y: -mp.expm1(-n * mp.log1p(share(y) * h))
    integrand = lambda y: share(y) ** (a - 1) * share(-y) ** b * won(y) / beta(a, b)
    ends = linspace(-60 / min(a, 1), 60 / min(b, 1), 241)
    print("bg_nbd_integral", mp.nstr(a, 6), mp.nstr(quad(integrand, sorted({*ends, *linspace(-60, 60, 121)})), 17))


for a, b, n, h in (("0.793", "4.426", "2.243", "1e40"), ("0.3", "2", "5", "1e250")):
    # The same in closed form, which quadrature cannot reach.
    a, b, n, h = map(mpf, (a, b, n, h))
    print("bg_nbd_integral", mp.nstr(a, 6), mp.nstr((a + b - 1) / (a - 1) * (1 - hyp2f1(n, a - 1, a + b - 1, -h)), 17))


def discounted_pareto_nbd(r, alpha, s, b, x, recency, age, discount):
    """Without an end: the rate of purchases of an active customer, as it leaves, weighted by the discount."""
    r, alpha, s, b, recency, age = map(mpf, (r, alpha, s, b, recency, age))
    n = r + x
    decay = lambda t, more: mp.exp(
        -n * mp.log((alpha + t) / (alpha + recency)) - (s + more) * mp.log((b + t) / (b + recency))
    )
    pace = 1 / (n / (alpha + recency) + (s + 1) / (b + recency))
    ends = sorted({recency, age, *(min(age, recency + pace * mpf(2) ** k) for k in range(-1, 9))})
    active = decay(age, 0)
    left = s / (b + recency) * quad(lambda t: decay(t, 1), ends)
    pace = (b + age) / s
    rate = lambda u: mp.exp(-s * mp.log1p(u / (b + age)) - mp.log1p(mpf(discount)) * u)
    ahead = quad(rate, [0, *(pace * mpf(2) ** k for k in range(-1, 9))])
    return active / (active + left) * n / (alpha + age) * ahead


for row in (("0.5", "10", "50", "12", 3, "20", "30", "0.01"), ("0.5", "10", "5e6", "12e6", 3, "20", "30", "0.01")):
    print("discounted_pareto_nbd", row, mp.nstr(discounted_pareto_nbd(*row), 15))
