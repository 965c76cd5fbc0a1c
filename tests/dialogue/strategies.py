"""Random answers, cases and typed lines for the sample knowledge base."""

from __future__ import annotations

from hypothesis import strategies as st

from hipexpert.case import Answer, Case
from hipexpert.knowledge.model import Finding

from .sample import FINDINGS, case


def answers_to(question: Finding) -> st.SearchStrategy[Answer]:
    """Return every kind of answer a finding can have, partly unknown ones included."""
    if question.kind == "number":
        numbers = st.one_of(st.none(), st.integers(5, 100).map(float))
        return numbers.map(lambda n: Answer(finding=question.id, number=n))
    count = len(question.option_ids)
    marks = st.lists(st.sampled_from("pau"), min_size=count, max_size=count)
    return marks.map(lambda letters: _marked(question, letters))


def _marked(question: Finding, letters: list[str]) -> Answer:
    pairs = list(zip(question.option_ids, letters, strict=True))
    present = [o for o, letter in pairs if letter == "p"]
    if question.kind == "choice":
        present = present[:1]
    return Answer(
        finding=question.id,
        present=tuple(present),
        absent=tuple(o for o, letter in pairs if letter == "a"),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Return a case with any answers to any findings."""
    names = draw(st.lists(st.sampled_from(sorted(FINDINGS)), unique=True))
    return case(*(draw(answers_to(FINDINGS[name])) for name in names))


def lines_for(question: Finding) -> st.SearchStrategy[str]:
    """Return lines that often answer a finding and often nearly do."""
    numbers = st.integers(0, 600).map(str)
    words = st.sampled_from(
        ["u", "y", "n", "yes", "no", "none", "0", "?", ",", "3 weeks", "2 months", *question.option_ids]
    )
    item = st.one_of(words, numbers, st.text(max_size=6)).flatmap(lambda w: st.sampled_from([w, w + "?"]))
    return st.one_of(item, st.lists(item, max_size=4).map(",".join), st.text())
