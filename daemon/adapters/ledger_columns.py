"""Which column of a ledger file means what: canonical names, mapped ones, and known exports.

A canonical column is found by, in this order: the header that `[ledger.columns]` maps to it;
its own name; a header that a known accounting program uses (the table RECOGNISED: Xero,
QuickBooks, Sage, DATEV, and the plain words of seven languages). Headers compare by their
key: case, spaces and punctuation do not count. The header row may stand below title rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from daemon.adapters.ledger_dates import DateOrder
from daemon.adapters.ledger_values import Cell, DecimalMark
from daemon.adapters.ledger_words import key_of
from daemon.core.feed import FeedKind

HEADER_ROWS_MAX = 40


class Column(StrEnum):
    """A canonical column. The last block only helps to derive amounts and is never required."""

    # The hash of Enum is a Python function; a row asks for some forty columns.
    __hash__ = str.__hash__

    ACCOUNT = "account"
    NAME = "name"
    NUMBER = "number"
    KIND = "kind"
    ISSUED = "issued"
    DUE = "due"
    CURRENCY = "currency"
    TOTAL = "total"
    OPEN = "open"
    EMAIL = "email"
    COUNTRY = "country"
    ZONE = "zone"
    LANGUAGE = "language"
    SEGMENT = "segment"
    OWNER = "owner"
    PROCEDURE = "procedure"
    PURCHASE_ORDER = "po"
    TERMS = "terms"
    PAYMENT_REFERENCE = "payment_reference"
    DISPUTED = "disputed"
    ON_HOLD = "on_hold"
    PROTECTED = "protected"
    EXCLUDED = "excluded"
    AUTOPAY = "autopay"
    CREDIT_LIMIT = "credit_limit"
    LAST_LEVEL = "last_level"
    LAST_LETTER_ON = "last_letter_on"
    PDF = "pdf"
    REPLACES = "replaces"
    INSTALMENTS = "instalments"

    PAID = "paid"
    DEBIT = "debit"
    CREDIT = "credit"
    SIDE = "side"
    STATUS = "status"
    LINE_AMOUNT = "line_amount"


AMOUNT_COLUMNS = (Column.TOTAL, Column.OPEN, Column.PAID, Column.DEBIT, Column.CREDIT)
DATE_COLUMNS = (Column.ISSUED, Column.DUE, Column.LAST_LETTER_ON)

# What a row says of the debtor.
PARTY = (
    Column.EMAIL,
    Column.COUNTRY,
    Column.ZONE,
    Column.LANGUAGE,
    Column.SEGMENT,
    Column.OWNER,
    Column.PROCEDURE,
)
# A bad cell of these has a safe default and does not cost the row.
SOFT = {*PARTY, Column.CREDIT_LIMIT, Column.TERMS, Column.PDF} - {Column.PROCEDURE}

# Headers that need no mapping, split at ";"; the earlier wins where a file has two of them.
# Running balances ("Balance", "Solde") are no open amounts and stay out.
RECOGNISED: dict[Column, str] = {
    Column.ACCOUNT: (
        "account no;account number;account ref;account reference;account code;customer no;"
        "customer number;customer id;customer code;CustomerRecord.AccountReference;"
        "AccountReference;A/C;A/C ref;Konto;Kontonummer;Debitor;Debitorennummer;Debitorenkonto;"
        "Kundennummer;Kunden-Nr;Kundennr;Personenkonto;numéro client;code client;compte client;"
        "número de cliente;codice cliente;klantnummer;debiteurnummer;número do cliente;"
        "numer klienta"
    ),
    Column.NAME: (
        "ContactName;customer full name;customer name;customer;client name;client;"
        "CustomerRecord.AccountName;AccountName;account name;company;company name;debtor;"
        "Kundenname;Kunde;Kontobezeichnung;Kontobeschriftung;Debitorenname;Firma;Name 1;"
        "nom du client;nom client;raison sociale;nombre del cliente;cliente;ragione sociale;"
        "klantnaam;klant;debiteur;nome do cliente;nazwa klienta;kontrahent"
    ),
    Column.NUMBER: (
        "InvoiceNumber;invoice no;invoice nr;invoice num;invoice id;invoice;invoice ref;inv ref;"
        "document number;document no;doc number;doc no;Num;No.;TransactionOverview.Reference;"
        "Rechnungsnummer;Rechnungs-Nr;Rechnungsnr;Rechnung Nr;Rechnung;Belegnummer;Beleg-Nr;"
        "Belegnr;Belegfeld 1;OP-Nummer;OP-Nr;numéro de facture;n° facture;facture;"
        "número de factura;factura;numero fattura;fattura;factuurnummer;factuur;"
        "número da fatura;fatura;numer faktury;faktura;Reference"
    ),
    Column.KIND: (
        "transaction type;document type;doc type;invoice type;type;TransactionOverview.Type;"
        "Belegart;Buchungsart;Dokumenttyp;Art;type de document;tipo de documento;tipo documento;"
        "documenttype;typ dokumentu"
    ),
    Column.ISSUED: (
        "InvoiceDate;issue date;issued on;document date;doc date;TransactionOverview.Date;"
        "Rechnungsdatum;Belegdatum;Ausstellungsdatum;date de facture;date facture;"
        "date d'émission;fecha de factura;fecha de emisión;data fattura;data documento;"
        "factuurdatum;data da fatura;data de emissão;data wystawienia;date;transaction date;"
        "Datum;fecha;data"
    ),
    Column.DUE: (
        "DueDate;date due;due on;payment due;payment due date;TransactionOverview.DueDate;"
        "Fälligkeit;Fälligkeitsdatum;fällig am;fällig;Faelligkeit;Faelligkeitsdatum;"
        "zahlbar bis;date d'échéance;échéance;fecha de vencimiento;vencimiento;"
        "data scadenza;scadenza;vervaldatum;vervaldag;data de vencimento;vencimento;"
        "termin płatności"
    ),
    Column.CURRENCY: (
        "currency code;ccy;curr;Währung;Waehrung;WKZ;WKZ Umsatz;Währungskennzeichen;"
        "Währungscode;devise;moneda;divisa;moeda;waluta"
    ),
    Column.TOTAL: (
        "invoice total;total amount;gross amount;gross;invoice amount;original amount;"
        "amount;Rechnungsbetrag;Bruttobetrag;Gesamtbetrag;Betrag;montant ttc;montant;"
        "importe total;importe;importo totale;importo;totaalbedrag;bedrag;valor total;valor;"
        "kwota brutto;kwota"
    ),
    Column.OPEN: (
        "InvoiceAmountDue;amount due;open balance;open amount;outstanding;outstanding amount;"
        "balance due;amount outstanding;unpaid;remaining;"
        "TransactionOverview.AgedAmount;AgedAmount;offen;offener Betrag;offener Posten;Saldo;"
        "Restbetrag;OP-Betrag;OP-Saldo;reste dû;reste à payer;saldo pendiente;"
        "importe pendiente;pendiente;residuo;importo aperto;openstaand;openstaand bedrag;"
        "em aberto;valor em aberto;do zapłaty;pozostało"
    ),
    Column.EMAIL: (
        "EmailAddress;e-mail;e-mail address;mail;mail address;customer email;contact email;"
        "billing email;E-Mail-Adresse;Rechnungsmail;adresse e-mail;courriel;"
        "correo electrónico;correo;indirizzo e-mail;e-mailadres"
    ),
    Column.COUNTRY: (
        "country code;SACountry;POCountry;billing country;Land;Länderkennzeichen;Staat;pays;"
        "país;paese;kraj"
    ),
    Column.ZONE: "time zone;Zeitzone",
    Column.LANGUAGE: "language code;Sprache;langue;idioma;lingua;taal;język",
    Column.SEGMENT: "customer segment;customer group;Kundengruppe;Segment",
    Column.OWNER: (
        "account owner;account manager;sales rep;credit controller;Sachbearbeiter;Betreuer"
    ),
    Column.PROCEDURE: "dunning procedure;Mahnverfahren",
    Column.PURCHASE_ORDER: (
        "purchase order;purchase order number;po number;po no;P.O. number;Bestellnummer;"
        "Bestell-Nr;bon de commande;pedido"
    ),
    Column.TERMS: "payment terms;Zahlungsbedingung;Zahlungsbedingungen",
    Column.PAYMENT_REFERENCE: "payment ref;Verwendungszweck;Zahlungsreferenz",
    Column.DISPUTED: "is disputed;in dispute;dispute;strittig;Reklamation;litige",
    Column.ON_HOLD: "hold;Mahnsperre",
    Column.CREDIT_LIMIT: "Kreditlimit;Kreditlinie",
    Column.LAST_LEVEL: "dunning level;Mahnstufe",
    Column.LAST_LETTER_ON: (
        "last reminder;last reminder date;letzte Mahnung;letztes Mahndatum;Mahndatum"
    ),
    Column.PDF: "pdf file;invoice pdf",
    Column.PAID: (
        "InvoiceAmountPaid;amount paid;payments;bezahlt;gezahlt;bereits gezahlt;payé;pagado;"
        "pagato;betaald;pago;zapłacono"
    ),
    Column.DEBIT: "Sollbetrag;Soll;Betrag Soll;Umsatz Soll",
    Column.CREDIT: "Habenbetrag;Haben;Betrag Haben;Umsatz Haben",
    Column.SIDE: (
        "S/H;Soll/Haben;Soll/Haben-Kennzeichen;Saldo S/H;SH-Kennzeichen;debit/credit;dr/cr"
    ),
    Column.STATUS: "invoice status",
    Column.LINE_AMOUNT: "LineAmount",
}
KEYS = {
    column: tuple(
        key_of(name) for name in (column.value, *RECOGNISED.get(column, "").split(";")) if name
    )
    for column in Column
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOptions:
    """How to read a ledger file; None and empty mean: the file's own evidence decides.

    `columns` are pairs (canonical column, header in the file). `delimiter` is one character,
    `encoding` a Python codec name.
    """

    kind: FeedKind = FeedKind.OPEN_ITEMS
    delimiter: str | None = None
    encoding: str | None = None
    decimal: DecimalMark | None = None
    date_order: DateOrder | None = None
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header row that was found: its index among the rows, line, width, and the columns."""

    index: int
    line: int
    width: int
    names: tuple[str, ...]
    places: tuple[tuple[Column, int], ...]

    def place(self, column: Column) -> int | None:
        """Return where the column stands, None where the file lacks it."""
        for known, place in self.places:
            if known is column:
                return place
        return None

    def shown(self, column: Column) -> str:
        """Return the column's header as the file writes it, else the canonical name."""
        place = self.place(column)
        return column.value if place is None else self.names[place]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoHeader:
    """No row of the file is a header that we can use: a sentence with the mend."""

    line: int
    sentence: str


