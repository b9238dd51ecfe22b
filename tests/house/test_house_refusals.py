"""The product's refusals (end of design.md), over every command and the inputs of tests/cases/hostile.

No output names a substance that the regime's files do not, none carries a distance or a similarity, none has a word of
routes or reagents in what Headwater itself writes, and what is near is never released.
"""

from __future__ import annotations

import csv
import json
import re
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from headwater.cli.main import main
from headwater.identify.identifier import Identifier
from headwater.regime.regime import Regime

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = ROOT / "tests" / "cases" / "hostile"
DATA = ROOT / "src" / "headwater" / "data"

# What a text about making a substance speaks of. Headwater's own sentences and notes have no use for any of them.
ROUTE = re.compile(
    r"synthes|\breagents?\b|\breflux|\byields?\b|\broutes? (?:of|to|from)\b|starting material"
    r"|\breact(?:s|ed|ion|ing|ant)|catalys|\b(?:alkyl|acyl|benzyl)at(?:e[sd]?|ion|ing)\b|recrystal|\bdistil|\brecipe|cooked"
    r"|\bsolvent for|converted (?:in)?to|precursor (?:to|of)\b"
    r"|合成|试剂|回流|产率|反应|síntesis|reactivo|rendimiento|ruta de",
    re.IGNORECASE,
)
# The law's own words, and names, that hold one of these; each was read.
QUOTED = ("catalysts for drying", "a salt or a reaction mixture", "试剂盐酸")
NEARNESS = re.compile(
    r"similarit|\bdistance|tanimoto|closest|nearest|\bper cent alike|edits? away|differs? (?:by|in) ", re.I
)
CHEMICAL = re.compile(r"[^\W\d_]*(?:yl|ine|one|ide|ate|idin|oxy|amino|chlor|brom|fluor|fent|benz|phen)[^\W\d_]*", re.I)


def lines(*names: str) -> list[str]:
    """The inputs of the named files, or of all."""
    found = [
        line
        for path in sorted(HOSTILE.glob("*.txt"))
        if not names or path.stem in names
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("# ")
    ]
    return list(dict.fromkeys(found))


LONG = [
    "4-piperidone " * 200,
    "uncontrolled alternative to " * 100 + "4-piperidone",
    "fentanil" * 40,
    "(" * 2000,
    "4-" * 1000,
    "哌啶" * 500,
    "9" * 2000,
    "a c e t o n e " * 100,
    "\u200b".join("4-piperidone" * 20),
]
LONG_STRUCTURES = ["C" * 800, "(" * 800, "C(" * 200 + "C" + ")" * 200, "C1CCNCC1." * 80 + "C", "*" * 300]
TEXTS = lines() + LONG
STRUCTURES = lines("structures") + LONG_STRUCTURES

Answers = Callable[..., str]


