"""Drawings for the report: SVG inside HTML, the same for the same structure."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from headwater.errors import InputError
from headwater.identify.drawing import parse_for_check, svg

pytest.importorskip("rdkit", reason="structures need the extra headwater[structure]")


def test_a_drawing_is_svg_without_header_and_the_same_each_time() -> None:
    drawn = svg("CC(C)=O", 220, 140)
    assert drawn == svg("CC(C)=O", 220, 140)
    root = ElementTree.fromstring(drawn)
    assert root.tag.endswith("svg")
    assert drawn.startswith("<svg")
    assert (root.get("width"), root.get("height")) == ("220px", "140px")


def test_a_drawing_holds_nothing_of_the_input_but_the_structure() -> None:
    drawn = svg("CC(C)=O <script>alert(1)</script>")
    assert "script" not in drawn


def test_what_cannot_be_read_cannot_be_drawn() -> None:
    with pytest.raises(InputError):
        svg("C(C)(C)(C)(C)C")


def test_inchikey_and_formula_for_the_check_of_regime_files() -> None:
    assert parse_for_check("CC(C)=O") == ("CSCPPACGZOOCGX-UHFFFAOYSA-N", "C3H6O")
    assert parse_for_check("C[C@@H](N)[C@@H](O)c1ccccc1")[0] != parse_for_check("CC(N)C(O)c1ccccc1")[0]
