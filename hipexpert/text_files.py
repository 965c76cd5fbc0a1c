"""Reads a text file, or says in one problem why it cannot be read."""

from __future__ import annotations

from pathlib import Path

from hipexpert.errors import Location, Problem

MAX_BYTES = 4_000_000


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
        if path.stat().st_size > MAX_BYTES:
            return Problem(Location(file), "HX107", f"the file is larger than {MAX_BYTES:,} bytes", "split it")
        raw = path.read_bytes()
    except FileNotFoundError:
        return Problem(Location(file), "HX101", "no such file", "check the path")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return Problem(Location(file), "HX101", f"cannot be read: {reason}", "check the path and its permissions")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Problem(Location(file, line), "HX102", "this is not UTF-8 text", "save it as plain UTF-8 text")
