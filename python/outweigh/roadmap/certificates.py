"""The proof of a bound, as data that other programs can check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .. import _core
from ..core.arguments import checked
from ..core.errors import MissingInput, Place, TypeMismatch
from ..core.table import Table, count, format_number, to_html

if TYPE_CHECKING:
    from .plan import RoadmapProblem, Selection

__all__ = ["Certificate", "check_certificate"]


def _no_prices() -> Table:
    return Table({"step": [], "resource": [], "price": []})


def _no_fines() -> Table:
    return Table({"step": [], "set": [], "fine": []})


def _no_shares() -> Table:
    return Table({"step": [], "need_id": [], "solution_id": [], "amount": []})


@dataclass(frozen=True, repr=False)
class Certificate:
    """A selection, and the steps of a proof that none within the budget is worth more than ``bound``.

    At any price p >= 0 of effort, no plan that agrees with what is decided is worth more than p times what is left of the
    budget, plus the value decided, plus the largest weight of a closed set of the rest, in which a solution weighs its
    value less p times its effort and a customer its value, and closed means with all that is required or asked for [1]_.
    Under several capacities each resource has a price of its own, p times effort is the sum over the resources, and so is p
    times what is left. Each step holds by one such bound, or because the effort decided is above the budget or a capacity, or
    a dependency is broken.

    The steps, in order: ``price`` sets p. ``put_out`` says that plans with a solution (or customer paid) cannot be better,
    which leaves those without; ``put_in`` the reverse. ``in_first`` opens two cases: with it, up to the ``closed`` that
    ends the case, then without it; ``out_first`` the other way round. ``closed`` says that nothing better is left.

    Attributes
    ----------
    solutions
        Ids of the selection.
    value, cost, budget
        Of the selection; the budget is infinite under several capacities.
    bound
        What is proved: no selection within the budget is worth more.
    value_step
        All values of the problem are whole multiples of it, so that bounds below ``bound + value_step`` will do; 0 where
        there is none.
    effort_step
        All efforts are whole multiples of it, so that the budget counts down to the next multiple; 0 where there is none.
    include, exclude
        Ids of what had to be in and must not be.
    groups
        For each solution of the problem the id that its group is known by: some best plan has all of a group or none,
        because the same things of worth need each of its members. None: nothing of worth needs it, or it fits no budget.
        A step about a solution is about its group.
    steps
        ``step``, ``kind``, ``solution_id``, ``customer_id``, ``price``.
    rates
        ``step``, ``need_id``, ``above``, ``share``, ``rate``: after that step the part of the need between the shares (where
        shares add up both are 0, and it is all of the need) is granted in part: it counts (1 - rate) times what is left of
        it, and to each solution rate times what it adds. The rate is 1 where no row says otherwise.
    shares
        ``step``, ``need_id``, ``solution_id``, ``amount``: where shares add up, what the solution weighs for meeting the need
        after that step, if it is less than what is left of the need and what the solution adds to it. Besides, a need with
        any row counts the most that a choice of the solutions still open adds to it beyond these amounts. 0 where another row
        of the need, but none of the solution, is there.
    capacities, effort_steps
        By resource, under several capacities: what the costs had to stay within, and the step of the efforts, which is as
        ``effort_step`` is of a budget. None under one budget.
    prices
        ``step``, ``resource``, ``price``: the price of a unit of a resource after that step, under several capacities; 0 where
        no row says otherwise.
    exclusive
        Sets of solutions, of which each pair excludes each other.
    fines
        ``step``, ``set``, ``fine``: after that step each solution of the set (its place in ``exclusive``) weighs the fine
        less, and one fine is granted, so that plans with at most one of them lose nothing; 0 where no row says otherwise.

    References
    ----------
    .. [1] Picard 1976, doi:10.1287/mnsc.22.11.1268
    """

    solutions: tuple[Any, ...]
    value: float
    cost: float
    budget: float
    bound: float
    value_step: float
    effort_step: float
    include: tuple[Any, ...]
    exclude: tuple[Any, ...]
    groups: tuple[Any, ...]
    steps: Table
    rates: Table
    capacities: dict[str, float] | None = None
    effort_steps: dict[str, float] | None = None
    prices: Table = field(default_factory=_no_prices)
    exclusive: tuple[tuple[Any, ...], ...] = ()
    fines: Table = field(default_factory=_no_fines)
    shares: Table = field(default_factory=_no_shares)

    @property
    def gap(self) -> float:
        """`bound` less `value`."""
        return self.bound - self.value

    def to_table(self) -> Table:
        """The steps."""
        return self.steps

    def _summary(self) -> str:
        within = format_number(self.budget)
        if self.capacities is not None:
            within = ", ".join(f"{format_number(c)} of {r}" for r, c in self.capacities.items())
        return (
            f"no plan within {within} is worth more than {format_number(self.bound)}, "
            f"in {count(len(self.steps), 'step')}"
        )

    def __repr__(self) -> str:
        return "\n".join([f"outweigh.Certificate: {self._summary()}", *repr(self.steps).split("\n")[1:]])

    def _repr_html_(self) -> str:
        return to_html(self.steps, title="Certificate", summary=self._summary())


def _texts(ids: list[Any]) -> list[str | None]:
    return [None if i is None else str(i) for i in ids]


def certificate_of(selection: Selection) -> Certificate:
    """See `Selection.certificate`."""
    parts = _core.certify(selection._core)
    return Certificate(
        solutions=tuple(parts["solutions"]),
        value=float(parts["value"]),
        cost=float(parts["cost"]),
        budget=float(parts["budget"]),
        bound=float(parts["bound"]),
        value_step=float(parts["value_step"]),
        effort_step=float(parts["effort_step"]),
        include=tuple(parts["include"]),
        exclude=tuple(parts["exclude"]),
        groups=tuple(parts["groups"]),
        steps=Table(
            {
                "step": list(range(len(parts["kind"]))),
                "kind": parts["kind"],
                "solution_id": _texts(parts["solution_id"]),
                "customer_id": _texts(parts["customer_id"]),
                "price": parts["price"],
            }
        ),
        rates=Table(
            {
                "step": parts["rate_step"],
                "need_id": parts["need_id"],
                "above": parts["above"],
                "share": parts["share"],
                "rate": parts["rate"],
            }
        ),
        capacities=parts["capacities"],
        effort_steps=parts["effort_steps"],
        prices=Table({"step": parts["price_step"], "resource": parts["resource"], "price": parts["resource_price"]}),
        exclusive=tuple(map(tuple, parts["exclusive"])),
        fines=Table({"step": parts["fine_step"], "set": parts["fine_set"], "fine": parts["fine"]}),
        shares=Table(
            {
                "step": parts["share_step"],
                "need_id": parts["share_need"],
                "solution_id": _texts(parts["share_solution"]),
                "amount": parts["share_amount"],
            }
        ),
    )


@checked
def check_certificate(problem: RoadmapProblem, certificate: Certificate) -> list[str]:
    """All that is wrong with a certificate, worked out without the solver.

    The selection is checked against all constraints, its value and cost are added up again, and each step of the proof is
    verified by a maximum flow of its own on the problem as given. Numbers count as equal up to 1e-12 of the sum of all
    values.

    Parameters
    ----------
    problem
        What was solved.
    certificate
        ``plan.certificate`` or ``selection.certificate``, or one read from elsewhere.

    Returns
    -------
    list of str
        Empty when the selection is feasible and the bound is proved.

    Raises
    ------
    InvalidInput
        When the certificate names what is not in the problem.
    MissingInput, TypeMismatch
        When a table of it lacks a column, or what it is made of has the wrong type.

    Examples
    --------
    >>> import dataclasses
    >>> import outweigh as ow
    >>> problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 6]})
    >>> certificate = ow.solve(problem, budget=5).certificate
    >>> ow.check_certificate(problem, certificate)
    []
    >>> ow.check_certificate(problem, dataclasses.replace(certificate, budget=7.0)) == []
    False
    """
    if not isinstance(certificate, Certificate):
        raise TypeMismatch("a certificate is needed, such as that of a plan")
    try:
        parts = _parts(certificate)
    except KeyError as error:
        raise MissingInput(
            "a table of the certificate lacks a column", Place("certificate", str(error.args[0]))
        ) from None
    except (AttributeError, TypeError, ValueError) as error:
        raise TypeMismatch(f"a part of the certificate has the wrong type: {error}", Place("certificate")) from None
    return _core.check_certificate(problem._core, parts)


def _parts(certificate: Certificate) -> dict[str, Any]:
    tables = (certificate.steps, certificate.rates, certificate.prices, certificate.fines, certificate.shares)
    steps, rates, prices, fines, shares = (table.to_dict() for table in tables)
    return {
        **{name: list(getattr(certificate, name)) for name in ("solutions", "include", "exclude", "groups")},
        **{
            name: float(getattr(certificate, name))
            for name in ("value", "cost", "budget", "bound", "value_step", "effort_step")
        },
        **{name: list(steps[name]) for name in ("kind", "solution_id", "customer_id", "price")},
        **{name: getattr(certificate, name) for name in ("capacities", "effort_steps")},
        "price_step": list(prices["step"]),
        "resource": list(prices["resource"]),
        "resource_price": list(prices["price"]),
        "rate_step": list(rates["step"]),
        **{name: list(rates[name]) for name in ("need_id", "above", "share", "rate")},
        "share_step": list(shares["step"]),
        "share_need": list(shares["need_id"]),
        "share_solution": list(shares["solution_id"]),
        "share_amount": list(shares["amount"]),
        "exclusive": [list(given) for given in certificate.exclusive],
        "fine_step": list(fines["step"]),
        "fine_set": list(fines["set"]),
        "fine": list(fines["fine"]),
    }
