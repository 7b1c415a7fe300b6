"""Rows become core dataclasses here, and core dataclasses columns; nowhere else.

States, events, effects and readings are kept as JSON by pydantic's compiled codecs over the
frozen dataclasses themselves. A field that stored JSON lacks takes its default, one that this
release does not know is passed over; an unknown kind of event is an error, never a guess.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, assert_never

from pydantic import TypeAdapter

from daemon.core.effects import (
    EchoToRep,
    Effect,
    ForwardToRep,
    SendDigest,
    SendLetter,
    TellOperator,
)
from daemon.core.events import (
    AccountListed,
    CommandApplied,
    ContactAbsent,
    Event,
    HoldOpened,
    InvoiceClosed,
    InvoiceReopened,
    ItemsChanged,
    LetterPlanned,
    MailCrossed,
    PromiseMade,
    PromiseSettled,
    Recorded,
    RepAsked,
    ReplyApplied,
)
from daemon.core.letter_events import LetterEvent
from daemon.core.matching import canonical_number
from daemon.core.state import AccountState, Stage
from daemon.ports import (
    Cursor,
    Frozen,
    InboxMail,
    LetterMatch,
    MailStage,
    Outgoing,
    OutgoingKind,
    OutgoingStage,
    Snapshot,
)
from daemon.store.models import (
    CursorRow,
    EventRow,
    MailPlaceRow,
    MailRow,
    OutgoingRow,
    SnapshotRow,
    from_micros,
)
from daemon.store.remembering import remembering
from daemon.store.transactions import Value
from parsers.reading import Identity, Reading

STATE: TypeAdapter[AccountState] = TypeAdapter(AccountState)
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
READING: TypeAdapter[Reading] = TypeAdapter(Reading)
IDENTITY: TypeAdapter[Identity] = TypeAdapter(Identity)
EFFECTS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind)
    for kind in (SendLetter, ForwardToRep, EchoToRep, TellOperator, SendDigest)
}
READ_EFFECT = {kind: remembering(known.validate_json) for kind, known in EFFECTS.items()}


def clean(text: str) -> str:
    """Return the text without what PostgreSQL's TEXT cannot hold: NUL and lone surrogates."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


# --- accounts -------------------------------------------------------------------------------


def state_to_text(state: AccountState) -> str:
    """Return the state as JSON."""
    return STATE.dump_json(state).decode()


def state_from_text(text: str) -> AccountState:
    """Return the state that a JSON text holds."""
    return STATE.validate_json(text)


def event_to_text(event: Event) -> str:
    """Return the event as JSON."""
    return EVENT.dump_json(event).decode()


def recorded_from_row(row: EventRow) -> Recorded:
    """Return an event with its place in the log."""
    event: Event = EVENT.validate_json(row.payload)
    return Recorded(account=row.account, sequence=row.sequence, at=row.at, event=event)


def recorded_from_columns(row: dict[str, Any]) -> Recorded:
    """Return an event of a plain row with account, sequence, at and payload: whole logs."""
    return Recorded(
        account=row["account"],
        sequence=row["sequence"],
        at=from_micros(row["at"]),
        event=EVENT.validate_json(row["payload"]),
    )


def origin_of(event: Event) -> str:
    """Return the snapshot, mail, command or letter that an event names; empty where none."""
    match event:
        case (
            AccountListed(snapshot=origin)
            | ItemsChanged(snapshot=origin)
            | InvoiceClosed(snapshot=origin)
            | InvoiceReopened(snapshot=origin)
            | PromiseSettled(snapshot=origin)
        ):
            return origin
        case MailCrossed(mail=origin) | ContactAbsent(mail=origin) | ReplyApplied(mail=origin):
            return origin
        case HoldOpened(hold=hold):
            return hold.origin
        case PromiseMade(promise=promise):
            return promise.origin
        case RepAsked(forward=forward):
            return forward.origin
        case CommandApplied(command=command):
            return command
        case _ if isinstance(event, LetterEvent):
            return letter_key(event)
        case _:
            return ""


def letter_key(event: LetterEvent) -> str:
    """Return the key of the letter that a letter event is about."""
    return event.letter.key if isinstance(event, LetterPlanned) else event.key


def account_columns(account: str, state: AccountState) -> dict[str, Value]:
    """Return the columns of an account's row that follow from its state."""
    facts = state.facts
    return {
        "id": account,
        "creditor": facts.creditor,
        "reference": facts.reference,
        "reference_folded": facts.reference.casefold(),
        "name": facts.name,
        "name_folded": facts.name.casefold(),
        "state": state_to_text(state),
        "sequence": state.sequence,
        "has_open": any(entry.stage is not Stage.CLOSED for entry in state.sequences),
    }


def invoice_columns(account: str, state: AccountState) -> dict[str, tuple[Value, ...]]:
    """Return the projection of the invoices: number to columns, in INVOICE_COLUMNS order."""
    stages = {entry.number: entry.stage for entry in state.sequences}
    return {
        item.number: (
            account,
            state.facts.creditor,
            item.number,
            canonical_number(item.number),
            item.open.minor,
            item.open.currency,
            item.due_on.isoformat(),
            item.is_listed and item.open.minor > 0 and stages[item.number] is not Stage.CLOSED,
        )
        for item in state.items
        if item.number in stages
    }


