"""A real Chromium. On a developer's machine without one these tests are skipped; in CI they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hipexpert.case_files import read_case
from hipexpert.inference.assess import assess
from hipexpert.knowledge.loader import load
from hipexpert.report.render import render

ROOT = Path(__file__).parents[2]
DENSE = ROOT / "tests" / "cases" / "articles" / "iliopsoas-tendinitis-typical.yaml"
"""The case in which the most rules fire."""

EXAMPLE = ROOT / "examples" / "stress-fracture.yaml"

REQUIRED = "HIPEXPERT_BROWSER"
"""Set to ``required`` where a missing browser is a failure."""


def _missing(what: str) -> None:
    if os.environ.get(REQUIRED) == "required":
        pytest.fail(f"{what} is missing, and {REQUIRED}=required")
    pytest.skip(f"{what} is missing; set {REQUIRED}=required to fail instead")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        _missing("Chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """An example as a page, in any style, or the dense case; each is made once."""
    folder = tmp_path_factory.mktemp("pages")
    knowledge = load(ROOT / "rules").restricted(["articles"])

    def page(style: str, case: Path = EXAMPLE) -> Path:
        file = folder / f"{case.stem}-{style}.html"
        if not file.exists():
            assessment = assess(read_case(case, knowledge), knowledge)
            file.write_text(render(assessment, knowledge, "html", None, style), encoding="utf-8")
        return file

    return page


@pytest.fixture
def opened(chromium: Any, pages: Callable[..., Path]) -> Iterator[Callable[..., Any]]:
    """Open a page in a context of its own."""
    contexts = []

    def open_(style: str = "clinician", file: Path | None = None, **options: Any) -> Any:
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.goto((file or pages(style)).as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
