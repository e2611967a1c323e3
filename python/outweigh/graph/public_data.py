"""Readers of public data sets, as customer graphs: who asked for what, and where the truth is known."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..core.arguments import checked, elements_of
from ..core.errors import InvalidInput, MissingInput, Place, TypeMismatch
from ..core.numbers import floats_of, number_of, short
from ..core.table import Table

if TYPE_CHECKING:
    import os

    from .customer_graph import CustomerGraph

__all__ = ["Pabulib", "read_pabulib", "read_wishlist"]


def _rows(file: Path, required: Sequence[str]) -> list[dict[str, str]]:
    if not file.exists():
        raise MissingInput(f"there is no file {file}")
    if file.stat().st_size == 0:
        raise InvalidInput(f"{file} is empty (0 bytes)")
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text)
            missing = [name for name in required if name not in (reader.fieldnames or [])]
            if missing:
                raise MissingInput(f"{file} has no column '{missing[0]}'")
            return list(reader)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file} is not UTF-8 text: {error}") from None
    except csv.Error as error:
        raise InvalidInput(f"{file} is no table of separated values: {error}") from None


def wishlist_tables(folder: str | os.PathLike[str]) -> dict[str, Table]:
    """The tables of `read_wishlist`."""
    place = Path(folder)
    if not place.is_dir():
        raise MissingInput(f"there is no folder {place}")
    needs = _rows(place / "requests.csv", ["request_id", "year", "category", "title"])
    votes = _rows(place / "votes.csv", ["request_id", "voter"])

    year_of: dict[str, int] = {}
    for row, need in enumerate(needs):
        if not re.fullmatch(r"[1-9][0-9]{3}", need["year"] or ""):
            raise InvalidInput(
                "a year has four digits, from 1000 on", Place("requests", "year", row, need["year"] or "")
            )
        year_of[need["request_id"]] = int(need["year"])

    contacts: dict[tuple[str, int], int] = {}
    account, need_id, contact, when = [], [], [], []
    for row, vote in enumerate(votes):
        year = year_of.get(vote["request_id"])
        if year is None:
            raise InvalidInput(
                "a vote is for a request that is not there", Place("votes", "request_id", row, vote["request_id"])
            )
        key = (vote["voter"], year)
        account.append(vote["voter"])
        need_id.append(vote["request_id"])
        contact.append(contacts.setdefault(key, len(contacts)))
        when.append(datetime(year, 12, 1, tzinfo=UTC))
    voters = list(dict.fromkeys(account))
    years = sorted(set(year_of.values()))

    def source(year: int) -> str:
        return f"survey-{year}"

    numbers = range(1, len(votes) + 1)
    return {
        "accounts": Table({"account_id": voters}),
        "sources": Table(
            {
                "source_id": [source(year) for year in years],
                "name": [f"Wishlist survey {year}" for year in years],
                "kind": ["portal"] * len(years),
            }
        ),
        "needs": Table(
            {
                "need_id": [need["request_id"] for need in needs],
                "title": [need["title"] for need in needs],
                "category": [need["category"] or None for need in needs],
                "year": [int(need["year"]) for need in needs],
                "wish_status": [need.get("status") or None for need in needs],
                "opened": [datetime(int(need["year"]), 11, 1, tzinfo=UTC) for need in needs],
            }
        ),
        "interactions": Table(
            {
                "interaction_id": [f"C{number}" for number in range(1, len(contacts) + 1)],
                "source_id": [source(year) for _, year in contacts],
                "account_id": [voter for voter, _ in contacts],
                "at": [datetime(year, 12, 1, tzinfo=UTC) for _, year in contacts],
                "purpose": ["learn"] * len(contacts),
                "initiated_by": ["us"] * len(contacts),
            }
        ),
        "requests": Table(
            {
                "request_id": [f"V{number}" for number in numbers],
                "account_id": account,
                "source_id": [source(year_of[need]) for need in need_id],
                "at": when,
                "interaction_id": [f"C{number + 1}" for number in contact],
                "need_id": need_id,
                "basis": ["said"] * len(votes),
            }
        ),
    }


@checked
def read_wishlist(folder: str | os.PathLike[str], **options: Any) -> CustomerGraph:
    """Read the Community Wishlist of Wikimedia: voters as accounts, wishes as needs, votes as requests.

    Parameters
    ----------
    folder
        Holds ``requests.csv`` (request_id, year, category, title, ...) and ``votes.csv`` (request_id, voter).
    **options
        Passed on to `CustomerGraph.from_tables`.

    Returns
    -------
    CustomerGraph
        One source a year. The survey has no dates: votes are dated on 1 December of their year, wishes on 1 November.
        Taking part in a year's survey is one contact. Voters are known only because they voted, so this base has
        nobody who was never heard.

    Raises
    ------
    MissingInput
        When the file cannot be read.
    InvalidInput
        For a file of another form.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import outweigh as ow
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "requests.csv").write_text("request_id,year,category,title\\n1,2021,Maps,Zoom\\n")
    >>> _ = (folder / "votes.csv").write_text("request_id,voter\\n1,U1\\n1,U2\\n")
    >>> ow.read_wishlist(folder).size("request")
    2
    """
    from .customer_graph import CustomerGraph

    tables: dict[str, Any] = dict(wishlist_tables(folder))
    return CustomerGraph.from_tables(**tables, **options)


class Pabulib:
    """A participatory budget: voters with what is known of them, projects with their costs, and all ballots.

    Because everyone's ballot is known, the support of each project is the truth that an estimate from a biased sample
    can be compared with.

    Attributes
    ----------
    meta : dict of str
        The file's own description: unit, budget, number of votes, rule, ...
    """

    def __init__(
        self,
        meta: Mapping[str, str],
        projects: Mapping[str, list[str | None]],
        voters: Mapping[str, list[str | None]],
        ballots: list[list[int]],
    ) -> None:
        self.meta = dict(meta)
        self._projects = dict(projects)
        self._voters = dict(voters)
        self._ballots = ballots

    def __repr__(self) -> str:
        where = ", ".join(self.meta[key] for key in ("unit", "instance") if key in self.meta)
        return f"outweigh.Pabulib: {where}: {len(self._ballots):,} voters, {len(self.project_ids):,} projects"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Pabulib):
            return NotImplemented
        return (self.meta, self._projects, self._voters, self._ballots) == (
            other.meta,
            other._projects,
            other._voters,
            other._ballots,
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def project_ids(self) -> list[str]:
        """Ids of the projects, in the order of the file."""
        return [str(project) for project in self._projects["project_id"]]

    @property
    def budget(self) -> float:
        """What the chosen projects may cost together."""
        if "budget" not in self.meta:
            raise MissingInput("the file names no budget")
        return _number(self.meta["budget"], "META", "budget", 0)

    @cached_property
    def costs(self) -> dict[str, float]:
        """Cost of each project."""
        return {
            project: _number(cost, "PROJECTS", "cost", row)
            for row, (project, cost) in enumerate(zip(self.project_ids, self._projects["cost"], strict=True))
        }

    @cached_property
    def projects(self) -> Table:
        """Projects as in the file; costs and votes are numbers."""
        columns: dict[str, Any] = dict(self._projects)
        columns["cost"] = list(self.costs.values())
        if "votes" in columns:
            columns["votes"] = [
                None if v is None else int(_number(v, "PROJECTS", "votes", row))
                for row, v in enumerate(columns["votes"])
            ]
        return Table(columns)

    @cached_property
    def voters(self) -> Table:
        """Voters with the attributes in the file; `age` is a number, and `age_band` puts it into bands."""
        columns: dict[str, Any] = dict(self._voters)
        if "age" in columns:
            ages = [None if a is None else int(_number(a, "VOTES", "age", row)) for row, a in enumerate(columns["age"])]
            for row, age in enumerate(ages):
                if age is not None and age < 0:
                    raise InvalidInput("an age is not negative", Place("VOTES", "age", row, str(age)))
            columns["age"] = ages
            columns.setdefault("age_band", [None if age is None else _age_band(age) for age in ages])
        return Table(columns)

    @cached_property
    def approvals(self) -> npt.NDArray[np.bool_]:
        """Which voter approved which project: one row a voter, one column a project."""
        matrix = np.zeros((len(self._ballots), len(self.project_ids)), dtype=np.bool_)
        for voter, ballot in enumerate(self._ballots):
            matrix[voter, ballot] = True
        return matrix

    def support(self, by: str | None = None) -> Table:
        """Share of voters that approve each project: need_id, segment_id, prevalence, accounts.

        Parameters
        ----------
        by
            A column of `voters`; without one there is a single segment, ``all``. Voters without a value are left out.
        """
        labels = ["all"] * len(self._ballots) if by is None else self._labels(by)
        rows: dict[str, list[Any]] = {"need_id": [], "segment_id": [], "prevalence": [], "accounts": []}
        codes = np.array([label if label is not None else "" for label in labels], dtype=np.str_)
        known = np.array([label is not None for label in labels], dtype=np.bool_)
        for segment in sorted({label for label in labels if label is not None}):
            members = known & (codes == segment)
            shares = self.approvals[members].mean(axis=0)
            for project, share in zip(self.project_ids, shares, strict=True):
                rows["need_id"].append(project)
                rows["segment_id"].append(segment)
                rows["prevalence"].append(float(share))
                rows["accounts"].append(int(members.sum()))
        return Table(rows)

    def _labels(self, by: str) -> list[str | None]:
        if by not in self.voters:
            raise MissingInput(f"voters have no column '{by}'; there are: {', '.join(self.voters.columns)}")
        return [None if value is None else str(value) for value in self.voters.to_dict()[by]]

    @checked
    def draw(
        self,
        size: int,
        *,
        seed: int,
        propensity: Callable[[dict[str, Any]], float] | Sequence[float] | None = None,
    ) -> npt.NDArray[np.int64]:
        """Draw voters without replacement, each in proportion to a known propensity to be heard.

        Parameters
        ----------
        size
            How many voters to draw.
        seed
            Of the draw.
        propensity
            A function of one voter (a dictionary of attributes) or one number a voter, finite and not negative.
            Without one all are alike.

        Returns
        -------
        array of int
            Positions among `voters`, ascending.
        """
        count = len(self._ballots)
        if propensity is None:
            weights = np.ones(count)
        elif callable(propensity):
            weights = np.array([number_of(propensity(voter), "propensity") for voter in self.voters.rows()])
        else:
            weights = floats_of(propensity, "propensity")
        if seed < 0:
            raise InvalidInput("a seed is not negative", Place(column="seed", value=str(seed)))
        if weights.shape != (count,) or not np.isfinite(weights).all() or (weights < 0).any():
            raise InvalidInput(f"a propensity must give {count} finite numbers that are not negative")
        possible = int((weights > 0).sum())
        if not 0 <= size <= possible:
            raise InvalidInput(f"cannot draw {size} of {possible} voters with a propensity above 0")
        # Efraimidis and Spirakis: the largest of u^(1/w) are a draw without replacement in proportion to w.
        generator = np.random.Generator(np.random.PCG64(seed))
        with np.errstate(divide="ignore"):
            keys = np.where(weights > 0, -generator.standard_exponential(count) / weights, -np.inf)
        chosen: npt.NDArray[np.int64] = np.sort(np.argsort(-keys, kind="stable")[:size]).astype(np.int64)
        return chosen

    def tables(self, heard: npt.NDArray[np.int64] | Sequence[int] | None = None) -> dict[str, Table]:
        """Tables of a graph in which only the voters `heard` (positions; default all) have spoken.

        All voters are accounts with their attributes; projects are needs and, one each, solutions whose effort is
        the cost; the ballot of a voter who is heard is one contact on which the approved projects are requests.
        Ballots are dated by the file's last day, or its first, or 1 January 1970 where it names none.
        """
        positions = range(len(self._ballots)) if heard is None else self._positions(heard)
        at = datetime(1970, 1, 1, tzinfo=UTC)
        voters = self.voters.to_dict()
        ids = [str(voter) for voter in voters.pop("voter_id")]
        listed = list(positions)
        pairs = [(contact, need) for contact, voter in enumerate(listed) for need in self._ballots[voter]]
        projects = self.project_ids
        titles = self._projects.get("name", self._projects["project_id"])
        when = self._date() or at
        return {
            "accounts": Table({"account_id": ids, **{f"voter_{k}" if k in _OURS else k: v for k, v in voters.items()}}),
            "sources": Table({"source_id": ["ballot"], "name": ["Ballots heard"], "kind": ["survey"]}),
            "needs": Table({"need_id": projects, "title": [str(title or "") for title in titles]}),
            "solutions": Table(
                {
                    "solution_id": projects,
                    "title": [str(title or "") for title in titles],
                    "effort": list(self.costs.values()),
                }
            ),
            "covers": Table({"solution_id": projects, "need_id": projects, "share": [1.0] * len(projects)}),
            "interactions": Table(
                {
                    "interaction_id": [f"B{voter + 1}" for voter in listed],
                    "source_id": ["ballot"] * len(listed),
                    "account_id": [ids[voter] for voter in listed],
                    "at": [when] * len(listed),
                    "purpose": ["learn"] * len(listed),
                    "initiated_by": ["us"] * len(listed),
                }
            ),
            "requests": Table(
                {
                    "request_id": [f"R{number}" for number in range(1, len(pairs) + 1)],
                    "account_id": [ids[listed[contact]] for contact, _ in pairs],
                    "source_id": ["ballot"] * len(pairs),
                    "at": [when] * len(pairs),
                    "interaction_id": [f"B{listed[contact] + 1}" for contact, _ in pairs],
                    "need_id": [projects[need] for _, need in pairs],
                    "basis": ["said"] * len(pairs),
                }
            ),
        }

    def _positions(self, heard: Any) -> list[int]:
        listed = elements_of(heard, "heard")
        for row, position in enumerate(listed):
            if isinstance(position, bool) or not isinstance(position, int | np.integer):
                raise TypeMismatch(
                    "voters who are heard are whole numbers", Place(column="heard", row=row, value=short(position))
                )
            if not 0 <= position < len(self._ballots):
                raise InvalidInput(
                    f"there are {len(self._ballots)} voters, numbered from 0",
                    Place(column="heard", row=row, value=str(position)),
                )
        return [int(position) for position in listed]

    def graph(self, heard: npt.NDArray[np.int64] | Sequence[int] | None = None, **options: Any) -> CustomerGraph:
        """The graph of `tables(heard)`; `options` go to `CustomerGraph.from_tables`, e.g. ``segments="sex"``."""
        from .customer_graph import CustomerGraph

        tables: dict[str, Any] = dict(self.tables(heard))
        return CustomerGraph.from_tables(**tables, **options)

    def _date(self) -> datetime | None:
        for key in ("date_end", "date_begin"):
            text = self.meta.get(key, "")
            for form in ("%d.%m.%Y", "%Y-%m-%d", "%Y"):
                try:
                    return datetime.strptime(text, form).replace(tzinfo=UTC)
                except ValueError:
                    continue
        return None


_OURS = frozenset("account_id name kind arr started ended sentiment lighthouse parent_account_id".split())


def _age_band(age: int) -> str:
    for upper, band in ((18, "0-17"), (30, "18-29"), (45, "30-44"), (60, "45-59"), (75, "60-74")):
        if age < upper:
            return band
    return "75 and over"


def _number(text: str | None, section: str, column: str, row: int) -> float:
    if re.fullmatch(r"\d{1,3}(,\d{3})+", text or ""):
        raise InvalidInput(
            "a comma may stand for thousands or decimals: write 1200 or 1.2", Place(section, column, row, text or "")
        )
    try:
        value = float((text or "").replace(",", "."))
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise InvalidInput("a number is needed", Place(section, column, row, text or ""))
    return value


@checked
def read_pabulib(path: str | os.PathLike[str]) -> Pabulib:
    """Read a file of the participatory budgeting library (``.pb``, pabulib.org).

    What a voter gave points to is approved where the points are above 0.

    Parameters
    ----------
    path
        A text file of three sections, ``META``, ``PROJECTS`` and ``VOTES``, each with a header line, separated by
        semicolons.

    Returns
    -------
    Pabulib

    Raises
    ------
    MissingInput
        The file, a section or a required column is not there.
    InvalidInput
        A duplicate id, a vote for an unknown project, a cost that is no number: with section, column, row and value. And
        a file of fewer or more votes or projects than it says.

    References
    ----------
    Faliszewski et al., "Participatory Budgeting: Data, Tools, and Analysis", IJCAI 2023, doi:10.24963/ijcai.2023/297.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import outweigh as ow
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "town.pb"
    >>> _ = file.write_text(
    ...     "META\\nkey;value\\nbudget;100\\nPROJECTS\\nproject_id;cost\\n1;60\\n2;50\\nVOTES\\nvoter_id;vote\\na;1,2\\nb;2\\n"
    ... )
    >>> ow.read_pabulib(file).support().to_dict()["prevalence"]
    [0.5, 1.0]
    """
    file = Path(path)
    if not file.is_file():
        raise MissingInput(f"there is no file {file}")
    if file.stat().st_size == 0:
        raise InvalidInput(f"{file} is empty (0 bytes)")
    sections: dict[str, list[list[str]]] = {}
    current: list[list[str]] | None = None
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            for cells in csv.reader(text, delimiter=";"):
                if len(cells) == 1 and cells[0].strip().upper() in ("META", "PROJECTS", "VOTES"):
                    name = cells[0].strip().upper()
                    if name in sections:
                        raise InvalidInput(f"{file}: section {name} is there twice")
                    current = sections.setdefault(name, [])
                elif any(cell.strip() for cell in cells):
                    if current is None:
                        raise InvalidInput(f"{file} does not begin with the line META")
                    current.append(cells)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file} is not UTF-8 text: {error}") from None
    except csv.Error as error:
        raise InvalidInput(f"{file} is no table of separated values: {error}") from None
    for name in ("META", "PROJECTS", "VOTES"):
        if not sections.get(name):
            raise MissingInput(f"{file} has no section {name}; it may be truncated")

    meta = {cells[0].strip(): ";".join(cells[1:]).strip() for cells in sections["META"][1:]}
    projects = _columns(file, "PROJECTS", sections["PROJECTS"], ["project_id", "cost"])
    voters = _columns(file, "VOTES", sections["VOTES"], ["voter_id", "vote"])
    votes = voters.pop("vote")
    for key, section, found in (("num_projects", "PROJECTS", projects["project_id"]), ("num_votes", "VOTES", votes)):
        if key in meta and _number(meta[key], "META", key, 0) != len(found):
            raise InvalidInput(
                f"{file}: section {section} has {len(found):,} rows; it may be truncated",
                Place("META", key, value=meta[key]),
            )
    position = {str(project): i for i, project in enumerate(projects["project_id"])}
    ballots: list[list[int]] = []
    for row, vote in enumerate(votes):
        listed = _parts(vote)
        for project in listed:
            if project not in position:
                raise InvalidInput("a vote for an unknown project", Place("VOTES", "vote", row, project))
        points = _parts(voters["points"][row]) if "points" in voters else None
        if points is not None:
            if len(points) != len(listed):
                raise InvalidInput(
                    "as many points as projects are needed", Place("VOTES", "points", row, voters["points"][row] or "")
                )
            listed = [
                p for p, given in zip(listed, points, strict=True) if _number(given, "VOTES", "points", row) > 0.0
            ]
        ballots.append([position[project] for project in dict.fromkeys(listed)])
    result = Pabulib(meta, projects, voters, ballots)
    result.costs  # noqa: B018  (costs are checked now, not when first used)
    return result


def _parts(cell: str | None) -> list[str]:
    return [part.strip() for part in (cell or "").split(",") if part.strip()]


def _columns(file: Path, section: str, lines: list[list[str]], required: Sequence[str]) -> dict[str, list[str | None]]:
    header = [name.strip() for name in lines[0]]
    for name in required:
        if name not in header:
            raise MissingInput(f"{file}: section {section} has no column '{name}'")
    for name in header:
        if header.count(name) > 1:
            raise InvalidInput(f"{file}: a column is there twice", Place(section, name))
    columns: dict[str, list[str | None]] = {name: [] for name in header}
    for row, cells in enumerate(lines[1:]):
        if len(cells) > len(header) or len(cells) < len(required):
            raise InvalidInput(
                f"{file}: {len(cells)} cells where the header has {len(header)}", Place(section, "", row)
            )
        for i, name in enumerate(header):
            cell = cells[i].strip() if i < len(cells) else ""
            columns[name].append(cell or None)
    key = required[0]
    seen: dict[str | None, int] = {}
    for row, value in enumerate(columns[key]):
        if value is None or value in seen:
            what = "an id is missing" if value is None else "an id is there twice"
            raise InvalidInput(what, Place(section, key, row, value or ""))
        seen[value] = row
    return columns
