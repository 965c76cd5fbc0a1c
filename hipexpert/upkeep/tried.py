"""What the cases beside a knowledge base try out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hipexpert.case import Case
from hipexpert.case_files import read_case
from hipexpert.inference.consultation import consult
from hipexpert.knowledge.checks import Tried
from hipexpert.knowledge.model import Knowledge
from hipexpert.knowledge.yaml_reader import read_file
from hipexpert.rule_cases import RuleCase, read_rule_cases


def whole_runners(folder: Path, knowledge: Knowledge) -> tuple[Case, ...]:
    """Return the case files below a folder, in order of their paths; none when there is no such folder.

    Raises:
        CaseError: One of them cannot be read.
    """
    return tuple(read_case(path, knowledge) for path in sorted(folder.rglob("*.yaml")))


def rule_cases(folder: Path, knowledge: Knowledge) -> tuple[RuleCase, ...]:
    """Return the rule cases below a folder; none when there is no such folder.

    Raises:
        CaseError: With every problem found.
    """
    return read_rule_cases(folder, knowledge) if folder.is_dir() else ()


def tried(knowledge: Knowledge, tests: Path) -> Tried | None:
    """Return what is tried out by the cases in a folder of tests; None when it holds none.

    Args:
        knowledge: Whose rules and red flags are tried.
        tests: The folder with ``rule_cases`` and ``cases`` in it.

    Raises:
        CaseError: A case cannot be read.
    """
    cases = rule_cases(tests / "rule_cases", knowledge)
    rules = frozenset(case.rule for case in cases if case.fires)
    left = [f for f, by in knowledge.raising.items() if not any(rule.id in rules for rule in by)]
    runners = whole_runners(tests / "cases", knowledge) if left or not cases else ()
    if not cases and not runners:
        return None
    return Tried(rules=rules, flags=_raised(left, runners, knowledge))


def _raised(wanted: Iterable[str], runners: Iterable[Case], knowledge: Knowledge) -> frozenset[str]:
    open_ = set(wanted)
    found: set[str] = set()
    for case in runners:
        if open_ <= found:
            break
        found.update(status.flag for status in consult(case, knowledge).triage.flags)
    return frozenset(found & open_)


def cases_below(folder: Path, knowledge: Knowledge) -> tuple[Case, ...]:
    """Return the cases below a folder, whether it holds whole runners or rule cases.

    Raises:
        CaseError: There is no such folder, or a case cannot be read.
    """
    first = next(iter(sorted(folder.rglob("*.yaml"))), None)
    if first is None or isinstance(read_file(first, yes_no=True).data, list):
        return tuple(entry.case for entry in read_rule_cases(folder, knowledge))
    return whole_runners(folder, knowledge)
