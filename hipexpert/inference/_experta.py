"""The only import of experta, which needs help to start and leaves something behind.

experta 1.9.4 pins a frozendict that looks for ``collections.Mapping``, gone since Python 3.10; the
name is lent during the import and taken back. Importing experta also installs a handler on the root
logger, which is removed: a library has no business there. experta itself is used unmodified.
"""

from __future__ import annotations

import collections
import collections.abc
import logging

_LENT = "Mapping"

_handlers = list(logging.getLogger().handlers)
_lend = not hasattr(collections, _LENT)
if _lend:
    setattr(collections, _LENT, collections.abc.Mapping)
try:
    from experta import watchers
    from experta.abstract import Matcher, Strategy
    from experta.activation import Activation
    from experta.agenda import Agenda
    from experta.conditionalelement import AND, OR
    from experta.engine import KnowledgeEngine
    from experta.fact import Fact, InitialFact
    from experta.factlist import FactList
    from experta.fieldconstraint import L, P
    from experta.matchers.rete import ReteMatcher
    from experta.matchers.rete.utils import prepare_rule
    from experta.rule import Rule
    from experta.watchers import unwatch, watch
finally:
    if _lend:
        delattr(collections, _LENT)
    for _handler in logging.getLogger().handlers[:]:
        if _handler not in _handlers:
            logging.getLogger().removeHandler(_handler)

__all__ = [
    "AND",
    "OR",
    "Activation",
    "Agenda",
    "Fact",
    "FactList",
    "InitialFact",
    "KnowledgeEngine",
    "L",
    "Matcher",
    "P",
    "ReteMatcher",
    "Rule",
    "Strategy",
    "prepare_rule",
    "unwatch",
    "watch",
    "watchers",
]
