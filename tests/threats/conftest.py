"""What the tests of threats stand on: the desk of the rounds, the office, servers of their own."""

from __future__ import annotations

from tests.adapters.conftest import certificates, server_context
from tests.rounds.conftest import delivery, desk, post
from tests.simulation.conftest import diary, office, office_dovecot, smtp

__all__ = [
    "certificates",
    "delivery",
    "desk",
    "diary",
    "office",
    "office_dovecot",
    "post",
    "server_context",
    "smtp",
]
