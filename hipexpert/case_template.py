"""Cases as people read and fill them in: a blank form, and a case in words."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator

from hipexpert.case import Case
from hipexpert.case_values import answer_text, how_to_number
from hipexpert.errors import UsageError, did_you_mean, printable
from hipexpert.knowledge.model import Finding, Knowledge

_WIDTH = 100


def blank_case(knowledge: Knowledge, name: str, sections: Collection[str] = ()) -> str:
    """Return a case file in which every finding waits behind a comment sign.

    Raises:
        UsageError: There is no such section.
    """
    for section in sections:
        if section not in knowledge.sections:
            raise UsageError(f"no section '{section}'; {did_you_mean(section, knowledge.sections)}")
    lines = [
        "# Take away the # before what is known. What stays commented out is unknown, never 'no'.",
        "# Never write a person's name into this file.",
        f"id: {name}",
    ]
    wanted = [f for f in knowledge.findings.values() if not sections or f.section in sections]
    about = [f for f in wanted if f.section == "about"]
    lines.append("about: {}" if not about else "about:")
    lines.extend(line for finding in about for line in _form(finding))
    lines.append("findings:")
    section = ""
    for finding in (f for f in wanted if f.section != "about"):
        if finding.section != section:
            section = finding.section
            lines.append(f"\n  # --- {knowledge.sections[section].title} ---")
        lines.extend(_form(finding))
    return "\n".join(lines) + "\n"


def _form(finding: Finding) -> Iterator[str]:
    yield f"  # {finding.question}"
    if finding.options:
        choices = ", ".join(f"{o.id} ({o.label})" if o.label != o.id else o.id for o in finding.options)
        yield from textwrap.wrap(choices, _WIDTH, initial_indent="  #   ", subsequent_indent="  #   ")
    yield f"  # {finding.id}: {_example(finding)}"


def _example(finding: Finding) -> str:
    if finding.kind == "yes_no":
        return "yes   # yes, no or unknown"
    if finding.kind == "number":
        return f"{finding.minimum:g}   # {how_to_number(finding)}"
    if finding.kind == "choice":
        return finding.option_ids[0]
    left_out = "no" if finding.unticked == "absent" else "unknown"
    return f"[{finding.option_ids[0]}]   # what is left out counts as {left_out}"


def case_in_words(case: Case, knowledge: Knowledge) -> str:
    """Return a case as a person would read it out."""
    lines = [f"Case {case.id}" + (f": {printable(str(case.meta['title']))}" if "title" in case.meta else "")]
    for section in knowledge.sections.values():
        known = [f for f in knowledge.findings.values() if f.section == section.id and f.id in case.answers]
        if known:
            lines.extend(["", section.title])
        for finding in known:
            text = f"{finding.name}: {answer_text(finding, case.answers[finding.id])}"
            lines.extend(textwrap.wrap(text, 78, initial_indent="  ", subsequent_indent="      "))
    return "\n".join(lines) + "\n"
