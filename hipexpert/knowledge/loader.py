"""Loads a knowledge base: reads every file, checks all of it, and returns it whole or not at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from hipexpert.errors import KnowledgeError, Location, Problem
from hipexpert.knowledge.builder import UNKNOWN_NAMES, Builder, File
from hipexpert.knowledge.model import Knowledge
from hipexpert.knowledge.shape import check
from hipexpert.knowledge.yaml_reader import Document, read_file
from hipexpert.resources import rules_dir

MAX_FILES = 2000


def load(folder: str | os.PathLike[str] | None = None) -> Knowledge:
    """Load the knowledge base in a folder.

    Args:
        folder: Every ``*.yaml`` file below it is read; the shipped knowledge base when None.

    Returns:
        A knowledge base in which every name is resolved.

    Raises:
        KnowledgeError: With every problem found, ordered by file and line.
    """
    root = rules_dir(folder)
    documents = _read(root)
    files = [File(document, check(document) if document.data is not None else None) for document in documents]
    knowledge = Builder(files, digest(root, documents)).build()
    problems = [p for document in documents for p in document.problems]
    if any(document.data is None for document in documents):
        # What an unreadable file would have defined is missing everywhere; that is no defect of the rest.
        problems = [p for p in problems if p.code not in UNKNOWN_NAMES]
    if problems or knowledge is None:
        raise KnowledgeError(problems)
    return knowledge


def digest(root: Path, documents: list[Document]) -> str:
    """Return a digest of the content: the same for the same files on any machine."""
    whole = hashlib.sha256()
    for document in documents:
        path = Path(document.file)
        whole.update(path.relative_to(root).as_posix().encode() + b"\0")
        whole.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return whole.hexdigest()[:16]


def _read(root: Path) -> list[Document]:
    if not root.is_dir():
        what = "this is a file; expected a folder" if root.exists() else "no such folder"
        hint = "name the folder that holds the knowledge base"
        raise KnowledgeError([Problem(Location(str(root)), "HX101", what, hint)])
    paths = sorted(root.rglob("*.yaml"), key=lambda p: p.relative_to(root).as_posix())
    if not paths or len(paths) > MAX_FILES:
        message = f"found {len(paths)} files ending in .yaml; expected 1 to {MAX_FILES}"
        raise KnowledgeError([Problem(Location(str(root)), "HX108", message)])
    return [read_file(path) for path in paths]
