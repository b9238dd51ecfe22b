"""Whatever stands in a structure field, the answer is a list or an InputError, and the same each time."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.errors import InputError
from headwater.identify.identification import Identification
from headwater.identify.structure import StructureIdentifier
from headwater.regime.regime import Regime

pytest.importorskip("rdkit", reason="structures need the extra headwater[structure]")

# Pieces that strings of the SMILES alphabet are made of, so that some of them are structures.
PIECES = st.sampled_from(
    ["C", "N", "O", "S", "P", "Cl", "Br", "c1ccccc1", "C1CCNCC1", "(", ")", "=", "#", ".", "1", "2", "[Na+]", "[O-]",
     "[NH4+]", "[2H]", "[13C]", "@", "/", "\\", "%10", "C(=O)O", "[Pt+2]", "*", "InChI=", "[K]", "[nH]", "n", "o"]
)  # fmt: skip


@pytest.fixture(scope="module")
def structures(regime: Regime) -> StructureIdentifier:
    return StructureIdentifier(list(regime.substances.values()), list(regime.classes.values()))


def answer(structures: StructureIdentifier, text: str) -> list[Identification] | str:
    try:
        return structures.find(text)
    except InputError as error:
        return str(error)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(PIECES, max_size=24).map("".join) | st.text(max_size=40))
def test_any_text_gives_an_answer(structures: StructureIdentifier, text: str) -> None:
    found = answer(structures, text)
    assert found == answer(structures, text)
    for identification in found if isinstance(found, list) else ():
        assert identification.matched == text
        assert (identification.start, identification.end) == (0, len(text))
        assert identification.method in ("structure", "class", "near")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_listed_base_is_found_whatever_salt_it_is_drawn_as(
    structures: StructureIdentifier, data: st.DataObject
) -> None:
    smiles, substance = data.draw(
        st.sampled_from([("O=C1CCNCC1", "4-piperidone"), ("c1ccc(NC2CCNCC2)cc1", "4-ap"), ("C1CCNCC1", "piperidine")])
    )
    company = data.draw(
        st.lists(st.sampled_from(["Cl", "Br", "O", "OS(=O)(=O)O", "OC(=O)C(F)(F)F", "OC(=O)C(=O)O", "CO"]), max_size=3)
    )
    order = data.draw(st.permutations([smiles, *company]))
    assert [f.substance for f in structures.find(".".join(order))] == [substance]
