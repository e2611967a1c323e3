"""Site occupancy of plain detection histories, without a graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .. import _core
from ..core.arguments import checked, elements_of
from ..core.errors import InvalidInput, Place, TypeMismatch
from ..core.numbers import floats_of
from ..core.progress import Progress
from ..core.table import Table

__all__ = ["occupancy"]


@checked
def occupancy(
    detections: npt.ArrayLike,
    occasions: npt.ArrayLike | None = None,
    *,
    segments: Sequence[Any] | None = None,
    covariate: npt.ArrayLike | None = None,
    level: float = 0.9,
    target: Literal["listed", "superpopulation"] = "listed",
    false_reports: float | None = None,
    draws: int = 400,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress = None,
) -> Table:
    """Estimate how many accounts have a need from how often each was asked and how often it was heard.

    The site-occupancy model (MacKenzie et al. 2002, doi:10.1890/0012-9658(2002)083[2248:ESORWD]2.0.CO;2) with needs,
    segments and accounts as random effects and beta-binomial occasions; see `demand`, which makes the histories from
    tables.

    Parameters
    ----------
    detections : array
        Without `occasions`: histories of 0, 1 and NaN (no occasion), of shape (accounts, occasions) for one need or
        (needs, accounts, occasions). With `occasions`: counts, of shape (accounts,) or (needs, accounts).
    occasions : array, optional
        Number of occasions by account, or by need and account.
    segments : sequence, optional
        One label an account; default: one segment.
    covariate : array, optional
        One number an account, standardised, that needs may rise or fall with.
    level : float
        Probability with which intervals cover.
    target : str
        ``listed``: the share of these accounts; ``superpopulation``: of accounts like them.
    false_reports : float, optional
        Chance per occasion of a false detection; default: learnt, and 0 where repeated occasions show none.
    draws, seed, threads, progress
        As in `demand`.

    Returns
    -------
    Table
        One row a need and segment: ``need`` (position), ``segment``, ``accounts``, ``detected``, ``naive`` (detected /
        accounts), ``prevalence`` with ``lower``, ``upper``, ``level`` and ``standard_error``, ``detection`` (chance on
        one occasion), ``status`` and ``reason``. One occasion an account gives ``bounds_only``; where
        another law of how readily accounts speak fits as well and gives another share, the status is ``doubtful`` and
        the interval includes both.

    Raises
    ------
    InvalidInput
        For shapes that do not fit, values other than 0, 1 and NaN, more detections than occasions.

    Examples
    --------
    >>> import numpy as np
    >>> import outweigh as ow
    >>> random = np.random.default_rng(1)
    >>> has = random.random(500) < 0.4
    >>> heard = (random.random((500, 6)) < 0.3) & has[:, None]
    >>> row = next(ow.occupancy(heard).rows())
    >>> bool(row["lower"] < has.mean() < row["upper"]), row["status"]
    (True, 'estimated')
    """
    try:
        said = np.asarray(detections, dtype=float)
        asked = None if occasions is None else np.asarray(occasions, dtype=float)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidInput(f"detections and occasions must be arrays of numbers: {error}") from None
    if asked is None:
        if said.ndim == 2:
            said = said[None]
        if said.ndim != 3:
            raise InvalidInput("histories must have the shape (accounts, occasions) or (needs, accounts, occasions)")
        wrong = ~(np.isnan(said) | (said == 0) | (said == 1))
        if wrong.any():
            place = np.argwhere(wrong)[0]
            raise InvalidInput(
                "a history holds 0, 1 and NaN only",
                Place(column="detections", row=int(place[1]), value=str(said[tuple(place)])),
            )
        asked = (~np.isnan(said)).sum(axis=2).astype(float)
        said = np.nansum(said, axis=2)
    elif said.ndim == 1:
        said = said[None]
    if said.ndim != 2 or asked.shape not in (said.shape, said.shape[1:], (1, *said.shape[1:])):
        raise InvalidInput(f"detections of shape {said.shape} and occasions of shape {asked.shape} do not fit")
    if target not in ("listed", "superpopulation"):
        raise InvalidInput("the target must be listed or superpopulation", Place(column="target", value=str(target)))
    if false_reports is not None and not 0.0 <= false_reports <= 0.2:
        raise InvalidInput(
            "a chance of false reports must lie between 0 and 0.2",
            Place(column="false_reports", value=str(false_reports)),
        )
    if not 2 <= draws <= 100_000:
        raise InvalidInput("the number of draws must lie between 2 and 100000", Place(column="draws", value=str(draws)))
    needs, accounts = said.shape
    names: list[Any] = ["all"]
    codes: list[int] = []
    if segments is not None:
        labels = elements_of(segments, "segments")
        if len(labels) != accounts:
            raise InvalidInput(f"there are {accounts} accounts and {len(labels)} segment labels")
        try:
            names = sorted(set(labels), key=lambda label: (str(type(label)), label))
        except TypeError:
            raise TypeMismatch("segments must be texts or numbers", Place(column="segments")) from None
        position = {label: code for code, label in enumerate(names)}
        codes = [position[label] for label in labels]
    values = [] if covariate is None else floats_of(covariate, "covariate").ravel().tolist()
    if covariate is not None and len(values) != accounts:
        raise InvalidInput(f"there are {accounts} accounts and {len(values)} values of the covariate")
    core = _core.occupancy(
        needs,
        accounts,
        said.ravel().tolist(),
        asked.ravel().tolist(),
        codes,
        values,
        level=level,
        draws=draws,
        false_reports=-1.0 if false_reports is None else false_reports,
        superpopulation=target == "superpopulation",
        threads=threads,
        seed=seed,
        progress=progress,
    )
    columns = Table._wrap(core).to_dict()
    result = {"need": columns.pop("need"), "segment": [names[code] for code in columns.pop("stratum")], **columns}
    return Table(result)
