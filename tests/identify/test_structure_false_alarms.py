"""False alarms: every structure of a public table of ordinary chemicals, each hit held against an independent reading.

The independent reading compares InChIKey connectivity, component by component, by RDKit's full path. Hits of classes
and near hits were read one by one; a change of them is a change of the law's reach and must be read again.
"""

from __future__ import annotations

import csv
import lzma
from pathlib import Path

import pytest

from headwater.errors import InputError
from headwater.identify.identification import Identification
from headwater.identify.structure import StructureIdentifier
from headwater.regime.regime import Regime

pytest.importorskip("rdkit", reason="structures need the extra headwater[structure]")

Hits = list[tuple[dict[str, str], list[Identification]]]

# (InChIKey, class or substance) -> what the hit is. Read one by one on 2026-11-22.
CA_4P, CN_FRS, US_FRS = (
    "ca-4-piperidone-derivatives-analogues",
    "cn-fentanyl-related-substances",
    "us-fentanyl-related-substances",
)
READ = {
    ("SJZKULRDWHPHGG-UHFFFAOYSA-N", CA_4P): "1-benzyl-4-piperidone, named by Health Canada",
    ("OVQAJYCAXPHYNV-UHFFFAOYSA-N", CA_4P): "1-benzyl-3-methyl-4-piperidone, both changes named by Health Canada",
    ("HUUPVABNAQUEJW-UHFFFAOYSA-N", CA_4P): "1-methyl-4-piperidone, an N-alkyl derivative by our reading",
    ("BDVKAMAALQXGLM-UHFFFAOYSA-N", CA_4P): "1-ethyl-4-piperidone, an N-alkyl derivative by our reading",
    ("YGDZKYYCJUNORF-UHFFFAOYSA-N", CA_4P): "1-propyl-4-piperidone, an N-alkyl derivative by our reading",
    ("CCDBCHAQIXKJCG-UHFFFAOYSA-N", CA_4P): "1-isopropyl-4-piperidone, an N-alkyl derivative by our reading",
    ("KPKNTUUIEVXMOH-UHFFFAOYSA-N", "us-4-piperidone-family"): "the ethylene acetal of 4-piperidone",
    ("MLQRZXNZHAOCHQ-UHFFFAOYSA-N", CN_FRS): "3-methylfentanyl, condition 3",
    ("MLQRZXNZHAOCHQ-UHFFFAOYSA-N", US_FRS): "3-methylfentanyl, clause C",
    ("FYIUUQUPOKIKNI-UHFFFAOYSA-N", CN_FRS): "acetyl fentanyl, condition 1",
    ("FYIUUQUPOKIKNI-UHFFFAOYSA-N", US_FRS): "acetyl fentanyl, clause E",
    ("POQDXIFVWVZVML-UHFFFAOYSA-N", CN_FRS): "benzylfentanyl, condition 4",
    ("UKGXYSOSRSCGJB-UHFFFAOYSA-N", CN_FRS): "acetyl benzylfentanyl, conditions 1 and 4",
    ("OJCZPLDERGDQRJ-UHFFFAOYSA-N", CN_FRS): "sufentanil citrate, near: its own catalogue governs",
    ("OJCZPLDERGDQRJ-UHFFFAOYSA-N", US_FRS): "sufentanil citrate, near: schedule II governs",
    ("BTLDVNBXSZELNL-VIOHXRIZSA-N", "ergotamine"): "ergotaminine, near: another stereoisomer",
    ("WVVSZNPYNCNODU-PLQHRBFRSA-N", "ergometrine"): "ergometrinine, near: another stereoisomer",
}


@pytest.fixture(scope="module")
def hits(shared: Path, regime: Regime) -> Hits:
    """The rows of the table in which something was found."""
    path = shared / "data/chemicals/identifiers.csv.xz"
    if not path.is_file():
        pytest.skip("identifiers.csv.xz is not in the shared data folder")
    with lzma.open(path, "rt", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    identifier = StructureIdentifier(list(regime.substances.values()), list(regime.classes.values()))
    found = identifier.find_many([row["smiles"] for row in rows])
    assert len(rows) > 40_000
    unreadable = sum(isinstance(answer, InputError) for answer in found)
    assert unreadable <= 12, "only structures with impossible valences are refused"
    return [
        (row, answer) for row, answer in zip(rows, found, strict=True) if not isinstance(answer, InputError) and answer
    ]


def test_class_and_near_hits_are_those_that_were_read(hits: Hits) -> None:
    found = {(row["inchikey"], f.substance) for row, answer in hits for f in answer if f.method != "structure"}
    assert found == set(READ)


def test_every_exact_hit_has_the_connectivity_of_a_listed_substance(hits: Hits, regime: Regime) -> None:
    from rdkit import Chem, rdBase

    listed = {substance.inchikey[:14]: substance.id for substance in regime.substances.values()}
    by_block = {block: {s.id for s in regime.substances.values() if s.inchikey[:14] == block} for block in listed}
    with rdBase.BlockLogs():
        for row, answer in hits:
            parts = Chem.GetMolFrags(Chem.MolFromSmiles(row["smiles"]), asMols=True)
            drawn = set().union(*(by_block.get(Chem.MolToInchiKey(part)[:14], set()) for part in parts))
            assert {f.substance for f in answer if f.method == "structure"} <= drawn, row["smiles"]


def test_no_listed_substance_is_missed(shared: Path, hits: Hits, regime: Regime) -> None:
    blocks = {substance.inchikey[:14] for substance in regime.substances.values()}
    hit = {row["inchikey"] for row, _ in hits}
    with lzma.open(shared / "data/chemicals/identifiers.csv.xz", "rt", encoding="utf-8") as table:
        listed = {row["inchikey"] for row in csv.DictReader(table) if row["inchikey"][:14] in blocks}
    assert listed
    assert listed <= hit


def test_parts_of_reaction_products_and_blends_are_few_and_ingredients(hits: Hits) -> None:
    parts = [f for _, answer in hits for f in answer if f.role == "ingredient"]
    assert all(f.reading == "one of several parts of what is drawn" for f in parts)
    assert len(parts) * 2_000 <= 47_391, "at most one in 2,000 ordinary chemicals"
