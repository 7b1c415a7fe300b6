"""SMTP connections: reuse, TLS, logins, and a real relay."""

from __future__ import annotations

import asyncio
import email
import ssl
from collections.abc import Callable
from dataclasses import replace

import pytest

from daemon.adapters.authentication import Bearer, Credential, Password, TokenCommand
from daemon.adapters.smtp import SmtpSettings, SmtpSubmission
from daemon.adapters.smtp_outcome import Phase, judge
from daemon.errors import ConfigError, PeerError
from daemon.ports import Accepted, Outcome, Refused
from tests.adapters.conftest import running_postfix
from tests.adapters.smtp_case import MAIL, RAW, settings_for, submission, transmit
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot, User
from tests.servers.postfix import Postfix
from tests.servers.smtp_faults import Disconnect, Fault, FaultSmtp, Hang, Moment, Reply


async def test_a_fresh_connection_is_used_again(faults: FaultSmtp) -> None:
    """Letters in a row share a connection, after a NOOP; a refused one leaves it clean."""
    faults.plan(Moment.RCPT, Reply(line="550 5.1.1 unknown user"))
    async with submission(settings_for(faults.port)) as opened:
        for _ in range(3):
            await (await opened.connect()).transmit(MAIL)

    assert faults.connections == 1
    assert len(faults.ledger) == 2
    assert faults.commands.count("RSET") == 1
    assert faults.commands[-1] == "QUIT"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param({"mails_per_connection_max": 1}, None, id="worn"),
        pytest.param({"idle_seconds_max": 0.0}, None, id="idle-too-long"),
        pytest.param({}, Disconnect(), id="gone"),
        pytest.param({}, Hang(), id="silent"),
        pytest.param({}, Reply(line="421 4.4.2 idle"), id="421"),
    ],
)
async def test_a_stale_connection_is_replaced(
    faults: FaultSmtp, change: dict[str, float], fault: Fault | None
) -> None:
    """A connection that is old, worn, closed or dead is found out before the letter goes."""
    if fault is not None:
        faults.plan(Moment.NOOP, fault)
    changed = replace(settings_for(faults.port), **change)  # type: ignore[arg-type]  # one field
    async with submission(changed) as opened:
        outcomes = [await (await opened.connect()).transmit(MAIL) for _ in range(2)]

    assert [Accepted, Accepted] == [type(outcome) for outcome in outcomes]
    assert faults.connections == 2


async def test_two_letters_at_once_go_one_after_the_other(faults: FaultSmtp) -> None:
    """Two rounds that share a mailbox do not mix their commands, nor cut each other off."""
    async with submission(settings_for(faults.port)) as opened:

        async def send() -> Outcome:
            return await (await opened.connect()).transmit(MAIL)

        outcomes = await asyncio.gather(*(send() for _ in range(5)))

    assert {Accepted} == {type(outcome) for outcome in outcomes}
    assert len(faults.ledger) == 5


@pytest.mark.parametrize(
    ("moment", "fault", "is_permanent"),
    [
        pytest.param(Moment.CONNECT, Reply(line="554 5.3.2 no service"), True, id="greeting-554"),
        pytest.param(Moment.CONNECT, Reply(line="421 4.3.2 busy"), False, id="greeting-421"),
        pytest.param(Moment.CONNECT, Disconnect(), False, id="greeting-disconnect"),
        pytest.param(Moment.CONNECT, Hang(), False, id="greeting-silence"),
        pytest.param(Moment.EHLO, Disconnect(), False, id="ehlo-disconnect"),
        pytest.param(Moment.EHLO, Reply(line="550 5.0.0 go away"), True, id="ehlo-550"),
    ],
)
async def test_a_failed_connection_says_whether_to_try_again(
    faults: FaultSmtp, moment: Moment, fault: Fault, is_permanent: bool
) -> None:
    """No connection is an error of the peer, passing or not, and never one of the login."""
    faults.plan(moment, fault)
    with pytest.raises(PeerError) as caught:
        await transmit(replace(settings_for(faults.port), connect_seconds=0.3))

    assert is_permanent == caught.value.is_permanent
    assert not caught.value.is_auth


