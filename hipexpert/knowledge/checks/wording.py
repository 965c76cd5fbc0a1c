"""How things are said: texts that say nothing, cannot be read, or ask for what must not be done."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hipexpert.knowledge.checks.base import Check, Defect, Survey
from hipexpert.knowledge.checks.texts import Text, texts

LIMITS = {
    "title": 110, "name": 90, "topic": 60, "because": 600, "question": 300, "help": 800, "summary": 600,
    "text": 900, "action": 600, "why": 900, "opinion": 500, "claim": 700, "judgement": 900,
}  # fmt: skip
"""The longest a text may be, in characters, by its field; 900 for the others."""

SENTENCES = frozenset(("because", "opinion", "question", "action", "why", "text", "summary", "judgement"))
"""Fields that hold whole sentences; the others are headings and labels."""

HEADINGS = frozenset(("title", "name", "topic"))

AMERICAN = {
    "aging": "ageing", "analyze": "analyse", "analyzed": "analysed", "anemia": "anaemia",
    "behavior": "behaviour", "center": "centre", "centered": "centred", "color": "colour",
    "counseling": "counselling", "diarrhea": "diarrhoea", "edema": "oedema", "esophagus": "oesophagus",
    "favor": "favour", "favorable": "favourable", "fiber": "fibre", "fibers": "fibres", "fulfill": "fulfil",
    "gray": "grey", "gynecological": "gynaecological", "gynecologist": "gynaecologist",
    "hematoma": "haematoma", "hemorrhage": "haemorrhage", "ischemia": "ischaemia", "ischemic": "ischaemic",
    "judgment": "judgement", "labeled": "labelled", "labor": "labour", "leukemia": "leukaemia",
    "liter": "litre", "maneuver": "manoeuvre", "maneuvers": "manoeuvres", "modeling": "modelling",
    "mold": "mould", "neighboring": "neighbouring", "orthopedic": "orthopaedic",
    "orthopedics": "orthopaedics", "paralyzed": "paralysed", "paresthesia": "paraesthesia",
    "pediatric": "paediatric", "signaling": "signalling", "skeptical": "sceptical",
    "traveling": "travelling", "tumor": "tumour", "tumors": "tumours", "vapor": "vapour",
}  # fmt: skip
"""American spellings of words that are common in these texts, with the British ones."""

_WORD = re.compile(r"[A-Za-z]+")
_REPEATED = re.compile(r"\b([A-Za-z]{2,})\s+\1\b", re.I)
_MAY_REPEAT = frozenset(("that", "had"))
_ENTRY_ID = re.compile(r"\b[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+\b")
_DENIED = re.compile(r"\b(not|no|never|nor|without|avoid|instead of|rather than|don't|do not|cannot)\b", re.I)
_DONE = re.compile(
    r"\b(does|do|did|has|have|had|if|when|whether|after|was|were|is|on|once|past|hurts?)\b", re.I
)


def echoing_reasons(survey: Survey) -> Iterator[Defect]:
    """HX709: a because that only repeats the title."""
    for rule in survey.rules:
        if _words(rule.because) <= _words(rule.title):
            message = f"the because of {rule.id} only repeats its title"
            yield Defect(rule.at, "HX709", rule.id, message, "say why it is so")


def disordered_ids(survey: Survey) -> Iterator[Defect]:
    """HX708: the rules of a file do not stand in order of their ids."""
    last: dict[str, str] = {}
    for rule in survey.knowledge.rules.values():
        before = last.get(rule.at.file, "")
        if rule.id < before:
            message = f"{rule.id} stands after {before}"
            yield Defect(rule.at, "HX708", rule.id, message, "keep rules in order of id")
        last[rule.at.file] = rule.id


def careless_texts(survey: Survey) -> Iterator[Defect]:
    """HX743 to HX747, HX750: full stops, spaces, spelling, length, words written twice."""
    for text in texts(survey.knowledge):
        yield from _form(text)
        for word in _WORD.findall(text.text):
            british = AMERICAN.get(word.casefold())
            if british:
                yield _defect(text, "HX746", f"'{word}' is American spelling", f"write '{british}'")
        limit = LIMITS.get(text.field, 900)
        if len(text.text) > limit:
            what = f"has {len(text.text)} characters; {limit} are enough"
            yield _defect(text, "HX747", what, "cut it, or split the entry")


def _form(text: Text) -> Iterator[Defect]:
    if text.field in HEADINGS and text.text.endswith("."):
        yield _defect(text, "HX743", "ends with a full stop", "a heading has none")
    if text.field in SENTENCES and text.text[-1] not in ".?!:":
        yield _defect(text, "HX744", "does not end like a sentence", "add a full stop")
    if "  " in text.text or text.text != text.text.strip():
        yield _defect(text, "HX745", "has a space too many", "remove it")
    for match in _REPEATED.finditer(text.text):
        if match[1].casefold() not in _MAY_REPEAT:
            yield _defect(text, "HX750", f"says '{match[0]}'", "keep one of the words")


def _defect(text: Text, code: str, what: str, hint: str) -> Defect:
    return Defect(text.at, code, text.about, f"{text.field} of {text.about}: {what}", hint)


def unsafe_requests(survey: Survey) -> Iterator[Defect]:
    """HX748: a text asks for an act that may only be asked about."""
    for entry in survey.knowledge.never_ask:
        forms = "|".join(re.escape(word) for word in entry.acts)
        act = re.compile(rf"\b({forms})\b", re.I)
        for text in texts(survey.knowledge):
            if not text.asks or text.about in entry.unless:
                continue
            for sentence in re.split(r"(?<=[.?!;])\s+", text.text):
                match = act.search(sentence)
                if match and not _DENIED.search(sentence) and not _DONE.search(sentence[: match.start()]):
                    what = f"asks for '{match[0]}'"
                    yield _defect(text, "HX748", what, f"ask about it, never for it: {entry.reason}")


def repeated_texts(survey: Survey) -> Iterator[Defect]:
    """HX749, HX756: one text for two entries; one name for two conditions."""
    first: dict[tuple[str, str], str] = {}
    for text in texts(survey.knowledge):
        if text.field not in ("question", "text"):
            continue
        name = first.setdefault((text.field, text.text.casefold()), text.about)
        if name != text.about:
            message = f"{text.field} of {text.about}: the same words as {name}"
            hint = "merge the two, or say what differs"
            yield Defect(text.at, "HX749", text.about, message, hint, name)
    names: dict[str, str] = {}
    for condition in survey.knowledge.conditions.values():
        for word in dict.fromkeys((condition.name, *condition.synonyms)):
            name = names.setdefault(word.casefold(), condition.id)
            if name != condition.id:
                message = f"'{word}' names both '{condition.id}' and '{name}'"
                yield Defect(condition.at, "HX756", condition.id, message, "keep it for one", name)


def dead_references(survey: Survey) -> Iterator[Defect]:
    """HX753: a text speaks of an entry that is retired or does not exist."""
    knowledge = survey.knowledge
    entries = {**knowledge.advice, **knowledge.flags, **knowledge.conflicts}
    active = {rule.id for rule in survey.rules} | set(entries)
    prefixes = {name.partition("-")[0] for name in (*knowledge.rules, *entries)}
    for text in texts(knowledge):
        for name in dict.fromkeys(_ENTRY_ID.findall(text.text)):
            if name in active or name.partition("-")[0] not in prefixes:
                continue
            retired = name in knowledge.rules
            what = f"speaks of {name}, which {'is retired' if retired else 'does not exist'}"
            yield _defect(text, "HX753", what, "name what took its place")


def _words(text: str) -> set[str]:
    return {word.strip(".,;:()").casefold() for word in text.split()}


CHECKS: tuple[Check, ...] = (
    disordered_ids,
    echoing_reasons,
    careless_texts,
    unsafe_requests,
    repeated_texts,
    dead_references,
)
