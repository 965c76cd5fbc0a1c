"""YAML with positions, and without its surprises.

Values are built from the parser's events rather than by PyYAML's constructors, so that nothing in a
file can run code, nesting cannot exhaust the stack, aliases cannot multiply, duplicate keys are seen,
and every key and value keeps its line and column. Only whole numbers, decimals, ``true``, ``false``
and null are more than text; words such as ``no`` stay text here, and are reported where that would
surprise a reader who expects YAML 1.1.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from hipexpert.errors import Location, Problem, Problems, TooMany
from hipexpert.text_files import read_text_file

MAX_DEPTH = 60
MAX_VALUES = 200_000
"""In one file: far more than anybody writes, and few enough to be read in seconds."""

Path_: TypeAlias = "tuple[str | int, ...]"

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?")
_WORDS = {"true": True, "True": True, "false": False, "False": False}
_NULLS = {"", "~", "null", "Null", "NULL"}
_LONGEST_WORD = 64
"""Characters; what is longer is text, and is not searched for what it might be instead."""
_TOO_LARGE = 1e18
_YES_NO = {"yes", "no", "on", "off"}
_SURPRISES = re.compile(
    r"[-+]?0[0-9]+|[-+]?0[xXoObB][0-9a-fA-F_]+|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9]*)?"
    r"|[-+]?[0-9][0-9_]*_[0-9_]*|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|[-+]?[0-9.]+[eE][-+]?[0-9]+"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?|=|<<|TRUE|FALSE"
)


@dataclass(slots=True)
class Document:
    """One file read: plain data and where each part of it stands.

    Attributes:
        data: Mappings, lists, text, numbers, booleans and None.
        problems: Everything wrong with the file as YAML.
    """

    file: str
    data: Any = None
    problems: list[Problem] = field(default_factory=Problems)
    places: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path_, tuple[int, int]] = field(default_factory=dict)

    def where(self, path: Iterable[str | int], *, key: bool = False) -> Location:
        """Return the place of a value (or of its key); the nearest parent's when it has none."""
        whole = tuple(path)
        for end in range(len(whole), -1, -1):
            known = self.keys if key and end == len(whole) else self.places
            if (at := known.get(whole[:end])) is not None:
                return Location(self.file, *at, field=dotted(whole))
        return Location(self.file, field=dotted(whole))

    def add(self, mark: Any, code: str, message: str, hint: str = "") -> None:
        """Record a problem at a parser mark."""
        location = Location(self.file, mark.line + 1, mark.column + 1) if mark else Location(self.file)
        self.problems.append(Problem(location, code, message, hint))


