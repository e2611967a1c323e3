"""Progress of long calls on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeAlias

__all__ = ["Printer", "Progress"]

Progress: TypeAlias = Callable[[str, float], bool | None] | bool | None
"""What to call with a task and the share done, and False from it stops; True prints to standard error."""


class Printer:
    """What ``progress=True`` stands for: one line, renewed in place on a terminal, else one line a tenth."""

    def __init__(self) -> None:
        self._shown = ("", -1)
        self._time = 0.0

    def __call__(self, task: str, done: float) -> None:
        percent = int(100 * min(1.0, max(0.0, done)))
        stream = sys.stderr
        if not stream.isatty():
            step = (task, percent // 10)
            if step != self._shown:
                self._shown = step
                stream.write(f"{task}: {percent} %\n")
            return
        now = time.monotonic()
        if percent < 100 and now - self._time < 0.1 and task == self._shown[0]:
            return
        self._shown, self._time = (task, percent), now
        stream.write(f"\r\033[K{task}: {percent} %" + ("\n" if percent == 100 else ""))
        stream.flush()
