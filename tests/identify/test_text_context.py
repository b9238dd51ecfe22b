"""What the text says around a name: abbreviations, ingredients, absence, relatives."""

from __future__ import annotations

import pytest
from text_data import identifier

from headwater.identify.identification import Identification


def only(text: str) -> Identification:
    (hit,) = identifier().find(text)
    return hit


@pytest.mark.parametrize(
    "text",
    [
        "NPP 100mg/ml 10ml vial, nandrolone phenylpropionate, oil based, bodybuilding",
        "NPP (Nandrolone) 100mg/ml - 10ml - USA",
        "NPP 100mg x 10 vials",
        "4-AP aminopyridine for lab",
        "MEK inhibitor, antibody grade",
        "mapa del mundo",
        "P2P IP camera, wifi network",
        "model R-6129 spare part",
        "NNP newspaper",
    ],
)
def test_an_abbreviation_of_something_else_is_nothing(text: str) -> None:
    assert identifier().find(text) == []


def test_an_abbreviation_is_read_by_its_context() -> None:
    hit = only("NPP intermediate, piperidone type, 25kg")
    assert (hit.substance, hit.method, hit.score, hit.ambiguous) == ("npp", "name", 0.9, False)
    named = identifier().find("NPP, CAS 39742-60-4")
    assert [h.method for h in named] == ["name", "cas"]
    assert not any(h.ambiguous for h in named)


def test_an_unsettled_abbreviation_is_a_question() -> None:
    hit = only("4-AP 99% 5kg, pharma intermediate")
    assert (hit.substance, hit.score, hit.ambiguous) == ("4-ap", 0.5, True)
    assert "4-aminopyridine" in hit.reading
    assert "N-phenylpiperidin-4-amine" in hit.reading


@pytest.mark.parametrize(
    ("text", "substance", "per_cent"),
    [
        ("Nail polish remover (acetone based) 100ml x 48", "acetone", None),
        ("thinner, contains 30% toluene", "toluene", 30.0),
        ("n-BuLi 2.5 M in diethyl ether", "ethyl-ether", None),
        ("quitaesmalte a base de acetona", "acetone", None),
        ("含30%丙酮的清洗剂", "acetone", 30.0),
        ("Acetone Washed product", "acetone", None),
        ("adhesive, ingredients: resin, toluene, filler", "toluene", None),
        ("涂料 成分:树脂、丙酮、填料", "acetone", None),
        ("acetone nail polish remover 100 ml", "acetone", None),
        ("hydrochloric acid toilet cleaner 500ml", "hydrochloric-acid", None),
        ("Drain opener, sulphuric acid 15%, 1 L", "sulphuric-acid", 15.0),
        ("cold tablets, pseudoephedrine HCl 30 mg, 24 x 10", "pseudoephedrine", None),
        ("盐酸伪麻黄碱缓释片 120mg", "pseudoephedrine", None),
    ],
)
def test_an_ingredient_of_other_goods(text: str, substance: str, per_cent: float | None) -> None:
    hit = only(text)
    assert (hit.substance, hit.role, hit.per_cent) == (substance, "ingredient", per_cent)


@pytest.mark.parametrize(
    ("text", "substance"),
    [
        ("acetone drum 160kg", "acetone"),
        ("sulphuric acid IBC", "sulphuric-acid"),
        ("toluene paint grade 200 kg", "toluene"),
        ("acetone 5 kg; paint 500 ml", "acetone"),
        ("ephedrine hydrochloride 25 kg, for tablets", "ephedrine"),
        ("fentanyl citrate injection 50 mcg/ml", "fentanyl"),
    ],
)
def test_bulk_goods_are_goods(text: str, substance: str) -> None:
    hit = only(text)
    assert (hit.substance, hit.role) == (substance, "goods")


def test_a_list_of_ingredients_is_read_to_its_end() -> None:
    hits = identifier().find("paint thinner contains 30% toluene, 10% acetone and MEK")
    assert [(h.substance, h.role) for h in hits] == [
        ("toluene", "ingredient"),
        ("acetone", "ingredient"),
        ("methyl-ethyl-ketone", "ingredient"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "acetone-free nail polish remover",
        "toluene free adhesive",
        "不含甲苯的胶水",
        "不含丙酮和甲苯",
        "esmalte sin acetona",
        "no acetone",
        "NON FENTANYL pills",
        "manganates, other than potassium permanganate",
        "fentanyl test strips",
    ],
)
def test_what_is_said_to_be_absent_is_nothing(text: str) -> None:
    assert identifier().find(text) == []


def test_no_is_also_short_for_number() -> None:
    assert only("Item No. acetone").substance == "acetone"


@pytest.mark.parametrize(
    ("text", "substance"),
    [
        ("1-benzyl-4-piperidone", "4-piperidone"),
        ("1-苄基-4-哌啶酮", "4-piperidone"),
        ("N-phenethyl-4-piperidone oxime", "npp"),
        ("remifentanil for injection", "fentanyl"),
        ("carfentanil", "fentanyl"),
    ],
)
def test_a_relative_of_the_group_is_near_and_no_more(text: str, substance: str) -> None:
    hit = only(text)
    assert (hit.substance, hit.method, hit.score) == (substance, "near", 0.5)
    assert not any(char.isdigit() for char in hit.reading.replace(hit.name, ""))  # no distance


def test_salts_grades_and_stereo_forms_keep_the_name() -> None:
    for text in (
        "ephedrine hydrochloride",
        "(+)-ephedrine",
        "toluene AR",
        "4-哌啶酮盐酸盐",
        "acetone-d6",
        "4-piperidona clorhidrato",
    ):
        assert only(text).method == "name"


def test_a_very_long_text_is_read_to_its_end() -> None:
    filler = "ordinary goods, blue; " * 400
    text = f"acetone {filler}4-piperidone {filler}toluene"
    assert [(h.substance, text[h.start : h.end]) for h in identifier().find(text)] == [
        ("acetone", "acetone"),
        ("4-piperidone", "4-piperidone"),
        ("toluene", "toluene"),
    ]
