"""Words that several docstrings share, written once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["documented", "filled"]

T = TypeVar("T", bound=Callable[..., Any])


def filled(text: str, parts: dict[str, str]) -> str:
    """`text` with each line that is only the name of a part in braces replaced by the part, as far in as the line."""
    lines = []
    for line in text.split("\n"):
        name = line.strip()
        part = parts.get(name[1:-1]) if name.startswith("{") and name.endswith("}") else None
        if part is None:
            lines.append(line)
        else:
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + words if words else "" for words in part.strip("\n").split("\n")]
    return "\n".join(lines)


def documented(**parts: str) -> Callable[[T], T]:
    """Decorator: fill the parts into the docstring of a function.

    Examples
    --------
    >>> from outweigh.core.documented import documented
    >>> @documented(level="level\\n    Probability with which it covers.")
    ... def interval(level):
    ...     '''An interval.
    ...
    ...     {level}
    ...     '''
    >>> "Probability" in interval.__doc__
    True
    """

    def fill(function: T) -> T:
        if function.__doc__ is not None:
            function.__doc__ = filled(function.__doc__, parts)
        return function

    return fill
