"""TLS for both wires: required and verified, or off on this machine's own loopback.

Never opportunistic: a server that does not offer what is configured is a fault, not a reason
to speak in clear.
"""

from __future__ import annotations

import ipaddress
import ssl
from pathlib import Path
from typing import Literal

from daemon.errors import ConfigError

TlsMode = Literal["implicit", "starttls", "none"]


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine: `localhost` or a loopback address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_safe(host: str, tls: TlsMode, ca_file: str) -> None:
    """Refuse clear text to any other machine, and a certificate file that is not there.

    Raises:
        ConfigError: Says which of the two, and how to mend it.
    """
    if tls == "none" and not is_loopback(host):
        raise ConfigError(
            f"tls = none is only accepted for this machine itself, not for {host}:"
            " use implicit or starttls"
        )
    if ca_file and not Path(ca_file).is_file():
        raise ConfigError(f"ca_file does not exist: {ca_file}")


def client_context(ca_file: str = "") -> ssl.SSLContext:
    """Return a context that verifies chain and host name.

    Args:
        ca_file: PEM file that replaces the system's authorities; empty: the system's.

    Raises:
        ConfigError: The file holds no certificate.
    """
    try:
        context = ssl.create_default_context(cafile=ca_file or None)
    except ssl.SSLError as error:
        raise ConfigError(f"ca_file holds no usable certificate: {ca_file}") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
