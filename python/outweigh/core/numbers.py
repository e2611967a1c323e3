"""Numbers from Python: one, one of at least 0, or a column of them; anything else is an error that names it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import InvalidInput, Place, TypeMismatch

__all__ = ["amount_of", "floats_of", "is_number", "is_unknown", "number_of", "short", "unmasked"]

Floats = npt.NDArray[np.float64]


def short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def is_number(value: Any) -> bool:
    """One number, of whatever kind; no truth value, no text, no time, no class of numbers."""
    if type(value).__name__ in ("bool", "bool_") or isinstance(value, type) or getattr(value, "shape", ()) != ():
        return False
    if isinstance(value, np.generic | np.ndarray) and value.dtype.kind not in "iufO":
        return False
    return hasattr(value, "__float__") or hasattr(value, "__index__")


def number_of(value: Any, name: str) -> float:
    """One number. NaN passes: what is asked may refuse it."""
    try:
        if not is_number(value):
            raise TypeError
        return float(value)
    except (TypeError, ValueError):
        raise TypeMismatch(
            f"{name!r} must be a number, not {type(value).__name__}", Place(column=name, value=short(value))
        ) from None
    except OverflowError:
        raise InvalidInput(f"{name!r} is more than a number can hold", Place(column=name, value=short(value))) from None


def amount_of(value: Any, name: str) -> float:
    """A number of at least 0."""
    number = number_of(value, name)
    if not number >= 0.0:
        raise InvalidInput(f"{name!r} must be a number of at least 0", Place(column=name, value=short(value)))
    return number


def floats_of(values: Any, name: str) -> Floats:
    """A column, or a single number, as floats; unknown is NaN. Texts are no numbers, even where they look like some."""
    try:
        if hasattr(values, "to_numpy") and not hasattr(values, "__array__"):
            values = values.to_numpy()
        array = unmasked(values) if isinstance(values, np.ma.MaskedArray) else np.asarray(values)
        if array.dtype.kind == "O":
            known = [math.nan if is_unknown(value) else value for value in array.ravel().tolist()]
            if not all(isinstance(value, bool) or is_number(value) for value in known):
                raise TypeError
            array = np.array([float(value) for value in known]).reshape(array.shape)
        if array.dtype.kind not in "biuf" or array.ndim > 1:
            raise TypeError
        return np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise TypeMismatch(f"{name!r} must be numbers", _first_other(values, name)) from None


def _first_other(values: Any, name: str) -> Place:
    """The first value of a column that is no number."""
    if isinstance(values, str) or not hasattr(values, "__iter__") or not hasattr(values, "__len__"):
        return Place(column=name, value=short(values))
    for row, value in enumerate(values.tolist() if isinstance(values, np.ndarray) else values):
        is_list = getattr(value, "shape", ()) != ()
        if is_list or not (isinstance(value, bool | np.bool_) or is_number(value) or is_unknown(value)):
            return Place(column=name, row=row, value=short(value))
    return Place(column=name)


def unmasked(values: Any) -> npt.NDArray[Any]:
    """The values of a masked array with None where they are masked, that is unknown."""
    array: npt.NDArray[Any] = np.array(values.data, dtype=object)
    array[np.ma.getmaskarray(values)] = None
    return array


def is_unknown(value: Any) -> bool:
    """None, NaN, and pandas' own: comparing its NA has no truth value."""
    return value is None or type(value).__name__ in ("NAType", "NaTType") or bool(value != value)
