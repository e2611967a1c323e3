"""Instances of the Next Release Problem: read from public files, and drawn at random."""

from __future__ import annotations

import os

from .. import _core
from ..core.arguments import checked
from ..roadmap.plan import RoadmapProblem

__all__ = ["read_nrp", "simulate_nrp"]


@checked
def read_nrp(path: str | os.PathLike[str]) -> RoadmapProblem:
    """Read a public instance of the Next Release Problem.

    Parameters
    ----------
    path
        A file in the format of Xuan, Jiang, Ren and Luo (doi:10.1109/TSE.2011.92), classic or realistic.

    Returns
    -------
    RoadmapProblem
        Requirements are solutions, with their numbers as ids.

    Raises
    ------
    MissingInput, InvalidInput
        When the file cannot be read; for a line of another form.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import outweigh as ow
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "tiny.txt"
    >>> _ = file.write_text("1\\n2\\n3 4\\n0\\n1\\n10 2 1 2\\n")
    >>> ow.read_nrp(file).efforts.tolist()
    [3.0, 4.0]
    """
    return RoadmapProblem._wrap(_core.read_nrp(os.fspath(path)), "table")


@checked
def simulate_nrp(seed: int = 0, *, kind: str = "classic_small", size: float = 1.0) -> RoadmapProblem:
    """Draw a random instance of the Next Release Problem, of the kinds of the public ones.

    Parameters
    ----------
    seed
        The same seed gives the same instance on every machine.
    kind
        ``classic_small``, ``classic_medium``, ``classic_large`` or ``classic_flat``: levels of requirements that require
        some of the level before [1]_; ``eclipse``, ``mozilla`` or ``gnome``: like those mined from bug trackers [2]_.
    size
        Multiplies the numbers of requirements and customers.

    Raises
    ------
    InvalidInput
        For an option out of its range; it names the option.

    References
    ----------
    .. [1] Bagnall, Rayward-Smith and Whittley 2001, doi:10.1016/S0950-5849(01)00194-X
    .. [2] Xuan, Jiang, Ren and Luo 2012, doi:10.1109/TSE.2011.92

    Examples
    --------
    >>> import outweigh as ow
    >>> problem = ow.simulate_nrp(1, kind="gnome", size=0.1)
    >>> len(problem), ow.solve(problem, budget=problem.total_effort // 2).proven
    (250, True)
    """
    return RoadmapProblem._wrap(_core.simulate_nrp(seed, kind=kind, size=size), "table")
