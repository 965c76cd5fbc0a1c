"""Random case files over the knowledge base that ships: every way a value may be written."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from hipexpert.case import Case
from hipexpert.case_files import from_document
from hipexpert.case_values import parse_answer
from hipexpert.errors import CaseError
from hipexpert.knowledge.model import Finding, Knowledge
from hipexpert.knowledge.yaml_reader import Document
from tests.inference.shipped import knowledge

YES_NO = st.sampled_from(["yes", "no", "unknown", "present", "absent", True, False])


@cache
def values(name: str) -> st.SearchStrategy[Any]:
    """Return values of one finding, nearly all of which it takes."""
    finding = knowledge().findings[name]
    if finding.kind == "yes_no":
        return YES_NO
    if finding.kind == "number":
        return numbers(finding)
    option = st.sampled_from(finding.option_ids)
    by_option = st.dictionaries(option, YES_NO, max_size=4)
    if finding.kind == "choice":
        return st.one_of(option, st.just("unknown"), st.dictionaries(option, st.just("no"), max_size=4))
    return st.one_of(option, st.just("unknown"), st.lists(option, max_size=5, unique=True), by_option)


def numbers(finding: Finding) -> st.SearchStrategy[Any]:
    low = 0.0 if finding.minimum is None else finding.minimum
    high = 1e6 if finding.maximum is None else finding.maximum
    plain = st.one_of(st.integers(int(low), int(high)), st.floats(low, high), st.just(low), st.just(high))
    units = [*finding.units, *([finding.unit] if finding.unit else [])]
    if not units:
        return plain
    return st.one_of(plain, st.builds("{} {}".format, st.integers(int(low), 60), st.sampled_from(units)))


def taken(finding: Finding, raw: Any) -> bool:
    try:
        parse_answer(finding, raw)
    except CaseError:
        return False
    return True


AWKWARD = (
    *(
        1e-06,
        0.1,
        123456789012345.5,
        -0.0,
        1e17,
        "1e5",
        "2020-1-1",
        "on",
        "Yes",
        "0x1F",
        "=",
        "~",
        "1_0",
        "- a",
    ),
    *("a: b", "\u202eabc", "\x1b[31m", "null", "1:30", "#", " a ", "a\nb", "\x85", "\ufeff", "1" * 70),
)
"""Values that other readers of YAML take for something else, or that a terminal would act upon."""

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**17), 10**17),
    st.sampled_from(AWKWARD),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
KEYS = st.text("abyes-1", max_size=4)
META = st.dictionaries(
    st.sampled_from(["title", "note", "source", "expected"]),
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=4,
    ),
    max_size=2,
)


@st.composite
def documents(draw: st.DrawFn, most: int = 40) -> dict[str, Any]:
    """Return the data of a case file that validates."""
    names = draw(st.lists(st.sampled_from(sorted(knowledge().findings)), max_size=most, unique=True))
    chosen = {name: draw(values(name)) for name in names}
    chosen = {name: raw for name, raw in chosen.items() if taken(knowledge().findings[name], raw)}
    about = {name: raw for name, raw in chosen.items() if knowledge().findings[name].section == "about"}
    return {
        "id": draw(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)),
        **draw(META),
        "about": about,
        "findings": {name: raw for name, raw in chosen.items() if name not in about},
    }


@st.composite
def cases(draw: st.DrawFn, most: int = 40) -> Case:
    return case_of(draw(documents(most)), knowledge())


def case_of(data: dict[str, Any], base: Knowledge) -> Case:
    return from_document(Document("random", data), base)
