"""The home of the demonstration: the same files that a real one has, in a temporary place."""

from __future__ import annotations

import hashlib
from pathlib import Path

from daemon.world.desk import ADDRESS, DEPUTY, DEPUTY_NAME, NAME
from daemon.world.inbox import AUTHSERV, PASSWORD, USER

OFFICE = "ar@kaltenberg.example"
OPERATOR = "it@kaltenberg.example"
SETTINGS_TEXT = """\
[creditor]
key = "kaltenberg"
name = "Kaltenberg Technik GmbH"
postal_address = ["Werkstraße 5", "80331 München"]
country = "DE"
zone = "Europe/Berlin"
language = "de"
currency = "EUR"
bank_name = "Beispielbank"
iban = "DE89370400440532013000"
bic = "COBADEFFXXX"
vat_number = "DE123456789"
sender = "{office}"
sender_name = "Olga Winter, Kaltenberg Technik"
escalated_sender = "hans.berg@kaltenberg.example"
escalated_sender_name = "Hans Berg, Kaltenberg Technik"

[smtp]
host = "127.0.0.1"
port = {smtp_port}
tls = "none"
username = ""
envelope_sender = "verp"
sent_copy = "none"
mailbox_per_minute = 600
domain_per_minute = 600

[imap]
host = "127.0.0.1"
port = {imap_port}
tls = "none"
username = "{user}"
authserv_ids = ["{authserv}"]

[reps]
default = "{rep}"
operator = "{operator}"
members = [
    {{ address = "{rep}", name = "{rep_name}", deputy = "{deputy}" }},
    {{ address = "{deputy}", name = "{deputy_name}" }},
]

[log]
level = "error"
"""
SECRETS_TEXT = """\
[keys]
signing = "{signing}"

[imap]
password = "{password}"
"""


def write_home(
    home: Path, seed: int, smtp_port: int, imap_port: int, *, database: str = ""
) -> None:
    """Write a home that points at the servers of the demonstration.

    The signing key follows from the seed, so that the same seed makes the same letters.
    `database` is the address of one that is no file of this home.
    """
    (home / "ledger" / "done").mkdir(parents=True)
    settings = SETTINGS_TEXT.format(
        office=OFFICE,
        smtp_port=smtp_port,
        imap_port=imap_port,
        user=USER,
        authserv=AUTHSERV,
        rep=ADDRESS,
        rep_name=NAME,
        deputy=DEPUTY,
        deputy_name=DEPUTY_NAME,
        operator=OPERATOR,
    )
    if database:
        settings += f'\n[database]\nurl = "{database}"\n'
    (home / "duly.toml").write_text(settings, encoding="utf-8")
    signing = hashlib.sha256(f"the demonstration, seed {seed}".encode()).hexdigest()
    secrets = home / "secrets.toml"
    secrets.touch(mode=0o600)
    secrets.write_text(SECRETS_TEXT.format(signing=signing, password=PASSWORD), encoding="utf-8")
