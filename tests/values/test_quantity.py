"""Quantities as trade writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.values.quantity import number, stated, total


@pytest.mark.parametrize(
    ("quantity", "unit", "text", "amount", "dimension"),
    [
        ("25", "kg", "", "25000", "g"),
        ("1,000", "KG", "Xanthan gum 200 mesh", "1000000", "g"),
        ("0,5", "kg", "", "500", "g"),
        ("3", "千克", "", "3000", "g"),
        ("54", "MT", "L-Lysine", "54000000", "g"),
        ("300", "L", "Diethyl ether AR, 500ml x 20 x 30 ctn, UN1155", "300000", "ml"),
        ("", "", "25KG/drum x 4", "100000", "g"),
        ("", "", "Nail polish remover (acetone based) 100ml x 48, rose scent", "4800", "ml"),
        ("48", "pcs", "Nail polish remover (acetone based) 100ml x 48, rose scent", "4800", "ml"),
        ("8", "drums", "Phenethyl alcohol FCC, fragrance grade, 200 kg drum", "1600000", "g"),
        ("4 x 25 kg", "", "", "100000", "g"),
        ("25kg*4", "", "", "100000", "g"),
        ("5", "mg", "", "0.005", "g"),
        ("2", "gal", "", "7570.823568", "ml"),
        ("500", "pcs", "Wall calendar", "500", "piece"),
    ],
)
def test_what_a_row_moves(quantity: str, unit: str, text: str, amount: str, dimension: str) -> None:
    found = total(quantity, unit, text)
    assert found is not None
    assert (found.amount, found.unit) == (Decimal(amount), dimension)


def test_nothing_stated() -> None:
    assert total("", "", "4-piperidone") is None
    assert stated("CAS 41661-47-6") is None


@pytest.mark.parametrize("text", ["ten", "1.2.3", "-5", "1e9", "5%"])
def test_a_malformed_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a quantity"):
        number(text)


@given(st.integers(1, 10**9), st.sampled_from(["kg", "g", "L", "ml", "吨"]))
def test_a_plain_amount_reads_back(count: int, unit: str) -> None:
    found = total(str(count), unit, "")
    assert found is not None
    assert found.amount > 0


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    stated(text)
