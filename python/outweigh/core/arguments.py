"""Arguments held against their annotations, so that a wrong one is a typed error that names it."""

from __future__ import annotations

import functools
import inspect
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, ParamSpec, TypeVar

import numpy as np

from .errors import InvalidInput, Place, TypeMismatch
from .numbers import amount_of, is_number, short

__all__ = ["amount_of", "check_renames", "checked", "elements_of", "ids_of", "limits_of", "one_id", "texts_of", "typed"]

P = ParamSpec("P")
R = TypeVar("R")

PATH = "os.PathLike[str]"
RENAMES = "Mapping[str, str]"
WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "True or False",
    PATH: "a path",
    RENAMES: "a mapping of texts to texts",
}
VALUES = frozenset({"CustomerGraph", "Demand", "Scores", "Plan", "RoadmapProblem", "Selection", "WorkingHours"})


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Raise TypeMismatch for an argument that is not what its annotation says, before the function runs.

    Whole numbers, numbers, text, paths, mappings of texts and this library's own values are checked, each also in a union
    with None; other annotations are left to the function. A whole number that no C++ integer holds raises InvalidInput.
    """
    signature = inspect.signature(function)
    expected = {name: kinds for name, p in signature.parameters.items() if (kinds := _kinds(p)) is not None}
    optional = {name for name, p in signature.parameters.items() if p.default is None}

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError:
            # Python itself says what is wrong with the names of arguments, and which function was called.
            return function(*args, **kwargs)
        for name, kinds in expected.items():
            if name in given and not (given[name] is None and ("None" in kinds or name in optional)):
                _check(given[name], name, kinds)
        try:
            return function(*args, **kwargs)
        except TypeError as error:
            if not any(f"incompatible {what} arguments" in str(error) for what in ("function", "constructor")):
                raise
        except RuntimeError as error:
            # How pybind11 says that a whole number is too large.
            if "Unable to cast Python instance" not in str(error):
                raise
        name = function.__qualname__.removesuffix(".__init__").rpartition(".")[2]
        _refuse(name, {name: given[name] for name in given if name in expected})

    return call


def _kinds(parameter: inspect.Parameter) -> tuple[str, ...] | None:
    """The alternatives of an annotation that we can check, or None."""
    if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
        return None
    kinds = tuple(_kind(part.strip()) for part in str(parameter.annotation).split("|"))
    known = all(kind in WORDS or kind in VALUES or kind == "None" for kind in kinds)
    return kinds if known else None


def _kind(annotation: str) -> str:
    """A choice of words is text; which words there are the function says."""
    return "str" if annotation.startswith(("Literal['", 'Literal["')) else annotation


def _check(value: Any, name: str, kinds: tuple[str, ...]) -> None:
    if any(_fits(value, kind) for kind in kinds):
        return
    wanted = " or ".join(WORDS.get(kind, f"an outweigh.{kind}") for kind in kinds if kind != "None")
    raise TypeMismatch(f"{name} must be {wanted}, not {type(value).__name__}", Place(column=name, value=short(value)))


def _fits(value: Any, kind: str) -> bool:
    is_truth = type(value).__name__ in ("bool", "bool_")
    if kind == "bool":
        return is_truth
    if kind == "str":
        return isinstance(value, str)
    if kind == PATH:
        return hasattr(value, "__fspath__")
    if kind == RENAMES:
        return isinstance(value, Mapping) and all(isinstance(text, str) for pair in value.items() for text in pair)
    if kind == "int":
        return not is_truth and getattr(value, "shape", ()) == () and _is_whole(value)
    if kind == "float":
        return is_number(value)
    return any(base.__name__ == kind for base in type(value).__mro__)


def _is_whole(value: Any) -> bool:
    try:
        operator.index(value)
    except TypeError:
        return False
    return True


def _refuse(function: str, given: dict[str, Any]) -> NoReturn:
    for name, value in given.items():
        if hasattr(value, "__index__") and not 0 <= int(value) < 2**64:
            raise InvalidInput(
                f"{name} must be between 0 and 2**64 - 1", Place(column=name, value=short(value))
            ) from None
    raise TypeMismatch(f"an argument of {function}() has the wrong type") from None


def typed(function: Callable[P, R]) -> Callable[P, R]:
    """Raises TypeMismatch, and not a list of C++ types, for what the compiled module cannot take."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except TypeError as error:
            if "incompatible function arguments" not in str(error):
                raise
        raise TypeMismatch(f"an argument of {function.__name__}() is missing or has the wrong type")

    return call


def one_id(value: Any, name: str) -> str:
    """The text of an id that was given as text or a whole number."""
    if isinstance(value, bool) or not isinstance(value, str | int | np.integer):
        raise TypeMismatch(f"{name} must be one id, text or a whole number", Place(column=name, value=repr(value)[:60]))
    return str(value)


def ids_of(values: Any, name: str) -> list[str]:
    """The texts of several ids, or of a single one; None is no id."""
    if values is None:
        return []
    if isinstance(values, str | int | np.integer):
        return [one_id(values, name)]
    return [one_id(value, name) for value in elements_of(values, name)]


def texts_of(values: Any, name: str) -> list[str]:
    """Several texts, or a single one, which is not a list of its letters."""
    if isinstance(values, str):
        return [values]
    several = (
        isinstance(values, Iterable)
        and not isinstance(values, bytes | Mapping)
        and getattr(values, "shape", None) != ()
    )
    texts = list(values) if several else [None]
    if not all(isinstance(text, str) for text in texts):
        raise TypeMismatch(f"{name} must be texts", Place(column=name, value=short(values)))
    return [str(text) for text in texts]


def check_renames(columns: Mapping[str, str] | None, known: Iterable[str]) -> None:
    """Raise InvalidInput for a name of ours that is none: what it was meant for would count as absent."""
    names = list(known)
    for name in columns or {}:
        if name not in names:
            raise InvalidInput(
                f"columns are named by ours, which are {', '.join(names)}", Place(column="columns", value=name)
            )


def elements_of(value: Any, name: str) -> list[Any]:
    """What a list, a tuple, a set, an array or a series holds; text is one thing, and so is a mapping."""
    if (
        isinstance(value, str | bytes | Mapping)
        or not hasattr(value, "__iter__")
        or getattr(value, "shape", None) == ()
    ):
        raise TypeMismatch(f"{name} must be a list, not {type(value).__name__}", Place(column=name, value=short(value)))
    return list(value.tolist() if hasattr(value, "tolist") else value)


def limits_of(given: float | Mapping[str, float], name: str) -> tuple[float, dict[str, float] | None]:
    """One limit, or one by resource."""
    if isinstance(given, Mapping):
        if not given:
            raise InvalidInput(f"{name!r} names no resource", Place(column=name, value=short(given)))
        return 0.0, {str(resource): amount_of(amount, name) for resource, amount in given.items()}
    return amount_of(given, name), None
