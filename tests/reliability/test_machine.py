"""The machine is safe: no network, no other program, nothing written unasked, nothing told of a patient."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.inference.shipped import ROOT

WATCHED = """
import json, os, sys
seen = []
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.chown",
           "os.truncate", "os.utime", "shutil.")
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
             "pty.", "webbrowser.", "urllib.", "http.", "ftplib.", "smtplib.", "ctypes.", "pickle.")
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        mode, flags = arguments[1] or "", arguments[2] or 0
        if flags & WRITES or set(mode) & set("wax+"):
            seen.append(("write", os.fsdecode(arguments[0])))
    elif event.startswith(CHANGES):
        seen.append((event, str(arguments[:2])))
    elif event.startswith(FORBIDDEN):
        seen.append(("forbidden", f"{event} {arguments}"[:200]))
from hipexpert.cli.main import run
sys.dont_write_bytecode = True
from hipexpert.inference import assess as _a
from hipexpert.report import render as _b
from hipexpert.knowledge import reading as _c
sys.addaudithook(watch)
code = run(json.loads(sys.argv[1]))
sys.stdout.flush()
print(json.dumps([code, seen]), file=sys.stderr)
"""

CASE = "examples/lateral-hip.yaml"
COMMANDS = [
    ["--help"],
    ["consult", CASE],
    ["consult", CASE, "--format", "html"],
    ["consult", CASE, "--format", "json"],
    ["consult", "--answers", "-"],
    ["consult"],
    ["case", "check", CASE],
    ["case", "show", CASE],
    ["case", "new"],
    ["case", "list", "examples"],
    ["explain", "how", CASE, "trochanteric_bursitis"],
    ["explain", "what-if", CASE, "fever=yes"],
    ["explain", "compare", CASE, "trochanteric_bursitis", "labral_tear"],
    ["explain", "unexplained", CASE],
    ["kb", "list", "rules"],
    ["kb", "show", "TB-03"],
    ["kb", "check"],
    ["kb", "coverage"],
    ["kb", "schema"],
    ["evaluate", "tests/cases/published"],
]


def watched(*arguments: str, cache: str = "") -> tuple[int, list[tuple[str, str]], str]:
    environment = {**os.environ, "HIPEXPERT_CACHE": cache or os.environ["HIPEXPERT_CACHE"]}
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, json.dumps(arguments)],
        cwd=ROOT, input="fever: no\n", capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    code, seen = json.loads(done.stderr.splitlines()[-1])
    return code, [(kind, what) for kind, what in seen], done.stderr


@pytest.fixture(scope="module")
def kept() -> None:
    """Keep the knowledge base in the cache now, so that no command has to."""
    watched("kb", "list", "layers")


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_command_reaches_no_network_starts_nothing_and_writes_nothing(arguments: list[str]) -> None:
    _, seen, _ = watched(*arguments)
    assert seen == []


def test_the_watch_sees_what_it_is_for(tmp_path: Path) -> None:
    script = WATCHED.replace(
        "code = run(json.loads(sys.argv[1]))",
        "import socket; socket.socket().close(); code = 0\n"
        "open(sys.argv[1], 'w').close(); os.remove(sys.argv[1])",
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "x")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    kinds = [kind for kind, _ in json.loads(done.stderr.splitlines()[-1])[1]]
    assert kinds == ["forbidden", "write", "os.remove"]


def test_files_are_written_where_asked_and_nowhere_else(tmp_path: Path) -> None:
    paths = {name: str(tmp_path / name) for name in ("report.html", "case.yaml", "record.jsonl")}
    _, seen, said = watched(
        "consult", CASE, "--output", paths["report.html"], "--save", paths["case.yaml"], "--audit",
        paths["record.jsonl"], cache=str(tmp_path / "cache"),
    )  # fmt: skip
    assert not [what for kind, what in seen if kind == "forbidden"]
    assert all(str(tmp_path) in what for _, what in seen), seen
    left = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*")}
    assert left == {"report.html", "case.yaml", "record.jsonl", "cache"}
    if os.name != "nt":
        assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_file()} == {0o600}
    assert "Traceback" not in said


def test_the_cache_holds_nothing_of_a_patient(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text("id: zqxj-77\ntitle: Mr Zqxj\nabout: {age: 34}\nfindings: {pain.site: [lateral]}\n")
    watched("consult", str(case), cache=str(tmp_path / "cache"))
    for path in (tmp_path / "cache").rglob("*"):
        assert b"qxj" not in path.read_bytes()


def test_no_module_logs_or_warns() -> None:
    """Standard error is written by the command line alone, so nothing of a patient ends up in a log."""
    for path in (ROOT / "hipexpert").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name not in ("_experta.py", "pdf.py"):  # these silence what a library would say
            assert not re.search(r"^\s*(import|from) (logging|warnings|syslog|sqlite3)\b", text, re.M), path


def test_a_defect_tells_nothing_of_the_patient_and_shows_no_traceback(tmp_path: Path) -> None:
    script = """
import sys
import hipexpert.inference.assess as module
def broken(case, knowledge, engine="ground"):
    raise RuntimeError(f"about {case.meta['title']}")
module.assess = broken
from hipexpert.cli.main import run
sys.exit(run(sys.argv[1:]))
"""
    case = tmp_path / "case.yaml"
    case.write_text("id: r-1\ntitle: Mr Zqxj\nfindings: {fever: no}\n")
    command = [sys.executable, "-c", script, "consult", str(case)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "HX901 a defect of this program (RuntimeError)" in done.stderr
    assert "Zqxj" not in done.stderr
    assert "Traceback" not in done.stderr
    debug = {**os.environ, "HIPEXPERT_DEBUG": "1"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=debug)
    assert "Traceback" in done.stderr


@pytest.mark.parametrize("redirect", [">/dev/full", ">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
@pytest.mark.parametrize("command", [f"consult {CASE}", "kb list rules", "consult", "consult -"])
def test_standard_streams_that_are_full_or_closed(command: str, redirect: str) -> None:
    if os.name == "nt" or not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    done = subprocess.run(
        f"{sys.executable} -m hipexpert {command} {redirect}", shell=True, cwd=ROOT, input="", text=True,
        capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    if redirect.startswith(">") and "consult" in command and CASE in command:
        assert done.returncode == 3


def test_names_no_system_takes(tmp_path: Path) -> None:
    long = "x" * 300
    for arguments in (
        ["case", "new", long], ["case", "list", long], ["evaluate", long], ["kb", "check", "--rules", long],
        ["consult", CASE, "--templates", long], ["consult", long], ["consult", CASE, "--save", long],
        ["consult", CASE, "--output", long], ["consult", CASE, "--audit", long], ["audit", "list", long],
    ):  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "hipexpert", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (1, 2, 3), (arguments[:2], done.stderr)
        assert "Traceback" not in done.stderr
        assert re.search(r"HX\d{3}|no folder", done.stderr), (arguments[:2], done.stderr)
