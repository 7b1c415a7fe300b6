"""Rep mail: commands by reply, accepted only with token, rep address and a pass verdict.

The token is one-use and is consumed in the commit that applies the commands. What is not
accepted changes nothing and says why. Source: DESIGN §5.
"""

from __future__ import annotations

from datetime import datetime

from daemon.application import App
from daemon.core.commands import Command, CommandError, command, parse_commands
from daemon.core.effects import EchoToRep, Effect, ForwardToRep, TellOperator
from daemon.core.events import Event
from daemon.core.forwards import rep_absent
from daemon.core.state import AccountState, ForwardState
from daemon.core.turn import fold
from daemon.ports import (
    Commit,
    InboxMail,
    LetterMatch,
    MailStage,
    Placed,
    StoreConflict,
)
from daemon.rounds.gather import gather_conditions
from parsers.reading import AuthVerdict, Automatic, Context, Identity, Reading

REP_TOKEN = "r"
CONFLICTS_MAX = 10


async def read_rep_mail(app: App, mail: InboxMail, identity: Identity, base: Context) -> bool:
    """Apply a rep's commands; False where the mail is not an answer to rep mail of ours."""
    tokens = [token for token in identity.tokens if token.startswith(REP_TOKEN)]
    matches = await app.store.letters_by_token(tokens) if tokens else []
    if not matches:
        return False
    asked = matches[0]
    token = next(token for token in tokens if token)
    refusal = await refuse_rep(app, identity, token)
    if refusal:
        await reject(app, mail, identity, asked, refusal)
        return True
    reading = await app.parser.read(mail.raw, base)
    if reading.automatic is not Automatic.NONE:
        await note_automatic(app, mail, identity, asked, reading)
        return True
    commands, errors = parse_commands(reading.new_text)
    if not commands:
        await echo_errors(app, mail, identity, errors)
        return True
    if not asked.account:
        await echo_errors(app, mail, identity, (no_account_error(),))
        return True
    await apply_commands(app, mail, identity, asked, token, commands, errors, reading)
    return True


async def note_automatic(
    app: App, mail: InboxMail, identity: Identity, asked: LetterMatch, reading: Reading
) -> None:
    """An automatic answer of a rep is never answered; an absence passes the matter on now."""
    now = app.clock.now()
    placed = Placed(
        mail=mail.id,
        stage=MailStage.FILED,
        because="an automatic answer of one of us",
        accounts=(asked.account,) if asked.account else (),
        reading=reading,
    )
    if reading.automatic is not Automatic.OUT_OF_OFFICE or not asked.account:
        await app.store.place(placed, (), now)
        return
    for _ in range(CONFLICTS_MAX):
        state = (await app.store.load([asked.account]))[asked.account]
        decision = rep_absent(state, identity.from_address, app.house, now)
        commit = Commit(
            account=asked.account,
            expected=state.sequence,
            events=decision.events,
            effects=decision.effects,
            keeps_next_action=True,
        )
        try:
            await app.store.commit([commit], now, placed)
        except StoreConflict:
            continue
        return
    raise StoreConflict(f"mail {mail.id} met {CONFLICTS_MAX} conflicts in a row")


def no_account_error() -> CommandError:
    """Say why a command cannot be taken on mail that concerns no account."""
    return CommandError(
        line="",
        sentence=(
            "this mail is about no single account; answer the forward of the account, or use the "
            "command line: run.py pause INVOICE 14d"
        ),
    )


async def refuse_rep(app: App, identity: Identity, token: str) -> str:
    """Return why commands are not accepted, empty where they are."""
    if not app.house.reps.is_rep(identity.from_address):
        return f"{identity.from_address or 'the sender'} is not a rep's address in [reps]"
    if identity.verdict is not AuthVerdict.PASS:
        return (
            "our own mail server did not confirm that the mail comes from this address "
            "(Authentication-Results: no pass); see [imap] authserv_ids"
        )
    if identity.from_count != 1:
        return "the mail names several senders"
    if await app.store.is_token_used(token):
        return "this mail was answered already; its token works once. Answer the newest mail"
    return ""


