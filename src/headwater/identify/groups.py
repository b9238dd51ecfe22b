"""Substituents and rings, in the words the class definitions use: alkyl, alkoxyl, haloalkyl, ester, acyl, monocycle.

A law names groups in words of chemistry and defines none of them. Each is read here in its ordinary, narrow sense, in one
place, with the reading in the docstring; a definition in the data combines them by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from headwater.identify.molecules import Mol

_HALOGENS = frozenset({9, 17, 35, 53})
_SINGLE, _DOUBLE, _TRIPLE = 1.0, 2.0, 3.0


class Substituent(msgspec.Struct, frozen=True):
    """What hangs on a skeleton: the bonded atoms outside it. `roots` are its atoms bound to the skeleton, with bond orders."""

    molecule: Any
    atoms: frozenset[int]
    roots: tuple[tuple[int, float], ...]

    @property
    def root(self) -> Any:
        return self.molecule.GetAtomWithIdx(self.roots[0][0])

    def elements(self) -> set[int]:
        return {self.molecule.GetAtomWithIdx(i).GetAtomicNum() for i in self.atoms}

    def orders(self) -> set[float]:
        """The bond orders inside the group; 1.5 is aromatic."""
        return {
            bond.GetBondTypeAsDouble()
            for bond in self.molecule.GetBonds()
            if bond.GetBeginAtomIdx() in self.atoms and bond.GetEndAtomIdx() in self.atoms
        }

    def single(self) -> bool:
        """True when one single bond holds the group."""
        return len(self.roots) == 1 and self.roots[0][1] == _SINGLE


def substituent(molecule: Mol, skeleton: frozenset[int], start: int) -> Substituent:
    """The group that contains the atom `start`, up to the skeleton on every side."""
    atoms, border = {start}, [start]
    roots: list[tuple[int, float]] = []
    while border:
        index = border.pop()
        for bond in molecule.GetAtomWithIdx(index).GetBonds():
            other = bond.GetOtherAtomIdx(index)
            if other in skeleton:
                roots.append((index, bond.GetBondTypeAsDouble()))
            elif other not in atoms:
                atoms.add(other)
                border.append(other)
    return Substituent(molecule, frozenset(atoms), tuple(sorted(roots)))


# -- groups ------------------------------------------------------------------------------------------------------------


def anything(group: Substituent) -> bool:
    """Any group whatever that hangs at one place, hydrogen excepted."""
    return len(group.roots) == 1


def halo(group: Substituent) -> bool:
    """One atom of fluorine, chlorine, bromine or iodine."""
    return group.single() and len(group.atoms) == 1 and group.root.GetAtomicNum() in _HALOGENS


def hydroxyl(group: Substituent) -> bool:
    """-OH."""
    return group.single() and len(group.atoms) == 1 and group.root.GetAtomicNum() == 8


def oxo(group: Substituent) -> bool:
    """=O."""
    return len(group.roots) == len(group.atoms) == 1 and group.root.GetAtomicNum() == 8 and group.roots[0][1] == _DOUBLE


def alkyl(group: Substituent) -> bool:
    """Saturated carbon chains and rings, nothing else."""
    return group.single() and group.elements() == {6} and group.orders() <= {_SINGLE}


def methyl(group: Substituent) -> bool:
    """-CH3."""
    return alkyl(group) and len(group.atoms) == 1


def ethyl(group: Substituent) -> bool:
    """-CH2CH3."""
    return alkyl(group) and len(group.atoms) == 2


def alkenyl(group: Substituent) -> bool:
    """Carbon chains and rings with at least one double bond, no triple bond, not aromatic."""
    return group.single() and group.elements() == {6} and _DOUBLE in (o := group.orders()) and o <= {_SINGLE, _DOUBLE}


def arylalkyl(group: Substituent) -> bool:
    """A saturated carbon chain that ends in a carbocyclic aromatic ring: benzyl, phenethyl. Hydrocarbon only."""
    return (
        group.single()
        and group.elements() == {6}
        and not group.root.GetIsAromatic()
        and 1.5 in (orders := group.orders())
        and orders <= {_SINGLE, 1.5}
    )


def phenethyl(group: Substituent) -> bool:
    """The 2-phenylethyl group of fentanyl itself, with nothing in or on it."""
    return arylalkyl(group) and len(group.atoms) == 8 and _is_straight_phenethyl(group)


def _is_straight_phenethyl(group: Substituent) -> bool:
    inner = {n.GetIdx() for n in group.root.GetNeighbors() if n.GetIdx() in group.atoms}
    if len(inner) != 1:
        return False
    second = group.molecule.GetAtomWithIdx(inner.pop())
    rings = [n for n in second.GetNeighbors() if n.GetIsAromatic()]
    return not second.GetIsAromatic() and second.GetDegree() == 2 and len(rings) == 1


def haloalkyl(group: Substituent) -> bool:
    """A saturated carbon chain in which halogens replace hydrogens."""
    elements = group.elements()
    return (
        group.single()
        and group.root.GetAtomicNum() == 6
        and elements <= {6, *_HALOGENS}
        and elements != {6}
        and group.orders() <= {_SINGLE}
    )


def alkoxyl(group: Substituent) -> bool:
    """Oxygen with a saturated carbon chain: methoxy, ethoxy."""
    return (
        group.single()
        and group.root.GetAtomicNum() == 8
        and group.elements() == {6, 8}
        and _count(group, 8) == 1
        and group.orders() <= {_SINGLE}
    )


def ether(group: Substituent) -> bool:
    """Carbon and oxygen bound by single or aromatic bonds, each oxygen between two carbons: methoxymethyl, phenoxy."""
    return (
        group.single()
        and group.elements() == {6, 8}
        and group.orders() <= {_SINGLE, 1.5}
        and all(_atom(group, i).GetDegree() == 2 for i in group.atoms if _atom(group, i).GetAtomicNum() == 8)
    )


def ester(group: Substituent) -> bool:
    """-C(=O)O-R or -O-C(=O)-R with a hydrocarbon R: methoxycarbonyl, acetoxy."""
    if not group.single() or group.elements() != {6, 8} or _count(group, 8) != 2:
        return False
    carbonyls = [a for a in _members(group) if _is_carbonyl(group, a)]
    if len(carbonyls) != 1:
        return False
    oxygens = [n for n in carbonyls[0].GetNeighbors() if n.GetAtomicNum() == 8 and n.GetDegree() == 2]
    at_root = carbonyls[0].GetIdx() == group.root.GetIdx() or (oxygens and oxygens[0].GetIdx() == group.root.GetIdx())
    return len(oxygens) == 1 and bool(at_root)


def amino(group: Substituent) -> bool:
    """-NH2, or nitrogen with saturated carbon chains only."""
    return (
        group.single()
        and group.root.GetAtomicNum() == 7
        and group.elements() <= {6, 7}
        and _count(group, 7) == 1
        and group.orders() <= {_SINGLE}
        and group.root.GetFormalCharge() == 0
    )


def nitro(group: Substituent) -> bool:
    """-NO2."""
    return group.single() and group.root.GetAtomicNum() == 7 and len(group.atoms) == 3 and _count(group, 8) == 2


def acyl(group: Substituent) -> bool:
    """-C(=O)R, with R hydrogen or bound through carbon: formyl, acetyl, furoyl."""
    return group.single() and _is_carbonyl(group, group.root) and {n.GetAtomicNum() for n in _beyond(group)} <= {6}


def carbamoyl_oxy(group: Substituent) -> bool:
    """-C(=O)O-R on a nitrogen, which makes a carbamate of it: tert-butoxycarbonyl, ethoxycarbonyl."""
    beyond = _beyond(group) if group.single() and _is_carbonyl(group, group.root) else []
    return len(beyond) == 1 and beyond[0].GetAtomicNum() == 8 and beyond[0].GetDegree() == 2


def acetal(group: Substituent) -> bool:
    """Two oxygens bound by single bonds to one carbon of the skeleton, each with a saturated carbon: a ring, or a chain of it."""
    oxygens = [_atom(group, index) for index, _ in group.roots]
    carbons = {n.GetIdx() for atom in oxygens for n in atom.GetNeighbors() if n.GetIdx() not in group.atoms}
    if len(carbons) != 1:
        return False
    bound = [n for n in _atom(group, carbons.pop()).GetNeighbors() if n.GetAtomicNum() == 8]
    return (
        len(bound) == 2
        and all(n.GetDegree() == 2 for n in bound)
        and all(
            atom.GetAtomicNum() == 8 and order == _SINGLE and atom.GetDegree() == 2 and _next_is_saturated(group, atom)
            for atom, (_, order) in zip(oxygens, group.roots, strict=True)
        )
    )


GROUPS: dict[str, Callable[[Substituent], bool]] = {
    "anything": anything, "halo": halo, "hydroxyl": hydroxyl, "oxo": oxo, "alkyl": alkyl, "methyl": methyl, "ethyl": ethyl,
    "alkenyl": alkenyl, "arylalkyl": arylalkyl, "phenethyl": phenethyl, "haloalkyl": haloalkyl, "alkoxyl": alkoxyl,
    "ether": ether, "ester": ester, "amino": amino, "nitro": nitro, "acyl": acyl, "carbamate": carbamoyl_oxy, "acetal": acetal,
}  # fmt: skip


# -- rings -------------------------------------------------------------------------------------------------------------


def ring_of(molecule: Mol, atom: int) -> frozenset[int] | None:
    """The atoms of the one ring the atom is in; None when it is in none, or when the ring shares atoms with another."""
    rings = molecule.GetRingInfo()
    of_atom = [ring for ring in rings.AtomRings() if atom in ring]
    if len(of_atom) != 1 or any(rings.NumAtomRings(i) != 1 for i in of_atom[0]):
        return None
    return frozenset(of_atom[0])


def phenyl(molecule: Mol, ring: frozenset[int]) -> bool:
    """Six aromatic carbons."""
    return len(ring) == 6 and all(
        _aromatic(molecule, i) and molecule.GetAtomWithIdx(i).GetAtomicNum() == 6 for i in ring
    )


def aromatic_monocycle(molecule: Mol, ring: frozenset[int]) -> bool:
    """One aromatic ring, carbocyclic or heterocyclic, not fused to another."""
    return all(_aromatic(molecule, i) for i in ring)


def monocycle(_: Mol, __: frozenset[int]) -> bool:
    """One ring of any size and elements, not fused to another."""
    return True


RINGS: dict[str, Callable[[Mol, frozenset[int]], bool]] = {
    "phenyl": phenyl,
    "aromatic monocycle": aromatic_monocycle,
    "monocycle": monocycle,
}


# -- small steps -------------------------------------------------------------------------------------------------------


def _atom(group: Substituent, index: int) -> Any:
    return group.molecule.GetAtomWithIdx(index)


def _members(group: Substituent) -> list[Any]:
    return [_atom(group, index) for index in group.atoms]


def _count(group: Substituent, element: int) -> int:
    return sum(_atom(group, i).GetAtomicNum() == element for i in group.atoms)


def _aromatic(molecule: Mol, index: int) -> bool:
    return bool(molecule.GetAtomWithIdx(index).GetIsAromatic())


def _is_carbonyl(group: Substituent, atom: Any) -> bool:
    """A carbon of the group with a doubly bound oxygen that has no other neighbour."""
    return atom.GetAtomicNum() == 6 and any(
        bond.GetBondTypeAsDouble() == _DOUBLE and bond.GetOtherAtom(atom).GetAtomicNum() == 8
        for bond in atom.GetBonds()
    )


def _beyond(group: Substituent) -> list[Any]:
    """What a carbonyl root carries beside its oxygen and the skeleton."""
    return [
        bond.GetOtherAtom(group.root)
        for bond in group.root.GetBonds()
        if bond.GetOtherAtomIdx(group.root.GetIdx()) in group.atoms
        and not (bond.GetBondTypeAsDouble() == _DOUBLE and bond.GetOtherAtom(group.root).GetAtomicNum() == 8)
    ]


def _next_is_saturated(group: Substituent, oxygen: Any) -> bool:
    carbons = [n for n in oxygen.GetNeighbors() if n.GetIdx() in group.atoms]
    return (
        len(carbons) == 1
        and carbons[0].GetAtomicNum() == 6
        and not any(bond.GetBondTypeAsDouble() != _SINGLE for bond in carbons[0].GetBonds())
    )
