"""Remittance advices: what was paid, when, under which reference, for which invoices.

Sentences and tables in bodies alike. What the mail does not say stays None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from daemon.core.money import Money
from parsers.amounts import FoundAmount
from parsers.evidence import fold
from parsers.numbers import NumbersFound
from parsers.reading import FoundDate, OpenItem, RemittanceFact

AHEAD_DAYS_MAX = 7

_TOTAL = re.compile(
    r"\b(?:total(?: paid| amount)?|sum(?:me)?|gesamt\w*|zusammen|amount|betrag|auszahlungsbetrag"
    r"|net(?:to)?|zahlbetrag|importe|importo|montant|bedrag|valor|kwota|belopp|i alt)\b[^\n]{0,24}$"
)
_WORD = (
    r"(?:(?:payment |bank |our |your |transaction |transfer |trace |as )?(?:ref(?:erence)?|referenz"
    r"|zahlungsreferenz|verwendungszweck(?:-referenz)?|reference used)|utr(?: no| number)?|trace"
    r"(?: number| no)?|e2e(?:-id)?|end[- ]to[- ]end(?:[- ]id| id)?|end-to-end-id ist"
    r"|confirmation(?: number| no| code)?|warrant|auftragsnummer|belegn(?:r|ummer)|beleg-?nr"
    r"|kassenzeichen|transaktionsnummer|transaction(?: id| no| number)?|payment id|payment no"
    r"|avis(?:-?nr)?|swift|batch|referencia|riferimento|cro|trn|kenmerk|referencia|numer)"
)
_SOLID = r"(?P<ref>[A-Za-z0-9][A-Za-z0-9/_.-]{1,34}(?: [A-Z0-9][A-Z0-9/_.-]{1,24}){0,3})"
_REFERENCE = re.compile(
    rf"\b{_WORD}(?:\b|(?=[^a-z]))\.?(?: no\.?| nr\.?| number| is| ist"
    rf"| code)? ?[:#=]{{0,2}} ?[\"']?{_SOLID}",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    rf"\b{_WORD}[^\"'\n]{{0,20}}[\"'](?P<ref>[^\"'\n]{{3,40}})[\"']", re.IGNORECASE
)
_CHEQUE = re.compile(
    r"\b(?:cheque|check|chq|ck|scheck)\.? ?(?:no\.?|nr\.?|number|#)? ?#? ?(?P<ref>\d{3,12})",
    re.IGNORECASE,
)
_RAIL = re.compile(
    r"\b(?P<ref>(?:eft|rtgs|neft|giro|ttweb|ft|imps|sepa|tt|bacs|ach|n)[ -]?[0-9][A-Z0-9/-]{4,30})",
    re.IGNORECASE,
)


def find_reference(text: str) -> str | None:
    """Return the payment reference or cheque number; an entry without a digit must be quoted."""
    for pattern in (_QUOTED, _REFERENCE, _CHEQUE, _RAIL):
        for match in pattern.finditer(text):
            found = match["ref"].strip(" .,-")
            found = _solid(found) if pattern is not _QUOTED else found
            if (
                re.search(r"\d", found)
                or pattern is _QUOTED
                or (found.isupper() and len(found) > 3)
            ):
                return found
    return None


def _solid(found: str) -> str:
    """Cut a reference where plain words begin: after its first word only codes belong to it."""
    words = found.split(" ")
    kept = [words[0]]
    for word in words[1:]:
        if kept[-1].endswith(".") or word != word.upper():
            break
        kept.append(word)
    return " ".join(kept).strip(" .,-")


def _amount(text: str, amounts: Sequence[FoundAmount], items: Sequence[OpenItem]) -> Money | None:
    """The sum paid: the one named a total, the one that others add up to, or the only one."""
    if not amounts:
        return None
    folded = fold(text)
    for one in reversed(amounts):
        line = folded[folded.rfind("\n", 0, one.span.start) + 1 : one.span.start]
        if _TOTAL.search(line):
            return one.money
    values = [one.money for one in amounts]
    minors = [money.minor for money in values]
    for value, minor in zip(values, minors, strict=True):
        if len(minors) > 2 and sum(minors) - minor == minor:
            return value
    if len(values) == 1:
        return values[0] if amounts[0].times == 1 else _times(amounts[0])
    is_list = all(money.currency == values[0].currency for money in values)
    opens = {item.open.minor for item in items}
    if is_list and len(set(minors) & opens) == len(minors):
        return Money(sum(minors), values[0].currency)
    return values[0]


def _times(amount: FoundAmount) -> Money:
    return Money(amount.money.minor * amount.times, amount.money.currency)


def find_remittance(
    text: str,
    amounts: Sequence[FoundAmount],
    past_dates: Sequence[FoundDate],
    numbers: NumbersFound,
    items: Sequence[OpenItem],
    today: date,
) -> RemittanceFact:
    """Read the facts of a payment that was made.

    Args:
        text: The sender's new words.
        amounts: All amounts found in it.
        past_dates: Its dates, resolved backwards.
        numbers: The open invoices named.
        items: The open items, to tell which invoices an amount settles.
        today: The sender's day of receipt.

    Returns:
        A fact whose fields are None or empty where the mail says nothing.
    """
    amount = _amount(text, amounts, items)
    days = [d.on for d in past_dates if (d.on - today).days <= AHEAD_DAYS_MAX]
    invoices = numbers.invoices
    if not invoices and len(items) == 1:
        invoices = (items[0].number,)
    if not invoices and amount is not None:
        equal = tuple(item.number for item in items if item.open == amount)
        total = sum(item.open.minor for item in items)
        invoices = equal[:1] if len(equal) == 1 else ()
        if not invoices and total == amount.minor:
            invoices = tuple(item.number for item in items)
    return RemittanceFact(
        amount=amount,
        reference=find_reference(text),
        on=days[0] if days else None,
        invoices=invoices,
    )
