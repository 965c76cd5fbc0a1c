"""The tiny knee and runners with a sore one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from hipexpert.case import Case
from hipexpert.case_values import parse_answer
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge
from tests.case_paths import CASES, EXAMPLES, NIGHTLY

ROOT = Path(__file__).parents[2]


@lru_cache
def knee() -> Knowledge:
    return load(ROOT / "tests" / "knee", cache=False)


@lru_cache
def hip() -> Knowledge:
    return load(ROOT / "rules")


def runner(**findings: object) -> Case:
    entries = knee().findings
    return Case(id="knee", answers={k: parse_answer(entries[k], value) for k, value in findings.items()})


def shipped() -> list[Path]:
    return [*EXAMPLES, *CASES]


def some(step: int) -> list[Path]:
    """Return every shipped case at night, and one in ``step`` by day."""
    return shipped() if NIGHTLY else shipped()[::step]
