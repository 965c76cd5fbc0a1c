"""Looks for what a knowledge base that loads may still get wrong: the part of ``kb check`` after loading.

Each check yields defects with a stable code. Loading has already refused everything that could make a rule
mean something else than it says (HX1xx to HX4xx).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hipexpert.knowledge.checks import pairs, sense, standing, strengths, usage, wording
from hipexpert.knowledge.checks.base import Check, Defect, Survey, Tried
from hipexpert.knowledge.model import Exclusion, Knowledge

__all__ = ["CHECKS", "Check", "Checked", "Defect", "Survey", "Tried", "check"]

CHECKS: tuple[Check, ...] = (
    *usage.CHECKS,
    *sense.CHECKS,
    *pairs.CHECKS,
    *standing.CHECKS,
    *strengths.CHECKS,
    *wording.CHECKS,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found.

    Attributes:
        defects: Ordered by file and line.
        excluded: Those that are meant, each with the exclusion that says so.
    """

    defects: tuple[Defect, ...]
    excluded: tuple[tuple[Defect, Exclusion], ...] = ()


def check(
    knowledge: Knowledge,
    tried: Tried | None = None,
    exclusions: Iterable[Exclusion] = (),
    *,
    whole: bool = True,
) -> Checked:
    """Run every check.

    Args:
        knowledge: A knowledge base that loads.
        tried: What its cases try out; without it, what only cases can tell is not checked.
        exclusions: Further defects that are meant, beside those the knowledge base names itself.
        whole: No layer was left out; only then can an exclusion be found needless.
    """
    survey = Survey(knowledge, tried)
    found = sorted({defect for each in CHECKS for defect in each(survey)})
    meant = (*knowledge.exclusions, *exclusions)
    by_entry = {(e.code, name): e for e in meant for name in e.entries}
    kept = [defect for defect in found if (defect.code, defect.about) not in by_entry]
    excluded = [(d, by_entry[d.code, d.about]) for d in found if (d.code, d.about) in by_entry]
    if whole:
        needed = {(defect.code, defect.about) for defect in found}
        kept += [_needless(e, name) for e in meant for name in e.entries if (e.code, name) not in needed]
    return Checked(tuple(sorted(kept)), tuple(excluded))


def _needless(exclusion: Exclusion, name: str) -> Defect:
    message = f"the exclusion of {exclusion.code} for {name} excludes nothing"
    return Defect(exclusion.at, "HX758", name, message, "take it off the list")
