"""Structure drawings for reports, as SVG that can stand inside an HTML page."""

from __future__ import annotations

import re

from headwater.identify.molecules import inchikey_and_formula, parse

__all__ = ["parse_for_check", "svg"]

_HEADER = re.compile(r"\A<\?xml[^>]*\?>\s*")
_RDKIT_NAMESPACE = re.compile(r"\s+xmlns:(?:rdkit|xlink)='[^']*'")


def svg(smiles: str, width: int = 220, height: int = 140) -> str:
    """A drawing of the structure in pixels of `width` x `height`, without XML header; the same text for the same structure.

    Raises InputError when the structure cannot be read.
    """
    from rdkit import rdBase
    from rdkit.Chem.Draw import rdMolDraw2D

    with rdBase.BlockLogs():
        molecule = parse(smiles)
        drawer = rdMolDraw2D.MolDraw2DSVG(width, height)
        drawer.drawOptions().clearBackground = False
        rdMolDraw2D.PrepareAndDrawMolecule(drawer, molecule)
        drawer.FinishDrawing()
        text = drawer.GetDrawingText()
    return _RDKIT_NAMESPACE.sub("", _HEADER.sub("", text)).replace("<!-- END OF HEADER -->\n", "").strip()


def parse_for_check(smiles: str) -> tuple[str, str]:
    """The InChIKey and the formula of a SMILES, with which a regime file is held against itself. Raises InputError."""
    return inchikey_and_formula(smiles)
