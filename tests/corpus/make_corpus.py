"""Write generated.csv: labelled texts for every listed substance, from its names and numbers, by a fixed seed.

    PYTHONPATH=src python tests/corpus/make_corpus.py

Needs the table of ordinary chemicals beside the checkout (../shared/data/chemicals): an edit that gives a word some
other chemical bears is thrown away, so that every typo in the corpus is a typo. The rows written by hand are in
by_hand.csv. After a run the gate asks for a new pin (pin.py).
"""

from __future__ import annotations

import csv
import lzma
import random
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SUBSTANCES = ROOT / "src" / "headwater" / "data" / "substances"
TEXTS = yaml.safe_load((HERE / "templates.yaml").read_text(encoding="utf-8"))
TABLE = ROOT.parent / "shared" / "data" / "chemicals" / "identifiers.csv.xz"
SEED = 20261122

LISTINGS: dict[str, list[str]] = TEXTS["listings"]
Row = tuple[str, str, str, str, str]
Rng = random.Random
T = TypeVar("T")

# What each substance may be sold as; a salt is named only where the lists reach it and the trade knows it.
HYDROCHLORIDES = (
    "4-piperidone", "4-ap", "anpp", "npp", "norfentanyl", "fentanyl", "benzylfentanyl", "piperidine", "ephedrine",
    "pseudoephedrine", "norephedrine", "para-fluoro-4-ap",
)  # fmt: skip
OTHER_SALTS = {
    "ergometrine": ("ergometrine maleate", "maleato de ergometrina", "马来酸麦角新碱", "ergometrine (maleate)"),
    "ergotamine": ("ergotamine tartrate", "tartrato de ergotamina", "酒石酸麦角胺", "ergotamine, tartrate"),
    "phenylacetic-acid": ("phenylacetic acid sodium salt", "phenylacetic acid, potassium salt", "苯乙酸钠"),
    "anthranilic-acid": ("anthranilic acid sodium salt", "anthranilic acid hydrochloride", "邻氨基苯甲酸钠"),
    "p-2-p-methyl-glycidic-acid": ("BMK glycidic acid sodium salt", "BMK glycidic acid, sodium salt"),
    "ephedrine": ("ephedrine sulfate", "sulfato de efedrina", "硫酸麻黄碱"),
    "pseudoephedrine": ("pseudoephedrine sulphate", "硫酸伪麻黄碱"),
    "fentanyl": ("fentanyl citrate", "citrato de fentanilo", "枸橼酸芬太尼"),
    "norfentanyl": ("norfentanyl oxalate",),
}
HOMOGLYPHS = str.maketrans({"a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "i": "і"})
LEET = str.maketrans({"e": "3", "o": "0", "i": "1", "a": "4"})
FULL_WIDTH = {n: n + 0xFEE0 for n in range(0x21, 0x7F)}
ZERO_WIDTH = ("\u200b", "\u200c", "\u2060", "\ufeff")
HAN = re.compile("[一-鿿]")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# How a name is spelt by ear, by Spanish habit, or by a machine that has translated it twice.
GARBLES: tuple[tuple[str, str], ...] = (
    ("ph", "f"), ("th", "t"), ("y", "i"), ("idone", "idon"), ("ine", "in"), ("chl", "cl"), ("ole", "ol"),
    ("one", "ona"), ("ide", "yde"), ("oxy", "oxi"), ("ene", "eno"), ("anil", "analin"), ("ll", "l"), ("acet", "aceth"),
    ("peri", "pyri"), ("phen", "fen"), ("idine", "adine"), ("ephed", "efed"), ("eth", "et"), ("safr", "saffr"),
)  # fmt: skip


def substances() -> list[dict[str, object]]:
    """The listed substances, in the order of their files."""
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(SUBSTANCES.glob("*.yaml"))]


def names(substance: dict[str, object], *languages: str) -> list[str]:
    """Names in the given languages, first come first, none twice."""
    held: dict[str, list[str]] = substance["names"]  # type: ignore[assignment]
    return list(dict.fromkeys(name for language in languages for name in held.get(language, [])))


def known_words() -> frozenset[str]:
    """Every run of letters in a name that the table of chemicals holds, and every listed name's."""
    if not TABLE.exists():
        sys.exit(f"{TABLE} is not there: the corpus is made beside the shared data")
    words: set[str] = set()
    with lzma.open(TABLE, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text = f"{row['iupac_name']} {row['common_name']} {row['synonyms']}".lower()
            words.update(re.findall(r"[a-z]{4,}", text))
    for substance in substances():
        for name in names(substance, *substance["names"]):  # type: ignore[misc]
            words.update(re.findall(r"[a-z]{4,}", name.lower()))
    return frozenset(words)


def latin(held: list[str], least: int = 7) -> list[str]:
    """The names long enough that one edit leaves them recognisable: a run of at least `least` letters."""
    return [name for name in held if name.isascii() and re.search(rf"[a-z]{{{least},}}", name.lower())]


def some(rng: Rng, held: Sequence[T], count: int) -> list[T]:
    """At most `count` of `held`, drawn without repetition, in drawn order."""
    return rng.sample(held, min(count, len(held)))


def one_edit(rng: Rng, name: str, known: frozenset[str]) -> str:
    """`name` with one letter left out, put in, changed or swapped, in a run of six letters or more; no known word."""
    runs = [match.span() for match in re.finditer(r"[A-Za-z]{6,}", name)]
    for _ in range(50):
        start, end = rng.choice(runs)
        at = rng.randrange(start, end - 1)
        kind = rng.choice(("omit", "insert", "change", "swap"))
        letter = rng.choice(LETTERS)
        if kind == "omit":
            edited = name[:at] + name[at + 1 :]
        elif kind == "insert":
            edited = name[:at] + letter + name[at:]
        elif kind == "change":
            edited = name[:at] + letter + name[at + 1 :]
        else:
            edited = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        if edited.lower() == name.lower():
            continue
        before, after = (set(re.findall(r"[a-z]{4,}", text.lower())) for text in (name, edited))
        changed = after - before
        # A slip that is as near to another word as to the one meant has no right answer.
        if changed and not any(slips(word) & known - before for word in changed):
            return edited
    return ""


def slips(word: str) -> set[str]:
    """`word` and everything one omission, change, swap or insertion of a letter away from it."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    omitted = {left + right[1:] for left, right in cuts if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    changed = {left + letter + right[1:] for left, right in cuts if right for letter in LETTERS}
    inserted = {left + letter + right for left, right in cuts for letter in LETTERS}
    return {word} | omitted | swapped | changed | inserted


def garbles(rng: Rng, name: str, known: frozenset[str]) -> list[str]:
    """Up to three respellings of `name`, each by one habit applied once."""
    found = []
    for old, new in some(rng, GARBLES, len(GARBLES)):
        edited = name.lower().replace(old, new, 1)
        words = set(re.findall(r"[a-z]{4,}", edited)) - set(re.findall(r"[a-z]{4,}", name.lower()))
        if edited != name.lower() and words and not words & known:
            found.append(edited)
    return found[:3]


def variants(name: str) -> list[str]:
    """The same systematic name as another catalogue prints it: case, brackets, dashes and blanks."""
    made = [
        name.upper(),
        name.title(),
        name.replace("(", "[").replace(")", "]"),
        name.replace("-", "–"),
        name.replace("-", "‑"),
        name.replace("-", " "),
        name.replace("(", "").replace(")", ""),
        name.replace("-(", "-[").replace(")", "]"),
        name.replace(" ", "-"),
        name.replace("tert-butyl", "t-butyl").replace("tert-butoxy", "t-butoxy"),
        # Only where the locant is the ring nitrogen.
        re.sub(r"^1-(?=phenethyl|boc|benzyl|tert-but|\(tert-but|\(2-phenylethyl)", "N-", name, flags=re.IGNORECASE),
        name.replace("-", "- "),
        name.replace(",", ", "),
    ]
    return [text for text in dict.fromkeys(made) if text != name]


def disguises(rng: Rng, name: str) -> list[str]:
    """The name as advertisements hide it: zero-width or full-width characters, homoglyphs, spaced letters, digits."""
    at = rng.randrange(2, len(name) - 1)
    return [
        name[:at] + rng.choice(ZERO_WIDTH) + name[at:],
        rng.choice(ZERO_WIDTH).join(name),
        name.translate(FULL_WIDTH),
        name.translate(HOMOGLYPHS),
        " ".join(name.replace(" ", "")) if re.fullmatch(r"[A-Za-z ]+", name) else name.replace("-", " - "),
        leet(rng, name),
    ]


def leet(rng: Rng, name: str) -> str:
    """One or two letters of the name written as the digit that looks like them."""
    letters = [at for at, letter in enumerate(name) if letter in "eoia" and name[max(at - 1, 0)].isalpha()]
    text = list(name)
    for at in rng.sample(letters, min(2, len(letters))):
        text[at] = text[at].translate(LEET)
    return "".join(text)


def cas_disguises(number: str) -> list[str]:
    """A CAS RN with en dashes, blanks, full-width digits, dots, and with a zero-width character."""
    first, second, last = number.split("-")
    return [
        f"{first}–{second}–{last}",
        f"{first} - {second} - {last}",
        number.translate({**{n: n + 0xFEE0 for n in range(0x30, 0x3A)}}),
        f"{first}-{second}-\u200b{last}",
        f"{first}‐{second}‐{last}",
        f"{first} {second} {last}",
    ]


class Corpus:
    """The rows made so far; a text is taken once."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.seen: set[tuple[str, str]] = set()

    def add(self, text: str, kind: str, expect: str, why: str, forbid: str = "*") -> None:
        key = (text, "cas-field" if kind == "cas-field" else "")
        if text.strip() and key not in self.seen:
            self.seen.add(key)
            self.rows.append((text, kind, expect, forbid, why))


def add_names(corpus: Corpus, rng: Rng, substance: dict[str, object]) -> None:
    """Rows that hold a name as it stands, alone or in an offer, an order line or an invoice, in three languages."""
    sid = str(substance["id"])
    english, chinese, spanish = names(substance, "en"), names(substance, "zh"), names(substance, "es")
    for name in english[:3]:
        corpus.add(name, "name", sid, "a name of the record, alone")
    for name in english[3:]:
        corpus.add(name, "synonym", sid, "a synonym, alone")
    for name in some(rng, names(substance, "de", "pt", "fr"), 4):
        corpus.add(name, "synonym", sid, "a trade name in German, Portuguese or French")
    for name in chinese:
        corpus.add(name, "zh", sid, "a Chinese name, alone")
    for name in spanish:
        corpus.add(name, "es", sid, "a Spanish name, alone")
    for name in some(rng, english, 5):
        corpus.add(rng.choice(LISTINGS["en"]).format(name), "in-sentence", sid, "an English offer or order line")
    for name in some(rng, chinese, 3):
        corpus.add(rng.choice(LISTINGS["zh"]).format(name), "in-sentence", sid, "a Chinese offer or order line")
    for name in some(rng, spanish, 3):
        corpus.add(rng.choice(LISTINGS["es"]).format(name), "in-sentence", sid, "a Spanish offer or order line")


def add_salts(corpus: Corpus, rng: Rng, substance: dict[str, object]) -> None:
    """Rows with the salts in which a listed base or acid is sold. A hydrochloride never names hydrochloric acid."""
    sid = str(substance["id"])
    if sid in HYDROCHLORIDES:
        base = names(substance, "en")[0]
        plain = [
            name for name in names(substance, "es", "zh") if not re.search("hidrato|sulfato|citrato|HCl|盐|酸|水", name)
        ]
        for text in (f"{base} hydrochloride", f"{base} HCl", f"{base}.HCl", f"{base.capitalize()} hydrochloride 98%"):
            corpus.add(text, "salt", sid, "the hydrochloride is the listed base's salt, not hydrochloric acid")
        for name in some(rng, [name for name in plain if not HAN.search(name)], 2):
            corpus.add(f"clorhidrato de {name}", "salt", sid, "the hydrochloride in Spanish")
        for name in some(rng, [name for name in plain if HAN.search(name)], 2):
            corpus.add(f"{name}盐酸盐", "salt", sid, "the hydrochloride in Chinese")
    for text in OTHER_SALTS.get(sid, ()):
        corpus.add(text, "salt", sid, "a salt of the listed substance")


def add_numbers(corpus: Corpus, rng: Rng, substance: dict[str, object]) -> None:
    """Rows with the CAS RN in a text, in a CAS field, and disguised."""
    sid = str(substance["id"])
    numbers: list[dict[str, str]] = substance.get("cas", [])  # type: ignore[assignment]
    for entry in numbers:
        number, why = entry["number"], f"CAS RN of the {entry['form']}"
        bare = number.replace("-", "")
        for text in some(rng, TEXTS["numbers"], 3):
            corpus.add(text.format(number), "cas-text", sid, why)
        for text in (number, f"CAS {number}", f" {number} ", f"CAS No. {number}", bare, number.replace("-", "–")):
            corpus.add(text, "cas-field", sid, why)
        for text in some(rng, cas_disguises(number), 3):
            corpus.add(f"cas {text} 99% in stock", "obfuscated", sid, f"disguised {why}")


def add_slips(corpus: Corpus, rng: Rng, substance: dict[str, object], known: frozenset[str]) -> None:
    """Rows with systematic variants, disguised names, one-edit typos and garbles."""
    sid = str(substance["id"])
    western = latin(names(substance, "en"))
    systematic = [name for name in names(substance, "en", "es") if name.isascii() and re.search(r"\d|N-", name)]
    for name in some(rng, systematic, 4):
        for text in some(rng, variants(name), 3):
            corpus.add(text, "systematic-variant", sid, f"another printing of {name}")
    for name in some(rng, western, 2):
        for text in some(rng, disguises(rng, name), 4):
            line = rng.choice(TEXTS["plain"]).format(text)
            corpus.add(line, "obfuscated", sid, f"{name}, disguised")
    for name in some(rng, names(substance, "zh"), 1):
        corpus.add("\u200b".join(name), "obfuscated", sid, f"{name}, with zero-width characters")
    for name in some(rng, latin(names(substance, "en", "es")), 8):
        text = one_edit(rng, name, known)
        if text:
            corpus.add(rng.choice(TEXTS["plain"]).format(text), "typo", sid, f"{name}, one edit")
    for name in some(rng, western, 3):
        for text in garbles(rng, name, known)[:2]:
            corpus.add(rng.choice(TEXTS["plain"]).format(text), "garble", sid, f"{name}, respelt")
    for entry in substance.get("seen_as", []):  # type: ignore[attr-defined]
        text = entry["text"]
        if not re.fullmatch(r"[\d-]+", text) and " / " not in text and "wrong systematic" not in entry["kind"]:
            corpus.add(text, "garble", sid, entry["kind"])


def add_roles(corpus: Corpus, substance: dict[str, object]) -> None:
    """Rows where goods contain the chemical, or say that they do not."""
    sid = str(substance["id"])
    for language, name in TEXTS["in_goods"].get(sid, {}).items():
        for text in TEXTS["ingredient"][language]:
            corpus.add(text.format(name), "ingredient", sid, "goods that contain it, not the chemical itself")
        for text in TEXTS["absent"][language]:
            corpus.add(text.format(name), "absent", "", "goods that say they are free of it", sid)


def negatives() -> Iterator[Row]:
    """Goods, relatives, salts of unlisted bases and numbers that look like CAS RNs: nothing listed may be named."""
    rng = random.Random(SEED)
    for name, why in TEXTS["others"].items():
        yield name, "other-chemical", "", "*", why
        yield rng.choice(LISTINGS["en" if name.isascii() else "zh"]).format(name), "other-chemical", "", "*", why
    for name in TEXTS["unlisted_salts"]:
        yield name, "unlisted-salt", "", "*", "a salt of an unlisted base"
        yield (
            rng.choice(LISTINGS["en" if name.isascii() else "zh"]).format(name),
            "unlisted-salt",
            "",
            "*",
            "the same, offered",
        )
    for name in TEXTS["goods"]:
        yield name, "ordinary-goods", "", "*", "ordinary goods"
    for handle in TEXTS["handles"]:
        for _ in range(6):
            text = "".join(rng.choice("0123456789") if sign == "#" else sign for sign in handle)
            yield text, "number", "", "*", "a lot, telephone, order or date number"


def main() -> None:
    """Write generated.csv."""
    corpus, known = Corpus(), known_words()
    steps: tuple[Callable[[Corpus, Rng, dict[str, object]], None], ...] = (add_names, add_salts, add_numbers)
    for substance in substances():
        # One stream a substance: a new name changes that substance's rows and no other's.
        rng = random.Random(SEED ^ zlib.crc32(str(substance["id"]).encode()))
        for step in steps:
            step(corpus, rng, substance)
        add_slips(corpus, rng, substance, known)
        add_roles(corpus, substance)
    for text, kind, expect, forbid, why in negatives():
        corpus.add(text, kind, expect, why, forbid)
    with (HERE / "generated.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("text", "kind", "expect", "forbid", "why"))
        writer.writerows(corpus.rows)
    print(f"{len(corpus.rows)} rows")


if __name__ == "__main__":
    main()
