"""A knowledge base as it stood in a revision of its git repository."""

from __future__ import annotations

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path, PurePosixPath

from hipexpert.errors import UsageError

CASES = ("tests/cases", "tests/rule_cases")
"""Folders beside the rules that are taken out with them, where the revision has them."""


def check_out(revision: str, rules: Path, into: Path) -> Path:
    """Write the rules of a revision, and the cases beside them, below a folder.

    Args:
        revision: Anything git knows as a commit: a hash, a branch, a tag, ``HEAD~3``.
        rules: The folder of the rules in the working tree; names the repository and the place in it.
        into: An empty folder.

    Returns:
        The folder of the rules that were written.

    Raises:
        UsageError: There is no such revision, no repository, or it had no rules there.
    """
    home = rules.resolve().parent
    if revision.startswith("-"):
        raise UsageError(f"'{revision}' is neither a folder nor a revision")
    top = Path(_git(home, "rev-parse", "--show-toplevel").decode().strip())
    commit = _git(home, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
    place = PurePosixPath(home.relative_to(top.resolve()).as_posix())
    wanted = [place / rules.name, *(place / name for name in CASES)]
    there = _git(top, "ls-tree", "-r", "--name-only", "-z", commit, "--", *map(str, wanted)).decode()
    if not any(name.startswith(f"{wanted[0]}/".removeprefix("./")) for name in there.split("\0")):
        raise UsageError(f"revision '{revision}' has no folder {wanted[0]}")
    kept = [str(folder) for folder in wanted if any(n.startswith(f"{folder}/") for n in there.split("\0"))]
    _extract(_git(top, "archive", "--format=tar", commit, "--", *kept), into)
    return into / wanted[0]


def _extract(archive: bytes, into: Path) -> None:
    """Write the plain files of an archive; links and anything outside the folder are left out."""
    with tarfile.open(fileobj=BytesIO(archive)) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            content = tar.extractfile(member) if member.isfile() else None
            if content is None or path.is_absolute() or ".." in path.parts:
                continue
            target = into / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.read())


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
    except OSError as error:
        raise UsageError(f"git cannot be run: {error.strerror}; name two folders instead") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        why = said[0] if said else f"git knows no '{arguments[-1].removesuffix('^{commit}')}'"
        raise UsageError(f"neither a folder nor a revision: {why}")
    return done.stdout
