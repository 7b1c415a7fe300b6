"""Real mail servers for tests, on loopback, each in a directory of its own.

Dovecot and Postfix are the true ones; `FaultSmtp` is scripted where a fault must come at a
named moment; `Relay` stands between and cuts, or falls silent.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

APT = "apt-get install -y --no-install-recommends"


class ServerMissing(Exception):
    """A program that the tests need is not installed; the message holds the install line."""


def require_program(name: str, package: str) -> str:
    """Return a program's path; `/usr/sbin` is searched too.

    Raises:
        ServerMissing: With the line that installs it.
    """
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if path is None:
        raise ServerMissing(f"{name} is not installed: {APT} {package}")
    return path


def free_ports(count: int) -> list[int]:
    """Return loopback ports that nobody listens on at this moment."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def wait_for_greeting(port: int, greeting: bytes, seconds: float = 10.0) -> None:
    """Return once the server on that port greets.

    Raises:
        TimeoutError: It does not.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as wire:
                if wire.recv(256).startswith(greeting):
                    return
        except OSError:
            time.sleep(0.01)
    raise TimeoutError(f"no server greets on port {port}")


def die_with_parent() -> None:
    """Ask Linux to kill this process when the test run dies. Runs in the child."""
    if os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def make_base(kind: str) -> Path:
    """Return a fresh directory that every user may enter; its name holds our process id.

    Unix sockets live in it, so its path must be short.
    """
    base = Path(tempfile.mkdtemp(prefix=f"duly-{kind}-{os.getpid()}-"))
    base.chmod(0o755)
    return base


def reap_stale(kind: str, kill: Callable[[Path], None]) -> None:
    """Remove what earlier runs that were killed have left behind.

    Args:
        kind: As given to `make_base`.
        kill: Ends the server whose directory it is given.
    """
    for base in Path(tempfile.gettempdir()).glob(f"duly-{kind}-*"):
        owner = base.name.split("-")[2]
        if owner.isdigit() and not _is_alive(int(owner)):
            kill(base)
            shutil.rmtree(base, ignore_errors=True)


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def kill_group(base: Path) -> None:
    """Kill the process group whose leader's id the file `pid` in `base` holds."""
    try:
        leader = int((base / "pid").read_text())
        command = Path(f"/proc/{leader}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if str(base).encode() in command:
        os.killpg(leader, signal.SIGKILL)
