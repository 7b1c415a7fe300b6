-- The first schema. Instants are whole microseconds since 1970 UTC, dates are ISO text, amounts
-- are whole minor units: equal bytes compare equally on both engines.
CREATE TABLE account (
    id TEXT PRIMARY KEY,
    creditor TEXT NOT NULL,
    reference TEXT NOT NULL,
    reference_folded TEXT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    state TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    has_open BOOLEAN NOT NULL,
    next_action_at BIGINT,
    woken_at BIGINT,
    lease_owner TEXT NOT NULL DEFAULT '',
    lease_until BIGINT,
    fencing BIGINT NOT NULL DEFAULT 0,
    UNIQUE (creditor, reference)
);
CREATE INDEX account_next_action ON account (next_action_at, id);
CREATE INDEX account_reference_folded ON account (reference_folded);
CREATE INDEX account_name_folded ON account (name_folded);

CREATE TABLE event (
    id @serial@,
    account TEXT NOT NULL REFERENCES account (id) ON DELETE RESTRICT,
    sequence BIGINT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    payload TEXT NOT NULL,
    origin TEXT NOT NULL,
    UNIQUE (account, sequence)
);
CREATE INDEX event_at ON event (at);

CREATE TABLE snapshot (
    id TEXT PRIMARY KEY,
    creditor TEXT NOT NULL,
    feed TEXT NOT NULL,
    source TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    as_of TEXT NOT NULL,
    imported_at BIGINT NOT NULL,
    rows BIGINT NOT NULL
);
CREATE INDEX snapshot_sha256 ON snapshot (sha256);
CREATE INDEX snapshot_creditor ON snapshot (creditor, as_of);

CREATE TABLE invoice (
    id @serial@,
    account TEXT NOT NULL REFERENCES account (id) ON DELETE RESTRICT,
    creditor TEXT NOT NULL,
    number TEXT NOT NULL,
    canonical TEXT NOT NULL,
    open_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    due_on TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    UNIQUE (account, number)
);
CREATE INDEX invoice_number ON invoice (number);
CREATE INDEX invoice_canonical ON invoice (canonical);
CREATE INDEX invoice_open ON invoice (creditor, is_open);

CREATE TABLE contact (
    id @serial@,
    account TEXT NOT NULL REFERENCES account (id) ON DELETE RESTRICT,
    address TEXT NOT NULL,
    domain TEXT NOT NULL,
    UNIQUE (account, address)
);
CREATE INDEX contact_address ON contact (address);
CREATE INDEX contact_domain ON contact (domain);

CREATE TABLE outgoing (
    id @serial@,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    stage TEXT NOT NULL,
    account TEXT REFERENCES account (id) ON DELETE RESTRICT,
    recipient TEXT NOT NULL,
    effect_kind TEXT NOT NULL,
    effect TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    not_before_at BIGINT,
    reply_token TEXT NOT NULL UNIQUE,
    message_id TEXT UNIQUE,
    content @octets@,
    envelope_from TEXT NOT NULL DEFAULT '',
    envelope_to TEXT NOT NULL DEFAULT '',
    smtp_reply TEXT NOT NULL DEFAULT '',
    sent_on TEXT,
    transmitting_at BIGINT,
    accepted_at BIGINT,
    settled_at BIGINT,
    is_filed BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX outgoing_stage ON outgoing (stage, id);
CREATE INDEX outgoing_unfiled ON outgoing (is_filed, stage, id);
CREATE INDEX outgoing_account ON outgoing (account);
CREATE INDEX outgoing_sent_on ON outgoing (sent_on);

CREATE TABLE letter_line (
    id @serial@,
    account TEXT NOT NULL REFERENCES account (id) ON DELETE RESTRICT,
    number TEXT NOT NULL,
    episode BIGINT NOT NULL,
    level TEXT NOT NULL,
    delivery BIGINT NOT NULL,
    letter TEXT NOT NULL,
    UNIQUE (account, number, episode, level, delivery)
);
CREATE INDEX letter_line_letter ON letter_line (letter);

CREATE TABLE mail (
    ordinal @serial@,
    id TEXT NOT NULL UNIQUE,
    content_key TEXT NOT NULL UNIQUE,
    kept_at BIGINT NOT NULL,
    octets BIGINT NOT NULL,
    is_oversize BOOLEAN NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    attempted_at BIGINT,
    stage TEXT NOT NULL,
    message_id TEXT NOT NULL DEFAULT '',
    from_address TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '',
    accounts TEXT NOT NULL DEFAULT '[]',
    identity TEXT,
    reading TEXT,
    because TEXT NOT NULL DEFAULT '',
    settled_at BIGINT
);
CREATE INDEX mail_stage ON mail (stage, ordinal);
CREATE INDEX mail_message_id ON mail (message_id);
CREATE INDEX mail_kept ON mail (kept_at, is_oversize, from_address, octets);

CREATE TABLE mail_raw (
    mail TEXT PRIMARY KEY REFERENCES mail (id) ON DELETE RESTRICT,
    content @octets@ NOT NULL
);

CREATE TABLE mail_place (
    id @serial@,
    mail TEXT NOT NULL REFERENCES mail (id) ON DELETE RESTRICT,
    mailbox TEXT NOT NULL,
    folder TEXT NOT NULL,
    uidvalidity BIGINT NOT NULL,
    uid BIGINT NOT NULL,
    is_moved BOOLEAN NOT NULL,
    UNIQUE (mailbox, folder, uidvalidity, uid)
);
CREATE INDEX mail_place_mail ON mail_place (mail);
CREATE INDEX mail_place_unmoved ON mail_place (mailbox, is_moved);

CREATE TABLE cursor (
    id @serial@,
    mailbox TEXT NOT NULL,
    folder TEXT NOT NULL,
    uidvalidity BIGINT NOT NULL,
    last_uid BIGINT NOT NULL,
    UNIQUE (mailbox, folder)
);

CREATE TABLE mailbox_check (
    mailbox TEXT PRIMARY KEY,
    checked_at BIGINT NOT NULL
);

CREATE TABLE used_token (
    token TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    used_at BIGINT NOT NULL
);

CREATE TABLE fact (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
