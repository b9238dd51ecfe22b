"""Identity of listed substances by structure, whatever the salt, charge, isotope or hydrate they are drawn as."""

from __future__ import annotations

import subprocess
import sys

import pytest

from headwater.errors import InputError
from headwater.identify.structure import StructureIdentifier, check_substances
from headwater.regime.regime import Regime

pytest.importorskip("rdkit", reason="structures need the extra headwater[structure]")


@pytest.fixture(scope="module")
def structures(regime: Regime) -> StructureIdentifier:
    return StructureIdentifier(list(regime.substances.values()), list(regime.classes.values()))


def exact(structures: StructureIdentifier, text: str) -> list[str]:
    return [f.substance for f in structures.find(text) if f.method == "structure"]


def test_every_listed_substance_is_found_by_its_own_structure(structures: StructureIdentifier, regime: Regime) -> None:
    for substance in regime.substances.values():
        (found,) = [f for f in structures.find(substance.smiles, "structure") if f.method == "structure"]
        assert found.substance == substance.id
        assert found.matched == substance.smiles
        assert (found.start, found.end, found.score) == (0, len(substance.smiles), 1.0)
        assert (found.field, found.reading, found.ambiguous, found.role) == ("structure", "", False, "goods")
        assert found.cas == tuple(number.number for number in substance.cas)


@pytest.mark.parametrize(
    ("text", "substance"),
    [
        ("O=C1CCNCC1.Cl", "4-piperidone"),
        ("O=C1CC[NH2+]CC1.[Cl-]", "4-piperidone"),
        ("OC1(O)CCNCC1.Cl", "4-piperidone"),
        ("O=C1CCNCC1.Cl.O", "4-piperidone"),
        ("InChI=1S/C5H9NO.ClH/c7-5-1-3-6-4-2-5;/h6H,1-4H2;1H", "4-piperidone"),
        ("InChI=1S/C5H11NO2.ClH/c7-5(8)1-3-6-4-2-5;/h6-8H,1-4H2;1H", "4-piperidone"),
        ("CC(C)(C)OC(=O)N1CCC(=O)CC1 1-boc-4-piperidone", "1-boc-4-piperidone"),
        ("OC1(O)CCN(CCc2ccccc2)CC1", "npp"),
        ("CCC(=O)N(c1ccccc1)C1CC[NH+](CCc2ccccc2)CC1.OC(=O)CC(O)(CC(=O)O)C(=O)[O-]", "fentanyl"),
        ("c1ccc(NC2CCNCC2)cc1.Cl.Cl", "4-ap"),
        ("[2H]C([2H])([2H])C(=O)C([2H])([2H])[2H]", "acetone"),
        ("[13CH3]C(C)=O", "acetone"),
        ("InChI=1S/C3H6O/c1-3(2)4/h1-2H3/i1D3,2D3", "acetone"),
        ("CC(C)=O.O", "acetone"),
        ("  CC(C)=O ", "acetone"),
        ("[Na]OC(=O)Cc1ccccc1", "phenylacetic-acid"),
        ("[Na+].[O-]C(=O)Cc1ccccc1", "phenylacetic-acid"),
        ("O=[Mn](=O)(=O)O[K]", "potassium-permanganate"),
        ("[O-][Mn](=O)(=O)=O.[K+]", "potassium-permanganate"),
        ("CC=Cc1ccc2OCOc2c1", "isosafrole"),
        ("C/C=C/c1ccc2OCOc2c1", "isosafrole"),
        ("C[C@H](N)[C@@H](O)c1ccccc1.Cl", "norephedrine"),
        ("CC(N)C(O)c1ccccc1", "norephedrine"),
        ("CN[C@H](C)[C@@H](O)c1ccccc1", "ephedrine"),
        ("C[NH2+][C@@H](C)[C@H](O)c1ccccc1.[Cl-]", "ephedrine"),
        ("CN[C@@H](C)[C@@H](O)c1ccccc1.OS(=O)(=O)O", "pseudoephedrine"),
    ],
)  # fmt: skip
def test_identity_is_independent_of_how_it_is_drawn(structures: StructureIdentifier, text: str, substance: str) -> None:
    assert exact(structures, text) == [substance]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("C[N+](C)(C)CC(=O)O.[Cl-]", "betaine hydrochloride is a salt of hydrochloric acid"),
        ("C[N+](C)(C)CC(=O)[O-].Cl", "the same, drawn with the acid"),
        ("[Na+].[Cl-]", "sodium chloride"),
        ("[Cl-]", "an ion is no acid"),
        ("[Na+].[Na+].[O-]S(=O)(=O)[O-]", "sodium sulphate"),
        ("NCCCCC(N)C(=O)O.Cl", "lysine hydrochloride"),
        ("[Na+].[O-][Mn](=O)(=O)=O", "the listed permanganate is that of potassium"),
        ("[K+].[K+].[O-][Mn](=O)(=O)[O-]", "a manganate is another ion"),
        ("[CH2-]c1ccccc1.[Mg+2].[Cl-]", "a Grignard compound is not toluene"),
        ("CC(C)=O.[Na+].[Cl-]", "the solvent of a crystal is not the goods"),
        ("CCOCC.B(F)(F)F", "an ether complex is not the ether"),
        ("O=C1CCCCN1", "2-piperidone"),
        ("OC(=O)C1CCNCC1", "isonipecotic acid"),
        ("CCC(O)C", "an alcohol is not its ketone"),
        ("CC(=C)O", "an enol is drawn as another compound"),
        ("CC(C)O", "isopropanol"),
        ("OCCc1ccccc1", "phenethyl alcohol"),
        ("CCCCOCCOCCOCc1cc2OCOc2cc1CCC", "piperonyl butoxide"),
        ("Nc1ccncc1", "4-aminopyridine, the other 4-AP"),
        ("*", "a wildcard is no structure"),
    ],
)
def test_what_is_not_a_listed_substance(structures: StructureIdentifier, text: str, why: str) -> None:
    assert structures.find(text) == [], why


