"""The file of an audit record: many writers, a full disk, a killed writer."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hipexpert import audit, audit_file
from hipexpert.errors import AuditError
from tests.audit.sample import AT, SUMMARY, lines

ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from pathlib import Path
from hipexpert import audit, audit_file
from tests.audit.sample import AT, SUMMARY
path, count = Path(sys.argv[1]), int(sys.argv[2])
for n in range(count):
    entry = audit_file.append(path, lambda last: audit.consultation(last, AT, f"c{n}", SUMMARY, None))
    print(entry.hash, flush=True)
"""

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX locks, signals and modes")


def make(last: audit.Entry | None) -> str:
    return audit.consultation(last, AT, "case", SUMMARY, None)


def code(call: Callable[[], Any]) -> str:
    with pytest.raises(AuditError) as caught:
        call()
    (problem,) = caught.value.problems
    assert problem.hint
    return problem.code


def writer(path: Path, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(count)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


@posix
def test_a_new_record_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "record"
    assert audit_file.append(path, make).n == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_entries_are_only_ever_added(tmp_path: Path) -> None:
    path = tmp_path / "record"
    before = b""
    for n in range(1, 6):
        audit_file.ready(path)
        assert audit_file.append(path, make).n == n
        now = path.read_bytes()
        assert now.startswith(before)
        assert len(now) > len(before)
        before = now
    assert [entry.n for entry in audit_file.entries(path)] == [1, 2, 3, 4, 5]


@posix
def test_writers_in_many_processes_make_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "record"
    writers = [writer(path, 15) for _ in range(4)]
    said = [line for one in writers for line in one.communicate(timeout=120)[0].split()]
    found = [entry.hash for entry in audit_file.entries(path)]
    assert len(found) == 60
    assert sorted(found) == sorted(said)


@posix
@pytest.mark.parametrize("delay", [0.0, 0.003, 0.01, 0.03])
def test_what_was_recorded_survives_a_kill(tmp_path: Path, delay: float) -> None:
    path = tmp_path / "record"
    child = writer(path, 100_000)
    assert child.stdout is not None
    said = [child.stdout.readline().strip() for _ in range(3)]
    time.sleep(delay)
    child.send_signal(signal.SIGKILL)
    rest, _ = child.communicate(timeout=60)
    said += rest.split()
    audit_file.mend(path)
    found = [entry.hash for entry in audit_file.entries(path)]
    whole = [line for line in said if len(line) == 64]
    assert found[: len(whole)] == whole
    assert len(found) <= len(whole) + 1, "at most the entry it could not tell of any more"
    assert audit_file.append(path, make).n == len(found) + 1


@pytest.mark.parametrize("cut", [1, 5, 300])
def test_an_unfinished_line_is_set_aside_and_never_a_whole_one(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "record"
    whole = b"".join(lines(4))
    path.write_bytes(whole[:-cut])
    assert code(lambda: audit_file.append(path, make)) == "HX532"
    assert code(lambda: list(audit_file.entries(path))) == "HX532"
    aside = audit_file.mend(path)
    assert aside is not None
    assert path.read_bytes() == b"".join(lines(3))
    assert path.read_bytes() + aside.read_bytes() == whole[:-cut]
    assert audit_file.mend(path) is None
    assert audit_file.append(path, make).n == 4


def failing(name: str, nth: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the nth call of a system function fail as on a full disk, after half the work for a write."""
    real = getattr(os, name)
    calls = 0

    def call(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls >= nth:
            raise OSError(28, "No space left on device")
        return real(arguments[0], arguments[1][:100]) if name == "write" else real(*arguments)

    monkeypatch.setattr(audit_file.os, name, call)


@pytest.mark.parametrize(
    ("name", "nth"), [("write", 1), ("write", 2), ("write", 5), ("fsync", 1), ("open", 1)]
)
def test_a_full_disk_leaves_the_record_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, nth: int
) -> None:
    path = tmp_path / "record"
    path.write_bytes(b"".join(lines(2)))
    with monkeypatch.context() as patch:
        failing(name, nth, patch)
        assert code(lambda: audit_file.append(path, make)) == "HX505"
    assert path.read_bytes() == b"".join(lines(2))
    assert audit_file.append(path, make).n == 3


@posix
def test_a_record_that_somebody_keeps_locked_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    path = tmp_path / "record"
    audit_file.append(path, make)
    monkeypatch.setattr(audit_file, "WAIT", 0.1)
    with path.open("rb") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        assert code(lambda: audit_file.append(path, make)) == "HX534"
        assert code(lambda: list(audit_file.entries(path))) == "HX534"
    assert audit_file.append(path, make).n == 2


@pytest.mark.parametrize(
    "data", [b"id: case\n", b"{}\n", b"\n", b"x" * 300_000, b"\xff\xfe\n", b"[" * 9000 + b"\n"]
)
def test_nothing_is_added_to_a_file_that_is_no_record(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(data)
    assert code(lambda: audit_file.append(path, make)) in ("HX530", "HX532")
    assert code(lambda: audit_file.ready(path)) in ("HX530", "HX532")
    assert path.read_bytes() == data


def test_places_that_are_no_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no" / "record", Path("a\0b"), tmp_path / ("x" * 300)):
        assert code(lambda path=path: audit_file.append(path, make)) == "HX505"  # type: ignore[misc]
        assert code(lambda path=path: list(audit_file.entries(path))) == "HX101"  # type: ignore[misc]
    with pytest.raises(AuditError):
        audit_file.append(tmp_path / "none", make, create=False)
    assert list(tmp_path.iterdir()) == []


@posix
def test_a_pipe_or_a_device_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/null")):
        assert code(lambda path=path: audit_file.append(path, make)) == "HX505"  # type: ignore[misc]
