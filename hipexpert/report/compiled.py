"""Keeps our own templates compiled, as Python keeps modules: in memory, and in the user's cache folder.

Compiling them takes longer than filling them in. What is read back is run, so only templates that come with
the package are kept on disk, in files that nobody else can have written; a stranger's stay in memory.
An entry is named by everything it was made from; whatever is odd about it, the template is compiled afresh.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Final

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from hipexpert.resources import cache_dir, shipped_templates_dir
from hipexpert.text_files import MAX_BYTES, read_own_file, write_file
from hipexpert.version import __version__

MOST_KEPT: Final = 256
"""Templates in memory, and on disk; when there are more, all are compiled again."""

_FORMAT = f"hipexpert.template/1 {__version__} {jinja2.__version__} {sys.version}"
_kept: dict[str, CodeType] = {}


class CompiledTemplates(BytecodeCache):
    """Jinja2's cache of compiled templates, for environments that compile alike.

    Args:
        kind: What else decides how a template is compiled, for instance whether it escapes.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._shipped = os.fspath(shipped_templates_dir()) + os.sep

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return what tells one template from others of the same text."""
        origin = "shipped" if (filename or "").startswith(self._shipped) else "own"
        return f"{origin}\0{self._kind}\0{name}\0{filename or ''}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a place with what is kept of it."""
        name = _name(bucket)
        bucket.code = _kept.get(name)
        if bucket.code is None and _on_disk(bucket):
            bucket.code = _read(name)
            if bucket.code is not None:
                _keep(name, bucket.code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a place holds; nothing happens when that cannot be done."""
        if bucket.code is not None:
            name = _name(bucket)
            _keep(name, bucket.code)
            if _on_disk(bucket):
                _write(name, bucket.code)


def _name(bucket: Bucket) -> str:
    whole = f"{_FORMAT}\0{bucket.key}\0{bucket.checksum}"
    return hashlib.sha256(whole.encode()).hexdigest()


def _on_disk(bucket: Bucket) -> bool:
    return bucket.key.startswith("shipped\0")


def _keep(name: str, code: CodeType) -> None:
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[name] = code


def _path(name: str) -> Path | None:
    folder = cache_dir()
    return None if folder is None else folder / f"template-{name[:32]}.bin"


def _read(name: str) -> CodeType | None:
    path = _path(name)
    if path is None:
        return None
    with suppress(Exception):  # whatever it is, the template is still there
        whole = read_own_file(path, MAX_BYTES)
        head, body = whole[:64], whole[64:]
        if head == _head(name, body):
            code = marshal.loads(body)
            return code if isinstance(code, CodeType) else None
    return None


def _write(name: str, code: CodeType) -> None:
    path = _path(name)
    if path is None:
        return
    with suppress(Exception):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        body = marshal.dumps(code)
        if write_file(path, _head(name, body) + body) is None:
            found = sorted(path.parent.glob("template-*.bin"))
            for old in found if len(found) > MOST_KEPT else ():
                old.unlink()


def _head(name: str, body: bytes) -> bytes:
    return hashlib.sha256(name.encode() + body).hexdigest().encode()
