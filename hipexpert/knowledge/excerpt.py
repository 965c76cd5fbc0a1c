"""The lines of a knowledge file that hold one entry, as they were written."""

from __future__ import annotations

import textwrap
from pathlib import Path

from hipexpert.errors import Location, Problem
from hipexpert.text_files import read_text_file


def excerpt(at: Location) -> str:
    """Return the YAML of the entry that begins at a location; empty when the file cannot be read."""
    text = read_text_file(Path(at.file))
    if isinstance(text, Problem):
        return ""
    lines = text.splitlines()
    first = lines[at.line - 1]
    start = len(first) - len(first.lstrip())
    kept = [first]
    for line in lines[at.line :]:
        indent = len(line) - len(line.lstrip())
        if line.strip() and (indent < start or (indent == start and _begins_other(first, line))):
            break
        kept.append(line)
    while kept and not kept[-1].strip():
        kept.pop()
    return textwrap.dedent("\n".join(kept)) + "\n"


def _begins_other(first: str, line: str) -> bool:
    """Whether a line at the same indent begins the next entry of a list (or ends the mapping)."""
    return first.lstrip().startswith("- ") or line.lstrip().startswith("- ")
