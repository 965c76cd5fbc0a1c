"""How urgent a case is. No score lowers a red flag; what nobody asked is "not excluded", not "no"."""

from __future__ import annotations

from collections.abc import Iterable

from hipexpert.inference.assessment import FlagStatus, Triage
from hipexpert.inference.reading import Reading
from hipexpert.knowledge.model import LEVELS, Knowledge, RedFlag, Rule


def judge(knowledge: Knowledge, reading: Reading, fired: Iterable[Rule]) -> Triage:
    """Return the triage from the rules that fired and those that still could."""
    raising = knowledge.raising
    ids = {rule.id for rule in fired}
    known = [
        _status(flag, raising[flag.id], ids, reading)
        for flag in knowledge.flags_by_urgency
        if flag.id in raising
    ]
    raised = tuple([status for status in known if status.state == "raised"])
    return Triage(
        level=raised[0].urgency if raised else LEVELS[0],
        flags=raised,
        not_excluded=tuple([status for status in known if status.state == "not_excluded"]),
        denied=tuple([status for status in known if status.state == "denied"]),
    )


def _status(flag: RedFlag, rules: tuple[Rule, ...], fired: set[str], reading: Reading) -> FlagStatus:
    if not reading.untouched(rules):
        return _judged(flag, rules, fired, reading)
    kept = reading.plan.flags_at_rest
    if flag.id not in kept:
        kept[flag.id] = _judged(flag, rules, fired, reading)
    return kept[flag.id]


def _judged(flag: RedFlag, rules: tuple[Rule, ...], fired: set[str], reading: Reading) -> FlagStatus:
    raised = [rule for rule in rules if rule.id in fired]
    could = [] if raised else [rule for rule in rules if reading.is_open(rule)]
    open_: dict[str, None] = {}
    for rule in could:
        open_.update(dict.fromkeys(reading.open_findings(rule)))
    return FlagStatus(
        flag=flag.id,
        name=flag.name,
        urgency=flag.urgency,
        state="raised" if raised else "not_excluded" if could else "denied",
        action=flag.action,
        do_not=flag.do_not,
        rules=tuple([rule.id for rule in raised or could]),
        open=tuple(open_),
    )
