"""Fills the marked parts of the pages with what the program itself says: ``make docs``.

A part stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; a test holds it up to date.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from hipexpert.case_files import read_case
from hipexpert.errors import CaseError
from hipexpert.evaluation import Evaluation, evaluate
from hipexpert.evaluation.bench import Bench
from hipexpert.evaluation.folder import read_folder
from hipexpert.evaluation.masking import masking
from hipexpert.evaluation.outcome import Outcome
from hipexpert.knowledge.coverage import measure
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import LEVELS, Knowledge
from hipexpert.report.coverage_page import coverage_page
from hipexpert.report.evaluation_page import markdown_sections

sys.path.insert(0, str(Path(__file__).parent))
from view_reference import view_reference

ROOT = Path(__file__).resolve().parents[1]
PUBLISHED = ROOT / "tests" / "cases" / "published"
TEACHING = ROOT / "tests" / "cases" / "teaching"
KNOWN_FAILURES = ROOT / "tests" / "cases" / "known_failures.txt"
DRAWS = 10
"""Draws of the masking curve on the page; a test makes the page anew."""

PAGES = (ROOT / "docs" / "validation.md", ROOT / "docs" / "safety.md", ROOT / "docs" / "templates.md")


@lru_cache(maxsize=1)
def published(knowledge: Knowledge) -> Bench:
    """Return what the bench says of the published cases, with a short masking curve."""
    folder = read_folder(PUBLISHED, knowledge)
    if folder.problems:
        raise CaseError(folder.problems)
    evaluation = evaluate((case for case, _ in folder.cases), knowledge)
    return Bench(
        name=PUBLISHED.name, evaluation=evaluation, masking=masking(folder.cases, knowledge, draws=DRAWS)
    )


def _section(*names: str) -> Callable[[Knowledge], str]:
    def made(knowledge: Knowledge) -> str:
        sections = markdown_sections(published(knowledge), knowledge)
        return "\n".join(sections[name] for name in names)

    return made


def not_sparse_figures(knowledge: Knowledge) -> str:
    """Return the shares over published cases with five usable findings or more."""
    return _shares(published(knowledge).evaluation.groups["not sparse"])


def ten_conditions(knowledge: Knowledge) -> str:
    """Return the shares over published cases whose diagnosis is one of the first ten conditions."""
    first_ten = {
        "trochanteric_bursitis", "iliopsoas_bursitis", "iliopsoas_tendinitis", "hip_flexor_strain",
        "hip_stress_fracture", "labral_tear", "femoroacetabular_impingement", "it_band_syndrome",
        "hip_osteoarthritis", "piriformis_syndrome",
    }  # fmt: skip

    def one_of_them(each: Outcome) -> bool:
        return bool(first_ten & set(each.accepted or ()))

    return _shares(published(knowledge).evaluation.of(one_of_them))


def teaching(knowledge: Knowledge) -> str:
    """Return the shares over the constructed teaching cases, by how they were told."""
    names = ("told as", "cases", "first", "within three", "undertriage", "overtriage")
    head = f"| {' | '.join(names)} |\n{'|---' * len(names)}|\n"
    return head + "".join(_told_as(kind, knowledge) for kind in ("typical", "report", "short"))


def _told_as(kind: str, knowledge: Knowledge) -> str:
    cases = [read_case(path, knowledge) for path in sorted(TEACHING.glob(f"*-{kind}.yaml"))]
    found = evaluate(cases, knowledge)
    shares = (found.within(1), found.within(3), found.undertriage, found.overtriage)
    return f"| {kind} | {len(cases)} | {' | '.join(map(str, shares))} |\n"


def _shares(evaluation: Evaluation) -> str:
    rows = (
        ("accepted condition first", evaluation.within(1)),
        ("within the first three", evaluation.within(3)),
        ("undertriage", evaluation.undertriage),
        ("overtriage", evaluation.overtriage),
    )
    table = "".join(f"| {name} | {share} |\n" for name, share in rows)
    return f"| figure | value |\n|---|---|\n{table}"


def known_failures(_: Knowledge) -> str:
    """Return the whole runners that do not come out as expected, each with its cause."""
    lines = [
        line for line in KNOWN_FAILURES.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")
    ]
    return "".join(f"- {line}\n" for line in lines) or "None.\n"


def coverage_table(knowledge: Knowledge) -> str:
    """Return the coverage of the articles' claims."""
    return f"```text\n{coverage_page(measure(knowledge), knowledge)}```\n"


def not_modelled(knowledge: Knowledge) -> str:
    """Return what no rule takes into account."""
    return "".join(f"- {text}\n" for text in knowledge.not_modelled)


def red_flags(knowledge: Knowledge) -> str:
    """Return every red flag, the most urgent first."""
    head = "| red flag | if raised | layer | id |\n|---|---|---|---|\n"
    ordered = sorted(knowledge.flags.values(), key=lambda f: (-LEVELS.index(f.urgency), f.name))
    rows = (f"| {f.name} | {f.urgency.replace('_', ' ')} | {f.layer} | {f.id} |\n" for f in ordered)
    return head + "".join(rows)


PARTS: Mapping[str, Callable[[Knowledge], str]] = {
    "view": lambda _: view_reference(),
    "teaching": teaching,
    "published": _section("figures", "triage", "cases"),
    "published-bars": _section("published"),
    "groups": _section("groups"),
    "confusion": _section("confusion"),
    "masking": _section("masking"),
    "not-sparse": not_sparse_figures,
    "ten-conditions": ten_conditions,
    "known-failures": known_failures,
    "coverage": coverage_table,
    "not-modelled": not_modelled,
    "red-flags": red_flags,
}


def filled(text: str, knowledge: Knowledge) -> str:
    """Return a page with every marked part made anew."""
    for name, make in PARTS.items():
        pattern = re.compile(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        if pattern.search(text):
            part = make(knowledge)
            text = pattern.sub(lambda m, part=part: f"{m[1]}{part}{m[2]}", text)  # type: ignore[misc]
    return text


def main() -> None:
    """Rewrite the pages."""
    knowledge = load(ROOT / "rules")
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8"), knowledge), encoding="utf-8")


if __name__ == "__main__":
    main()
