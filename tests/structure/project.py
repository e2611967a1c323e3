"""The layout of the project, as the structure tests read it."""

from __future__ import annotations

import functools
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
INCLUDE = ROOT / "include"
HEADERS = INCLUDE / "outweigh"

# What each module may include directly, from the design; what those may include follows.
DIRECTLY_BELOW = {
    "core": [],
    "stats": ["core"],
    "graph": ["stats"],
    "listening": ["graph"],
    "economics": ["graph"],
    "journey": ["graph"],
    "demand": ["listening", "economics", "journey"],
    "scoring": ["demand"],
    "roadmap": ["scoring"],
    "cases": ["roadmap"],
    "explain": ["cases"],
    "lab": ["explain"],
}
MODULES = list(DIRECTLY_BELOW)

# Headers that a user includes only to get another library: they may name its types.
OPT_IN = {"graph/bgl.hpp": "boost", "roadmap/highs_solver.hpp": "Highs"}

# Headers of the system that a header asks for where they are there.
SYSTEM_HEADERS = {"core/large_vector.hpp": {"sys/mman.h"}}

STANDARD_HEADERS = frozenset(
    """algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes
    climits clocale cmath compare complex concepts condition_variable coroutine csignal cstdarg cstddef cstdint cstdio
    cstdlib cstring ctime cwchar deque exception execution filesystem forward_list fstream functional future
    initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory memory_resource
    mutex new numbers numeric optional ostream queue random ranges ratio regex scoped_allocator semaphore set
    shared_mutex source_location span sstream stack stdexcept stop_token streambuf string string_view syncstream
    system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility valarray variant
    vector version""".split()
)

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


@functools.cache
def modules_below(module: str) -> frozenset[str]:
    below: set[str] = set()
    for name in DIRECTLY_BELOW[module]:
        below |= {name} | modules_below(name)
    return frozenset(below)


def tracked_files() -> list[pathlib.Path]:
    """Files of the project: tracked ones and new ones that are not ignored; every file where git is absent."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    if listing.returncode == 0:
        names = sorted(set(listing.stdout.decode().split("\0")) - {""})
        return [ROOT / name for name in names if (ROOT / name).is_file()]
    hidden = {".git", ".venv", "build"}
    return sorted(p for p in ROOT.rglob("*") if p.is_file() and not hidden & set(p.relative_to(ROOT).parts))


def public_headers() -> list[str]:
    """Headers that a user may include, as `<module>/<idea>.hpp`."""
    return sorted(
        name
        for path in HEADERS.rglob("*.hpp")
        if "detail" not in (name := path.relative_to(HEADERS).as_posix()).split("/") and not name.endswith("-inl.hpp")
    )


def all_headers() -> list[str]:
    return sorted(path.relative_to(HEADERS).as_posix() for path in HEADERS.rglob("*.hpp"))


def module_of(header: str) -> str | None:
    """The module of `<module>/...`; None for outweigh.hpp and config.hpp."""
    return header.split("/")[0] if "/" in header else None


@functools.cache
def text_of(header: str) -> str:
    return (HEADERS / header).read_text(encoding="utf-8")


def code_of(header: str) -> str:
    """The text without comments."""
    return _COMMENT.sub("", text_of(header))


def includes_of(text: str) -> list[str]:
    return [name for _, name in _INCLUDE.findall(_COMMENT.sub("", text))]


@functools.cache
def own_includes(header: str, with_bodies: bool = True) -> tuple[str, ...]:
    """Headers of the project that a header includes, relative to include/outweigh."""
    found = []
    folder = pathlib.PurePosixPath(header).parent
    for quote, name in _INCLUDE.findall(code_of(header)):
        if quote == "<" and name.startswith("outweigh/"):
            target = name.removeprefix("outweigh/")
        elif quote == '"':
            target = (folder / name).as_posix()
        else:
            continue
        if with_bodies or not target.endswith("-inl.hpp"):
            found.append(target)
    return tuple(found)


def foreign_includes(header: str) -> list[str]:
    """Headers of others that a header includes."""
    return [
        name for quote, name in _INCLUDE.findall(code_of(header)) if quote == "<" and not name.startswith("outweigh/")
    ]


@functools.cache
def closure(header: str, with_bodies: bool = True) -> tuple[str, ...]:
    """A header and everything of the project that it includes, directly or not."""
    seen: dict[str, None] = {}
    waiting = [header]
    while waiting:
        name = waiting.pop()
        if name not in seen and (HEADERS / name).exists():
            seen[name] = None
            waiting += own_includes(name, with_bodies)
    return tuple(sorted(seen))
