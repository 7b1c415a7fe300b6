"""The reference under which a payment was made: candidates by their label, weighed.

Labels in eight languages and the Nordic ones; a value has a digit, is quoted, or is in capitals.
The payer's own reference wins over "your reference"; an invoice number, a date or an amount is
no reference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.evidence import fold

TEXT_MAX = 20_000
CANDIDATES_MAX = 60
SHORT = 4
TOKEN_DIGITS_MIN = 5

_STRONG = (
    r"(?:payment |bank |our |transaction |transfer |trace |zahlungs|kunden|notre |n/ ?|nuestra "
    r"|nostro )?"
    r"(?:ref(?:erence|erenz|erencia|s|\.)?|riferimento|rif\.)|betalingskenmerk|kenmerk"
    r"|verwendungszweck"
    r"|utr|trn|cro|trace|e2e(?:-?id)?|end[- ]to[- ]end(?:[- ]id)?|clave de rastreo|rastreo|tracking"
    r"|mededeling|omschrijving|libelle|communication(?: structuree)?|tytul(?:em)?|tytule|viite"
    r"|viitenumero|variabilni symbol|kassenzeichen|remittance(?: advice)?(?= ?(?:no|nr|n[o°º]|#|:"
    r"|\d{5}))"
    r"|confirmation(?: number| no| code)?|payment (?:id|doc|order|document|no|run|reference)"
    r"|referenznummer"
    r"|transa(?:ction|ktion|kcji|k|cao|zione)s?(?:nummer|[- ]?id| number| no)?|betalings-?id"
    r"|betal-?id"
    r"|betaalopdracht|betalingsopdracht|zahlungsavis|awizo platnosci|zawiadomienie|avis(?:o"
    r"|nummer)?"
    r"(?= ?(?:nr|no|n|de pago n|\d))|auftrag(?:snummer)?(?= ?(?:nr|\d))|ordre de virement|virement"
    r"(?= (?:n|ref))|ordre(?= ?n[°o])|operac(?:ao|ion)|orden(?: de pago)?|ordem bancaria"
    r"|documento de pago"
    r"|documento di pagamento|doc\.|advice|comprobante|comprovativo|folio|quittance|operatie"
    r"|sammeluberweisung|numer referencyjny|nr (?:ref\w*|przelewu|zlecenia|transakcji|dokumentu)"
    r"|numer (?:przelewu|transakcji|operacji)"
    r"|transf\.|op\b(?= \d)|recu(?= n)|distinta|mandat(?= n)|id(?=[ :])|message|meddelande|besked"
    r"|receipt(?= (?:no|nr|#))|description|transactie|transaccion|transacao|piece de paiement"
    r"|avisnr|(?:ordin de plata|receipt)(?= ?(?:no|nr|#|:|\d))|warrant|beleg(?:nummer|nr|-nr)?"
    r"|swift|payment ref|zahlbeleg"
    r"|bordereau|bgc|documento(?= ?\d)|recibo(?= ?(?:n|\d))|dekont|arkistointitunnus|bilag(?= ?\d)"
    r"|verifikat(?:ion)?|(?:id )?tranza\w+|buchungsnummer|vorgangsnummer|auszugs?(?= ?(?:nr|\d))"
)
_COMPOUND = (
    r"(?:(?!rechnung|kunden(?!ref)|liefer|bestell|telefon|konto|faktu|order|artikel|steuer|klant"
    r"|btw"
    r"|factuur|lever|mandat|debit|kredit|haus|fax|mobil|handy|rufn)[a-z-]{3,24})"
    r"(?:nummer|nr\.?|referen[zs]\w{0,3}|referanse|kenmerk)|referenz(?:nr\.?|nummer)|unser zeichen"
    r"|referens|referanse"
)
_NUMBERED = (
    r"(?:n[°ºo.]{1,2}|numero|num\.?|nr|codice|codigo|id|identificador|kod)"
    r" (?:de |d'|da |do |di |del |della )?(?:la )?(?:virement|operation|transaction|paiement"
    r"|transferencia"
    r"|operacion|justificante|pago|operazione|disposizione|bonifico|transazione|operacao|transacao"
    r"|autorizacao|autorizacion|comprovativo|operacji|przelewu|transakcji|zlecenia|pagamento)"
)
_NOUN = (
    r"(?:payment|voucher|document|remittance|draft|conf|auth(?:ori[sz]ation)?|txn|imad|fedwire|slip"
    r"|transfer|wire|kvittens|potwierdzenie|distinta|disposizione|transferencia|ted|pix"
    r"|justificante"
    r"|comprovante|bordereau|virement|bonifico|przelew|uberweisung)"
    r"(?=\.? ?(?:no|nr|num|n[°ºo.]|#|code|id|\d))|autenticacao|causale|identyfikator|o\.?v\.?v\.?"
    r"|onder vermelding van|e-?ref\+?|kref\+?|imad|txn|auth code|reference de paiement"
)
_KEPT = (
    r"batch|lote|remesa|ocr|fik|ck|chq|spei|neft|rtgs|imps|eft|giro|bacs|chaps|ach|sepa|tt|wire|run"
    r"|ob(?= \d)|lot|zahllauf|sammler|sammelauftrag|paiement groupe"
)
_SUBJECT = (
    r"(?:payment |bank |transfer )?(?:text|message|memo|note|description|subject|narrative|remark)"
    r"|verwendungszweck|zahlungszweck|uberweisungstext|buchungstext|betreff|zweck"
    r"|libelle|objet|motif|intitule|communication(?: libre)?|mention"
    r"|concepto|asunto|glosa|leyenda|causale|oggetto|descrizione|dicitura"
    r"|mededeling|omschrijving|betalingskenmerk|kenmerk|onder vermelding van|o\.?v\.?v\.?"
    r"|descricao|descritivo|assunto|mensagem|historico|tytul(?:em)?|tytule|w tytule(?! wpis)|opis"
    r"|meddelande|meddelelse|besked|tekst|melding|viesti|viitteella|zprava|poznamka"
    r"|kozlemeny|megjegyzes|explicatie|explicatii|detalii|aciklama(?:si)?"
)
_CHEQUE = r"(?:verrechnungs)?scheck|cheque|check|assegno|pagare|czek|talon|verifica"
_FILLER = (
    r"(?:[.:#=]| (?:no|nr|n[°ºo]|num|numero|number|nummer|code|id|code|is|ist|was|war|lautet|with"
    r"|mit"
    r"|avec"
    r"|says?|reads?|said|shows?|lauten|dice|dit|zegt|luidt|mowi|brzmi|der bank|of the bank|bank\w*"
    r"|interna|interne|qr|es|e|est|con|:|used|the|uob|hsbc|bank|structuree)"
    r"\b\.?[°º]?| ?n\.? ?[°º]"
    r"| ?[#:=]){0,4} ?"
)
_VALUE = (
    r"[\"'„“]?(?P<ref>(?:\+{3}[\d/]{8,20}\+{3}|[A-Za-z0-9][A-Za-z0-9/_.*-]{1,34})"
    r"(?: [A-Z0-9][A-Z0-9/_.-]{1,24}){0,6})"
)
_FLAGS = re.IGNORECASE
_STRONG_FORM = re.compile(
    rf"(?<!\w)(?P<label>{_COMPOUND}|{_NUMBERED}|{_NOUN}|{_STRONG})(?![a-z]){_FILLER}{_VALUE}",
    _FLAGS,
)
_KEPT_FORM = re.compile(rf"(?<![\w/])(?P<label>(?:{_KEPT})\b{_FILLER}){_VALUE}", _FLAGS)
_CHEQUE_FORM = re.compile(
    rf"\b(?P<label>{_CHEQUE})\b{_FILLER}(?P<ref>(?:[A-Z]{{2,5}} )?\d[\d.]{{2,14}})", _FLAGS
)
_QUOTED_FORM = re.compile(
    rf"(?<![\w/])(?P<label>{_STRONG}|{_SUBJECT})"
    r"[^\"'„“\n]{0,36}[\"„“](?P<ref>[^\"'\n„“”]{3,40})[\"“”]",
    _FLAGS,
)
_SUBJECT_FORM = re.compile(
    rf"(?:(?<![\w/])(?P<label>{_SUBJECT}) ?(?:[:=]|is|was|says|ist|war|lautet|est|es|e|to|byl) ?"
    rf"|\((?:with |mit |avec |con |med |z |w )?(?:the )?(?:{_SUBJECT})[: ] ?)"
    r"(?P<ref>[^\s.,;:()\"][^,;()\n\"]{2,38}?)"
    r"(?=[,;()\n]|\.(?: |\n|$)|$| -? ?(?:et|and|und|y|e)\b)",
    _FLAGS,
)
_APART_FORM = re.compile(
    rf"(?<!\w)(?P<label>{_NOUN}|{_STRONG})(?: [a-z']{{2,14}}){{1,5}}"
    rf" (?:is|was|reads|says|lautet|ist|war|es|est|era|luidt|brzmi|:)[: ]{_FILLER}{_VALUE}",
    _FLAGS,
)
_TOKEN = re.compile(
    r"(?<![\w/.+-])(?P<ref>(?=[A-Z0-9./_-]{0,30}\d)[A-Z0-9]{1,10}"
    r"(?:[-/_][A-Z0-9]{1,14}){1,4})(?![\w-])"
)
_AFTER_FORM = re.compile(
    r"\b(?:used|put|quoted|quoting|as|under|unter|sous|bajo"
    r"|onder)\b (?P<ref>[A-Za-z0-9][\w/-]{2,24})"
    r" (?:as|for|als|como|come|comme) (?:the |a |our |die |la |de )?(?:ref|verwendung|kenmerk)",
    _FLAGS,
)
_BELGIAN = re.compile(r"(?P<ref>\+{3}\d{3}/\d{4}/\d{5}\+{3})")
_BRACKET = re.compile(
    r"\((?P<ref>(?=[^)]{0,40}\d)(?=[^)]{0,40}[A-Z/])(?:[A-Z]{1,6} )?[A-Z0-9][A-Z0-9/_.-]{3,34})\)"
)
_CODE = re.compile(r"(?<![\w/.-])(?P<ref>[A-Z]{2,8}[A-Z0-9]*[-/.]?\d[\dA-Z./-]{5,24})(?![\w-])")
_LONE = re.compile(
    r"(?<![\w./,+-])(?<!\d )(?P<ref>[A-Z]{2,6} \d{4,}(?:[-/]\d+)?|\d{7,}(?:-\d{1,4})?"
    r"|\d{2,4}-\d{4,8}"
    r"|\d{4} \d{4,8})(?![\w/-]|[.,]\d)"
)
_NOT_PAYMENTS = re.compile(
    r"(?:tel\w*|call|ring|phone|fax|mobile?|natel|iban|bic|konto|account|acct|compte|conto|cuenta"
    r"|conta"
    r"|rekening"
    r"|vendor|supplier|lieferant\w*|proveedor|fournisseur|leverantor|leverancier|fornitore"
    r"|fornecedor"
    r"|customer|kunde\w*|client\w*|nif|cif|vat|ust\S*|p\.?iva|cnpj|siret|order|po|invoice|factur\w*"
    r"|rechnung\w*|fattura|faktur\w*)[ .:#]{0,3}(?:no|nr|n[°º]?|id)?[ .:#]{0,3}$"
)
_SYMBOL = re.compile(r"variabilni symbol|viite|kassenzeichen|ocr\b")
"""Labels under which an invoice number is paid by design."""
_OTHER_NUMBER = re.compile(
    r"(?:glaubiger|creditor|kreditor|crediteur|acreedor|creditore|steuer|ust|vat|tax|tva|iva|btw"
    r"|kunden|debitor\w*)[- ]?(?:id|nr|no|number|nummer|identifier)?[.: ]{0,3}\Z"
)
_YOURS = re.compile(
    r"(?:your|ihre?|votre|v/|vs\.?|su|vuestra|vostr[oa]|uw|vossa|sua|wasz|panstwa|er) ?$"
)
_NOT_REFERENCE = re.compile(
    r"\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?|\d{4}-\d\d-\d\d|\d{1,3}(?:[., ]\d{3})*[.,]\d\d"
    r"|(?:eur|usd|gbp|chf|pln)[\d., ]+",
    _FLAGS,
)
_STOP_WORDS = frozenset({"EUR", "USD", "GBP", "CHF", "PLN", "SEK", "DKK", "R", "VAT", "INV", "FOR"})


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    weight: int
    start: int


def find_reference(text: str, invoices: Sequence[str] = ()) -> str | None:
    """Return the payment reference of the text, or None.

    Args:
        text: The words that tell of the payment.
        invoices: Open invoice numbers, none of which is a payment reference.
    """
    text = text[:TEXT_MAX]
    folded = fold(text)
    numbers = {_plain(number) for number in invoices}
    found = [
        one
        for pattern, weight in _FORMS
        for one in _candidates(pattern, weight, text, folded, numbers)
    ]
    if not found:
        return None
    return max(found, key=lambda one: (one.weight, -one.start)).text


_FORMS: tuple[tuple[re.Pattern[str], int], ...] = (
    (_BELGIAN, 9),
    (_QUOTED_FORM, 7),
    (_AFTER_FORM, 6),
    (_STRONG_FORM, 6),
    (_SUBJECT_FORM, 6),
    (_APART_FORM, 5),
    (_CHEQUE_FORM, 5),
    (_KEPT_FORM, 5),
    (_BRACKET, 3),
    (_CODE, 2),
    (_TOKEN, 2),
    (_LONE, 1),
)


def _candidates(
    pattern: re.Pattern[str], weight: int, text: str, folded: str, numbers: set[str]
) -> list[_Candidate]:
    found: list[_Candidate] = []
    for match in pattern.finditer(folded if pattern not in _CASED else text):
        start, end = match.span("ref")
        value = text[start:end].strip(" .,-")
        is_quoted = pattern in (_QUOTED_FORM, _SUBJECT_FORM)
        value = value if is_quoted else _solid(value)
        has_digit = any(c.isdigit() for c in value)
        is_name = value.isupper() and len(value) > SHORT - 1
        if not value or not (has_digit or is_quoted or is_name or pattern is _AFTER_FORM):
            continue
        if _NOT_REFERENCE.fullmatch(value) or len(_plain(value)) < 3:
            continue
        if _plain(value) in numbers or any(
            _plain(value) == n[-len(_plain(value)) :] for n in numbers
        ):
            weight_here = weight - 4
        else:
            weight_here = weight
        is_symbol = _SYMBOL.match(folded, match.start()) is not None
        if is_symbol:
            weight_here = weight
        if (_names_invoices(value, numbers) and not is_symbol) or _CURRENCY_AFTER.match(
            folded, end
        ):
            continue
        if pattern is _TOKEN and (
            sum(map(str.isdigit, value)) < TOKEN_DIGITS_MIN or _is_part(value, numbers)
        ):
            continue
        if pattern in (_LONE, _TOKEN) and _NOT_PAYMENTS.search(folded[max(0, start - 28) : start]):
            continue
        if any(_OTHER_NUMBER.search(folded, max(0, at - 24), at) for at in (match.start(), start)):
            continue
        if _YOURS.search(folded[max(0, match.start() - 10) : match.start()]):
            weight_here -= 3
        if not has_digit:
            weight_here -= 2
        if pattern is _KEPT_FORM and len(_plain(value)) <= SHORT:
            value = text[match.start() : start].strip() + " " + value
        found.append(_Candidate(value, weight_here, match.start()))
        if len(found) >= CANDIDATES_MAX:
            break
    return [one for one in found if one.weight > 0]


_CASED = frozenset({_BRACKET, _CODE, _LONE, _TOKEN})


def _names_invoices(value: str, numbers: set[str]) -> bool:
    """Whether nothing but open invoice numbers and words for an invoice stands in the value."""
    words = re.split(r"[\s+&,]+", fold(value))
    kept = [word for word in words if word and not _INVOICE_WORD.fullmatch(word)]
    plain = _plain("".join(kept))
    hits = [number for number in sorted(numbers, key=len, reverse=True) if number in plain]
    for number in hits:
        plain = plain.replace(number, "")
    return bool(hits) and len(plain) < SHORT - 1


_INVOICE_WORD = re.compile(
    r"(?:inv|invoice|invoices|re|rg|rechnung|rechnungen|fact|facture|fra|fac|factura|ft|fatt"
    r"|fattura"
    r"|factuur|fv|faktura|faktury|nf|no|nr|n|und|and|et|cz|for|fur|pour|za)[.:°º]?"
)
_CURRENCY_AFTER = re.compile(
    r" ?(?:[.,]\d\d )?(?:eur|euro|€|£|\$|usd|gbp|chf|pln|zl|sek|dkk|nok|kr)(?![\w]| ?\d)"
)


def _is_part(value: str, numbers: set[str]) -> bool:
    """Whether a code is an open invoice number, written in part or with more before it."""
    plain = _plain(value)
    return any(plain in number or number in plain for number in numbers if number)


def _plain(value: str) -> str:
    return re.sub(r"[^0-9a-z]", "", fold(value))


def _solid(found: str) -> str:
    """Cut a reference where plain words begin: after its first word only codes belong to it."""
    words = found.split(" ")
    kept = [words[0]]
    for word in words[1:]:
        is_code = word == word.upper() and word not in _STOP_WORDS
        if kept[-1].endswith((".", ",")) or not is_code or _NOT_REFERENCE.fullmatch(word):
            break
        kept.append(word)
    return " ".join(kept).strip(" .,-")