def missing_columns(found: frozenset[Column]) -> tuple[str, ...]:
    """Return what the required columns lack, in words."""
    lacks = []
    if not found & {Column.ACCOUNT, Column.NAME}:
        lacks.append("account (or name)")
    lacks.extend(c.value for c in (Column.NUMBER, Column.DUE) if c not in found)
    is_derived = {Column.TOTAL, Column.PAID} <= found or {Column.DEBIT, Column.CREDIT} <= found
    if Column.OPEN not in found and not is_derived:
        lacks.append("open")
    return tuple(lacks)


def _match(cells: Sequence[Cell], mapped: dict[Column, str]) -> dict[Column, int]:
    keys = [key_of(cell) if isinstance(cell, str) else "" for cell in cells]
    places: dict[Column, int] = {}
    taken: set[int] = set()
    for column, wanted in mapped.items():
        if wanted in keys:
            places[column] = keys.index(wanted)
            taken.add(places[column])
    standing = dict[str, list[int]]()
    for place, key in enumerate(keys):
        if place not in taken and key:
            standing.setdefault(key, []).append(place)
    # Two passes: a canonical name is never lost to another column's synonym.
    for synonyms in (False, True):
        for column, names in KEYS.items():
            if column in places or column in mapped:
                continue
            for name in names[1:] if synonyms else names[:1]:
                free = standing.get(name)
                if free:
                    places[column] = free.pop(0)
                    break
    return places


