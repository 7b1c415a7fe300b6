"""Remittance advices: what was paid, when, under which reference, for which invoices.

The sentences that tell of a payment decide; a table without such a sentence counts whole. The
sum and the open items explain each other: invoices that add up to it are those it settles.
What the mail does not say stays None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

from daemon.core.money import Money
from parsers.amounts import FoundAmount
from parsers.clauses import split_sentences
from parsers.evidence import fold
from parsers.facts_choosing import clause_of
from parsers.numbers import Mention, NumbersFound
from parsers.reading import FoundDate, OpenItem, Precision, RemittanceFact
from parsers.remittance_reference import find_reference

AHEAD_DAYS_MAX = 7
ADDENDS_MAX = 10
SUMS_MAX = 6
LINE_MAX = 160
SURE_WEIGHT = 2
TABLE_MIN = 3

PAID = re.compile(
    r"\b(?:paid|payed|done|sent|remitted|transferred|wired|settled|banked|bacs'?d|npp'd|ach'?d"
    r"|mailed"
    r"|posted"
    r"|debited|cleared|deposited|processed|put (?:it |£|\$|€|\d)|went (?:out|through|on|off|over"
    r"|last"
    r"|across|yesterday|this)|made it out|left (?:our|us|the|my)|executed|handed|did the wire"
    r"|issued"
    r"|drew|in your account"
    r"|bezahlt|uberwiesen|beglichen|angewiesen|ausgelost|abgebucht|gezahlt|ausgeglichen|eingezahlt"
    r"|wertgestellt|raus(?:gegangen)?|ging\b|uberweisung (?:vom|ist|ging|heute)"
    r"|payee?s?|reglee?s?|viree?s?|versee?s?|debitee?s?|deposee?|executee?|emise?|soldee?s?|depot"
    r"|effectue"
    r"|parti[es]?\b|fait (?:hier|ce|le)"
    r"|pagad[oa]s?|pague|pagamos|pago (?:realizado|hecho|efectuado)|transferi\w*|transferid\w*"
    r"|abonad[oa]s?|abone|abono|girad[oa]s?|deposit[eo]\w*|enviad[oa]|mande|mandamos|ingres\w+"
    r"|ordenad\w*|ordenamos|liquidad\w+|realizad\w+|transferir"
    r"|pagat[oaei]|versat[oaei]|bonificat[oaie]|accreditat[oaie]|saldat[oaie]|partit[oaie]|disposto"
    r"|eseguit[oaie]|effettuat[oaie]|fatto|inviat[oaie]"
    r"|betaald|overgemaakt|voldaan|overgeschreven|gestort|vertrokken|afgeschreven|geboekt"
    r"|paguei|pagou|paga desde|pagas?|segui(?:u|ram)|efe[c]?tuad[oa]|mandei|fiz|enviei|emissao"
    r"|transferimos"
    r"|zaplac\w+|przelan\w+|przelal\w*|oplac\w+|uregulowa\w+|wplac\w+|wyslan\w+|poszl\w+|poszedl"
    r"|przekazal\w+|wyszl\w+|zrobil\w+|zlecon\w+"
    r"|betald[ae]?s?|betalade|betalt\w*|betalte|overfort?|insatt|indsat|skickad\w*)\b"
)
_NOT_PAID = re.compile(
    r"\b(?:will|not|never|n't|unpaid|to be|shall|going to|next|query|copy|resend|re-send|credit"
    r"|wrong"
    r"|werden|wird|folgen|folgt|nicht|noch|sera|partira|pas|jamais|demain|no (?:nos|me|la|lo|se"
    r"|hemos"
    r"|esta)|pendiente|sara|non|manca|niet|nog|wordt|zal|nao|sera|falta|nie|bedzie|inte|ikke"
    r"|kommer)\b"
)
_JUST = re.compile(
    r"\b(?:just|this minute|this second|mins? ago|minutes? ago|now|soeben|eben|gerade|grad|acabo de"
    r"|acabamos de|ahorita|viens de|venons de|a l'instant|appena|adesso|net|zojuist|acabei de"
    r"|acabamos|agora|wlasnie|przed chwila|teraz|nyss|precis|lige)\b"
)
_VALUE = re.compile(
    r"(?:value|valuta|valeur|valor|execut|ausfuhr|wertstell|buchung|payment date|zahldatum|zahltag"
    r"|date de paiement|fecha de pago|data pagamento|betaaldatum|waluty|maksupaiva|paid|am|on"
    r"|d\.d\.)"
    r"[^\n]{0,12}$"
)
_OTHER_DATE = re.compile(
    r"(?:due|invoice|dated|bill|rechnung(?:sdatum)?|fallig|lieferschein|facture|echeance|factura"
    r"|vence"
    r"|vencim|fattura|scaden|factuur|verval|fatura|faktur|termin|skonto|creditnota|statement)"
    r"[^\n.]{0,20}$"
)
_TOTAL = re.compile(
    r"\b(?:total\w*(?: paid| amount)?|sum(?:me|a)?|summa|gesamt\w*|zusammen|amount|betrag"
    r"|net(?:to)?"
    r"|auszahlungsbetrag|zahlbetrag|importe|importo|montant|bedrag|valor|kwota|belopp|i alt|belob"
    r"|razem|totale|totaal|paid)\b[^\n\d]{0,60}$"
)


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
    folded = fold(text)
    spans = _paid_spans(folded, text)
    here = [a for a in amounts if _inside(a.span.start, spans)]
    here = [a for a in here if not _is_asked(folded, a)] or here
    amount = _amount(folded, here, items) or _amount(folded, amounts, items)
    on, is_sure = _day(folded, past_dates, spans, today)
    is_told = any(_JUST.search(folded, low, high) for low, high in spans)
    if on is None or on > today:
        on = today if is_told or (on is None and _JUST.search(folded)) else on
    elif is_told and not is_sure:
        on = today
    return RemittanceFact(
        amount=amount,
        reference=find_reference(text, [item.number for item in items]),
        on=on,
        invoices=_invoices(folded, spans, amount, numbers, items),
    )


def _paid_spans(folded: str, text: str) -> list[tuple[int, int]]:
    """The sentences that tell of a payment made; those that only speak of others left out."""
    found: list[tuple[int, int]] = []
    for one in split_sentences(text):
        if PAID.search(one.folded) is None:
            continue
        found.append((one.start, one.end))
    return found


def _inside(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(low <= place < high for low, high in spans)


def _amount(folded: str, amounts: Sequence[FoundAmount], items: Sequence[OpenItem]) -> Money | None:
    """The sum paid: the one named a total, the one that others add up to, or the only one."""
    if not amounts:
        return None
    for one in reversed(amounts):
        line = folded[folded.rfind("\n", 0, one.span.start) + 1 : one.span.start]
        if len(amounts) > 1 and _TOTAL.search(line) and not line.strip().startswith("-"):
            return one.money
    values = [one.money for one in amounts if one.money.minor]
    minors = [money.minor for money in values]
    for value, minor in zip(values, minors, strict=True):
        if len(minors) > 2 and sum(minors) - minor == minor:
            return value
    if len(set(values)) == 1:
        return values[0] if amounts[0].times == 1 else _times(amounts[0])
    opens = {item.open.minor for item in items}
    distinct = list(dict.fromkeys(minors))
    is_list = all(money.currency == values[0].currency for money in values)
    if is_list and set(distinct) <= opens:
        return Money(sum(distinct), values[0].currency)
    sums = [v for v in values[:SUMS_MAX] if len(_addends(v.minor, items)) > 1]
    return sums[0] if sums else values[0] if values else None


def _is_asked(folded: str, amount: FoundAmount) -> bool:
    """Whether the amount stands in a clause that asks, or that speaks of what is not paid."""
    low, high = clause_of(folded, amount.span.start, amount.span.end)
    is_other = _NOT_PAID.search(folded, low, high) is not None
    return (is_other and PAID.search(folded, low, high) is None) or "?" in folded[high : high + 2]


def _times(amount: FoundAmount) -> Money:
    return Money(amount.money.minor * amount.times, amount.money.currency)


def _day(
    folded: str, dates: Sequence[FoundDate], spans: Sequence[tuple[int, int]], today: date
) -> tuple[date | None, bool]:
    """The day of the payment, and whether words of paying or of value stand beside it."""
    best: tuple[int, int] | None = None
    chosen: date | None = None
    for index, one in enumerate(dates):
        if (one.on - today).days > AHEAD_DAYS_MAX:
            continue
        low, high = clause_of(folded, one.span.start, one.span.end)
        before = folded[max(0, one.span.start - 40) : one.span.start]
        weight = 3 * (PAID.search(folded, low, high) is not None)
        weight += 2 * _inside(one.span.start, spans) + 2 * (_VALUE.search(before) is not None)
        weight -= 4 * (_OTHER_DATE.search(before) is not None)
        weight -= 3 * (one.precision in (Precision.MONTH, Precision.VAGUE) or one.rule == "range")
        weight -= 3 * (_NOT_PAID.search(folded, low, high) is not None) + (one.on > today)
        if best is None or (weight, -index) > best:
            best, chosen = (weight, -index), one.on
    return chosen, best is not None and best[0] >= SURE_WEIGHT


def _addends(minor: int, items: Sequence[OpenItem]) -> tuple[str, ...]:
    """The one set of open items that add up to the sum; empty where none or several do."""
    few = items[:ADDENDS_MAX]
    for size in range(1, len(few) + 1):
        hits = [
            chosen
            for chosen in combinations(few, size)
            if sum(item.open.minor for item in chosen) == minor
        ]
        if hits:
            return tuple(item.number for item in hits[0]) if len(hits) == 1 else ()
    return ()


def _invoices(
    folded: str,
    spans: Sequence[tuple[int, int]],
    amount: Money | None,
    numbers: NumbersFound,
    items: Sequence[OpenItem],
) -> tuple[str, ...]:
    """The invoices paid: those that the sum explains, else those named beside the payment."""
    if len(items) == 1:
        return (items[0].number,)
    by_number = {item.number: item for item in items}
    here = _named(m for m in numbers.mentions if _is_paid_here(folded, m, spans))
    named = numbers.invoices
    if amount is not None:
        for pool in (here, named):
            hit = _addends(amount.minor, [by_number[n] for n in pool if n in by_number])
            is_whole = len(hit) > 1 or set(hit) <= set(here)
            if hit and (is_whole or len(hit) == len(here) or not here or pool is here):
                return tuple(number for number in pool if number in hit)
        hit = _addends(amount.minor, items)
        if hit and not here:
            return hit
    if here:
        return here
    beside = _named(m for m in numbers.mentions if not _is_other(folded, m))
    return beside or named


def _named(mentions: Iterable[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for m in mentions for number in m.numbers))


def _is_paid_here(folded: str, mention: Mention, spans: Sequence[tuple[int, int]]) -> bool:
    if not _inside(mention.span.start, spans):
        return False
    low, high = clause_of(folded, mention.span.start, mention.span.end)
    return _NOT_PAID.search(folded, low, high) is None or PAID.search(folded, low, high) is not None


def _is_other(folded: str, mention: Mention) -> bool:
    """Whether the mention stands in a line that speaks of something not paid."""
    nearest, farthest = max(0, mention.span.start - LINE_MAX), mention.span.end + LINE_MAX
    low = max(nearest, folded.rfind("\n", nearest, mention.span.start) + 1)
    high = folded.find("\n", mention.span.end, farthest)
    return _NOT_PAID.search(folded, low, high if high >= 0 else farthest) is not None
