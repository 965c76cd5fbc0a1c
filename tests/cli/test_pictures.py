"""Pictures, styles and the PDF on the command line, as scripts call it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

ROOT = Path(__file__).parents[2]
CASE = "examples/stress-fracture.yaml"


def run(*arguments: str, code: int = 0, **options: object) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "hipexpert", *arguments], capture_output=True, cwd=ROOT, **options
    )  # type: ignore[call-overload]
    assert done.returncode == code, done.stderr.decode()
    return done


@pytest.mark.parametrize(
    ("format", "start"), [("svg", "<svg "), ("dot", "digraph "), ("mermaid", "flowchart"), ("text", "What ")]
)
def test_the_graph_of_a_case_in_every_format(format: str, start: str) -> None:
    made = run("explain", "graph", CASE, "--format", format).stdout.decode()
    assert made.startswith(start) and "SF-06" in made and made.endswith("\n")
    whole = run("explain", "graph", CASE, "--whole", "--format", format).stdout.decode()
    assert len(whole) > len(made)


def test_the_ending_of_the_file_chooses_the_format(tmp_path: Path) -> None:
    file = tmp_path / "labral.dot"
    run("kb", "graph", "labral_tear", "--output", str(file))
    assert file.read_text(encoding="utf-8").startswith("digraph")


def test_the_whole_knowledge_base_in_every_format() -> None:
    assert run("kb", "graph").stdout.startswith(b"<svg ")
    assert run("kb", "graph", "--format", "dot").stdout.startswith(b"digraph")
    assert b"did you mean 'labral_tear'" in run("kb", "graph", "labral_tearx", code=2).stderr


def test_graphviz_is_asked_for_by_name_and_missed_clearly(tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": str(tmp_path)}
    done = run("explain", "graph", CASE, "--layout", "dot", code=2, env=environment)
    assert b"needs Graphviz" in done.stderr and b"Traceback" not in done.stderr


def test_graphviz_draws_when_it_is_there() -> None:
    if which("dot") is None:
        pytest.skip("Graphviz is an option, and it is not installed here")
    assert b"<svg " in run("explain", "graph", CASE, "--layout", "dot").stdout


def test_a_style_by_name() -> None:
    sizes = [
        len(run("consult", CASE, "--format", "html", "--style", s).stdout) for s in ("brief", "teaching")
    ]
    assert sizes[0] < sizes[1]


def test_a_pdf_is_tagged_numbered_and_the_same_twice(tmp_path: Path) -> None:
    from pypdf import PdfReader

    made = run("consult", CASE, "--format", "pdf", "--style", "brief", "--paper", "letter").stdout
    reader = PdfReader(io.BytesIO(made))
    assert [round(float(n)) for n in reader.pages[0].mediabox[2:]] == [612, 792]
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en"
    first, last = reader.pages[0].extract_text(), reader.pages[-1].extract_text()
    assert "Triage" in first and f"{len(reader.pages)} / {len(reader.pages)}" in last
    file = tmp_path / "report.pdf"
    run("consult", CASE, "--output", str(file), "--style", "brief", "--paper", "letter")
    assert file.read_bytes() == made


def test_a_pdf_holds_the_graph() -> None:
    from pypdf import PdfReader

    made = PdfReader(io.BytesIO(run("consult", CASE, "--format", "pdf").stdout))
    assert any("The inference graph" in page.extract_text() for page in made.pages)
    assert any("RF-71" in page.extract_text() for page in made.pages)


def test_a_pdf_without_its_extra_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text("raise ImportError('not here')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = run("consult", CASE, "--format", "pdf", code=2, env=environment)
    assert b"pip install 'hipexpert[pdf]'" in done.stderr and done.stdout == b""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_pdf_never_goes_to_a_terminal() -> None:
    import pexpect

    child = pexpect.spawn(
        sys.executable, ["-m", "hipexpert", "consult", CASE, "--format", "pdf"], cwd=str(ROOT), timeout=60
    )
    child.expect("not for a terminal")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
