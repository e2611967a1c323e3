"""Prints the cmeel.prefix folders of the running interpreter, separated by semicolons."""

import pathlib
import sys

prefixes = []
for entry in sys.path:
    prefix = pathlib.Path(entry or ".").resolve() / "cmeel.prefix"
    if prefix.is_dir() and prefix.as_posix() not in prefixes:
        prefixes.append(prefix.as_posix())
print(";".join(prefixes))
