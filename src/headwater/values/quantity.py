"""Quantities as trade writes them: `25KG/drum x 4`, `1,000 KG`, `500ml x 20 x 30 ctn`, `3千克`.

A quantity is held in base units: grams, millilitres, or pieces. Mass and volume are never turned into each other
here; a rule that must compare them needs a density with a source.
"""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

# Exact by definition (SI; NIST Handbook 44 for the US gallon, pound and ounce).
_UNITS: dict[str, tuple[str, Decimal]] = {}


def _unit(dimension: str, factor: str, *names: str) -> None:
    for name in names:
        _UNITS[name] = (dimension, Decimal(factor))


_unit("g", "0.000001", "µg", "ug", "mcg", "μg", "微克")
_unit("g", "0.001", "mg", "mgs", "milligram", "milligrams", "miligramos", "毫克")
_unit("g", "1", "g", "gs", "gm", "gms", "gr", "gram", "grams", "gramo", "gramos", "克")
_unit("g", "500", "斤", "市斤")
_unit(
    "g", "1000", "kg", "kgs", "kgm", "kilo", "kilos", "kilogram", "kilograms", "kilogramo", "kilogramos", "公斤", "千克"
)
_unit(
    "g",
    "1000000",
    "t",
    "mt",
    "ton",
    "tons",
    "tonne",
    "tonnes",
    "tonelada",
    "toneladas",
    "metric ton",
    "metric tons",
    "吨",
    "公吨",
)
_unit("g", "453.59237", "lb", "lbs", "pound", "pounds", "libra", "libras", "磅")
_unit("g", "28.349523125", "oz", "ounce", "ounces", "onza", "onzas")
_unit("ml", "0.001", "µl", "ul", "微升")
_unit("ml", "1", "ml", "mls", "cc", "millilitre", "milliliter", "millilitres", "milliliters", "mililitros", "毫升")
_unit(
    "ml", "1000", "l", "ltr", "ltrs", "lt", "lts", "litre", "liter", "litres", "liters", "litro", "litros", "升", "公升"
)
_unit("ml", "1000000", "m3", "m³", "cbm", "kl", "立方米")
_unit("ml", "3785.411784", "gal", "gals", "gallon", "gallons", "galón", "galones", "加仑")

_NUMBER = r"\d{1,3}(?:[,， ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_NAMES = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_MEASURED = re.compile(rf"(?<![\w.,-])({_NUMBER})\s*({_NAMES})(?![a-z])", re.IGNORECASE)
_TIMES = re.compile(
    rf"\s*(?:/\s*[^\d\sx×*]+\s*)?[x×*]\s*({_NUMBER})(?!\s*(?:{_NAMES})(?![a-z]))(?:\s*[a-z一-鿿]*)?", re.IGNORECASE
)
_COUNT_BEFORE = re.compile(rf"({_NUMBER})\s*[x×*]\s*\Z", re.IGNORECASE)


class Quantity(msgspec.Struct, frozen=True):
    """An amount in grams (`g`), millilitres (`ml`) or pieces (`piece`); `package` is the amount in one package, if stated."""

    amount: Decimal
    unit: str
    package: Decimal | None = None
    text: str = ""

    def __str__(self) -> str:
        if self.unit == "g" and self.amount >= 1000:
            return f"{(self.amount / 1000).normalize():f} kg"
        if self.unit == "ml" and self.amount >= 1000:
            return f"{(self.amount / 1000).normalize():f} l"
        return f"{self.amount.normalize():f} {self.unit}"


def number(text: str) -> Decimal:
    """Read a number with thousands marks. `1,000` is a thousand; `0,5` is a half. Raises ValueError."""
    raw = text.strip().replace("，", ",").replace(" ", "")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", raw):
        raw = raw.replace(",", "")
    elif re.fullmatch(r"\d+,\d+", raw):
        raw = raw.replace(",", ".")
    if not re.fullmatch(r"\d+(\.\d+)?", raw):
        raise ValueError(f"{text!r} is not a quantity")
    return Decimal(raw)


def unit(name: str) -> tuple[str, Decimal] | None:
    """The dimension (`g` or `ml`) and factor of a unit name, or None for a unit that counts packages or is unknown."""
    return _UNITS.get(name.strip().lower().rstrip("."))


def stated(text: str) -> Quantity | None:
    """The first measured amount written in free text, multiplied by the package counts that follow it."""
    match = _MEASURED.search(text)
    if match is None:
        return None
    dimension, factor = _UNITS[match[2].lower()]
    package = number(match[1]) * factor
    amount, end = package, match.end()
    before = _COUNT_BEFORE.search(text[: match.start()])
    if before:
        amount *= number(before[1])
    multiplied = before is not None
    while follow := _TIMES.match(text, end):
        amount *= number(follow[1])
        end, multiplied = follow.end(), True
    return Quantity(amount, dimension, package if multiplied else None, text[match.start() : end].strip())


def total(quantity: str, unit_name: str, text: str) -> Quantity | None:
    """What a row says is moved: its quantity and unit fields, with the package size taken from the text where the unit
    counts packages (`8 drums` of `200 kg drum`). None when nothing states it. Raises ValueError for a malformed number.
    """
    within = (
        stated(f"{quantity} {unit_name}") if quantity and not re.fullmatch(rf"\s*({_NUMBER})\s*", quantity) else None
    )
    if within is not None:
        return within
    in_text = stated(text)
    if not quantity.strip():
        return in_text
    count = number(quantity)
    known = unit(unit_name)
    if known is not None:
        return Quantity(count * known[1], known[0], in_text.package if in_text else None, f"{quantity} {unit_name}")
    if in_text is not None:
        # A count of packages: multiply the package size unless the text has multiplied it already.
        if in_text.package is not None:
            return in_text
        return Quantity(
            in_text.amount * count, in_text.unit, in_text.amount, f"{quantity} {unit_name} of {in_text.text}"
        )
    return Quantity(count, "piece", None, f"{quantity} {unit_name}".strip())
