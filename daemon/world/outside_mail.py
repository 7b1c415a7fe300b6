"""The outside laws about mail that came, and what must be so when everything has rested.

Every mail that was put into the inbox and that we could see ends in one place, once; nothing
of unknown fate stays so where evidence lies; nobody who owes is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from daemon.core.state import (
    AccountState,
    ForwardStage,
    LetterStage,
    Stage,
)
from daemon.laws.findings import Reports
from daemon.ports import OutgoingStage, Store
from daemon.world.mischief import Mischief
from daemon.world.outside import Outside
from daemon.world.peep import Peep
from daemon.world.population import SAID_BY_HUMANS
from daemon.world.street import Posted, Street

ARRIVES = "every mail that lay in the inbox ends in one place, once"
ONE_EFFECT = "a mail has its effect on an account once"
OWN_HARMLESS = "our own letters coming back change nothing"
EVIDENCE = "no letter stays unknown where its copy lies in the Sent folder"
NOT_FORGOTTEN = "nobody who owes and is free of holds is forgotten"
NO_FAULT = "the product stumbles over no letter, account or mail"
FORGOTTEN_DAYS = 30
OPEN_FORWARDS = frozenset({ForwardStage.WAITING, ForwardStage.REPEATED, ForwardStage.WITH_DEPUTY})


UNREAD = ("kept", "quarantined")


@dataclass(slots=True, kw_only=True)
class OutsideMail:
    """What came, and whether it arrived. `checked` counts the posted mails looked at."""

    street: Street
    outside: Outside
    mischief: Mischief
    unread: list[Posted]
    posted_seen: int = 0

    async def hear_reps(self, peep: Peep) -> None:
        """Note what reps were heard to say in this pass, before its letters are looked at: a rep
        may lift the rest and the letter leave in one pass."""
        self.take_posted()
        said = [one for one in self.unread if self.outside.house.reps.is_rep(one.send.sender)]
        stages = await peep.mail_stages([one.message_id for one in said]) if said else {}
        for posted in said:
            if stages.get(posted.message_id, UNREAD[0]) not in UNREAD:
                self.note_read(posted)

    async def look_after_pass(self, peep: Peep) -> None:
        """Note whose words the product has read by now: from here on there is peace."""
        self.take_posted()
        if not self.unread:
            return
        stages = await peep.mail_stages([posted.message_id for posted in self.unread])
        left: list[Posted] = []
        for posted in self.unread:
            if stages.get(posted.message_id, UNREAD[0]) in UNREAD:
                left.append(posted)
                continue
            self.note_read(posted)
        self.unread = left

    def take_posted(self) -> None:
        """Take over what was sent since."""
        self.unread += self.street.posted[self.posted_seen :]
        self.posted_seen = len(self.street.posted)

    def note_read(self, posted: Posted) -> None:
        """A mail was read: a person's brings peace, a rep's may end it."""
        send, now = posted.send, self.outside.post.now()
        reference = send.reference
        if self.outside.house.reps.is_rep(send.sender):
            self.outside.spoken[reference] = now
            return
        debtor = self.street.customers[reference].debtor
        known = {debtor.email, *(address for address, _ in debtor.addresses)}
        is_person = send.said in SAID_BY_HUMANS and send.verdict == "pass" and send.sender in known
        if is_person and not posted.is_duplicate:
            self.outside.quiet[reference] = now

    async def look_at_end(self, peep: Peep, reports: Reports) -> None:
        """Check all that came, once everything has rested."""
        law = reports.law("arrives", ARRIVES)
        places = await peep.mail_places()
        posted = {posted.message_id for posted in self.street.posted} | self.mischief.noise
        for message_id in sorted(posted - self.mischief.lost):
            found = places.get(message_id, [])
            law.check(
                len(found) == 1 and found[0] != "kept",
                "",
                f"mail {message_id} came in and is now {', '.join(found) or 'nowhere'}",
            )
        own = reports.law("own_harmless", OWN_HARMLESS)
        for message_id in sorted(self.mischief.own - self.mischief.lost):
            found = places.get(message_id, [])
            own.check(
                found in (["filed"], ["quarantined"]),
                "",
                f"our own mail {message_id} came back and is {', '.join(found) or 'nowhere'}",
            )
        once = reports.law("one_effect", ONE_EFFECT)
        for account, mail, count in await peep.effects():
            once.check(count == 1, account, f"mail {mail} took effect {count} times")


async def look_at_letters(
    store: Store, outside: Outside, today: date, sent_copy: str, reports: Reports
) -> None:
    """Check what must be so of letters and accounts, once everything has rested."""
    law = reports.law("evidence", EVIDENCE)
    taken = outside.seen
    for row in await store.outgoing_in(OutgoingStage.UNKNOWN):
        has_evidence = (
            sent_copy == "auto" and row.frozen is not None and row.frozen.message_id in taken
        )
        is_letter = row.kind.value in ("letter", "delivery")
        law.check(
            not (has_evidence and is_letter),
            row.account,
            f"letter {row.key} is unknown, and its copy lies in the Sent folder",
        )
    asleep = reports.law("not_forgotten", NOT_FORGOTTEN)
    states = await store.load(await store.account_ids())
    for account, state in states.items():
        for number in forgotten(state, today):
            asleep.check(
                False, account, f"{number} is open, free of holds, and nothing happened for long"
            )
        asleep.checked += len(state.sequences)


def forgotten(state: AccountState, today: date) -> list[str]:
    """Return open invoices for which nothing has happened for long, and nothing stands by."""
    horizon = today - timedelta(days=FORGOTTEN_DAYS)
    if state.live_holds(today) or any(item.open.minor < 0 for item in state.items):
        return []
    if any(forward.stage in OPEN_FORWARDS for forward in state.forwards):
        return []
    if any(letter.stage is LetterStage.AWAITS_APPROVAL for letter in state.letters):
        return []
    ended = [hold.until_on for hold in state.holds if hold.until_on is not None]
    written = [letter.accepted_on for letter in state.letters if letter.accepted_on is not None]
    if any(on > horizon for on in (*ended, *written)):
        return []
    found = []
    for sequence in state.sequences:
        item = state.item(sequence.number)
        assert item is not None, "a sequence has its item"
        is_late = item.due_on < horizon and item.first_seen_on < horizon
        is_asked_of = sequence.stage is Stage.DUNNING and sequence.is_taken_on
        if is_asked_of and item.is_listed and is_late:
            found.append(sequence.number)
    return found
