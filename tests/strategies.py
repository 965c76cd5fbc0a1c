"""Random knowledge bases and cases, for properties that must hold whatever the knowledge says."""

from __future__ import annotations

from functools import lru_cache

from hypothesis import strategies as st

from hipexpert.case import Answer, Case
from hipexpert.case_values import chosen, left_over
from hipexpert.knowledge import model as m
from hipexpert.knowledge.normal_form import TooManyBranches, branches
from hipexpert.knowledge.when import (
    YES,
    All,
    AnyOf,
    AtLeast,
    Concluded,
    FlagRaised,
    Has,
    IsUnknown,
    Measures,
    NoneOf,
    RankWithin,
    TriageIs,
    VerdictIs,
    When,
)
from hipexpert.knowledge.when_parser import has_option

LAYER = "lessons"
YES_NO = tuple(f"f{i}" for i in range(5))
CHOICES = tuple(f"c{i}" for i in range(2))
EXHAUSTIVE = ("x0",)
NUMBERS = ("n0", "n1")
OPTIONS = ("a", "b", "c")
CONDITIONS = ("ache", "break", "cramp")
CONCLUSIONS = ("p0", "p1", "p2")
FLAGS = ("FL-A", "FL-B")
ADVICE = ("AD-1", "AD-2", "AD-3")


def _finding(name: str, kind: m.Kind) -> m.Finding:
    words = {"choices": OPTIONS, "choice": (*OPTIONS, "d")}.get(kind, ())
    options = tuple(m.Option(id=o, label=o) for o in words)
    return m.Finding(
        id=name, section="s", name=name, kind=kind, question=f"{name}?", options=options, layer=LAYER,
        exhaustive=kind == "choice",
        minimum=0.0 if kind == "number" else None, maximum=10.0 if kind == "number" else None,
    )  # fmt: skip


FINDINGS = {
    **{n: _finding(n, "yes_no") for n in YES_NO},
    **{n: _finding(n, "choices") for n in CHOICES},
    **{n: _finding(n, "choice") for n in EXHAUSTIVE},
    **{n: _finding(n, "number") for n in NUMBERS},
}


def _bounded(when: When) -> bool:
    try:
        return 0 < len(branches(when)) <= 40
    except TooManyBranches:
        return False


@st.composite
def measures(draw: st.DrawFn) -> Measures:
    low = draw(st.none() | st.integers(0, 6))
    high = draw(st.integers(6, 10)) if low is None else draw(st.none() | st.integers(low, 10))
    return Measures(draw(st.sampled_from(NUMBERS)), low, high, draw(st.booleans()), draw(st.booleans()))


@lru_cache
def plain_tests() -> st.SearchStrategy[When]:
    options = st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=3, unique=True).map(tuple)
    return st.one_of(
        st.builds(Has, st.sampled_from(YES_NO), st.just((YES,))),
        st.builds(Has, st.sampled_from(CHOICES), options),
        options.map(lambda some: has_option(FINDINGS["x0"], some)),
        measures(),
    )


def trees(tests: st.SearchStrategy[When], *, negatable: st.SearchStrategy[When]) -> st.SearchStrategy[When]:
    def deeper(inner: st.SearchStrategy[When]) -> st.SearchStrategy[When]:
        parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return st.one_of(
            st.builds(All, parts),
            st.builds(AnyOf, parts),
            st.builds(NoneOf, st.lists(negated, min_size=1, max_size=2).map(tuple)),
            parts.flatmap(lambda p: st.builds(AtLeast, st.integers(1, len(p)), st.just(p))),
        )

    negated = st.recursive(
        negatable,
        lambda inner: st.one_of(
            st.builds(All, st.lists(inner, min_size=1, max_size=2).map(tuple)),
            st.builds(AnyOf, st.lists(inner, min_size=1, max_size=2).map(tuple)),
            st.builds(NoneOf, st.lists(inner, min_size=1, max_size=2).map(tuple)),
        ),
        max_leaves=3,
    )
    return st.recursive(tests, deeper, max_leaves=5).filter(_bounded)


@lru_cache  # building and validating a strategy is dearer than drawing from it
def whens(phase: str, conclusions: tuple[str, ...]) -> st.SearchStrategy[When]:
    plain = plain_tests()
    tests: list[st.SearchStrategy[When]] = [
        plain,
        st.builds(IsUnknown, st.sampled_from(sorted(FINDINGS))),
    ]
    if conclusions:
        tests.append(st.builds(Concluded, st.sampled_from(conclusions)))
    negatable = [plain]
    if phase == "alarms":
        alarming = st.sampled_from((("likely",), ("likely", "possible")))
        tests.append(st.builds(VerdictIs, st.sampled_from(CONDITIONS), alarming))
    if phase == "advice":
        verdicts = st.lists(st.sampled_from(m.VERDICTS), min_size=1, max_size=3, unique=True).map(tuple)
        levels = st.lists(st.sampled_from(m.LEVELS), min_size=1, max_size=3, unique=True).map(tuple)
        late = [
            st.builds(VerdictIs, st.sampled_from(CONDITIONS), verdicts),
            st.builds(RankWithin, st.sampled_from(CONDITIONS), st.integers(1, 3)),
            st.builds(TriageIs, levels),
            st.builds(FlagRaised, st.sampled_from(FLAGS)),
        ]
        tests += late
        negatable += late
    return trees(st.one_of(tests), negatable=st.one_of(negatable))


