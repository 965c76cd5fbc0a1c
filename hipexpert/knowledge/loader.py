"""Loads a knowledge base: from the cache when these very files were loaded before, else from its YAML.

What reads YAML and checks it is imported only when it is needed, because that takes longer than all the rest.
"""

from __future__ import annotations

import os
from pathlib import Path

from hipexpert.errors import KnowledgeError, Location, Problem
from hipexpert.knowledge.cache import entry_for
from hipexpert.knowledge.model import Knowledge
from hipexpert.resources import rules_dir

MAX_FILES = 2000


def load(folder: str | os.PathLike[str] | None = None, *, cache: bool = True) -> Knowledge:
    """Load the knowledge base in a folder.

    Args:
        folder: Every ``*.yaml`` file below it is read; the shipped knowledge base when None.
        cache: Keep what was loaded in the user's cache folder, and take it from there when no file
            has changed. The result is the same either way.

    Returns:
        A knowledge base in which every name is resolved.

    Raises:
        KnowledgeError: With every problem found, ordered by file and line.
    """
    root = rules_dir(folder)
    paths = _paths(root)
    entry = entry_for(root, paths) if cache else None
    known = entry.read() if entry else None
    if known is not None:
        return known

    from hipexpert.knowledge.reading import read

    knowledge = read(root, paths)
    if entry and entry == entry_for(root, paths):  # nobody changed a file in the meantime
        entry.write(knowledge)
    return knowledge


def _paths(root: Path) -> list[Path]:
    if not root.is_dir():
        what = "this is a file; expected a folder" if root.exists() else "no such folder"
        hint = "name the folder that holds the knowledge base"
        raise KnowledgeError([Problem(Location(str(root)), "HX101", what, hint)])
    paths = sorted(root.rglob("*.yaml"), key=lambda p: p.relative_to(root).as_posix())
    if not paths or len(paths) > MAX_FILES:
        message = f"found {len(paths)} files ending in .yaml; expected 1 to {MAX_FILES}"
        raise KnowledgeError([Problem(Location(str(root)), "HX108", message)])
    return paths
