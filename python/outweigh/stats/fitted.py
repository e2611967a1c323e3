"""What fitted models share: parameters with their uncertainty, scikit-learn's manners, predictions with intervals."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from statistics import NormalDist
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.documented import filled
from ..core.errors import InvalidInput, MissingInput, NotIdentified, Place
from ..core.numbers import floats_of, number_of
from ..core.table import Table, count

__all__ = ["FittedModel", "Predicted"]

Floats = npt.NDArray[np.float64]

MOST_SUBJECTS = 1e100

OPTIONS = """
Parameters
----------
level
    Probability with which intervals cover, unless said otherwise.
threads
    None means all cores; results do not depend on it.
"""
"""Of all fitted models: the part ``{options}`` of their docstrings."""


class Predicted:
    """Predictions with the uncertainty that comes from the parameters' (delta method). Made by models' predictions.

    The uncertainty of the parameters only: what one customer does varies more.
    """

    __slots__ = ("bounded", "standard_errors", "values")

    def __init__(self, values: Floats, standard_errors: Floats, bounded: bool) -> None:
        self.values = values
        self.standard_errors = standard_errors
        self.bounded = bounded

    def interval(self, level: float = 0.9) -> tuple[Floats, Floats]:
        """Lower and upper ends, on the scale of the logarithm, or of the log odds for probabilities."""
        reach = normal_quantile(level)
        values, errors = self.values, self.standard_errors
        lower, upper = values.copy(), values.copy()
        if self.bounded:
            known = (errors > 0) & (values > 0) & (values < 1)
            p = values[known]
            shift = np.minimum(reach * errors[known] / (p * (1 - p)), 700.0)
            odds = np.log(p) - np.log1p(-p)
            lower[known] = 1 / (1 + np.exp(np.clip(-(odds - shift), -700, 700)))
            upper[known] = 1 / (1 + np.exp(np.clip(-(odds + shift), -700, 700)))
        else:
            known = (errors > 0) & (values > 0)
            factor = np.exp(np.minimum(reach * errors[known] / values[known], 300.0))
            lower[known] = values[known] / factor
            upper[known] = values[known] * factor
        return lower, upper

    def to_table(self, level: float = 0.9) -> Table:
        """``value``, ``standard_error``, ``lower``, ``upper``, one row a prediction."""
        lower, upper = self.interval(level)
        return Table({"value": self.values, "standard_error": self.standard_errors, "lower": lower, "upper": upper})

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        return f"outweigh.Predicted({count(len(self), 'value')})"


class FittedModel:
    """Base of models fitted by maximum likelihood.

    Follows scikit-learn's manners: options in the constructor, `fit` returns the model, `get_params`, `set_params`,
    ``clone`` and pickling work.
    """

    _names: ClassVar[tuple[str, ...]] = ()
    _fit: _core.ModelFit

    def __init__(self, *, level: float = 0.9, threads: int | None = None) -> None:
        self.level = level
        self.threads = threads

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.__doc__ is not None:
            cls.__doc__ = filled(cls.__doc__, {"options": OPTIONS})

    @classmethod
    def from_params(cls, **params: float) -> Self:
        """A model with known parameters and no uncertainty.

        Examples
        --------
        >>> import outweigh as ow
        >>> model = ow.BgNbd.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426)
        >>> round(model.expected_purchases(52), 3)
        1.446
        """
        if set(params) != set(cls._names):
            raise InvalidInput(f"{cls.__name__} has the parameters {', '.join(cls._names)}", Place(column="params"))
        model = cls()
        model._fit = _core.known_fit(list(cls._names), [number_of(params[name], name) for name in cls._names])
        return model

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Options of the constructor."""
        names = inspect.signature(type(self).__init__).parameters
        return {name: getattr(self, name) for name in names if name != "self"}

    def set_params(self, **params: Any) -> Self:
        """Change options; returns the model."""
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise InvalidInput(f"{type(self).__name__} has no option {name!r}", Place(column=name))
            setattr(self, name, value)
        return self

    @property
    def fitted(self) -> _core.ModelFit:
        """The estimates as the compiled value; raises MissingInput before `fit`."""
        fit: _core.ModelFit | None = self.__dict__.get("_fit")
        if fit is None:
            raise MissingInput(f"call fit first: this {type(self).__name__} has no parameters yet")
        return fit

    @property
    def params(self) -> dict[str, float | None]:
        """Estimates by name; None where the data do not identify the model.

        With status ``"boundary"``, values near the limit: see `cause`.
        """
        fit = self.fitted
        if fit.status == "not_identified":
            return dict.fromkeys(fit.names)
        return dict(zip(fit.names, fit.parameters, strict=True))

    @property
    def standard_errors(self) -> dict[str, float | None]:
        """Standard errors from the observed information; None where the data do not determine the parameter."""
        fit = self.fitted
        return dict(zip(fit.names, fit.standard_errors, strict=True))

    @property
    def log_likelihood(self) -> float:
        """Maximum of the log-likelihood; at a limit, its supremum."""
        return self.fitted.log_likelihood

    @property
    def status(self) -> str:
        """``"estimated"``, ``"boundary"`` or ``"not_identified"``."""
        return self.fitted.status

    @property
    def cause(self) -> str:
        """Why the status is not ``"estimated"``; empty when it is."""
        return self.fitted.cause

    def intervals(self, level: float | None = None) -> dict[str, tuple[float, float] | None]:
        """Intervals of the parameters, from the normal approximation of their logarithms."""
        fit = self.fitted
        return dict(
            zip(fit.names, fit.intervals(number_of(self.level if level is None else level, "level")), strict=True)
        )

    def to_table(self) -> Table:
        """``parameter``, ``estimate``, ``standard_error``, ``lower``, ``upper``, ``status``."""
        ends = self.intervals()
        lower = [None if pair is None else pair[0] for pair in ends.values()]
        upper = [None if pair is None else pair[1] for pair in ends.values()]
        return Table(
            {
                "parameter": list(self.params),
                "estimate": list(self.params.values()),
                "standard_error": list(self.standard_errors.values()),
                "lower": lower,
                "upper": upper,
                "status": [self.status] * len(ends),
            }
        )

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        name = type(self).__name__
        fit: _core.ModelFit | None = self.__dict__.get("_fit")
        if fit is None:
            return f"outweigh.{name}()"
        if fit.status == "not_identified":
            return f"outweigh.{name}(not identified: {fit.cause})"
        values = ", ".join(f"{key}={value:.4g}" for key, value in zip(fit.names, fit.parameters, strict=True))
        return f"outweigh.{name}({values}; {fit.status}{': ' + fit.cause if fit.cause else ''})"

    def _require(self) -> _core.ModelFit:
        fit = self.fitted
        if fit.status == "not_identified":
            raise NotIdentified(fit.cause)
        return fit