async def reject(
    app: App, mail: InboxMail, identity: Identity, asked: LetterMatch, why: str
) -> None:
    """Forward a refused command to the operator, whole; nothing else changes."""
    is_known = app.house.reps.is_rep(identity.from_address)
    notice: Effect
    lines = (
        f"A mail that answers {asked.key} was not accepted as a command: {why}.",
        "Nothing was changed.",
    )
    if is_known and identity.verdict is AuthVerdict.PASS:
        notice = EchoToRep(
            key=f"refused|{mail.id}",
            rep=identity.from_address,
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
    placed = Placed(mail=mail.id, stage=MailStage.FORWARDED, because=why)
    await app.store.place(placed, [notice], app.clock.now())
    app.log.warning("command_refused", mail=mail.id, why=why)


async def echo_errors(
    app: App, mail: InboxMail, identity: Identity, errors: tuple[CommandError, ...]
) -> None:
    """Tell the rep what was not understood; the token stays good."""
    lines = tuple(f"{error.line!r}: {error.sentence}" for error in errors) or (
        "No command was found in the first lines. Write `help` for the list.",
    )
    echo = EchoToRep(
        key=f"echo|{mail.id}",
        rep=identity.from_address,
        subject="Not understood: " + (identity.subject or "your mail"),
        lines=("Nothing was changed.", *lines),
        in_reply_to=identity.message_id,
    )
    placed = Placed(mail=mail.id, stage=MailStage.APPLIED, because="no command was understood")
    await app.store.place(placed, [echo], app.clock.now())


def forward_of(state: AccountState, asked: LetterMatch) -> ForwardState | None:
    """Return the forward that the rep answers: its key, or the one that a repeat belongs to."""
    for forward in state.forwards:
        if asked.key == forward.id or asked.key.startswith(forward.id + "|"):
            return forward
    return None


async def apply_commands(
    app: App,
    mail: InboxMail,
    identity: Identity,
    asked: LetterMatch,
    token: str,
    commands: tuple[Command, ...],
    errors: tuple[CommandError, ...],
    reading: Reading,
) -> None:
    """Apply the commands one after the other and commit them together with the token's use."""
    for _ in range(CONFLICTS_MAX):
        now = app.clock.now()
        commit = await command_commit(app, mail, identity, asked, commands, errors, now)
        commit = Commit(
            account=commit.account,
            expected=commit.expected,
            events=commit.events,
            effects=commit.effects,
            next_action_at=now,
            use_token=token,
        )
        placed = Placed(
            mail=mail.id,
            stage=MailStage.APPLIED,
            because="; ".join(entry.text for entry in commands),
            accounts=(asked.account,),
            reading=reading,
        )
        try:
            await app.store.commit([commit], now, placed)
        except StoreConflict:
            continue
        app.log.info("command_applied", mail=mail.id, account=asked.account)
        return
    raise StoreConflict(f"command mail {mail.id} met {CONFLICTS_MAX} conflicts in a row")


async def command_commit(
    app: App,
    mail: InboxMail,
    identity: Identity,
    asked: LetterMatch,
    commands: tuple[Command, ...],
    errors: tuple[CommandError, ...],
    now: datetime,
) -> Commit:
    """Decide all commands over one reading of the account."""
    state = (await app.store.load([asked.account]))[asked.account]
    expected = state.sequence
    conditions = await gather_conditions(app, now)
    row = await app.store.outgoing(asked.key)
    forward = forward_of(state, asked)
    if forward is None and row is not None and isinstance(row.effect, ForwardToRep):
        asked_id = row.effect.forward
        forward = next((entry for entry in state.forwards if entry.id == asked_id), None)
    numbers = forward.invoices if forward else ()
    events: list[Event] = []
    effects: list[Effect] = []
    for position, entry in enumerate(commands):
        decision = command(
            asked.account,
            state,
            entry,
            identity.from_address,
            forward,
            numbers,
            conditions,
            app.house,
            now,
            f"{mail.id}|{position}",
        )
        state = fold(asked.account, state, decision.events, now)
        events.extend(decision.events)
        effects.extend(decision.effects)
    if errors:
        lines = tuple(f"{error.line!r}: {error.sentence}" for error in errors)
        effects.append(
            EchoToRep(
                key=f"echo|{mail.id}|errors",
                rep=identity.from_address,
                subject="Partly not understood: " + (identity.subject or "your mail"),
                lines=lines,
                in_reply_to=identity.message_id,
            )
        )
    return Commit(
        account=asked.account, expected=expected, events=tuple(events), effects=tuple(effects)
    )
