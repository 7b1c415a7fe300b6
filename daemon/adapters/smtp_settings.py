"""How a submission host is reached, and how long it is waited for."""

from __future__ import annotations

from dataclasses import dataclass

from daemon.adapters.authentication import Credential
from daemon.adapters.tls import TlsMode


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """A submission host.

    `tls` none is accepted for loopback hosts only. `credential` None: no login. `helo` empty:
    this machine's name. `final_reply_seconds` is the wait after the final dot: a short one
    makes unknown outcomes (RFC 5321, section 4.5.3.2.6 asks for ten minutes).
    """

    host: str
    port: int
    tls: TlsMode = "implicit"
    ca_file: str = ""
    username: str = ""
    credential: Credential | None = None
    helo: str = ""
    connect_seconds: float = 30.0
    command_seconds: float = 60.0
    final_reply_seconds: float = 660.0
    mails_per_connection_max: int = 50
    idle_seconds_max: float = 25.0
