"""Rules that rest on what the row itself shows: near names, fields that contradict each other, numbers that do not check."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.screen.case import Case, Subject
from headwater.screen.finding import Effect, Finding
from headwater.values import cas


def _evidence(rule: str, effect: Effect, subject: Subject, explanation: str) -> Finding:
    best = subject.best
    return Finding(
        rule=rule, effect=effect, field=best.field, matched=best.matched, start=best.start, end=best.end,
        substance=subject.key, explanation=explanation,
    )  # fmt: skip


def near(case: Case) -> Iterator[Finding]:
    """A name that resembles a listed one, a garble read as one, or an abbreviation with two meanings: a person must ask."""
    for subject in case.subjects:
        name = case.regime.subject_name(subject.key)
        if subject.sureness == "near":
            yield _evidence(
                "near-match",
                "near-match",
                subject,
                f"{subject.best.matched!r} resembles {name}; it matches no listed name.",
            )
        elif subject.sureness == "ambiguous":
            yield _evidence("near-match", "near-match", subject, f"{subject.best.reading or name}: ask which is meant.")
        elif subject.sureness == "likely":
            yield _evidence(
                "near-match",
                "near-match",
                subject,
                f"{subject.best.matched!r}: {subject.best.reading or 'a garbled name'}.",
            )


def contradiction(case: Case) -> Iterator[Finding]:
    """The CAS field, the text and the structure name different things. The finding says what each names."""
    said: dict[str, list[str]] = {}
    for subject in case.subjects:
        for found in subject.evidence:
            if not found.ambiguous and found.method not in ("near", "fuzzy") and found.role == "goods":
                said.setdefault(found.field, []).append(subject.key)
    fields = [field for field in ("text", "cas", "smiles") if said.get(field)]
    for number, one in enumerate(fields):
        for other in fields[number + 1 :]:
            if set(said[one]).isdisjoint(said[other]) and not _same_family(case, said[one], said[other]):
                yield _contradicting(case, one, other, said)
    unlisted = _unlisted_numbers(case)
    if unlisted and "cas" not in said:
        for field in ("text", "smiles"):
            for key in said.get(field, ()):
                subject = next(s for s in case.subjects if s.key == key)
                if key in case.regime.substances and case.regime.substances[key].cas:
                    numbers = ", ".join(n.number for n in case.regime.substances[key].cas)
                    yield _evidence(
                        "contradiction", "red-flag", subject,
                        f"The {field} names {case.regime.subject_name(key)} (CAS {numbers}); the CAS field says "
                        f"{', '.join(unlisted)}, which is none of its numbers held here.",
                    )  # fmt: skip


def _contradicting(case: Case, one: str, other: str, said: dict[str, list[str]]) -> Finding:
    names = {f: ", ".join(case.regime.subject_name(key) for key in said[f]) for f in (one, other)}
    subject = next(s for s in case.subjects if s.key == said[other][0])
    return _evidence(
        "contradiction", "red-flag", subject,
        f"The fields contradict each other: {one} names {names[one]}; {other} names {names[other]}.",
    )  # fmt: skip


def _same_family(case: Case, one: list[str], other: list[str]) -> bool:
    """A class and a substance do not contradict: a member is described by its class."""
    return any(key in case.regime.classes for key in (*one, *other))


def _unlisted_numbers(case: Case) -> list[str]:
    """Well-formed numbers of the CAS field; called where none of them is listed."""
    words = case.transaction.cas.replace(";", " ").replace(",", " ").replace("/", " ").split()
    return [word for word in words if cas.is_valid(word)]


def field_check(case: Case) -> Iterator[Finding]:
    """A CAS RN whose check digit is wrong, or a structure that cannot be read: a note; a red flag where one slip makes the
    number a listed one."""
    for problem in case.problems:
        listed = ", ".join(case.regime.subject_name(key) for key in problem.one_slip_from)
        yield Finding(
            rule="field-check", effect="red-flag" if listed else "note", field=problem.field, matched=problem.matched,
            start=problem.start, end=problem.end, substance=problem.one_slip_from[0] if listed else None,
            explanation=problem.what + (f" One slip makes it a number of {listed}." if listed else ""),
        )  # fmt: skip


def hs_hint(case: Case) -> Iterator[Finding]:
    """The HS code is a subheading of one listed substance, and no other field names that substance. A weak hint."""
    code = "".join(c for c in case.transaction.hs_code if c.isdigit())[:6]
    if len(code) < 6:
        return
    named = {subject.key for subject in case.subjects}
    meant = [s for s in case.regime.substances.values() if s.hs == code and s.hs_specific]
    if meant and named.isdisjoint(s.id for s in meant):
        names = " or ".join(s.name for s in meant)
        yield Finding(
            rule="hs-hint", effect="red-flag", field="hs_code", matched=case.transaction.hs_code, start=0,
            end=len(case.transaction.hs_code), substance=meant[0].id,
            explanation=f"HS {code[:4]}.{code[4:]} is the subheading of {names}, which no other field names.",
        )  # fmt: skip
