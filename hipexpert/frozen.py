"""Frozen dataclasses that are quick to define and quick to make.

The standard library compiles six functions for a frozen class, and its ``__init__`` sets one field at a
time. A consultation needs a hundred such classes before it starts, and makes tens of thousands of objects.
Here ``__init__`` hands all fields over at once, and what compares is compiled when first needed. In
everything else (``fields``, ``replace``, ``is_dataclass``, comparing, hashing, errors) these classes are
like the standard library's, which is what type checkers see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

_Class = TypeVar("_Class", bound=type)

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(
        *, frozen: bool, kw_only: bool = False, eq: bool = True, order: bool = False
    ) -> Callable[[_Class], _Class]:
        """Make a class a frozen dataclass; the arguments mean what they mean in the standard library.

        Args:
            frozen: Always True; written out so that a class reads as it would there.
            kw_only: All fields are given by name.
            eq: Objects are equal when their fields are; they are hashed alike.
            order: They are ordered by their fields.
        """
        if not frozen:
            raise TypeError("only frozen dataclasses are made here")

        def make(cls: _Class) -> _Class:
            cls = _dataclass(init=False, repr=False, eq=False, kw_only=kw_only)(cls)
            cls.__init__ = _init_of(cls)
            cls.__setattr__ = _refuse_to_set
            cls.__delattr__ = _refuse_to_delete
            if "__repr__" not in vars(cls):
                cls.__repr__ = _repr
            for name in (*_EQUALITY, *_ORDER) if order else _EQUALITY if eq else ():
                setattr(cls, name, _later(cls, name))
            return cls

        return make


def _init_of(cls: type) -> Any:
    """Return an ``__init__`` that takes the fields of a class."""
    known: dict[str, Any] = {"_MISSING": MISSING}
    by_place: list[str] = []
    by_name: list[str] = []
    given: list[str] = []
    for field in fields(cls):
        (by_name if field.kw_only else by_place).append(_parameter(field, known))
        given.append(_given(field, known))
    star = ["*"] if by_name else []
    head = ", ".join(["self", *by_place, *star, *by_name])
    body = f"({head}):\n self.__dict__.update({', '.join(given)})"
    if hasattr(cls, "__post_init__"):
        body += "\n self.__post_init__()"
    return _compiled(cls, "__init__", body, known)


def _parameter(field: Field[Any], known: dict[str, Any]) -> str:
    if field.default is MISSING and field.default_factory is MISSING:
        return field.name
    known[f"_default_{field.name}"] = field.default
    return f"{field.name}=_default_{field.name}"


def _given(field: Field[Any], known: dict[str, Any]) -> str:
    name = field.name
    if field.default_factory is MISSING:
        return f"{name}={name}"
    known[f"_make_{name}"] = field.default_factory
    return f"{name}=_make_{name}() if {name} is _MISSING else {name}"


def _later(cls: Any, name: str) -> Any:
    """Return a method that makes way, the first time it is called, for one that compares the fields."""

    def first(self: Any, *other: Any) -> Any:
        compared = [field.name for field in fields(cls) if field.compare]
        own, others = ("".join(f"{who}.{field}, " for field in compared) for who in ("self", "other"))
        body = _BODIES[name].format(own=f"({own})", others=f"({others})")
        setattr(cls, name, _compiled(cls, name, body, {}))
        return getattr(self, name)(*other)

    return first


def _compiled(cls: type, name: str, body: str, known: dict[str, Any]) -> Any:
    """Return a method of a class from its parameters and body."""
    exec(f"def {name}{body}", known)
    method = known[name]
    method.__qualname__ = f"{cls.__qualname__}.{name}"
    return method


def _repr(self: Any) -> str:
    shown = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.repr)
    return f"{type(self).__qualname__}({shown})"


def _refuse_to_set(self: object, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


_COMPARISON: Final = (
    "(self, other): return {{own}} {0} {{others}} if other.__class__ is self.__class__ else NotImplemented"
)
_EQUALITY: Final = ("__eq__", "__hash__")
_ORDER: Final = ("__lt__", "__le__", "__gt__", "__ge__")
_BODIES: Final = {
    "__hash__": "(self): return hash({own})",
    **{
        name: _COMPARISON.format(sign)
        for name, sign in zip(("__eq__", *_ORDER), ("==", "<", "<=", ">", ">="), strict=True)
    },
}
