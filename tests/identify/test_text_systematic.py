"""Systematic names go to a resolver: those that the table does not know and that may lead to a listed structure."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from text_data import identifier, lexicon, substances

from headwater.identify.text import TextIdentifier
from headwater.sources import opsin

BUPIVACAINE = "1-butyl-N-(2,6-dimethylphenyl)piperidine-2-carboxamide"


def test_only_unknown_names_with_a_stem_of_the_lists_go_to_the_resolver() -> None:
    asked: list[str] = []

    def resolve(names: Sequence[str]) -> dict[str, str]:
        asked.extend(names)
        return {BUPIVACAINE: "CCCCN1CCCCC1C(=O)Nc1c(C)cccc1C"}

    found = TextIdentifier(substances(), lexicon(), resolve)
    text = f"offer: ({BUPIVACAINE}) 5kg; butane-1,4-diol, 4-piperidone, 2-nitrobenzaldehyde"
    end = 8 + len(BUPIVACAINE)
    assert found.systematic_names(text) == [(8, end, "CCCCN1CCCCC1C(=O)Nc1c(C)cccc1C")]
    assert asked == [BUPIVACAINE]
    assert identifier().systematic_spans(text) == [(8, end, BUPIVACAINE)]
    assert identifier().systematic_names(text) == []  # no resolver


VARIANTS = {
    "1-(2-phenylethyl)azinan-4-one": "npp",
    "N-phenyl-1-(2-phenylethyl)azinan-4-amine": "anpp",
    "N-phenylazinan-4-amine": "4-ap",
    "azinan-4-one": "4-piperidone",
    "N-phenyl-N-[1-(2-phenylethyl)azinan-4-yl]propanamide": "fentanyl",
    "N-(1-benzylazinan-4-yl)-N-phenylpropanamide": "benzylfentanyl",
    "N-phenyl-N-(azinan-4-yl)propanamide": "norfentanyl",
    "2-methylpropan-2-yl 4-oxoazinane-1-carboxylate": "1-boc-4-piperidone",
    "tert-butyl 4-anilinoazinane-1-carboxylate": "1-boc-4-ap",
    "N-(4-fluorophenyl)azinan-4-amine": "para-fluoro-4-ap",
    "1-(2H-1,3-benzodioxol-5-yl)propan-2-one": "3-4-mdp-2-p",
    "2H-1,3-benzodioxole-5-carbaldehyde": "piperonal",
    "5-(prop-2-en-1-yl)-2H-1,3-benzodioxole": "safrole",
    "5-[(1E)-prop-1-en-1-yl]-2H-1,3-benzodioxole": "isosafrole",
    "3-oxo-2-phenylbutanenitrile": "apaan",
    "2-phenyl-3-oxobutanamide": "apaa",
    "methyl 2-phenyl-3-oxobutanoate": "mapa",
    "(1R,2S)-1-phenyl-2-(methylamino)propan-1-ol": "ephedrine",
}
DRUGS = [
    "methyl 2-phenyl-2-(piperidin-2-yl)acetate",  # methylphenidate
    "4-[4-(4-chlorophenyl)-4-hydroxypiperidin-1-yl]-1-(4-fluorophenyl)butan-1-one",  # haloperidol
    BUPIVACAINE,
    "2-(diethylamino)-N-(2,6-dimethylphenyl)acetamide",  # lidocaine
    "ethyl 4-aminobenzoate",  # benzocaine
    "N-(4-hydroxyphenyl)acetamide",  # paracetamol
]


@pytest.mark.parametrize("text", [*VARIANTS, *DRUGS])
def test_a_name_is_offered_whole_or_already_known(text: str) -> None:
    spans = identifier().systematic_spans(f"Offer: {text}, 25 kg")
    known = identifier().find(text)
    if text in VARIANTS:
        assert text in [name for _, _, name in spans] or [hit.substance for hit in known] == [VARIANTS[text]]
    assert not [hit for hit in known if text in DRUGS and hit.method == "name"]


def test_opsin_gives_the_listed_structures_and_nothing_else() -> None:
    pytest.importorskip("rdkit", reason="needs the structure extra")
    resolve = opsin.resolver()
    if resolve is None:
        pytest.skip("needs the opsin extra and a Java runtime")
    from headwater.identify.structure import StructureIdentifier

    reader = TextIdentifier(substances(), lexicon(), resolve)
    structures = StructureIdentifier(list(substances()), [])
    resolve([name for text in (*VARIANTS, *DRUGS) for _, _, name in reader.systematic_spans(text)])  # one call
    for text in (*VARIANTS, *DRUGS):
        named = {hit.substance for hit in reader.find(text) if hit.method in ("name", "fuzzy")}
        for _, _, smiles in reader.systematic_names(text):
            named |= {hit.substance for hit in structures.find(smiles, "text")}
        assert named == ({VARIANTS[text]} if text in VARIANTS else set()), text
