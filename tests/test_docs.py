"""The pages say what the program does now."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from hipexpert.knowledge.loader import load

ROOT = Path(__file__).parents[1]


def make_docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_docs", ROOT / "docs" / "make_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_parts_are_up_to_date() -> None:
    docs = make_docs()
    knowledge = load(ROOT / "rules")
    for page in docs.PAGES:
        text = page.read_text(encoding="utf-8")
        assert text == docs.filled(text, knowledge), "run: make docs"
        assert text.count("<!-- begin") == text.count("<!-- end") > 0


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda p: p.name
)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_yaml_of_the_guide_names_things_that_exist() -> None:
    """The guide teaches by example, so its ids must be real."""
    knowledge = load(ROOT / "rules")
    text = (ROOT / "docs" / "rule-writers-guide.md").read_text(encoding="utf-8")
    for cite in set(re.findall(r"\ba[1-5]\.\d{3}\b", text)):
        assert cite in knowledge.claims
    for name in re.findall(r"(?:supports|opposes): (\w+)", text):
        assert name in knowledge.conditions
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"hipexpert kb show (\S+)", readme):
        assert name in knowledge.rules or name in knowledge.conditions


def test_every_code_is_explained_and_none_invented() -> None:
    used = {
        code
        for path in (ROOT / "hipexpert").rglob("*.py")
        for code in re.findall(r'"(HX\d{3})"', path.read_text(encoding="utf-8"))
    }
    text = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| (HX[^|]+) \|", text, re.MULTILINE))
    explained: set[str] = set()
    for entry in listed:
        codes = re.findall(r"HX(\d{3})", entry)
        numbers = range(int(codes[0]), int(codes[1]) + 1) if " to " in entry else map(int, codes)
        explained |= {f"HX{number}" for number in numbers}
    assert explained == used
