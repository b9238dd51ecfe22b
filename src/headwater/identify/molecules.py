"""Reading a structure: from a SMILES or an InChI to components that can be compared with the listed substances.

What is compared is a component (salts, solvates and mixtures have several), without isotopes, in its parent charge state,
with covalently drawn alkali and earth-alkali salts taken apart. The only module that parses structures.
RDKit is imported when a structure is first asked for, so that commands without structures start without it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from headwater.errors import InputError

# RDKit's classes are extension types without stubs that mypy could follow; they stay inside this package.
Mol = Any

# Longer than any small molecule and any peptide sold as a chemical; ring perception beyond it costs seconds.
LONGEST = 4000

_NOT_WRITTEN = re.compile(r"[^\x21-\x7e]")
_SALT_METALS = frozenset({3, 4, 11, 12, 19, 20, 37, 38, 55, 56})  # groups 1 and 2 of the periodic table
_SALT_METAL = re.compile(r"\[\d*(?:Li|Be|Na|Mg|K|Ca|Rb|Sr|Cs|Ba)\b|\[\d*(?:Li|Be|Na|Mg|K|Ca|Rb|Sr|Cs|Ba)[+\]H-]")
# Atoms in the order: the one that gives way, the carbonyl carbon, the one that stays bound to it.
_OPEN_FORMS = (
    ("[OX2H1][CX4][OX2H1]", "hydrate"),
    ("[C;!$(C=O)]=[CX3;!a][OX2H1]", "enol"),
    ("[C;!$(C=O)]=[CX3;!a][NX3H1]", "enamine"),
)
_FORMULA = re.compile(r"([A-Z][a-z]?)(\d*)")
_CHARGE = re.compile(r"([+-])(\d*)\Z")


def parse(structure: str, field: str = "smiles") -> Mol:
    """The molecule of a SMILES or InChI, with rings and aromaticity, without stereo. Raises InputError in one line."""
    from rdkit import Chem

    text = structure.strip()
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    remedy = "give one SMILES or one InChI"
    if not text:
        raise InputError("no structure is given", where=field, remedy=remedy)
    if len(text) > LONGEST:
        raise InputError(f"{shown!r} is longer than {LONGEST} characters", where=field, remedy=remedy)
    # A name may follow a SMILES after a blank, as in SMILES files.
    written = text.split(maxsplit=1)[0]
    if _NOT_WRITTEN.search(written):
        raise InputError(f"{shown!r} has characters that no structure has", where=field, remedy=remedy)
    if written.startswith("InChI="):
        molecule = Chem.MolFromInchi(written, sanitize=False, removeHs=False)
        kind = "InChI"
    else:
        molecule = Chem.MolFromSmiles(written, sanitize=False)
        kind = "SMILES"
    if molecule is None or molecule.GetNumAtoms() == 0:
        raise InputError(f"{shown!r} is not a readable {kind}", where=field, remedy=remedy)
    if Chem.SanitizeMol(molecule, catchErrors=True) != Chem.SanitizeFlags.SANITIZE_NONE:
        raise InputError(
            f"{shown!r} has an atom or ring that cannot exist as written",
            where=field,
            remedy="check valences and rings",
        )
    return molecule


def components(structure: str, molecule: Mol) -> tuple[Mol, ...]:
    """The separate parts of a molecule: base and counter-ion, substance and solvent."""
    from rdkit import Chem

    if _SALT_METAL.search(structure) or structure.lstrip().startswith("InChI="):
        molecule = _disconnected(molecule)
    elif "." not in structure:
        return (molecule,)
    return tuple(Chem.GetMolFrags(molecule, asMols=True, sanitizeFrags=False))


def _disconnected(molecule: Mol) -> Mol:
    """The molecule with bonds between a salt metal and another atom broken into ions: Na-O becomes Na+ and O-."""
    from rdkit import Chem

    bonds = [
        (metal.GetIdx(), bond.GetOtherAtom(metal).GetIdx())
        for metal in molecule.GetAtoms()
        if metal.GetAtomicNum() in _SALT_METALS
        for bond in metal.GetBonds()
    ]
    if not bonds:
        return molecule
    edited = Chem.RWMol(molecule)
    for metal, other in bonds:
        edited.RemoveBond(metal, other)
        for index, change in ((metal, 1), (other, -1)):
            atom = edited.GetAtomWithIdx(index)
            atom.SetFormalCharge(atom.GetFormalCharge() + change)
            atom.SetNoImplicit(True)
    Chem.SanitizeMol(edited, catchErrors=True)
    return edited.GetMol()


def parent_form(component: Mol) -> Mol:
    """The component without isotopes and in its parent charge state: amines and acids neutral, fixed charges kept."""
    from rdkit import Chem

    changed = False
    edited = Chem.RWMol(component)
    for atom in edited.GetAtoms():
        if atom.GetIsotope():
            atom.SetIsotope(0)
            changed = True
        charge = atom.GetFormalCharge()
        if charge == 0 or any(n.GetFormalCharge() * charge < 0 for n in atom.GetNeighbors()):
            continue  # no charge, or one that its neighbour balances (nitro group, N-oxide)
        hydrogens = atom.GetTotalNumHs(includeNeighbors=False)
        if (charge > 0 and hydrogens) or (charge < 0 and atom.GetAtomicNum() not in _SALT_METALS):
            lost = min(charge, hydrogens) if charge > 0 else charge
            atom.SetFormalCharge(charge - lost)
            atom.SetNoImplicit(True)
            atom.SetNumExplicitHs(hydrogens - lost)
            changed = True
    if not changed and all(atom.GetAtomicNum() != 1 for atom in edited.GetAtoms()):
        return component
    plain = edited.GetMol()
    if plain.GetNumHeavyAtoms():
        plain = Chem.RemoveHs(plain, sanitize=False)
    Chem.SanitizeMol(plain, catchErrors=True)
    return plain


def carbonyl_forms(component: Mol) -> list[tuple[Mol, str]]:
    """The ketone or imine that a hydrate (gem-diol), enol or enamine stands for, with the word for what was drawn.

    Only open forms that are in equilibrium with the carbonyl compound by gain or loss of water or a shift of a proton.
    """
    from rdkit import Chem

    forms = []
    for smarts, word in _OPEN_FORMS:
        for first, carbon, kept in component.GetSubstructMatches(pattern(smarts), maxMatches=4):
            edited = Chem.RWMol(component)
            for index in (first, carbon, kept):
                edited.GetAtomWithIdx(index).SetNoImplicit(False)
                edited.GetAtomWithIdx(index).SetNumExplicitHs(0)
            edited.GetBondBetweenAtoms(carbon, kept).SetBondType(Chem.BondType.DOUBLE)
            if word == "hydrate":
                edited.RemoveAtom(first)
            else:
                edited.GetBondBetweenAtoms(first, carbon).SetBondType(Chem.BondType.SINGLE)
            if Chem.SanitizeMol(edited, catchErrors=True) == Chem.SanitizeFlags.SANITIZE_NONE:
                forms.append((edited.GetMol(), word))
    return forms


@cache
def pattern(smarts: str) -> Mol:
    """A compiled pattern: a pure function of its text."""
    from rdkit import Chem

    return Chem.MolFromSmarts(smarts)


def layers(component: Mol) -> tuple[str, str]:
    """The identity of a component by its InChI: (formula, skeleton and mobile hydrogens; stereo of its atoms).

    The first part is independent of protonation, isotopes and of the tautomers that InChI knows. The second is the
    relative stereo (`/t`), the same for mirror images, empty where nothing is drawn.
    """
    from rdkit import Chem

    Chem.AssignStereochemistry(component, cleanIt=True, force=True)
    inchi = Chem.MolToInchi(component)
    main, stereo = [], ""
    for layer in inchi.split("/")[1:]:
        if layer[0] in "pqtbmsif":
            stereo = layer[1:] if layer[0] == "t" and not stereo else stereo
        else:
            main.append(layer)
    return "/".join(main), stereo


def formula(component: Mol) -> str:
    """The molecular formula in Hill order, with the charge: C8H7O2-."""
    from rdkit.Chem.rdMolDescriptors import CalcMolFormula

    return str(CalcMolFormula(component))


def charge_states(written: str, most: int = 3) -> set[str]:
    """The formulas of a neutral species with up to `most` protons more or less; an ion has only itself."""
    if _CHARGE.search(written):
        return {written}
    counts = {element: int(number or 1) for element, number in _FORMULA.findall(written)}
    states = {written}
    for protons in range(-most, most + 1):
        hydrogens = counts.get("H", 0) + protons
        if protons and hydrogens >= 0:
            sign = ("+" if protons > 0 else "-") + (str(abs(protons)) if abs(protons) > 1 else "")
            states.add(_hill({**counts, "H": hydrogens}) + sign)
    return states


def with_water(written: str) -> str:
    """The formula of the hydrate of a neutral species."""
    counts = {element: int(number or 1) for element, number in _FORMULA.findall(written)}
    return _hill({**counts, "H": counts.get("H", 0) + 2, "O": counts.get("O", 0) + 1})


def _hill(counts: dict[str, int]) -> str:
    order = sorted(counts)
    if "C" in counts:
        order = ["C", "H", *(element for element in order if element not in ("C", "H"))]
    return "".join(f"{e}{n if n > 1 else ''}" for e in order if (n := counts.get(e, 0)))


def inchikey_and_formula(structure: str) -> tuple[str, str]:
    """The standard InChIKey and the formula of a whole structure, to check one against the other. Raises InputError."""
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        whole = parse(structure)
        Chem.AssignStereochemistry(whole, cleanIt=True, force=True)
        return str(Chem.MolToInchiKey(whole)), formula(whole)
