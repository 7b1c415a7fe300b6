"""The tables as Tortoise models: for reading and small changes.

The SQL under `migrations` makes the tables, with their keys and indexes; a test compares both.
Bulk writes go by `transactions.write_many`. Rows leave this package only as the dataclasses
that `mapping.py` makes of them. Instants are stored as whole microseconds since 1970 UTC, so
that no zone and no text form can change a comparison.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tortoise import fields
from tortoise.fields.base import Field
from tortoise.models import Model

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
TEXT_MAX = 10_000


def to_micros(instant: datetime) -> int:
    """Return whole microseconds since 1970 UTC.

    Raises:
        ValueError: The instant is naive.
    """
    if instant.tzinfo is None:
        raise ValueError("a stored instant must be aware")
    return (instant.astimezone(UTC) - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the aware UTC instant of microseconds since 1970."""
    return EPOCH + micros * MICROSECOND


class InstantField(Field[Any]):
    """An aware UTC instant in a BIGINT column."""

    SQL_TYPE = "BIGINT"
    field_type = datetime

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> int | None:
        return None if value is None else to_micros(value)

    def to_python_value(self, value: Any) -> datetime | None:
        if value is None or isinstance(value, datetime):
            return value
        return from_micros(int(value))


def _text() -> Field[str]:
    return fields.CharField(max_length=TEXT_MAX)


def _text_key() -> Field[str]:
    return fields.CharField(max_length=TEXT_MAX, primary_key=True)


def _serial() -> Field[int]:
    return fields.BigIntField(primary_key=True)


class AccountRow(Model):
    """An account: `state` is the fold of its events as JSON, the rest serves look-ups.

    `woken_at` is when facts last made it due: a decision older than that cannot put it off.
    Owner, end and fencing number of a lease are the seam for several workers.
    """

    id = _text_key()
    creditor = _text()
    reference = _text()
    reference_folded = _text()
    name = _text()
    name_folded = _text()
    state = fields.TextField()
    sequence = fields.BigIntField()
    has_open = fields.BooleanField()
    next_action_at: Field[datetime | None] = InstantField(null=True)
    woken_at: Field[datetime | None] = InstantField(null=True)
    lease_owner = _text()
    lease_until: Field[datetime | None] = InstantField(null=True)
    fencing = fields.BigIntField()

    class Meta:
        table = "account"


class EventRow(Model):
    """One event; unique by (account, sequence): the compare-and-set."""

    id = _serial()
    account = _text()
    sequence = fields.BigIntField()
    kind = _text()
    at: Field[datetime] = InstantField()
    payload = fields.TextField()
    origin = _text()

    class Meta:
        table = "event"


class SnapshotRow(Model):
    """An imported ledger."""

    id = _text_key()
    creditor = _text()
    feed = _text()
    source = _text()
    sha256 = _text()
    as_of = _text()
    imported_at: Field[datetime] = InstantField()
    rows = fields.BigIntField()

    class Meta:
        table = "snapshot"


class InvoiceRow(Model):
    """A projection of an account's invoices for look-ups and totals."""

    id = _serial()
    account = _text()
    creditor = _text()
    number = _text()
    canonical = _text()
    open_minor = fields.BigIntField()
    currency = _text()
    due_on = _text()
    is_open = fields.BooleanField()

    class Meta:
        table = "invoice"


class ContactRow(Model):
    """A projection of an account's addresses, casefolded."""

    id = _serial()
    account = _text()
    address = _text()
    domain = _text()

    class Meta:
        table = "contact"


class OutgoingRow(Model):
    """The outbox; `id` is the order of arrival."""

    id = _serial()
    key = _text()
    kind = _text()
    stage = _text()
    account: Field[str | None] = fields.CharField(max_length=TEXT_MAX, null=True)
    recipient = _text()
    effect_kind = _text()
    effect = fields.TextField()
    created_at: Field[datetime] = InstantField()
    attempt = fields.BigIntField()
    not_before_at: Field[datetime | None] = InstantField(null=True)
    reply_token = _text()
    message_id: Field[str | None] = fields.CharField(max_length=TEXT_MAX, null=True)
    content: Field[bytes | None] = fields.BinaryField(null=True)
    envelope_from = _text()
    envelope_to = _text()
    smtp_reply = fields.TextField()
    sent_on: Field[str | None] = fields.CharField(max_length=TEXT_MAX, null=True)
    transmitting_at: Field[datetime | None] = InstantField(null=True)
    accepted_at: Field[datetime | None] = InstantField(null=True)
    settled_at: Field[datetime | None] = InstantField(null=True)
    is_filed = fields.BooleanField()

    class Meta:
        table = "outgoing"


class LetterLineRow(Model):
    """A line that a letter occupies; gone again when the letter will not arrive."""

    id = _serial()
    account = _text()
    number = _text()
    episode = fields.BigIntField()
    level = _text()
    delivery = fields.BigIntField()
    letter = _text()

    class Meta:
        table = "letter_line"


class MailRow(Model):
    """An inbound mail, once per content; `ordinal` is the order of arrival.

    `accounts` is a JSON list of account ids.
    """

    id = _text_key()
    ordinal = fields.BigIntField()
    content_key = _text()
    kept_at: Field[datetime] = InstantField()
    octets = fields.BigIntField()
    is_oversize = fields.BooleanField()
    attempts = fields.BigIntField()
    attempted_at: Field[datetime | None] = InstantField(null=True)
    stage = _text()
    message_id = fields.TextField()
    from_address = fields.TextField()
    subject = fields.TextField()
    accounts = fields.TextField()
    identity: Field[Any] = fields.TextField(null=True)
    reading: Field[Any] = fields.TextField(null=True)
    because = fields.TextField()
    settled_at: Field[datetime | None] = InstantField(null=True)

    class Meta:
        table = "mail"


class MailRawRow(Model):
    """The bytes of a mail as fetched."""

    mail = _text_key()
    content = fields.BinaryField()

    class Meta:
        table = "mail_raw"


class MailPlaceRow(Model):
    """Where on the server a copy of a mail was seen; `is_moved` once it is filed or gone."""

    id = _serial()
    mail = _text()
    mailbox = _text()
    folder = _text()
    uidvalidity = fields.BigIntField()
    uid = fields.BigIntField()
    is_moved = fields.BooleanField()

    class Meta:
        table = "mail_place"


class CursorRow(Model):
    """How far a folder has been read."""

    id = _serial()
    mailbox = _text()
    folder = _text()
    uidvalidity = fields.BigIntField()
    last_uid = fields.BigIntField()

    class Meta:
        table = "cursor"


class MailboxCheckRow(Model):
    """When a mailbox was last searched with success."""

    mailbox = _text_key()
    checked_at: Field[datetime] = InstantField()

    class Meta:
        table = "mailbox_check"


class UsedTokenRow(Model):
    """A rep's one-use token that has been used."""

    token = _text_key()
    account = _text()
    used_at: Field[datetime] = InstantField()

    class Meta:
        table = "used_token"


class FactRow(Model):
    """A named fact of the daemon's own."""

    name = _text_key()
    value = fields.TextField()

    class Meta:
        table = "fact"
