"""How we prove who we are to a mail server: a password, or a fresh XOAUTH2 token.

A token is asked for at every login, so that whoever provides it may renew it in time. Secrets
never appear in a representation or in an error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from daemon.errors import PeerError

TOKEN_OCTETS_MAX = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """A password, as configured."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """XOAUTH2: `provider` returns an access token; it may raise PeerError."""

    provider: Callable[[], Awaitable[str]] = field(repr=False)


Credential = Password | Bearer


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCommand:
    """A provider that runs a command and takes the first line that it prints.

    Args:
        command: Program and arguments; no shell.
        deadline_seconds: After that the command is killed.
    """

    command: tuple[str, ...]
    deadline_seconds: float = 30.0

    async def __call__(self) -> str:
        """Return a token.

        Raises:
            PeerError: `is_auth`; the command is missing, failed, ran late or printed nothing.
        """
        try:
            child = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError as error:
            raise _no_token(f"cannot be started: {error.strerror}") from error
        try:
            async with asyncio.timeout(self.deadline_seconds):
                printed, _ = await child.communicate()
        except TimeoutError as error:
            raise _no_token(f"ran longer than {self.deadline_seconds:g} seconds") from error
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        if child.returncode != 0:
            raise _no_token(f"ended with exit code {child.returncode}")
        token = printed.decode("ascii", "replace").strip().partition("\n")[0].strip()
        if not token or len(token) > TOKEN_OCTETS_MAX or not token.isprintable():
            raise _no_token("printed no token")
        return token


def _no_token(why: str) -> PeerError:
    return PeerError(f"the token command {why}", is_auth=True)
