"""Appending never changes an earlier `known`: over random records, dates and orders of appending."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.regime.build import build
from headwater.regime.law import Known
from headwater.values.time import When, parse_known

PLACES = b"jurisdictions:\n  - {code: CN, name: China, zone: Asia/Shanghai}\nmembers: []\n"
HEAD = b"recorded: '2020-01-01'\nlists:\n  - {id: l, jurisdiction: CN, name: L, instrument: I}\n"
SUBSTANCE = b"id: s\nname: s\ngroup: g\nnames: {en: [s]}\nsmiles: C\ninchikey: K\nformula: CH4\n"

days = st.dates(date(2018, 1, 1), date(2026, 12, 31))
records = st.tuples(st.sampled_from(["a", "b", "c"]), days, days, st.none() | days)


def layer(number: int, record: tuple[str, date, date, date | None]) -> dict[str, bytes]:
    name, recorded, start, end = record
    ended = f", ended: '{end}'" if end and end > start else ""
    text = (
        f"list: l\nrecorded: '{recorded}'\ncontrols:\n  - {{id: {name}, substance: s, scope: '{name}', citation: c{number}, "
        f"effective: '{start}'{ended}, confidence: verified, source: s}}\n"
    )
    return {f"{number}.yaml": text.encode()}


@settings(max_examples=60, deadline=None)
@given(st.lists(records, min_size=1, max_size=6, unique_by=lambda r: (r[0], r[1])), st.data())
def test_appending_never_changes_an_earlier_known(
    found: list[tuple[str, date, date, date | None]], data: st.DataObject
) -> None:
    base = [{"p.yaml": PLACES, "h.yaml": HEAD, "s.yaml": SUBSTANCE}]
    asked = data.draw(days)
    on = When(data.draw(days))
    order = data.draw(st.permutations(found))
    held = [r for r in order if r[1] <= asked]
    at = parse_known(asked.isoformat())
    before = Known(build([*base, *(layer(i, r) for i, r in enumerate(held))]), at)
    after = Known(
        build(
            [
                *base,
                *(layer(i, r) for i, r in enumerate(held)),
                *(layer(99 + i, r) for i, r in enumerate(order) if r not in held),
            ]
        ),
        at,
    )
    assert list(before.on(on).controls("s")) == list(after.on(on).controls("s"))
