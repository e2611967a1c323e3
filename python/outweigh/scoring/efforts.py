"""Efforts as divisors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["divisible"]


def divisible(efforts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What takes no effort goes first and stays finite: a millionth of the least effort there is stands in for it."""
    some = efforts[efforts > 0]
    return np.where(efforts > 0, efforts, 1e-6 * some.min() if len(some) else 1.0)
