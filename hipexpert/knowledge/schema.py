"""The shape of a knowledge file, as pydantic models: field names, types and allowed words.

Only the loader imports this module (pydantic is slow to import, and a checked knowledge base does
not need it again). Names that refer to other entries are resolved afterwards, by the loader.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from hipexpert.knowledge.schema_types import (
    Citation,
    ClaimId,
    EntryId,
    Level,
    Name,
    Option,
    SourceId,
    Text,
)

_WHEN_MARK = {"title": "When"}  # pydantic knows no recursive shape here; replaced by a reference below

WhenTree = Annotated[Any, WithJsonSchema(dict(_WHEN_MARK))]


class Model(BaseModel):
    """A closed shape: no unknown fields, no silent conversion."""

    model_config = ConfigDict(extra="forbid", strict=True)


class LayerModel(Model):
    """One body of knowledge."""

    id: Name
    name: Text
    description: str = ""


class VerdictModel(Model):
    """Bands in points; 10 points are ten times as likely."""

    likely: float
    possible: float
    against: Annotated[float, Field(lt=0)]
    lead: Annotated[float, Field(ge=0)]


class KnowledgeModel(Model):
    """What is said once for the whole knowledge base."""

    name: Text
    version: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+([a-z0-9.+-]*)$")]
    licence: Text
    intended_use: Text
    layers: Annotated[list[LayerModel], Field(min_length=1)]
    strengths: dict[Option, Annotated[float, Field(gt=1, le=1000)]]
    priors: dict[Option, Annotated[float, Field(gt=0, le=10)]]
    verdicts: VerdictModel
    demands: dict[Option, Text] = {}
    not_modelled: list[Text] = []


class SourceModel(Model):
    """A published text."""

    id: SourceId
    title: Text
    layer: Name
    kind: str = ""
    authors: str = ""
    year: int | None = None
    venue: str = ""
    doi: str = ""
    url: str = ""
    note: str = ""


class ClaimModel(Model):
    """One statement of a source, in our own words."""

    id: ClaimId
    text: Text
    section: str = ""
    paragraph: Annotated[int, Field(ge=0)] | None = None
    kind: Option | Literal[""] = ""
    use: Literal["diagnose", "advise", "triage", "educate", ""] = ""
    conditions: list[Name] = []
    same_as: ClaimId | Literal[""] = ""


Proportion = Annotated[float, Field(ge=0, le=1)]
Ratio = Annotated[float, Field(ge=0, le=1000)]


class StudyModel(Model):
    """Published accuracy of one test for one target."""

    id: SourceId
    test: Text
    target: Text
    source: SourceId
    condition: Name | Literal[""] = ""
    sensitivity: Proportion | None = None
    specificity: Proportion | None = None
    lr_positive: Ratio | None = None
    lr_negative: Ratio | None = None
    intervals: dict[
        Literal["sensitivity", "specificity", "lr_positive", "lr_negative"],
        Annotated[list[float], Field(min_length=2, max_length=2)],
    ] = {}
    derived: list[Literal["lr_positive", "lr_negative"]] = []
    population: str = ""
    reference: str = ""
    n: Annotated[int, Field(gt=0)] | None = None
    note: str = ""
    doubt: str = ""


class SectionModel(Model):
    """A chapter of the consultation."""

    id: Name
    title: Text
    order: int


class FindingModel(Model):
    """Something that can be asked, examined or measured."""

    id: Name
    name: Text
    kind: Literal["yes_no", "choice", "choices", "number"]
    question: Text
    help: str = ""
    options: dict[Option, Text] = {}
    exhaustive: bool = False
    unticked: Literal["absent", "unknown"] = "unknown"
    unit: str = ""
    units: dict[str, Annotated[float, Field(gt=0)]] = {}
    minimum: float | None = None
    maximum: float | None = None
    cost: Literal["ask", "examine", "test"] = "ask"
    safety: str = ""
    only_if: WhenTree = None
    layer: Name = ""
    cites: list[Citation] = []


class NoteModel(Model):
    """A sentence of background with the claims it carries."""

    text: Text
    cites: list[Citation] = []


class CodeModel(Model):
    """An ICD-10-CM code with its official description."""

    code: Annotated[str, Field(pattern=r"^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$")]
    description: Text


class FrequencyModel(Model):
    """How common another layer says a condition is."""

    layer: Name
    prior: Option
    because: Text
    cites: Annotated[list[Citation], Field(min_length=1)]


class ConditionModel(Model):
    """A diagnosis that can be ranked."""

    id: Name
    name: Text
    layer: Name
    prior: Option
    summary: Text
    synonyms: list[Text] = []
    icd10cm: list[CodeModel] = []
    must_not_miss: bool = False
    background: list[NoteModel] = []
    frequencies: list[FrequencyModel] = []
    cites: list[Citation] = []


class ConclusionModel(Model):
    """An intermediate pattern."""

    id: Name
    name: Text
    layer: Name
    description: str = ""
    cites: list[Citation] = []


class FlagModel(Model):
    """A red flag."""

    id: EntryId
    name: Text
    layer: Name
    urgency: Level
    action: Text
    why: str = ""
    do_not: list[Text] = []
    concerns: list[Name] = []
    cites: list[Citation] = []
    opinion: str = ""


class ThenModel(Model):
    """What a rule declares: exactly one kind of thing, with the words that go with it."""

    concludes: Name | None = None
    supports: Name | None = None
    opposes: Name | None = None
    raises: EntryId | None = None
    advises: Annotated[list[EntryId], Field(min_length=1)] | None = None
    withholds: Annotated[list[Option], Field(min_length=1)] | None = None
    strength: Option | None = None
    ratio: Annotated[float, Field(gt=0, le=1000)] | None = None
    source: SourceId | None = None
    study: SourceId | None = None
    result: Literal["positive", "negative"] | None = None
    group: Option | None = None


class RuleModel(Model):
    """One piece of clinical logic."""

    id: EntryId
    layer: Name
    status: Literal["draft", "reviewed", "retired"]
    title: Text
    when: WhenTree
    then: ThenModel
    because: Text
    pitfalls: list[Text] = []
    cites: list[Citation] = []
    opinion: str = ""


class AdviceModel(Model):
    """One thing to do or to avoid."""

    id: EntryId
    layer: Name
    step: Literal["now", "next", "prevention"]
    topic: Text
    text: Text
    how: list[Text] = []
    cautions: list[Text] = []
    demands: list[Option] = []
    order: int = 50
    cites: list[Citation] = []
    opinion: str = ""


class SideModel(Model):
    """One side of a conflict."""

    says: Text
    cites: Annotated[list[Citation], Field(min_length=1)]


class ConflictModel(Model):
    """Sources that differ."""

    id: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]*$")]
    title: Text
    weight: Literal["safety", "diagnosis", "advice", "minor"]
    sides: Annotated[list[SideModel], Field(min_length=2)]
    judgement: Text
    decided_by: Name | Literal[""] = ""


class TopicModel(Model):
    """Background that belongs to no single condition."""

    id: Name
    title: Text
    layer: Name
    notes: Annotated[list[NoteModel], Field(min_length=1)]


class SetAsideModel(Model):
    """A claim that is left out on purpose."""

    claim: ClaimId
    reason: Text


class ExclusionModel(Model):
    """A defect that is meant."""

    code: Annotated[str, Field(pattern=r"^HX7[0-9]{2}$")]
    entries: Annotated[list[Annotated[str, Field(min_length=1, max_length=60)]], Field(min_length=1)]
    reason: Text


class NeverAskModel(Model):
    """Acts that may be asked about but never asked for."""

    acts: Annotated[list[Text], Field(min_length=1)]
    reason: Text
    unless: list[Text] = []


class FileModel(Model):
    """A knowledge file; every key is optional."""

    prefix: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*$")] | None = None
    knowledge: KnowledgeModel | None = None
    sources: list[SourceModel] = []
    claims: list[ClaimModel] = []
    studies: list[StudyModel] = []
    section: SectionModel | None = None
    findings: list[FindingModel] = []
    condition: ConditionModel | None = None
    conclusions: list[ConclusionModel] = []
    flags: list[FlagModel] = []
    rules: list[RuleModel] = []
    advice: list[AdviceModel] = []
    conflicts: list[ConflictModel] = []
    topics: list[TopicModel] = []
    set_aside: list[SetAsideModel] = []
    exclusions: list[ExclusionModel] = []
    never_ask: list[NeverAskModel] = []
