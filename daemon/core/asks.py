"""What planning asks a rep: to approve, to take over, to decide, to find an address.

Each matter is asked once: its forward's id is made of what it is about, so deciding twice
asks once. Source: DESIGN §2 (take-on, minimum, approval) and §5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from daemon.core.card import card_of
from daemon.core.effects import ForwardToRep
from daemon.core.events import ApprovalPassedOn, ForwardMoved, RepAsked
from daemon.core.letters import LetterContent
from daemon.core.minutes import Minutes
from daemon.core.state import ForwardStage, ForwardState, Letter, Stage
from daemon.core.view import View

ENDED = frozenset({ForwardStage.ANSWERED, ForwardStage.CLOSED})


def short_hash(parts: Iterable[str]) -> str:
    """Return a short stable name for a set of facts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def ask(
    minutes: Minutes,
    *,
    matter: str,
    subject: str,
    why: str,
    evidence: tuple[str, ...],
    done: tuple[str, ...],
    next_if_silent: str,
    commands: tuple[str, ...],
    invoices: tuple[str, ...],
    letter: str = "",
) -> None:
    """Forward a matter to the account's owner, once for each `matter` of the account."""
    forward = f"{minutes.account}|{matter}"
    if any(known.id == forward for known in minutes.state.forwards):
        return
    rep = minutes.state.facts.owner
    card = card_of(minutes.view)
    asked = ForwardState(
        id=forward,
        origin=letter or forward,
        rep=rep,
        why=why,
        sent_at=minutes.now,
        invoices=invoices,
        letter=letter,
        commands=commands,
    )
    minutes.note(RepAsked(forward=asked))
    minutes.effects.append(
        ForwardToRep(
            key=forward,
            forward=forward,
            rep=rep,
            subject=subject,
            why=why,
            evidence=evidence,
            done=done,
            next_if_silent=next_if_silent,
            card=card,
            draft_answer="",
            commands=commands,
            mail="",
            letter=letter,
        )
    )


def ask_approval(minutes: Minutes, letter: Letter, content: LetterContent, why: str) -> None:
    """Ask the owner to approve or veto a letter."""
    totals = ", ".join(str(total.asked) for total in content.totals)
    numbers = tuple(line.number for line in letter.lines)
    assert letter.expires_on is not None
    ask(
        minutes,
        matter=f"approval|{letter.key}",
        subject=f"Approve {letter.level} to {content.account_name}: {totals}",
        why=why,
        evidence=tuple(
            f"{row.number}: {row.demanded} of {row.open}, {row.days_overdue} days overdue"
            for row in content.demanded
        ),
        done=(f"The letter to {letter.recipient} is composed and waits.",),
        next_if_silent=(
            f"Nothing is sent without your word. After {letter.expires_on.isoformat()} "
            f"{minutes.house.reps.deputy_of(minutes.state.facts.owner)} is asked."
        ),
        commands=("approve", "veto", "pause 14d"),
        invoices=numbers,
        letter=letter.key,
    )


def pass_on_approval(minutes: Minutes, letter: Letter) -> None:
    """Nobody answered in time: give the approval to the deputy, and go on asking."""
    view = minutes.view
    owner = minutes.state.facts.owner
    deputy = minutes.house.reps.deputy_of(owner)
    expires_on = view.house_calendar.add_business_days(
        view.house_today, minutes.house.policy.approval_business_days
    )
    minutes.note(ApprovalPassedOn(key=letter.key, expires_on=expires_on))
    forward = _forward_of(minutes, letter)
    if forward is not None and forward.stage not in ENDED:
        minutes.note(
            ForwardMoved(
                forward=forward.id,
                stage=ForwardStage.WITH_DEPUTY,
                rep=deputy,
                on=view.house_today,
            )
        )
    matter = forward.id if forward is not None else f"{minutes.account}|approval|{letter.key}"
    minutes.because.append(f"nobody approved {letter.key}, so {deputy} is asked")
    minutes.effects.append(
        ForwardToRep(
            key=f"{matter}|{expires_on.isoformat()}",
            forward=matter,
            rep=deputy,
            subject=f"Approve {letter.level} to {minutes.state.facts.name} (for {owner})",
            why=f"{owner} did not answer in time; {letter.because}",
            evidence=tuple(f"{line.number}: {line.level}" for line in letter.lines),
            done=(f"The letter to {letter.recipient} is composed and waits.",),
            next_if_silent=f"Nothing is sent. You are asked again after {expires_on.isoformat()}.",
            card=card_of(minutes.view),
            draft_answer="",
            commands=("approve", "veto", "pause 14d"),
            mail="",
            letter=letter.key,
            repeat=1,
        )
    )


