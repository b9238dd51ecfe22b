"""Reading a structure: from a SMILES or an InChI to components that can be compared with the listed substances.

What is compared is a component (salts, solvates and mixtures have several), without isotopes, in its parent charge
state, with covalently drawn alkali and earth-alkali salts taken apart. The only module that parses structures.
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

# RDKit's SANITIZE_CLEANUP, SANITIZE_PROPERTIES and SANITIZE_KEKULIZE: what makes a structure readable, and no more.
_VALIDITY = 0x1 | 0x2 | 0x8
_NOT_WRITTEN = re.compile(r"[^\x21-\x7e]")
_SALT_METALS = frozenset({3, 4, 11, 12, 19, 20, 37, 38, 55, 56})  # groups 1 and 2 of the periodic table
# Atoms that lose a proton when an acid makes a salt: O, S, Se and the halogens. A carbanion is another compound.
_ACID_ATOMS = frozenset({8, 9, 16, 17, 34, 35, 53})
_SALT_METAL = re.compile(r"\[\d*(?:Li|Be|Na|Mg|K|Ca|Rb|Sr|Cs|Ba)\b|\[\d*(?:Li|Be|Na|Mg|K|Ca|Rb|Sr|Cs|Ba)[+\]H-]")
_FORMULA = re.compile(r"([A-Z][a-z]?)(\d*)")
_CHARGE = re.compile(r"([+-])(\d*)\Z")


def parse(structure: str, field: str = "smiles") -> Mol:
    """The molecule of a SMILES or InChI. Raises InputError in one line when it cannot be read or cannot exist.

    Valences and aromatic rings are checked; rings and stereo are perceived later (`sanitized`), where they are needed.
    """
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
        from_inchi: Any = Chem.MolFromInchi  # RDKit leaves its InChI functions without types
        molecule = from_inchi(written, sanitize=False, removeHs=False)
        kind = "InChI"
    else:
        molecule = Chem.MolFromSmiles(written, sanitize=False)
        kind = "SMILES"
    if molecule is None or molecule.GetNumAtoms() == 0:
        raise InputError(f"{shown!r} is not a readable {kind}", where=field, remedy=remedy)
    if Chem.SanitizeMol(molecule, _VALIDITY, catchErrors=True) != Chem.SanitizeFlags.SANITIZE_NONE:
        what = f"{shown!r} has an atom or ring that cannot exist as written"
        raise InputError(what, where=field, remedy="check valences and rings")
    return molecule


def sanitized(molecule: Mol) -> Mol:
    """The molecule with its rings, aromaticity and stereo perceived."""
    from rdkit import Chem

    if Chem.SanitizeMol(molecule, catchErrors=True) != Chem.SanitizeFlags.SANITIZE_NONE:
        Chem.FastFindRings(molecule)  # a part that RDKit does not accept by itself; comparable all the same
    Chem.AssignStereochemistry(molecule, cleanIt=True, force=True)
    return molecule


def components(structure: str, molecule: Mol) -> tuple[Mol, ...]:
    """The separate parts of a molecule: base and counter-ion, substance and solvent."""
    if _SALT_METAL.search(structure) or structure.lstrip().startswith("InChI="):
        return parts_of(_disconnected(molecule))
    return parts_of(molecule) if "." in structure else (molecule,)


def parts_of(molecule: Mol) -> tuple[Mol, ...]:
    """The connected parts of a molecule, in the order of their first atoms."""
    from rdkit import Chem

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
    edited.UpdatePropertyCache(strict=False)
    return edited.GetMol()


def parent_form(component: Mol) -> Mol:
    """The component without isotopes and in its parent charge state: amines and acids neutral, fixed charges kept."""
    from rdkit import Chem

    edited = Chem.RWMol(component)
    for atom in edited.GetAtoms():
        atom.SetIsotope(0)
        charge = atom.GetFormalCharge()
        if charge == 0 or any(n.GetFormalCharge() * charge < 0 for n in atom.GetNeighbors()):
            continue  # no charge, or one that its neighbour balances (nitro group, N-oxide)
        hydrogens = atom.GetTotalNumHs(includeNeighbors=False)
        if (charge > 0 and hydrogens) or (charge < 0 and atom.GetAtomicNum() in _ACID_ATOMS):
            lost = min(charge, hydrogens) if charge > 0 else charge
            atom.SetFormalCharge(charge - lost)
            atom.SetNoImplicit(True)
            atom.SetNumExplicitHs(hydrogens - lost)
    plain = edited.GetMol()
    if plain.GetNumHeavyAtoms() and any(atom.GetAtomicNum() == 1 for atom in plain.GetAtoms()):
        plain = Chem.RemoveHs(plain, sanitize=False)
    return sanitized(plain)


def carbonyl_forms(component: Mol) -> list[Mol]:
    """The aldehydes or ketones whose hydrates (gem-diols) are drawn: they are sold under the name of the ketone."""
    from rdkit import Chem

    forms = []
    for lost, carbon, kept in component.GetSubstructMatches(pattern("[OX2H1][CX4][OX2H1]"), maxMatches=4):
        edited = Chem.RWMol(component)
        for index in (carbon, kept):
            edited.GetAtomWithIdx(index).SetNoImplicit(False)
            edited.GetAtomWithIdx(index).SetNumExplicitHs(0)
        edited.GetBondBetweenAtoms(carbon, kept).SetBondType(Chem.BondType.DOUBLE)
        edited.RemoveAtom(lost)
        if Chem.SanitizeMol(edited, catchErrors=True) == Chem.SanitizeFlags.SANITIZE_NONE:
            forms.append(sanitized(edited.GetMol()))
    return forms


def matches(molecule: Mol, smarts: str) -> bool:
    """True when the molecule holds the pattern."""
    return bool(molecule.HasSubstructMatch(pattern(smarts)))


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

    to_inchi: Any = Chem.MolToInchi
    inchi = to_inchi(component)
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
        whole = sanitized(parse(structure))
        to_key: Any = Chem.MolToInchiKey
        return str(to_key(whole)), formula(whole)
