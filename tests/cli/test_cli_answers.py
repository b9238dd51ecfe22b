"""identify, law, gaps and screen: the documents of the contract (design.md, "Command-line contract")."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

IDENTIFIED = ("substance", "name", "cas", "method", "matched", "start", "end", "score", "controls")
CONTROL = ("measure", "jurisdiction", "list", "effective", "ended", "citation", "source", "confidence")
DECISION = ("id", "decision", "findings", "on", "known", "regime")
FINDING = (
    "rule", "effect", "field", "matched", "start", "end", "substance", "party", "measure", "jurisdiction", "citation",
    "explanation",
)  # fmt: skip

OWN_LIST = """\
list:
  id: own-watch
  jurisdiction: US
  name: Company watch list
  instrument: Compliance manual
recorded: '2026-01-15'
controls:
  - id: own-watch/acetone
    substance: acetone
    citation: Compliance manual, section 4
    effective: '2024-01-01'
    confidence: verified
    source: Compliance manual of the company, edition of 2024-01-01
"""


def in_order(keys: object, wanted: tuple[str, ...]) -> bool:
    """True where the keys hold all of `wanted`, in that order; other keys may stand between."""
    held = [key for key in keys if key in wanted]  # type: ignore[attr-defined]
    return held == list(wanted)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with a measure of the user's own."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "watch.yaml").write_text(OWN_LIST, encoding="utf-8")
    return folder


# --- identify -----------------------------------------------------------------------------------------------------


def test_identify_answers_each_input_in_order_with_the_keys_of_the_contract(run) -> None:
    result = run("identify", "5 kg acetone", "table salt", "丙酮", "--on", "2025-01-01", "--json", "--no-opsin")
    assert result.status == 0
    assert [d["input"] for d in result.documents] == ["5 kg acetone", "table salt", "丙酮"]
    assert all(list(d) == ["input", "identified"] for d in result.documents)
    first = result.documents[0]["identified"][0]
    assert in_order(first, IDENTIFIED)
    assert (first["substance"], first["method"], first["matched"], first["score"]) == (
        "acetone",
        "name",
        "acetone",
        1.0,
    )
    assert "5 kg acetone"[first["start"] : first["end"]] == "acetone"
    assert all(in_order(control, CONTROL) for control in first["controls"])
    assert {c["confidence"] for c in first["controls"]} <= {"verified", "from-memory"}
    assert result.documents[1]["identified"] == []
    assert [i["substance"] for i in result.documents[2]["identified"]] == ["acetone"]


def test_identify_holds_only_the_controls_in_force_on_the_day(run) -> None:
    def jurisdictions(day: str) -> set[str]:
        (document,) = run("identify", "4-piperidone", "--on", day, "--json", "--no-opsin").documents
        return {control["jurisdiction"] for control in document["identified"][0]["controls"]}

    assert "US" not in jurisdictions("2023-05-11")  # 88 FR 21902: effective 2023-05-12
    assert "US" in jurisdictions("2023-05-12")
    assert "CN" not in jurisdictions("2025-07-19")
    assert "CN" in jurisdictions("2025-07-20")


@pytest.mark.parametrize(
    ("kind", "text", "method"),
    [("text", "acetone", "name"), ("cas", "67-64-1", "cas"), ("smiles", "CC(C)=O", "structure")],
)
def test_identify_reads_text_numbers_and_structures(run, kind: str, text: str, method: str) -> None:
    (document,) = run("identify", "--as", kind, text, "--json", "--no-opsin").documents
    assert [(i["substance"], i["method"]) for i in document["identified"]] == [("acetone", method)]


def test_near_has_no_controls_of_its_own(run) -> None:
    # An approved medicine with its own entry in the laws' narcotic schedules, which are not held here.
    (document,) = run("identify", "remifentanil", "--json", "--no-opsin").documents
    assert [(i["method"], i["substance"], i["controls"]) for i in document["identified"]] == [("near", "fentanyl", [])]


def test_identify_reads_a_file_line_by_line(run, tmp_path: Path) -> None:
    path = tmp_path / "texts.txt"
    path.write_text("\ufeffacetone\r\nsugar\r\n", encoding="utf-8")
    documents = run("identify", "--file", path, "--json", "--no-opsin").documents
    assert [(d["input"], len(d["identified"])) for d in documents] == [("acetone", 1), ("sugar", 0)]


def test_identify_reads_a_column_of_a_table(run, table) -> None:
    path = table("no,goods", ["1,acetone", "2,sugar"])
    result = run("identify", "--file", path, "--column", "goods", "--json", "--no-opsin")
    assert [(d["input"], len(d["identified"])) for d in result.documents] == [("acetone", 1), ("sugar", 0)]


def test_identify_for_people_names_the_list_and_the_citation(run) -> None:
    result = run("identify", "4-piperidone", "--on", "2025-08-01", "--no-opsin")
    assert "US List I since 2023-05-12: 88 FR 21902" in result.out
    assert "no listed substance identified" in run("identify", "sugar", "--no-opsin").out


# --- law ----------------------------------------------------------------------------------------------------------


def test_law_gives_controls_and_requirements_with_their_sources(run) -> None:
    (document,) = run("law", "4-piperidone", "--on", "2025-08-01", "--json").documents
    assert (document["subject"], document["on"]) == ("4-piperidone", "2025-08-01")
    assert document["regime"].startswith("sha256:")
    assert all(in_order(c, CONTROL) and c["source"] and c["citation"] for c in document["controls"])
    assert all(r["citation"] and r["source"] and r["activities"] for r in document["requirements"])
    assert {"in-force"} == {c["state"] for c in document["controls"] if c["jurisdiction"] in ("US", "CN")}


def test_law_history_holds_what_is_over_and_what_is_to_come(run) -> None:
    now = run("law", "4-piperidone", "--on", "2020-01-01", "--json").documents[0]["controls"]
    ever = run("law", "4-piperidone", "--on", "2020-01-01", "--history", "--json").documents[0]["controls"]
    assert {c["jurisdiction"] for c in now} == {"CA"}
    assert {c["measure"] for c in now} < {c["measure"] for c in ever}
    assert {"not-yet"} <= {c["state"] for c in ever}


@pytest.mark.parametrize("subject", ["4-piperidone", "41661-47-6", "4-哌啶酮", "4-piperidona", "O=C1CCNCC1"])
def test_law_takes_a_name_a_number_or_a_structure(run, subject: str) -> None:
    assert [d["subject"] for d in run("law", subject, "--json").documents] == ["4-piperidone"]


def test_law_takes_an_hs_code(run) -> None:
    assert "acetone" in {d["subject"] for d in run("law", "2914.11", "--json").documents}


@pytest.mark.parametrize("pair", ["CN->US", "CN -> US", "CN→US", "cn>us"])
def test_law_takes_a_pair_of_countries(run, pair: str) -> None:
    documents = run("law", pair, "--on", "2025-08-01", "--json").documents
    assert [(d["activity"], d["jurisdiction"]) for d in documents] == [("export", "CN"), ("import", "US")]
    assert all(d["requirements"] for d in documents)


def test_law_says_where_it_holds_no_measures(run) -> None:
    result = run("law", "BR → US")
    assert "no measures held for BR; silence is not permission" in result.out


# --- gaps ---------------------------------------------------------------------------------------------------------


def test_gaps_counts_days_between_the_convention_and_the_state(run) -> None:
    rows = run("gaps", "--jurisdiction", "CN", "--on", "2026-01-01", "--json").documents
    (row,) = [r for r in rows if r["substance"] == "4-piperidone"]
    assert (row["un_effective"], row["national_effective"], row["days"]) == ("2024-12-03", "2025-07-20", 229)
    assert {r["jurisdiction"] for r in rows} == {"CN"}
    assert all(r["un_citation"] for r in rows)


def test_gaps_does_not_call_missing_evidence_an_absence(run) -> None:
    result = run("gaps", "--on", "2026-01-01")
    assert "not found" in result.out
    assert "'not found' is missing evidence, not the absence of a control" in result.err


# --- screen -------------------------------------------------------------------------------------------------------

HEADING = "id,date,text,origin,destination"
ORDER = "HW-1,2025-08-01,4-piperidone 25 kg,CN,US"


def test_screen_has_the_keys_of_the_contract(run, table) -> None:
    (document,) = run("screen", table(HEADING, [ORDER]), "--json", "-q").documents
    assert in_order(document, DECISION)
    assert document["id"] == "HW-1"
    assert document["decision"] == "hold"
    assert (document["on"], document["regime"][:7]) == ("2025-08-01", "sha256:")
    assert document["findings"]
    assert all(set(FINDING) <= set(finding) for finding in document["findings"])
    held = next(f for f in document["findings"] if f["effect"] == "licence-required")
    assert held["citation"]
    assert "4-piperidone 25 kg"[held["start"] : held["end"]] == held["matched"]


def test_findings_have_their_keys_in_the_order_of_the_contract(run, table) -> None:
    (document,) = run("screen", table(HEADING, [ORDER]), "--json", "-q").documents
    assert all(in_order(finding, FINDING) for finding in document["findings"])


def test_screen_writes_the_same_decisions_to_a_file_and_to_the_output(run, table, tmp_path: Path) -> None:
    path, out = table(HEADING, [ORDER, "HW-2,2025-08-01,sugar,CN,US"]), tmp_path / "out.jsonl"
    shown = run("screen", path, "--json", "-q", "--known", "2999-01-01").out
    assert run("screen", path, "-o", out, "-q", "--known", "2999-01-01").status == 0
    assert out.read_text(encoding="utf-8") == shown
    assert [json.loads(line)["decision"] for line in shown.splitlines()] == ["hold", "release"]


def test_screen_names_the_bad_row_and_decides_the_rest(run, table, tmp_path: Path) -> None:
    path, out = table(HEADING, ["HW-1,2025-02-30,acetone,CN,US", ORDER]), tmp_path / "out.jsonl"
    assert run("screen", path, "-o", out, "-q").status == 0
    assert len(out.read_text(encoding="utf-8").splitlines()) == 1
    rejects = (tmp_path / "out.jsonl.rejects.csv").read_text(encoding="utf-8-sig")
    assert rejects.splitlines()[0].startswith("row,line,field,reason")
    assert "2025-02-30" in rejects


def test_screen_as_a_table_gives_the_reason_and_the_citation(run, table) -> None:
    result = run("screen", table(HEADING, [ORDER]), "--format", "table")
    assert result.out.startswith("HOLD     HW-1  2025-08-01")
    assert "No licence is stated" in result.out
    assert "[CN Category II:" in result.out
    assert "1 rows screened, 0 rejected" in result.err


def test_screen_shows_first_what_the_decision_rests_on(run, table) -> None:
    # Inside China with a filing stated: the licence to verify makes it a review; the duties on the ledger do not.
    path = table(f"{HEADING},licence", ["HW-5,2025-08-15,4-piperidone 1 kg,CN,CN,备案证明 2025-001"])
    (document,) = run("screen", path, "--json", "-q").documents
    assert document["decision"] == "review"
    sentence = run("screen", path, "--format", "table", "-q").out.splitlines()[1].strip()
    first = next(f for f in document["findings"] if f["explanation"] == sentence)
    assert first["verify"] or first["effect"] in ("red-flag", "near-match", "notification-required")


# --- time and the user's own measures -----------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("identify", "acetone"), ("law", "acetone"), ("gaps",)])
def test_known_before_the_first_record_says_so(run, command: tuple[str, ...]) -> None:
    result = run(*command, "--known", "2001-01-01", "--json")
    assert result.status == 0
    assert "Headwater held no measure then; its records begin on" in result.err
    assert result.documents is not None  # standard output holds JSON only
    assert not any(c for d in result.documents for i in d.get("identified", ()) for c in i["controls"])


def test_screen_known_before_the_first_record_says_so(run, table) -> None:
    result = run("screen", table(HEADING, [ORDER]), "--known", "2001-01-01", "--json", "-q")
    assert result.status == 2
    assert "nothing can be released on that" in result.err
    assert not result.out


def test_a_measure_of_ones_own_changes_the_answer(run, table, own: Path) -> None:
    def lists(*more: str | Path) -> set[str]:
        (document,) = run("identify", "acetone", "--on", "2025-01-01", "--json", "--no-opsin", *more).documents
        return {c["list"] for c in document["identified"][0]["controls"]}

    assert lists("--regime", own) - lists() == {"Company watch list"}
    path = table(HEADING, ["1,2025-01-01,acetone 1 kg,BR,US"])
    (without,) = run("screen", path, "--json", "-q").documents
    (with_own,) = run("screen", path, "--json", "-q", "--regime", own).documents
    assert without["regime"] != with_own["regime"]
    assert "own-watch/acetone" in {f["measure"] for f in with_own["findings"]}
    assert "own-watch/acetone" not in {f["measure"] for f in without["findings"]}
