"""Makes docs/gallery/ from examples/: ``make gallery``. Screenshots need Chromium, the PDF WeasyPrint."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import hipexpert
from hipexpert.report.figures.export import export, export_map
from hipexpert.report.figures.knowledge_graph import knowledge_graph
from hipexpert.report.figures.view import graph_of

ROOT = Path(__file__).resolve().parents[1]
GALLERY = ROOT / "docs" / "gallery"
CASE = ROOT / "examples" / "stress-fracture.yaml"
MOST = 2_000_000
"""Bytes of the whole gallery; a repository is no photo album."""


def write(name: str, text: str) -> None:
    """Write one file of the gallery."""
    (GALLERY / name).write_text(text, encoding="utf-8", newline="\n")


def pictures(knowledge: hipexpert.Knowledge, assessment: hipexpert.Assessment) -> None:
    """Draw the graphs and the map."""
    case = assessment.case.id
    write("graph.svg", export(graph_of(assessment, knowledge), "svg", f"What led to what: {case}"))
    write("knowledge.svg", export_map(knowledge, f"{knowledge.name} {knowledge.version}"))
    name = "femoroacetabular_impingement"
    write("condition.svg", export(knowledge_graph(knowledge, name), "svg", f"What could lead to {name}"))


def screenshots() -> None:
    """Photograph the page on a screen, in the dark and on a phone."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    views = {
        "page": {"viewport": {"width": 1120, "height": 760}},
        "page-dark": {"viewport": {"width": 900, "height": 560}, "color_scheme": "dark"},
        "page-phone": {"viewport": {"width": 390, "height": 760}, "is_mobile": True},
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name, options in views.items():
            page = browser.new_page(**options)
            page.goto((GALLERY / "report.html").as_uri())
            page.screenshot(path=GALLERY / f"{name}.png")
            if name == "page":
                page.locator(".standing").first.screenshot(path=GALLERY / "condition.png")
        browser.close()


def paper() -> None:
    """Photograph the first page of the PDF, where poppler's pdftoppm is installed."""
    if program := shutil.which("pdftoppm"):
        first = [program, "-r", "60", "-f", "1", "-l", "1", "-singlefile", "-png"]
        subprocess.run([*first, GALLERY / "report.pdf", GALLERY / "paper"], check=True)


def main() -> None:
    """Make everything anew."""
    GALLERY.mkdir(exist_ok=True)
    knowledge = hipexpert.load(ROOT / "rules")
    assessment = hipexpert.assess(hipexpert.read_case(CASE, knowledge), knowledge)
    report = hipexpert.Report(assessment, knowledge)
    write("report.html", report.render("html"))
    write("report.md", report.render("markdown"))
    (GALLERY / "report.pdf").write_bytes(hipexpert.Report(assessment, knowledge, "brief").pdf())
    pictures(knowledge, assessment)
    screenshots()
    paper()
    size = sum(file.stat().st_size for file in GALLERY.iterdir())
    assert size < MOST, f"{size:,} bytes"


if __name__ == "__main__":
    main()
