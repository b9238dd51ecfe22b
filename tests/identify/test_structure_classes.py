"""The law cases of the class definitions: tests/cases/classes, one file a class, each case with its why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from headwater.errors import RegimeError
from headwater.identify.identification import Identification
from headwater.identify.structure import StructureIdentifier
from headwater.regime.measures import ClassDefinition
from headwater.regime.regime import Regime

pytest.importorskip("rdkit", reason="structures need the extra headwater[structure]")

CASES = {
    path.stem: yaml.safe_load(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parent.parent / "cases/classes").glob("*.yaml"))
}


def _all_cases() -> list[Any]:
    rows = []
    for class_id, file in CASES.items():
        for part in ("in", "out", "boundary"):
            for case in file.get(part, ()):
                expect = case.get("expect", part)
                rows.append(
                    pytest.param(class_id, case, expect, id=f"{class_id}-{part}-{case['name']}".replace(" ", "_"))
                )
    return rows


@pytest.fixture(scope="module")
def identifiers(regime: Regime) -> dict[bool, StructureIdentifier]:
    """With the listed substances, and without: the second shows what the words of a definition reach by themselves."""
    classes = list(regime.classes.values())
    return {
        True: StructureIdentifier(list(regime.substances.values()), classes),
        False: StructureIdentifier([], classes),
    }


def _of(class_id: str, found: list[Identification]) -> list[Identification]:
    return [f for f in found if f.substance == class_id]


@pytest.mark.parametrize(("class_id", "case", "expect"), _all_cases())
def test_law_case(
    identifiers: dict[bool, StructureIdentifier], class_id: str, case: dict[str, Any], expect: str
) -> None:
    assert case["why"], "a case says why"
    found = _of(class_id, identifiers[case.get("listed", True)].find(case["smiles"]))
    methods = {"in": ["class"], "out": [], "elsewhere": ["near"]}
    assert [f.method for f in found] == methods[expect]
    if found:
        assert list(found[0].clauses) == case["clauses"]


def test_every_class_has_its_cases(regime: Regime) -> None:
    assert set(CASES) == set(regime.classes)
    for class_id, file in CASES.items():
        assert file["class"] == class_id
        if not file.get("unevaluated"):
            assert all(len(file[part]) >= 3 for part in ("in", "out", "boundary")), class_id


def test_a_class_whose_definition_was_not_read_is_named_as_unevaluated(
    identifiers: dict[bool, StructureIdentifier],
) -> None:
    assert identifiers[True].unevaluated == tuple(c for c, file in CASES.items() if file.get("unevaluated"))


def test_the_reading_gives_the_words_of_the_law(identifiers: dict[bool, StructureIdentifier], regime: Regime) -> None:
    (found,) = _of("us-fentanyl-related-substances", identifiers[True].find("COCC(=O)N(c1ccccc1F)C1CCN(CCc2ccccc2)CC1"))
    law = regime.classes["us-fentanyl-related-substances"]
    assert found.name == law.name
    assert law.clauses["D"] in found.reading
    assert law.clauses["E"] in found.reading
    assert found.reading.endswith(".")


def test_an_interpretation_says_that_it_is_one(identifiers: dict[bool, StructureIdentifier]) -> None:
    (found,) = _of("ca-4-piperidone-derivatives-analogues", identifiers[True].find("CC1CNCCC1=O"))
    assert "not a published definition" in found.reading


def test_what_is_listed_elsewhere_is_near_and_names_its_own_listing(
    identifiers: dict[bool, StructureIdentifier],
) -> None:
    found = identifiers[True].find("CCC(=O)N(c1ccccc1)C1(COC)CCN(CCc2cccs2)CC1.OC(=O)CC(O)(CC(=O)O)C(=O)O")
    assert {f.method for f in found} == {"near"}
    assert any("21 CFR 1308.12(c) (from memory)" in f.reading for f in found)


def test_a_history_step_names_only_clauses_of_its_class() -> None:
    folder = Path(__file__).parent.parent.parent / "src/headwater/data/classes"
    for path in folder.glob("*.yaml"):
        file = yaml.safe_load(path.read_text("utf-8"))
        for step in file["history"]:
            assert set(step.get("clauses", ())) <= set(file.get("clauses", {})), path.name


def _law(**definition: Any) -> ClassDefinition:
    whole = {
        "reading": "text",
        "compared_with": "piperidine",
        "skeleton": "[N:1]1[C:2]CCCC1",
        "places": [],
        **definition,
    }
    return ClassDefinition("test-class", "Test class", "US", "", {"A": "a clause"}, "", "verified", "", whole)


@pytest.mark.parametrize(
    ("definition", "says"),
    [
        ({"skeleton": "[N:1"}, "not a readable pattern"),
        ({"places": [{"name": "p", "atoms": [9], "options": []}]}, "no atom 9"),
        ({"places": [{"name": "p", "atoms": [1], "options": [{"groups": ["alkylish"]}]}]}, "unknown group 'alkylish'"),
        ({"places": [{"name": "p", "atoms": [1], "options": [{"ring": "bicycle"}]}]}, "unknown ring 'bicycle'"),
        (
            {"places": [{"name": "p", "atoms": [1], "options": [{"groups": ["alkyl"], "clause": "Z"}]}]},
            "unknown clause 'Z'",
        ),
        ({"surprise": 1}, "surprise"),
        ({"reading": "guess"}, "guess"),
    ],
)
def test_a_broken_definition_does_not_load(definition: dict[str, Any], says: str) -> None:
    with pytest.raises(RegimeError, match="test-class") as caught:
        StructureIdentifier([], [_law(**definition)])
    assert says in str(caught.value)
