"""`run.py` as a process: a home, what a command answered, the daemon, and the mail around it.

Business time is the real one here, so the creditor's country is one where today is a working
day, and the send window is the whole day.
"""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from daemon.core.calendar import BusinessCalendar
from tests.acceptance.ledger import days_ago
from tests.acceptance.warm import Warm
from tests.servers import free_ports
from tests.servers.dovecot import Dovecot, User
from tests.servers.smtp_faults import FaultSmtp, Taken

ROOT = Path(__file__).resolve().parents[2]
AUTHSERV = "mx.seller.test"
PASSWORD_CANARY = "sesame-canary-4711"
KEY_CANARY = "key-canary-0815-0123456789abcdef-0123456789"
REP = "olga@seller.test"
DEADLINE_SECONDS = 30.0
LOOK_SECONDS = 0.05
COMMAND_SECONDS = 60.0
# Countries whose weekends differ: on every day of the week work is done in one of them.
COUNTRIES = ("GB", "IR", "BN", "NP", "DJ")

SETTINGS = """
[creditor]
name = "Kaltenberg Technik GmbH"
postal_address = ["Werkstr. 5", "80331 München"]
country = "{country}"
zone = "UTC"
language = "en"
currency = "EUR"
bank_name = "Testbank"
iban = "DE89370400440532013000"
bic = "COBADEFFXXX"
sender = "{sender}"
sender_name = "Kaltenberg Technik, Accounts"

[smtp]
host = "127.0.0.1"
port = {smtp_port}
tls = "none"
mailbox_per_minute = 1000
domain_per_minute = 1000

[imap]
host = "127.0.0.1"
port = {imap_port}
tls = "none"
username = "{user}"
poll_seconds = 5
authserv_ids = ["{authserv}"]

[reps]
default = "{rep}"
operator = "ops@seller.test"

[policy]
window_opens = 00:00:00
window_closes = 23:59:59

[log]
format = "json"
"""
SECRETS = '[imap]\npassword = "{password}"\n[keys]\nsigning = "{key}"\n'


def working_country(today: date) -> str:
    """Return a country in which today is a working day."""
    return next(name for name in COUNTRIES if BusinessCalendar(name, "UTC").is_business_day(today))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    def value(self) -> Any:
        """Return the JSON that it printed."""
        return json.loads(self.out)


class SmtpThread:
    """The recording submission server on an event loop of its own thread."""

    def __init__(self) -> None:
        self.server = FaultSmtp()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.server.__aenter__(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self.server.__aexit__(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def to(self, recipient: str, sender: str) -> list[Taken]:
        """Return what one home sent to one recipient."""
        return [
            taken
            for taken in list(self.server.ledger)
            if recipient in taken.envelope_to and sender in taken.raw.decode("utf-8", "replace")
        ]


@dataclass(slots=True, kw_only=True)
class House:
    """A home, its mailbox, its servers, and the warm process that runs its commands."""

    path: Path
    user: User
    dovecot: Dovecot
    smtp: SmtpThread
    warm: Warm

    @property
    def log(self) -> Path:
        """The daemon's standard error."""
        return self.path.parent / "serve.log"

    def run(self, *words: str, at: Path | None = None) -> Ran:
        """Run one command in this home to its end, from the directory `at`."""
        own = self.path.parent
        code, out, err = self.warm.run((*words, "--home", str(self.path)), at or own, own)

        assert "Traceback" not in err, err

        return Ran(code=code, out=out, err=err)

    def sent_to(self, recipient: str) -> list[Taken]:
        """Return what this home sent to a recipient."""
        return self.smtp.to(recipient, self.user.address)

    def change(self, before: str, after: str) -> None:
        """Change a line of duly.toml."""
        path = self.path / "duly.toml"
        text = path.read_text(encoding="utf-8")

        assert before in text

        path.write_text(text.replace(before, after, 1), encoding="utf-8")

    def reply(self, sender: str, subject: str, text: str) -> None:
        """Deliver a customer's mail that our border server has verified."""
        domain = sender.rpartition("@")[2]
        message = EmailMessage()
        message["Authentication-Results"] = (
            f"{AUTHSERV}; dmarc=pass header.from={domain}; dkim=pass header.d={domain}"
        )
        message["From"] = sender
        message["To"] = self.user.address
        message["Subject"] = subject
        message["Date"] = datetime.now(UTC)
        message["Message-ID"] = f"<{time.monotonic_ns()}@{domain}>"
        message.set_content(text)
        self.dovecot.deliver(self.user, message.as_bytes(policy=email.policy.SMTP))


def run(*words: str, environment: dict[str, str] | None = None) -> Ran:
    """Run `run.py` with this interpreter to its end; a traceback fails the test."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "run.py"), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=COMMAND_SECONDS,
        env=surroundings() | (environment or {}),
        check=False,
    )
    ran = Ran(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())

    assert "Traceback" not in ran.err, ran.err

    return ran


def surroundings() -> dict[str, str]:
    """Return the environment of a command: ours, without making one, and without a home."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("DULY_")}
    return kept | {"DULY_NO_BOOTSTRAP": "1"}


def lay_out(path: Path, dovecot: Dovecot, smtp: SmtpThread, warm: Warm) -> House:
    """Fill in a home over real servers, with a mailbox of its own."""
    user = dovecot.add_user(password=PASSWORD_CANARY)
    for folder in ("ledger/done", "ledger/refused", "templates"):
        (path / folder).mkdir(parents=True)
    (path / "duly.toml").write_text(
        SETTINGS.format(
            country=working_country(days_ago(0)),
            sender=user.address,
            smtp_port=smtp.server.port,
            imap_port=dovecot.imap_port,
            user=user.name,
            authserv=AUTHSERV,
            rep=REP,
        ),
        encoding="utf-8",
    )
    secrets = path / "secrets.toml"
    secrets.write_text(SECRETS.format(password=PASSWORD_CANARY, key=KEY_CANARY), encoding="utf-8")
    secrets.chmod(0o600)
    return House(path=path, user=user, dovecot=dovecot, smtp=smtp, warm=warm)


def until(condition: Callable[[], object], what: str, seconds: float = DEADLINE_SECONDS) -> None:
    """Look again and again until something is so.

    Raises:
        AssertionError: It is not so in time.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(LOOK_SECONDS)
    raise AssertionError(f"after {seconds} s still not so: {what}")


@contextmanager
def serving(house: House) -> Iterator[subprocess.Popen[bytes]]:
    """Run `serve` in a home; end it by SIGTERM, kill it if it does not end."""
    with house.log.open("ab") as log:
        daemon = subprocess.Popen(
            [sys.executable, str(ROOT / "run.py"), "serve", "--home", str(house.path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=surroundings(),
        )
    try:
        until(lambda: is_answering(house), "serve opens its socket")
        yield daemon
    finally:
        daemon.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            daemon.wait(COMMAND_SECONDS)
        daemon.kill()
        daemon.wait()


def is_answering(house: House) -> bool:
    """Tell whether somebody listens at the home's socket."""
    with socket.socket(socket.AF_UNIX) as wire:
        return wire.connect_ex(str(house.path / "duly.sock")) == 0


def break_servers(house: House) -> None:
    """Name ports that nobody listens on."""
    smtp, imap = free_ports(2)
    house.change(f"port = {house.dovecot.imap_port}", f"port = {imap}")
    house.change(f"port = {house.smtp.server.port}", f"port = {smtp}")
