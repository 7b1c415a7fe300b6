"""Which invoices a statement of a mail is about (DESIGN §3).

Those named in the new text, else those demanded in the letter answered, never one issued
after it. What is closed is left out; where nothing remains, or the letter is too old, a
person must look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from daemon.core.act_case import Case, open_numbers
from daemon.core.matching import canonical_number
from daemon.core.model import ItemKind
from daemon.core.state import Letter, LetterStage
from parsers.reading import Flag, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The open invoices concerned; `problem` says why there are none.

    `is_named`: the new text names them. `is_elsewhere`: it names only invoices that this
    account does not have.
    """

    numbers: tuple[str, ...]
    is_named: bool = False
    is_elsewhere: bool = False
    problem: str = ""


def concerned(case: Case, statement: Statement | None) -> Scope:
    """Return the open invoices that a statement is about (None: the mail as a whole)."""
    if statement is None:
        named = _all_named(case)
    else:
        named = statement.invoices or _unattached(case)
    if named:
        return _named(case, named)
    if case.has(Flag.FOREIGN_INVOICE_NUMBER):
        return Scope(numbers=(), problem="It names an invoice number that we do not know.")
    taken = {
        number
        for other in case.reading.statements
        if statement is not None and other.intent is not statement.intent
        for number in known_numbers(case, other.invoices)
    }
    letter = case.letter or _newest_accepted(case)
    if letter is None:
        return _remaining(case, open_numbers(case.state), taken, None)
    written_on = letter.accepted_on or letter.business_date
    age_days = (case.today - written_on).days
    if case.letter is not None and age_days > case.policy.letter_answerable_days_max:
        return Scope(numbers=(), problem=f"It answers our letter of {written_on}, too long ago.")
    if case.letter is None and age_days > case.policy.letter_answerable_days_max:
        return _remaining(case, open_numbers(case.state), taken, None)
    return _remaining(case, letter.demanded, taken, written_on)


def known_numbers(case: Case, numbers: tuple[str, ...]) -> tuple[str, ...]:
    """Return the account's own invoice numbers for numbers as a mail writes them."""
    own = {
        canonical_number(item.number): item.number
        for item in case.state.items
        if item.kind is ItemKind.INVOICE
    }
    found = (own.get(canonical_number(number)) for number in numbers)
    return tuple(dict.fromkeys(number for number in found if number is not None))


def _all_named(case: Case) -> tuple[str, ...]:
    attached = (number for entry in case.reading.statements for number in entry.invoices)
    return tuple(dict.fromkeys((*attached, *case.reading.invoices)))


def _unattached(case: Case) -> tuple[str, ...]:
    attached = {number for entry in case.reading.statements for number in entry.invoices}
    return tuple(number for number in case.reading.invoices if number not in attached)


def _named(case: Case, named: tuple[str, ...]) -> Scope:
    known = known_numbers(case, named)
    if not known:
        return Scope(
            numbers=(),
            is_named=True,
            is_elsewhere=True,
            problem="It names an invoice that this customer does not have.",
        )
    is_open = set(open_numbers(case.state))
    remaining = tuple(number for number in known if number in is_open)
    problem = "" if remaining else "Every invoice that it names is already closed."
    return Scope(numbers=remaining, is_named=True, problem=problem)


def _remaining(
    case: Case, numbers: tuple[str, ...], taken: set[str], written_on: date | None
) -> Scope:
    is_open = set(open_numbers(case.state))
    remaining = tuple(
        number
        for number in numbers
        if number in is_open and number not in taken and not _is_later(case, number, written_on)
    )
    if remaining:
        return Scope(numbers=remaining)
    return Scope(numbers=(), problem="Nothing is open any more on the invoices it is about.")


def _is_later(case: Case, number: str, written_on: date | None) -> bool:
    item = case.state.item(number)
    if written_on is None or item is None or item.issued_on is None:
        return False
    return item.issued_on > written_on


def _newest_accepted(case: Case) -> Letter | None:
    accepted = [
        letter
        for letter in case.state.letters
        if letter.stage is LetterStage.ACCEPTED and letter.accepted_on is not None
    ]
    return max(accepted, key=lambda letter: (letter.business_date, letter.key), default=None)