def close_approval(minutes: Minutes, letter: Letter) -> None:
    """The letter is gone, so there is nothing left to approve."""
    forward = _forward_of(minutes, letter)
    if forward is not None and forward.stage not in ENDED:
        minutes.note(
            ForwardMoved(
                forward=forward.id,
                stage=ForwardStage.CLOSED,
                rep=forward.rep,
                on=minutes.view.house_today,
            )
        )


def _forward_of(minutes: Minutes, letter: Letter) -> ForwardState | None:
    return next((known for known in minutes.state.forwards if known.letter == letter.key), None)


def ask_to_apply_cash(minutes: Minutes, content: LetterContent, currencies: frozenset[str]) -> None:
    """What is left after credits is too small: ask the owner to apply the cash, once a change."""
    credit_rows = [
        row for row in (*content.credits, *content.unapplied) if row.open.currency in currencies
    ]
    if not credit_rows:
        return
    numbers = tuple(row.number for row in content.demanded if row.open.currency in currencies)
    facts = [f"{row.number} {row.open}" for row in (*credit_rows, *content.demanded)]
    ask(
        minutes,
        matter=f"apply_cash|{short_hash(facts)}",
        subject=f"Please apply the cash of {content.account_name}",
        why="credit notes or unapplied payments cover what is due, so no letter goes",
        evidence=tuple(f"{row.number}: {row.open}" for row in credit_rows),
        done=("No letter was written.",),
        next_if_silent="No letter goes while the rest is below the minimum.",
        commands=("pause 14d", "note"),
        invoices=numbers,
    )


def ask_for_contact(minutes: Minutes, numbers: tuple[str, ...], because: str) -> None:
    """No usable address is left: tell the owner once for this set of addresses.

    Where a bounce has asked for an address already, nobody is asked twice. A question that ended
    without an answer, because its invoices were paid, is asked anew for the next ones.
    """
    if any(
        forward.stage not in ENDED and any(line.startswith("contact ") for line in forward.commands)
        for forward in minutes.state.forwards
    ):
        return
    addresses = sorted(f"{contact.address} {contact.status}" for contact in minutes.state.contacts)
    matter = f"no_contact|{short_hash(addresses)}"
    unanswered = sum(
        forward.stage is ForwardStage.CLOSED
        and forward.id.startswith(f"{minutes.account}|{matter}")
        for forward in minutes.state.forwards
    )
    ask(
        minutes,
        matter=f"{matter}|{unanswered + 1}" if unanswered else matter,
        subject=f"No address for {minutes.state.facts.name}",
        why=because,
        evidence=tuple(addresses) or ("no address on file",),
        done=("No letter was written.",),
        next_if_silent="No letter goes to this account until it has an address.",
        commands=("contact name@example.com", "pause 14d"),
        invoices=numbers,
    )


def ask_about_take_on(minutes: Minutes) -> None:
    """Invoices too old for a letter at take-on: list them for the owner, each once."""
    asked = {
        number
        for forward in minutes.state.forwards
        if forward.id.startswith(f"{minutes.account}|take_on|")
        for number in forward.invoices
    }
    view = minutes.view
    waiting = tuple(
        item
        for item in view.open_invoices()
        if _awaits_owner(view, item.number) and item.number not in asked
    )
    if not waiting:
        return
    numbers = tuple(item.number for item in waiting)
    ask(
        minutes,
        matter=f"take_on|{short_hash(numbers)}",
        subject=f"Old invoices of {minutes.state.facts.name}: start or hand over?",
        why=(
            "these invoices were more than "
            f"{minutes.house.policy.take_on_reminder_days_max} days overdue when Duly took over"
        ),
        evidence=tuple(
            f"{item.number}: {item.open}, due {item.due_on.isoformat()}" for item in waiting
        ),
        done=("No letter was written about them.",),
        next_if_silent="No letter goes about these invoices before your word.",
        commands=("start", "hand over"),
        invoices=numbers,
    )


def _awaits_owner(view: View, number: str) -> bool:
    entry = view.entries[number]
    return not entry.is_taken_on and entry.stage is not Stage.HANDED_OVER
