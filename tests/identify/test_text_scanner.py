"""The scanner flags every row in which the identifier would find anything, in real texts and made ones."""

from __future__ import annotations

import csv
import gzip
import lzma
from functools import cache

import numpy as np
import pytest
from text_data import SHARED, identifier

from headwater.identify import scanner as scanner_module
from headwater.identify.scanner import ColumnScanner

pytest.importorskip("hyperscan")


@cache
def scanner() -> ColumnScanner:
    return ColumnScanner(identifier())


def flags(rows: list[str], by: ColumnScanner | None = None) -> list[bool]:
    encoded = [row.replace("\n", " ").encode() for row in rows]
    ends = np.cumsum([len(row) + 1 for row in encoded]) - 1
    return (by or scanner()).candidates(b"\n".join(encoded) + b"\n", ends).tolist()


def missed(rows: list[str]) -> list[str]:
    passed_over = [row for row, flag in zip(rows, flags(rows), strict=True) if not flag]
    return [row for row in passed_over if identifier().find(row) or identifier().cas_problems(row)]


def test_rows_are_told_apart_at_their_edges() -> None:
    assert flags(["x", "acetone", "y", "", "toluene", "ace", "tone"]) == [
        False,
        True,
        False,
        False,
        True,
        False,
        False,
    ]
    assert flags([]) == []


def test_clean_rows_are_passed_over() -> None:
    assert not any(
        flags(
            [
                "Casual shirt, blue, XL",
                "keystone ring 2023-11-15",
                "Women's leather belt €20",
                "木制书架 白色",
            ]
        )
    )


def test_disguised_and_misspelt_rows_are_flagged() -> None:
    rows = [
        "p.i.p.e.r.i.d.i.n.e",
        "N-Ph3nethyl-4-piperid0ne",
        "аcetоne",
        "４-piperidone",
        "ace\u200btone",
        "anhídrido acético",
        "bezyl chloride",
        "acetc anhydride",
        "4l661–47–6",
        "CAS no: 41661476",
        "67-64-2",
        "高錳酸鉀",
        "NPP",
        "carfentanil",
    ]
    assert all(flags(rows))
    assert missed(rows) == []


def test_without_hyperscan_the_rows_are_read_and_the_answer_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner_module, "hyperscan", None)
    plain = ColumnScanner(identifier())
    assert flags(["acetone", "shirt", "67-64-2"], plain) == [True, False, True]


def test_a_stored_automaton_answers_the_same() -> None:
    again = ColumnScanner.from_bytes(identifier(), scanner().serialise())
    assert flags(["acetone", "shirt"], again) == [True, False]


@pytest.mark.skipif(not SHARED.exists(), reason="needs the sample data in ../shared/data")
@pytest.mark.parametrize(
    ("file", "columns", "false"),
    [
        ("ordinary-products", ("title", "description"), True),
        ("hs-descriptions", ("description",), False),
        ("darkweb-titles", ("title",), False),
        ("cryptomarket-descriptions", ("title", "description"), False),
    ],
)
def test_no_real_listing_is_missed(file: str, columns: tuple[str, ...], false: bool) -> None:
    with gzip.open(SHARED / "listings" / f"{file}.csv.gz", "rt", encoding="utf-8") as source:
        rows = [" ".join(row[column] for column in columns) for row in csv.DictReader(source)]
    assert missed(rows) == []
    if false:
        assert [row for row in rows if identifier().find(row)] == []


@pytest.mark.skipif(not SHARED.exists(), reason="needs the sample data in ../shared/data")
def test_at_most_one_false_name_in_two_thousand_ordinary_chemicals() -> None:
    listed = set(identifier().numbers.substances)
    skeletons = {substance.inchikey[:14] for substance in identifier().substances.values()}
    rows, false = 0, []
    with lzma.open(SHARED / "chemicals" / "identifiers.csv.xz", "rt", encoding="utf-8") as source:
        for number, row in enumerate(csv.DictReader(source)):
            # Salts of listed substances carry a dot in their SMILES; they are not false.
            if number % 8 or row["cas"] in listed or row["inchikey"][:14] in skeletons or "." in row["smiles"]:
                continue
            rows += 1
            names = [row["common_name"], row["iupac_name"], *row["synonyms"].split("|")]
            hits = [
                h
                for name in names
                for h in identifier().find(name)
                if h.method in ("name", "fuzzy") and not h.ambiguous
            ]
            if any(hit.role == "goods" for hit in hits):
                false.append((row["cas"], [hit.matched for hit in hits]))
    assert len(false) <= max(1, rows // 2000) + 1, false
