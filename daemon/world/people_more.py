"""More customers, for simulations: those who make life hard without meaning to, and those who do.

As in `people.py` a persona is a function of the scene alone; what it does is a list of deeds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from daemon.world.scene import Deed, Reverse, Scene, Send, Settle, working_day
from daemon.world.words import Said
from daemon.world.writing import Speaker, reply

SMALL_MINOR_MAX = 90_000
BANK_LAG_DAYS = 5


def pays_through_slow_bank(scene: Scene) -> tuple[Deed, ...]:
    """Pays at once and says so; the money is booked days after its value date."""
    if not scene.nth:
        return ()
    return (scene.write(Said.PAID, days=0), *scene.pay(BANK_LAG_DAYS))


def pays_small_ones(scene: Scene) -> tuple[Deed, ...]:
    """Pays what is small after a letter; what is large only after the third."""
    if not scene.nth:
        return ()
    rows = scene.book.rows
    on = working_day(scene.on + timedelta(days=2))
    return tuple(
        Settle(on=on, number=number)
        for number in scene.numbers
        if rows[number].total <= SMALL_MINOR_MAX or scene.nth > 2
    )


def answers_like_a_robot(scene: Scene) -> tuple[Deed, ...]:
    """A machine that says nothing of being one answers every mail at once; nobody pays."""
    at = scene.at + timedelta(minutes=1)
    text = scene.say(Said.TICKET, 0)
    raw = reply(scene.letter, scene.speaker, Said.SOON, text, at)
    return (
        Send(
            at=at,
            reference=scene.customer.debtor.reference,
            said=Said.TICKET,
            raw=raw,
            sender=scene.speaker.address,
        ),
    )


def lets_a_colleague_answer(scene: Scene) -> tuple[Deed, ...]:
    """Passes the letter on; a colleague whom nobody knows answers it, and pays."""
    if not scene.nth:
        return ()
    domain = scene.speaker.address.partition("@")[2]
    colleague = Speaker(
        address=f"kim@{domain}", name="Kim Vale", language=scene.customer.debtor.language
    )
    mail = scene.write(Said.PROMISE, days=6)
    text = scene.say(Said.PROMISE, 6, signer=colleague.name)
    raw = reply(scene.letter, colleague, Said.PROMISE, text, mail.at)
    return (replace(mail, raw=raw, sender=colleague.address), *scene.pay(7))


def speaks_with_two_voices(scene: Scene) -> tuple[Deed, ...]:
    """One contact promises; a day later another disputes the same invoice; paid at the third."""
    if scene.nth != 1:
        return scene.pay(2) if scene.nth > 2 else ()
    domain = scene.speaker.address.partition("@")[2]
    second = Speaker(
        address=f"second@{domain}", name="Lou Park", language=scene.customer.debtor.language
    )
    promise = scene.write(Said.PROMISE, days=9)
    later = promise.at + timedelta(days=1)
    text = scene.say(Said.DISPUTE_PURCHASE_ORDER, 0, signer=second.name)
    dispute = Send(
        at=later,
        reference=scene.customer.debtor.reference,
        said=Said.DISPUTE_PURCHASE_ORDER,
        raw=reply(scene.letter, second, Said.DISPUTE_PURCHASE_ORDER, text, later),
        sender=second.address,
    )
    return (promise, dispute)


def pays_and_takes_back(scene: Scene) -> tuple[Deed, ...]:
    """Pays after the first letter; the bank takes the money back; pays again much later."""
    if scene.nth != 1:
        return scene.pay(3) if scene.nth > 2 else ()
    back_on = working_day(scene.on + timedelta(days=9))
    return (*scene.pay(2), *(Reverse(on=back_on, number=number) for number in scene.numbers))
