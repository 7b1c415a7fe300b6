"""An office for each test: SQLite and PostgreSQL, real Dovecot, a recording SMTP server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.settings import load_settings
from daemon.store.store import open_store
from tests.adapters.conftest import missing, running
from tests.servers import ServerMissing
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres
from tests.servers.smtp_faults import FaultSmtp
from tests.simulation.diary import Diary
from tests.simulation.office import SECRET, Office, build_office, close_office, go_live

START = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)
HOME = """
[creditor]
key = "kaltenberg"
name = "Kaltenberg Technik GmbH"
postal_address = ["Werkstr. 5", "80331 München"]
country = "DE"
zone = "Europe/Berlin"
language = "de"
currency = "EUR"
bank_name = "Testbank"
iban = "DE89370400440532013000"
bic = "COBADEFFXXX"
sender = "ar@seller.test"
sender_name = "Olga Winter, Kaltenberg Technik"
escalated_sender = "head@seller.test"
escalated_sender_name = "Hans Berg, Kaltenberg Technik"

[smtp]
host = "127.0.0.1"
port = 25
tls = "none"
username = ""

[imap]
host = "127.0.0.1"
port = 143
tls = "none"
username = "ar"
authserv_ids = ["mx.seller.test"]

[reps]
default = "olga@seller.test"
operator = "ops@seller.test"
members = [
    { address = "olga@seller.test", name = "Olga Winter", deputy = "dan@seller.test" },
    { address = "dan@seller.test", name = "Dan" },
]
"""


@pytest.fixture(scope="session")
def office_dovecot() -> Iterator[Dovecot]:
    """The Dovecot of all offices; each has a mailbox of its own."""
    yield from running(Dovecot)


@pytest.fixture
async def smtp() -> AsyncIterator[FaultSmtp]:
    """A submission server that records what it took."""
    async with FaultSmtp() as server:
        yield server


@pytest.fixture(scope="session")
def office_postgres() -> Iterator[Postgres]:
    """A PostgreSQL cluster of the session."""
    try:
        server = Postgres()
    except ServerMissing as reason:
        missing(reason)
        raise
    server.start()
    yield server
    server.stop()


async def opened(
    url: str, dovecot: Dovecot, smtp: FaultSmtp, folder: Path
) -> AsyncIterator[Office]:
    """Build a live office over a database, and close everything afterwards."""
    home = folder / "home"
    home.mkdir()
    (home / "duly.toml").write_text(HOME, encoding="utf-8")
    secrets = home / "secrets.toml"
    secrets.write_text(f'[keys]\nsigning = "{SECRET.decode()}"\n[imap]\npassword = "unused"\n')
    secrets.chmod(0o600)
    settings = load_settings(home)
    store = await open_store(url, secret=SECRET)
    office = build_office(
        settings.house(), settings.ledger_options(), store, dovecot, smtp, folder, START
    )
    await go_live(office, START.date())
    try:
        yield office
    finally:
        await close_office(office)
        # A restore gives the office another store.
        await office.store.close()


@pytest.fixture
async def office(office_dovecot: Dovecot, smtp: FaultSmtp, tmp_path: Path) -> AsyncIterator[Office]:
    """A live office on SQLite."""
    async for built in opened(f"sqlite:///{tmp_path}/duly.db", office_dovecot, smtp, tmp_path):
        yield built


@pytest.fixture
async def postgres_office(
    office_dovecot: Dovecot, smtp: FaultSmtp, office_postgres: Postgres, tmp_path: Path
) -> AsyncIterator[Office]:
    """A live office on PostgreSQL."""
    url = office_postgres.new_database()
    async for built in opened(url, office_dovecot, smtp, tmp_path):
        yield built


@pytest.fixture
def diary(office: Office) -> Diary:
    """A diary over a live office on SQLite."""
    return Diary(office)


@pytest.fixture
def postgres_diary(postgres_office: Office) -> Diary:
    """A diary over a live office on PostgreSQL."""
    return Diary(postgres_office)
