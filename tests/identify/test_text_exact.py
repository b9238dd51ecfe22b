"""Exact names, numbers and disguises: what a careful reader finds in a trade text."""

from __future__ import annotations

import pytest
from text_data import identifier, substances

from headwater.identify.names import listed_names


def hits(text: str) -> list[tuple[str, str]]:
    return [(hit.substance, hit.method) for hit in identifier().find(text)]


def test_every_listed_name_is_found_whole() -> None:
    missed = []
    for substance in substances():
        for name in listed_names(substance):
            found = identifier().find(f"We offer {name} 98%, 25 kg")
            if not any(h.substance == substance.id and h.start <= 10 for h in found):
                missed.append(name)
    assert missed == []


def test_every_listed_number_is_found() -> None:
    for substance in substances():
        for number in substance.cas:
            (hit,) = identifier().find(f"CAS {number.number} in stock")
            assert (hit.substance, hit.method, hit.score, hit.matched) == (
                substance.id,
                "cas",
                1.0,
                number.number,
            )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4-Piperidone hydrochloride monohydrate", [("4-piperidone", "name")]),
        ("tert-butyl 4-oxopiperidine-1-carboxylate", [("1-boc-4-piperidone", "name")]),
        ("1-(tert-butoxycarbonyl)-4-piperidone", [("1-boc-4-piperidone", "name")]),
        ("N-Ph3nethyl-4-piperid0ne (for fragrance research only)", [("npp", "name")]),
        ("4-p i p e r i d o n e", [("4-piperidone", "name")]),
        ("４－ｐｉｐｅｒｉｄｏｎｅ", [("4-piperidone", "name")]),
        ("4-pipe\u200bri\u00addone", [("4-piperidone", "name")]),
        ("аcetоne", [("acetone", "name")]),  # Cyrillic a and o
        ("anhídrido acético 25 kg", [("acetic-anhydride", "name")]),
        ("Vendo 4-ANPP / 21409–26–7, envío discreto", [("anpp", "name"), ("anpp", "cas")]),
        ("4-(苯氨基)哌啶 / 4-Anilinopiperidine 99%", [("4-ap", "name"), ("4-ap", "name")]),
        ("1-叔丁氧羰基-4-哌啶酮 1kg", [("1-boc-4-piperidone", "name")]),
        ("盐酸麻黄碱", [("ephedrine", "name")]),
        ("盐酸 36% 工业级", [("hydrochloric-acid", "name")]),
        ("toluene AR 500ml", [("toluene", "name")]),
        ("1-(phenyl ethyl)-4-piperidone", [("npp", "name")]),  # catalogues write it so
        ("propanamide, N-phenyl-N-4-piperidinyl-, 5 kg", [("norfentanyl", "name")]),
        ("benzene, methyl-", [("toluene", "name")]),
        ("P-2-P methyl glycidic acid, ethyl ester", [("p-2-p-methyl-glycidic-acid", "name")]),
        ("phenylacetic acid, potassium salt", [("phenylacetic-acid", "name")]),
        ("4 - ( phenylamino ) piperidine 100 g", [("4-ap", "name")]),
        ("1, 3-benzodioxole-5-carbaldehyde", [("piperonal", "name")]),
        ("P M K ethyl glycidate", [("3-4-mdp-2-p-methyl-glycidic-acid", "name")]),
        ("N-B0C-4-AN1L1N0P1PER1D1NE", [("1-boc-4-ap", "name")]),
        ("tolu\u2060ene", [("toluene", "name")]),
        ("KMnO4 free flowing", [("potassium-permanganate", "name")]),
        ("α-phenylacetoacetonitrile", [("apaan", "name")]),
        ("4l661-47-6", [("4-piperidone", "cas")]),
        ("CAS 41661 47 6", [("4-piperidone", "cas")]),
        ("CAS号：41661476", [("4-piperidone", "cas")]),
        ("41661.47.6", [("4-piperidone", "cas")]),
        ("４１６６１－４７－６", [("4-piperidone", "cas")]),
    ],
)
def test_written_and_disguised(text: str, expected: list[tuple[str, str]]) -> None:
    assert hits(text) == expected


def test_a_list_of_names_is_no_index_name() -> None:
    for text, expected in (
        ("propionyl chloride, acetic anhydride and piperonal", ["propionyl-chloride", "acetic-anhydride", "piperonal"]),
        ("4-piperidone, N-phenethyl-4-piperidone, acetone", ["4-piperidone", "npp", "acetone"]),
        ("acetone, ethyl ether, toluene", ["acetone", "ethyl-ether", "toluene"]),
    ):
        assert [hit.substance for hit in identifier().find(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "2-piperidone",
        "piperonyl butoxide",
        "isonipecotic acid",
        "phenethyl alcohol",
        "4-hydroxyphenylacetic acid",
        "acetone cyanohydrin",
        "toluene diisocyanate",
        "lysergic acid diethylamide",
        "petroleum ether",
        "vinyl ether",
        "chloroacetone",
        "phenylacetic acid ethyl ester",
        "2-nitrotoluene",
        "toluene, 2-nitro-",
        "toluene, alpha-chloro-2-nitro-",
        "benzoic acid, 2-amino-, ethyl ester",
        "acetic acid, phenyl-, methyl ester",
        "benzene, methyl nitro derivatives",
        "sulfuric acid, cadmium salt (1:1)",
        "benzene-1,3-diamine;sulfuric acid",
        "m-aminobenzoic acid",
        "cianhidrina de acetona",
        "diisocianato de tolueno",
        "过氧化甲乙酮",
        "苯乙酸苄酯",
        "acido clofibrico",
        "betaine hydrochloride",
        "methyl ethyl ketone peroxide",
        "二甲苯",
        "甲苯二异氰酸酯",
        "盐酸左氧氟沙星",
        "硫酸铜",
        "lot 2026-11-08, phone 41661 4 76",
    ],
)
def test_other_substances_give_nothing(text: str) -> None:
    assert hits(text) == []


def test_spans_count_characters_of_the_original() -> None:
    text = "Ｓｅｌｌ：４-ｐｉｐｅ\u200bridone，25kg"
    (hit,) = identifier().find(text)
    assert text[hit.start : hit.end] == hit.matched == "４-ｐｉｐｅ\u200bridone"


def test_a_column_of_numbers() -> None:
    found = identifier().find_cas("41661476; 67-64-1 / 21409 26 7 / 7 9 0 9 9 - 0 7 - 3")
    assert [(h.substance, h.field) for h in found] == [
        ("4-piperidone", "cas"),
        ("acetone", "cas"),
        ("anpp", "cas"),
        ("1-boc-4-piperidone", "cas"),
    ]


def test_a_wrong_check_digit_names_the_listed_number_one_slip_away() -> None:
    (problem,) = identifier().cas_problems("acetone, CAS 67-64-2")
    assert (problem.written, problem.number) == ("67-64-2", "67-64-2")
    assert ("acetone", "67-64-1") in problem.slips
    assert identifier().cas_problems("delivered 2023-11-1, CAS 144-55-9")[0].slips == ()
    assert identifier().cas_problems("delivered 2023-11-1") == []
