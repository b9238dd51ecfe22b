"""The quality gate of identification: no recall under its floor, no more false matches than pinned, on this corpus."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from headwater.identify.identification import Identification
from headwater.identify.identifier import Identifier
from headwater.regime.regime import Regime

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import measure  # noqa: E402
import pin  # noqa: E402

REPIN = "run `PYTHONPATH=src python tests/corpus/pin.py` and read what it says"


@pytest.fixture(scope="module")
def floors() -> dict:  # type: ignore[type-arg]
    return json.loads((HERE / "floors.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def scores(identifier: Identifier, regime: Regime) -> dict[str, measure.Score]:
    return measure.score(measure.corpus(), identifier, frozenset(regime.substances))


@pytest.fixture(scope="module")
def counts(shared: Path, identifier: Identifier, regime: Regime) -> dict[str, measure.RealCount]:
    pytest.importorskip("rdkit", reason="needs the structure extra to know the salts of a listed substance")
    return measure.real(shared, identifier, pin.inchikeys(regime), frozenset(regime.substances))


def test_the_floors_belong_to_this_corpus(floors: dict) -> None:  # type: ignore[type-arg]
    assert floors["corpus"] == measure.digests(), f"the corpus has changed since the pin: {REPIN}"


def test_no_recall_is_under_its_floor(floors: dict, scores: dict[str, measure.Score]) -> None:  # type: ignore[type-arg]
    assert {kind for kind, s in scores.items() if s.expecting} == set(floors["recall"]), REPIN
    for kind, floor in floors["recall"].items():
        recall = scores[kind].recall
        assert recall is not None
        assert recall >= floor, f"{kind}: {recall:.4f} < {floor}; missed: {scores[kind].missed[:10]}"


def test_no_more_false_matches_than_pinned(floors: dict, scores: dict[str, measure.Score]) -> None:  # type: ignore[type-arg]
    for kind, score in scores.items():
        assert len(score.wrong) <= floors["wrong"][kind], f"{kind}: {score.wrong[:20]}"


def test_false_matches_in_ordinary_chemicals(floors: dict, counts: dict[str, measure.RealCount]) -> None:  # type: ignore[type-arg]
    count = counts["ordinary-chemicals"]
    assert count.texts > 5000
    assert count.matches <= floors["real"]["ordinary-chemicals"], count.examples[:20]


@pytest.mark.parametrize("name", sorted(measure.REAL))
def test_real_texts(name: str, floors: dict, counts: dict[str, measure.RealCount]) -> None:  # type: ignore[type-arg]
    assert counts[name].texts > 0
    assert counts[name].matches <= floors["real"][name], counts[name].examples[:20]


def test_there_are_nine_steroid_offers(shared: Path) -> None:
    assert len(list(measure.steroid_offers(shared))) == 9


def test_every_listed_substance_has_every_kind_that_makes_sense(regime: Regime) -> None:
    kinds: dict[str, Counter[str]] = {substance: Counter() for substance in regime.substances}
    for row in measure.corpus():
        for substance in row.expect:
            kinds[substance][row.kind] += 1
    for substance, held in kinds.items():
        assert {"name", "synonym", "in-sentence", "obfuscated", "typo", "garble"} <= set(held), (substance, held)
        if regime.substances[substance].cas:
            assert held["cas-text"], substance
            assert held["cas-field"], substance
        assert ("zh" in held) == ("zh" in regime.substances[substance].names), substance


def test_the_corpus_is_large_and_says_why(regime: Regime) -> None:
    rows = measure.corpus()
    assert len(rows) >= 3000
    assert all(row.why for row in rows)
    assert {s for row in rows for s in row.expect | row.forbid} <= {*regime.substances, "*"}
    assert not [row for row in rows if row.expect & row.forbid]


class _Fixed:
    """A finder with one answer, to test the measure itself."""

    def __init__(self, *found: Identification) -> None:
        self.found = list(found)

    def text(self, text: str) -> list[Identification]:
        return self.found

    cas_field = text


def _found(substance: str, method: str = "name", **more: object) -> Identification:
    return Identification(substance, substance, (), method, substance, 0, 1, 1.0, **more)  # type: ignore[arg-type]


def test_near_is_no_match_and_fuzzy_is() -> None:
    row = measure.Row("x", "typo", frozenset({"acetone"}), frozenset({"*"}), "")
    listed = frozenset({"acetone", "toluene"})
    assert measure.score([row], _Fixed(_found("acetone", "near")), listed)["typo"].recall == 0
    assert measure.score([row], _Fixed(_found("acetone", "fuzzy")), listed)["typo"].recall == 1


def test_a_star_forbids_all_but_what_is_expected() -> None:
    listed = frozenset({"acetone", "toluene"})
    both = _Fixed(_found("acetone"), _found("toluene"), _found("some-class", "class"))
    row = measure.Row("x", "name", frozenset({"acetone"}), frozenset({"*"}), "")
    assert len(measure.score([row], both, listed)["name"].wrong) == 1
    assert measure.score([row._replace(forbid=frozenset())], both, listed)["name"].wrong == ()


def test_an_ingredient_must_be_read_as_one_and_an_open_abbreviation_as_open() -> None:
    listed = frozenset({"acetone"})
    row = measure.Row("x", "ingredient", frozenset({"acetone"}), frozenset(), "")
    assert measure.score([row], _Fixed(_found("acetone")), listed)["ingredient"].recall == 0
    assert measure.score([row], _Fixed(_found("acetone", role="ingredient")), listed)["ingredient"].recall == 1
    row = row._replace(kind="abbreviation-open")
    assert measure.score([row], _Fixed(_found("acetone")), listed)["abbreviation-open"].recall == 0
    assert measure.score([row], _Fixed(_found("acetone", ambiguous=True)), listed)["abbreviation-open"].recall == 1


def test_a_pin_never_lowers_a_bar_in_silence() -> None:
    old = {"recall": {"name": 1.0, "typo": 0.9}, "wrong": {"name": 0}, "real": {"ordinary-products": 0}}
    better = {"recall": {"name": 1.0, "typo": 0.95}, "wrong": {"name": 0}, "real": {"ordinary-products": 0}}
    worse = {"recall": {"name": 0.99, "typo": 0.95}, "wrong": {"name": 1}, "real": {"ordinary-products": 2}}
    assert pin.lowered(old, better) == []
    assert pin.lowered(old, worse) == [
        "recall of name: 1.0 -> 0.99",
        "wrong name: 0 -> 1",
        "real ordinary-products: 0 -> 2",
    ]
