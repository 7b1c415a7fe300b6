"""Figures of a reading: what is right, what is missed, what is dangerous.

Counts predictions in the shape of `run.py read` against labelled records. A dangerous error is
a prediction that keeps the mail from a human and acts on it wrongly: none of the serious labels
of the record is seen, a promise is booked that was not made, or for an invoice it was not made
for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from parsers.reading import Intent

SERIOUS = frozenset(
    {"dispute", "hardship_or_insolvency", "refusal_or_legal_threat", "stop_request"}
)
PRECISIONS = (0.95, 0.97, 0.98, 0.99)
Json = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One record beside its prediction."""

    record: Json
    gold: Json
    found: Json


def names(value: object) -> frozenset[str]:
    """Return the strings of a list."""
    return frozenset(str(one) for one in value) if isinstance(value, list) else frozenset()


def primary(labels: frozenset[str]) -> str:
    """Return the first label in the order of primacy; empty without labels."""
    return next((intent.value for intent in Intent if intent.value in labels), "")


def rows(value: object) -> list[Json]:
    """Return the objects of a list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def covered(side: Json, numbers: Sequence[str]) -> set[str]:
    """Return the open invoices that the promises of a side speak for."""
    fates = side.get("per_invoice")
    fates = fates if isinstance(fates, Mapping) else {}
    free = {n for n in numbers if fates.get(n, "promise_to_pay") == "promise_to_pay"}
    found: set[str] = set()
    for one in rows(side.get("promise")):
        found |= {str(one["invoice"])} if one.get("invoice") else free
    return found & set(numbers)


def danger(case: Case) -> str:
    """Return the kind of dangerous error; empty where there is none."""
    if case.found["needs_human"]:
        return ""
    gold, found = names(case.gold["intents"]), names(case.found["intents"])
    if gold & SERIOUS and not gold & found & SERIOUS:
        return "serious mail acted upon"
    if "promise_to_pay" not in found:
        return ""
    if "promise_to_pay" not in gold:
        return "promise booked that was not made"
    numbers = [str(row["number"]) for row in rows(case.record.get("open_invoices"))]
    is_wider = bool(covered(case.found, numbers) - covered(case.gold, numbers))
    return "promise booked for another invoice" if is_wider else ""


def days_right(case: Case) -> bool:
    """Whether every promised day is found and none added; other right days count."""
    wanted = [{str(one["date"]), *names(one.get("also_ok"))} for one in rows(case.gold["promise"])]
    found = [str(one["date"]) for one in rows(case.found["promise"])]
    return all(any(day in one for day in found) for one in wanted) and all(
        any(day in one for one in wanted) for day in found
    )


@dataclass(slots=True, kw_only=True)
class Figures:
    """The counts of one reading over some records; shares are 0..1."""

    count: int = 0
    hits: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    languages: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)
    dangers: Counter[str] = field(default_factory=Counter)
    kept: list[bool] = field(default_factory=list)
    could_be_kept: int = 0
    rightly_kept: int = 0
    days: list[bool] = field(default_factory=list)
    ranked: list[tuple[float, bool]] = field(default_factory=list)

    def of_label(self, label: str) -> tuple[float, float, float]:
        """Return precision, recall and F1 of a label."""
        hit, added, missed = self.hits[label], self.added[label], self.missed[label]
        both = 2 * hit + added + missed
        return share(hit, hit + added), share(hit, hit + missed), share(2 * hit, both)

    @property
    def macro(self) -> float:
        """Mean F1 over the labels that the records have."""
        labels = [i.value for i in Intent if self.hits[i.value] + self.missed[i.value]]
        return share(sum(self.of_label(one)[2] for one in labels), len(labels))

    @property
    def primary_right(self) -> float:
        """Share of records whose primary label is right."""
        return share(sum(sum(one) for one in self.languages.values()), self.count)

    def coverage(self, precision: float) -> float:
        """Share of records that can be labelled at a precision, the surest first; records of
        equal confidence are taken together."""
        ordered = sorted(self.ranked, key=lambda one: -one[0])
        best = right = 0
        for place, (confidence, is_right) in enumerate(ordered, 1):
            right += is_right
            is_last = place == len(ordered) or ordered[place][0] < confidence
            if is_last and right >= precision * place:
                best = place
        return share(best, self.count)


def share(part: float, whole: float) -> float:
    """Return a quotient; 0 of nothing is 0."""
    return part / whole if whole else 0.0


def figures(cases: Sequence[Case]) -> Figures:
    """Count everything."""
    made = Figures(count=len(cases))
    for case in cases:
        gold, found = names(case.gold["intents"]), names(case.found["intents"])
        made.hits.update(gold & found)
        made.added.update(found - gold)
        made.missed.update(gold - found)
        is_right = primary(gold) == primary(found)
        made.languages[str(case.record.get("lang"))].append(is_right)
        made.confused[primary(gold), primary(found)] += 1
        confidence = case.found["confidence"]
        made.ranked.append((confidence if isinstance(confidence, float) else 0.0, is_right))
        kind = danger(case)
        if kind:
            made.dangers[kind] += 1
        is_kept, needs_none = not case.found["needs_human"], not case.gold["needs_human"]
        made.could_be_kept += needs_none
        made.rightly_kept += needs_none and is_kept
        if is_kept:
            made.kept.append(is_right and needs_none)
        if "promise_to_pay" in gold:
            made.days.append(days_right(case))
    return made
