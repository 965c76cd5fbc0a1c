"""The shipped knowledge base and every case that comes with it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hipexpert.case import Case
from hipexpert.case_files import read_case
from hipexpert.inference.compiler import Compiled, compile_rules
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge
from tests.case_paths import CASES, EXAMPLES, NIGHTLY

ROOT = Path(__file__).parents[2]
PATHS = (*CASES, *EXAMPLES)


def some(step: int) -> tuple[Path, ...]:
    """Return every case at night, and one in ``step`` by day: experta's own matcher needs its time."""
    return PATHS if NIGHTLY else PATHS[::step]


@cache
def knowledge() -> Knowledge:
    return load(ROOT / "rules")


@cache
def case(path: Path) -> Case:
    return read_case(path, knowledge())


@cache
def compiled() -> Compiled:
    return compile_rules(knowledge())
