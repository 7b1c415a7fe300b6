"""What a rep is told where nothing was done: refused, not understood, or filed in silence.

Refusals go to the rep's proven address; what may not be the rep's goes to the operator, whole.
Source: DESIGN §5.
"""

from __future__ import annotations

from dataclasses import dataclass

from daemon.application import App
from daemon.core.commands import CommandError
from daemon.core.effects import EchoToRep, Effect, TellOperator
from daemon.ports import InboxMail, LetterMatch, MailStage, Placed
from daemon.rounds.storms import too_many
from daemon.rounds.telling import tell
from parsers.reading import AuthVerdict, Identity, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A mail that answers `asked`, a mail of ours to a rep; `token` is empty where it has none."""

    mail: InboxMail
    identity: Identity
    asked: LetterMatch
    token: str

    @property
    def rep(self) -> str:
        """The sender, as [reps] writes addresses."""
        return self.identity.from_address.casefold()


async def file(app: App, answer: Answer, because: str, reading: Reading) -> None:
    """File a mail that wants no answer; answering machines end here."""
    account = answer.asked.account
    placed = Placed(
        mail=answer.mail.id,
        stage=MailStage.FILED,
        because=because,
        accounts=(account,) if account else (),
        reading=reading,
    )
    await app.store.place(placed, (), app.clock.now())


async def rep_storm(app: App, answer: Answer) -> tuple[TellOperator, ...]:
    """Count a rep's mail; return the alarm where a machine seems to answer in the rep's name."""
    what = f"{answer.rep} answers very often, perhaps by a machine; nothing more is done today."
    return await too_many(app, f"rep|{answer.rep}", "", what, app.clock.now())


async def refuse_rep(app: App, answer: Answer) -> str:
    """Return why commands are not accepted, empty where they are."""
    identity = answer.identity
    if not app.house.reps.is_rep(identity.from_address):
        return f"{identity.from_address or 'the sender'} is not a rep's address in [reps]"
    if identity.verdict is not AuthVerdict.PASS:
        return (
            "our own mail server did not confirm that the mail comes from this address "
            "(Authentication-Results: no pass); see [imap] authserv_ids"
        )
    if identity.from_count != 1:
        return "the mail names several senders"
    if not answer.token:
        return (
            "it went to the plain address without the mail's own token; "
            "use Reply, which takes the address from Reply-To"
        )
    if await app.store.is_token_used(answer.token):
        return "this mail was answered already; its token works once. Answer the newest mail"
    return ""


async def reject(app: App, answer: Answer, why: str) -> None:
    """Tell the rep that nothing was done; what may not be the rep's goes to the operator, whole."""
    mail, identity, now = answer.mail, answer.identity, app.clock.now()
    is_known = app.house.reps.is_rep(identity.from_address)
    notice: Effect
    lines = (
        f"A mail that answers {answer.asked.key} was not accepted as a command: {why}.",
        "Nothing was changed.",
    )
    if is_known and identity.verdict is AuthVerdict.PASS:
        notice = EchoToRep(
            key=f"refused|{mail.id}",
            rep=answer.rep,
            subject="Not done: " + (identity.subject or "your command"),
            lines=lines,
            in_reply_to=identity.message_id,
        )
    else:
        notice = TellOperator(
            key=f"refused|{mail.id}",
            subject="A command by mail was not accepted",
            lines=(f"From: {identity.from_address}", *lines),
            mail=mail.id,
        )
        what = "Mails that are no rep's carry the token of a mail to a rep: please look for a leak."
        most = app.house.policy.storm_forwards_per_sender_max
        for alarm in await too_many(app, "refused", identity.from_address, what, now, most):
            notice = alarm
    placed = Placed(mail=mail.id, stage=MailStage.FORWARDED, because=why)
    await app.store.place(placed, [notice], now)
    says = f"A command by mail from {identity.from_address} was not taken: {why}. Nothing changed."
    tell(app, "command_refused", says, mail=mail.id)


async def echo_errors(app: App, answer: Answer, errors: tuple[CommandError, ...]) -> None:
    """Tell the rep what was not understood; the token stays good."""
    lines = error_lines(errors) or (
        "No command was found in the first lines. Write `help` for the list.",
    )
    echo = echo_of(
        answer, f"echo|{answer.mail.id}", "Not understood", ("Nothing was changed.", *lines)
    )
    placed = Placed(
        mail=answer.mail.id, stage=MailStage.APPLIED, because="no command was understood"
    )
    await app.store.place(placed, [echo], app.clock.now())


def error_lines(errors: tuple[CommandError, ...]) -> tuple[str, ...]:
    """Return a line for each mistake, with the accepted form."""
    return tuple(f"{error.line!r}: {error.sentence}" for error in errors)


def echo_of(answer: Answer, key: str, opening: str, lines: tuple[str, ...]) -> EchoToRep:
    """Return an echo in the thread of the rep's mail."""
    return EchoToRep(
        key=key,
        rep=answer.rep,
        subject=f"{opening}: {answer.identity.subject or 'your mail'}",
        lines=lines,
        in_reply_to=answer.identity.message_id,
    )