@pytest.mark.parametrize("text", ["Cl", "[H+].[Cl-]", "Cl.O", "[2H]Cl", "[OH3+].[Cl-]"])
def test_hydrochloric_acid_alone_or_in_water(structures: StructureIdentifier, text: str) -> None:
    assert exact(structures, text) == ["hydrochloric-acid"]


@pytest.mark.parametrize("text", ["OS(=O)(=O)O", "O=S(=O)(O)O.O", "[H+].[H+].[O-]S(=O)(=O)[O-]"])
def test_sulphuric_acid_alone_or_in_water(structures: StructureIdentifier, text: str) -> None:
    assert exact(structures, text) == ["sulphuric-acid"]


ALKYL = {"methyl": "C", "ethyl": "CC", "propyl": "CCC", "isopropyl": "C(C)C", "butyl": "CCCC", "isobutyl": "CC(C)C",
         "sec-butyl": "C(C)CC", "tert-butyl": "C(C)(C)C"}  # fmt: skip


@pytest.mark.parametrize("alkyl", ALKYL)
def test_the_glycidic_acids_cover_their_eight_named_esters(structures: StructureIdentifier, alkyl: str) -> None:
    for aryl, substance in (
        ("c1ccccc1", "p-2-p-methyl-glycidic-acid"),
        ("c1ccc2OCOc2c1", "3-4-mdp-2-p-methyl-glycidic-acid"),
    ):
        (found,) = structures.find(f"CC1(C(=O)O{ALKYL[alkyl]})OC1{aryl}")
        assert (found.substance, found.reading) == (substance, f"the {alkyl} ester")


def test_the_glycidic_acids_cover_their_salts_and_no_other_ester(structures: StructureIdentifier) -> None:
    assert exact(structures, "CC1(C(=O)[O-])OC1c1ccccc1.[Na+]") == ["p-2-p-methyl-glycidic-acid"]
    assert structures.find("CC1(C(=O)OCc2ccccc2)OC1c1ccccc1") == []


