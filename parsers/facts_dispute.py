"""Disputes: the reason code of the guide, and the amount in dispute where the text names one.

Phrases by code, folded; the first code in the order of the table that strikes wins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from daemon.core.money import Money
from parsers.amounts import FoundAmount
from parsers.reading import DisputeFact, OpenItem

REASONS: tuple[tuple[str, str], ...] = (
    (
        "duplicate",
        r"duplicat|twice|double|already (?:invoiced|billed|been (?:invoiced|billed))|identical"
        r"|same job"
        r"|doppelt|zweimal|identisch|en double|duplicad|doppi|dubbel|podwojn|dobbelt|same invoice",
    ),
    (
        "wrong_po",
        r"\bpo\b|purchase order|order number|bestellnummer|bestellbezug|abrufnummer|auftragsnummer"
        r"|bon de commande|numero de pedido|ordine d'acquisto|inkoopnummer|encomenda n"
        r"|zamowieni\w+ nr"
        r"|kostenstelle",
    ),
    (
        "already_credited",
        r"credit (?:note|memo)|credited|refund|gutschrift|gutgeschrieben|storno|\bavoir\b|abono"
        r"|nota (?:de|di) credito|creditnota|creditfactuur|kreditnota|korekt|returned|retour"
        r"|returns? (?:note|credit)|sent back",
    ),
    (
        "not_ordered",
        r"never (?:order|bought|asked|signed|authori|agreed to)|not? order|did(?:n't"
        r"| not) (?:order|ask)"
        r"|nie (?:bestellt|beauftragt)|nicht bestellt|nix (?:mehr )?bestellt|kein\w* (?:vertrag"
        r"|auftrag)"
        r"|pas commande|no (?:hemos )?pedi|non (?:abbiamo )?ordinat|niet besteld|nao encomend"
        r"|nie zamawia"
        r"|cancelled (?:the|this|our|it)|nothing to do with (?:us|me)|gekundigt|no idea what",
    ),
    (
        "tax",
        r"\bvat\b|\btax\b|reverse[- ]charge|exempt|mehrwertsteuer|umsatzsteuer|\bust\b|steuersatz"
        r"|\bmwst"
        r"|\btva\b|\biva\b|\bbtw\b|\bmoms|\bgst\b",
    ),
    (
        "terms",
        r"not (?:yet )?due|isn't due|payment terms|\d+ days? (?:terms|net)|net \d+|late (?:fee"
        r"|charge|pay)"
        r"|interest|mahngebuhr|mahnspesen|mahnkosten|verzugszins|zahlungsziel|noch nicht fallig"
        r"|nicht fallig|fallig erst|echeance|vencimiento|scadenza|betaaltermijn|prazo de pagamento"
        r"|termin platnosci|reminder fee|our terms|terms are|skonto",
    ),
    (
        "not_delivered",
        r"(?:never|not|n't|nothing|still no) ~?(?:been )?(?:deliver|arriv|turn|show|came|come"
        r"|receiv|happen)"
        r"|not deliver|never (?:arrived|came|got|turned up|received)|nicht (?:geliefert"
        r"|angekommen|bekommen)"
        r"|nie (?:geliefert|angekommen|bekommen|erhalten)|noch nicht da|niemand"
        r"|pas (?:ete )?livre|pas recu"
        r"|no (?:ha )?llegad|non (?:e )?arrivat|niet geleverd|nao chegou|nie dotarl|lost in transit"
        r"|no-show|no one|nobody|until the (?:goods|delivery)|bis die ware",
    ),
    (
        "quantity",
        r"short|missing|only (?:\d+|received|got|half)|quantity|instead of (?:the )?\d|hours?\b"
        r"|not \d+"
        r"|half (?:the|of)|fehl|menge|stunden|stuck|zu viel berechnet|nur (?:\d|die halfte)"
        r"|halfte|manqu"
        r"|faltan|falta|mancan|ontbre|brakuj|kilomet|persons|personen|units?|pallets?|boxes",
    ),
    (
        "price",
        r"price|rate\b|quote|agreed|discount|surcharge|freight|carriage|overcharg|preis|rabatt"
        r"|zuschlag"
        r"|angebot|pauschale|vereinbart|berechnet|kosten|prix|tarif|remise|precio|descuento|prezzo"
        r"|sconto|prijs|korting|preco|desconto|cen[aey]\b|rabat|fee\b|charge|£|\$|€",
    ),
    (
        "quality",
        r"defect|fault|broke|damag|leak|quality|workmanship|repair|fix|unfinished|snag|crack|poor"
        r"|shoddy"
        r"|wrong (?:size|colou?r)|work|mangel|defekt|kaputt|schad|beschadigt|nachbesser|undicht"
        r"|reklam"
        r"|falsch|fertig|qualit|defectu|abime|difett|rotto|roto|kapot|beschadig|defeito|uszkodz"
        r"|wadliw"
        r"|trasig|skad|reparat",
    ),
)
_COMPILED = tuple((code, re.compile(words.replace("~?", ""))) for code, words in REASONS)
_STRONG_QUALITY = re.compile(
    r"defect|faulty|damag|leak|broken|workmanship|snag|mangel|defekt|kaputt|beschadigt|nachbesser"
    r"|undicht|repair|botched|shoddy|warped|cracked"
)


def find_reason(folded: str) -> str:
    """Return the reason code for the folded text of the disputing sentences."""
    if _STRONG_QUALITY.search(folded):
        return "quality"
    for code, pattern in _COMPILED:
        if pattern.search(folded):
            return code
    return "other"


def find_dispute(
    folded: str,
    amounts: Sequence[FoundAmount],
    invoices: Sequence[str],
    items: Sequence[OpenItem],
) -> DisputeFact:
    """Read the dispute: its reason, its amount where one smaller than the invoice is named."""
    opens = [item.open for item in items]
    amount: Money | None = amounts[0].money if len(amounts) == 1 else None
    if amount is not None and amount in opens:
        amount = None
    return DisputeFact(reason=find_reason(folded), amount=amount, invoices=tuple(invoices))
