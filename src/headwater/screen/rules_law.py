"""Rules that rest on a measure: what is controlled on each leg, what that demands, and what the regime cannot say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from headwater.identify.identification import Identification
from headwater.regime.law import Law, Standing
from headwater.regime.measures import Control, MixtureLimit
from headwater.screen.case import Case, Subject
from headwater.screen.demands import Asked, Asking, asking, below, smallest_threshold
from headwater.screen.finding import Effect, Finding
from headwater.screen.route import Leg
from headwater.values.time import MINUTES_A_DAY

_CAPPED: frozenset[Effect] = frozenset({"notification-required", "licence-required", "prohibited"})


def controls(case: Case) -> Iterator[Finding]:
    """A subject that stands on a list of a leg's law: one finding for each effect of what the list asks of that activity.

    A requirement that was only recalled, a control whose first day is not verified, a garbled name, an end of the route
    that is not stated, or a payment: the law is cited and a person looks; goods are not held on it.
    """
    for subject in case.subjects:
        if subject.sureness in ("sure", "likely"):
            for leg in case.law_legs:
                for standings in by_list(case, subject, leg):
                    yield from _remembered(case, subject, leg, standings)


def offers(case: Case) -> Iterator[Finding]:
    """An advertisement of a substance that a law on its route, or the Convention, controls on the day: a person looks."""
    if case.transaction.kind != "listing":
        return
    for subject in case.subjects:
        if subject.sureness == "sure" and subject.ingredient is None and _controlled(case, subject):
            yield Finding(
                rule="offer", effect="red-flag", field=subject.best.field, matched=subject.best.matched,
                start=subject.best.start, end=subject.best.end, substance=subject.key,
                explanation=f"An open offer of {case.regime.subject_name(subject.key)}, which is controlled on this date.",
            )  # fmt: skip


def _remembered(case: Case, subject: Subject, leg: Leg, standings: tuple[Standing, ...]) -> Iterator[Finding]:
    """What a list says on a leg, worked once for all rows that put the same question and only differ in where it was found.

    The key holds all that `_on_list` reads: the law as standings and requirements with their states, the subject, the leg
    without its day, and the row's quantity, licence, payment and kind.
    """
    row, best = case.transaction, subject.best
    asked = case.law(leg).requirements(standings[0].control.list, leg.activities)
    key = (
        *((s.control.id, s.state) for s in standings), *((r.id, state) for r, state in asked), subject.key,
        subject.sureness, best.clauses, best.reading, best.per_cent, subject.ingredient is None, leg.activities,
        leg.country, leg.destination, leg.unsure, case.quantity, row.licence,
        row.payment_method, row.kind, bool(case.route), case.jurisdictions,
    )  # fmt: skip
    found = case.memory.get(key)
    if found is None:
        found = case.memory[key] = tuple(_on_list(case, subject, leg, standings))
    for finding in found:
        yield msgspec.structs.replace(finding, field=best.field, matched=best.matched, start=best.start, end=best.end)


def by_list(case: Case, subject: Subject, leg: Leg) -> list[tuple[Standing, ...]]:
    """The standings of a subject in the law of a leg, by list; of each list the plainest and earliest first."""
    grouped: dict[str, list[Standing]] = {}
    for standing in case.law(leg).controls(subject.key):
        control = standing.control
        here = control.jurisdiction == leg.jurisdiction and control.reaches(subject.best.clauses)
        if here and _for_destination(case, standing, leg):
            grouped.setdefault(control.list, []).append(standing)
    return [tuple(sorted(g, key=lambda s: (s.state != "in-force", s.control.start.last))) for g in grouped.values()]


def _for_destination(case: Case, standing: Standing, leg: Leg) -> bool:
    """False for a list that is made only for destinations which this leg does not have."""
    only = case.known.destinations(standing.control.list)
    return only is None or ("export" in leg.activities and leg.destination in only)


def _on_list(case: Case, subject: Subject, leg: Leg, standings: Sequence[Standing]) -> Iterator[Finding]:
    first = standings[0]
    if subject.ingredient is not None:
        yield _ingredient(case, subject, subject.ingredient, leg, first)
        return
    asks = asking(case, subject, first, leg)
    for asked in asks.asked:
        yield _asked(case, subject, leg, standings, asked, asks)
    if not asks.asked:
        yield _nothing_asked(case, subject, leg, standings, asks)


def _asked(
    case: Case, subject: Subject, leg: Leg, standings: Sequence[Standing], asked: Asked, asks: Asking
) -> Finding:
    """The finding for one effect: capped to a person's look where the law, the name or the route is not certain."""
    first = standings[0]
    effect, why = asked.effect, []
    verify = effect == "licence-required" and case.licence_stated
    if effect == "licence-required" and not verify:
        stated = (
            f"the licence field says {case.transaction.licence!r}, which is no licence"
            if case.transaction.licence
            else ""
        )
        why.append(stated or "no licence is stated")
    if verify:
        why.append(f"licence stated ({case.transaction.licence}): verify")
    doubts = _doubts(case, subject, leg, first, asked)
    if doubts and effect in _CAPPED:
        effect = "near-match" if subject.sureness == "likely" else "red-flag"
        why += doubts
    lead = [f"lead time {r.lead_time}" for r in asked.requirements if r.lead_time is not None and effect != "duty"]
    whats = " ".join(r.what for r in asked.requirements)
    return _finding(
        case, subject, first.control, effect, verify=verify and effect == "licence-required",
        citation=_cite(case, standings, [r.citation for r in asked.requirements]),
        explanation=_say(f"{_stands(case, subject, first.control)} {leg}: {whats}", [*why, *lead, *asks.exempt]),
    )  # fmt: skip


