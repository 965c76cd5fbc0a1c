"""Reads the files of a knowledge base, checks all of it, and returns it whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from hipexpert.errors import KnowledgeError, TooMany
from hipexpert.knowledge.builder import UNKNOWN_NAMES, Builder, File
from hipexpert.knowledge.model import Knowledge
from hipexpert.knowledge.shape import check
from hipexpert.knowledge.yaml_reader import Document, read_file


def read(root: Path, paths: Iterable[Path]) -> Knowledge:
    """Read a knowledge base from its YAML files.

    Args:
        root: The folder of the knowledge base.
        paths: Its files, in the order they count.

    Raises:
        KnowledgeError: With every problem found, ordered by file and line.
    """
    documents = [read_file(path) for path in paths]
    knowledge = None
    with suppress(TooMany):  # what was found until then is told
        files = [File(d, check(d) if d.data is not None else None) for d in documents]
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
        if document.problems:
            continue  # nothing is built from it, and it may not be readable at all
        path = Path(document.file)
        whole.update(path.relative_to(root).as_posix().encode() + b"\0")
        whole.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return whole.hexdigest()[:16]
