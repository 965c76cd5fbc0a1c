"""The JSON Schema of a knowledge file, for editors."""

from __future__ import annotations

from typing import Any

from hipexpert.knowledge.schema import FileModel
from hipexpert.knowledge.schema_types import WHEN_SCHEMA


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a knowledge file, for editors."""
    schema: dict[str, Any] = _with_references(FileModel.model_json_schema())
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "hipexpert knowledge file"
    schema.setdefault("$defs", {})["when"] = WHEN_SCHEMA
    return schema


def _with_references(part: Any) -> Any:
    if isinstance(part, list):
        return [_with_references(item) for item in part]
    if not isinstance(part, dict):
        return part
    if part.get("title") == "When" and "type" not in part and "properties" not in part:
        return {"$ref": "#/$defs/when"}
    return {key: _with_references(value) for key, value in part.items()}
