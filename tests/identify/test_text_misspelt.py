"""Misspellings and garbles are read, with the reading given; words in their own right are left alone."""

from __future__ import annotations

import random

import pytest
from text_data import identifier, substances

from headwater.identify.names import listed_names
from headwater.identify.typos import edits_within


@pytest.mark.parametrize(
    ("text", "substance"),
    [
        ("N-phenethyl-4-piperdone", "npp"),
        ("4-anilinopiperdine", "4-ap"),
        ("bezyl chloride 200 l", "benzyl-chloride"),
        ("acetc anhydride", "acetic-anhydride"),
        ("psuedoephedrine", "pseudoephedrine"),
        ("potasium permanganate", "potassium-permanganate"),
        ("toulene", "toluene"),
        ("4-dipiperone 25kg", "4-piperidone"),
        ("1-tertiary butoxy carbonyl-4-piperidone", "1-boc-4-piperidone"),
        ("1-fenethyl 4-piperidone", "npp"),
        ("高猛酸钾", "potassium-permanganate"),
        ("ANNPP powder", "anpp"),
        ("4-呱啶酮", "4-piperidone"),
        ("4-aniline piperidine", "4-ap"),
        ("ANNPP precursor, 25 kg", "anpp"),
    ],
)
def test_misspelt_and_garbled_names(text: str, substance: str) -> None:
    (hit,) = identifier().find(text)
    assert (hit.substance, hit.method) == (substance, "fuzzy")
    assert hit.score < 0.9
    assert hit.reading.startswith("read as ")


@pytest.mark.parametrize(
    "text",
    [
        "benzoyl chloride",
        "toluidine",
        "piperazine",
        "3-piperidone",
        "propiolic acid",
        "butanol",
        "phenyllactic acid",
        "tropanone",
    ],
)
def test_words_in_their_own_right_are_left_alone(text: str) -> None:
    assert identifier().find(text) == []


def test_ephedrine_and_its_relatives_stay_apart() -> None:
    for name in ("ephedrine", "norephedrine", "pseudoephedrine", "piperidine", "safrole", "isosafrole"):
        (hit,) = identifier().find(name)
        assert (hit.substance, hit.method) == (name, "name")


def test_a_wrong_number_quoted_for_a_substance_is_a_reading_not_an_identity() -> None:
    (hit,) = identifier().find("122-90-7")
    assert (hit.substance, hit.method) == ("propionic-anhydride", "fuzzy")
    assert [h.substance for h in identifier().find("288573-56-8")] == ["para-fluoro-1-boc-4-ap"]


def test_one_edit_is_found_in_nine_of_ten_names() -> None:
    chance = random.Random(5)
    tried = found = 0
    for substance in substances():
        for name in set(listed_names(substance)):
            letters = [i for i in range(len(name) - 1) if name[i : i + 2].isalpha() and name[i : i + 2].isascii()]
            if len(letters) < 7:
                continue
            for _ in range(3):
                i = chance.choice(letters)
                slip = chance.choice(
                    (name[:i] + name[i + 1 :], name[:i] + name[i] + name[i:], name[:i] + "x" + name[i + 1 :])
                )
                tried += 1
                found += any(h.substance == substance.id for h in identifier().find(f"{slip} 99%"))
    assert found / tried >= 0.95, f"{found} of {tried}"


def test_edits_count_a_swap_once_and_stop_at_the_limit() -> None:
    assert edits_within("toulene", "toluene", 2) == 1
    assert edits_within("aceton", "acetone", 1) == 1
    assert edits_within("acetone", "acetone", 1) == 0
    assert edits_within("kitten", "sitting", 2) == 3
