"""A knowledge base as plain data (lists, mappings, text, numbers) and back, exactly.

An object becomes ``[number of its class, field, field, ...]``, a tuple ``[-1, part, part, ...]``. Fields that
hold nothing but a word or a number, and tuples of words, stand as they are; which these are follows from the
annotations, and the encoder refuses what does not keep to them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from hipexpert.errors import Location
from hipexpert.knowledge import entries as e
from hipexpert.knowledge import housekeeping as h
from hipexpert.knowledge import rule as r
from hipexpert.knowledge import study as t
from hipexpert.knowledge import when as w
from hipexpert.knowledge.model import Knowledge

CLASSES: tuple[type, ...] = (
    Location, Knowledge,
    e.Layer, e.Source, e.Claim, e.Section, e.Option, e.Finding, e.Note, e.Code, e.Frequency, e.Condition,
    e.Conclusion, e.RedFlag, e.Advice, e.Side, e.Conflict, e.Topic, e.SetAside, e.Scale,
    r.Rule, r.Concludes, r.Weighs, r.Raises, r.Advises, r.Withholds,
    t.Interval, t.Study, h.Exclusion, h.NeverAsk,
    w.All, w.AnyOf, w.NoneOf, w.AtLeast, w.Has, w.Measures, w.IsUnknown, w.Concluded, w.FlagRaised,
    w.VerdictIs, w.RankWithin, w.TriageIs,
)  # fmt: skip
"""Every class a knowledge base is made of; the place in this table is the class's number."""

_TUPLE = -1
_SCALARS = (str, int, float, bool, type(None))
_PLAIN = frozenset(
    ("str", "int", "float", "bool", "int | None", "float | None", "Kind", "Cost", "Step", "Direction")
)
_WORDS = "tuple[str, ...]"


class CodecError(ValueError):
    """Something that is no knowledge base, or holds what cannot be written as plain data."""


def encode(knowledge: Knowledge) -> Any:
    """Return a knowledge base as plain data.

    Raises:
        CodecError: It holds something that would not come back the same.
    """
    return _encode(knowledge)


def decode(data: Any) -> Knowledge:
    """Return the knowledge base that was encoded; ``data`` is used up.

    Raises:
        CodecError: The data is something else. Other errors may follow from data nobody encoded.
    """
    found = _decode(data)
    if not isinstance(found, Knowledge):
        raise CodecError("this is no knowledge base")
    return found


def encode_part(part: object) -> Any:
    """Return anything a knowledge base may hold as plain data."""
    return _encode(part)


def decode_part(data: Any) -> Any:
    """Return what :func:`encode_part` encoded; ``data`` is used up."""
    return _decode(data)


def _encode(value: Any) -> Any:
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is tuple:
        return [_TUPLE, *(_encode(part) for part in value)]
    if kind is dict:
        return {_only(str, key): _encode(part) for key, part in value.items()}
    if kind not in _NUMBERS:
        raise CodecError(f"a knowledge base holds no {kind.__name__}")
    number = _NUMBERS[kind]
    return [number, *(write(getattr(value, name)) for name, write in _WRITERS[number])]


def _encode_plain(value: Any) -> Any:
    return _only(_SCALARS, value)


def _encode_words(value: Any) -> list[str]:
    return [_only(str, word) for word in _only(tuple, value)]


def _only(kinds: Any, value: Any) -> Any:
    if type(value) not in (kinds if isinstance(kinds, tuple) else (kinds,)):
        raise CodecError(f"a {type(value).__name__} stands where it is not expected")
    return value


def _decode(data: Any) -> Any:
    kind = type(data)
    if kind is list:
        number = data[0]
        return _READERS[number](data) if number >= 0 else tuple([_decode(part) for part in data[1:]])
    if kind is dict:
        return {key: _decode(part) for key, part in data.items()}
    return data


def _reader(kind: type) -> Callable[[list[Any]], Any]:
    """Return what makes one object of a class from its list."""
    names = tuple(field.name for field in fields(kind))
    words = tuple(n for n, field in enumerate(fields(kind), start=1) if field.type == _WORDS)
    deep = tuple(
        n
        for n, field in enumerate(fields(kind), start=1)
        if field.type not in _PLAIN and field.type != _WORDS
    )
    by_name = any(field.kw_only for field in fields(kind))
    size = len(names) + 1

    def read(data: list[Any]) -> Any:
        if len(data) != size:
            raise CodecError(f"a {kind.__name__} has {size - 1} fields")
        for n in words:
            data[n] = tuple(data[n])
        for n in deep:
            data[n] = _decode(data[n])
        return kind(**dict(zip(names, data[1:], strict=True))) if by_name else kind(*data[1:])

    return read


def _writers(kind: type) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """Return for each field of a class its name and how it is encoded."""
    special = {_WORDS: _encode_words, **dict.fromkeys(_PLAIN, _encode_plain)}
    return tuple((field.name, special.get(str(field.type), _encode)) for field in fields(kind))


_NUMBERS = {kind: number for number, kind in enumerate(CLASSES)}
_READERS = tuple(_reader(kind) for kind in CLASSES)
_WRITERS = tuple(_writers(kind) for kind in CLASSES)
