"""The branches of all rules as plain data and back: each literal once, each branch as literals' numbers.

Working them out takes longer than everything else that happens before a case is judged, so the cache keeps
them beside the knowledge base they follow from.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

from hipexpert.knowledge.codec import decode_part, encode_part
from hipexpert.knowledge.model import Knowledge
from hipexpert.knowledge.normal_form import Literal, Numbered
from hipexpert.knowledge.numbering import number_literals


def encode_branches(knowledge: Knowledge) -> Any:
    """Return the branches of every rule as plain data."""
    literals, branches = number_literals([rule.branches for rule in knowledge.rules.values()])
    return {
        "literals": [[encode_part(literal.test), literal.positive] for literal in literals],
        "rules": dict(zip(knowledge.rules, branches, strict=True)),
    }


def decode_branches(data: Any, knowledge: Knowledge) -> None:
    """Give the rules of a knowledge base the branches that were encoded.

    Raises:
        KeyError, IndexError, TypeError: The data is not of this knowledge base.
    """
    literals = [Literal(decode_part(test), positive) for test, positive in data["literals"]]
    branches: Mapping[str, list[list[int]]] = data["rules"]
    every = chain.from_iterable(chain.from_iterable(branches.values()))
    if not 0 <= max(every, default=0) < max(1, len(literals)):
        raise IndexError("a branch has a literal that is not there")
    for rule in knowledge.rules.values():
        rule.__dict__["numbered"] = Numbered(literals, branches[rule.id])
