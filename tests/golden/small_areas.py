"""Fay-Herriot of the milk data, for small_area_test.cpp: dense matrices and the normal equations as they are written.

    python tests/golden/small_areas.py path/to/milk.csv

Shares no code and no formula with the library: V, P and the trace formulas of REML as matrices, the variance by bisection
of the restricted score y'PPy - tr(P), the mean squared error g1 + g2 + 2 g3 of Prasad and Rao from their definitions.
"""

from __future__ import annotations

import csv
import sys

import numpy as np


def restricted_score(variance, y, d, x):
    inverse = np.diag(1.0 / (variance + d))
    projection = inverse - inverse @ x @ np.linalg.inv(x.T @ inverse @ x) @ x.T @ inverse
    return y @ projection @ projection @ y - np.trace(projection)


def main(path: str) -> None:
    with open(path) as file:
        rows = list(csv.DictReader(file))
    y = np.array([float(row["yi"]) for row in rows])
    d = np.array([float(row["SD"]) for row in rows]) ** 2
    major = [int(row["MajorArea"]) for row in rows]
    x = np.array([[1.0] + [float(area == level) for level in (2, 3, 4)] for area in major])
    low, high = 1e-6, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if restricted_score(middle, y, d, x) > 0 else (low, middle)
    variance = (low + high) / 2
    inverse = np.diag(1.0 / (variance + d))
    covariance = np.linalg.inv(x.T @ inverse @ x)
    beta = covariance @ x.T @ inverse @ y
    gamma = variance / (variance + d)
    estimate = x @ beta + gamma * (y - x @ beta)
    g1 = gamma * d
    g2 = (1 - gamma) ** 2 * np.einsum("ij,jk,ik->i", x, covariance, x)
    g3 = d**2 / (variance + d) ** 3 * 2 / np.sum(1 / (variance + d) ** 2)
    mse = g1 + g2 + 2 * g3
    np.set_printoptions(precision=12)
    print("variance", repr(variance))
    print("beta", [float(f"{b:.12g}") for b in beta])
    for i in (0, 10, 42):
        print("area", i, f"{estimate[i]:.12g}", f"{mse[i]:.12g}")
    print("sums", f"{estimate.sum():.12g}", f"{mse.sum():.12g}")


if __name__ == "__main__":
    main(sys.argv[1])
