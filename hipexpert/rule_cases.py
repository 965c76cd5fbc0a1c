"""Cases that hold single rules: each rule has a runner it fires for, a near miss, and an unknown.

A file is a list of entries::

    - rule: TB-03
      supports: {pain.site: [lateral], pain.worse_with: [lying_on_painful_side]}
      near_miss: {pain.site: [lateral], pain.worse_with: {lying_on_painful_side: no}}
      unknown: {pain.site: [lateral]}

Where a rule weighs, the runner it fires for says which way; other rules simply have one it ``fires`` for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from hipexpert.case import Answer, Case
from hipexpert.case_values import parse_answer, shown
from hipexpert.errors import CaseError, Location, Problem, TooMany, did_you_mean
from hipexpert.frozen import dataclass
from hipexpert.inference.consultation import consult
from hipexpert.knowledge.model import Knowledge, Rule, Weighs
from hipexpert.knowledge.yaml_reader import Document, Path_, read_file

FIRING = ("fires", "supports", "opposes")
KINDS = (*FIRING, "near_miss", "unknown")
_NEEDED = ("fires", "near_miss", "unknown")


@dataclass(frozen=True)
class RuleCase:
    """One case of one rule; the rule must fire on it exactly when ``kind`` is one of :data:`FIRING`."""

    rule: str
    kind: str
    case: Case
    at: Location

    @property
    def fires(self) -> bool:
        """Whether the rule must fire."""
        return self.kind in FIRING

    def contradicts(self, rule: Rule) -> bool:
        """Return whether the case says that the rule weighs the other way, or that it weighs at all."""
        direction = rule.then.direction if isinstance(rule.then, Weighs) else ""
        return self.kind in ("supports", "opposes") and self.kind != direction


@dataclass(frozen=True)
class Report:
    """What running rule cases showed.

    Attributes:
        failures: Cases that went the other way, as problems (HX801).
        uncovered: Active rules of which some kind of case is missing (HX802).
        run: How many cases ran.
    """

    failures: tuple[Problem, ...]
    uncovered: tuple[Problem, ...]
    run: int


def read_rule_cases(folder: Path, knowledge: Knowledge) -> tuple[RuleCase, ...]:
    """Read all rule cases below a folder.

    Raises:
        CaseError: With every problem found.
    """
    if not folder.is_dir():
        raise CaseError(
            [Problem(Location(str(folder)), "HX101", "no such folder", "name the folder of the rule cases")]
        )
    documents = [read_file(path, yes_no=True) for path in sorted(folder.rglob("*.yaml"))]
    cases: list[RuleCase] = []
    for document in documents:
        with suppress(TooMany):  # what was found until then is told
            cases += _read(document, knowledge)
    problems = [problem for document in documents for problem in document.problems]
    if problems:
        raise CaseError(problems)
    return tuple(cases)


def run_rule_cases(cases: Iterable[RuleCase], knowledge: Knowledge) -> Report:
    """Run every case through the engine, with the rule's own layer and those named before it.

    A layer may build on earlier ones, and must make sense without later ones.
    """
    by_layer = stacks(knowledge)
    failures, seen, run = [], set(), 0
    for entry in cases:
        run += 1
        rule = knowledge.rules[entry.rule]
        seen.add((rule.id, "fires" if entry.fires else entry.kind))
        fired = rule.id in {other.id for other in consult(entry.case, by_layer[rule.layer]).fired}
        if fired != entry.fires or entry.contradicts(rule):
            happened = "did not fire" if not fired else "fired" if not entry.fires else "says something else"
            message = f"{rule.id} {happened} on its case '{entry.kind}'"
            failures.append(Problem(entry.at, "HX801", message, f"hipexpert kb show {rule.id}"))
    uncovered = [
        Problem(rule.at, "HX802", f"{rule.id} has no case: {', '.join(missing)}", "add it to the rule cases")
        for rule in knowledge.rules.values()
        if rule.status != "retired" and (missing := [kind for kind in _NEEDED if (rule.id, kind) not in seen])
    ]
    return Report(tuple(sorted(failures)), tuple(sorted(uncovered)), run)


def stacks(knowledge: Knowledge) -> dict[str, Knowledge]:
    """Return for each layer the knowledge of it and of those named before it."""
    names = list(knowledge.layers)
    return {name: knowledge.restricted(names[: place + 1]) for place, name in enumerate(names)}


def _read(document: Document, knowledge: Knowledge) -> Iterator[RuleCase]:
    entries = document.data
    if document.problems:
        return
    if not isinstance(entries, list):
        _add(document, (), f"found {shown(entries)}; expected a list of rule cases")
        return
    for i, entry in enumerate(entries):
        if not isinstance(entry, dict) or not set(entry) <= {"rule", *KINDS} or "rule" not in entry:
            _add(
                document,
                (i,),
                "expected a mapping with rule, fires (or supports, opposes), near_miss and unknown",
            )
            continue
        rule = entry["rule"]
        if rule not in knowledge.rules:
            _add(document, (i, "rule"), f"unknown rule {shown(rule)}", did_you_mean(rule, knowledge.rules))
            continue
        for kind in (kind for kind in KINDS if kind in entry):
            answers = _answers(entry[kind], (i, kind), document, knowledge)
            if answers is not None:
                case = Case(id=f"{rule}.{kind}", answers=answers)
                yield RuleCase(rule, kind, case, document.where((i, kind)))


def _answers(raw: Any, path: Path_, document: Document, knowledge: Knowledge) -> dict[str, Answer] | None:
    if not isinstance(raw, dict):
        _add(document, path, f"found {shown(raw)}; expected a mapping from finding to value")
        return None
    answers = {}
    for name, value in raw.items():
        finding = knowledge.findings.get(name)
        if finding is None:
            _add(document, (*path, name), f"unknown finding '{name}'", did_you_mean(name, knowledge.findings))
            continue
        try:
            answers[name] = parse_answer(finding, value, document.where((*path, name)))
        except CaseError as error:
            document.problems.extend(error.problems)
    return answers


def _add(document: Document, path: Path_, message: str, hint: str = "") -> None:
    document.problems.append(Problem(document.where(path), "HX501", message, hint))
