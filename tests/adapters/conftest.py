"""Servers and mailboxes for the adapters' tests: one server a session, one user a test."""

from __future__ import annotations

import os
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack

import pytest

from tests.servers import ServerMissing
from tests.servers.certificates import Certificates, make_certificates
from tests.servers.dovecot import Dovecot, User
from tests.servers.postfix import Postfix
from tests.servers.relay import Relay
from tests.servers.smtp_faults import FaultSmtp


def missing(reason: ServerMissing) -> None:
    """Skip where a server is missing, with the line that installs it; fail in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(str(reason))
    pytest.skip(str(reason))


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    try:
        return make_certificates(tmp_path_factory.mktemp("certificates"))
    except ServerMissing as reason:
        missing(reason)
        raise


@pytest.fixture(scope="session")
def dovecot(certificates: Certificates) -> Iterator[Dovecot]:
    """The shared Dovecot, with TLS; no test stops it."""
    yield from running(lambda: Dovecot(certificates))


@pytest.fixture
def own_dovecot() -> Iterator[Dovecot]:
    """A Dovecot that the test may kill."""
    yield from running(Dovecot)


@pytest.fixture
def old_dovecot() -> Iterator[Dovecot]:
    """A Dovecot that knows no MOVE and no IDLE."""
    yield from running(lambda: Dovecot(capability="IMAP4rev1 UIDPLUS LITERAL+"))


@pytest.fixture
def bare_dovecot() -> Iterator[Dovecot]:
    """A Dovecot that knows no extension at all."""
    yield from running(lambda: Dovecot(capability="IMAP4rev1"))


def running(make: Callable[[], Dovecot]) -> Iterator[Dovecot]:
    """Start a server for a fixture and remove it afterwards."""
    try:
        server = make()
    except ServerMissing as reason:
        missing(reason)
        raise
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def user(dovecot: Dovecot) -> User:
    """A fresh mailbox."""
    return dovecot.add_user()


@pytest.fixture(scope="session")
def postfix(dovecot: Dovecot, certificates: Certificates) -> Iterator[Postfix]:
    """The shared Postfix, before the shared Dovecot."""
    yield from running_postfix(lambda: Postfix(dovecot.lmtp_port, certificates=certificates))


def running_postfix(make: Callable[[], Postfix]) -> Iterator[Postfix]:
    """Start a relay for a fixture and remove it afterwards."""
    try:
        server = make()
    except ServerMissing as reason:
        missing(reason)
        raise
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
async def faults() -> AsyncIterator[FaultSmtp]:
    """A scripted submission server in clear."""
    async with FaultSmtp() as server:
        yield server


@pytest.fixture
async def relay_to() -> AsyncIterator[Callable[[int], object]]:
    """Makes relays to a port: `relay = await relay_to(port)`."""
    async with AsyncExitStack() as stack:

        async def make(port: int) -> Relay:
            return await stack.enter_async_context(Relay(port))

        yield make


@pytest.fixture(scope="session")
def server_context(certificates: Certificates) -> ssl.SSLContext:
    """TLS for a test server, by the self-signed certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.certificate, certificates.key)
    return context
