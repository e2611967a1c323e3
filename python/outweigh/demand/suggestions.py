"""Requests without a need: which texts are alike, for a person to review."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..core.arguments import checked
from ..core.columns import text_of
from ..core.errors import InvalidInput, MissingInput, Place
from ..core.numbers import is_unknown
from ..core.table import Table, TableLike, import_extra, kind_of

if TYPE_CHECKING:
    from ..graph.customer_graph import CustomerGraph

__all__ = ["suggest_needs"]


def _text_of(*parts: Any) -> str:
    text = " ".join(str(part) for part in parts if part is not None and str(part).strip())
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()
    # "Dark mode!" says what "Dark mode" says; marks inside a word stay, as in node.js.
    return re.sub(r"[.,;:!?]+(?= |$)", "", text).strip() or text


@checked
def suggest_needs(requests: TableLike | CustomerGraph, *, threshold: float = 0.3, duplicate: float = 0.9) -> Table:
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
        ``at`` are used where they are there.
    threshold : float
        Least similarity within a group, in (0, 1].
    duplicate : float
        Least similarity of two requests of one account that count as one, at least `threshold`.

    Returns
    -------
    Table
        One row a request, in the order of the rows: ``request_id``, ``suggested_need`` (the need_id of the group's
        labelled requests, as text even where ids are numbers, or ``suggested-1``, ``suggested-2``, ... by size; where the
        text is empty its own need_id, or null), ``title`` (of the request in the middle of the group), ``similarity``
        (to that request, 0..1), ``duplicate_of`` (the first request of the same account, by time and then by
        request_id, or null).

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
    from ..graph.customer_graph import CustomerGraph

    if not 0.0 < threshold <= 1.0:
        raise InvalidInput("threshold must lie in (0, 1]", Place(column="threshold", value=str(threshold)))
    if not threshold <= duplicate <= 1.0:
        raise InvalidInput(
            "duplicate must lie between the threshold and 1", Place(column="duplicate", value=str(duplicate))
        )
    table = requests["requests"] if isinstance(requests, dict) and "requests" in requests else requests
    kind = table._kind if isinstance(table, CustomerGraph | Table) else kind_of(table)
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
        if is_unknown(name):
            raise InvalidInput("a request has no id", Place("requests", "request_id", row))
        if seen.setdefault(name, row) != row:
            raise InvalidInput("two requests have the same id", Place("requests", "request_id", row, str(name)))
    nothing = [None] * size
    titles = columns.get("title", nothing)
    bodies = columns.get("text", nothing)
    quotes = columns.get("quote", nothing)
    needs = [None if is_unknown(need) else text_of(need) for need in columns.get("need_id", nothing)]
    accounts = columns.get("account_id", nothing)
    # By text and then by id, so that the order of the rows does not matter.
    texts = [_text_of(*parts) for parts in zip(titles, bodies, quotes, strict=True)]
    order = sorted((row for row in range(size) if texts[row]), key=lambda row: (texts[row], str(ids[row])))
    group = np.full(size, -1)
    centre = np.full(size, -1)
    alike = np.zeros(size)
    duplicate_of: list[Any] = [None] * size
    if order:
        distinct = sorted({texts[row] for row in order})
        position = {text: place for place, text in enumerate(distinct)}
        code = np.array([position[texts[row]] for row in order])
        features = _features(distinct)
        middle, likeness = _groups(features, np.bincount(code), threshold)
        first = np.full(len(distinct), size)
        np.minimum.at(first, code, np.arange(len(order)))
        for place, row in enumerate(order):
            group[row] = middle[code[place]]
            centre[row] = order[first[middle[code[place]]]]
            alike[row] = likeness[code[place]]
        if "account_id" in columns:
            at = columns.get("at", nothing)
            timed = not any(isinstance(time, str) for time in at)  # texts need not sort in the order of time
            by_rank = sorted(
                order,
                key=lambda r: (*((at[r] is None, at[r] or 0) if timed else ()), isinstance(ids[r], str), ids[r]),
            )
            rank = {row: key for key, row in enumerate(by_rank)}
            told = [place for place, row in enumerate(order) if accounts[row] is not None]
            own = {name: key for key, name in enumerate(dict.fromkeys(accounts[order[place]] for place in told))}
            earliest = _earliest_alike(
                features,
                code[told],
                np.array([own[accounts[order[place]]] for place in told], dtype=np.int64),
                np.array([rank[order[place]] for place in told], dtype=np.int64),
                duplicate,
            )
            for place, key in zip(told, earliest.tolist(), strict=True):
                if key < rank[order[place]]:
                    duplicate_of[order[place]] = ids[by_rank[key]]
    names = _names(group, needs, centre, ids)
    return Table(
        {
            "request_id": ids,
            "suggested_need": names,
            "title": [
                None
                if c < 0
                else next(str(t) for t in (titles[c], bodies[c], quotes[c]) if t is not None and str(t).strip())
                for c in centre
            ],
            "similarity": [None if c < 0 else float(a) for c, a in zip(centre, alike, strict=True)],
            "duplicate_of": duplicate_of,
        }
    )._in(kind)


def _features(distinct: list[str]) -> Any:
    """One sparse row of length 1 a text: weights of its words and of its runs of characters."""
    text = import_extra("sklearn.feature_extraction.text", "suggest_needs()")
    sparse = import_extra("scipy.sparse", "suggest_needs()")
    blocks = []
    for options in ({"token_pattern": r"(?u)\b\w\w+\b"}, {"analyzer": "char_wb", "ngram_range": (3, 5)}):
        vectorizer = text.TfidfVectorizer(sublinear_tf=True, **options)
        try:
            blocks.append(vectorizer.fit_transform(distinct) * np.sqrt(0.5))
        except ValueError:  # no word at all in any text
            continue
    if not blocks:
        return sparse.identity(len(distinct), format="csr")
    features = sparse.hstack(blocks, format="csr")
    norms = np.sqrt(np.asarray(features.multiply(features).sum(axis=1)).ravel())
    return (sparse.diags(1.0 / np.where(norms > 0.0, norms, 1.0)) @ features).tocsr()


def _split(features: Any, threshold: float) -> tuple[Any, Any, npt.NDArray[Any]]:
    """Rare and common features, and the length of what is common of each text.

    Texts of which less than the root of the threshold is common and which share no rare feature cannot be alike
    (Cauchy and Schwarz). Most pairs are never looked at then; what is common is where it costs least.
    """
    texts_with = np.bincount(features.indices, minlength=features.shape[1]).astype(float)
    squares = features.multiply(features).tocsc()
    common = np.zeros(features.shape[1], dtype=bool)
    length = np.zeros(features.shape[0])
    least = (texts_with**2).sum()
    if features.shape[0] > 3000:
        for most in features.shape[0] / np.array([3.0, 6.0, 12.0, 24.0, 48.0, 96.0]):
            is_common = texts_with > most
            norm = np.asarray(squares[:, np.nonzero(is_common)[0]].sum(axis=1)).ravel()
            cost = (texts_with[~is_common] ** 2).sum() + 2.0 * (norm >= threshold - 1e-9).mean() * (texts_with**2).sum()
            if cost < least:
                least, common, length = cost, is_common, np.sqrt(norm)
    return features[:, np.nonzero(~common)[0]].tocsr(), features[:, np.nonzero(common)[0]].tocsr(), length


def _pairs(features: Any, threshold: float) -> Any:
    """Blocks (i, j, cosine) of all pairs i < j of texts whose cosine reaches the threshold, each pair once."""
    rare, common, length = _split(features, threshold)
    heavy = length**2 >= threshold - 1e-9
    bound = threshold - 1e-12
    columns = features.T.tocsr()
    crowd = np.nonzero(heavy)[0]
    for begin in range(0, len(crowd), 500):
        part = (features[crowd[begin : begin + 500]] @ columns).tocoo()
        i, j = crowd[begin + part.row], part.col
        keep = (part.data >= bound) & (~heavy[j] | (i < j))
        keep &= i != j
        yield np.minimum(i, j)[keep], np.maximum(i, j)[keep], part.data[keep]
    light = np.nonzero(~heavy)[0]
    rare, common, length = rare[light], common[light], length[light]
    for begin in range(0, len(light), 1000):
        if begin % 5000 == 0:
            columns = rare[begin:].T.tocsr()
            shift = begin
        part = (rare[begin : begin + 1000] @ columns).tocoo()
        i, j, value = begin + part.row, shift + part.col, part.data
        keep = (j > i) & (value + length[i] * length[j] >= bound)
        i, j, value = i[keep], j[keep], value[keep]
        if common.shape[1] > 0:
            for first in range(0, len(i), 20_000):
                some = slice(first, first + 20_000)
                value[some] += np.asarray(common[i[some]].multiply(common[j[some]]).sum(axis=1)).ravel()
            keep = value >= bound
            i, j, value = i[keep], j[keep], value[keep]
        yield light[i], light[j], value


def _groups(features: Any, times: npt.NDArray[Any], threshold: float) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Each text's group, named by its middle, and its similarity to that. Most requests alike first."""
    sparse = import_extra("scipy.sparse", "suggest_needs()")
    size = features.shape[0]
    weight = times.astype(float)
    kept: list[Any] | None = []
    count = 0
    for i, j, value in _pairs(features, threshold):
        weight += np.bincount(i, value * times[j], size) + np.bincount(j, value * times[i], size)
        count += len(i)
        # Pairs of many texts that are all alike would not fit; the few rows that are needed are then made again.
        kept = None if kept is None or count > 20_000_000 else [*kept, (i, j, value)]
    near = None
    if kept is not None:
        i, j, value = (np.concatenate([block[k] for block in kept] or [np.zeros(0)]) for k in range(3))
        near = sparse.csr_matrix((value, (i.astype(np.int64), j.astype(np.int64))), shape=(size, size))
        near = (near + near.T).tocsr()
    del kept
    own = np.full(size, -1)
    best = np.zeros(size)
    order = np.lexsort((np.arange(size), -weight.round(9)))
    rows: dict[int, Any] = {}
    for place, middle in enumerate(order.tolist()):
        if own[middle] >= 0:
            continue
        if near is None and middle not in rows:
            ahead = order[place:]
            ahead = ahead[own[ahead] < 0][:200]
            part = (features[ahead] @ features.T).tocsr()
            part.data[part.data < threshold - 1e-12] = 0.0
            part.eliminate_zeros()
            rows = {text: part[k] for k, text in enumerate(ahead.tolist())}
        row = rows[middle] if near is None else near[middle]
        free = own[row.indices] < 0
        own[row.indices[free]] = middle
        best[row.indices[free]] = np.minimum(np.round(row.data[free], 12), 1.0)
        own[middle], best[middle] = middle, 1.0
    return own, best


