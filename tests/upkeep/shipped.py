"""The shipped knowledge base and its cases, read once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from hipexpert.case import Case
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge
from hipexpert.rule_cases import RuleCase
from hipexpert.upkeep.tried import rule_cases, whole_runners

ROOT = Path(__file__).parents[2]
KNEE = ROOT / "tests" / "knee"


@lru_cache(maxsize=1)
def hip() -> Knowledge:
    return load(ROOT / "rules")


@lru_cache(maxsize=1)
def knee() -> Knowledge:
    return load(KNEE)


@lru_cache(maxsize=1)
def hip_rule_cases() -> tuple[RuleCase, ...]:
    return rule_cases(ROOT / "tests" / "rule_cases", hip())


@lru_cache(maxsize=1)
def hip_runners() -> tuple[Case, ...]:
    return whole_runners(ROOT / "tests" / "cases", hip())