def _doubts(case: Case, subject: Subject, leg: Leg, standing: Standing, asked: Asked) -> list[str]:
    doubts = []
    if standing.state != "in-force":
        doubts.append(standing.why)
    if not asked.certain:
        doubts.append("the requirement is recalled, not verified: check it before goods are held on it")
    if leg.unsure:
        doubts.append(f"{leg.unsure}: which activity this is has to be asked")
    if subject.sureness == "likely":
        doubts.append(subject.best.reading or "the name is garbled")
    if case.transaction.kind == "payment":
        doubts.append("a payment that names a controlled substance: ask for the goods' papers")
    return doubts


def _nothing_asked(case: Case, subject: Subject, leg: Leg, standings: Sequence[Standing], asks: Asking) -> Finding:
    """Controlled, and nothing asked of this activity: exempt by quantity, asked of nobody here, or not known to us."""
    first = standings[0]
    effect: Effect = "note"
    if asks.exempt:
        why: list[str] = list(asks.exempt)
    elif asks.known or first.control.jurisdiction == "UN":
        why = [f"the list asks nothing of the parties for {' or '.join(leg.activities) or 'this activity'}"]
        if first.control.jurisdiction == "UN" and not asks.known:
            effect, why = "red-flag", ["what this list asks of this activity is not held: review"]
    else:
        effect = "red-flag"
        why = [f"what this list asks of {' or '.join(leg.activities)} is not held by the regime: review"]
    if not case.route and first.control.jurisdiction == "UN":
        effect, why = (
            "red-flag",
            ["neither origin nor destination is stated: which national law applies has to be asked"],
        )
    if first.state != "in-force":
        why.append(first.why)
    return _finding(
        case, subject, first.control, effect, citation=_cite(case, standings, []),
        explanation=_say(_stands(case, subject, first.control), why),
    )  # fmt: skip


