"""Words and ids that the models of a knowledge file are made of, and the shape of a `when`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

Text = Annotated[str, Field(min_length=1, max_length=2000)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=60)]
Option = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
EntryId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$", max_length=40)]
SourceId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
ClaimId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*\.[0-9]{3,4}$", max_length=60)]
Citation = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*(\.[0-9]{3,4})?$", max_length=60)]
Level = Literal["routine", "within_days", "same_day", "emergency"]

WHEN_SCHEMA: dict[str, Any] = {
    "description": "One test, or one of all, any, none, at_least. See the rule writer's guide.",
    "type": "object",
    "minProperties": 1,
    "maxProperties": 1,
    "properties": {
        "all": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/when"}},
        "any": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/when"}},
        "none": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/when"}},
        "at_least": {
            "type": "object",
            "required": ["n", "of"],
            "additionalProperties": False,
            "properties": {
                "n": {"type": "integer", "minimum": 1},
                "of": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/when"}},
            },
        },
    },
}