async def test_nobody_listens(faults: FaultSmtp) -> None:
    """A refused connection is a passing fault."""
    with pytest.raises(PeerError) as caught:
        await transmit(settings_for(1))

    assert not caught.value.is_permanent


async def token_right() -> str:
    return "right-token"


async def token_wrong() -> str:
    return "expired-token"


@pytest.mark.parametrize(
    ("credential", "fault", "verdict"),
    [
        pytest.param(Password(text="right"), None, "accepted", id="password"),
        pytest.param(Password(text="wrong"), None, "auth", id="wrong-password"),
        pytest.param(Bearer(provider=token_right), None, "accepted", id="token"),
        pytest.param(Bearer(provider=token_wrong), None, "auth", id="wrong-token"),
        pytest.param(
            Bearer(provider=TokenCommand(command=("echo", "right-token"))),
            None,
            "accepted",
            id="token-command",
        ),
        pytest.param(
            Bearer(provider=TokenCommand(command=("false",))), None, "auth", id="no-token"
        ),
        pytest.param(
            Password(text="right"), Reply(line="454 4.7.0 later"), "passing", id="login-454"
        ),
        pytest.param(None, None, "refused", id="no-login"),
    ],
)
async def test_a_login_over_tls(
    certificates: Certificates,
    server_context: ssl.SSLContext,
    credential: Credential | None,
    fault: Fault | None,
    verdict: str,
) -> None:
    """A refused login is told from a network fault; without one the whole mailbox is stopped."""
    async with FaultSmtp(
        context=server_context,
        tls="implicit",
        logins={"ar": "right"},
        tokens={"ar": "right-token"},
    ) as server:
        if fault is not None:
            server.plan(Moment.AUTH, fault)
        settings = replace(
            settings_for(server.port),
            host="localhost",
            tls="implicit",
            ca_file=str(certificates.certificate),
            username="ar",
            credential=credential,
        )
        try:
            outcome = await transmit(settings)
        except PeerError as error:
            found = "auth" if error.is_auth else "passing"
        else:
            is_wide = isinstance(outcome, Refused) and outcome.is_account_wide
            found = "refused" if is_wide else type(outcome).__name__.lower()

        assert verdict == found


async def test_one_wrong_login_is_one_attempt(
    certificates: Certificates, server_context: ssl.SSLContext
) -> None:
    """A wrong password is tried once, not once for every mechanism."""
    async with FaultSmtp(context=server_context, tls="implicit", logins={"ar": "right"}) as server:
        settings = replace(
            settings_for(server.port),
            host="localhost",
            tls="implicit",
            ca_file=str(certificates.certificate),
            username="ar",
            credential=Password(text="wrong"),
        )
        with pytest.raises(PeerError):
            await transmit(settings)

        assert sum(command.startswith("AUTH") for command in server.commands) == 1


@pytest.mark.parametrize(
    ("offered", "asked", "is_trusted"),
    [
        pytest.param("starttls", "starttls", True, id="starttls"),
        pytest.param("none", "starttls", True, id="stripped"),
        pytest.param("starttls", "starttls", False, id="starttls-self-signed"),
        pytest.param("implicit", "implicit", False, id="implicit-self-signed"),
    ],
)
async def test_tls_is_required_and_verified(
    certificates: Certificates,
    server_context: ssl.SSLContext,
    offered: str,
    asked: str,
    is_trusted: bool,
) -> None:
    """A stripped STARTTLS or an unknown certificate ends it before a name or a letter goes."""
    logins = {"ar": "pw"}
    async with FaultSmtp(
        context=server_context,
        tls=offered,  # type: ignore[arg-type]  # one of the three words
        logins=logins,
    ) as server:
        settings = replace(
            settings_for(server.port),
            host="localhost",
            tls=asked,  # type: ignore[arg-type]  # one of the three words
            ca_file=str(certificates.certificate) if is_trusted else "",
            username="ar",
            credential=Password(text="pw"),
        )
        is_good = offered == asked and is_trusted
        if is_good:
            assert isinstance(await transmit(settings), Accepted)
            return
        with pytest.raises(PeerError) as caught:
            await transmit(settings)

        assert caught.value.is_permanent
        assert not caught.value.is_auth
        assert not any(word.startswith(("AUTH", "MAIL")) for word in server.commands)


