"""Access tokens from a refresh token: the standard exchange, kept until shortly before it ends.

Runs in a thread, for the standard library's HTTP client blocks. Secrets never appear in an
error. Source: RFC 6749, section 6.
"""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

from daemon.errors import PeerError

ANSWER_OCTETS_MAX = 65_536
EARLY_SECONDS = 300.0
LIFE_SECONDS_DEFAULT = 3_600.0


@dataclass(slots=True, kw_only=True)
class RefreshedToken:
    """A token provider. Lifetimes are wire time: monotonic.

    Args:
        url: The provider's token endpoint, https.
        client_id: The client that the refresh token was given to.
        client_secret: Its secret; empty for public clients.
        refresh_token: The long-lived token.
        scope: Asked for where the provider wants one.
        deadline_seconds: For one exchange.
    """

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    scope: str = ""
    deadline_seconds: float = 30.0
    token: str = field(default="", repr=False)
    ends_at: float = 0.0

    async def __call__(self) -> str:
        """Return an access token that is good for some minutes.

        Raises:
            PeerError: The endpoint refused (`is_auth`) or could not be reached.
        """
        if self.token and time.monotonic() < self.ends_at:
            return self.token
        self.token, life = await asyncio.to_thread(self.exchange)
        self.ends_at = time.monotonic() + life - EARLY_SECONDS
        return self.token

    def exchange(self) -> tuple[str, float]:
        """Ask the endpoint; returns the token and its life in seconds."""
        form = {
            "grant_type": "refresh_token",
            "client_id": self.client_id,
            "refresh_token": self.refresh_token,
        }
        if self.client_secret:
            form["client_secret"] = self.client_secret
        if self.scope:
            form["scope"] = self.scope
        request = urllib.request.Request(self.url, urllib.parse.urlencode(form).encode())
        try:
            with urllib.request.urlopen(request, timeout=self.deadline_seconds) as answer:
                found = json.loads(answer.read(ANSWER_OCTETS_MAX))
        except urllib.error.HTTPError as error:
            is_refused = 400 <= error.code < 500
            raise PeerError(
                f"the token endpoint answered {error.code}", is_auth=is_refused
            ) from None
        except (OSError, ValueError) as error:
            raise PeerError(f"the token endpoint could not be used: {error}") from None
        token = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token:
            raise PeerError("the token endpoint gave no access token", is_auth=True)
        return token, float(found.get("expires_in", LIFE_SECONDS_DEFAULT))
