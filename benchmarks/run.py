"""Runs the benchmarks: `python benchmarks/run.py [economics] [graph] [journey] [roadmap] [similarity] [weighting] [--large]`.

Each line has medians of ours and of peers on the same data in the same run, and the ratio peer / ours: above 1 we are
faster. Peers that are not installed are named with the command that installs them.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import platform
import sys

from measure import Report

AREAS = ("graph", "similarity", "weighting", "economics", "journey", "roadmap")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("areas", nargs="*", metavar="area", help=f"among {', '.join(AREAS)}; default: all")
    parser.add_argument("--large", action="store_true", help="also 1e7 rows and all public instances")
    arguments = parser.parse_args()
    unknown = [area for area in arguments.areas if area not in AREAS]
    if unknown:
        parser.error(f"no such area: {', '.join(unknown)}; there are {', '.join(AREAS)}")
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    for area in arguments.areas or AREAS:
        try:
            module = importlib.import_module(area)
            missing = [peer for peer in module.PEERS if importlib.util.find_spec(peer) is None]
        except ModuleNotFoundError as error:
            missing = [str(error.name)]
        if missing:
            print(f"{area}: install its peers first: pip install {' '.join(missing)}", file=sys.stderr)
            continue
        print(f"\n{area}")
        module.run(Report(), arguments.large)
    return 0


if __name__ == "__main__":
    sys.exit(main())
