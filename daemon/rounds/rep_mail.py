"""Rep mail: commands by reply, accepted only with token, rep address and a pass verdict.

The token is one-use and is consumed in the commit that applies the commands; a digest concerns
many accounts, so its answers name their invoices. What is not accepted changes nothing and says
why; automatic mail is never answered. Source: DESIGN §5.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from daemon.application import App
from daemon.committing import until_committed
from daemon.core.command_homes import Order, forward_meant, homes_of
from daemon.core.command_words import Help
from daemon.core.commands import Command, CommandError, command, help_lines, parse_commands
from daemon.core.conditions import Conditions
from daemon.core.effects import Effect
from daemon.core.events import Event
from daemon.core.forwards import rep_absent
from daemon.core.matching import Key, Match, is_rep_token
from daemon.core.state import AccountState, ForwardState
from daemon.core.turn import fold
from daemon.failpoints import failpoint
from daemon.ports import (
    Commit,
    InboxMail,
    LetterMatch,
    MailStage,
    OutgoingKind,
    Placed,
)
from daemon.rounds.gather import gather_conditions
from daemon.rounds.rep_answer import (
    Answer,
    echo_errors,
    echo_of,
    error_lines,
    file,
    refuse_rep,
    reject,
    rep_storm,
)
from parsers.reading import AuthVerdict, Automatic, Context, Identity, Reading

REP_KINDS = frozenset(
    {OutgoingKind.FORWARD, OutgoingKind.ECHO, OutgoingKind.DIGEST, OutgoingKind.ALARM}
)
# Whatever answers one of these without a command is not answered again: a loop ends here.
ENDS_A_LOOP = frozenset({OutgoingKind.ECHO, OutgoingKind.ALARM})


async def read_rep_mail(
    app: App, mail: InboxMail, identity: Identity, base: Context, found: Match
) -> bool:
    """Apply a rep's commands; False where the mail is not a rep's answer to rep mail of ours.

    A customer whom a rep let see such a mail may answer it: that is a customer's reply.
    """
    answer = await answer_of(app, mail, identity)
    is_rep = app.house.reps.is_rep(identity.from_address)
    if answer is None or (not is_rep and {Key.ADDRESS, Key.DOMAIN}.intersection(found.keys)):
        return False
    reading = await app.parser.read(mail.raw, base)
    if reading.automatic is not Automatic.NONE:
        await note_automatic(app, answer, reading)
        return True
    storm = await rep_storm(app, answer) if is_rep else ()
    if storm:
        await file(app, answer, "very many mails of one rep today: nothing was done", reading)
        return True
    commands, errors = parse_commands(reading.new_text)
    if not commands and not answer.token:
        # A rep talks in the thread, perhaps with the customer: the robot is silent.
        return False
    if not commands and answer.asked.kind in ENDS_A_LOOP:
        await file(app, answer, "no command in answer to an echo or an alarm", reading)
        return True
    refusal = await refuse_rep(app, answer)
    if refusal:
        await reject(app, answer, refusal)
    elif not commands:
        await echo_errors(app, answer, errors)
    else:
        await apply_commands(app, answer, commands, errors, reading)
    return True


async def answer_of(app: App, mail: InboxMail, identity: Identity) -> Answer | None:
    """Find the rep mail that is answered: by its token; a rep's answer also by its thread."""
    for token in identity.tokens:
        matches = await app.store.letters_by_token([token]) if is_rep_token(token) else []
        if matches:
            return Answer(mail=mail, identity=identity, asked=matches[0], token=token.lower())
    if not app.house.reps.is_rep(identity.from_address):
        return None
    ids = (*identity.in_reply_to, *identity.references[:1])
    for asked in await app.store.letters_by_message_id(ids):
        if asked.kind in REP_KINDS:
            return Answer(mail=mail, identity=identity, asked=asked, token="")
    return None


async def note_automatic(app: App, answer: Answer, reading: Reading) -> None:
    """An automatic answer of a rep is never answered; an absence passes the matter on now."""
    because = "an automatic answer of one of us"
    account = answer.asked.account
    is_proven = answer.identity.verdict is AuthVerdict.PASS
    if reading.automatic is not Automatic.OUT_OF_OFFICE or not account or not is_proven:
        await file(app, answer, because, reading)
        return
    placed = Placed(
        mail=answer.mail.id,
        stage=MailStage.FILED,
        because=because,
        accounts=(account,),
        reading=reading,
    )

    async def decide_and_commit() -> None:
        now = app.clock.now()
        state = (await app.store.load([account]))[account]
        decision = rep_absent(state, answer.rep, app.house, now)
        commit = Commit(
            account=account,
            expected=state.sequence,
            events=decision.events,
            effects=decision.effects,
            keeps_next_action=True,
        )
        await app.store.commit([commit], now, placed)

    await until_committed(decide_and_commit, f"mail {answer.mail.id} was overtaken each time")


