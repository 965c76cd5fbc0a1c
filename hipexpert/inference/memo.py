"""Remembering what was worked out, within bounds."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def keep(kept: MutableMapping[_Key, _Value], key: _Key, value: _Value, most: int) -> _Value:
    """Remember a value and return it; where there are ``most`` already, these are forgotten first."""
    if len(kept) >= most:
        kept.clear()
    kept[key] = value
    return value