INVOICE_COLUMNS = (
    "account", "creditor", "number", "canonical", "open_minor", "currency", "due_on", "is_open",
)  # fmt: skip


def folded_address(address: str) -> str:
    """Return an address as it is compared."""
    return address.strip().casefold()


def contact_columns(account: str, state: AccountState) -> dict[str, tuple[Value, ...]]:
    """Return the projection of the contacts: folded address to (account, address, domain)."""
    folded = {folded_address(contact.address) for contact in state.contacts}
    return {address: (account, address, address.rpartition("@")[2]) for address in folded}


# --- ledger ---------------------------------------------------------------------------------


def snapshot_from_row(row: SnapshotRow) -> Snapshot:
    """Return an imported ledger."""
    return Snapshot(
        id=row.id,
        creditor=row.creditor,
        feed=row.feed,
        source=row.source,
        sha256=row.sha256,
        as_of=date.fromisoformat(row.as_of),
        imported_at=row.imported_at,
        rows=row.rows,
    )


# --- outbox ---------------------------------------------------------------------------------


def effect_to_text(effect: Effect) -> str:
    """Return an effect as JSON; its class's name is stored beside it."""
    return EFFECTS[type(effect).__name__].dump_json(effect).decode()


def kind_of(effect: Effect) -> OutgoingKind:
    """Return the kind of mail that an effect asks for."""
    match effect:
        case SendLetter(kind=kind):
            return OutgoingKind(kind.value)
        case ForwardToRep():
            return OutgoingKind.FORWARD
        case EchoToRep():
            return OutgoingKind.ECHO
        case TellOperator():
            return OutgoingKind.ALARM
        case SendDigest():
            return OutgoingKind.DIGEST
        case _:
            assert_never(effect)


def recipient_of(effect: Effect) -> str:
    """Return whom an effect writes to; empty for the operator, whom the configuration names."""
    match effect:
        case SendLetter(content=content):
            return content.recipient
        case ForwardToRep(rep=rep) | EchoToRep(rep=rep) | SendDigest(rep=rep):
            return rep
        case TellOperator():
            return ""
        case _:
            assert_never(effect)


def outgoing_from_columns(row: dict[str, Any]) -> Outgoing:
    """Return an outbox row, of a plain row with all its columns."""
    content, not_before_at = row["content"], row["not_before_at"]
    transmitting_at, settled_at = row["transmitting_at"], row["settled_at"]
    frozen = None
    if content is not None:
        frozen = Frozen(
            raw=bytes(content),
            message_id=row["message_id"] or "",
            envelope_from=row["envelope_from"],
            envelope_to=row["envelope_to"],
        )
    return Outgoing(
        key=row["key"],
        kind=OutgoingKind(row["kind"]),
        stage=OutgoingStage(row["stage"]),
        account=row["account"] or "",
        recipient=row["recipient"],
        effect=READ_EFFECT[row["effect_kind"]](row["effect"]),
        created_at=from_micros(row["created_at"]),
        attempt=row["attempt"],
        not_before_at=None if not_before_at is None else from_micros(not_before_at),
        frozen=frozen,
        reply_token=row["reply_token"],
        smtp_reply=row["smtp_reply"],
        transmitting_at=None if transmitting_at is None else from_micros(transmitting_at),
        settled_at=None if settled_at is None else from_micros(settled_at),
    )


def match_from_row(row: OutgoingRow) -> LetterMatch:
    """Return what a reply needs to know of the mail of ours that it answers."""
    return LetterMatch(
        account=row.account or "",
        key=row.key,
        kind=OutgoingKind(row.kind),
        recipient=row.recipient,
        accepted_at=row.accepted_at,
        created_at=row.created_at,
        message_id=row.message_id or "",
    )


# --- inbox ----------------------------------------------------------------------------------


def cursor_from_row(row: CursorRow) -> Cursor:
    """Return how far a folder has been read."""
    return Cursor(
        mailbox=row.mailbox,
        folder=row.folder,
        uidvalidity=row.uidvalidity,
        last_uid=row.last_uid,
    )


def accounts_to_text(accounts: Sequence[str]) -> str:
    """Return account ids as a JSON list."""
    return json.dumps(list(accounts), ensure_ascii=False)


def accounts_from_text(text: str) -> tuple[str, ...]:
    """Return the account ids of a JSON list."""
    return tuple(json.loads(text))


def mail_from_row(row: MailRow, place: MailPlaceRow | None, raw: bytes = b"") -> InboxMail:
    """Return a kept mail as it lies at one place on the server; None: no copy is known there."""
    return InboxMail(
        id=row.id,
        mailbox=place.mailbox if place else "",
        folder=place.folder if place else "",
        uidvalidity=place.uidvalidity if place else 0,
        uid=place.uid if place else 0,
        kept_at=row.kept_at,
        octets=row.octets,
        is_oversize=row.is_oversize,
        attempts=row.attempts,
        stage=MailStage(row.stage),
        raw=raw,
        message_id=row.message_id,
        from_address=row.from_address,
        subject=row.subject,
        accounts=accounts_from_text(row.accounts),
        identity=None if row.identity is None else IDENTITY.validate_json(row.identity),
        reading=None if row.reading is None else READING.validate_json(row.reading),
        because=row.because,
        is_moved=place.is_moved if place else True,
    )
