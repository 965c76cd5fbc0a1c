"""Rule cases that would catch what nothing catches yet: runners on whom a rule and its mutant differ.

They say what the rule does, not what it should: somebody who knows the rule reads them before they
join the suite.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from hipexpert.case import Answer, Case
from hipexpert.case_values import parse_answer
from hipexpert.inference.logic import Logic
from hipexpert.knowledge.model import Finding, Knowledge, Rule, Weighs
from hipexpert.knowledge.normal_form import Literal, branches
from hipexpert.knowledge.situation import Situation
from hipexpert.knowledge.when import Concluded, Has, IsUnknown, Measures
from hipexpert.rule_cases import stacks
from hipexpert.upkeep.judging import Judge
from hipexpert.upkeep.mutants import Mutant, truth

_QUIET = {False: "near_miss", None: "unknown"}
Values = dict[str, Any]
"""Answers as a case file writes them."""


def suggestions(
    survivors: Iterable[Mutant], knowledge: Knowledge, runners: Iterable[Case] = ()
) -> Iterator[tuple[str, str, Values]]:
    """Yield ``(rule, kind, answers)`` on which a mutant and its rule differ.

    Args:
        survivors: Mutants that no case catches.
        knowledge: The knowledge base they belong to.
        runners: Whole cases to choose from for rules that rest on where things stand.
    """
    by_rule: dict[str, list[Mutant]] = {}
    for mutant in survivors:
        if mutant.when is not None and mutant.how != "turn direction":
            by_rule.setdefault(mutant.original.id, []).append(mutant)
    teller = _Teller(knowledge)
    whole = [_written(case, knowledge) for case in runners]
    for open_ in by_rule.values():
        rule = open_[0].original
        late = rule.phase not in ("conclusions", "red_flags", "evidence")
        yield from teller.telling(rule, open_, whole if late else _runners(rule, knowledge), late)


class _Teller:
    """Finds runners that tell a rule from its mutants."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._judges = {layer: Judge(stack) for layer, stack in stacks(knowledge).items()}

    def telling(
        self, rule: Rule, open_: list[Mutant], runners: Iterable[Values], late: bool
    ) -> Iterator[tuple[str, str, Values]]:
        """Yield the runners that tell a rule from mutants no runner before has told it from."""
        for values in runners:
            told = self._told(rule, open_, values, late)[1]
            if told:
                short = self._shortened(rule, told, values) if late else values
                said, told = self._told(rule, open_, short, late)
                yield rule.id, _kind(rule, said), short
                open_ = [mutant for mutant in open_ if mutant not in told]
            if not open_:
                return

    def _told(
        self, rule: Rule, open_: list[Mutant], values: Values, late: bool
    ) -> tuple[bool | None, list[Mutant]]:
        """Return what the rule says of a runner, and the mutants that say otherwise."""
        case, judge = _case(values, self._knowledge), self._judges[rule.layer]
        logic = Logic(judge.knowledge, case, judge(case).outcome if late else None)
        said = truth(rule.when, logic)
        return said, [
            m for m in open_ if m.when is not None and (truth(m.when, logic) is True) != (said is True)
        ]

    def _shortened(self, rule: Rule, told: list[Mutant], values: Values) -> Values:
        """Return a runner with as few answers as tell the same."""
        short = dict(values)
        for name in values:
            fewer = {other: value for other, value in short.items() if other != name}
            if len(self._told(rule, told, fewer, True)[1]) == len(told):
                short = fewer
        return short


def _written(case: Case, knowledge: Knowledge) -> Values:
    """Return the answers of a case as a rule case writes them."""
    known = (answer for answer in case.answers.values() if answer.known)
    return {answer.finding: _written_answer(knowledge.findings[answer.finding], answer) for answer in known}


def _written_answer(finding: Finding, answer: Answer) -> Any:
    if answer.number is not None:
        return answer.number
    if finding.kind == "yes_no":
        return bool(answer.present)
    if finding.kind == "choice" and answer.present:
        return answer.present[0]
    return dict.fromkeys(answer.present, True) | dict.fromkeys(answer.absent, False)


def _kind(rule: Rule, said: bool | None) -> str:
    if said:
        return rule.then.direction if isinstance(rule.then, Weighs) else "fires"
    return _QUIET[said]


def text(found: Iterable[tuple[str, str, Values]]) -> str:
    """Return suggestions as a file of rule cases."""
    entries = (
        f"- rule: {rule}\n  {kind}: {yaml.safe_dump(values, default_flow_style=True, width=1000).strip()}\n"
        for rule, kind, values in found
    )
    return "".join(entries)


def _runners(rule: Rule, knowledge: Knowledge) -> Iterator[Values]:
    """Yield runners near the edge of a rule: each branch, then with one answer turned or left out."""
    bases = []
    for branch in branches(rule.when):
        literals = _settled(branch, knowledge)
        if literals is not None:
            bases.append(literals)
    yield from (_values(base, knowledge) for base in bases)
    for base in bases:
        for i, literal in enumerate(base):
            if isinstance(literal.test, IsUnknown):
                continue
            rest = [*base[:i], *base[i + 1 :]]
            for near in (rest, [*rest, Literal(literal.test, not literal.positive)]):
                if Situation(knowledge, near).possible:
                    yield _values(near, knowledge)


def _settled(branch: Sequence[Literal], knowledge: Knowledge) -> list[Literal] | None:
    """Return a branch with the findings of a rule for each conclusion; None when none can be found."""
    found = [literal for literal in branch if not isinstance(literal.test, Concluded)]
    for literal in branch:
        if isinstance(literal.test, Concluded):
            rules = knowledge.concluding.get(literal.test.conclusion, ())
            ways = (_settled(way, knowledge) for rule in rules for way in branches(rule.when))
            fitting = (w for w in ways if w is not None and Situation(knowledge, [*found, *w]).possible)
            way = next(fitting, None)
            if way is None:
                return None
            found += [more for more in way if more not in found]
    return found


def _values(literals: Iterable[Literal], knowledge: Knowledge) -> Values:
    values: Values = {}
    by_finding: dict[str, list[Literal]] = {}
    for literal in literals:
        if isinstance(literal.test, (Has, Measures)):
            by_finding.setdefault(literal.test.finding, []).append(literal)
    for name, group in by_finding.items():
        finding = knowledge.findings[name]
        if finding.kind == "number":
            number = Situation(knowledge, group).number(name)
            values[name] = int(number) if number == int(number) else round(number, 4)
            continue
        states = {o: x.positive for x in group if isinstance(x.test, Has) for o in x.test.options}
        chosen = [option for option, positive in states.items() if positive]
        if finding.kind == "yes_no":
            values[name] = bool(chosen)
        elif finding.kind == "choice" and chosen:
            values[name] = chosen[0]
        else:
            values[name] = states
    return values


def _case(values: Mapping[str, Any], knowledge: Knowledge) -> Case:
    answers: dict[str, Answer] = {}
    for name, raw in values.items():
        answers[name] = parse_answer(knowledge.findings[name], raw)
    return Case(id="suggested", answers=answers)
