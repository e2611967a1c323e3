"""Times ours and peers in turn on the same data, so that a drifting machine moves both.

Next to the ratio of times stands that of processor times, which other work on the machine hardly moves.
"""

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
    processor_seconds: dict[str, float] = field(default_factory=dict)


@dataclass
class Report:
    lines: list[Line] = field(default_factory=list)

    def compare(self, what: str, rows: int, runs: int, note: str = "", **contestants: Callable[[], Any]) -> None:
        """Median seconds of each contestant, run in turn after one warm-up; ours is named `ours`."""
        times: dict[str, list[float]] = {name: [] for name in contestants}
        processor: dict[str, list[float]] = {name: [] for name in contestants}
        for run in range(runs + 1):
            for name, call in contestants.items():
                gc.collect()
                start, processor_start = time.perf_counter(), time.process_time()
                result = call()
                elapsed, used = time.perf_counter() - start, time.process_time() - processor_start
                del result
                if run > 0:
                    times[name].append(elapsed)
                    processor[name].append(used)
        self.add(Line(what, rows, _medians(times), note, _medians(processor)))

    def add(self, line: Line) -> None:
        self.lines.append(line)
        print(text_of(line), flush=True)


def _medians(values: dict[str, list[float]]) -> dict[str, float]:
    return {name: statistics.median(of_name) for name, of_name in values.items()}


def text_of(line: Line) -> str:
    ours = line.seconds["ours"]
    our_processor = line.processor_seconds.get("ours", 0.0)
    parts = [f"{line.what:<44} {line.rows:>10,}  ours {ours:9.4f} s"]
    for name, seconds in line.seconds.items():
        if name != "ours":
            used = line.processor_seconds.get(name, 0.0)
            processor = f", processor {used / our_processor:6.2f}" if used and our_processor else ""
            parts.append(f"{name} {seconds:9.4f} s ({name}/ours {seconds / ours:6.2f}{processor})")
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
