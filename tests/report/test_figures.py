"""Pictures: complete, within bounds, the same everywhere, and made of text that stays text."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipexpert.case_files import read_case
from hipexpert.errors import UsageError
from hipexpert.inference.assess import assess
from hipexpert.inference.assessment import Assessment
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge
from hipexpert.knowledge.when import Measures
from hipexpert.report.figures.case_graph import MOST_NODES, case_graph, merged, pruned
from hipexpert.report.figures.dot import dot
from hipexpert.report.figures.drawing import draw, untangled
from hipexpert.report.figures.export import export, export_map
from hipexpert.report.figures.graph import OUTCOMES, SOURCES, Graph
from hipexpert.report.figures.knowledge_graph import bounds, knowledge_graph
from hipexpert.report.figures.knowledge_map import bearings, knowledge_map
from hipexpert.report.figures.layout import swap_neighbours
from hipexpert.report.figures.measure import ELLIPSIS, fit, width_of
from hipexpert.report.figures.mermaid import mermaid, quoted
from hipexpert.report.figures.proof import Step, proof
from hipexpert.report.figures.timeline import timeline
from hipexpert.report.figures.waterfall import waterfall
from hipexpert.report.lexicon import Lexicon
from tests.report.hostile import HOSTILE_ASSESSMENT, HOSTILE_KNOWLEDGE
from tests.report.sample import ASSESSMENT
from tests.report.sample_knowledge import KNOWLEDGE

ROOT = Path(__file__).parents[2]
CASES = (
    "iliopsoas-tendinitis-typical",
    "displaced-hip-fracture-typical",
    "pubic-ramus-stress-fracture-typical",
    "too-little-known-nothing",
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(ROOT / "rules")


@pytest.fixture(scope="module", params=CASES)
def judged(request: pytest.FixtureRequest, knowledge: Knowledge) -> Assessment:
    return assess(
        read_case(ROOT / "tests" / "cases" / "articles" / f"{request.param}.yaml", knowledge), knowledge
    )


def _whole(assessment: Assessment, knowledge: Knowledge) -> Graph:
    return case_graph(assessment, Lexicon(assessment, knowledge))


def test_the_whole_graph_holds_every_firing(judged: Assessment, knowledge: Knowledge) -> None:
    whole = _whole(judged, knowledge)
    said = {item.advice for item in judged.advice}
    speaking = {
        firing.rule
        for firing in judged.firings
        if any(kind != "advice" or name in said for kind, name in firing.produced)
    }
    assert {node.subject for node in whole.of("rule")} == speaking
    for firing in judged.firings:
        if firing.rule in speaking:
            assert len(whole.causes[f"rule:{firing.rule}"]) == len(
                {(m.kind, m.id, m.value, m.state) for m in firing.matched}
            )


def test_every_edge_begins_or_ends_at_a_rule(judged: Assessment, knowledge: Knowledge) -> None:
    whole = _whole(judged, knowledge)
    kinds = {(whole.by_id[a].kind, whole.by_id[b].kind) for a, b in whole.edges}
    assert kinds <= {(k, "rule") for k in (*SOURCES, "conclusion")} | {
        ("rule", k) for k in (*OUTCOMES, "conclusion")
    }


def test_the_pruned_graph_keeps_flags_and_first_conditions(judged: Assessment, knowledge: Knowledge) -> None:
    whole = _whole(judged, knowledge)
    small = pruned(whole)
    assert len(small.nodes) <= MOST_NODES
    raised = [node.id for node in whole.of("flag")]
    assert [node.id for node in small.of("flag")] == raised[: len(small.of("flag"))], "the most urgent stay"
    assert len(small.of("flag")) >= min(len(raised), 8)
    assert [n.id for n in small.of("condition")] == [n.id for n in whole.of("condition")[:3]]
    for node in (*small.of(*OUTCOMES), *small.of("conclusion")):
        assert small.causes[node.id], f"{node.id} has lost its last rule"
    for rule in small.of("rule"):
        assert small.causes[rule.id], f"{rule.id} rests on nothing"
        assert rule.weight or not rule.state, "a rule that adds nothing"
    assert small.left_out >= 0


def test_pruning_drops_the_lightest_first(judged: Assessment, knowledge: Knowledge) -> None:
    whole = _whole(judged, knowledge)
    full, small = pruned(whole, 10_000), pruned(whole, 40)
    for condition in small.of("condition"):
        kept = [small.by_id[r].weight for r in small.causes[condition.id]]
        lost = [full.by_id[r].weight for r in full.causes[condition.id] if r not in small.by_id]
        assert not lost or min(kept) >= max(lost) or len(kept) == 1


def test_the_layout_keeps_things_apart_and_inside(judged: Assessment, knowledge: Knowledge) -> None:
    whole = _whole(judged, knowledge)
    for graph in (pruned(whole), merged(whole)):
        drawing = draw(graph, "g")
        boxes = [rule.box for rule in drawing.rules] + [c.box for c in drawing.cards] + list(drawing.results)
        for box in boxes:
            assert box.x >= 0 and box.x + box.width <= drawing.width
            assert box.y >= 0 and box.y + box.height <= drawing.height
        for n, one in enumerate(boxes):
            for other in boxes[n + 1 :]:
                apart = (
                    one.x + one.width <= other.x
                    or other.x + other.width <= one.x
                    or one.y + one.height <= other.y
                    or other.y + other.height <= one.y
                )
                assert apart, (one.text, other.text)
        parted = untangled(graph)
        assert sum(len(rule.wires) for rule in drawing.rules) == sum(
            len(parted.causes[rule.id]) for rule in parted.of("rule")
        )


def test_ids_in_a_picture_are_unique(judged: Assessment, knowledge: Knowledge) -> None:
    drawing = draw(merged(_whole(judged, knowledge)), "w")
    ids = [b.id for b in (*(r.box for r in drawing.rules), *(c.box for c in drawing.cards), *drawing.results)]
    shown = [name for name in ids if name]
    assert len(shown) == len(set(shown)) > 5


def test_swapping_neighbours_leaves_fewer_crossings() -> None:
    items = ["a", "b", "c"]
    swap_neighbours(items, [([30], []), ([20], []), ([10], [])])
    assert items == ["c", "b", "a"]


def test_pictures_are_the_same_whatever_the_hash_seed() -> None:
    script = (
        "import hipexpert, hashlib; from hipexpert.report.figures.view import graph_of; "
        "from hipexpert.report.figures.export import export; k = hipexpert.load(); "
        "a = hipexpert.assess(hipexpert.read_case('examples/stress-fracture.yaml', k), k); "
        "print([hashlib.sha256(export(graph_of(a, k, whole=w), f, 't').encode()).hexdigest() "
        "for w in (False, True) for f in ('svg', 'dot', 'mermaid', 'text')])"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PATH": "", "HIPEXPERT_CACHE": "off"},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


def _flat(steps: tuple[Step, ...]) -> list[Step]:
    return [step for each in steps for step in (each, *_flat(each.steps))]


def test_the_proof_says_everything_the_picture_shows(judged: Assessment, knowledge: Knowledge) -> None:
    small = pruned(_whole(judged, knowledge))
    told = {(step.kind, step.text) for step in _flat(proof(small))}
    assert told == {(node.kind, node.text) for node in small.nodes}


def test_a_waterfall_sums_to_the_score(judged: Assessment, knowledge: Knowledge) -> None:
    lexicon = Lexicon(judged, knowledge)
    for standing in judged.differential:
        if not standing.ledger:
            continue
        fall = waterfall(standing, lexicon)
        numbers = [round(10 * float(row.points.replace("−", "-"))) for row in fall.rows]
        assert sum(numbers[:-1]) == numbers[-1] == round(10 * standing.score)
        assert fall.silent == sum(bool(row.counted_by) for row in standing.ledger)
        for above, below in zip(fall.rows, fall.rows[1:-1], strict=False):
            assert abs(above.link - below.x) <= 2 or abs(above.link - below.x - below.width) <= 2
        assert all(row.x >= 0 and row.x + row.width <= fall.width for row in fall.rows)


def test_the_timeline_has_every_firing_once_in_order(judged: Assessment) -> None:
    line = timeline(judged)
    marks = [mark for lane in line.lanes for mark in lane.marks]
    assert sorted(int(mark.text.split(".")[0]) for mark in marks) == [f.n for f in judged.firings]
    assert all(line.left <= float(mark.x) <= line.right for mark in marks)
    for lane in line.lanes:
        assert [float(m.x) for m in lane.marks] == sorted(float(m.x) for m in lane.marks)


@pytest.mark.parametrize("format", ["svg", "dot", "mermaid", "text"])
def test_hostile_text_stays_text_in_every_format(format: str) -> None:
    for graph in (
        _whole(HOSTILE_ASSESSMENT, HOSTILE_KNOWLEDGE),
        knowledge_graph(HOSTILE_KNOWLEDGE, next(iter(HOSTILE_KNOWLEDGE.conditions))),
    ):
        made = export(graph, format, 'a <title> & "more" ]]> -->')
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", made)
        if format == "svg":
            root = ElementTree.fromstring(made)
            names = {element.tag.rpartition("}")[2] for element in root.iter()}
            assert not names & {"script", "foreignObject", "image", "b", "a"}
            assert "<script>alert(1)</script>" in "".join(root.itertext())
            assert not [k for e in root.iter() for k in e.attrib if k.startswith("on")]
        if format == "mermaid":
            for line in made.splitlines()[1:]:
                shell = re.sub(r'"[^"]*"', "", line)
                assert re.fullmatch(r"[\w\s&(){}\[\]<>|.-]*", shell), line
            assert not re.search(r"<script|`", made)
        if format == "dot":
            shell = re.sub(r'"(?:[^"\\]|\\.)*"', "", made, flags=re.DOTALL)
            assert "script" not in shell and '"' not in shell


def test_a_hostile_knowledge_base_is_mapped_as_text() -> None:
    root = ElementTree.fromstring(export_map(HOSTILE_KNOWLEDGE, "<b>x</b>"))
    assert "<script>" in "".join(root.itertext())
    assert not {e.tag.rpartition("}")[2] for e in root.iter()} & {"script", "b", "foreignObject"}


def test_mermaid_writes_what_could_mean_something_as_a_number() -> None:
    assert quoted('a "b" #1 <i> `c`') == "a #34;b#34; #35;1 #60;i#62; #96;c#96;"


def test_mermaid_names_each_node_once_and_joins_every_edge() -> None:
    graph = merged(_whole(ASSESSMENT, KNOWLEDGE))
    made = mermaid(graph)
    assert len(re.findall(r"\bn\d+(?=[\[({>])", made)) == len(graph.nodes)


def test_dot_is_read_by_graphviz() -> None:
    from shutil import which

    program = which("dot")
    if program is None:
        pytest.skip("Graphviz is an option, and it is not installed here")
    made = dot(_whole(HOSTILE_ASSESSMENT, HOSTILE_KNOWLEDGE), "t")
    done = subprocess.run([program, "-Tplain"], input=made.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_the_graph_of_an_entry_holds_all_its_rules(knowledge: Knowledge) -> None:
    for kind, rules in (
        ("conditions", knowledge.weighing),
        ("flags", knowledge.raising),
        ("conclusions", knowledge.concluding),
    ):
        for name in getattr(knowledge, kind):
            graph = knowledge_graph(knowledge, name)
            assert {n.subject for n in graph.of("rule")} >= {rule.id for rule in rules.get(name, ())}
            assert draw(graph, "g").height > 0


def test_an_unknown_entry_gets_the_nearest(knowledge: Knowledge) -> None:
    with pytest.raises(UsageError, match="did you mean 'labral_tear'"):
        knowledge_graph(knowledge, "labral_tears")


def test_the_map_counts_every_rule_that_bears_on_something(knowledge: Knowledge) -> None:
    sheet, counts = knowledge_map(knowledge), bearings(knowledge)
    assert len(sheet.cells) == len(counts)
    assert all(sheet.left <= c.x <= sheet.width and sheet.top <= c.y <= sheet.height for c in sheet.cells)
    named = {to for _, to in counts}
    assert named >= knowledge.weighing.keys() | {
        flag for flag, rules in knowledge.raising.items() if any(rule.phase == "red_flags" for rule in rules)
    }


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (Measures("x", low=18), "at least 18 years"),
        (Measures("x", high=40, high_open=True), "less than 40 years"),
        (Measures("x", low=1, high=2.5, low_open=True), "more than 1 and at most 2.5 years"),
    ],
)
def test_bounds_in_words(test: Measures, words: str) -> None:
    assert bounds(test, "years") == words


@given(st.text(max_size=200), st.integers(20, 400), st.integers(1, 4), st.booleans())
def test_fitted_text_is_no_wider_than_asked(text: str, width: int, lines: int, bold: bool) -> None:
    made = fit(text, width, 12, lines, bold=bold)
    assert 1 <= len(made) <= lines
    for line in made:
        assert width_of(line, 12, bold=bold) <= width or len(line.rstrip(ELLIPSIS)) <= 1
    if not made[-1].endswith(ELLIPSIS):
        assert "".join("".join(made).split()) == "".join(text.split())


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    (line,) = fit("one two three four five", 60, 12)
    assert line.startswith("one") and line.endswith(ELLIPSIS)
