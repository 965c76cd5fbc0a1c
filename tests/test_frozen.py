"""Our frozen dataclasses behave as the standard library's: the same classes made both ways."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipexpert import frozen

Decorator = Callable[..., Any]


def point(decorator: Decorator) -> Any:
    @decorator(frozen=True, order=True)
    class Point:
        """A place."""

        x: int
        y: int = 0
        note: str = field(default="", compare=False)
        tags: list[str] = field(default_factory=list, repr=False)

        @property
        def double(self) -> int:
            return 2 * self.x

    return Point


def named(decorator: Decorator) -> Any:
    @decorator(frozen=True, kw_only=True)
    class Named:
        """Given by name."""

        a: str
        b: tuple[int, ...] = ()

        def __post_init__(self) -> None:
            object.__setattr__(self, "a", self.a.strip())

        def __repr__(self) -> str:
            return f"<{self.a}>"

    return Named


def bare(decorator: Decorator) -> Any:
    @decorator(frozen=True)
    class Bare:
        """Nothing at all."""

    return Bare


def lone(decorator: Decorator) -> Any:
    @decorator(frozen=True, eq=False)
    class Lone:
        """Equal only to itself."""

        a: int

    return Lone


MAKERS = [point, named, bare, lone]


@frozen.dataclass(frozen=True)
class Kept:
    """At the top of a module, so that pickle finds it."""

    a: int
    b: tuple[str, ...] = ()


@pytest.mark.parametrize("maker", MAKERS)
def test_fields_signature_and_patterns_are_the_same(maker: Callable[[Decorator], Any]) -> None:
    ours, theirs = maker(frozen.dataclass), maker(dataclasses.dataclass)
    assert dataclasses.is_dataclass(ours)
    about = [
        [(f.name, f.type, f.default, f.default_factory, f.compare, f.repr, f.kw_only) for f in fields_]
        for fields_ in map(dataclasses.fields, (ours, theirs))
    ]
    assert about[0] == about[1]
    assert ours.__match_args__ == theirs.__match_args__
    assert [(p.name, p.kind) for p in inspect.signature(ours).parameters.values()] == [
        (p.name, p.kind) for p in inspect.signature(theirs).parameters.values()
    ]


points = st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from(["", "a"]))


@given(points, points)
def test_comparing_hashing_and_showing_are_the_same(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    ours, theirs = point(frozen.dataclass), point(dataclasses.dataclass)
    a, b = ours(*one, tags=()), ours(*other, tags=())
    c, d = theirs(*one, tags=()), theirs(*other, tags=())
    for compare in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
        assert getattr(a, compare)(b) == getattr(c, compare)(d), compare
        assert getattr(a, compare)(c) is NotImplemented
    assert (hash(a) == hash(b)) == (a == b)
    assert repr(a).split(".")[-1] == repr(c).split(".")[-1]
    assert a.double == c.double


def test_defaults_are_made_afresh_and_post_init_runs() -> None:
    kind = point(frozen.dataclass)
    assert kind(1).tags == [] and kind(1).tags is not kind(1).tags
    assert repr(named(frozen.dataclass)(a=" x ")) == "<x>"


def test_objects_with_identity_are_equal_only_to_themselves() -> None:
    kind = lone(frozen.dataclass)
    one = kind(1)
    assert one == one and one != kind(1) and len({one, kind(1)}) == 2


@pytest.mark.parametrize("maker", [point, lone])
def test_nothing_can_be_changed(maker: Callable[[Decorator], Any]) -> None:
    thing = maker(frozen.dataclass)(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
        thing.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'x'"):
        del thing.x


def test_wrong_arguments_are_named() -> None:
    kind = named(frozen.dataclass)
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'a'"):
        kind()
    with pytest.raises(TypeError, match="unexpected keyword argument 'c'"):
        kind(a="x", c=1)
    with pytest.raises(TypeError, match="only frozen"):
        frozen.dataclass(frozen=False)  # type: ignore[call-overload,unused-ignore]


def test_objects_can_be_copied_pickled_and_replaced() -> None:
    one = Kept(1, ("x",))
    for again in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert again == one and again is not one
    assert dataclasses.replace(one, a=2) == Kept(2, ("x",))
    assert dataclasses.asdict(one) == {"a": 1, "b": ("x",)}
