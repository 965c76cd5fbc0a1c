"""How urgent a case is. No score lowers a red flag; what nobody asked is "not excluded", not "no"."""

from __future__ import annotations

from collections.abc import Iterable

from hipexpert.inference.assessment import FlagStatus, Triage
from hipexpert.inference.memo import keep
from hipexpert.inference.plan import Watched
from hipexpert.inference.reading import Reading
from hipexpert.knowledge.model import LEVELS, Rule

MOST_KEPT = 8192
"""Statuses of red flags that are remembered, for cases that tell their rules the same."""


def judge(reading: Reading, fired: Iterable[Rule]) -> Triage:
    """Return the triage from the rules that fired and those that still could."""
    ids = {rule.id for rule in fired}
    known = [_status(watched, ids, reading) for watched in reading.plan.flags]
    raised = tuple([status for status in known if status.state == "raised"])
    return Triage(
        level=raised[0].urgency if raised else LEVELS[0],
        flags=raised,
        not_excluded=tuple([status for status in known if status.state == "not_excluded"]),
        denied=tuple([status for status in known if status.state == "denied"]),
    )


def _status(watched: Watched, fired: set[str], reading: Reading) -> FlagStatus:
    if watched.late:
        return _judged(watched, fired, reading)
    kept = reading.plan.statuses
    raised = [rule.id for rule in watched.rules if rule.id in fired]
    key = (watched, reading.judgements(watched.rules), *raised)
    status = kept.get(key)
    if status is None:
        status = keep(kept, key, _judged(watched, fired, reading), MOST_KEPT)
    return status


def _judged(watched: Watched, fired: set[str], reading: Reading) -> FlagStatus:
    flag, rules = watched.flag, watched.rules
    raised = [rule for rule in rules if rule.id in fired]
    could = [] if raised else [rule for rule in rules if reading.is_open(rule)]
    return FlagStatus(
        flag=flag.id,
        name=flag.name,
        urgency=flag.urgency,
        state="raised" if raised else "not_excluded" if could else "denied",
        action=flag.action,
        do_not=flag.do_not,
        rules=tuple([rule.id for rule in raised or could]),
        open=reading.open_findings(*could),
    )