def _earliest_alike(
    features: Any,
    code: npt.NDArray[Any],
    account: npt.NDArray[Any],
    rank: npt.NDArray[Any],
    duplicate: float,
) -> npt.NDArray[Any]:
    """Least rank among the requests of the same account that say the same, by request."""
    keys, where = np.unique(np.stack([account, code], axis=1), axis=0, return_inverse=True)
    where = where.ravel()
    least = np.full(len(keys), np.iinfo(np.int64).max)
    np.minimum.at(least, where, rank)
    result = least.copy()
    begin = 0
    while begin < len(keys):
        # Whole accounts at once; a large one in parts, against all of it.
        end = int(np.searchsorted(keys[:, 0], keys[begin, 0], side="right"))
        while end < len(keys):
            following = int(np.searchsorted(keys[:, 0], keys[end, 0], side="right"))
            if following - begin > 500:
                break
            end = following
        block = features[keys[begin:end, 1]]
        across = block.T.tocsr()
        for first in range(begin, end, 1000):
            part = (block[first - begin : first - begin + 1000] @ across).tocoo()
            i, j = first + part.row, begin + part.col
            keep = (part.data >= duplicate - 1e-9) & (keys[i, 0] == keys[j, 0])
            np.minimum.at(result, i[keep], least[j[keep]])
        begin = end
    return result[where]


def _names(group: npt.NDArray[Any], needs: list[Any], centre: npt.NDArray[Any], ids: list[Any]) -> list[Any]:
    """The need that most labelled requests of the group name, or a number by size of the group."""
    members: dict[int, list[int]] = {}
    for row, name in enumerate(group.tolist()):
        if name >= 0:
            members.setdefault(name, []).append(row)
    ordered = sorted(members.items(), key=lambda item: (-len(item[1]), str(ids[centre[item[1][0]]])))
    taken = {need for need in needs if need is not None}
    result: list[Any] = list(needs)  # a request without a text keeps its need
    number = 0
    for _, rows in ordered:
        votes: dict[str, int] = {}
        for row in rows:
            if needs[row] is not None:
                votes[needs[row]] = votes.get(needs[row], 0) + 1
        if votes:
            name = min(votes, key=lambda need: (-votes[need], need))
        else:
            number += 1
            while f"suggested-{number}" in taken:
                number += 1
            name = f"suggested-{number}"
        for row in rows:
            result[row] = name if needs[row] is None else needs[row]
    return result