def normal_quantile(level: float) -> float:
    if not 0 < number_of(level, "level") < 1:
        raise InvalidInput("a level lies between 0 and 1", Place(column="level", value=str(level)))
    return NormalDist().inv_cdf(0.5 + level / 2)


def column(values: Any, name: str) -> Floats:
    """A column of floats, one of one row for a single number; unknown is NaN, which the models refuse with its row."""
    return np.ascontiguousarray(np.atleast_1d(floats_of(values, name)))


def weights_of(weights: Any) -> Floats | None:
    """A column of weights. One without a row is no weights by mistake, which the models would take for none given."""
    if weights is None:
        return None
    read = column(weights, "weights")
    if not len(read):
        raise InvalidInput("weights have one row a customer", Place(column="weights"))
    # Unknown, negative and infinite ones are refused with their row where they are read.
    with np.errstate(over="ignore"):
        total = read.sum()
    if np.isfinite(read).all() and total > MOST_SUBJECTS:
        raise InvalidInput("weights stand for more customers than can be told apart", Place(column="weights"))
    return read


def together(columns: Mapping[str, Any]) -> tuple[list[Floats], bool]:
    """Columns of one length, single numbers repeated; and whether all were single numbers."""
    read = {name: floats_of(values, name) for name, values in columns.items()}
    rows = {array.shape[0] for array in read.values() if array.ndim == 1}
    if len(rows) > 1:
        lengths = ", ".join(f"{name} has {array.shape[0]}" for name, array in read.items() if array.ndim == 1)
        raise InvalidInput(f"columns differ in length: {lengths} rows")
    count = rows.pop() if rows else 1
    full = [np.ascontiguousarray(np.broadcast_to(array, (count,))) for array in read.values()]
    return full, all(array.ndim == 0 for array in read.values())


def answer(parts: tuple[Any, Any], uncertainty: bool, single: bool, bounded: bool) -> Any:
    """A number for single numbers, an array for columns, a `Predicted` where uncertainty is asked for."""
    values, errors = parts
    if uncertainty:
        return Predicted(values, np.zeros(0) if errors is None else errors, bounded)
    return float(values[0]) if single else values