def _ingredient(case: Case, subject: Subject, mention: Identification, leg: Leg, standing: Standing) -> Finding:
    """Goods that contain the substance: exempt by the law's concentration limit or below its thresholds, else a question."""
    law, control = case.law(leg), standing.control
    content = Decimal(str(mention.per_cent)) if mention.per_cent is not None else None
    stands = f"The goods are said to contain {case.regime.subject_name(subject.key)}, on {_list_name(case, control)}."
    limit = _mixture_limit(law, control, subject, leg)
    if limit is not None and content is not None and limit.per_cent > 0 and content <= limit.per_cent:
        memory = ", figure from memory" if limit.confidence == "from-memory" else ""
        return _finding(
            case, subject, control, "note", citation=f"{_cite(case, [standing], [])}; {limit.citation}",
            explanation=_say(stands, [f"{content} % is within the limit of {limit.per_cent} % for mixtures{memory}"]),
        )  # fmt: skip
    threshold = smallest_threshold(case, subject, law)
    fraction = content / 100 if content is not None else None
    small = below(case, subject, threshold, fraction) if threshold is not None else ""
    if small:
        why = [f"a preparation, not a shipment of the chemical: {small}", *_mixture_words(law, control)]
        if limit is not None and content is None:
            why.append(f"the content is not stated; up to {limit.per_cent} % no licence is needed ({limit.citation})")
        return _finding(
            case, subject, control, "note", citation=_cite(case, [standing], [threshold.citation] if threshold else []),
            explanation=_say(stands, why),
        )  # fmt: skip
    return _finding(
        case, subject, control, "red-flag", citation=_cite(case, [standing], [limit.citation] if limit else []),
        explanation=_say(
            stands,
            ["whether the mixture is exempt depends on its content and package, which the row does not settle: ask",
             *_mixture_words(law, control)],
        ),
    )  # fmt: skip


def _mixture_limit(law: Law, control: Control, subject: Subject, leg: Leg) -> MixtureLimit | None:
    """The concentration limit for the substance in mixtures on this leg; the rule made for it before the general one."""
    held = [r for r, _ in law.requirements(control.list, leg.activities) if r.binds == "mixture"]
    for requirement in sorted(held, key=lambda r: subject.key not in r.substances):
        for limit in requirement.mixture_limits:
            if limit.substance == subject.key:
                return limit
    return None


def _mixture_words(law: Law, control: Control) -> list[str]:
    """The exemption for mixtures in the law's words, where the regime holds it for this list."""
    for requirement in law.known_as.requirements.get(control.list, ()):
        for exemption in requirement.exemptions:
            if exemption.kind == "mixtures" and not requirement.mixture_limits and requirement.binds != "conduct":
                return [f"exempt: {exemption.text} ({requirement.citation})"]
    return []


def unknown_annexes(case: Case) -> Iterator[Finding]:
    """A list in force for this destination whose members the regime does not know, and that may name the subject."""
    for subject in case.subjects:
        substance = case.regime.substances.get(subject.key)
        if substance is None or subject.sureness not in ("sure", "likely"):
            continue
        for leg in case.route:
            if "export" not in leg.activities:
                continue
            for annex in case.law(leg).annexes(substance.group):
                named = any(s.control.list == annex.list for s in case.law(leg).controls(subject.key))
                if annex.jurisdiction == leg.jurisdiction and leg.destination in annex.destinations and not named:
                    yield Finding(
                        rule="unknown-annex", effect="red-flag", field=subject.best.field, matched=subject.best.matched,
                        start=subject.best.start, end=subject.best.end, substance=subject.key, measure=annex.id,
                        jurisdiction=annex.jurisdiction, list=case.regime.lists[annex.list].name, citation=annex.citation,
                        source=annex.source, confidence=annex.confidence,
                        explanation=f"{annex.what} Whether {substance.name} is on it is not known: ask before export to {leg.destination}.",
                    )  # fmt: skip


def not_held(case: Case) -> Iterator[Finding]:
    """A subject controlled on this date moves through a country whose law the regime does not hold: not a permission."""
    for subject in case.subjects:
        if subject.sureness != "sure" or subject.ingredient is not None or not _controlled(case, subject):
            continue
        for country in case.not_held():
            yield Finding(
                rule="not-held", effect="red-flag", field=subject.best.field, matched=subject.best.matched,
                start=subject.best.start, end=subject.best.end, substance=subject.key, jurisdiction=country,
                explanation=f"No measures are held for {country}: what its law asks for "
                f"{case.regime.subject_name(subject.key)} is not known here. Review.",
            )  # fmt: skip


