"""A save is whole or not at all: whatever fails, and whenever the program is killed."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hipexpert.case_files import read_case, write_case
from hipexpert.errors import CaseError
from hipexpert.text_files import read_text_file, write_text_file
from tests.inference.shipped import PATHS, ROOT, case, knowledge

OLD, NEW = "old\n" * 20_000, "new\n" * 20_000

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX signals, links and modes")


def failing(name: str, error: type[BaseException]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        raise error(28, "No space left on device") if error is OSError else error()

    return call


STEPS = ("tempfile.mkstemp", "os.fsync", "os.replace", "pathlib.Path.replace")


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("step", STEPS)
def test_a_failure_at_every_step_leaves_the_old_file(
    step: str, error: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "case.yaml"
    target.write_text(OLD, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(step, failing(step, error))
        try:
            problem = write_text_file(target, NEW)
        except (KeyboardInterrupt, MemoryError):
            problem = None
            assert error is not OSError
    if step == "os.replace" and target.read_text(encoding="utf-8") == NEW:
        assert problem is None  # pathlib need not go through os.replace
        return
    assert target.read_text(encoding="utf-8") == OLD
    assert (problem is not None and problem.code == "HX505" and bool(problem.hint)) is (error is OSError)
    assert [path.name for path in tmp_path.iterdir()] == ["case.yaml"], "nothing half written stays"


@posix
def test_a_disk_that_fills_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    """A limit on the size of files stops the write half way, in a real process."""
    target = tmp_path / "case.yaml"
    target.write_text(OLD, encoding="utf-8")
    script = """
import resource, signal, sys
from pathlib import Path
from hipexpert.text_files import write_text_file
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
print(write_text_file(Path(sys.argv[1]), "new" * 20_000))
"""
    command = [sys.executable, "-B", "-c", script, str(target)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "HX505 cannot be written: File too large" in done.stdout, done
    assert target.read_text(encoding="utf-8") == OLD
    assert list(tmp_path.iterdir()) == [target]


SAVER = """
import sys
from pathlib import Path
from hipexpert.text_files import write_text_file
target, contents = Path(sys.argv[1]), [letter * 300_000 for letter in "ab"]
print("go", flush=True)
while True:
    for content in contents:
        assert write_text_file(target, content) is None
"""


@posix
@pytest.mark.parametrize("delay", [0.0, 0.001, 0.004, 0.011, 0.03, 0.07])
def test_the_file_is_whole_whenever_the_program_is_killed(tmp_path: Path, delay: float) -> None:
    target = tmp_path / "case.yaml"
    target.write_text("a" * 300_000)
    child = subprocess.Popen([sys.executable, "-c", SAVER, str(target)], cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(delay)
    child.send_signal(signal.SIGKILL)
    child.wait(timeout=60)
    child.stdout.close()
    text = target.read_text()
    assert text in ("a" * 300_000, "b" * 300_000)
    left = [path for path in tmp_path.iterdir() if path != target]
    assert len(left) <= 1, "at most the file it was writing"
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in left)
    assert write_text_file(target, "new") is None


@posix
def test_a_case_is_its_owners_alone_and_a_link_stays_one(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    real, link = folder / "case.yaml", tmp_path / "link.yaml"
    real.write_text("old")
    real.chmod(0o644)
    link.symlink_to(real)
    write_case(link, case(PATHS[0]), knowledge())
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert read_case(real, knowledge()).answers == case(PATHS[0]).answers
    assert [path.name for path in folder.iterdir()] == ["case.yaml"]


def test_a_name_as_long_as_may_be_is_saved(tmp_path: Path) -> None:
    target = tmp_path / f"{'x' * 250}.yaml"
    assert write_text_file(target, "text") is None
    assert target.read_text() == "text"


def as_nobody(call: Callable[[], object]) -> str:
    """Return what a function says in a process without rights: root may do anything."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            os.write(into, str(call()).encode())
        finally:
            os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as said:
        text = said.read().decode()
    os.waitpid(child, 0)
    return text


@posix
def test_a_folder_that_may_not_be_written_and_a_file_that_may_not_be_read() -> None:
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        top.chmod(0o755)
        folder, secret = top / "folder", top / "secret.yaml"
        folder.mkdir(mode=0o555)
        target = folder / "case.yaml"
        secret.write_text("id: x\n")
        secret.chmod(0o000)
        said = as_nobody(lambda: write_text_file(target, "text"))
        assert said.startswith(f"{target}: HX505 cannot be written: Permission denied")
        said = as_nobody(lambda: read_text_file(secret))
        assert said.startswith(f"{secret}: HX101 cannot be read: Permission denied")
        assert list(folder.iterdir()) == []
        folder.chmod(0o755)


def test_saving_where_nothing_can_be_saved_says_so_and_loses_nothing(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "no" / "such" / "case.yaml", Path("a\0b")):
        with pytest.raises(CaseError, match="HX505"):
            write_case(place, case(PATHS[0]), knowledge())
    assert list(tmp_path.iterdir()) == []
