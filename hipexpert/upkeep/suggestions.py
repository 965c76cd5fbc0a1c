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
from hipexpert.knowledge.model import Knowledge, Rule
from hipexpert.knowledge.normal_form import Literal, branches
from hipexpert.knowledge.situation import Situation
from hipexpert.knowledge.when import Concluded, Has, IsUnknown, Measures
from hipexpert.upkeep.mutants import Mutant, truth

_KIND = {True: "fires", False: "near_miss", None: "unknown"}
Values = dict[str, Any]
"""Answers as a case file writes them."""


def suggestions(survivors: Iterable[Mutant], knowledge: Knowledge) -> Iterator[tuple[str, str, Values]]:
    """Yield ``(rule, kind, answers)`` for mutants that a runner's findings alone can tell from their rule."""
    by_rule: dict[str, list[Mutant]] = {}
    for mutant in survivors:
        if mutant.when is not None and mutant.how != "turn direction":
            by_rule.setdefault(mutant.original.id, []).append(mutant)
    for name, open_ in by_rule.items():
        rule = open_[0].original
        if rule.phase not in ("conclusions", "red_flags", "evidence"):
            continue
        for values in _runners(rule, knowledge):
            logic = Logic(knowledge, _case(values, knowledge))
            said = truth(rule.when, logic)
            left = [m for m in open_ if (truth(m.when, logic) is True) == (said is True)]  # type: ignore[arg-type]
            if len(left) < len(open_):
                yield name, _KIND[said], values
                open_ = left
            if not open_:
                break


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
