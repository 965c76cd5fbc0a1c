"""Case files: read with every problem reported at once, written so that nothing is ever half saved."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from hipexpert.case import Answer, Case
from hipexpert.case_values import parse_answer, shown, to_document
from hipexpert.errors import CaseError, Problem, TooMany, did_you_mean
from hipexpert.knowledge.model import Knowledge
from hipexpert.knowledge.yaml_reader import Document, Path_, is_plain, read_file, read_text
from hipexpert.text_files import read_standard_input, write_text_file

META = ("title", "note", "source", "expected", "judged")
"""``judged`` is what the program found when the case was last judged; see :mod:`hipexpert.summary`."""

KEYS = ("id", "about", "findings", *META)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def read_case(path: str | os.PathLike[str], knowledge: Knowledge) -> Case:
    """Read a case file, YAML or JSON.

    Args:
        path: The file; ``-`` reads standard input.
        knowledge: The vocabulary its findings are checked against.

    Raises:
        CaseError: With every problem found: where, what was expected and how to mend it.
    """
    if str(path) == "-":
        document = Document("<standard input>")
        text = read_standard_input(document.file)
        if isinstance(text, Problem):
            raise CaseError([text])
        read_text(text, document, yes_no=True)
    else:
        document = read_file(Path(path), yes_no=True)
    return from_document(document, knowledge, default_id=default_id(path))


def from_document(document: Document, knowledge: Knowledge, *, default_id: str = "case") -> Case:
    """Return the case a document holds; see :func:`read_case`."""
    if document.problems:
        raise CaseError(document.problems)
    data = document.data
    if not isinstance(data, dict):
        message = f"found {shown(data)}; expected a mapping with id, about and findings"
        raise CaseError([Problem(document.where(()), "HX501", message)])
    reader = _Reader(document, knowledge)
    name, answers = "", {}
    try:
        for key in data:
            if key not in KEYS:
                reader.add((key,), "HX502", f"unknown field '{key}'", did_you_mean(key, KEYS), key=True)
        name = reader.case_id(data.get("id", default_id))
        answers = {**reader.answers(data, "about"), **reader.answers(data, "findings")}
    except TooMany:
        raise CaseError(document.problems) from None
    if "about" not in data and "findings" not in data:
        reader.add((), "HX501", "neither 'about' nor 'findings' is given", "add  findings:")
    if document.problems:
        raise CaseError(document.problems)
    return Case(id=name, answers=answers, meta={key: data[key] for key in META if key in data})


class _Reader:
    """Reads the parts of one case file; problems go to its document."""

    def __init__(self, document: Document, knowledge: Knowledge) -> None:
        self.document = document
        self.knowledge = knowledge

    def add(self, path: Path_, code: str, message: str, hint: str = "", *, key: bool = False) -> None:
        self.document.problems.append(Problem(self.document.where(path, key=key), code, message, hint))

    def case_id(self, raw: Any) -> str:
        name = str(raw) if isinstance(raw, (str, int)) and not isinstance(raw, bool) else ""
        if not _ID.fullmatch(name):
            hint = "up to 80 letters, digits, dots, dashes and underscores; never a person's name"
            self.add(("id",), "HX501", f"the id {shown(raw)} does not fit", hint)
        return name

    def answers(self, data: Mapping[str, Any], key: str) -> dict[str, Answer]:
        entries = data.get(key, {})
        if entries is None:
            return {}
        if not isinstance(entries, dict):
            self.add((key,), "HX501", f"found {shown(entries)}; expected a mapping from finding to value")
            return {}
        found = {}
        for name, raw in entries.items():
            answer = self._answer(name, raw, (key, name))
            if answer is not None:
                found[name] = answer
            if key == "findings" and isinstance(data.get("about"), dict) and name in data["about"]:
                self.add((key, name), "HX504", f"'{name}' stands under both about and findings", key=True)
        return found

    def _answer(self, name: str, raw: Any, path: Path_) -> Answer | None:
        finding = self.knowledge.findings.get(name)
        if finding is None:
            hint = did_you_mean(name, self.knowledge.findings) or "hipexpert kb list findings shows them all"
            self.add(path, "HX503", f"unknown finding '{name}'", hint, key=True)
            return None
        if raw is None:
            self.add(path, "HX510", f"{name}: no value is given", "write unknown, or leave the line out")
            return None
        try:
            return parse_answer(finding, raw, self.document.where(path))
        except CaseError as error:
            self.document.problems.extend(error.problems)
            return None


def case_text(case: Case, knowledge: Knowledge) -> str:
    """Return a case as the text of a case file, findings in the order of the vocabulary."""
    ordered = [f for f in knowledge.findings.values() if f.id in case.answers]
    values = {f.id: to_document(f, case.answers[f.id]) for f in ordered}
    about = {f.id: values[f.id] for f in ordered if f.section == "about"}
    data: dict[str, Any] = {"id": case.id}
    if "title" in case.meta:
        data["title"] = case.meta["title"]
    data["about"] = about
    data["findings"] = {name: value for name, value in values.items() if name not in about}
    data.update({key: case.meta[key] for key in META[1:] if key in case.meta})
    if isinstance(judged := data.get("judged"), dict):
        data["judged"] = {key: _Flow(v) if isinstance(v, list) else v for key, v in judged.items()}
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def write_case(path: str | os.PathLike[str], case: Case, knowledge: Knowledge) -> None:
    """Save a case; an existing file stays whole until the new one is.

    Raises:
        CaseError: The file cannot be written; says why. Nothing is lost.
    """
    problem = write_text_file(Path(path), case_text(case, knowledge))
    if problem is not None:
        raise CaseError([problem])


def default_id(path: str | os.PathLike[str]) -> str:
    """Return the id of a case that names none: its file's name."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(path).stem).strip("-._")
    return stem[:80] or "case"


class _Dumper(yaml.SafeDumper):
    """Writes what :mod:`hipexpert.knowledge.yaml_reader` reads back unchanged, ``yes`` and ``no`` plainly."""


class _Flow(list[Any]):
    """A list written on one line, as far as it goes."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if text in ("yes", "no"):
        return dumper.represent_scalar("tag:yaml.org,2002:bool", text)
    style = None if is_plain(text) and text.replace("\n", " ").isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _number(dumper: yaml.SafeDumper, number: float) -> yaml.ScalarNode:
    text = f"{Decimal(repr(number)):f}"
    return dumper.represent_scalar("tag:yaml.org,2002:float", text if "." in text else f"{text}.0")


def _flow(dumper: yaml.SafeDumper, items: _Flow) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(float, _number)
_Dumper.add_representer(_Flow, _flow)
