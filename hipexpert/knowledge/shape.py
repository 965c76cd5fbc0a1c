"""Checks one file's shape with pydantic and turns its complaints into problems with a place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from hipexpert.errors import Problem, did_you_mean
from hipexpert.knowledge.schema import FileModel
from hipexpert.knowledge.when_parser import shown
from hipexpert.knowledge.yaml_reader import Document, Path_

_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def check(document: Document) -> FileModel | None:
    """Return the file as a model, or None after reporting every problem of its shape."""
    data = document.data
    if not isinstance(data, dict):
        problem = f"found {shown(data)}; expected a mapping with keys such as {_some_keys()}"
        document.problems.append(Problem(document.where(()), "HX203", problem))
        return None
    try:
        return FileModel.model_validate(data)
    except ValidationError as error:
        document.problems.extend(_problems(error, document))
        return None


def _some_keys() -> str:
    return ", ".join(sorted(FileModel.model_fields))


def _problems(error: ValidationError, document: Document) -> Iterator[Problem]:
    seen: set[Path_] = set()
    for detail in error.errors(include_url=False, include_context=True):
        path: Path_ = _known_path(detail["loc"], document.data)
        kind, context = detail["type"], detail.get("ctx", {})
        if path in seen and kind == "literal_error":
            continue
        seen.add(path)
        yield _problem(kind, context, detail, path, document)


def _problem(kind: str, context: Any, detail: Any, path: Path_, document: Document) -> Problem:
    name = path[-1] if path else ""
    found = shown(detail["input"])
    if kind == "missing":
        missing = detail["loc"][-1]
        hint = f"add  {missing}: ..."
        return Problem(document.where(path), "HX201", f"the field '{missing}' is missing", hint)
    if kind == "extra_forbidden":
        hint = did_you_mean(name, _fields_at(path[:-1]))
        return Problem(document.where(path, key=True), "HX202", f"unknown field '{name}'", hint)
    if kind == "literal_error":
        expected = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "")
        hint = did_you_mean(detail["input"], [e.strip() for e in expected.split(",")])
        message = f"{name}: found {found}; expected one of: {expected}"
        return Problem(document.where(path), "HX204", message, hint)
    if kind in _TYPES:
        hint = "put it in quotes" if kind == "string_type" and detail["input"] is not None else ""
        return Problem(document.where(path), "HX203", f"{name}: found {found}; expected {_TYPES[kind]}", hint)
    message = f"{name}: {found} does not fit: {_plain(kind, context, detail)}"
    return Problem(document.where(path), "HX205", message)


def _plain(kind: str, context: Any, detail: Any) -> str:
    if kind == "string_pattern_mismatch":
        return f"expected the form {context['pattern']}"
    return str(detail["msg"])[:1].lower() + str(detail["msg"])[1:]


def _known_path(loc: tuple[int | str, ...], data: Any) -> Path_:
    """Cut pydantic's location to the part that exists in the file."""
    path: list[int | str] = []
    for part in loc:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            break
        path.append(part)
    return tuple(path)


def _fields_at(path: Path_) -> list[str]:
    model: type[BaseModel] | None = FileModel
    for part in path:
        if isinstance(part, int) or model is None:
            continue
        field = model.model_fields.get(part)
        model = _model_in(field.annotation) if field else None
    return list(model.model_fields) if model else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if (found := _model_in(inner)) is not None:
            return found
    return None
