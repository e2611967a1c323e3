"""Times ours and peers in turn on the same data, so that a drifting machine moves both."""

from __future__ import annotations

import gc
import multiprocessing
import pathlib
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Line:
    what: str
    rows: int
    seconds: dict[str, float]
    note: str = ""


@dataclass
class Report:
    lines: list[Line] = field(default_factory=list)

    def compare(
        self, what: str, rows: int, runs: int, note: str = "", *, processor: bool = False, **contestants: Callable[[], Any]
    ) -> None:
        """Median seconds of each contestant, run in turn after one warm-up; ours is named `ours`.

        `processor` counts processor time, which other work on the machine disturbs less; of all threads together.
        """
        clock = time.process_time if processor else time.perf_counter
        times: dict[str, list[float]] = {name: [] for name in contestants}
        for run in range(runs + 1):
            for name, call in contestants.items():
                gc.collect()
                start = clock()
                result = call()
                elapsed = clock() - start
                del result
                if run > 0:
                    times[name].append(elapsed)
        line = Line(what, rows, {name: statistics.median(values) for name, values in times.items()}, note)
        self.lines.append(line)
        print(text_of(line), flush=True)


def text_of(line: Line) -> str:
    ours = line.seconds["ours"]
    parts = [f"{line.what:<44} {line.rows:>10,}  ours {ours:9.4f} s"]
    for name, seconds in line.seconds.items():
        if name != "ours":
            parts.append(f"{name} {seconds:9.4f} s ({name}/ours {seconds / ours:6.2f})")
    return "  ".join(parts) + (f"  [{line.note}]" if line.note else "")


def peak_memory(call: Callable[..., Any], *arguments: Any) -> int:
    """Bytes by which what `call(*arguments)` returns raised the peak of a process of its own; Linux only, else 0."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return int(pool.apply(_peak, (call, *arguments)))


def _peak(call: Callable[..., Any], *arguments: Any) -> int:
    prepared = call(*arguments)
    gc.collect()
    try:
        pathlib.Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    except OSError:
        return 0
    before = _status("VmRSS")
    kept = prepared()
    after = _status("VmHWM")
    del kept
    return after - before


def _status(name: str) -> int:
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    return 0
