"""A small knowledge base written by hand, so that reports can be tested alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hipexpert.knowledge import model as m
from hipexpert.knowledge.when import YES, Has

TITLE = "Hip Pain After Running – Causes and Treatments"
HEADING = "Most Common Causes of Hip Pain in Runners > 1. Hip Bursitis"


def _by_id(items: tuple[Any, ...]) -> Mapping[str, Any]:
    return {item.id: item for item in items}


def _claim(id: str, text: str, section: str = HEADING, paragraph: int | None = 14) -> m.Claim:
    return m.Claim(id=id, source=id.split(".")[0], text=text, section=section, paragraph=paragraph)


def _rule(id: str, title: str, then: m.Then, *, layer: str = "articles", **more: Any) -> m.Rule:
    when = more.pop("when", Has("fever", (YES,)))
    defaults = {"status": "draft", "because": f"Why {id} holds.", "cites": ("a1.064",)}
    return m.Rule(id=id, title=title, then=then, layer=layer, when=when, **{**defaults, **more})


def _weighs(condition: str, direction: m.Direction, ratio: float, **more: str) -> m.Weighs:
    return m.Weighs(condition=condition, direction=direction, ratio=ratio, **more)


CLAIMS = (
    _claim("a1.064", "Lying on the affected side typically makes the pain of trochanteric bursitis worse."),
    _claim("a1.069", "Ice can be put on the hip several times a day.", paragraph=18),
    _claim("a1.089", "See a doctor whenever a stress fracture is suspected.", "Stress Fracture", 0),
    _claim("a1.120", "Nobody cites this claim.", "Stress Fracture", 3),
    _claim("a3.050", "Ice for 15 to 20 minutes every hour.", "Treatment", 2),
    _claim("s-long.1", "Most painful outer hips show no bursitis on ultrasound.", "", None),
)

SOURCES = (
    m.Source(id="a1", title=TITLE, layer="articles", kind="web article", note="Names no author."),
    m.Source(id="a3", title="Why Does My Hip Hurt", layer="articles", url="javascript:alert(1)"),
    m.Source(
        id="s-long",
        title="Sonography of greater trochanteric pain",
        layer="evidence",
        year=2013,
        kind="cohort",
        authors="Long SS",
        venue="AJR 201:1083",
        doi="10.2214/AJR.12.10038",
    ),
    m.Source(id="s-unused", title="A paper nobody cites", layer="evidence"),
)

FINDINGS = (
    m.Finding(id="age", section="runner", name="age", kind="number", question="How old?", unit="years"),
    m.Finding(
        id="sex",
        section="runner",
        name="sex",
        kind="choice",
        question="Which sex?",
        options=(m.Option(id="female", label="female"), m.Option(id="male", label="male")),
    ),
    m.Finding(
        id="pain.site",
        section="pain",
        name="site of the pain",
        kind="choices",
        question="Where does it hurt?",
        unticked="absent",
        options=(
            m.Option(id="lateral", label="outer side of the hip"),
            m.Option(id="groin", label="groin"),
            m.Option(id="buttock", label="buttock"),
        ),
    ),
    m.Finding(
        id="pain.worse_with",
        section="pain",
        name="what makes it worse",
        kind="choices",
        question="What makes the pain worse?",
        options=(
            m.Option(id="lying_on_side", label="lying on the painful side"),
            m.Option(id="stairs", label="climbing stairs"),
        ),
    ),
    m.Finding(
        id="night_pain", section="pain", name="pain at night", kind="yes_no", question="Pain at night?"
    ),
    m.Finding(id="fever", section="warning", name="fever", kind="yes_no", question="Is there a fever?"),
    m.Finding(
        id="rotation_pain",
        section="warning",
        name="pain at the end of passive rotation",
        kind="yes_no",
        question="Does passive rotation hurt at its end?",
        cost="examine",
        safety="Rotate gently; stop at pain.",
    ),
    m.Finding(
        id="weight_loss", section="warning", name="weight loss", kind="yes_no", question="Any weight loss?"
    ),
)

CONDITIONS = (
    m.Condition(
        id="bursitis",
        name="Trochanteric bursitis",
        layer="articles",
        prior="common",
        summary="An irritated bursa at the outer side of the hip.",
        synonyms=("outer-hip bursitis",),
        icd10cm=(m.Code(code="M70.60", description="Trochanteric bursitis, unspecified hip"),),
        cites=("a1.064",),
    ),
    m.Condition(
        id="tendinopathy",
        name="Gluteal tendinopathy",
        layer="evidence",
        prior="common",
        summary="An overloaded tendon at the outer side of the hip.",
        cites=("s-long",),
    ),
    m.Condition(
        id="fracture",
        name="Stress fracture of the hip",
        layer="articles",
        prior="uncommon",
        summary="A crack from repeated load.",
        must_not_miss=True,
        cites=("a1.089",),
    ),
    m.Condition(
        id="labral_tear",
        name="Labral tear",
        layer="articles",
        prior="occasional",
        summary="A torn rim.",
    ),
)

RULES = (
    _rule(
        "OV-01",
        "Pain that came on gradually",
        m.Concludes(conclusion="overuse"),
        pitfalls=("A slow fracture.",),
    ),
    _rule("RF-01", "Pain at the end of rotation", m.Raises(flag="RF-FRACTURE"), cites=("a1.089",)),
    _rule(
        "RF-02", "Fever with hip pain", m.Raises(flag="RF-INFECTION"), cites=(), opinion="a common precaution"
    ),
    _rule("RF-03", "Weight loss", m.Raises(flag="RF-TUMOUR"), cites=("a1.089",)),
    _rule(
        "TB-03",
        "Worse lying on the painful side",
        _weighs("bursitis", "supports", 5.0, strength="strong", group="side"),
        when=Has("pain.worse_with", ("lying_on_side",)),
        because="Lying on that side presses on the bursa.",
        pitfalls=("Gluteal tendinopathy hurts in the same way.",),
    ),
    _rule(
        "TB-04",
        "Pain at the outer side",
        _weighs("bursitis", "supports", 3.0, strength="moderate", group="side"),
    ),
    _rule(
        "TB-05", "Wakes at night", _weighs("bursitis", "supports", 2.0, strength="weak"), status="reviewed"
    ),
    _rule(
        "TB-06",
        "No groin pain, no joint",
        _weighs("labral_tear", "opposes", 10.0, strength="decisive"),
        cites=(),
        opinion="clinical habit",
    ),
    _rule(
        "GT-01",
        "Bursa seldom inflamed",
        _weighs("bursitis", "opposes", 1.6, source="s-long", study="t-lying", result="negative"),
        layer="evidence",
        cites=("s-long.1",),
    ),
    _rule(
        "GT-02",
        "Outer pain",
        _weighs("tendinopathy", "supports", 5.0, strength="strong"),
        layer="evidence",
        cites=("s-long",),
    ),
    _rule("FX-09", "Night pain speaks for bone", _weighs("fracture", "supports", 3.0, strength="moderate")),
    _rule(
        "CA-01",
        "Spare a bone that may be cracked",
        m.Withholds(demands=("running", "loading")),
        because="Load can displace it.",
    ),
    _rule("AD-01", "Ice when it is sore", m.Advises(advice=("AD-A1", "AD-A2")), cites=("a1.069",)),
)

FLAGS = (
    m.RedFlag(
        id="RF-FRACTURE",
        name="Suspected stress fracture",
        layer="articles",
        urgency="same_day",
        action="Stop running and see a doctor today.",
        why="A neglected fracture can displace.",
        do_not=("Do not test it by hopping.",),
        concerns=("fracture",),
        cites=("a1.089",),
    ),
    m.RedFlag(
        id="RF-INFECTION",
        name="Possible joint infection",
        layer="articles",
        urgency="emergency",
        action="Go to hospital now.",
        opinion="a common precaution",
    ),
    m.RedFlag(
        id="RF-TUMOUR",
        name="Possible tumour",
        layer="articles",
        urgency="within_days",
        action="See a doctor.",
        cites=("a1.089",),
    ),
)

ADVICE = tuple(
    m.Advice(
        id=f"AD-A{n}",
        layer="articles",
        step="now",
        topic=f"Topic {n}",
        text=f"Do thing {n}.",
        how=("First this.", "Then that."),
        cautions=("Protect the skin.",),
        cites=("a1.069",) if n > 1 else (),
        opinion="" if n > 1 else "a habit of the clinic",
    )
    for n in range(1, 9)
)

HELD_BACK = m.Advice(
    id="AD-A9", layer="articles", step="next", topic="Going back to running", text="Run a little.",
    demands=("running",), cites=("a1.069",),
)  # fmt: skip

KNOWLEDGE = m.Knowledge(
    name="Sample",
    version="0.1.0",
    digest="sha256:0123456789abcdef",
    licence="CC-BY-4.0",
    intended_use="For tests only.",
    not_modelled=("Runners under 18",),
    layers=_by_id(
        (
            m.Layer(id="articles", name="Articles", description="Five articles."),
            m.Layer(id="evidence", name="Evidence"),
        )
    ),
    scale=m.Scale(
        strengths={"weak": 2.0, "moderate": 3.0, "strong": 5.0, "decisive": 10.0},
        priors={"common": 0.1, "occasional": 0.05, "uncommon": 0.02},
        likely=3.0,
        possible=-5.5,
        against=-4.5,
        lead=3.0,
    ),
    sources=_by_id(SOURCES),
    claims=_by_id(CLAIMS),
    findings=_by_id(FINDINGS),
    conditions=_by_id(CONDITIONS),
    sections=_by_id(
        (
            m.Section(id="warning", title="Warning signs", order=5),
            m.Section(id="runner", title="The runner", order=10),
            m.Section(id="pain", title="The pain", order=20),
        )
    ),
    conclusions=_by_id(
        (
            m.Conclusion(
                id="overuse", name="overuse pattern", layer="articles", description="Too much, too soon."
            ),
        )
    ),
    flags=_by_id(FLAGS),
    rules=_by_id(RULES),
    advice=_by_id((*ADVICE, HELD_BACK)),
    topics={},
    demands={"running": "running again", "loading": "loading the hip"},
    studies=_by_id(
        (
            m.Study(
                id="t-lying",
                test="lying on the side",
                target="bursitis on ultrasound",
                condition="bursitis",
                source="s-long",
                sensitivity=0.6,
                specificity=0.64,
                lr_negative=0.625,
                intervals=(m.Interval(of="sensitivity", low=0.5, high=0.71),),
                derived=("lr_negative",),
                population="women with outer-hip pain",
                reference="ultrasound",
                n=877,
            ),
        )
    ),
    conflicts=_by_id(
        (
            m.Conflict(
                id="C17",
                title="Ice schedule",
                weight="advice",
                judgement="Fifteen to twenty minutes; protect the skin.",
                decided_by="evidence",
                sides=(
                    m.Side(says="Several times a day", cites=("a1.069",)),
                    m.Side(says="Every hour", cites=("a3.050",)),
                ),
            ),
        )
    ),
)
