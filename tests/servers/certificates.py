"""Self-signed certificates, made by openssl: trusted only by who is given the file."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers import require_program


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """PEM files for localhost and 127.0.0.1. `chain` holds the key first (for Postfix)."""

    certificate: Path
    key: Path
    chain: Path


def make_certificates(directory: Path) -> Certificates:
    """Make a key and a certificate that is good for two days.

    Raises:
        ServerMissing: openssl is not installed.
    """
    openssl = require_program("openssl", "openssl")
    made = Certificates(
        certificate=directory / "cert.pem",
        key=directory / "key.pem",
        chain=directory / "chain.pem",
    )
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt"),
            *("ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(made.key), "-out", str(made.certificate)),
        ],
        check=True,
        capture_output=True,
    )
    made.chain.write_bytes(made.key.read_bytes() + made.certificate.read_bytes())
    made.chain.chmod(0o600)
    return made
