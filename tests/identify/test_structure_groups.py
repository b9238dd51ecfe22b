"""The words for groups and rings, on ordinary chemicals: what hangs on a benzene ring or on acetic acid's carbonyl."""

from __future__ import annotations

import pytest

from headwater.identify.groups import GROUPS, RINGS, Substituent, ring_of, substituent
from headwater.identify.molecules import parse, pattern, sanitized

pytest.importorskip("rdkit", reason="structures need the extra headwater[structure]")


def on_benzene(smiles: str) -> Substituent:
    """The one substituent of a monosubstituted benzene whose ring is written first."""
    molecule = sanitized(parse(smiles))
    ring = frozenset(molecule.GetSubstructMatch(pattern("c1ccccc1")))
    (start,) = {n.GetIdx() for i in ring for n in molecule.GetAtomWithIdx(i).GetNeighbors()} - ring
    return substituent(molecule, ring, start)


@pytest.mark.parametrize(
    ("smiles", "name", "words"),
    [
        ("c1ccccc1C", "toluene", {"alkyl"}),
        ("c1ccccc1CC", "ethylbenzene", {"alkyl", "ethyl"}),
        ("c1ccccc1C1CCCCC1", "cyclohexylbenzene", {"alkyl"}),
        ("c1ccccc1C=C", "styrene", {"alkenyl"}),
        ("c1ccccc1C#C", "phenylacetylene", set()),
        ("c1ccccc1O", "phenol", {"hydroxyl"}),
        ("c1ccccc1OC", "anisole", {"alkoxyl", "ether"}),
        ("c1ccccc1COC", "benzyl methyl ether", {"ether"}),
        ("c1ccccc1CO", "benzyl alcohol", set()),
        ("c1ccccc1Cl", "chlorobenzene", {"halo"}),
        ("c1ccccc1C(F)(F)F", "benzotrifluoride", {"haloalkyl"}),
        ("c1ccccc1N", "aniline", {"amino"}),
        ("c1ccccc1N(C)C", "dimethylaniline", {"amino"}),
        ("c1ccccc1[N+](=O)[O-]", "nitrobenzene", {"nitro"}),
        ("c1ccccc1N(=O)=O", "nitrobenzene, five-valent", {"nitro"}),
        ("c1ccccc1C(=O)OC", "methyl benzoate", {"ester", "carbamate"}),
        ("c1ccccc1OC(C)=O", "phenyl acetate", {"ester"}),
        ("c1ccccc1C(C)=O", "acetophenone", {"acyl"}),
        ("c1ccccc1C=O", "benzaldehyde", {"acyl"}),
        ("c1ccccc1C(=O)O", "benzoic acid", set()),
        ("c1ccccc1C(N)=O", "benzamide", set()),
        ("c1ccccc1Cc1ccccc1", "diphenylmethane", {"arylalkyl"}),
        ("c1ccccc1CCc1ccccc1", "bibenzyl", {"arylalkyl", "phenethyl"}),
        ("c1ccccc1C#N", "benzonitrile", set()),
        ("c1ccccc1S(N)(=O)=O", "benzenesulphonamide", set()),
    ],
)
def test_groups(smiles: str, name: str, words: set[str]) -> None:
    group = on_benzene(smiles)
    assert {word for word, reads in GROUPS.items() if reads(group)} - {"anything"} == words, name
    assert GROUPS["anything"](group)


@pytest.mark.parametrize(
    ("smiles", "word", "reads"),
    [
        ("C1(=O)CCCCC1", "oxo", True),
        ("C1(O)CCCCC1", "oxo", False),
        ("C12(CCCCC1)OCCO2", "acetal", True),
        ("C1(OC)(OC)CCCCC1", "acetal", True),
        ("C1(OC)CCCCC1", "acetal", False),
        ("C1(OC)(O)CCCCC1", "acetal", False),
    ],
)
def test_oxo_and_acetal_of_cyclohexanone(smiles: str, word: str, reads: bool) -> None:
    molecule = sanitized(parse(smiles))
    ring = frozenset(molecule.GetSubstructMatch(pattern("C1CCCCC1")))
    starts = {n.GetIdx() for i in ring for n in molecule.GetAtomWithIdx(i).GetNeighbors()} - ring
    assert all(GROUPS[word](substituent(molecule, ring, start)) for start in starts) is reads


@pytest.mark.parametrize(
    ("smiles", "name", "kinds"),
    [
        ("c1ccccc1", "benzene", {"phenyl", "aromatic monocycle", "monocycle"}),
        ("c1ccoc1", "furan", {"aromatic monocycle", "monocycle"}),
        ("c1ccncc1", "pyridine", {"aromatic monocycle", "monocycle"}),
        ("C1CCCCC1", "cyclohexane", {"monocycle"}),
        ("c1ccc2ccccc2c1", "naphthalene", None),
        ("C1CCC2(CC1)OCCO2", "a spiro ring", None),
        ("CCC", "propane", None),
    ],
)
def test_rings(smiles: str, name: str, kinds: set[str] | None) -> None:
    molecule = sanitized(parse(smiles))
    ring = ring_of(molecule, 3 if "2" in smiles else 0)
    assert (ring is None) is (kinds is None), name
    if ring is not None:
        assert {word for word, reads in RINGS.items() if reads(molecule, ring)} == kinds
