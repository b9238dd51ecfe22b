"""Loading validates like a compiler: every broken rule is an error with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from headwater.errors import RegimeError
from headwater.regime.build import build
from headwater.sources.bundled import bundled_files, load_regime

PLACES = b"""jurisdictions:
  - {code: CN, name: China, zone: Asia/Shanghai}
  - {code: UN, name: United Nations, zone: UTC}
members: []
"""
SUBSTANCE = b"""id: acetone
name: acetone
group: un-table
names: {en: [acetone]}
cas:
  - {number: 67-64-1, form: base, confidence: verified}
smiles: CC(C)=O
inchikey: CSCPPACGZOOCGX-UHFFFAOYSA-N
formula: C3H6O
"""
LIST = """list: {id: cn-iii, jurisdiction: CN, name: Category III, instrument: Order No. 445}
recorded: '2026-11-22'
controls:
  - id: cn-iii/acetone
    substance: acetone
    citation: annex
    effective: '2005-11-01'
    confidence: verified
    source: the annex
"""


def problems(list_file: str = LIST, substance: bytes = SUBSTANCE, **more: str) -> list[str]:
    files = {"places.yaml": PLACES, "acetone.yaml": substance, "list.yaml": list_file.encode()}
    files |= {name.replace("_", ".", 1): text.encode() for name, text in more.items()}
    with pytest.raises(RegimeError) as caught:
        build([files])
    return caught.value.problems


def test_the_plain_files_load() -> None:
    regime = build([{"places.yaml": PLACES, "acetone.yaml": SUBSTANCE, "list.yaml": LIST.encode()}])
    assert [c.id for c in regime.controls] == ["cn-iii/acetone"]


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("source: the annex", "source: ''", 4, "missing source"),
        ("    source: the annex\n", "", 4, "missing required field `source`"),
        ("jurisdiction: CN", "jurisdiction: ZZ", 1, "unknown jurisdiction 'ZZ'"),
        ("substance: acetone", "substance: acetome", 4, "dangling reference: no substance or class 'acetome'"),
        ("effective: '2005-11-01'", "effective: '2005-11-31'", 7, "'2005-11-31' is not a date that exists"),
        ("effective: '2005-11-01'", "effective: '2005-11-01'\n    ended: '2005-10-01'", 8, "reversed interval"),
        ("effective: '2005-11-01'", "decided: '2006-01-01'\n    effective: '2005-11-01'", 8, "impossible date order"),
        ("confidence: verified", "confidence: sure", 8, "Invalid enum value 'sure'"),
        ("confidence: verified", "confidence: verified\n    colour: red", 4, "unknown field `colour`"),
    ],
)
def test_a_broken_entry_names_file_and_line(old: str, new: str, line: int, what: str) -> None:
    (problem,) = problems(LIST.replace(old, new))
    assert problem.startswith(f"list.yaml:{line}: ")
    assert what in problem


def test_duplicate_and_overlapping_entries() -> None:
    entry = LIST[LIST.index("  - id:") :]
    assert "duplicate id 'cn-iii/acetone', first at list.yaml:4" in problems(LIST + entry)[0]
    later = entry.replace("cn-iii/acetone", "cn-iii/acetone-2").replace("2005-11-01", "2010-01-01")
    assert "list.yaml:10: overlapping intervals on cn-iii" in problems(LIST + later)[0]


def test_unknown_list() -> None:
    text = LIST.replace(
        "list: {id: cn-iii, jurisdiction: CN, name: Category III, instrument: Order No. 445}", "list: cn-iv"
    )
    assert problems(text)[0].startswith("list.yaml:1: unknown list 'cn-iv'")


def test_a_cas_number_with_a_wrong_check_digit_does_not_load() -> None:
    (problem,) = problems(substance=SUBSTANCE.replace(b"67-64-1", b"67-64-2"))
    assert problem == "acetone.yaml:6: CAS RN '67-64-2' fails its check digit or form"


def test_a_cas_number_given_twice_does_not_load() -> None:
    twin = SUBSTANCE.replace(b"id: acetone", b"id: propanone").decode()
    assert "67-64-1 is given to 'acetone' and to 'propanone'" in problems(twin_yaml=twin)[0]


def test_every_problem_is_reported_at_once() -> None:
    found = problems(
        LIST.replace("source: the annex", "source: ''").replace("substance: acetone", "substance: other"),
        SUBSTANCE.replace(b"67-64-1", b"67-64-2"),
    )
    assert len(found) == 3


def test_not_yaml() -> None:
    assert problems("list: [").pop(0).startswith("list.yaml:")


def test_a_later_layer_adds_and_replaces() -> None:
    base = {"places.yaml": PLACES, "acetone.yaml": SUBSTANCE, "list.yaml": LIST.encode()}
    mine = {
        "mine.yaml": LIST.replace("the annex", "my reading")
        .replace("list: {id: cn-iii, jurisdiction: CN, name: Category III, instrument: Order No. 445}", "list: cn-iii")
        .encode()
    }
    regime = build([base, mine])
    assert [c.source for c in regime.controls] == ["my reading"]
    assert regime.digest != build([base]).digest


def test_the_bundled_files_have_no_unsourced_measure() -> None:
    for name, data in bundled_files().items():
        document = yaml.safe_load(data)
        for entry in document.get("controls", []) + document.get("unconfirmed", []):
            assert entry["source"].strip(), f"{name}: {entry['id']}"


def test_a_structure_that_is_not_its_inchikey_does_not_load(tmp_path: Path) -> None:
    pytest.importorskip("rdkit")
    mine = (
        SUBSTANCE.replace(b"id: acetone", b"id: my-substance")
        .replace(b"67-64-1", b"64-17-5")
        .replace(b"CC(C)=O", b"CCO")
    )
    (tmp_path / "mine.yaml").write_bytes(mine)
    with pytest.raises(RegimeError, match=r"mine\.yaml:7: .*InChIKey"):
        load_regime(tmp_path)
