"""Requests without a need: which texts are alike, for a person to review."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .errors import InvalidInput, MissingInput, Place
from .table import Table, TableLike, import_extra

if TYPE_CHECKING:
    from .graph import CustomerGraph

__all__ = ["suggest_needs"]


def _text_of(*parts: Any) -> str:
    text = " ".join(str(part) for part in parts if part is not None and str(part).strip())
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def suggest_needs(
    requests: TableLike | CustomerGraph, *, threshold: float = 0.3, duplicate: float = 0.9
) -> Table:
    """Group requests whose texts are alike, and find those that say the same twice. Nothing is merged.

    Texts become weights of words and of runs of three to five characters (TF-IDF), offline; two requests are alike
    when the cosine of their weights reaches `threshold`. Groups grow around the request with the most requests like
    it, so that a chain of half-alike texts does not join what has nothing in common. Requests that name a need lend
    their need's name to their group. The result is a table to review: correct ``suggested_need``, and give it back as
    ``need_id``. Deterministic, and independent of the order of rows. Needs scikit-learn (the extra ``text``).

    Parameters
    ----------
    requests : table or CustomerGraph
        With ``request_id`` and at least one of ``title``, ``text`` and ``quote``; ``need_id``, ``account_id`` and
        ``source_id`` are used where they are there.
    threshold : float
        Least similarity within a group, in (0, 1].
    duplicate : float
        Least similarity of two requests of one account that count as one, at least `threshold`.

    Returns
    -------
    Table
        One row a request, in the order of the rows: ``request_id``, ``suggested_need`` (the need_id of the group's
        labelled requests, or ``suggested-1``, ``suggested-2``, ... by size; null where the text is empty), ``title``
        (of the request in the middle of the group), ``similarity`` (to that request, 0..1), ``duplicate_of`` (an
        earlier request_id of the same account, or null).

    Raises
    ------
    MissingInput
        Without ``request_id`` or any text.
    InvalidInput
        For a threshold out of range, or a request_id that is missing or there twice.
    ImportError
        Without scikit-learn; it says how to install it.

    Examples
    --------
    >>> import outweigh as ow
    >>> table = ow.suggest_needs({
    ...     "request_id": [1, 2, 3],
    ...     "title": ["Export to Excel", "Excel export of reports", "Single sign-on with SAML"],
    ... })  # doctest: +SKIP
    >>> table["suggested_need"]  # doctest: +SKIP
    ['suggested-1', 'suggested-1', 'suggested-2']
    """
    from .graph import CustomerGraph

    if not 0.0 < threshold <= 1.0:
        raise InvalidInput("threshold must lie in (0, 1]", Place(column="threshold", value=str(threshold)))
    if not threshold <= duplicate <= 1.0:
        raise InvalidInput(
            "duplicate must lie between the threshold and 1", Place(column="duplicate", value=str(duplicate))
        )
    table = requests["requests"] if isinstance(requests, dict) and "requests" in requests else requests
    if isinstance(table, CustomerGraph):
        if "requests" not in table.tables:
            raise MissingInput("there is no table of requests", Place("requests"))
        table = table.table("requests")
    columns = Table(table).to_dict()
    if "request_id" not in columns:
        raise MissingInput("requests need an id", Place("requests", "request_id"))
    if not any(name in columns for name in ("title", "text", "quote")):
        raise MissingInput("requests are grouped by their title, text or quote, and have none", Place("requests"))
    ids = columns["request_id"]
    size = len(ids)
    seen: dict[Any, int] = {}
    for row, name in enumerate(ids):
        if name is None:
            raise InvalidInput("a request has no id", Place("requests", "request_id", row))
        if seen.setdefault(name, row) != row:
            raise InvalidInput("two requests have the same id", Place("requests", "request_id", row, str(name)))
    nothing = [None] * size
    titles = columns.get("title", nothing)
    bodies = columns.get("text", nothing)
    quotes = columns.get("quote", nothing)
    needs = columns.get("need_id", nothing)
    accounts = columns.get("account_id", nothing)
    # By text and then by id, so that the order of the rows does not matter.
    texts = [_text_of(*parts) for parts in zip(titles, bodies, quotes, strict=True)]
    order = sorted((row for row in range(size) if texts[row]), key=lambda row: (texts[row], str(ids[row])))
    group = np.full(size, -1)
    centre = np.full(size, -1)
    alike = np.zeros(size)
    duplicate_of: list[Any] = [None] * size
    if order:
        similarity = _similarities([texts[row] for row in order], threshold)
        own, likeness = _groups(similarity)
        for place, row in enumerate(order):
            group[row] = own[place]
            centre[row] = order[own[place]]
            alike[row] = likeness[place]
        if "account_id" in columns:
            rank = {row: key for key, row in enumerate(sorted(order, key=lambda r: (isinstance(ids[r], str), ids[r])))}
            for place, row in enumerate(order):
                begin, end = similarity.indptr[place], similarity.indptr[place + 1]
                found = [
                    order[other]
                    for other, value in zip(similarity.indices[begin:end], similarity.data[begin:end], strict=True)
                    if value >= duplicate - 1e-9 and accounts[order[other]] == accounts[row] is not None
                ]
                first = min(found, key=rank.__getitem__, default=row)
                if first != row and rank[first] < rank[row]:
                    duplicate_of[row] = ids[first]
    names = _names(group, needs, centre, ids)
    return Table(
        {
            "request_id": ids,
            "suggested_need": names,
            "title": [
                None if c < 0 else next(str(t) for t in (titles[c], bodies[c], quotes[c]) if t is not None and str(t).strip())
                for c in centre
            ],
            "similarity": [None if c < 0 else float(a) for c, a in zip(centre, alike, strict=True)],
            "duplicate_of": duplicate_of,
        }
    )


def _similarities(texts: list[str], threshold: float) -> Any:
    """Sparse cosines of at least the threshold, itself included; distinct texts are compared once."""
    text = import_extra("sklearn.feature_extraction.text", "suggest_needs()")
    sparse = import_extra("scipy.sparse", "suggest_needs()")
    distinct = sorted(set(texts))
    code = {value: position for position, value in enumerate(distinct)}
    blocks = []
    for options in ({"token_pattern": r"(?u)\b\w\w+\b"}, {"analyzer": "char_wb", "ngram_range": (3, 5)}):
        vectorizer = text.TfidfVectorizer(sublinear_tf=True, **options)
        try:
            blocks.append(vectorizer.fit_transform(distinct) * np.sqrt(0.5))
        except ValueError:  # no word at all in any text
            continue
    if not blocks:
        features = sparse.identity(len(distinct), format="csr")
    else:
        features = sparse.hstack(blocks, format="csr")
        norms = np.sqrt(np.asarray(features.multiply(features).sum(axis=1)).ravel())
        features = sparse.diags(1.0 / np.where(norms > 0.0, norms, 1.0)) @ features
    pieces = []
    across = features.T.tocsr()
    for begin in range(0, len(distinct), 1000):
        part = (features[begin : begin + 1000] @ across).tocoo()
        keep = part.data >= threshold
        pieces.append(
            sparse.csr_matrix((part.data[keep], (part.row[keep], part.col[keep])), shape=(part.shape[0], len(distinct)))
        )
    near = (sparse.vstack(pieces, format="csr") if pieces else sparse.csr_matrix((0, 0))).tolil()
    near.setdiag(1.0)
    near = near.tocsr()
    codes = np.array([code[value] for value in texts])
    result = near[codes][:, codes].tocsr()
    result.data = np.minimum(np.round(result.data, 12), 1.0)
    result.sort_indices()
    return result


def _groups(similarity: Any) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Each request's group, named by its middle, and its similarity to that. Most neighbours first."""
    size = similarity.shape[0]
    own = np.full(size, -1)
    best = np.zeros(size)
    weight = np.asarray(similarity.sum(axis=1)).ravel().round(9)
    for middle in np.lexsort((np.arange(size), -weight)):
        if own[middle] >= 0:
            continue
        begin, end = similarity.indptr[middle], similarity.indptr[middle + 1]
        near, value = similarity.indices[begin:end], similarity.data[begin:end]
        free = own[near] < 0
        own[near[free]] = middle
        best[near[free]] = value[free]
    return own, best


def _names(group: npt.NDArray[Any], needs: list[Any], centre: npt.NDArray[Any], ids: list[Any]) -> list[Any]:
    """The need that most labelled requests of the group name, or a number by size of the group."""
    members: dict[int, list[int]] = {}
    for row, name in enumerate(group.tolist()):
        if name >= 0:
            members.setdefault(name, []).append(row)
    ordered = sorted(members.items(), key=lambda item: (-len(item[1]), str(ids[centre[item[1][0]]])))
    taken = {str(need) for need in needs if need is not None}
    result: list[Any] = [None] * len(group)
    number = 0
    for _, rows in ordered:
        votes: dict[str, int] = {}
        for row in rows:
            if needs[row] is not None:
                votes[str(needs[row])] = votes.get(str(needs[row]), 0) + 1
        if votes:
            name = min(votes, key=lambda need: (-votes[need], need))
        else:
            number += 1
            while f"suggested-{number}" in taken:
                number += 1
            name = f"suggested-{number}"
        for row in rows:
            result[row] = name if needs[row] is None else str(needs[row])
    return result
