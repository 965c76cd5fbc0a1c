"""What ``kb check`` found, as text, as JSON and as GitHub reads it; and what the codes mean."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from hipexpert.errors import Problem
from hipexpert.knowledge.checks import Checked, Defect
from hipexpert.knowledge.checks.catalogue import catalogue, severity
from hipexpert.knowledge.model import Knowledge

SCHEMA = "hipexpert.check/1"
_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}
_WIDTH = 100


def gravities(checked: Checked) -> Counter[str]:
    """Return how many defects of each severity were found."""
    return Counter(severity(defect.code) for defect in checked.defects)


def page(knowledge: Knowledge | None, found: Checked | Iterable[Problem], format_: str) -> str:
    """Return what was found.

    Args:
        knowledge: The knowledge base; None when it does not load.
        found: What the checks found, or the problems that kept it from loading.
        format_: ``text``, ``json`` or ``github``.
    """
    defects = found.defects if isinstance(found, Checked) else [_as_defect(problem) for problem in found]
    if format_ == "json":
        excluded = found.excluded if isinstance(found, Checked) else ()
        document = {
            "schema": SCHEMA,
            "knowledge": {"name": knowledge.name, "version": knowledge.version, "digest": knowledge.digest}
            if knowledge
            else None,
            "problems": [_plain(defect) for defect in defects],
            "excluded": [{**_plain(defect), "reason": meant.reason} for defect, meant in excluded],
        }
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    line = _github if format_ == "github" else _text
    return "".join(map(line, defects))


def _as_defect(problem: Problem) -> Defect:
    return Defect(problem.location, problem.code, "", problem.message, problem.hint)


def _plain(defect: Defect) -> Mapping[str, Any]:
    return {
        "code": defect.code,
        "severity": severity(defect.code),
        "file": defect.at.file,
        "line": defect.at.line,
        "column": defect.at.column,
        "about": defect.about,
        "other": defect.other,
        "message": defect.message,
        "hint": defect.hint,
    }


def _text(defect: Defect) -> str:
    text = f"{defect.at}: {severity(defect.code)} {defect.code} {defect.message}\n"
    return f"{text}  hint: {defect.hint}\n" if defect.hint else text


def _github(defect: Defect) -> str:
    place = f"file={_property(defect.at.file)},line={max(defect.at.line, 1)}"
    if defect.at.column:
        place += f",col={defect.at.column}"
    body = defect.message + (f"\nhint: {defect.hint}" if defect.hint else "")
    return f"::{_GITHUB[severity(defect.code)]} {place},title={defect.code}::{_data(body)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def codes() -> str:
    """Return every code with its severity and what it means, one a line."""
    return "".join(f"{entry.code}  {entry.severity:<8} {entry.title}\n" for entry in catalogue().values())


def explained(code: str) -> str:
    """Return what a code means, why it matters, and an example of wrong and right."""
    entry = catalogue()[code]
    parts = [f"{entry.code} ({entry.severity}): {entry.title}", textwrap.fill(entry.why, _WIDTH)]
    for word, example in (("Wrong", entry.bad), ("Right", entry.good)):
        parts.append(f"{word}:\n\n{textwrap.indent(example.rstrip(), '    ')}")
    if code >= "HX7":
        exclusion = f"    exclusions:\n      - {{code: {code}, entries: [ID], reason: ...}}"
        parts.append(f"Where it is meant, say so in the knowledge base:\n\n{exclusion}")
    return "\n\n".join(parts) + "\n"
