"""A whole knowledge base, and the names of everything in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from functools import cached_property
from typing import TypeVar

from hipexpert.frozen import dataclass
from hipexpert.knowledge.entries import (
    LEVELS,
    STEPS,
    VERDICTS,
    Advice,
    Claim,
    Code,
    Conclusion,
    Condition,
    Conflict,
    Cost,
    Direction,
    Finding,
    Frequency,
    Kind,
    Layer,
    Note,
    Option,
    RedFlag,
    Scale,
    Section,
    SetAside,
    Side,
    Source,
    Step,
    Topic,
)
from hipexpert.knowledge.housekeeping import Exclusion, NeverAsk
from hipexpert.knowledge.rule import (
    PHASES,
    Advises,
    Concludes,
    Raises,
    Rule,
    Then,
    Weighs,
    Withholds,
    conclusions_of,
    conditions_meant,
    conditions_of,
    declares,
    target,
)
from hipexpert.knowledge.study import Interval, Study
from hipexpert.knowledge.when import tests

__all__ = [
    "LEVELS",
    "PHASES",
    "STEPS",
    "VERDICTS",
    "Advice",
    "Advises",
    "Claim",
    "Code",
    "Concludes",
    "Conclusion",
    "Condition",
    "Conflict",
    "Cost",
    "Direction",
    "Exclusion",
    "Finding",
    "Frequency",
    "Interval",
    "Kind",
    "Knowledge",
    "Layer",
    "NeverAsk",
    "Note",
    "Option",
    "Raises",
    "RedFlag",
    "Rule",
    "Scale",
    "Section",
    "SetAside",
    "Side",
    "Source",
    "Step",
    "Study",
    "Then",
    "Topic",
    "Weighs",
    "Withholds",
    "conclusions_of",
    "conditions_meant",
    "conditions_of",
    "declares",
    "target",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class Knowledge:
    """A whole, valid knowledge base.

    Mappings keep file order; iterate them freely. Nothing in here refers to anything missing.
    """

    name: str
    version: str
    digest: str
    licence: str
    intended_use: str
    layers: Mapping[str, Layer]
    scale: Scale
    not_modelled: tuple[str, ...]
    sources: Mapping[str, Source]
    claims: Mapping[str, Claim]
    sections: Mapping[str, Section]
    findings: Mapping[str, Finding]
    conditions: Mapping[str, Condition]
    conclusions: Mapping[str, Conclusion]
    flags: Mapping[str, RedFlag]
    rules: Mapping[str, Rule]
    advice: Mapping[str, Advice]
    conflicts: Mapping[str, Conflict]
    topics: Mapping[str, Topic] = field(default_factory=dict)
    set_aside: Mapping[str, SetAside] = field(default_factory=dict)
    studies: Mapping[str, Study] = field(default_factory=dict)
    demands: Mapping[str, str] = field(default_factory=dict)
    exclusions: tuple[Exclusion, ...] = ()
    never_ask: tuple[NeverAsk, ...] = ()

    @cached_property
    def rules_by_phase(self) -> Mapping[str, tuple[Rule, ...]]:
        """Rules that can fire in each phase, in order of id; retired ones are kept but never fire."""
        active = (rule for rule in self.rules.values() if rule.status != "retired")
        ordered = sorted(active, key=lambda rule: rule.id)
        return {p: tuple(r for r in ordered if r.phase == p) for p in PHASES}

    @cached_property
    def concluding(self) -> Mapping[str, tuple[Rule, ...]]:
        """The active rules that draw each conclusion."""
        return self._by_target("conclusions")

    @cached_property
    def raising(self) -> Mapping[str, tuple[Rule, ...]]:
        """The active rules that raise each red flag, from findings or from where a condition stands."""
        return self._by_target("red_flags", "alarms")

    @cached_property
    def flags_by_urgency(self) -> tuple[RedFlag, ...]:
        """The red flags, the most urgent first."""
        return tuple(sorted(self.flags.values(), key=lambda flag: (-LEVELS.index(flag.urgency), flag.id)))

    @cached_property
    def weighing(self) -> Mapping[str, tuple[Rule, ...]]:
        """The active rules for or against each condition."""
        return self._by_target("evidence")

    @cached_property
    def frequencies(self) -> Mapping[str, Frequency]:
        """What the layers in use say of how common a condition is, where they say it otherwise."""
        order = list(self.layers)
        return {
            name: max(said, key=lambda each: order.index(each.layer))
            for name, condition in self.conditions.items()
            if (said := [each for each in condition.frequencies if each.layer in self.layers])
        }

    def prior(self, condition: str) -> str:
        """Return the word for how common a condition is, as the layers in use have it."""
        said = self.frequencies.get(condition)
        return said.prior if said else self.conditions[condition].prior

    def _by_target(self, *phases: str) -> Mapping[str, tuple[Rule, ...]]:
        found: dict[str, list[Rule]] = {}
        for rule in (rule for phase in phases for rule in self.rules_by_phase[phase]):
            for name in target(rule.then):
                found.setdefault(name, []).append(rule)
        return {name: tuple(rules) for name, rules in found.items()}

    def restricted(self, layers: Iterable[str]) -> Knowledge:
        """Return the knowledge of some layers only; the others' rules and entries are left out.

        An entry of another layer stays when a rule of these layers is about it: a condition that both
        layers describe is ranked by the rules of the layers that are left. Sources, claims, studies and
        the vocabulary stay whole, so that a case always fits.
        """
        wanted = frozenset(layers)
        if wanted >= set(self.layers):
            return self
        active = [rule for rule in self.rules.values() if rule.layer in wanted]
        about = {name for rule in active for name in target(rule.then)}

        def left(entries: Mapping[str, _Layered]) -> dict[str, _Layered]:
            return {key: entry for key, entry in entries.items() if entry.layer in wanted or key in about}

        conditions, conclusions = left(self.conditions), left(self.conclusions)
        flags, advice = left(self.flags), left(self.advice)
        kept = {*conditions, *conclusions, *flags, *advice, *self.demands}
        return replace(
            self,
            layers={key: layer for key, layer in self.layers.items() if key in wanted},
            conditions=conditions,
            conclusions=conclusions,
            flags=flags,
            advice=advice,
            rules={rule.id: rule for rule in active if _names_in(rule) <= kept},
        )


_Layered = TypeVar("_Layered", Condition, Conclusion, RedFlag, Advice)


def _names_in(rule: Rule) -> set[str]:
    names = {
        name for t in tests(rule.when) if (name := getattr(t, "condition", "") or getattr(t, "flag", ""))
    }
    return names | set(conclusions_of(rule.when)) | set(target(rule.then))
