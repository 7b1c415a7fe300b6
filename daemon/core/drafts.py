"""Drafts: answers to customers that a rep may send as they stand.

In English or German after the account's language; every other language gets English. A draft
says only what the ledger and the master record say of this very account.
"""

from __future__ import annotations

from datetime import date

from daemon.core.act_case import names, open_numbers, open_of
from daemon.core.house import House
from daemon.core.model import Creditor
from daemon.core.money import Money, exponent, total_per_currency
from daemon.core.state import AccountState

ROWS_MAX = 40
GERMAN = "de"
MONTH_NAMES = (
    "January February March April May June July August September October November December"
)
MONTHS = MONTH_NAMES.split()


def amount_text(amount: Money, language: str) -> str:
    """Return an amount as a letter writes it: `1,200.00 EUR`, German `1.200,00 EUR`."""
    plain = f"{amount.decimal:,.{exponent(amount.currency)}f}"
    if language == GERMAN:
        plain = plain.translate(str.maketrans(",.", ".,"))
    return f"{plain} {amount.currency}"


def date_text(on: date, language: str) -> str:
    """Return a date as a letter writes it: `24 June 2026`, German `24.06.2026`."""
    if language == GERMAN:
        return f"{on.day:02d}.{on.month:02d}.{on.year}"
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def ask_for_date(state: AccountState, numbers: tuple[str, ...], house: House) -> str:
    """Ask on which day the invoices will be paid."""
    if state.facts.language == GERMAN:
        body = (
            "vielen Dank für Ihre Nachricht. An welchem Tag dürfen wir mit Ihrer Zahlung rechnen?",
            _rows(state, numbers),
        )
    else:
        body = (
            "thank you for your message. On which day may we expect your payment?",
            _rows(state, numbers),
        )
    return _letter(state, house, *body)


def ask_for_proof(state: AccountState, numbers: tuple[str, ...], house: House) -> str:
    """Ask for date, amount and account of a payment that was not found."""
    if state.facts.language == GERMAN:
        body = (
            "Sie schrieben, dass folgende Rechnungen bezahlt sind. In unseren Büchern können wir "
            "die Zahlung noch nicht finden:",
            _rows(state, numbers),
            "Bitte nennen Sie uns das Datum der Zahlung, den Betrag und das Konto, auf das Sie "
            "überwiesen haben, oder senden Sie uns den Zahlungsbeleg.",
        )
    else:
        body = (
            "you wrote that the following invoices are paid. We cannot find the payment in our "
            "books yet:",
            _rows(state, numbers),
            "Please tell us the date of the payment, the amount and the account it went to, or "
            "send us the payment advice.",
        )
    return _letter(state, house, *body)


def send_copy(state: AccountState, numbers: tuple[str, ...], house: House) -> str:
    """Announce the invoice copies that the rep attaches."""
    if state.facts.language == GERMAN:
        opening = "anbei erhalten Sie die gewünschte Rechnungskopie:"
    else:
        opening = "please find attached the invoice copy that you asked for:"
    return _letter(state, house, opening, _rows(state, numbers), _payment(house.creditor, state))


def send_facts(state: AccountState, house: House) -> str:
    """Answer from the ledger: the open items with orders, our bank details, our VAT number."""
    numbers = open_numbers(state)
    if state.facts.language == GERMAN:
        opening = "gern beantworten wir Ihre Frage. Derzeit sind bei uns offen:"
    else:
        opening = "here is the answer to your question. At present the following is open:"
    return _letter(state, house, opening, _rows(state, numbers), _payment(house.creditor, state))


def ask_back(state: AccountState, house: House) -> str:
    """Confirm that a question arrived and is being looked into."""
    if state.facts.language == GERMAN:
        text = "vielen Dank für Ihre Nachricht. Wir klären Ihre Frage und melden uns bei Ihnen."
    else:
        text = "thank you for your message. We are looking into your question and will reply."
    return _letter(state, house, text)


def confirm_dispute(state: AccountState, numbers: tuple[str, ...], house: House) -> str:
    """Confirm that an objection arrived and that the invoices rest meanwhile."""
    about = names(numbers)
    if state.facts.language == GERMAN:
        text = (
            f"vielen Dank für Ihren Hinweis zu {about.replace(' and ', ' und ')}. Wir prüfen ihn; "
            "bis dahin erinnern wir Sie nicht an den strittigen Betrag."
        )
    else:
        text = (
            f"thank you for telling us about {about}. We are checking it and will not remind you "
            "of the disputed amount until then."
        )
    return _letter(state, house, text)


def _letter(state: AccountState, house: House, *paragraphs: str) -> str:
    is_german = state.facts.language == GERMAN
    salutation = "Guten Tag," if is_german else "Dear Sir or Madam,"
    closing = "Mit freundlichen Grüßen" if is_german else "Kind regards"
    body = [text for text in paragraphs if text]
    first, rest = body[0], body[1:]
    # After the comma German goes on in lower case; English begins a sentence.
    opening = first if is_german else first[:1].upper() + first[1:]
    return "\n\n".join((salutation, opening, *rest, f"{closing}\n{house.creditor.name}"))


def _rows(state: AccountState, numbers: tuple[str, ...]) -> str:
    language = state.facts.language
    is_german = language == GERMAN
    due, order, opened = (
        ("fällig", "Bestellung", "offen") if is_german else ("due", "order", "open")
    )
    lines = []
    items = tuple(item for item in (state.item(number) for number in numbers) if item is not None)
    for item in items[:ROWS_MAX]:
        amount = open_of(state, item.number) or item.open
        line = (
            f"  {item.number}, {due} {date_text(item.due_on, language)}, "
            f"{opened} {amount_text(amount, language)}"
        )
        lines.append(line + (f", {order} {item.purchase_order}" if item.purchase_order else ""))
    if len(items) > ROWS_MAX:
        more = len(items) - ROWS_MAX
        lines.append(f"  … und {more} weitere" if is_german else f"  … and {more} more")
    total = "Summe" if is_german else "Total"
    amounts = (open_of(state, item.number) or item.open for item in items)
    sums = (f"  {total}: {amount_text(each, language)}" for each in total_per_currency(amounts))
    return "\n".join((*lines, *sums))


def _payment(creditor: Creditor, state: AccountState) -> str:
    is_german = state.facts.language == GERMAN
    lines = []
    if creditor.iban:
        opening = (
            "Unsere Bankverbindung, wie auf der Rechnung"
            if is_german
            else ("Our bank details, as on the invoice")
        )
        bank = ", ".join(
            part for part in (creditor.bank_name, f"IBAN {creditor.iban}", creditor.bic) if part
        )
        lines.append(f"{opening}: {bank}")
    if creditor.vat_number:
        label = "Unsere USt-IdNr." if is_german else "Our VAT number"
        lines.append(f"{label}: {creditor.vat_number}")
    return "\n".join(lines)