def find_header(
    rows: Sequence[tuple[int, Sequence[Cell]]], options: LedgerOptions
) -> Header | NoHeader:
    """Find the header among the first rows of a file, given as (line, cells).

    Returns:
        The first row with all required columns; else what the best row lacks.
    """
    mapped = {Column(canonical): key_of(header) for canonical, header in options.columns}
    best: tuple[int, int, dict[Column, int]] = (-1, 0, {})
    for index, (line, cells) in enumerate(rows[:HEADER_ROWS_MAX]):
        places = _match(cells, mapped)
        if len(places) > len(best[2]):
            best = (index, line, places)
        found = frozenset(places)
        if missing_columns(found) or not set(mapped) <= found:
            continue
        names = tuple("" if cell is None else str(cell).strip() for cell in cells)
        doubled = _doubled(names, options)
        if doubled:
            sentence = f"the header {doubled!r} stands twice: rename one, [ledger.columns] needs it"
            return NoHeader(line=line, sentence=sentence)
        return Header(
            index=index,
            line=line,
            width=len(names),
            names=names,
            places=tuple(places.items()),
        )
    _, line, places = best
    unmapped = [header for name, header in options.columns if Column(name) not in places]
    if unmapped:
        sentence = f"no column {unmapped[0]!r} in the file, which [ledger.columns] names"
    else:
        lacks = ", ".join(missing_columns(frozenset(places)))
        sentence = f'no column found for {lacks}: name it under [ledger.columns], as in due = "…"'
    return NoHeader(line=max(line, 1), sentence=sentence)


def _doubled(names: tuple[str, ...], options: LedgerOptions) -> str:
    keys = [key_of(name) for name in names]
    for _, header in options.columns:
        if keys.count(key_of(header)) > 1:
            return header
    return ""
