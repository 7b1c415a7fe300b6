"""The words of accounting exports: yes and no, kinds, totals, in the languages we read.

Tables only. A word is compared by its key: NFKC, case-folded, letters and digits alone, so
"Credit Note", "credit_note" and "CREDITNOTE" are one word.
"""

from __future__ import annotations

import re
import unicodedata

from daemon.core.model import ItemKind

NO_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


def key_of(text: str) -> str:
    """Reduce a header or a word to what matters: NFKC, case-folded, letters and digits only."""
    return NO_LETTER_OR_DIGIT.sub("", unicodedata.normalize("NFKC", text).casefold())


def _keys(*lines: str) -> frozenset[str]:
    return frozenset(key_of(word) for line in lines for word in line.split())


YES = _keys(
    "1 y yes true x j ja wahr oui vrai s si sí sì sim o t tak prawda",
    "disputed strittig hold gesperrt",
)
NO = _keys("0 n no false nein falsch non faux não nao nie nee f") | {"", "-"}

INVOICE_WORDS = _keys(
    "invoice inv salesinvoice salesinvoices si accrec debit bill",
    "rechnung ausgangsrechnung re rg facture factura fattura fatura factuur faktura",
)
CREDIT_NOTE_WORDS = _keys(
    "creditnote creditmemo credit cn cm salescreditnote salescredit sc",
    "accreccredit accreccreditnote",
    "gutschrift rechnungskorrektur gs stornorechnung avoir notedecredit notadecredito abono",
    "facturarectificativa notadicredito notadecrédito creditnota creditfactuur korekta",
    "fakturakorygująca fakturakorygujaca",
)
PAYMENT_WORDS = _keys(
    "payment pmt receipt customerpayment paymentonaccount sa sr prepayment overpayment",
    "unappliedpayment unappliedcash unappliedcashpayment deposit",
    "zahlung zahlungseingang anzahlung überzahlung akonto paiement acompte règlement",
    "pago cobro anticipo pagamento acconto betaling vooruitbetaling płatność wpłata zaliczka",
)
KINDS = (
    dict.fromkeys(INVOICE_WORDS, ItemKind.INVOICE)
    | dict.fromkeys(CREDIT_NOTE_WORDS, ItemKind.CREDIT_NOTE)
    | dict.fromkeys(PAYMENT_WORDS, ItemKind.PAYMENT)
)

# First words of a row that adds others up.
TOTAL_WORDS = (
    "total",
    "grand total",
    "totals",
    "subtotal",
    "sub-total",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "zwischensumme",
    "endsumme",
    "totaal",
    "subtotaal",
    "totale",
    "totali",
    "totaux",
    "sous-total",
    "totales",
    "totais",
    "suma",
    "soma",
    "razem",
    "ogółem",
)
# A row in one of these states is no claim yet, or no longer (Xero writes them in Status).
UNISSUED_STATES = _keys("draft submitted voided deleted void entwurf storniert gelöscht brouillon")