@pytest.fixture
def answer(capsys: pytest.CaptureFixture[str], identifier: Identifier, monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Standard output of a command. One identifier serves every call: making one takes longer than asking it."""
    monkeypatch.setattr("headwater.sources.identifiers.identifier", lambda regime, **_: identifier)

    def command(*argv: str | Path) -> str:
        capsys.readouterr()
        status = main([str(part) for part in argv])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        assert status in (0, 2)
        return captured.out

    return command


def documents(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


@pytest.fixture(scope="module")
def vocabulary(regime: Regime) -> frozenset[str]:
    """Every word of the regime's files and of Headwater's own sentences."""
    files = [*DATA.rglob("*.yaml"), *(ROOT / "src" / "headwater").rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert regime.substances
    return frozenset(word.casefold() for word in re.findall(r"[^\W\d_]+", text))


def strings(value: Any) -> Iterator[str]:
    """Every text inside a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def strange(text: str, given: str, vocabulary: frozenset[str]) -> set[str]:
    """Chemical-looking words of an output that neither the input nor any file of the product holds."""
    known = {word.casefold() for word in re.findall(r"[^\W\d_]+", given)}
    words = {word.casefold() for word in CHEMICAL.findall(text)}
    return {word for word in words - known - vocabulary if len(word) > 4}


def own_words(text: str, given: str) -> str:
    """What Headwater wrote: the output without the input that it repeats and without the law's words read above."""
    for quoted in (given, given.strip(), *QUOTED):
        text = text.replace(quoted, " ") if quoted else text
    return text


def unquoted(shown: str) -> str:
    """Output for people without what it quotes from the input between quotation marks."""
    return re.sub(r"'[^'\n]*'", " ", shown)


def check(document: Any, given: str, regime: Regime, vocabulary: frozenset[str]) -> None:
    """One JSON answer against the refusals."""
    for finding in (*document.get("identified", ()), *document.get("findings", ())):
        subject = finding["substance"]
        assert subject is None or subject in regime.substances or subject in regime.classes
        assert "name" not in finding or finding["name"] == regime.subject_name(subject)
        for word in (finding.get("reading", ""), finding.get("explanation", "")):
            own = own_words(own_words(word, finding["matched"]), given)
            assert not ROUTE.search(own), own
            assert not NEARNESS.search(own), own
    for text in strings({k: v for k, v in document.items() if k != "input"}):
        assert not strange(text, given, vocabulary), text


# --- identify -----------------------------------------------------------------------------------------------------


def test_there_are_some_hundreds_of_them() -> None:
    assert len(lines()) >= 300
    assert all(len(lines(path.stem)) >= 20 for path in HOSTILE.glob("*.txt"))


@pytest.mark.parametrize("kind", ["text", "cas"])
def test_identify(answer: Answers, regime: Regime, vocabulary: frozenset[str], kind: str) -> None:
    found = documents(answer("identify", "--as", kind, "--json", "--", *TEXTS))
    assert [d["input"] for d in found] == TEXTS
    for document in found:
        check(document, document["input"], regime, vocabulary)
    near = [i for d in found for i in d["identified"] if i["method"] == "near"]
    assert len({i["score"] for i in near}) <= 1, "near is a yes or a no"
    assert all(i["controls"] == [] and set(i) <= {*NEAR_KEYS} for i in near)
    shown = answer("identify", "--as", kind, "--", *TEXTS)
    assert not strange(unquoted(shown), "\n".join(TEXTS), vocabulary)


NEAR_KEYS = (
    "substance", "name", "cas", "method", "matched", "start", "end", "score", "controls", "reading", "clauses", "role",
    "per_cent",
)  # fmt: skip


def test_identify_structures(
    answer: Answers, regime: Regime, vocabulary: frozenset[str], identifier: Identifier
) -> None:
    readable = [text for text in STRUCTURES if not identifier.structure(text)[1]]
    assert len(readable) > 40
    found = documents(answer("identify", "--as", "smiles", "--json", "--", *readable))
    for document in found:
        check(document, document["input"], regime, vocabulary)
    near = [i for d in found for i in d["identified"] if i["method"] == "near"]
    assert near, "sufentanil has its own listing"
    assert len({i["score"] for i in near}) == 1
    assert not strange(answer("identify", "--as", "smiles", "--", *readable), "\n".join(readable), vocabulary)
    for text in STRUCTURES:
        if text not in readable:
            assert answer("identify", "--as", "smiles", "--", text) == ""


def test_near_has_one_score_whatever_is_asked(identifier: Identifier) -> None:
    """A yes has one number: were it to change with the input, it could be descended."""
    near = [i for text in TEXTS for i in identifier.text(text) if i.method == "near"]
    near += [i for text in STRUCTURES for i in identifier.structure(text)[0] if i.method == "near"]
    by_field: dict[str, set[float]] = {}
    for found in near:
        by_field.setdefault(found.field, set()).add(found.score)
    assert set(by_field) == {"text", "smiles"}
    assert all(len(scores) == 1 for scores in by_field.values()), by_field


# --- law ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", [("--json",), ()])
def test_law(answer: Answers, regime: Regime, vocabulary: frozenset[str], option: tuple[str, ...]) -> None:
    for text in TEXTS[::3]:
        out = answer("law", *option, "--", text)
        assert not strange(out, text, vocabulary)
        for document in documents(out) if option else ():
            if "subject" in document:
                assert document["subject"] in regime.substances.keys() | regime.classes.keys()


# --- screen -------------------------------------------------------------------------------------------------------


def test_screen(
    answer: Answers, regime: Regime, vocabulary: frozenset[str], identifier: Identifier, tmp_path: Path
) -> None:
    given: dict[str, tuple[str, str]] = {}
    for field, texts in (("text", TEXTS), ("cas", TEXTS), ("smiles", STRUCTURES)):
        given |= {f"{field}-{number}": (field, text) for number, text in enumerate(texts) if text.strip()}
    path = tmp_path / "hostile.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", "date", "text", "cas", "smiles", "origin", "destination"])
        writer.writeheader()
        for number, (field, text) in given.items():
            writer.writerow({"id": number, "date": "2025-08-01", "origin": "CN", "destination": "US", field: text})
    decisions = {d["id"]: d for d in documents(answer("screen", path, "--json", "-q"))}
    assert set(decisions) == set(given), "every row has its decision"
    near = 0
    for number, (field, text) in given.items():
        decision = decisions[number]
        check(decision, text, regime, vocabulary)
        if field == "cas":
            continue
        found = identifier.structure(text)[0] if field == "smiles" else identifier.text(text)
        if any(i.method == "near" for i in found):
            near += 1
            assert decision["decision"] != "release", text
    assert near >= 10
    shown = answer("screen", path, "--format", "table", "-q")
    everything = "\n".join(text for _, text in given.values())
    assert not strange(shown, everything, vocabulary)
    assert not NEARNESS.search(unquoted(shown))


# --- the data -----------------------------------------------------------------------------------------------------


def notes() -> Iterator[tuple[str, str]]:
    """Every text of the regime's files that an output may show, with its file. Cue words are matched, not shown."""
    for folder in ("regime", "substances", "classes"):
        for path in sorted((DATA / folder).rglob("*.yaml")):
            document = yaml.safe_load(path.read_bytes())
            if isinstance(document, dict):
                for short in document.get("abbreviations") or ():
                    short.pop("for", None)
                    short.pop("against", None)
            for text in strings(document):
                yield path.relative_to(DATA).as_posix(), text


def test_no_file_of_the_regime_speaks_of_routes_or_reagents() -> None:
    # A title of a list or rule ("... Used in the Illicit Manufacture of ...") names no route and passes.
    found = [f"{name}: {text}" for name, text in notes() if ROUTE.search(own_words(text, ""))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text", ["the synthesis of it", "a reagent", "route to it", "it reacts with", "合成路线", "ruta de"]
)
def test_the_word_list_finds_what_it_looks_for(text: str) -> None:
    assert ROUTE.search(text)


def test_an_unlisted_name_would_be_noticed(vocabulary: frozenset[str]) -> None:
    assert strange("see also loxapine", "4-piperidone", vocabulary) == {"loxapine"}
    assert not strange("see also 4-piperidone", "", vocabulary)


# --- very long words ----------------------------------------------------------------------------------------------


def test_a_long_unknown_word_costs_little_memory(identifier: Identifier) -> None:
    identifier.text("phenetyl bromid")  # what is built once is built before the measure
    tracemalloc.start()
    try:
        identifier.text("qzjxkvwp" * 60)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5 << 20, f"{peak >> 20} MB for a word of 480 letters"
