"""A small knowledge base written by hand, so that a consultation can be tested alone.

The vocabulary is deliberately not in the order of its sections.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from hipexpert.case import Answer, Case
from hipexpert.knowledge import model as m
from hipexpert.knowledge.when import (
    YES,
    All,
    AnyOf,
    AtLeast,
    Concluded,
    Has,
    IsUnknown,
    Measures,
    NoneOf,
    VerdictIs,
    When,
)


def by_id(*items: Any) -> Mapping[str, Any]:
    """Index entries by id, in the order given."""
    return {item.id: item for item in items}


def finding(id: str, kind: m.Kind = "yes_no", section: str = "pain", **more: Any) -> m.Finding:
    """Return a finding whose name and question follow from its id."""
    words = id.replace(".", " ").replace("_", " ")
    options = tuple(m.Option(id=o, label=f"the {o} one") for o in more.pop("options", ()))
    values = {"name": words, "question": f"What about {words}?", **more}
    return m.Finding(id=id, section=section, kind=kind, options=options, **values)


def yes(name: str) -> When:
    """Return the test that a yes/no finding is present."""
    return Has(name, (YES,))


def rule(
    id: str, when: When, then: m.Then, *, status: str = "draft", cites: tuple[str, ...] = ("a1.001",)
) -> m.Rule:
    """Return a rule whose words follow from its id."""
    title, because = f"Title of {id}", f"Why {id} holds."
    opinion = "" if cites else "Common sense."
    return m.Rule(
        id=id, layer="articles", status=status, title=title, when=when, then=then, because=because,
        cites=cites, opinion=opinion,
    )  # fmt: skip


def flag(id: str, urgency: str, name: str) -> m.RedFlag:
    """Return a red flag."""
    return m.RedFlag(id=id, name=name, layer="articles", urgency=urgency, action="See a doctor.")


def condition(id: str, name: str) -> m.Condition:
    """Return a condition."""
    return m.Condition(id=id, name=name, layer="articles", prior="common", summary=f"What {name} is.")


def supports(name: str) -> m.Weighs:
    """Return the consequence of speaking for a condition."""
    return m.Weighs(condition=name, direction="supports", ratio=3.0, strength="moderate")


FINDINGS = by_id(
    finding(
        "pain.site",
        "choices",
        options=("lateral", "groin", "buttock"),
        question="Where does it hurt?",
        help="Ask the runner to point with one finger.",
        cites=("a1.056",),
    ),
    finding("pain.stairs"),
    finding("pain.night"),
    finding(
        "pain.since",
        "number",
        unit="weeks",
        units={"days": 0.142857, "months": 4.345},
        minimum=0,
        maximum=520,
        question="How long has it hurt?",
    ),
    finding(
        "exam.hop",
        section="exam",
        cost="examine",
        safety="Stop at the first pain; never when a fracture is likely.",
    ),
    finding("exam.xray", section="exam", cost="test"),
    finding(
        "age", "number", "about", unit="years", minimum=5, maximum=110, question="How old is the runner?"
    ),
    finding("sex", "choice", "about", options=("female", "male"), question="Which sex?"),
    finding("hobby", section="about"),
    finding("fever", section="safety", question="Is there a fever of 38 \N{DEGREE SIGN}C or more?"),
    finding("no_weight", section="safety", name="cannot bear weight"),
    finding("periods", section="safety", name="missed periods", only_if=Has("sex", ("female",))),
    finding("likes_ice", section="pain"),
    finding("forgotten", section="safety"),
)

RULES = by_id(
    rule("RF-01", yes("fever"), m.Raises(flag="RF-INFECTION"), cites=("a1.002", "a2.003")),
    rule("RF-02", All((Concluded("bone_stress"), yes("no_weight"))), m.Raises(flag="RF-FRACTURE")),
    rule("RF-03", All((yes("pain.night"), NoneOf((yes("fever"),)))), m.Raises(flag="RF-SOON")),
    rule("BS-01", AnyOf((Measures("age", low=50), yes("periods"))), m.Concludes(conclusion="bone_stress")),
    rule("BS-02", yes("exam.hop"), m.Concludes(conclusion="bone_stress")),
    rule("TB-01", All((Has("pain.site", ("lateral",)), yes("pain.stairs"))), supports("bursitis"), cites=()),
    rule(
        "TB-02",
        AtLeast(
            2, (Has("pain.site", ("buttock", "groin")), Measures("pain.since", low=6), yes("pain.stairs"))
        ),
        supports("tendinopathy"),
    ),
    rule("SF-01", yes("exam.xray"), supports("fracture")),
    rule("SF-02", IsUnknown("exam.xray"), supports("fracture")),
    rule(
        "AD-01",
        All((VerdictIs("bursitis", ("likely",)), NoneOf((yes("likes_ice"),)))),
        m.Advises(advice=("A-ICE",)),
    ),
    rule("OLD-01", yes("forgotten"), m.Raises(flag="RF-INFECTION"), status="retired"),
)

FIRST_ORDER = (
    "age",
    "sex",
    "fever",
    "no_weight",
    "periods",
    "pain.night",
    "exam.hop",
    "pain.site",
    "pain.stairs",
    "pain.since",
    "likes_ice",
    "exam.xray",
)
"""What an empty case is asked: about; red flags (asked, then examined); the rest (asked, then tested)."""

_SCALE: Mapping[str, Any] = {"strengths": {"moderate": 3.0}, "priors": {"common": 0.1}}


def knowledge(**changes: Any) -> m.Knowledge:
    """Return the sample knowledge base, with some of its parts replaced."""
    parts: dict[str, Any] = {
        "name": "Sample",
        "version": "0.0.1",
        "digest": "0" * 64,
        "licence": "CC0-1.0",
        "intended_use": "Tests.",
        "layers": by_id(m.Layer(id="articles", name="Articles")),
        "scale": m.Scale(**{f.name: _SCALE.get(f.name, 0.0) for f in dataclasses.fields(m.Scale)}),
        "not_modelled": (),
        "sources": {},
        "claims": {},
        "sections": by_id(
            m.Section(id="exam", title="Examination", order=40),
            m.Section(id="pain", title="The pain", order=30),
            m.Section(id="safety", title="Safety", order=20),
            m.Section(id="about", title="About the runner", order=10),
        ),
        "findings": FINDINGS,
        "conditions": by_id(
            condition("bursitis", "Bursitis"),
            condition("tendinopathy", "Tendinopathy"),
            condition("fracture", "Stress fracture"),
        ),
        "conclusions": by_id(m.Conclusion(id="bone_stress", name="bone stress", layer="articles")),
        "flags": by_id(
            flag("RF-SOON", "within_days", "Night pain"),
            flag("RF-FRACTURE", "same_day", "Suspected fracture"),
            flag("RF-INFECTION", "emergency", "Suspected infection"),
        ),
        "rules": RULES,
        "advice": by_id(m.Advice(id="A-ICE", layer="articles", step="now", topic="Ice", text="Cool it.")),
        "conflicts": {},
    }
    return m.Knowledge(**{**parts, **changes})


KNOWLEDGE = knowledge()


def case(*answers: Answer) -> Case:
    """Return a case with these answers."""
    return Case(id="sample").with_answers(*answers)


def said(name: str, value: bool | float | str | None) -> Answer:
    """Return an answer: yes or no, a number, a chosen option, or None for unknown."""
    if value is None:
        return Answer(finding=name)
    if isinstance(value, bool):
        return Answer(finding=name, present=(YES,)) if value else Answer(finding=name, absent=(YES,))
    if isinstance(value, str):
        others = tuple(o for o in FINDINGS[name].option_ids if o != value)
        return Answer(finding=name, present=(value,), absent=others)
    return Answer(finding=name, number=float(value))
