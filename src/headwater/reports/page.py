"""A screening run as one self-contained HTML page: no script or picture is fetched from anywhere.

Rows that a person must look at come first, each with its findings, citations and a drawing of what was found. The page holds
a bounded number of rows and says how many it leaves to the decisions file.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

# A page of more rows is no longer read by a person; the decisions file holds them all.
MAX_ROWS = 2000

_STYLE = """
:root{--ink:#1c2321;--soft:#5b6663;--line:#d9dedc;--paper:#fbfbf9;--hold:#9d1c1c;--review:#8a5a00;--release:#1d6b45}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:70rem;margin:0 auto;padding:2rem 1.25rem 4rem}h1{font-size:1.5rem;margin:0 0 .25rem}
.meta,.soft{color:var(--soft)}.meta code{font-size:.85em;overflow-wrap:anywhere}
.counts{display:flex;gap:.75rem;flex-wrap:wrap;margin:1.25rem 0}
.counts label{border:1px solid var(--line);border-radius:.5rem;padding:.5rem .9rem;background:#fff;cursor:pointer}
.counts b{font-size:1.3rem;margin-right:.4rem}
article{background:#fff;border:1px solid var(--line);border-left:5px solid var(--soft);border-radius:.4rem;
padding:.9rem 1.1rem;margin:.8rem 0}
article.hold{border-left-color:var(--hold)}article.review{border-left-color:var(--review)}article.release{border-left-color:var(--release)}
.verdict{font-weight:700;text-transform:uppercase;letter-spacing:.04em;font-size:.8rem}
.hold .verdict{color:var(--hold)}.review .verdict{color:var(--review)}.release .verdict{color:var(--release)}
article header{display:flex;gap:.8rem;align-items:baseline;flex-wrap:wrap}
article header code{font-size:1rem;font-weight:600}.row{margin:.3rem 0 .6rem;overflow-wrap:anywhere}
.drawings{display:flex;gap:.6rem;flex-wrap:wrap}.drawings figure{margin:0;border:1px solid var(--line);border-radius:.3rem;background:#fff}
.drawings figcaption{font-size:.8rem;color:var(--soft);text-align:center;padding:0 .4rem .3rem;max-width:220px}
table{border-collapse:collapse;width:100%;font-size:.9rem}
td,th{border-top:1px solid var(--line);padding:.35rem .5rem;text-align:left;vertical-align:top}
th{color:var(--soft);font-weight:500}td:first-child{white-space:nowrap}.cite{color:var(--soft);font-size:.85rem}
mark{background:#fbe7b2}#show-hold:not(:checked)~section article.hold,#show-review:not(:checked)~section article.review,
#show-release:not(:checked)~section article.release{display:none}input.show{position:absolute;opacity:0}
@media print{.counts label{cursor:auto}article{break-inside:avoid}}
"""


class Page:
    """Collects the rows of a run and renders them. `draw` gives an SVG for a substance id, or an empty text."""

    def __init__(self, draw: Callable[[str], str], name: Callable[[str], str]) -> None:
        self._draw, self._name = draw, name
        self._rows: list[tuple[int, str]] = []
        self._seen = 0

    def add(self, row: Mapping[str, str], decision: Mapping[str, Any]) -> None:
        """Take in one row (the contract's fields as text) with its decision document."""
        self._seen += 1
        order = {"hold": 0, "review": 1, "release": 2}[decision["decision"]]
        if order == 2 and not decision["findings"]:
            return
        if len(self._rows) < MAX_ROWS:
            self._rows.append((order, self._article(row, decision)))

    def render(self, *, title: str, on: str, known: str, regime: str, decisions: Counter[str], rejects: int) -> str:
        """The whole page as text."""
        e = html.escape
        rows = "".join(text for _, text in sorted(self._rows, key=lambda r: r[0]))
        left = sum(decisions[d] for d in ("hold", "review")) - sum(1 for order, _ in self._rows if order < 2)
        more = f"<p class=soft>{left} more rows to hold or review stand in the decisions file.</p>" if left > 0 else ""
        boxes = "".join(
            f'<input class=show type=checkbox id="show-{d}" checked>' for d in ("hold", "review", "release")
        )
        labels = "".join(
            f'<label for="show-{d}" class="{d}"><b>{decisions[d]:,}</b><span class=verdict>{d}</span></label>'
            for d in ("hold", "review", "release")
        )
        return (
            f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
            f"<title>{e(title)}</title><style>{_STYLE}</style><main><h1>{e(title)}</h1>"
            f"<p class=meta>Law on {e(on)}, as known {e(known)}.<br>Regime <code>{e(regime)}</code>.<br>"
            f"{self._seen:,} rows screened, {rejects:,} rejected. A screening aid, not legal advice: each finding cites what it "
            f"rests on, and says so where that is recalled and not verified.</p>"
            f"{boxes}<div class=counts>{labels}</div><section>{rows}</section>{more}</main></html>\n"
        )

    def _article(self, row: Mapping[str, str], decision: Mapping[str, Any]) -> str:
        e = html.escape
        findings = decision["findings"]
        substances = dict.fromkeys(f["substance"] for f in findings if f.get("substance"))
        figures = "".join(
            f"<figure>{drawing}<figcaption>{e(self._name(s))}</figcaption></figure>"
            for s in substances
            if (drawing := self._draw(s))
        )
        lines = "".join(
            f"<tr><td>{e(f['effect'])}</td><td>{e(f['explanation'])}<div class=cite>{e(f.get('citation') or '')}</div></td></tr>"
            for f in findings
        )
        route = " → ".join(filter(None, (row.get("origin") or row.get("seller_country"), row.get("transit"),
                                         row.get("destination") or row.get("buyer_country"))))  # fmt: skip
        held = decision.get("not_held") or ()
        silent = (
            f"<p class=soft>No measures held for {e(', '.join(held))}: silence is not permission.</p>" if held else ""
        )
        coming = "".join(
            f"<li>{e(u['effective'])}: {e(u['jurisdiction'])} {e(u['list'])} ({e(u['citation'])})</li>"
            for u in decision.get("upcoming") or ()
        )
        coming = f"<p class=soft>Comes into force:</p><ul class=soft>{coming}</ul>" if coming else ""
        parties = " / ".join(filter(None, (row.get("seller"), row.get("buyer"))))
        details = " ".join(filter(None, (row.get("cas"), row.get("quantity"), row.get("unit"), parties)))
        return (
            f"<article class={e(decision['decision'])}><header><span class=verdict>{e(decision['decision'])}</span>"
            f"<code>{e(decision['id'])}</code><span class=soft>{e(decision['on'])} {e(route)}</span></header>"
            f"<p class=row>{_marked(row.get('text', ''), findings)} <span class=soft>{e(details)}</span></p>"
            f"<div class=drawings>{figures}</div><table><tbody>{lines}</tbody></table>{silent}{coming}</article>"
        )


def _marked(text: str, findings: Iterable[Mapping[str, Any]]) -> str:
    """The row's text with what was found in it marked."""
    spans = sorted({(f["start"], f["end"]) for f in findings if f.get("field") == "text" and f["end"] > f["start"]})
    parts, at = [], 0
    for start, end in spans:
        if start >= at:
            parts += [html.escape(text[at:start]), f"<mark>{html.escape(text[start:end])}</mark>"]
            at = end
    return "".join([*parts, html.escape(text[at:])])
