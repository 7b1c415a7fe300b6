"""Fields of a reading, each extractor by itself: `python -m bench.fields [--held-out]`.

The labels are given: an oracle in the place of the trained reader answers with the labels of
the record, and scores each clause by the quotes that stand as evidence. What is wrong then is
the fault of the extraction alone. Other modes give less: see `Mode`.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.check_replies import Example, examples
from bench.examples import held_out
from bench.figures import Case, Json, covered, days_right, names, rows, share
from bench.unseen import unseen
from parsers.classifier import load_classifier
from parsers.evidence import fold
from parsers.opinion import REASON_CODES, Judge, Limits, Opinion
from parsers.predictions import prediction
from parsers.reading import Intent
from parsers.record import read_record

SURE, UNLIKELY = 0.95, 0.02
QUOTE_MIN = 12
PARTIAL_MIN = 5
FIELDS = ("amount", "currency", "reference", "date", "invoices")
LIMITS = Limits(
    margins=(0.0,) * len(Intent), second_min=0.0, grave_max=1.0, clause_max=1.0, human_max=0.6
)


class Mode(StrEnum):
    """What is given: labels and where they stand; labels alone; labels, and where they stand by
    the trained reader; labels and where, and the trained codes of disputes; nothing."""

    ORACLE = "oracle"
    BLIND = "blind"
    CLAUSES = "clauses"
    REASONS = "reasons"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Oracle:
    """A reader that knows the labels of one record: `quotes` are (label, folded words).

    `trained` gives the codes of a dispute; else the phrases choose. With `is_scored` it scores
    the clauses as well, so that the labels are right and where they stand is guessed.
    """

    labels: frozenset[str]
    is_human: bool
    quotes: tuple[tuple[str, str], ...]
    trained: Judge | None = None
    is_scored: bool = False

    def judge(self, text: str, clauses: Sequence[str]) -> Opinion:
        """Return the labels as probabilities, for the text and for each clause."""
        scores = tuple(self._chance(intent.value in self.labels) for intent in Intent)
        reasons = (0.0,) * len(REASON_CODES)
        rows_told = tuple(self._row(" ".join(fold(clause).split())) for clause in clauses)
        if self.trained is not None:
            told = self.trained.judge(text, clauses if self.is_scored else ())
            reasons = told.reasons
            rows_told = told.clauses if self.is_scored else rows_told
        return Opinion(
            scores=scores,
            second=scores,
            human=self._chance(self.is_human),
            reasons=reasons,
            limits=LIMITS,
            clauses=rows_told,
        )

    def _chance(self, is_so: bool) -> float:
        return SURE if is_so else UNLIKELY

    def _row(self, clause: str) -> tuple[float, ...]:
        told = {label for label, quoted in self.quotes if _meets(clause, quoted)}
        return tuple(self._chance(intent.value in told) for intent in Intent)


def _meets(clause: str, quoted: str) -> bool:
    """Whether a clause and a quote have words in common: one holds the other or its edge."""
    if not clause:
        return False
    if quoted in clause or (clause in quoted and len(clause) >= PARTIAL_MIN):
        return True
    head, tail = quoted[:QUOTE_MIN], quoted[-QUOTE_MIN:]
    return clause.find(head) >= 0 or clause.find(tail) >= 0


def oracle_of(
    example: Example, *, is_blind: bool, is_scored: bool, trained: Judge | None
) -> Oracle:
    """Return the reader that knows the labels of this record."""
    gold = example.gold
    quotes = tuple(
        (str(one.get("intent")), " ".join(fold(str(one.get("quote"))).split()))
        for one in rows(gold.get("evidence"))
    )
    return Oracle(
        labels=names(gold["intents"]),
        is_human=bool(gold.get("needs_human")),
        quotes=() if is_blind else tuple(one for one in quotes if one[1]),
        trained=trained,
        is_scored=is_scored,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One field of one record: whether it is right, what it should be, what was found."""

    field: str
    is_right: bool
    wanted: object
    found: object


def checks_of(case: Case) -> Iterator[Check]:
    """Yield every field that the record says something about."""
    gold, found = case.gold, case.found
    yield from _promise_checks(case)
    yield from _remittance_checks(gold.get("remittance"), found.get("remittance"))
    for field in ("ooo_until", "alternate_contact", "new_contact"):
        wanted, said = gold.get(field), found.get(field)
        if wanted:
            yield Check(
                field=field,
                is_right=str(said or "").strip().lower() == str(wanted).lower(),
                wanted=wanted,
                found=said,
            )
    reason = gold.get("dispute_reason")
    if reason:
        right = {str(reason), *names(gold.get("dispute_reason_also_ok"))}
        said = found.get("dispute_reason")
        yield Check(field="dispute_reason", is_right=said in right, wanted=reason, found=said)
    fates, told = gold.get("per_invoice"), found.get("per_invoice")
    for number, label in fates.items() if isinstance(fates, Mapping) else ():
        said = told.get(number) if isinstance(told, Mapping) else None
        yield Check(
            field="per_invoice",
            is_right=said == label,
            wanted=f"{number}: {label}",
            found=told,
        )


