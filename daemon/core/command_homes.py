"""Where a command belongs: the account of its invoices, and the question that it answers.

A digest concerns many accounts, and the answer to an echo knows of no forward; there the
invoices that a command names say which account is meant, and which open question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daemon.core.act_holds import open_forwards
from daemon.core.command_words import Accept, Approve, Command, CommandError, Decline, Veto
from daemon.core.state import AccountState, ForwardState

ABOUT_A_LETTER = (Approve, Veto)
ABOUT_A_PROPOSAL = (Accept, Decline)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One command at one account; `place` is its place among all orders of a mail."""

    account: str
    command: Command
    place: int


def homes_of(
    command: Command, found: Mapping[str, Sequence[tuple[str, str]]]
) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], CommandError | None]:
    """Share a command out to the accounts of the invoices that it names.

    Args:
        command: The command, with the invoices as the rep wrote them.
        found: For each of them (account id, number as the ledger writes it).

    Returns:
        (account id, its numbers) in the order named; nothing and the mistake where an invoice is
        not known, is one of several customers, or none is named.
    """
    if not command.invoices:
        return (), CommandError(
            line=command.text,
            sentence=(
                "This mail is about many accounts: name the invoice after the verb, as in "
                "`pause INV-7 14d`."
            ),
        )
    homes: dict[str, list[str]] = {}
    for written in command.invoices:
        accounts = {account for account, _ in found.get(written, ())}
        if len(accounts) != 1:
            several = "is an invoice of several customers" if accounts else "is no invoice we know"
            return (), CommandError(line=command.text, sentence=f"{written} {several}.")
        for account, number in found[written]:
            homes.setdefault(account, []).append(number)
    return tuple((account, tuple(dict.fromkeys(known))) for account, known in homes.items()), None


def forward_meant(state: AccountState, command: Command) -> ForwardState | None:
    """Return the newest open question that a command answers by the invoices it names."""
    wanted = {number.casefold() for number in command.invoices}
    fitting = [
        entry
        for entry in open_forwards(state)
        if wanted & {number.casefold() for number in entry.invoices}
        and bool(entry.letter) == isinstance(command.action, ABOUT_A_LETTER)
        and (entry.accept or not isinstance(command.action, ABOUT_A_PROPOSAL))
    ]
    return max(fitting, key=lambda entry: (entry.sent_at, entry.id), default=None)


def proposal_meant(
    state: AccountState, command: Command, numbers: tuple[str, ...]
) -> ForwardState | None:
    """Return the newest open question whose proposal a typed `accept` or `decline` answers.

    Args:
        state: The account.
        command: What was typed.
        numbers: The invoices given beside it; empty: those in the command, else any.
    """
    if not isinstance(command.action, ABOUT_A_PROPOSAL):
        return None
    wanted = {number.casefold() for number in numbers or command.invoices}
    fitting = [
        entry
        for entry in open_forwards(state)
        if entry.accept
        and (not wanted or wanted & {number.casefold() for number in entry.invoices})
    ]
    return max(fitting, key=lambda entry: (entry.sent_at, entry.id), default=None)
