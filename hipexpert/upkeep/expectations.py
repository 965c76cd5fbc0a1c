"""What a whole runner's case says must come out, held against what does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hipexpert.knowledge.entries import LEVELS


def unmet(
    expected: Mapping[str, Any],
    ranked: Sequence[str],
    verdicts: Mapping[str, str],
    triage: str,
    settled: bool,
) -> list[str]:
    """Return in words what is expected of a case and does not come out.

    Args:
        expected: ``first``, ``within_three``, ``settled``, ``likely``, ``triage``, ``triage_at_least`` and
            ``triage_at_most`` of the case; others are not looked at.
        ranked: Conditions, best first.
        verdicts: The verdict on each.
        triage: The level of triage.
        settled: Whether the answer is settled.
    """
    level = LEVELS.index(triage)
    found = []
    if "first" in expected and ranked[0] not in expected["first"]:
        found.append(f"first is {ranked[0]}, not one of {expected['first']}")
    missing = [name for name in expected.get("within_three", []) if name not in ranked[:3]]
    if missing:
        found.append(f"{missing} not within {list(ranked[:3])}")
    if "settled" in expected and settled is not expected["settled"]:
        found.append(f"settled is {settled}")
    if "triage" in expected and triage != expected["triage"]:
        found.append(f"triage is {triage}, not {expected['triage']}")
    if "triage_at_least" in expected and level < LEVELS.index(expected["triage_at_least"]):
        found.append(f"triage is only {triage}")
    if "triage_at_most" in expected and level > LEVELS.index(expected["triage_at_most"]):
        found.append(f"triage is {triage}")
    if "likely" in expected:
        likely = [name for name in ranked if verdicts[name] == "likely"]
        if sorted(likely) != sorted(expected["likely"]):
            found.append(f"likely are {likely}")
    return found