def _promise_checks(case: Case) -> Iterator[Check]:
    wanted, found = rows(case.gold.get("promise")), rows(case.found.get("promise"))
    if not wanted:
        return
    yield Check(field="promise_date", is_right=days_right(case), wanted=wanted, found=found)
    free = list(found)
    for one in wanted:
        days = {str(one["date"]), *names(one.get("also_ok"))}
        fitting = [other for other in free if str(other["date"]) in days]
        same = [other for other in fitting if other.get("invoice") == one.get("invoice")]
        chosen = next(iter(same or fitting), None)
        if chosen is not None and chosen.get("invoice"):
            free.remove(chosen)
        if one.get("amount") is not None:
            said = chosen.get("amount") if chosen is not None else None
            yield Check(
                field="promise_amount",
                is_right=_number(said) == _number(one["amount"]),
                wanted=one,
                found=found,
            )
        elif chosen is not None:
            yield Check(
                field="promise_no_amount",
                is_right=chosen.get("amount") is None,
                wanted=one,
                found=found,
            )
    numbers = [str(row["number"]) for row in rows(case.record.get("open_invoices"))]
    yield Check(
        field="promise_invoices",
        is_right=covered(case.gold, numbers) == covered(case.found, numbers),
        wanted=wanted,
        found=found,
    )


def _remittance_checks(wanted: object, said: object) -> Iterator[Check]:
    if not isinstance(wanted, Mapping):
        return
    found: Json = said if isinstance(said, Mapping) else {}
    is_whole = bool(found)
    for field in FIELDS:
        expected = wanted.get(field)
        if expected in (None, []):
            if field != "invoices":
                yield Check(
                    field=f"no_{field}",
                    is_right=found.get(field) in (None, "", []),
                    wanted=wanted,
                    found=found,
                )
            continue
        is_right = _is_same(field, expected, found.get(field))
        is_whole = is_whole and is_right
        yield Check(field=f"remittance_{field}", is_right=is_right, wanted=wanted, found=found)
    yield Check(field="remittance_whole", is_right=is_whole, wanted=wanted, found=found)


def _is_same(field: str, wanted: object, found: object) -> bool:
    match field:
        case "amount":
            return _number(wanted) == _number(found)
        case "reference":
            one, other = _plain(wanted), _plain(found)
            is_part = len(other) >= PARTIAL_MIN and (one in other or other in one)
            return bool(other) and (one == other or is_part)
        case "invoices":
            return names(wanted) == names(found)
        case _:
            return wanted == found


def _number(value: object) -> float | None:
    return round(float(value), 2) if isinstance(value, int | float) else None


def _plain(value: object) -> str:
    return "".join(c for c in str(value or "").lower() if c in "0123456789" or "a" <= c <= "z")


def read_all(found: Sequence[Example], mode: Mode, trained: Judge | None) -> Iterator[Case]:
    """Read each record with its oracle, or with the trained reader."""
    for one in found:
        reader: Judge | None = trained
        if mode is not Mode.MODEL:
            reader = oracle_of(
                one,
                is_blind=mode is Mode.BLIND,
                is_scored=mode is Mode.CLAUSES,
                trained=trained,
            )
        said = prediction(read_record(one.record, reader), one.identifier)
        yield Case(record=one.record, gold=one.gold, found=said)


def main(argv: Sequence[str] | None = None) -> int:
    """Read, check, print; 0 done, 1 without the model that was asked for."""
    arguments = argparse.ArgumentParser(prog="bench.fields", description=__doc__)
    arguments.add_argument("--held-out", action="store_true", help="the records held out")
    arguments.add_argument("--mode", type=Mode, default=Mode.ORACLE, choices=list(Mode))
    arguments.add_argument("--only", default="", help="records that have this fact")
    arguments.add_argument("--files", default="", help="files whose name begins so")
    arguments.add_argument("--misses", default="", help="list the errors of this field")
    chosen = arguments.parse_args(argv)
    is_alone = chosen.mode in (Mode.ORACLE, Mode.BLIND)
    reader = None if is_alone else load_classifier()
    if reader is None and not is_alone:
        sys.stderr.write("There is no model.\n")
        return 1
    trained = unseen(reader) if reader is not None and chosen.held_out else reader
    aside = held_out()
    kept = [
        one
        for one in examples()
        if "evidence" in one.gold
        and (one.identifier in aside) == chosen.held_out
        and one.file.startswith(chosen.files)
        and (not chosen.only or one.gold.get(chosen.only))
    ]
    rights: dict[str, list[bool]] = defaultdict(list)
    for case in read_all(kept, chosen.mode, trained):
        for check in checks_of(case):
            rights[check.field].append(check.is_right)
            if check.field == chosen.misses and not check.is_right:
                sys.stdout.write(_miss(case, check))
    for field, made in rights.items():
        sys.stdout.write(
            f"{field:22} {100 * share(sum(made), len(made)):5.1f}  {sum(made)} of {len(made)}\n"
        )
    return 0


def _miss(case: Case, check: Check) -> str:
    record = case.record
    numbers = ", ".join(
        f"{row.get('number')} {row.get('amount')}" for row in rows(record.get("open_invoices"))
    )
    lines = [
        f"=== {record.get('id')} {record.get('lang')} {record.get('received')} [{numbers}]",
        str(case.found.get("visible_text")),
        f"--- labels {sorted(names(case.gold['intents']))}",
        f"--- wanted {check.wanted}",
        f"--- found  {check.found}",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
