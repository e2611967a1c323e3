"""Does weighting help? What it changed, what the known totals explain, and whether to trust the figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import _core
from ..core.arguments import checked
from ..core.columns import Column, kind_in, numbers_of
from ..core.errors import InvalidInput, MissingInput, Place, TypeMismatch
from ..core.numbers import number_of, short
from ..core.table import Frame, Kind, Table, listed
from .weighting import margin_of, require_totals
from .weights import SurveyWeights, survey_weights_of

__all__ = ["WeightingCheck", "does_weighting_help"]


class WeightingCheck:
    """Weights judged outcome by outcome. Made by `does_weighting_help`."""

    __slots__ = ("_core", "_kind")

    def __init__(self, core: _core.WeightingCheck, kind: Kind = "table") -> None:
        self._core = core
        self._kind = kind

    @property
    def outcomes(self) -> list[str]:
        """Names of the outcomes."""
        return [outcome.outcome for outcome in self._core.outcomes]

    @property
    def verdicts(self) -> dict[str, str]:
        """``"corrected"``, ``"barely changed"`` or ``"not to be trusted"`` by outcome."""
        return {outcome.outcome: outcome.verdict for outcome in self._core.outcomes}

    @property
    def reasons(self) -> dict[str, str]:
        """Why, in words, by outcome."""
        return {outcome.outcome: outcome.reason for outcome in self._core.outcomes}

    def __getitem__(self, outcome: str) -> _core.OutcomeCheck:
        if not isinstance(outcome, str):
            raise TypeMismatch("an outcome is taken by its name", Place(column="outcome", value=short(outcome)))
        for found in self._core.outcomes:
            if found.outcome == outcome:
                return found
        raise MissingInput(
            f"there is no such outcome; there are {listed(self.outcomes)}", Place(column="outcome", value=outcome)
        )

    def __len__(self) -> int:
        return len(self._core.outcomes)

    @property
    def held_out(self) -> Table:
        """Margins that the weights were not made to meet: distance of their shares from the known ones before and after.

        ``given`` tells margins of the call from those of the weights, each left out in turn; ``chance`` is the distance
        that sampling alone leaves; ``movement`` is near, closer, no closer or further, against sampling error.
        """
        names = ("variable", "given", "before", "after", "chance", "movement", "worst_level", "worst", "failed")
        return Table({name: [getattr(margin, name) for margin in self._core.held_out] for name in names})._in(
            self._kind
        )

    def to_table(self) -> Table:
        """A row an outcome: before and after with standard errors, the evidence, sensitivity band, bounds, verdict."""
        rows = self._core.outcomes
        return Table(
            {
                "outcome": [row.outcome for row in rows],
                "before": [row.before.estimate for row in rows],
                "before_se": [row.before.se for row in rows],
                "after": [row.after.estimate for row in rows],
                "after_se": [row.after.se for row in rows],
                "shift": [row.shift for row in rows],
                "shift_se": [row.shift_se for row in rows],
                "explained": [row.explained for row in rows],
                "explained_lower": [row.explained_interval[0] for row in rows],
                "explained_upper": [row.explained_interval[1] for row in rows],
                "explained_p": [row.explained_p for row in rows],
                "outcome_alone_p": [row.outcome_alone_p for row in rows],
                "gain": [row.gain for row in rows],
                "band_lower": [row.band[0] for row in rows],
                "band_upper": [row.band[1] for row in rows],
                "bound_lower": [row.bounds[0] for row in rows],
                "bound_upper": [row.bounds[1] for row in rows],
                "verdict": [row.verdict for row in rows],
                "reason": [row.reason for row in rows],
            }
        )._in(self._kind)

    def to_frame(self, kind: Kind | None = None) -> Frame:
        """`to_table` in the kind of tables that the sample was, or in `kind`."""
        return self.to_table().to_frame(kind)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_table().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        lines = [f"  {row.outcome}: {row.verdict}; {row.reason}" for row in self._core.outcomes]
        size = self._core.effective_sample_size
        return "\n".join([f"outweigh.WeightingCheck: weights worth {size:.4g} equally weighted rows", *lines])


@checked
def does_weighting_help(
    weights: SurveyWeights,
    outcomes: Column | Sequence[str] | Mapping[str, Column],
    *,
    held_out: Mapping[Any, Mapping[Any, float]] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    level: float = 0.9,
    significance: float = 0.05,
) -> WeightingCheck:
    """Judge weights by outcome: corrected, barely changed, or not to be trusted, with the reason.

    Four pieces of evidence decide. What the totals explain of the outcome, against chance. How far the estimate moved,
    against the noise of the move and the noise that weights add. Whether being heard could depend on the outcome alone:
    the sample would then be off along what the outcome shares with the totals' variables, and in no other direction.
    And held-out margins: whether they ask for a further move of the outcome.

    Not to be trusted: the totals explain no more than chance would; a held-out margin asks for a further move; weights
    add more noise than they take out bias; or the totals explain less than a quarter of the outcome and either
    being heard could depend on the outcome alone or the move cannot be told from noise. No data can exclude a further reason for being heard that the totals miss: a corrected
    estimate is nearer to the truth unless such a reason pushes the other way by more than half of the shift, and reasons
    say that they rest on this.

    Parameters
    ----------
    weights
        Made by `rake`, `calibrate` or `poststratify`.
    outcomes
        Names of columns of the sample, one column, or ``{name: column}``.
    held_out
        Known totals that the weights were not made to meet, ``{variable: {level: total}}``. The margins of a raking or
        calibration are left out in turn as well.
    ranges
        ``{outcome: (least, most)}`` possible values, for the bounds. Default: the values seen.
    level
        Of intervals.
    significance
        Of tests: how often chance may pass for evidence.

    Returns
    -------
    WeightingCheck
        By outcome: the mean before and after, the share of its variance that the variables of the totals explain with
        its interval, a sensitivity band (Andridge and Little's proxy pattern-mixture analysis: being heard may depend on
        the outcome itself; with sampling error, and the whole of the possible values where the totals may explain
        nothing), bounds without assumptions, a verdict and its reason.

    Raises
    ------
    InvalidInput
        For outcomes with unknown values, values outside of their range, and margins as `rake`.
    MissingInput
        For a range of an outcome that is not among the outcomes.

    Examples
    --------
    >>> import outweigh as ow
    >>> size = ["s"] * 30 + ["l"] * 70
    >>> sample = {"size": size, "seats": [1.0 + i % 3 for i in range(30)] + [8.0 + i % 3 for i in range(70)]}
    >>> weights = ow.rake(sample, {"size": {"s": 900, "l": 100}})
    >>> ow.does_weighting_help(weights, ["seats"]).verdicts
    {'seats': 'corrected'}
    """
    read = survey_weights_of(weights)
    if isinstance(outcomes, Mapping):
        named = list(outcomes.items())
    elif isinstance(outcomes, str):
        named = [(outcomes, outcomes)]
    elif isinstance(outcomes, list | tuple) and all(isinstance(name, str) for name in outcomes):
        named = [(name, name) for name in outcomes]
    else:
        named = [("outcome", outcomes)]
    if not named:
        raise InvalidInput("there is no outcome to judge", Place(column="outcomes"))
    if ranges is not None and not isinstance(ranges, Mapping):
        raise TypeMismatch("ranges must be given by outcome, in a dictionary", Place(column="ranges"))
    for name in ranges or {}:
        if name not in dict(named):
            raise MissingInput(
                f"a range is given for {name!r}, which is no outcome", Place(column="ranges", value=str(name))
            )
    columns = [
        (str(name), numbers_of(column, str(name), read._sample), *_range_of(name, ranges)) for name, column in named
    ]
    if held_out is not None:
        require_totals(held_out, "held_out")
    margins = [margin_of(variable, known, read._sample) for variable, known in (held_out or {}).items()]
    core = _core.does_weighting_help(read._core, columns, margins, level=float(level), significance=float(significance))
    return WeightingCheck(core, kind_in(read._sample))


def _range_of(outcome: Any, ranges: Mapping[str, tuple[float, float]] | None) -> tuple[float | None, float | None]:
    if ranges is None or outcome not in ranges:
        return None, None
    given: Any = ranges[outcome]
    if isinstance(given, str | bytes) or not hasattr(given, "__iter__") or len(found := list(given)) != 2:
        raise TypeMismatch(f"the range of {outcome!r} must be two numbers", Place(column="ranges", value=short(given)))
    return number_of(found[0], "ranges"), number_of(found[1], "ranges")
