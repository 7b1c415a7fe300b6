"""What the tests of threats stand on: the desk of the rounds, and servers of their own."""

from __future__ import annotations

from tests.adapters.conftest import certificates, server_context
from tests.rounds.conftest import delivery, desk, post

__all__ = ["certificates", "delivery", "desk", "post", "server_context"]
