"""law(on, known): three answers, two clocks."""

from __future__ import annotations

import numpy as np
import pytest

from headwater.regime.build import build
from headwater.regime.law import Known
from headwater.regime.regime import Regime
from headwater.sources.bundled import bundled_files
from headwater.values.time import EPOCH_DAY, MINUTES_A_DAY, parse_known, parse_when


def lists(known: Known, subject: str, on: str, state: str = "in-force") -> set[tuple[str, str]]:
    law = known.on(parse_when(on))
    return {
        (s.control.jurisdiction, law.regime.lists[s.control.list].name)
        for s in law.controls(subject)
        if s.state == state
    }


@pytest.mark.parametrize(
    ("subject", "day_before", "first_day", "jurisdiction"),
    [
        ("4-piperidone", "2025-07-19", "2025-07-20", "CN"),
        ("4-piperidone", "2024-12-02", "2024-12-03", "UN"),
        ("4-piperidone", "2025-08-13", "2025-08-14", "EU"),
        ("npp", "2017-10-17", "2017-10-18", "UN"),
        ("1-boc-4-ap", "2023-02-19", "2023-02-20", "EU"),
        ("benzylfentanyl", "2020-05-14", "2020-05-15", "US"),
    ],
)
def test_the_day_a_control_begins(
    known: Known, subject: str, day_before: str, first_day: str, jurisdiction: str
) -> None:
    begun = lists(known, subject, first_day) - lists(known, subject, day_before)
    assert jurisdiction in {j for j, _ in begun}


def test_midnight_is_midnight_where_the_law_is_made(known: Known) -> None:
    cn = ("CN", "Category II")
    assert cn not in lists(known, "4-piperidone", "2025-07-19T11:59-04:00")
    assert cn in lists(known, "4-piperidone", "2025-07-19T12:00-04:00")


def test_an_ended_control_is_kept_and_not_in_force(known: Known) -> None:
    assert ("UN", "Table II") in lists(known, "acetic-anhydride", "2000-01-01")
    assert ("UN", "Table II") not in lists(known, "acetic-anhydride", "2005-01-01")
    assert ("UN", "Table I") in lists(known, "acetic-anhydride", "2005-01-01")


def test_unconfirmed_facts_produce_no_control(known: Known) -> None:
    assert known.unconfirmed
    for subject, entries in known.unconfirmed.items():
        ids = {c.id for c in known.controls.get(subject, ())}
        assert ids.isdisjoint(e.id for e in entries)


LATER = """list: cn-category-ii
recorded: '2027-01-10'
controls:
  - {id: cn-category-ii/4-piperidone@2025-07-20, substance: 4-piperidone, citation: corrected, decided: '2025-06-20',
     effective: '2025-07-21', confidence: verified, source: a later reading of the gazette}
"""


def test_a_correction_is_a_new_record_and_the_old_answer_stays() -> None:
    regime = build([bundled_files(), {"later.yaml": LATER.encode()}])
    then, now = Known(regime, parse_known("2026-12-01")), Known(regime, parse_known("2027-02-01"))
    assert ("CN", "Category II") in lists(then, "4-piperidone", "2025-07-20")
    assert ("CN", "Category II") not in lists(now, "4-piperidone", "2025-07-20")
    assert ("CN", "Category II") in lists(now, "4-piperidone", "2025-07-21")


COARSE = """list: {id: cn-test, jurisdiction: CN, name: Test list, instrument: test}
recorded: '2026-11-22'
controls:
  - {id: month, substance: acetone, citation: c, effective: 2018-02, confidence: verified, source: s}
  - {id: minute, substance: toluene, citation: c, effective: '2025-11-10T00:01+08:00', confidence: verified, source: s}
  - {id: unknown, substance: piperidine, citation: c, decided: '2018-05-04', in_force_by: '2018-12-31', confidence: verified, source: s}
"""


@pytest.mark.parametrize(
    ("subject", "on", "state"),
    [
        ("acetone", "2018-01-31", None),
        ("acetone", "2018-02-10", "depends"),
        ("acetone", "2018-02-28", "in-force"),
        ("toluene", "2025-11-09", None),
        ("toluene", "2025-11-10", "depends"),
        ("toluene", "2025-11-10T00:00+08:00", None),
        ("toluene", "2025-11-10T00:01+08:00", "in-force"),
        ("toluene", "2025-11-11", "in-force"),
        ("piperidine", "2018-05-03", None),
        ("piperidine", "2018-06-01", "not-verified"),
        ("piperidine", "2018-12-31", "in-force"),
    ],
)
def test_where_the_date_is_too_coarse_the_law_says_so(subject: str, on: str, state: str | None) -> None:
    regime = build([bundled_files(), {"coarse.yaml": COARSE.encode()}])
    law = Known(regime, parse_known("2026-12-01")).on(parse_when(on))
    found = [s for s in law.controls(subject) if s.control.list == "cn-test"]
    assert [s.state for s in found] == ([state] if state else [])
    assert all(s.why for s in found if s.state != "in-force")


def test_boundary_sweep_the_compiled_timeline_agrees_with_the_law(regime: Regime, known: Known) -> None:
    """At every edge, a day before, at and after: the bisected answer is the answer worked from each control."""
    for subject in known.controls:
        line = known.timeline(subject)
        for edge in line.edges[1:]:
            for day in (edge - 1, edge, edge + 1):
                span = (day * MINUTES_A_DAY, (day + 1) * MINUTES_A_DAY)
                direct = {
                    (s.control.id, s.state)
                    for s in known.on(parse_when("2000-01-01")).standings(subject)
                    for s in [type(s)(s.control, _state(s.control, span))]
                    if s.state not in ("not-yet", "ended")
                }
                assert {(s.control.id, s.state) for s in line.on(day)} == direct
    assert np.datetime64("1970-01-01").astype(object).toordinal() == EPOCH_DAY


def _state(control, span):  # type: ignore[no-untyped-def]
    from headwater.regime.law import state_of

    return state_of(control, span)


def test_before_the_first_record_nothing_was_known(regime: Regime) -> None:
    assert not Known(regime, parse_known("2019-01-01")).controls


def test_whose_law_binds_changes_with_the_years(known: Known) -> None:
    assert known.jurisdiction("GB", parse_when("2020-12-31")) == "EU"
    assert known.jurisdiction("GB", parse_when("2021-01-01")) == "GB"
    assert known.jurisdiction("DE", parse_when("2024-01-01")) == "EU"
    assert known.jurisdiction("BR", parse_when("2024-01-01")) is None
    assert known.jurisdiction("HK", parse_when("2024-01-01")) == "HK"
