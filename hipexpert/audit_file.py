"""The file of an audit record: opened by its owner alone, locked, only ever added to, and written through."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader, FileIO
from pathlib import Path

from hipexpert.audit import MAX_LINE, Entry, parse, unfinished, verify
from hipexpert.errors import AuditError, Location, Problem

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

WAIT = 10.0
"""Seconds to wait for another process that writes."""

_PAUSE = 0.02


def append(path: Path, make: Callable[[Entry | None], str], *, create: bool = True) -> Entry:
    """Add one entry to a record, whole or not at all, and wait until the disk has it.

    The last entry is checked; the ones before it are left to :func:`entries`, so that adding takes the same
    time however long the record is.

    Args:
        path: The record; made, readable by its owner alone, when it is not there.
        make: Returns the new line, given the last entry (None in a new record).
        create: Whether a record that is not there is made.

    Returns:
        The entry added.

    Raises:
        AuditError: HX505 cannot be written, HX530 or HX532 its last line is no whole entry, HX534 locked.
    """
    with _opened(path, write=True, create=create) as file:
        size = file.seek(0, os.SEEK_END)
        line = make(_last(file, size, str(path))).encode()
        try:
            _write(file.fileno(), line)
            os.fsync(file.fileno())
            if size == 0:
                _sync_folder(path)
        except BaseException:
            with suppress(OSError):  # what is left then is an unfinished line, which the next one sees
                file.truncate(size)
                os.fsync(file.fileno())
            raise
        return parse(line[:-1])


def ready(path: Path) -> None:
    """Make sure that an entry could be added now, so that nobody answers questions in vain.

    Raises:
        AuditError: As :func:`append`.
    """
    with _opened(path, write=True) as file:
        _last(file, file.seek(0, os.SEEK_END), str(path))


def entries(path: Path, head: str | None = None) -> Iterator[Entry]:
    """Yield every entry, checked from the first; see :func:`hipexpert.audit.verify`.

    Raises:
        AuditError: Also HX101 cannot be read, HX534 locked.
    """
    with _opened(path, write=False) as file:
        reader = BufferedReader(file)
        yield from verify(iter(lambda: reader.readline(MAX_LINE + 2), b""), str(path), head)


def mend(path: Path) -> Path | None:
    """Set aside the unfinished line that an interrupted write left; whole lines are never touched.

    Returns:
        The file that now holds the unfinished line; None when there was none.

    Raises:
        AuditError: It cannot be done; the record is as it was.
    """
    with _opened(path, write=True, create=False) as file:
        size = file.seek(0, os.SEEK_END)
        start, tail = _tail(file, size, str(path))
        if not tail or tail.endswith(b"\n"):
            return None
        aside = path.with_name(f"{path.name}.unfinished-{start}")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _write(handle, tail)
            os.fsync(handle)
        finally:
            os.close(handle)
        file.truncate(start)
        os.fsync(file.fileno())
        return aside


@contextmanager
def _opened(path: Path, *, write: bool, create: bool = True) -> Iterator[FileIO]:
    """Open and lock a record; every failure of the system becomes one problem."""
    flags = os.O_RDWR | os.O_APPEND | (os.O_CREAT if create else 0) if write else os.O_RDONLY
    flags |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
    code, what = ("HX505", "written") if write else ("HX101", "read")
    try:
        with FileIO(os.open(path, flags, 0o600), "r+" if write else "r") as raw:
            if not stat.S_ISREG(os.fstat(raw.fileno()).st_mode):
                raise OSError("this is not a plain file")
            _lock(raw.fileno(), path, exclusive=write)
            yield raw
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        hint = "check the path and its permissions; nothing was added" if write else "check the path"
        raise AuditError([Problem(Location(str(path)), code, f"cannot be {what}: {reason}", hint)]) from None


def _lock(handle: int, path: Path, *, exclusive: bool) -> None:
    """Take the lock, which goes with the handle; wait for others, but not for ever."""
    if fcntl is None:
        return
    for _ in range(int(WAIT / _PAUSE)):
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            return
        except (BlockingIOError, PermissionError):
            time.sleep(_PAUSE)
    message = f"another program has kept this record locked for {WAIT:g} seconds"
    raise AuditError([Problem(Location(str(path)), "HX534", message, "try again when it is done")])


def _last(file: FileIO, size: int, shown: str) -> Entry | None:
    """Return the last entry; None in an empty record.

    Raises:
        AuditError: The last line is no whole entry.
    """
    _, line = _tail(file, size, shown)
    if not line:
        return None
    if not line.endswith(b"\n"):
        raise AuditError([unfinished(Location(shown))])
    try:
        return parse(line[:-1])
    except ValueError as error:
        message = f"the last line is {error}" if str(error).startswith(("a", "not")) else str(error)
        hint = "audit verify looks at the whole record; nothing was added"
        raise AuditError([Problem(Location(shown), "HX530", message, hint)]) from None


def _tail(file: FileIO, size: int, shown: str) -> tuple[int, bytes]:
    """Return where the last line begins, and that line with its line end if it has one.

    Raises:
        AuditError: It is longer than an entry can be.
    """
    begin = max(0, size - MAX_LINE - 2)
    file.seek(begin)
    block = _read(file, size - begin)
    cut = block.rfind(b"\n", 0, max(0, len(block) - 1)) + 1
    if begin and not cut:
        message = "the last line is longer than an entry can be"
        raise AuditError([Problem(Location(shown), "HX530", message, "this is no audit record")])
    return begin + cut, block[cut:]


def _read(file: FileIO, count: int) -> bytes:
    parts = []
    while count > 0 and (part := file.read(count)):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _write(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def _sync_folder(path: Path) -> None:
    """Make a new file's name as lasting as its content, where the system can."""
    with suppress(OSError):
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