def dotted(path: Iterable[str | int]) -> str:
    """Return a path as people write it: ``rules[2].when``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text


def read_file(path: Path, *, shown: str = "", yes_no: bool = False) -> Document:
    """Read one YAML file.

    Args:
        path: The file.
        shown: How to name it in messages; the path itself by default.
        yes_no: Accept plain ``yes`` and ``no`` as the words they are (case files do).

    Returns:
        The document; look at ``problems`` before ``data``. Never raises for what a file holds.
    """
    document = Document(shown or str(path))
    text = read_text_file(path, document.file)
    if isinstance(text, Problem):
        document.problems.append(text)
        return document
    return read_text(text, document, yes_no=yes_no)


def read_text(text: str, document: Document, *, yes_no: bool = False) -> Document:
    """Read YAML from text into ``document``; see :func:`read_file`."""
    try:
        _Builder(document, yes_no).build(yaml.parse(text, Loader=_Loader))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"the character {error.character!r} may not stand in a text file"
        location = Location(document.file, line)
        document.problems.append(Problem(location, "HX102", message, "remove it"))
    except yaml.MarkedYAMLError as error:
        message = " ".join(filter(None, (error.context, error.problem))) or "cannot be read as YAML"
        document.add(error.problem_mark or error.context_mark, "HX103", f"not valid YAML: {message}")
    except UnicodeError:  # half a character, which only an escape can make
        document.add(None, "HX102", "a character that may not stand in a text file", "remove it")
    except yaml.YAMLError as error:
        document.add(None, "HX103", f"not valid YAML: {error}")
    except (_TooDeep, TooMany):
        pass
    if document.data is None and not document.problems:
        document.add(None, "HX108", "the file is empty", "fill it in or delete it")
    if document.problems:
        document.data = None
    return document


class _TooDeep(Exception):
    """The file asks for more than is read."""


class _Builder:
    """Turns parser events into plain data, one container at a time, without recursion."""

    def __init__(self, document: Document, yes_no: bool) -> None:
        self.document = document
        self.yes_no = yes_no
        self.stack: list[tuple[Any, Path_]] = []
        self.pending: list[Any] = []  # per open mapping: the key that waits for its value

    def build(self, events: Iterator[Any]) -> None:
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    hint = "remove the line ---"
                    self.document.add(event.start_mark, "HX103", "a second document in one file", hint)
                    return
            elif isinstance(event, yaml.AliasEvent):
                self._refuse(event, "aliases")
                self._put(None, event)
            elif isinstance(event, yaml.ScalarEvent):
                self._refuse_marks(event)
                self._put(self._scalar(event), event)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                self._refuse_marks(event)
                self._open({} if isinstance(event, yaml.MappingStartEvent) else [], event)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                self.stack.pop()
                self.pending.pop()

    def _refuse(self, event: Any, what: str) -> None:
        self.document.add(event.start_mark, "HX106", f"YAML {what} are not read here", "write it out")

    def _refuse_marks(self, event: Any) -> None:
        if event.anchor:
            self._refuse(event, "anchors")
        if event.tag and event.tag != "!":
            self._refuse(event, "tags")

    def _open(self, container: Any, event: Any) -> None:
        path = self._put(container, event)
        if len(self.stack) >= MAX_DEPTH:
            self.document.add(event.start_mark, "HX107", f"nested deeper than {MAX_DEPTH} levels")
            raise _TooDeep
        self.stack.append((container, path))
        self.pending.append(None)

    def _put(self, value: Any, event: Any) -> Path_:
        at = (event.start_mark.line + 1, event.start_mark.column + 1)
        if not self.stack:
            self.document.data = value
            path: Path_ = ()
        else:
            container, parent = self.stack[-1]
            if isinstance(container, list):
                path = (*parent, len(container))
                container.append(value)
            elif self.pending[-1] is None:
                self._key(container, parent, value, event)
                return parent
            else:
                key = self.pending[-1]
                self.pending[-1] = None
                path = (*parent, key)
                container[key] = value
        self.document.places[path] = at
        if len(self.document.places) > MAX_VALUES:
            message = f"more than {MAX_VALUES:,} values in one file"
            self.document.add(event.start_mark, "HX107", message, "split it")
            raise _TooDeep
        return path

    def _key(self, container: dict[str, Any], parent: Path_, value: Any, event: Any) -> None:
        if isinstance(value, (dict, list)):
            self.document.add(event.start_mark, "HX103", "a key must be plain text")
            value = f"<key {len(container)}>"
        key = event.value if isinstance(event, yaml.ScalarEvent) else str(value)
        if key in container:
            first = self.document.keys[(*parent, key)][0]
            message = f"the key '{key}' stands twice in one mapping; first on line {first}"
            self.document.add(event.start_mark, "HX104", message, "keep one of them")
        self.document.keys[(*parent, key)] = (event.start_mark.line + 1, event.start_mark.column + 1)
        self.pending[-1] = key

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if not event.implicit[0]:  # quoted or block text
            return text
        if text in _NULLS:
            return None
        if text in _WORDS:
            return _WORDS[text]
        if len(text) > _LONGEST_WORD:
            return text
        if _NUMBER.fullmatch(text) and abs(float(text)) < _TOO_LARGE:
            return float(text) if "." in text else int(text)
        if _SURPRISES.fullmatch(text) or (not self.yes_no and text.lower() in _YES_NO):
            message = f"plain {text} means something else to other YAML readers"
            self.document.add(event.start_mark, "HX105", message, f'write "{text}" in quotes')
        return text


def is_plain(text: str) -> bool:
    """Return whether text, written without quotes, could only be read as that text."""
    return not (
        text in _NULLS
        or text in _WORDS
        or text.lower() in _YES_NO
        or (len(text) <= _LONGEST_WORD and (_NUMBER.fullmatch(text) or _SURPRISES.fullmatch(text)))
    )


def is_number(value: object) -> bool:
    """Return whether a value read is a finite number (booleans are not)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
