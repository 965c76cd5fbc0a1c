"""The literals of many rules as numbers: the fewer runners are likely to meet one, the lower its number.

A matcher that watches the lowest number of each branch is seldom woken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from hipexpert.knowledge.normal_form import Alternative, Literal
from hipexpert.knowledge.when import FlagRaised, Has, IsUnknown, RankWithin, TriageIs, VerdictIs

_STANDINGS = (("likely", 1), ("possible", 2), ("not_settled", 4), ("not_settled", 8), ("unlikely", 9))
"""Verdict and rank of a few usual conditions."""


def number_literals(rules: Sequence[Sequence[Alternative]]) -> tuple[list[Literal], list[list[list[int]]]]:
    """Return the literals of some rules in the order of their numbers, and all branches by these.

    Of equally likely literals those that stand in fewest branches come first. A branch's numbers ascend.

    Args:
        rules: The branches of each rule.
    """
    objects = {id(each): each for branches in rules for branch in branches for each in branch}
    every = chain.from_iterable(chain.from_iterable(rules))
    counted: dict[Literal, int] = {}
    for id_, count in Counter(map(id, every)).items():  # hashing each wherever it stands takes longer
        counted[objects[id_]] = counted.get(objects[id_], 0) + count
    literals = sorted(counted, key=lambda literal: (likelihood(literal), counted[literal]))
    places = {literal: place for place, literal in enumerate(literals)}
    numbers = {id_: places[each] for id_, each in objects.items()}
    return literals, [
        [sorted({numbers[id(each)] for each in branch}) for branch in branches] for branches in rules
    ]


def likelihood(literal: Literal) -> float:
    """Guess how likely a case meets a literal: most findings are not there, most flags not up."""
    test, positive = literal.test, literal.positive
    if isinstance(test, TriageIs):
        return 0.9
    if isinstance(test, FlagRaised):
        return 0.1 if positive else 0.9
    if isinstance(test, VerdictIs):
        return _share([(verdict in test.verdicts) is positive for verdict, _ in _STANDINGS])
    if isinstance(test, RankWithin):
        return _share([(rank <= test.at_most) is positive for _, rank in _STANDINGS])
    if isinstance(test, Has):
        return 0.2 if positive else 0.3
    return 0.6 if isinstance(test, IsUnknown) else 0.3


def _share(met: Sequence[bool]) -> float:
    return 0.8 * sum(met) / len(met)
