"""What customers will still bring: discounted purchases or renewals, times what each brings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.amounts import read_amounts, read_ids, their_name
from ..core.arguments import check_renames, checked, texts_of
from ..core.errors import InvalidInput, MissingInput, NotIdentified, Place, TypeMismatch
from ..core.facts import Facts
from ..core.numbers import amount_of, number_of
from ..core.results import Result
from ..core.table import Table, TableLike, count, format_number, read_table
from ..stats.fitted import Predicted
from .buy_till_you_die import _BuyTillYouDie
from .contracts import _Contract
from .spend import GammaGamma

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["LifetimeValue", "lifetime_value"]


class LifetimeValue(Result[Facts]):
    """What customers will still bring, discounted to now. Made by `lifetime_value`.

    Columns: ``account_id`` where there is one, ``payments`` (discounted purchases, or periods still to be paid),
    ``payment`` (what one brings), ``value`` (their product times the margin), and ``standard_error``, ``lower`` and
    ``upper`` (from the uncertainty of the models' parameters; null where there is none).
    """

    __slots__ = ()

    @property
    def total(self) -> float:
        """Value of all customers."""
        return math.fsum(self["value"])

    @property
    def assumptions(self) -> list[str]:
        """What the values rest on."""
        return list(self._core.figures["assumptions"])

    def _summary(self) -> str:
        return f"{count(len(self), 'customer')}, worth {format_number(self.total)}"


@checked
def lifetime_value(
    model: Any,
    customers: TableLike,
    *,
    discount: float,
    horizon: float = math.inf,
    spend: GammaGamma | float | None = None,
    margin: float = 1.0,
    covariates: str | Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    level: float = 0.9,
) -> LifetimeValue:
    """Discounted lifetime value of each customer, over any horizon: expected payments still to come, times what one brings.

    Parameters
    ----------
    model
        Fitted: `BgNbd`, `ModifiedBgNbd`, `ParetoNbd` or `BgBb` for customers without a contract, `ShiftedBetaGeometric` or
        `BetaDiscreteWeibull` for customers under one.
    customers
        One row a customer: ``frequency``, ``recency``, ``age`` for the former, ``renewals`` for the latter; ``spend`` and
        ``account_id`` where needed and known.
    discount
        Rate per unit of time of the model.
    horizon
        In units of time of the model. Default: without an end.
    spend
        A fitted `GammaGamma`, which shrinks each customer's mean ``spend``; or one number for all. Default for contracts:
        the column ``spend``, what a period pays.
    margin
        What is left of a payment, 0 to 1.
    covariates
        Columns of `customers`, where the model was fitted with covariates.
    columns
        Your names of the columns.
    level
        Probability with which intervals cover.

    Returns
    -------
    LifetimeValue

    Raises
    ------
    MissingInput
        Naming the column that is absent.
    NotIdentified
        Where a model has nothing to say, and for customers under contract with a model of customers without one.

    Examples
    --------
    >>> import outweigh as ow
    >>> purchases = ow.ParetoNbd.from_params(r=0.553, alpha=10.578, s=0.606, beta=11.669)
    >>> spend = ow.GammaGamma.from_params(p=6.25, q=3.74, gamma=15.44)
    >>> value = ow.lifetime_value(
    ...     purchases,
    ...     {"frequency": [2, 0], "recency": [30.43, 0], "age": [38.86, 38.86], "spend": [22.35, 0]},
    ...     spend=spend,
    ...     discount=0.0027,
    ... )
    >>> value["value"].round(1).tolist()
    [160.0, 16.8]
    """
    if not 0 <= number_of(margin, "margin") <= 1:
        raise InvalidInput("a margin lies between 0 and 1", Place(column="margin", value=str(margin)))
    if not isinstance(model, _BuyTillYouDie | _Contract):
        raise TypeMismatch(f"a fitted model of purchases or of contracts is needed, not {type(model).__name__}")
    covariates = texts_of(covariates, "covariates")
    check_renames(columns, ("account_id", "frequency", "recency", "age", "renewals", "spend", *covariates))
    table, kind = read_table(customers, "customers")
    contract = isinstance(model, _Contract)
    if (
        not contract
        and their_name(table, "renewals", columns) is not None
        and their_name(table, "frequency", columns) is None
    ):
        raise NotIdentified(
            f"renewals are those of customers under contract, of whom {type(model).__name__} knows nothing: use "
            "ShiftedBetaGeometric or BetaDiscreteWeibull"
        )
    names = ("renewals",) if contract else ("frequency", "recency", "age")
    rows = []
    for name in names:
        amounts = read_amounts(table, name, columns, "customers")
        if amounts is None:
            raise MissingInput(f"the model needs the column {name!r}", Place("customers", name))
        rows.append(amounts)
    own = read_amounts(table, "spend", columns, "customers")
    payment, payment_error = _payment(spend, own, rows[0], contract)
    assumptions = ["Customers will behave as those did that the models were fitted to; the margin stays."]
    predicted: Any
    if isinstance(model, _Contract):
        predicted = model.discounted_periods(rows[0], discount=discount, horizon=horizon, uncertainty=True)
    else:
        z = {name: read_amounts(table, name, columns, "customers") for name in covariates}
        for name, values in z.items():
            if values is None:
                raise MissingInput("there is no such covariate", Place("customers", name))
        predicted = model.discounted_purchases(
            discount, *rows, horizon=horizon, uncertainty=True, **({"covariates": z} if z else {})
        )
        assumptions.append("What a purchase brings does not depend on how often customers buy.")
    payments, errors = predicted.values, predicted.standard_errors
    with np.errstate(over="ignore", invalid="ignore"):
        value = payments * payment * margin
    wrong = np.flatnonzero(~np.isfinite(value))
    if len(wrong):
        row = int(wrong[0])
        raise InvalidInput("what they will bring is more than a number can hold", Place("customers", "spend", row))
    found: dict[str, Any] = {}
    if their_name(table, "account_id", columns) is not None:
        found["account_id"] = read_ids(table, "account_id", columns, "customers")[0]
    found |= {"payments": payments, "payment": payment, "value": value}
    # The two models were fitted apart: relative variances add up.
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.sqrt(
            np.where(payments > 0, errors / payments, 0) ** 2 + np.where(payment > 0, payment_error / payment, 0) ** 2
        )
    whole = Predicted(value, value * relative, bounded=False)
    lower, upper = whole.interval(level)
    found |= {"standard_error": whole.standard_errors, "lower": lower, "upper": upper}
    return LifetimeValue(Facts(Table(found), {"assumptions": assumptions}), kind)


def _payment(
    spend: GammaGamma | float | None, own: Any, first: npt.NDArray[np.float64], contract: bool
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    none = np.zeros(len(first))
    if isinstance(spend, GammaGamma):
        if contract:
            raise InvalidInput(
                "a contract pays what it says: give the column 'spend' or a number", Place(column="spend")
            )
        if own is None:
            raise MissingInput("the spend of each customer is needed", Place("customers", "spend"))
        predicted = spend.expected_spend(first, own, uncertainty=True)
        return predicted.values, predicted.standard_errors
    if spend is None:
        if own is None:
            raise MissingInput(
                "value needs what a payment brings: the option spend, or a column", Place("customers", "spend")
            )
        if not contract:
            raise MissingInput(
                "a mean over few purchases is not what a customer spends: give a fitted GammaGamma, or one number",
                Place(column="spend"),
            )
        negative = np.flatnonzero(own < 0)
        if len(negative):
            row = int(negative[0])
            raise InvalidInput("a payment is not negative", Place("customers", "spend", row, str(own[row])))
        return own, none
    payment = amount_of(spend, "spend")
    if math.isinf(payment):
        raise InvalidInput("a payment is finite", Place(column="spend", value=str(spend)))
    return np.full(len(first), payment), none