@pytest.mark.parametrize("host", ["mail.example.com", "192.0.2.1", "127.0.0.1.example.com"])
def test_clear_text_stays_on_this_machine(host: str) -> None:
    """Without TLS no other machine is spoken to."""
    with pytest.raises(ConfigError, match="only accepted for this machine"):
        SmtpSubmission(SmtpSettings(host=host, port=25, tls="none"))


def test_secrets_do_not_show() -> None:
    """Settings may be printed: no password in it."""
    settings = SmtpSettings(host="h", port=1, credential=Password(text="hush"))

    assert "hush" not in repr(settings)


def test_a_long_reply_is_one_clean_line() -> None:
    """What a server says is kept printable and short."""
    outcome = judge(Phase.RCPT, 550, "5.1.1 no\nsuch\x00user " + "x" * 2_000)

    assert isinstance(outcome, Refused)
    assert outcome.reply.startswith("550 5.1.1 no such?user xxx")
    assert len(outcome.reply) == 500


async def test_postfix_takes_it_and_reports_the_dead_address(
    postfix: Postfix, dovecot: Dovecot, user: User, certificates: Certificates
) -> None:
    """
    A mail to a tagged address arrives. One to an address whose mailbox is gone is accepted, and
    the report comes back to the sender. One to an unknown domain is refused at once.
    """
    reader = dovecot.add_user()
    tagged = reader.address.replace("@", "+d.token@")
    settings = replace(
        settings_for(postfix.port),
        host="localhost",
        tls="starttls",
        ca_file=str(certificates.certificate),
        command_seconds=10,
        final_reply_seconds=10,
    )
    mail = replace(MAIL, envelope_from=user.address)
    async with submission(settings) as opened:
        wire = await opened.connect()
        arrived = await wire.transmit(replace(mail, envelope_to=tagged))
        lost = await wire.transmit(replace(mail, envelope_to="left@debtor.test"))
        unknown = await wire.transmit(replace(mail, envelope_to="ap@nowhere.test"))

    assert [Accepted, Accepted, Refused] == [type(one) for one in (arrived, lost, unknown)]

    delivered = await in_time(lambda: dovecot.folder(reader))
    report = email.message_from_bytes((await in_time(lambda: dovecot.folder(user)))[0])

    assert delivered[0].endswith(RAW.partition(b"\r\n\r\n")[2])
    assert report.get_content_type() == "multipart/report"
    assert "left@debtor.test" in report.as_string()


async def test_postfix_passes_it_on_and_reports_the_later_refusal(
    dovecot: Dovecot, user: User, faults: FaultSmtp
) -> None:
    """The next server gets our bytes below one trace line; its late no comes back by mail."""
    faults.plan(Moment.DOT, Reply(line="554 5.7.1 looks like spam"))
    for relay in running_postfix(lambda: Postfix(dovecot.lmtp_port, faults.port)):
        settings = replace(settings_for(relay.port), command_seconds=10, final_reply_seconds=10)
        mail = replace(MAIL, envelope_from=user.address, envelope_to="ap@sink.test")
        async with submission(settings) as opened:
            wire = await opened.connect()
            refused_later = await wire.transmit(mail)
            report = (await in_time(lambda: dovecot.folder(user)))[0]
            passed_on = await wire.transmit(mail)
        await in_time(lambda: [taken.raw for taken in faults.ledger])

    assert [Accepted, Accepted] == [type(one) for one in (refused_later, passed_on)]
    assert b"Status: 5.7.1" in report
    assert faults.ledger[0].raw.endswith(RAW)


async def in_time(look: Callable[[], list[bytes]], seconds: float = 8.0) -> list[bytes]:
    """Look until there is something: delivery by the real queue takes its moment."""
    async with asyncio.timeout(seconds):
        # No event tells when another process has delivered.
        while not (found := await asyncio.to_thread(look)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return found
