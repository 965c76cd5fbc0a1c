"""Whatever a file holds: one message a problem, with place, code and words; never a traceback or a hang."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipexpert.case_files import from_document
from hipexpert.dialogue.script import read_answers
from hipexpert.errors import MOST_PROBLEMS, CaseError, InvalidInput, KnowledgeError, Problem, TemplateError
from hipexpert.inference.assess import assess
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.yaml_reader import MAX_DEPTH, MAX_VALUES, Document, read_file, read_text
from hipexpert.report.render import render
from hipexpert.text_files import MAX_BYTES, read_text_file
from tests.inference.shipped import ROOT, knowledge
from tests.report.sample import ASSESSMENT
from tests.report.sample_knowledge import KNOWLEDGE

KNEE = (ROOT / "tests" / "knee" / "knee.yaml").read_text(encoding="utf-8")
CASE = (ROOT / "examples" / "lateral-hip.yaml").read_text(encoding="utf-8")
MANY = settings(max_examples=max(200, settings.default.max_examples))

PIECES = st.sampled_from(
    [
        *(
            "id: x",
            "findings:",
            "about:",
            "{",
            "}",
            "[",
            "]",
            ": ",
            ", ",
            "- ",
            "? ",
            "\n",
            "  ",
            "\t",
            "fever",
            "yes",
        ),
        *(
            "pain.site",
            "unknown",
            "34",
            "3 weeks",
            "&a",
            "*a",
            "<<: *a",
            "!!python/object:os.system",
            "!!binary x",
        ),
        *(
            "---",
            "...",
            "%YAML 1.2",
            "|",
            ">",
            "'",
            '"',
            '"\\ud800"',
            '"\\0"',
            "# c",
            "\ufeff",
            "\u202e",
            "\x1b[31m",
        ),
        *(
            "\x00",
            "\x85",
            "\u2028",
            ".nan",
            ".inf",
            "1e999",
            "9" * 400,
            "0x1F",
            "1:30",
            "null",
            "~",
            "=",
            "a" * 300,
        ),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=120))


@st.composite
def spoilt(draw: st.DrawFn, text: str) -> str:
    """Return a good file with a few places overwritten, taken out or put in."""
    for _ in range(draw(st.integers(1, 4))):
        place, gone = draw(st.integers(0, len(text))), draw(st.integers(0, 6))
        text = text[:place] + draw(st.one_of(PIECES, st.text(max_size=4))) + text[place + gone :]
    return text


ACTIVE = {"Cc", "Cs", "Zl", "Zp"}
"""Control characters, halves of characters, ends of lines and paragraphs."""


def is_told(error: InvalidInput) -> None:
    """Hold a refusal to what every message promises."""
    assert error.problems
    assert len(error.problems) <= MOST_PROBLEMS + 1
    for problem in error.problems:
        assert problem.code[:2] == "HX"
        assert problem.location.file
        assert problem.message
        lines = str(problem).split("\n")
        assert len(lines) == 1 + bool(problem.hint)
        assert not ACTIVE & set(map(category, str(problem).replace("\n", ""))), "nothing moves a cursor"
        assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f") & set(
            str(problem)
        )
        assert all(len(line) < 1100 for line in lines)


def judged_or_told(text: str) -> None:
    try:
        case = from_document(read_text(text, Document("case.yaml"), yes_no=True), knowledge())
    except CaseError as error:
        is_told(error)
    else:
        assess(case, knowledge())


@MANY
@given(st.one_of(TEXTS, spoilt(CASE)))
def test_a_case_file_is_judged_or_refused_with_a_message(text: str) -> None:
    judged_or_told(text)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["id", "about", "findings", "age", "fever", "pain.site", "x"]), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_any_data_is_judged_or_refused_with_a_message(data: Any) -> None:
    """As JSON or another program may hand it over, NaN and infinities included."""
    try:
        case = from_document(Document("case.json", data), knowledge())
    except CaseError as error:
        is_told(error)
    else:
        assess(case, knowledge())


@MANY
@given(st.one_of(TEXTS, st.lists(st.tuples(st.sampled_from(["fever", "pain.site", "age", "x"]), PIECES)).map(
    lambda pairs: "\n".join(f"{name}: {value}" for name, value in pairs)
)))  # fmt: skip
def test_answers_are_taken_or_refused_with_a_message(text: str) -> None:
    try:
        read_answers(text, knowledge(), "answers.txt")
    except CaseError as error:
        is_told(error)


@settings(max_examples=max(60, settings.default.max_examples))
@given(data=st.data())
def test_knowledge_is_loaded_or_refused_with_a_message(data: st.DataObject, tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.mktemp("kb")
    text = data.draw(st.one_of(spoilt(KNEE), TEXTS))
    (folder / "knee.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load(folder, cache=False)
    except KnowledgeError as error:
        is_told(error)


@given(
    st.binary(max_size=60)
    | st.sampled_from([CASE.encode("utf-16"), CASE.encode("utf-32"), b"\xef\xbb\xbf" * 2])
)
def test_any_bytes_are_read_or_refused(tmp_path_factory: Any, data: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "case.yaml"
    path.write_bytes(data)
    document = read_file(path, yes_no=True)
    if document.problems:
        is_told(CaseError(document.problems))


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + CASE.encode())
    assert read_file(path, yes_no=True).data == read_text(CASE, Document("x"), yes_no=True).data


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)
HUGE = {
    "billion laughs": (LAUGHS, "HX106"),
    "deep lists": ("[" * 1_000_000, "HX107"),
    "deep mappings": ("{a: " * 200_000, "HX107"),
    "deep blocks": ("- " * 100_000, "HX107"),
    "many values": ("findings: [" + "1," * 1_500_000 + "]", "HX107"),
    "many problems": ("findings:\n" + "".join(f"  pain.sit{n}: yes\n" for n in range(90_000)), "HX109"),
    "many keys twice": ("findings:\n" + "  fever: yes\n" * 150_000, "HX109"),
    "a long number": ("findings: {age: " + "9" * 3_000_000 + "}", "HX510"),
    "a long number in two parts": ("id: " + "1_" * 1_900_000 + "x", "HX501"),
    "a long word": ("findings: {fever: " + "y" * 3_000_000 + "}", "HX510"),
    "a long key": ("? " + "k" * 3_000_000 + "\n: 1", "HX502"),
    "a long key in findings": ("findings:\n  ? " + "k" * 3_000_000 + "\n  : 1", "HX503"),
    "one line of controls": ("id: " + "\x01" * 1000, "HX102"),
    "half a character": ('id: x\ntitle: "\\ud800"\nfindings: {fever: no}', "HX10"),
    "not a number": ("findings: {age: .nan}", "HX105"),
    "more than any number": ("findings: {age: 1e999}", "HX105"),
    "a tag that would run": ("id: !!python/object/apply:os.system [id]", "HX106"),
}  # fmt: skip


@pytest.mark.parametrize("name", HUGE)
def test_what_grows_is_cut_short(name: str) -> None:
    text, code = HUGE[name]
    began = time.process_time()
    with pytest.raises(CaseError) as caught:
        from_document(read_text(text, Document("case.yaml"), yes_no=True), knowledge())
    is_told(caught.value)
    assert any(problem.code.startswith(code) for problem in caught.value.problems), caught.value.problems[:3]
    assert time.process_time() - began < 30, "seconds of processor time: what hangs takes hours"


def test_many_bad_answers_are_cut_short() -> None:
    text = "".join(f"pain.sit{n}: yes\n" for n in range(90_000))
    with pytest.raises(CaseError) as caught:
        read_answers(text, knowledge(), "answers.txt")
    assert len(caught.value.problems) == MOST_PROBLEMS


def test_knowledge_with_many_problems_is_cut_short(tmp_path: Path) -> None:
    rules = "".join(f"  - {{id: K-{n:05}, when: {{frnt_pain{n}: yes}}}}\n" for n in range(20_000))
    (tmp_path / "kb.yaml").write_text(f"rules:\n{rules}", encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load(tmp_path, cache=False)
    is_told(caught.value)
    assert "HX109" in {problem.code for problem in caught.value.problems}


def test_the_limits_are_those_the_pages_tell() -> None:
    page = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    for limit in (MAX_BYTES, MAX_VALUES, MAX_DEPTH, MOST_PROBLEMS):
        assert f"{limit:,}" in page


def test_folders_links_and_devices_are_no_files(tmp_path: Path) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    nowhere = tmp_path / "nowhere"
    nowhere.symlink_to(tmp_path / "gone")
    for path in (circle, nowhere, tmp_path, tmp_path / ("x" * 300), Path("/dev/zero")):
        found = read_text_file(path)
        assert isinstance(found, Problem), path
        assert found.hint
    kb = tmp_path / "kb"
    (kb / "folder.yaml").mkdir(parents=True)
    with pytest.raises(KnowledgeError, match="HX101 this is a folder"):
        load(kb, cache=False)


def rendered(tmp_path: Path, source: str) -> str:
    (tmp_path / "report.txt.j2").write_text(source, encoding="utf-8")
    return render(ASSESSMENT, KNOWLEDGE, "text", tmp_path)


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in range(10 ** 9) %}{% endfor %}",
        "{{ 'x' * 10 ** 10 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{% set n = namespace(s='xxxxxxxx') %}{% for i in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
        "{% set n = namespace(s='xxxxxxxx') %}{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}",
        "{% for i in range(99999) %}{{ 'x' * 9999 }}{% endfor %}",
        "{{ 'x'.ljust(9999999999) }}",
        "{{ 'x' | center(9999999999) }}",
        "{{ '%9999999999d' % 1 }}",
        "{{ '%9999999999d' | format(1) }}",
        "{{ '{:9999999999}'.format(1) }}",
        "{{ '%*d' % (9999999999, 1) }}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'report.txt.j2' %}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ view.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.system('id') }}",
        "{{ self._TemplateReference__context }}",
        "{% import 'os' as os %}",
        "{% include '../../../etc/passwd' %}",
        "{% include '/etc/passwd' %}",
        "{{ view.nothing }}",
        "{% for %}",
        "{{ 1 / 0 }}",
        "{{ '\\ud800' }}{{ view.nope",
    ],
)
def test_a_template_of_a_stranger_is_rendered_or_refused(tmp_path: Path, source: str) -> None:
    began = time.process_time()
    with pytest.raises(TemplateError) as caught:
        rendered(tmp_path, source)
    is_told(caught.value)
    assert time.process_time() - began < 60, "seconds of processor time: what hangs takes hours"


def test_what_templates_need_they_may_do(tmp_path: Path) -> None:
    source = (
        "{% for s in view.differential.leading %}{{ (s.name ~ '!') | center(40) }}\n{% endfor %}"
        "{{ '%5.1f' % 1.25 }} {{ '{:>6}'.format('x') }} {{ 'ab' * 3 }} {{ [1, 2] | join }} {{ 2 ** 10 }}"
    )
    text = rendered(tmp_path, source)
    assert "Trochanteric bursitis!" in text
    assert text.endswith("  1.2      x ababab 12 1024")


JINJA = st.sampled_from(
    [
        *(
            "{{",
            "}}",
            "{%",
            "%}",
            " view ",
            ".case",
            "for x in view.sources",
            "if",
            "endif",
            "endfor",
            "|",
            "join",
            "'",
        ),
        *(
            "1",
            "*",
            "~",
            "(",
            ")",
            "macro m()",
            "endmacro",
            "extends 'shipped/report.txt.j2'",
            "block title",
            "\n",
        ),
        *(
            "endblock",
            "set x = 1",
            "include 'report.md.j2'",
            "loop",
            "[",
            "]",
            "range(9)",
            " in ",
            "format",
            "%",
        ),
    ]
)


@MANY
@given(st.lists(JINJA, max_size=14).map("".join))
def test_any_template_is_rendered_or_refused(tmp_path_factory: Any, source: str) -> None:
    try:
        rendered(tmp_path_factory.mktemp("t"), source)
    except TemplateError as error:
        is_told(error)
