"""TLS that is stripped, refused, faked or taken over by a man in the middle: nothing is said."""

from __future__ import annotations

import base64
import ssl
from dataclasses import replace

import pytest

from daemon.adapters.authentication import Password
from daemon.errors import PeerError
from daemon.ports import Accepted
from tests.adapters import imap_case, smtp_case
from tests.servers.certificates import Certificates, make_certificates
from tests.servers.dovecot import User
from tests.servers.interceptor import Attack, Interceptor
from tests.servers.smtp_faults import FaultSmtp

SECRET = "a-canary-password"
BLOB = base64.b64encode(f"\0ar\0{SECRET}".encode())
LATER = (Attack.STRIP, Attack.REFUSE, Attack.PRETEND, Attack.INJECT, Attack.TERMINATE_LATER)


@pytest.fixture(scope="session")
def evil_context(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A certificate for localhost that nobody was told to trust."""
    made = make_certificates(tmp_path_factory.mktemp("evil"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.certificate, made.key)
    return context


def said_nothing(middle: Interceptor) -> bool:
    """Tell whether no secret, no login and no mail was heard."""
    heard = bytes(middle.heard)
    words = (SECRET.encode(), BLOB, b"AUTH", b"LOGIN", b"AUTHENTICATE", b"MAIL FROM", b"canary")
    return not any(word in heard for word in words)


@pytest.mark.parametrize("attack", [*LATER, Attack.TERMINATE, Attack.CLEAR])
async def test_no_credential_goes_to_a_man_in_the_middle_of_smtp(
    attack: Attack,
    certificates: Certificates,
    server_context: ssl.SSLContext,
    evil_context: ssl.SSLContext,
) -> None:
    """Whatever he does to the offer of TLS or its certificate, he hears no login and no mail."""
    is_later = attack in LATER
    async with (
        FaultSmtp(context=server_context, tls="starttls", logins={"ar": SECRET}) as server,
        Interceptor(server.port, attack, evil_context) as middle,
    ):
        settings = replace(
            smtp_case.settings_for(middle.port),
            host="localhost",
            tls="starttls" if is_later else "implicit",
            ca_file=str(certificates.certificate),
            username="ar",
            credential=Password(text=SECRET),
        )
        with pytest.raises(PeerError) as caught:
            await smtp_case.transmit(settings)

        assert middle.connections > 0 or "certificate" in str(caught.value)
        assert said_nothing(middle)
        assert [] == server.ledger


async def test_the_same_server_without_the_man_takes_the_mail(
    certificates: Certificates, server_context: ssl.SSLContext
) -> None:
    """The settings above are good: what failed was the attack."""
    async with FaultSmtp(context=server_context, tls="starttls", logins={"ar": SECRET}) as server:
        settings = replace(
            smtp_case.settings_for(server.port),
            host="localhost",
            tls="starttls",
            ca_file=str(certificates.certificate),
            username="ar",
            credential=Password(text=SECRET),
        )

        assert isinstance(await smtp_case.transmit(settings), Accepted)


@pytest.mark.parametrize("attack", [Attack.TERMINATE, Attack.CLEAR])
async def test_no_credential_goes_to_a_man_in_the_middle_of_imap(
    attack: Attack, certificates: Certificates, evil_context: ssl.SSLContext
) -> None:
    """Another certificate, or clear text on the port of TLS: the mailbox is not logged in to."""
    async with (
        FaultSmtp() as server,
        Interceptor(server.port, attack, evil_context) as middle,
    ):
        user = User(name="ar", password=SECRET, address="ar@seller.test")
        settings = replace(
            imap_case.settings_for(middle.port, user),
            host="localhost",
            tls="implicit",
            ca_file=str(certificates.certificate),
        )
        async with imap_case.mailbox(settings) as inbox:
            with pytest.raises(PeerError) as caught:
                await inbox.open("INBOX")

        assert middle.connections > 0 or "certificate" in str(caught.value)
        assert said_nothing(middle)
