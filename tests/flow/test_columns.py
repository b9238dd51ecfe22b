"""Headings of real files, in three languages, find their fields; what is unclear is an error that names the
way out.
"""

from __future__ import annotations

import polars as pl
import pytest

from headwater.errors import InputError, UsageError
from headwater.flow.columns import Mapper, overrides, recognise, rename
from headwater.screen.transaction import FIELDS


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Description", "text"),
        ("GOODS_DESCRIPTION", "text"),
        ("Product Name", "text"),
        ("货物名称", "text"),
        ("品名", "text"),
        ("Descripción de la mercancía", "text"),
        ("CAS No.", "cas"),
        ("cas_rn", "cas"),
        ("CAS号", "cas"),
        ("ＣＡＳ", "cas"),
        ("Qty", "quantity"),
        ("数量", "quantity"),
        ("Cantidad", "quantity"),
        ("U.O.M.", "unit"),
        ("单位", "unit"),
        ("Shipper", "seller"),
        ("发货人", "seller"),
        ("Vendedor", "seller"),
        ("客户", "buyer"),
        ("Consignee Name", "consignee"),
        ("收货人", "consignee"),
        ("Country of Origin", "origin"),
        ("原产国", "origin"),
        ("País de origen", "origin"),
        ("ships_from", "origin"),
        ("目的国", "destination"),
        ("Ship-to Country", "destination"),
        ("ships_to", "destination"),
        ("Order Date", "date"),
        ("日期", "date"),
        ("Fecha", "date"),
        ("License", "licence"),
        ("许可证号", "licence"),
        ("HTS", "hs_code"),
        ("HS6 Code", "hs_code"),
        ("海关编码", "hs_code"),
        ("hscode", "hs_code"),
        ("Via", "transit"),
        ("最终用户", "end_user"),
        ("Payment terms", "payment_method"),
        ("装船日期", "loaded_at"),
        ("Export date", "exported_at"),
        ("Fecha de entrada", "entered_at"),
        ("订单号", "id"),
        ("订单日期", "date"),
        ("Moneda", "currency"),
        ("金额", "value"),
    ],
)
def test_usual_headings(heading: str, field: str) -> None:
    found = recognise([heading, "cas"] if field != "cas" else [heading])
    assert found.fields[field] == (heading,)


def test_every_field_is_its_own_heading() -> None:
    assert recognise(FIELDS).fields == {field: (field,) for field in FIELDS}


def test_several_texts_are_joined_and_gaps_left_out() -> None:
    frame = pl.DataFrame({"title": ["Acetone", "Acetone"], "id": ["1", "2"], "description": ["25 kg drum", ""]})
    made = rename(frame, recognise(frame.columns))
    assert made.columns == list(FIELDS)
    assert made["text"].to_list() == ["Acetone | 25 kg drum", "Acetone"]
    assert made["cas"].to_list() == ["", ""]


def test_two_columns_for_one_field_need_a_choice() -> None:
    with pytest.raises(InputError, match=r"'CAS' and 'CAS No\.' are both cas .*--map cas='CAS'"):
        recognise(["CAS", "CAS No.", "text"])
    chosen = recognise(["CAS", "CAS No.", "text"], overrides(["cas=CAS No."]))
    assert chosen.fields["cas"] == ("CAS No.",)
    assert chosen.ignored == ("CAS",)


def test_repeated_headings_need_a_choice_too() -> None:
    with pytest.raises(InputError, match="are both quantity"):
        recognise(["text", "quantity", "quantity [column 3]"])


def test_weaker_headings_give_way() -> None:
    found = recognise(["text", "Order No", "Quantity", "Net weight", "Seller", "Manufacturer"])
    assert found.fields["quantity"] == ("Quantity",)
    assert found.fields["seller"] == ("Seller",)
    assert found.ignored == ("Net weight", "Manufacturer")


def test_brackets_in_headings_speak_for_every_row() -> None:
    frame = pl.DataFrame({"Goods": ["Acetone"], "Net Weight (KG)": ["25"], "Value（USD）": ["9"]})
    row = rename(frame, recognise(frame.columns)).row(0, named=True)
    assert (row["quantity"], row["unit"], row["value"], row["currency"]) == ("25", "KG", "9", "USD")
    stated = recognise(["Goods", "Quantity (KG)", "Unit"])
    assert stated.constants == {}


def test_a_table_about_nothing_is_refused_with_its_headings() -> None:
    with pytest.raises(InputError, match=r"f\.csv.*'colour', 'size'.*--map text=COLUMN"):
        recognise(["colour", "size"], where="f.csv")


def test_map_options() -> None:
    assert overrides(["text=A", "text=B", "cas = C"]) == {"text": ("A", "B"), "cas": ("C",)}
    for wrong in ("text", "text=", "colour=A"):
        with pytest.raises(UsageError):
            overrides([wrong])
    with pytest.raises(InputError, match="no column 'Z'"):
        recognise(["A"], {"text": ("Z",)})
    assert recognise(["My Col", "text"], {"seller": ("my_col",)}).fields["seller"] == ("My Col",)


def test_the_mapper_takes_columns_that_come_later() -> None:
    mapper = Mapper()
    assert mapper(pl.DataFrame({"text": ["a"]}))["licence"].to_list() == [""]
    assert mapper(pl.DataFrame({"text": ["a"], "licence": ["L1"]}))["licence"].to_list() == ["L1"]


def test_an_empty_table_keeps_the_fields() -> None:
    frame = pl.DataFrame(schema={"text": pl.String, "qty": pl.String})
    assert rename(frame, recognise(frame.columns)).shape == (0, len(FIELDS))
