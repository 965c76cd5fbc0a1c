"""Reads and writes text files, or says in one problem why it cannot be done."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from hipexpert.errors import Location, Problem

MAX_BYTES = 4_000_000
_NAME = 50
"""Characters of a file's name that its temporary one repeats; a name may have 255 bytes in all."""


def read_text_file(path: Path, shown: str = "") -> str | Problem:
    """Return the text of a UTF-8 file, or the problem with it.

    Args:
        path: The file.
        shown: How to name it in the problem; the path itself by default.
    """
    file = shown or str(path)
    try:
        if path.is_dir():
            return Problem(Location(file), "HX101", "this is a folder; expected a file", "name a file in it")
        with path.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)  # a device or a pipe may never end
    except FileNotFoundError:
        return Problem(Location(file), "HX101", "no such file", "check the path")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return Problem(
            Location(file), "HX101", f"cannot be read: {reason}", "check the path and its permissions"
        )
    return _decoded(raw, file)


def read_standard_input(shown: str = "<standard input>") -> str | Problem:
    """Return all of standard input as text, or the problem with it."""
    if sys.stdin is None:
        return Problem(Location(shown), "HX101", "there is no standard input", "name a file")
    try:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return Problem(Location(shown), "HX101", f"cannot be read: {reason}", "name a file")
    return _decoded(raw, shown)


def _decoded(raw: bytes, file: str) -> str | Problem:
    if len(raw) > MAX_BYTES:
        return Problem(Location(file), "HX107", f"the file is larger than {MAX_BYTES:,} bytes", "split it")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Problem(Location(file, line), "HX102", "this is not UTF-8 text", "save it as plain UTF-8 text")


def read_own_file(path: Path, most_bytes: int) -> bytes:
    """Return what a plain file holds that is ours, and that only we can have written.

    Raises:
        OSError: It is missing, larger, cannot be read, or is something else.
    """
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with os.fdopen(os.open(path, flags), "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode) or about.st_size > most_bytes:
            raise OSError("not a plain file")
        if hasattr(os, "getuid") and (about.st_uid != os.getuid() or about.st_mode & 0o022):
            raise OSError("others may have written it")
        return file.read()


def write_text_file(path: Path, text: str) -> Problem | None:
    """Write a UTF-8 file; see :func:`write_file`."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        return Problem(Location(str(path)), "HX505", f"cannot be written: {error}", "choose another place")
    return write_file(path, data)


def write_file(path: Path, data: bytes) -> Problem | None:
    """Write a file that only its owner may read; an old file stays whole until the new one is.

    Returns:
        The problem that kept it from being written, or None.
    """
    import tempfile  # takes a while, and most commands write nothing

    temporary = None
    try:
        if path.exists() and not path.is_file():  # a device or a pipe is written to, never replaced
            path.write_bytes(data)
            return None
        real = Path(os.path.realpath(path))  # a link stays one, and what it leads to is replaced
        prefix = f".{real.name[:_NAME]}."
        handle, name = tempfile.mkstemp(prefix=prefix, dir=real.parent)  # mkstemp makes it 0600
        temporary = Path(name)
        with open(handle, "wb") as file:  # noqa: PTH123  a handle has no path
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(real)
        temporary = None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return Problem(Location(str(path)), "HX505", f"cannot be written: {reason}", "choose another place")
    finally:
        if temporary is not None:  # also when the user stops the program
            with suppress(OSError):
                temporary.unlink()
    return None
