"""An independent reading of the rules, written from the guide alone: slow, plain, and three-valued.

It shares no code with hipexpert.inference. True, False, or None for unknown.
"""

from __future__ import annotations

from typing import Any

from hipexpert.case import Case
from hipexpert.knowledge import model as m
from hipexpert.knowledge import when as w


def value(when: Any, case: Case, drawn: set[str], late: dict[str, Any] | None = None) -> bool | None:
    """Evaluate a tree by listing what each part says."""
    if isinstance(when, w.All):
        parts = [value(p, case, drawn, late) for p in when.parts]
        return False if False in parts else (None if None in parts else True)
    if isinstance(when, w.AnyOf):
        parts = [value(p, case, drawn, late) for p in when.parts]
        return True if True in parts else (None if None in parts else False)
    if isinstance(when, w.NoneOf):
        parts = [value(p, case, drawn, late) for p in when.parts]
        return False if True in parts else (None if None in parts else True)
    if isinstance(when, w.AtLeast):
        parts = [value(p, case, drawn, late) for p in when.parts]
        if parts.count(True) >= when.count:
            return True
        return None if parts.count(True) + parts.count(None) >= when.count else False
    if isinstance(when, w.Has):
        answer = case.answers.get(when.finding)
        if answer is None:
            return None
        if set(when.options) & set(answer.present):
            return True
        if set(when.options) <= set(answer.absent):
            return False
        return True if when.others and set(when.others) <= set(answer.absent) else None
    if isinstance(when, w.Measures):
        answer = case.answers.get(when.finding)
        if answer is None or answer.number is None:
            return None
        low_ok = when.low is None or (
            answer.number > when.low if when.low_open else answer.number >= when.low
        )
        high_ok = when.high is None or (
            answer.number < when.high if when.high_open else answer.number <= when.high
        )
        return low_ok and high_ok
    if isinstance(when, w.IsUnknown):
        answer = case.answers.get(when.finding)
        return answer is None or (not answer.present and not answer.absent and answer.number is None)
    if isinstance(when, w.Concluded):
        return True if when.conclusion in drawn else None
    assert late is not None, "only advice may ask where things stand"
    if isinstance(when, w.VerdictIs):
        return late["verdicts"][when.condition] in when.verdicts
    if isinstance(when, w.RankWithin):
        return bool(late["ranks"][when.condition] <= when.at_most)
    if isinstance(when, w.TriageIs):
        return late["triage"] in when.levels
    return when.flag in late["flags"]


def expected_rules(knowledge: m.Knowledge, case: Case, late: dict[str, Any]) -> set[str]:
    """Return the ids of all rules that must fire: conclusions to a fixed point, then the rest."""
    drawn: set[str] = set()
    while True:
        more = {
            r.then.conclusion
            for r in knowledge.rules.values()
            if isinstance(r.then, m.Concludes) and value(r.when, case, drawn) is True
        }
        if more <= drawn:
            break
        drawn |= more
    return {
        r.id
        for r in knowledge.rules.values()
        if value(r.when, case, drawn, late if r.phase in ("alarms", "advice") else None) is True
    }
