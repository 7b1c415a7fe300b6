"""The desk of the rounds before real, scripted servers."""

from __future__ import annotations

from tests.adapters.conftest import certificates, old_dovecot, own_dovecot, server_context
from tests.rounds.conftest import delivery, desk
from tests.simulation.conftest import diary, office, office_dovecot, smtp

__all__ = [
    "certificates",
    "delivery",
    "desk",
    "diary",
    "office",
    "office_dovecot",
    "old_dovecot",
    "own_dovecot",
    "server_context",
    "smtp",
]
