"""Those in Cc of a letter: in its transaction when live, nowhere else; told where refused."""

from __future__ import annotations

from dataclasses import replace

from daemon.application import Delivery
from daemon.core.model import ContactRole
from daemon.core.state import LetterStage
from daemon.ports import Accepted, Commit, OutgoingKind
from daemon.rounds.deliver import deliver_round
from daemon.rounds.gather import MODE
from daemon.rounds.plan import plan_round
from tests.core.builders import contact, default_facts, invoice, opening
from tests.rounds.conftest import Desk
from tests.store.builders import snapshot

MAX = 10
BOOKS = "books@one.example.org"


async def open_with_a_copy(desk: Desk) -> None:
    """Import one overdue invoice of a customer who wants a copy of each letter."""
    facts = default_facts(reference="one", name="one", country="DE", zone="Europe/Berlin")
    people = (contact("ap@one.example.org"), contact(BOOKS, ContactRole.CC))
    events = opening(invoice("A", "2026-06-01", 100), facts=facts, contacts=people)
    now = desk.clock.now()
    commit = Commit(account=facts.account, expected=0, events=events, next_action_at=now)
    await desk.store.apply_import(snapshot("2026-06-11", "2026-06-11"), [commit], now)
    await plan_round(desk.app)


async def test_a_refused_copy_is_told_and_the_letter_stands(desk: Desk) -> None:
    """The operator hears of it, once, in the commit that counts the letter as sent."""
    refused = f"{BOOKS}: 550 5.1.1 nobody here"
    desk.relay.answers.append(Accepted(reply="250 ok", refused_copies=(refused,)))
    await open_with_a_copy(desk)
    tried = [await deliver_round(desk.app), await deliver_round(desk.app)]
    state = (await desk.store.load(["main/one"]))["main/one"]
    alarms = await desk.store.due_outgoing(desk.clock.now(), [OutgoingKind.ALARM], MAX)

    assert [1, 0] == tried
    assert [("ap@one.example.org", (BOOKS,))] == desk.relay.envelopes
    assert [LetterStage.ACCEPTED] == [letter.stage for letter in state.letters]
    assert [refused] == [row.effect.lines[-1] for row in alarms if hasattr(row.effect, "lines")]


async def test_in_redirect_mode_nobody_gets_a_copy(desk: Desk) -> None:
    """All goes to one internal address, and nothing to the customer's other readers."""
    await desk.store.set_fact(MODE, "redirect")
    app = replace(desk.app, delivery=Delivery(redirect_to="desk@seller.example.com"))
    await open_with_a_copy(desk)
    await deliver_round(app)

    assert [("desk@seller.example.com", ())] == desk.relay.envelopes