def forward_of(state: AccountState, asked: LetterMatch) -> ForwardState | None:
    """Return the forward that the rep answers: its key, or the one that a repeat belongs to."""
    for forward in state.forwards:
        if asked.key == forward.id or asked.key.startswith(forward.id + "|"):
            return forward
    return None


async def apply_commands(
    app: App,
    answer: Answer,
    commands: tuple[Command, ...],
    errors: tuple[CommandError, ...],
    reading: Reading,
) -> None:
    """Apply the commands, each at its account, and commit them together with the token's use."""
    orders, homeless = await orders_of(app, answer, commands)
    mistakes = error_lines((*errors, *homeless))
    partly = echo_of(answer, f"echo|{answer.mail.id}|errors", "Partly not understood", mistakes)
    if not orders:
        await echo_errors(app, answer, (*errors, *homeless))
        return
    accounts = tuple(dict.fromkeys(order.account for order in orders))
    placed = Placed(
        mail=answer.mail.id,
        stage=MailStage.APPLIED,
        because="; ".join(entry.text for entry in commands),
        accounts=accounts,
        reading=reading,
    )

    async def decide_and_commit() -> None:
        now = app.clock.now()
        conditions = await gather_conditions(app, now)
        states = await app.store.load(accounts)
        commits = [
            command_commit(app, answer, states[account], orders, conditions, now)
            for account in accounts
        ]
        if mistakes:
            commits[0] = replace(commits[0], effects=(*commits[0].effects, partly))
        if any(is_spending(commit, orders) for commit in commits):
            commits[0] = replace(commits[0], use_token=answer.token)
        failpoint("receive.before_commanded")
        await app.store.commit(commits, now, placed)

    await until_committed(
        decide_and_commit, f"command mail {answer.mail.id} was overtaken each time"
    )
    failpoint("receive.commanded")
    app.log.info("command_applied", mail=answer.mail.id, accounts=list(accounts))


def is_spending(commit: Commit, orders: tuple[Order, ...]) -> bool:
    """Tell whether anything was carried out; a refusal or `help` leaves the token good."""
    asked = {order.command.text for order in orders if isinstance(order.command.action, Help)}
    return any(
        event.kind != "command_applied" or event.text not in asked for event in commit.events
    )


async def orders_of(
    app: App, answer: Answer, commands: tuple[Command, ...]
) -> tuple[tuple[Order, ...], tuple[CommandError, ...]]:
    """Find each command's account: that of the mail answered, else of the invoices named."""
    orders: list[Order] = []
    errors: list[CommandError] = []
    for entry in commands:
        if answer.asked.account:
            orders.append(Order(account=answer.asked.account, command=entry, place=len(orders)))
            continue
        if isinstance(entry.action, Help):
            errors.append(CommandError(line=entry.text, sentence="; ".join(help_lines())))
            continue
        pairs = {number: await app.store.find_invoice(number) for number in entry.invoices}
        homes, error = homes_of(entry, pairs)
        if error is not None:
            errors.append(error)
        for account, numbers in homes:
            named = replace(entry, invoices=numbers)
            orders.append(Order(account=account, command=named, place=len(orders)))
    return tuple(orders), tuple(errors)


def command_commit(
    app: App,
    answer: Answer,
    state: AccountState,
    orders: tuple[Order, ...],
    conditions: Conditions,
    now: datetime,
) -> Commit:
    """Decide all commands at one account, one after the other."""
    account, expected = state.facts.account, state.sequence
    asked = forward_of(state, answer.asked)
    events: list[Event] = []
    effects: list[Effect] = []
    for order in orders:
        if order.account != account:
            continue
        forward = asked or forward_meant(state, order.command)
        decision = command(
            account,
            state,
            order.command,
            answer.rep,
            forward,
            forward.invoices if forward else (),
            conditions,
            app.house,
            now,
            f"{answer.mail.id}|{order.place}",
        )
        state = fold(account, state, decision.events, now)
        events.extend(decision.events)
        effects.extend(decision.effects)
    return Commit(
        account=account,
        expected=expected,
        events=tuple(events),
        effects=tuple(effects),
        next_action_at=now,
    )
