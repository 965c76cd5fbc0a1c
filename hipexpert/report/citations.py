"""From a citation's id to the article, section and paragraph a reader can open."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlsplit

from hipexpert.frozen import dataclass
from hipexpert.knowledge.model import Claim, Knowledge, Source

CITES_TOLD: Final = 3
"""How many citations of one statement a short report names."""


@dataclass(frozen=True, kw_only=True)
class Cite:
    """One citation where it stands.

    Attributes:
        mark: The short form, the id itself.
        anchor: Where the bibliography has it; empty when the knowledge base does not.
        place: Title, section and paragraph.
        says: What the claim says; empty for a whole source.
    """

    mark: str
    anchor: str
    place: str
    says: str

    @property
    def text(self) -> str:
        """The long form: the place and the mark."""
        return f"{self.place} [{self.mark}]" if self.place else self.mark


@dataclass(frozen=True, kw_only=True)
class Support:
    """What a statement rests on: citations, or an opinion that is called one."""

    cites: tuple[Cite, ...]
    opinion: str


@dataclass(frozen=True, kw_only=True)
class ClaimView:
    """One cited statement of a source.

    Attributes:
        section: The heading in the source; `` > `` separates nested headings.
        nearest: The innermost of those headings.
        place: The paragraph within the section.
        quoted: Whether a report that must be short tells the text as well.
    """

    id: str
    anchor: str
    section: str
    nearest: str
    place: str
    text: str
    quoted: bool


@dataclass(frozen=True, kw_only=True)
class SourceView:
    """One source with the claims this report cites from it.

    Attributes:
        short: Title, venue and year, as far as they are known.
        details: Authors, venue and year.
        url: Where to read it, ``https`` or ``http`` only; empty when unknown.
    """

    id: str
    anchor: str
    title: str
    short: str
    layer: str
    kind: str
    details: str
    doi: str
    url: str
    note: str
    claims: tuple[ClaimView, ...]


class Bibliography:
    """Resolves citations and remembers which were used, to list them at the end."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._used: set[str] = set()

    def cite(self, ids: Iterable[str]) -> tuple[Cite, ...]:
        """Return citations of claims or sources, each once, in the order given."""
        return tuple(self._resolve(name) for name in dict.fromkeys(ids))

    def support(self, cites: Iterable[str], opinion: str) -> Support:
        """Return what a statement rests on."""
        return Support(cites=self.cite(cites), opinion=opinion)

    def sources(self) -> tuple[SourceView, ...]:
        """Return every source used so far with its claims, both in the knowledge base's order."""
        return self._listed(self._used, self._used)

    def extract(self, named: Iterable[Cite], quoted: Iterable[Cite]) -> tuple[SourceView, ...]:
        """Return the sources of some citations only.

        Args:
            named: Citations to list.
            quoted: Citations to list with what they say.
        """
        quote = {cite.mark for cite in quoted}
        return self._listed(quote | {cite.mark for cite in named}, quote)

    def _listed(self, wanted: Collection[str], quoted: Collection[str]) -> tuple[SourceView, ...]:
        claims: dict[str, list[ClaimView]] = {}
        for claim in self._knowledge.claims.values():
            if claim.id in wanted:
                claims.setdefault(claim.source, []).append(_claim_view(claim, claim.id in quoted))
        return tuple(
            _source_view(source, tuple(claims.get(source.id, ())))
            for source in self._knowledge.sources.values()
            if source.id in wanted or source.id in claims
        )

    def _resolve(self, name: str) -> Cite:
        self._used.add(name)
        claim = self._knowledge.claims.get(name)
        if claim is not None:
            source = self._knowledge.sources[claim.source]
            where = place_in_full(source, claim)
            return Cite(mark=name, anchor=anchor("claim", name), place=where, says=claim.text)
        whole = self._knowledge.sources.get(name)
        if whole is not None:
            return Cite(mark=name, anchor=anchor("source", name), place=_titled(whole), says="")
        return Cite(mark=name, anchor="", place="", says="")


@lru_cache(maxsize=1 << 13)
def anchor(kind: str, name: str) -> str:
    """Return an id for a place in a page: ``claim-a1-064``."""
    return f"{kind}-" + re.sub(r"[^A-Za-z0-9_-]", "-", name)


def place_in_full(source: Source, claim: Claim) -> str:
    """Return where a reader finds a claim: title, section, paragraph."""
    parts = [_titled(source)]
    if claim.section:
        parts.append(f"section “{claim.section}”")
    if place_in_section(claim):
        parts.append(place_in_section(claim))
    return ", ".join(parts)


def place_in_section(claim: Claim) -> str:
    """Return where in its section a claim stands; empty when nobody noted it."""
    if claim.paragraph is None:
        return ""
    return f"paragraph {claim.paragraph}" if claim.paragraph else "heading"


def _titled(source: Source) -> str:
    return f"{source.title} ({source.year})" if source.year else source.title


def _claim_view(claim: Claim, quoted: bool) -> ClaimView:
    return ClaimView(
        id=claim.id,
        anchor=anchor("claim", claim.id),
        section=claim.section,
        nearest=claim.section.rsplit(" > ", 1)[-1],
        place=place_in_section(claim),
        text=claim.text,
        quoted=quoted,
    )


def _source_view(source: Source, claims: tuple[ClaimView, ...]) -> SourceView:
    details = (source.authors, source.venue, str(source.year or ""))
    return SourceView(
        id=source.id,
        anchor=anchor("source", source.id),
        title=source.title,
        short=", ".join(part for part in (source.title, *details[1:]) if part),
        layer=source.layer,
        kind=source.kind,
        details=", ".join(part for part in details if part),
        doi=source.doi,
        url=_web_address(source),
        note=source.note,
        claims=claims,
    )


def _web_address(source: Source) -> str:
    """Return the DOI's address, else the source's own when it is a plain web address."""
    if re.fullmatch(r"10\.\d{4,9}/\S+", source.doi):
        return "https://doi.org/" + quote(source.doi, safe="/:;().-_~")
    try:
        parts = urlsplit(source.url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return quote(source.url, safe="/:;().-_~?&=%#+,@!$'*[]")