@pytest.mark.parametrize("text", ["CNC(C)C(O)c1ccccc1", "CN[C@@H](C)C(O)c1ccccc1.Cl"])
def test_open_stereo_leaves_both_ephedrines_possible(structures: StructureIdentifier, text: str) -> None:
    found = structures.find(text)
    assert {f.substance for f in found} == {"ephedrine", "pseudoephedrine"}
    assert all(f.ambiguous and "leaves open" in f.reading for f in found)


def test_another_stereoisomer_is_near_where_the_entry_does_not_cover_it(structures: StructureIdentifier) -> None:
    ergometrinine = "C[C@@H](CO)NC(=O)[C@@H]1CN([C@@H]2CC3=CNC4=CC=CC(=C34)C2=C1)C"
    (found,) = structures.find(ergometrinine)
    assert (found.substance, found.method) == ("ergometrine", "near")
    assert "another stereoisomer" in found.reading


def test_another_stereoisomer_is_the_substance_where_the_entry_covers_it(structures: StructureIdentifier) -> None:
    (found,) = structures.find("C[C@H](N)[C@@H](O)c1ccccc1")
    (other,) = structures.find("C[C@@H](N)[C@@H](O)c1ccccc1")
    assert {found.substance, other.substance} == {"norephedrine"}
    assert "which covers it" in found.reading + other.reading


def test_a_blend_of_neutral_substances_names_each_as_an_ingredient(structures: StructureIdentifier) -> None:
    found = structures.find("CC(C)=O.Cc1ccccc1")
    assert [(f.substance, f.role) for f in found] == [("acetone", "ingredient"), ("toluene", "ingredient")]


def test_a_substance_drawn_twice_is_named_once(structures: StructureIdentifier) -> None:
    assert exact(structures, "C1CCNCC1.C1CCNCC1.OS(=O)(=O)O") == ["piperidine"]


@pytest.mark.parametrize(
    "text",
    ["", "   ", "not a smiles", "C(C)(C)(C)(C)C", "c1cccc1", "C1CC", "CC>>CC", "InChI=1S/foo", "CC\x00C", "哌啶酮",
     "C" * 5000, "((((", "[", "%", "C" + "(" * 2000, "InChI=" + "1" * 3000],
)  # fmt: skip
def test_what_cannot_be_read_is_one_clear_line(
    structures: StructureIdentifier, text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError) as caught:
        structures.find(text, "smiles")
    assert str(caught.value).startswith("smiles: ")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200
    assert capfd.readouterr() == ("", ""), "the chemistry library keeps silent"


def test_many_gives_one_answer_for_each_in_order(structures: StructureIdentifier) -> None:
    texts = ["CC(C)=O", "not a smiles", "CCO", "CC(C)=O"]
    first, bad, none, last = structures.find_many(texts)
    assert isinstance(bad, InputError)
    assert first == structures.find("CC(C)=O") == last
    assert none == []


def test_bundled_structures_belong_to_their_inchikeys(regime: Regime) -> None:
    assert check_substances(regime.substances.values()) == []


def test_a_structure_that_does_not_belong_is_reported(regime: Regime) -> None:
    import msgspec

    acetone = msgspec.structs.replace(regime.substances["acetone"], smiles="CCC=O")
    unreadable = msgspec.structs.replace(regime.substances["toluene"], smiles="Cc1cccc")
    problems = check_substances([acetone, unreadable])
    assert len(problems) == 2
    assert "InChIKey" in problems[0]
    assert "toluene" in problems[1]


def test_an_ester_that_no_name_is_known_for_is_an_error_of_the_data(regime: Regime) -> None:
    import msgspec

    from headwater.errors import RegimeError

    acid = msgspec.structs.replace(regime.substances["p-2-p-methyl-glycidic-acid"], scope="esters: methyl, gobbledyl")
    with pytest.raises(RegimeError, match="gobbledyl"):
        StructureIdentifier([acid], [])


def test_chemistry_is_imported_only_when_an_identifier_is_made() -> None:
    code = (
        "import sys, headwater.identify.structure, headwater.identify.drawing, headwater.identify.classes;"
        "sys.exit('rdkit' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
