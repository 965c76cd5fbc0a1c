"""Keeps loaded knowledge bases as plain data in the user's cache folder, so that the next start is quick.

An entry is named by everything it was made from: the files, byte for byte, and the code that read them. It is
only ever a shortcut: whatever is odd about it, the answer is None, and the files are read as if it were not
there. Nothing in it is run.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from hipexpert.frozen import dataclass
from hipexpert.knowledge.branch_codec import decode_branches, encode_branches
from hipexpert.knowledge.codec import decode, encode
from hipexpert.knowledge.model import Knowledge
from hipexpert.resources import cache_dir
from hipexpert.text_files import MAX_BYTES, read_own_file, write_text_file
from hipexpert.version import __version__

FORMAT = "hipexpert.knowledge-cache/4"
KEPT = 8
"""How many entries stay; the oldest go first."""

_MAX_ENTRY = 16 * MAX_BYTES
_STALE = 3600.0
"""Seconds after which a file that somebody began and did not finish is removed."""


@dataclass(frozen=True)
class Entry:
    """The place of one knowledge base in the cache; there may be nothing there.

    Attributes:
        folder: The cache folder.
        key: A digest of everything the knowledge base is made from.
    """

    folder: Path
    key: str

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / f"knowledge-{self.key[:32]}.json"

    def read(self) -> Knowledge | None:
        """Return the knowledge base, or None when it is not there or anything about it is in doubt."""
        try:
            head, _, body = read_own_file(self.path, _MAX_ENTRY).partition(b"\n")
            if head != self._head(body):
                return None
            data = json.loads(body)
            knowledge = decode(data["knowledge"])
            decode_branches(data["branches"], knowledge)
            return knowledge
        except Exception:  # whatever it is, the files are still there
            return None

    def write(self, knowledge: Knowledge) -> None:
        """Put a knowledge base in its place; nothing happens when that cannot be done."""
        with suppress(Exception):
            data = {"knowledge": encode(knowledge), "branches": encode_branches(knowledge)}
            body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _clear(self.path)
            problem = write_text_file(self.path, f"{self._head(body.encode()).decode()}\n{body}")
            if problem is None:
                _prune(self.folder, self.path.stat().st_mtime)

    def _head(self, body: bytes) -> bytes:
        return f"{FORMAT} {self.key} {hashlib.sha256(body).hexdigest()}".encode()


def entry_for(root: Path, paths: Iterable[Path]) -> Entry | None:
    """Return the place of a knowledge base; None when the cache is off or a file cannot be read.

    Args:
        root: The folder of the knowledge base; messages show it, so it counts.
        paths: The files of the knowledge base, in order.
    """
    folder = cache_dir()
    if folder is None:
        return None
    whole = hashlib.sha256()
    try:
        for part in _ingredients(root, paths):
            whole.update(b"%d\0" % len(part))  # so that no other parts make the same
            whole.update(part)
    except (OSError, ValueError):
        return None  # the reader says what is wrong with it
    return Entry(folder, whole.hexdigest())


def _ingredients(root: Path, paths: Iterable[Path]) -> Iterator[bytes]:
    """Yield everything that decides what a knowledge base looks like once loaded."""
    yield from (FORMAT.encode(), __version__.encode(), os.fsencode(root))
    package = Path(__file__).parent
    for path in (*sorted(package.glob("*.py")), package.parent / "errors.py"):
        yield from (path.name.encode(), path.read_bytes())
    for path in paths:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            raise OSError("not a file anyone can read")
        yield from (os.fsencode(path.relative_to(root)), path.read_bytes())


def _clear(path: Path) -> None:
    """Remove what stands where an entry belongs but is no plain file: a link, a pipe, an empty folder."""
    with suppress(OSError):
        if stat.S_ISDIR(path.lstat().st_mode):
            path.rmdir()
        elif not stat.S_ISREG(path.lstat().st_mode):
            path.unlink()


def _prune(folder: Path, now: float) -> None:
    """Remove all but the newest entries, and what somebody left half written."""
    found = [(path.lstat().st_mtime, path) for path in folder.glob("knowledge-*.json")]
    unfinished = [(path.lstat().st_mtime, path) for path in folder.glob(".knowledge-*.json.*")]
    old = [path for _, path in sorted(found, reverse=True)[KEPT:]]
    old += [path for made, path in unfinished if made < now - _STALE]
    for path in old:
        with suppress(OSError):
            path.unlink()
