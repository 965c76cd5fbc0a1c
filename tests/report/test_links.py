"""Every statement of the page leads to a rule, and every rule to what it rests on."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from hipexpert.case_files import read_case
from hipexpert.inference.assess import assess
from hipexpert.inference.assessment import Assessment
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.citations import anchor
from hipexpert.report.render import render

ROOT = Path(__file__).parents[2]
DENSE = ROOT / "tests" / "cases" / "articles" / "iliopsoas-tendinitis-typical.yaml"
VOID = {"meta", "link", "br", "path", "rect", "circle", "use"}
STYLES = ("clinician", "teaching", "brief")


class Places(HTMLParser):
    """For each id in a page, where the links inside it lead and what text it holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: dict[str, set[str]] = {}
        self.texts: dict[str, str] = {}
        self.all: set[str] = set()
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("id") or ""
        if name:
            assert name not in self.links, f"{name} stands twice"
            self.links[name], self.texts[name] = set(), ""
        target = found.get("href") or ""
        if target.startswith("#"):
            self.all.add(target[1:])
            for place in filter(None, [*self._open, name]):
                self.links[place].add(target[1:])
        if tag not in VOID:
            self._open.append(name)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for place in filter(None, self._open):
            self.texts[place] += data


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(ROOT / "rules")


@pytest.fixture(scope="module")
def judged(knowledge: Knowledge) -> Assessment:
    return assess(read_case(DENSE, knowledge), knowledge)


@pytest.fixture(scope="module", params=STYLES)
def places(request: pytest.FixtureRequest, judged: Assessment, knowledge: Knowledge) -> Places:
    return Places(render(judged, knowledge, "html", None, request.param))


def test_every_link_leads_somewhere(places: Places) -> None:
    assert len(places.all) > 100
    assert places.all <= places.links.keys()


def test_every_statement_leads_to_the_rules_behind_it(places: Places, judged: Assessment) -> None:
    statements = [(anchor("flag", f.flag), f.rules) for f in judged.triage.flags]
    statements += [(anchor("advice", a.advice), a.rules) for a in judged.advice]
    statements += [
        (anchor("condition", s.condition), [row.rule for row in s.ledger if not row.counted_by])
        for s in judged.differential
        if s.verdict in ("likely", "possible")
    ]
    statements += [
        (
            anchor("conclusion", name),
            [f.rule for f in judged.firings if ("conclusion", name) in f.produced],
        )
        for name in judged.conclusions
    ]
    assert len(statements) > 10
    for place, rules in statements:
        assert rules
        assert {anchor("rule", rule) for rule in rules} <= places.links[place], place


def test_every_rule_leads_to_its_sources_or_says_it_is_opinion(
    places: Places, judged: Assessment, knowledge: Knowledge
) -> None:
    for firing in judged.firings:
        rule, place = knowledge.rules[firing.rule], anchor("rule", firing.rule)
        cites = {anchor("claim" if c in knowledge.claims else "source", c) for c in rule.cites}
        assert cites <= places.links[place]
        assert cites or "expert opinion" in places.texts[place]
        assert rule.because in " ".join(places.texts[place].split())


def test_every_claim_stands_below_its_source(
    places: Places, judged: Assessment, knowledge: Knowledge
) -> None:
    cited = {c for f in judged.firings for c in knowledge.rules[f.rule].cites if c in knowledge.claims}
    for name in cited:
        claim = knowledge.claims[name]
        assert " ".join(claim.text.split()) in " ".join(places.texts[anchor("claim", name)].split())
        assert name in places.texts[anchor("source", claim.source)]


def test_nodes_rules_and_claims_lead_to_each_other(judged: Assessment, knowledge: Knowledge) -> None:
    places = Places(render(judged, knowledge, "html"))
    drawn = [name for name in places.links if name.startswith("g-rule-")]
    assert len(drawn) > 20
    for node in drawn:
        rule = node.removeprefix("g-")
        assert places.links[node] == {rule}
        assert node in places.links[rule]
        for claim in (link for link in places.links[rule] if link.startswith("claim-")):
            assert rule in places.links[claim], f"{claim} does not say that {rule} cites it"


@pytest.mark.heavy  # times are compared: coverage would slow one side alone
def test_a_page_is_small_and_quickly_made(judged: Assessment, knowledge: Knowledge) -> None:
    """The case in which the most rules fire, with the twenty-odd conditions of the articles."""
    import time

    known = knowledge.restricted(["articles"])
    result = assess(judged.case, known)
    assert len(result.differential) >= 15
    ratios = []
    for _ in range(3):
        start = time.process_time()
        page = render(result, known, "html")
        middle = time.process_time()
        Places(page)
        ratios.append((middle - start) / (time.process_time() - middle))
    assert len(page.encode()) < 400_000
    assert min(ratios) < MOST_TIMES, f"{min(ratios):.1f} times as long as reading the page"


MOST_TIMES = 24
"""Making a page takes about 12 times as long as Python's own parser takes to read it."""
