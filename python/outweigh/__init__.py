"""Outweigh: who are we not hearing, how many have the need, is it worth it, and what is displaced if we build it.

The way of the data is ``tables -> CustomerGraph -> Audit -> Demand -> Scores -> Plan -> Ledger``. Each stage is one
function from immutable values to one new immutable value.
"""

from ._core import __version__
from .results import Result
from .table import Table

__all__ = [
    "Result",
    "Table",
    "__version__",
]