def _controlled(case: Case, subject: Subject) -> bool:
    return any(by_list(case, subject, leg) for leg in case.law_legs)


def not_yet_controlled(case: Case) -> Iterator[Finding]:
    """A listed substance that no national law on this route controls on this date. Near the day one begins, a person looks."""
    for subject in case.subjects:
        if subject.sureness not in ("sure", "likely"):
            continue
        national = any(leg.country != "UN" and by_list(case, subject, leg) for leg in case.law_legs)
        controlled = _controlled(case, subject)
        # Where the Convention controls already, only a national control makes a difference.
        soon = any(
            not (controlled and s.control.jurisdiction == "UN")
            and days_until(case, s.control) <= case.policy.upcoming_days
            for s in upcoming(case, subject)
        )
        if national or (controlled and not soon):
            continue
        name = case.regime.subject_name(subject.key)
        what = (
            "a control on this route takes effect soon (see what is upcoming): goods ordered now may move under it"
            if soon
            else "the regime holds later or other controls"
        )
        yield Finding(
            rule="not-yet-controlled", effect="red-flag" if soon else "note", field=subject.best.field,
            matched=subject.best.matched, start=subject.best.start, end=subject.best.end, substance=subject.key,
            explanation=f"{name} is a listed substance; no national law held for this route controls it on "
            f"{case.transaction.on}; {what}.",
        )  # fmt: skip


def days_until(case: Case, control: Control) -> int:
    """Whole days from the transaction's date to the (latest possible) first day of a control."""
    return (control.start.last - case.today.span(control.jurisdiction)[0]) // MINUTES_A_DAY


def upcoming(case: Case, subject: Subject) -> Iterator[Standing]:
    """Controls on the subject, of the route's laws and the Convention, that are not in force yet on the date."""
    for leg in case.law_legs:
        for standing in case.law(leg).standings(subject.key):
            coming = standing.state == "not-yet" and standing.control.jurisdiction == leg.jurisdiction
            if coming and _for_destination(case, standing, leg):
                yield standing


def _finding(
    case: Case,
    subject: Subject,
    control: Control,
    effect: Effect,
    *,
    citation: str,
    explanation: str,
    verify: bool = False,
) -> Finding:
    best = subject.best
    return Finding(
        rule="licence-stated" if verify else "control", effect=effect, explanation=explanation, field=best.field,
        matched=best.matched, start=best.start, end=best.end, substance=subject.key, measure=control.id,
        jurisdiction=control.jurisdiction, list=case.regime.lists[control.list].name, citation=citation,
        source=control.source, confidence=control.confidence, verify=verify,
    )  # fmt: skip


def _list_name(case: Case, control: Control) -> str:
    head = case.regime.lists[control.list]
    return f"{head.name} ({control.jurisdiction})"


def _stands(case: Case, subject: Subject, control: Control) -> str:
    since = f" since {control.effective}" if control.effective else ""
    scope = f" ({control.scope})" if control.scope else ""
    memory = ", from memory, not verified" if control.confidence == "from-memory" else ""
    if not memory and control.from_memory:
        memory = f", {' and '.join(control.from_memory)} from memory"
    clauses = f", clause {' and '.join(subject.best.clauses)}" if subject.best.clauses else ""
    return f"{case.regime.subject_name(subject.key)}: {_list_name(case, control)}{scope}{since}{clauses}{memory}."


def _cite(case: Case, standings: Sequence[Standing], requirements: Sequence[str]) -> str:
    head = case.regime.lists[standings[0].control.list]
    acts = [s.control.citation for s in standings if s.state == "in-force"] or [standings[0].control.citation]
    return f"{head.jurisdiction} {head.name}: " + "; ".join(dict.fromkeys([*acts, *requirements]))


def _say(first: str, more: Sequence[str]) -> str:
    return first.rstrip() + "".join(f" {text[0].upper()}{text[1:].rstrip('.')}." for text in more if text)
