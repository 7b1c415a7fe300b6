"""Attached advice: a remittance table that hangs on a mail becomes part of its reading.

A table counts where a line names an open invoice and either the table or the mail speaks of
payment made; a copy of our own invoice says neither. A human always sees what was attached.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from parsers.attachments import sniff
from parsers.attachments_rows import PDF, rows_of
from parsers.evidence import fold, quote
from parsers.intents import LIKELY
from parsers.reading import (
    Automatic,
    Context,
    Flag,
    Intent,
    Reading,
    RemittanceFact,
    Statement,
)
from parsers.remittance_lines import advice_of

TABLES_MAX: Final = 5
ITEMS_MAX: Final = 500
TYPES: Final = {"text/plain": "text/csv"}
CLAIMS: Final = frozenset({Intent.REMITTANCE_ADVICE, Intent.ALREADY_PAID_CLAIM})
LITTLE: Final = frozenset({Intent.ACKNOWLEDGEMENT, Intent.UNRELATED, Intent.OTHER_AUTOMATIC})

_ADVICE: Final = re.compile(
    r"\b(?:remittance|payment advice|(?:net|amount|total) paid|paid (?:amount|on)|payment run"
    r"|zahlungsavis|avis de (?:paiement|virement|reglement)|zahllauf|zahlbetrag|uberwiesen"
    r"|aviso de (?:pago|pagamento)|avviso di pagamento|importe pagado|importo pagato"
    r"|montant (?:paye|regle)|betaal(?:advies|specificatie)|betaald bedrag|valor pago"
    r"|awizo platnosci|betalningsavi|betalingsoversigt)\b"
)


def with_attached(draft: Reading, tables: Sequence[bytes], context: Context) -> Reading:
    """Add to a reading what an attached remittance advice says.

    Args:
        draft: The reading of the words alone.
        tables: The octets of the attachments that may hold rows.
        context: The open items, and the day from which dates are seen.

    Returns:
        The reading with the flag, and with a fact and a statement where no promise is made
        beside it; the words' own fact stays where it says how much or for what.
    """
    moment = context.received_at or draft.identity.sent_at
    if moment is None or draft.automatic is Automatic.BOUNCE or not context.items:
        return draft
    labels = frozenset(draft.intents)
    fact = _first_advice(draft, tables, context, moment.date(), bool(labels & CLAIMS))
    if fact is None:
        return draft
    flagged = replace(draft, flags=(*draft.flags, Flag.HAS_REMITTANCE_ATTACHMENT))
    if Intent.PROMISE_TO_PAY in labels:
        return flagged
    told = draft.remittance
    is_told = told is not None and bool(told.amount or told.invoices)
    return replace(
        flagged,
        statements=_statements(draft, labels, fact),
        remittance=told if is_told else fact,
        invoices=tuple(dict.fromkeys((*draft.invoices, *fact.invoices))),
    )


def _first_advice(
    draft: Reading, tables: Sequence[bytes], context: Context, today: date, is_claimed: bool
) -> RemittanceFact | None:
    items = context.items[:ITEMS_MAX]
    for octets in tables[:TABLES_MAX]:
        kind = sniff(octets)
        rows = rows_of(TYPES.get(kind, kind), octets).rows
        words = fold("\n".join(" ".join(row) for row in rows))
        is_advice = _ADVICE.search(words) is not None or (is_claimed and kind != PDF)
        advice = advice_of(rows, items, today, context.country, draft.language or "en")
        if is_advice and advice.lines and advice.fact is not None:
            return advice.fact
    return None


def _statements(
    draft: Reading, labels: frozenset[Intent], fact: RemittanceFact
) -> tuple[Statement, ...]:
    if Intent.REMITTANCE_ADVICE in labels:
        return draft.statements
    if Intent.ALREADY_PAID_CLAIM in labels:
        return tuple(
            replace(one, intent=Intent.REMITTANCE_ADVICE, invoices=one.invoices or fact.invoices)
            if one.intent is Intent.ALREADY_PAID_CLAIM
            else one
            for one in draft.statements
        )
    kept = () if labels <= LITTLE else draft.statements
    added = Statement(
        intent=Intent.REMITTANCE_ADVICE,
        confidence=LIKELY,
        evidence=quote(draft.new_text, 0, min(len(draft.new_text), 300)),
        invoices=fact.invoices,
        rule="attachment",
    )
    return (*kept, added)