@lru_cache
def _thens(phase: str, conclusions: tuple[str, ...]) -> st.SearchStrategy[m.Then]:
    if phase == "conclusions":
        return st.builds(m.Concludes, conclusion=st.sampled_from(conclusions))
    if phase in ("red_flags", "alarms"):
        return st.builds(m.Raises, flag=st.sampled_from(FLAGS))
    if phase == "advice":
        chosen = st.lists(st.sampled_from(ADVICE), min_size=1, max_size=2, unique=True).map(tuple)
        return st.builds(m.Advises, advice=chosen)
    return st.builds(
        m.Weighs,
        condition=st.sampled_from(CONDITIONS),
        direction=st.sampled_from(("supports", "opposes")),
        ratio=st.sampled_from((2.0, 3.0, 5.0, 10.0, 1.7)),
        strength=st.just("some"),
        group=st.sampled_from(("", "g", "h")),
    )


PHASES = st.sampled_from(m.PHASES)


@st.composite
def knowledges(draw: st.DrawFn, most_rules: int = 10) -> m.Knowledge:
    rules = []
    for n in range(draw(st.integers(1, most_rules))):
        phase = draw(PHASES)
        if phase == "conclusions":
            # p0 rests on findings, p1 also on p0, p2 on both: chains, but never a circle
            level = draw(st.integers(0, 2))
            seen, made = CONCLUSIONS[:level], (CONCLUSIONS[level],)
        else:
            seen, made = CONCLUSIONS, ()
        rules.append(
            m.Rule(
                id=f"R-{n:02}",
                layer=LAYER,
                status="draft",
                title=f"rule {n}",
                because=f"reason {n}",
                when=draw(whens(phase, seen)),
                then=draw(_thens(phase, made)),
                opinion="test",
            )
        )
    return knowledge_of({rule.id: rule for rule in rules})


def knowledge_of(rules: dict[str, m.Rule]) -> m.Knowledge:
    return m.Knowledge(
        name="random", version="0.0.0", digest="0", licence="CC0-1.0", intended_use="tests",
        layers={LAYER: m.Layer(id=LAYER, name="Lessons")},
        scale=m.Scale(
            strengths={"some": 2.0}, priors={"common": 0.1}, likely=3.0, possible=-5.5, against=-4.5, lead=3.0
        ),
        not_modelled=(), sources={}, claims={}, sections={"s": m.Section(id="s", title="S", order=1)},
        findings=FINDINGS,
        conditions={
            n: m.Condition(id=n, name=n, layer=LAYER, prior="common", summary=n, must_not_miss=n == "break")
            for n in CONDITIONS
        },
        conclusions={n: m.Conclusion(id=n, name=n, layer=LAYER) for n in CONCLUSIONS},
        flags={
            n: m.RedFlag(id=n, name=n, layer=LAYER, urgency=u, action="go", opinion="test")
            for n, u in zip(FLAGS, ("within_days", "emergency"), strict=True)
        },
        rules=rules,
        advice={n: m.Advice(id=n, layer=LAYER, step="now", topic=n, text=n, opinion="test") for n in ADVICE},
        conflicts={},
    )  # fmt: skip


@st.composite
def _answers(draw: st.DrawFn, name: str) -> Answer:
    finding = FINDINGS[name]
    if finding.kind == "number":
        return Answer(finding=name, number=draw(st.none() | st.integers(0, 10).map(float)))
    if finding.kind == "choice":  # one answer, or some excluded; never all
        ids = finding.option_ids
        excluded = draw(st.sets(st.sampled_from(ids), max_size=len(ids) - 1))
        answer = chosen(finding, (), [o for o in ids if o not in excluded])
        one = draw(st.none() | st.sampled_from(ids))
        return chosen(finding, (one,)) if one else left_over(finding, answer)
    states = {o: draw(st.sampled_from(("present", "absent", "unknown"))) for o in finding.option_ids}
    return Answer(
        finding=name,
        present=tuple(o for o, s in states.items() if s == "present"),
        absent=tuple(o for o, s in states.items() if s == "absent"),
    )


answers = lru_cache(_answers)
NAMES = st.lists(st.sampled_from(sorted(FINDINGS)), unique=True)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    names = draw(NAMES)
    return Case(id="random", answers={name: draw(answers(name)) for name in names})
