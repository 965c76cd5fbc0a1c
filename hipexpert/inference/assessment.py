"""What an inference says, as frozen data. Everything after this module works from it alone."""

from __future__ import annotations

from hipexpert.case import Case
from hipexpert.frozen import dataclass
from hipexpert.knowledge.model import Code, Direction, Step


@dataclass(frozen=True, kw_only=True)
class Matched:
    """One recorded thing a rule rested on.

    Attributes:
        kind: ``finding``, ``conclusion``, ``standing``, ``triage`` or ``flag``.
        id: The finding, conclusion, condition or flag; ``triage`` for the triage level.
        value: The option, the number as text, the verdict, or the level; empty for a conclusion.
        state: ``present``, ``absent`` or ``unknown`` for a finding; ``absent`` for a flag that is not
            raised; otherwise ``present``.
    """

    kind: str
    id: str
    value: str = ""
    state: str = "present"


@dataclass(frozen=True, kw_only=True)
class Firing:
    """One rule that fired, with all it rested on and all it produced.

    Attributes:
        n: Position in the order of firing, from 1.
        matched: Every true test of the rule, in the order of its ``when``.
        produced: ``(kind, id)`` pairs; kind is conclusion, flag, supports, opposes, withholds or advice.
    """

    n: int
    rule: str
    phase: str
    matched: tuple[Matched, ...]
    produced: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """One fired rule's weight for or against a condition.

    Attributes:
        weight: Points added to the score; 0 when a stronger rule of the same group counts.
        counted_by: That stronger rule; empty when this row counts itself.
        ratio: The likelihood ratio behind the weight, at least 1.
        study: The study a published ratio was taken from; empty for a strength word.
        result: Whether the ratio is that of a ``positive`` or a ``negative`` test result.
    """

    rule: str
    direction: Direction
    strength: str
    ratio: float
    weight: float
    group: str
    counted_by: str
    layer: str
    findings: tuple[Matched, ...]
    cites: tuple[str, ...]
    because: str
    study: str = ""
    result: str = ""


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A rule that could still count, and the findings nobody recorded that it waits for."""

    rule: str
    direction: Direction
    findings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where one condition stands. ``score == prior + sum of ledger weights``, exactly.

    Attributes:
        rank: From 1; every condition has one.
        prior: Points before any finding.
        missing: Rules still open, the weightiest first.
        unexplained: Present findings that no rule for this condition used, though rules for
            other conditions did.
    """

    condition: str
    name: str
    icd10cm: tuple[Code, ...]
    layer: str
    must_not_miss: bool
    rank: int
    verdict: str
    score: float
    prior: float
    ledger: tuple[LedgerRow, ...]
    missing: tuple[Missing, ...]
    unexplained: tuple[Matched, ...]


@dataclass(frozen=True, kw_only=True)
class FlagStatus:
    """One red flag on this case.

    Attributes:
        state: ``raised``; ``not_excluded`` (an unknown answer could raise it); ``denied``.
        rules: Rules that raised it; for ``not_excluded`` those that still could.
        open: Findings nobody recorded that could raise it.
    """

    flag: str
    name: str
    urgency: str
    state: str
    action: str
    do_not: tuple[str, ...]
    rules: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Triage:
    """How urgent this is: the most urgent flag raised, else ``routine``."""

    level: str
    flags: tuple[FlagStatus, ...]
    not_excluded: tuple[FlagStatus, ...]
    denied: tuple[FlagStatus, ...]


@dataclass(frozen=True, kw_only=True)
class AdviceItem:
    """Advice brought up for this case.

    Attributes:
        rules: The rules that brought it up.
        conditions: Likely or possible conditions that those rules rested on.
    """

    advice: str
    step: Step
    topic: str
    text: str
    how: tuple[str, ...]
    cautions: tuple[str, ...]
    rules: tuple[str, ...]
    conditions: tuple[str, ...]
    cites: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """Advice that fits the case but is held back.

    Attributes:
        demands: What it asks of the body that it should be spared.
        rules: The rules that hold it back.
    """

    advice: AdviceItem
    demands: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class KnowledgeStamp:
    """Which knowledge judged the case."""

    name: str
    version: str
    digest: str
    layers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """The whole result for one case.

    Attributes:
        program: Version of this package.
        settled: Whether the first condition is likely and leads the second by enough.
        conflicts: Ids of conflicts between sources that touch what is said here.
    """

    program: str
    knowledge: KnowledgeStamp
    case: Case
    triage: Triage
    settled: bool
    differential: tuple[Standing, ...]
    advice: tuple[AdviceItem, ...]
    conflicts: tuple[str, ...]
    firings: tuple[Firing, ...]
    conclusions: tuple[str, ...]
    not_modelled: tuple[str, ...]
    withheld: tuple[Withheld, ...] = ()

    def standing(self, condition: str) -> Standing:
        """Return where one condition stands.

        Raises:
            KeyError: No such condition in the active layers.
        """
        for entry in self.differential:
            if entry.condition == condition:
                return entry
        raise KeyError(condition)
