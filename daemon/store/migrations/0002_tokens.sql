-- From here on `outgoing.reply_token` and `used_token.token` hold a keyed digest of the token, not
-- the token. SQL cannot compute it, so what stands there is digested after this file, by
-- daemon/store/tokens.py. The index is missing in databases of the very first releases.
CREATE INDEX IF NOT EXISTS mail_kept ON mail (kept_at, is_oversize, from_address, octets);
-- Whose turn it is to be read: each sender's oldest mail that waits, found without a sort.
CREATE INDEX IF NOT EXISTS mail_turn ON mail (stage, from_address, ordinal);
