"""The customers: each persona reads a letter and decides what to write and when to pay.

A persona is a function of the scene alone: no clock, no store, no randomness. What it does is
a list of deeds that the story carries out on their day.
"""

from __future__ import annotations

from datetime import timedelta

from daemon.world.ledger import Book
from daemon.world.scene import (
    Clear,
    Customer,
    Deed,
    Scene,
    Send,
    Settle,
    priced,
    working_day,
)
from daemon.world.words import Said
from daemon.world.writing import Speaker, stray

FORGER = "Dr. Marc Stern"


def prompt_payer(scene: Scene) -> tuple[Deed, ...]:
    """Pays every invoice on its due date, whatever anybody writes: see `standing_orders`."""
    return ()


def standing_orders(customers: tuple[Customer, ...], book: Book) -> list[Deed]:
    """Return what is paid without any letter."""
    return [
        Settle(on=working_day(row.due), number=row.number)
        for customer in customers
        if customer.persona is prompt_payer
        for row in book.items_of(customer.debtor.reference)
    ]


def pays_after_reminder(scene: Scene) -> tuple[Deed, ...]:
    """Forgets the due date, pays two days after the first letter about it."""
    return scene.pay(2) if scene.nth else ()


def keeps_promises(scene: Scene) -> tuple[Deed, ...]:
    """Names a date in his answer and pays on it."""
    return (scene.write(Said.PROMISE, days=8), *scene.pay(8)) if scene.nth else ()


def breaks_promises(scene: Scene) -> tuple[Deed, ...]:
    """Promises twice, pays nothing, and pays the third letter."""
    match scene.nth:
        case 0:
            return ()
        case 1:
            return (scene.write(Said.PROMISE, days=6),)
        case 2:
            return (scene.write(Said.PROMISE_AGAIN, days=7),)
        case _:
            return scene.pay(3)


def disputes_price(scene: Scene) -> tuple[Deed, ...]:
    """Finds the price too high; pays the rest once a credit is promised."""
    if scene.nth == 1:
        number = scene.numbers[0]
        amount = priced(
            scene.book.money(number, disputed_minor(scene.book, number)),
            scene.customer.debtor.language,
        )
        return (scene.write(Said.DISPUTE_PRICE, amount=amount),)
    return scene.pay(4) if scene.nth else ()


def disputed_minor(book: Book, number: str) -> int:
    """Return what the price dispute is about: a tenth, in whole major units."""
    return book.rows[number].total // 1_000 * 100


def disputes_purchase_order(scene: Scene) -> tuple[Deed, ...]:
    """Cannot book the invoice under its purchase order; pays once that is settled."""
    if scene.nth == 1:
        return (scene.write(Said.DISPUTE_PURCHASE_ORDER),)
    return scene.pay(5) if scene.nth else ()


def sends_remittance(scene: Scene) -> tuple[Deed, ...]:
    """Pays at once and lists in the mail what for."""
    if not scene.nth:
        return ()
    language, book = scene.customer.debtor.language, scene.book
    amounts = {number: book.rows[number].open for number in scene.numbers}
    rows = "\n".join(
        f"{number}   {priced(book.money(number, minor), language)}"
        for number, minor in amounts.items()
    )
    total = priced(book.money(scene.numbers[0], sum(amounts.values())), language)
    return (scene.write(Said.REMITTANCE, days=1, rows=rows, total=total), *scene.pay(2))


def has_paid(scene: Scene) -> tuple[Deed, ...]:
    """Says that it is paid, and it is: the bank was slow."""
    return (scene.write(Said.PAID, days=-1), *scene.pay(2)) if scene.nth else ()


def says_paid(scene: Scene) -> tuple[Deed, ...]:
    """Says that it is paid, and it is not; pays the second letter."""
    if scene.nth == 1:
        return (scene.write(Said.PAID, days=-3),)
    return scene.pay(3) if scene.nth else ()


def is_away(scene: Scene) -> tuple[Deed, ...]:
    """Sits on a beach at the first letter; pays the next one."""
    if scene.nth == 1:
        return (scene.write(Said.ABSENCE, days=9),)
    return scene.pay(2) if scene.nth else ()


def silent(scene: Scene) -> tuple[Deed, ...]:
    """Never says or pays anything."""
    return ()


def wants_copy(scene: Scene) -> tuple[Deed, ...]:
    """Has never seen the invoice; pays once it has it."""
    if scene.nth == 1:
        return (scene.write(Said.COPY),)
    return scene.pay(4) if scene.nth else ()


def wants_plan(scene: Scene) -> tuple[Deed, ...]:
    """Asks for instalments and pays them."""
    if scene.nth != 1:
        return ()
    return (scene.write(Said.PLAN), *scene.pay(9, 34), *scene.pay(23, 33), *scene.pay(37))


def is_insolvent(scene: Scene) -> tuple[Deed, ...]:
    """Has filed for insolvency."""
    return (scene.write(Said.HARDSHIP),) if scene.nth == 1 else ()


def wants_silence(scene: Scene) -> tuple[Deed, ...]:
    """Wants no more mail."""
    return (scene.write(Said.STOP),) if scene.nth == 1 else ()


def has_ticket_system(scene: Scene) -> tuple[Deed, ...]:
    """A machine answers every letter; a person pays the second one."""
    receipt = scene.write(Said.TICKET)
    return (receipt, *scene.pay(3)) if scene.nth > 1 else (receipt,)


def is_impersonated(scene: Scene) -> tuple[Deed, ...]:
    """Says nothing himself, but a stranger forges a promise in his name; pays the third letter."""
    if scene.nth == 1:
        at = scene.moment(1)
        victim = scene.customer.debtor
        forger = Speaker(address=victim.email, name=FORGER, language=victim.language)
        text = scene.say(Said.FORGED, 25, signer=FORGER)
        subject = "Your reminder"
        forged = Send(
            at=at,
            reference=victim.reference,
            said=Said.FORGED,
            raw=stray(forger, scene.office, subject, text, at),
            sender=forger.address,
            verdict="fail",
        )
        return (forged,)
    return scene.pay(3) if scene.nth > 2 else ()


def pays_soon(scene: Scene) -> tuple[Deed, ...]:
    """Says thank you, names no date, and pays within the week."""
    if scene.nth == 1:
        return (scene.write(Said.SOON), *scene.pay(6))
    return scene.pay(5) if scene.nth else ()


def changes_contact(scene: Scene) -> tuple[Deed, ...]:
    """Names a colleague, who pays when he is written to."""
    if scene.letter.envelope_to[0] == scene.customer.debtor.email:
        return (scene.write(Said.CONTACT),) if scene.nth == 1 else ()
    return scene.pay(3) if scene.nth else ()


def pays_in_part(scene: Scene) -> tuple[Deed, ...]:
    """Pays six tenths first, the rest after the second letter."""
    if scene.nth == 1:
        return scene.pay(2, 60)
    return scene.pay(3) if scene.nth else ()


def pays_balance(scene: Scene) -> tuple[Deed, ...]:
    """Pays what the letter's arithmetic leaves, and accounting clears the account with it."""
    on = working_day(scene.on + timedelta(days=4))
    return (Clear(on=on, reference=scene.customer.debtor.reference),) if scene.nth == 2 else ()
