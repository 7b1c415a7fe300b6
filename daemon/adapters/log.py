"""Structured logs: one JSON line an event on standard error, without secrets or mail bodies.

Field names that could carry either are refused by the last processor, wherever they come from,
and a value in which one of the home's own secrets stands is hidden, whatever field it is in.
Libraries log warnings only: at debug level aiosqlite would write whole mails.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Collection, MutableMapping
from functools import partial
from typing import Any, TextIO

import structlog

FORBIDDEN = frozenset({"password", "secret", "token", "raw", "body", "text", "html", "content"})
HIDDEN = "(not logged)"
VALUE_CHARACTERS_MAX = 500
SECRET_CHARACTERS_MIN = 4
QUIET_LIBRARIES = (
    "aioimaplib", "aiosmtplib", "aiosqlite", "apscheduler", "asyncio", "asyncpg", "mail.log",
    "openpyxl", "pymap", "pypdf", "tortoise",
)  # fmt: skip


def without_secrets(text: str, secrets: Collection[str]) -> str:
    """Return a text with each known secret hidden; the rest of the sentence stays."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SECRET_CHARACTERS_MIN:
            text = text.replace(secret, HIDDEN)
    return text


def keep_secrets(
    logger: object,
    method: str,
    event: MutableMapping[str, Any],
    secrets: Collection[str] = (),
) -> MutableMapping[str, Any]:
    """Hide fields that may carry secrets or bodies, and known secrets; cut long values."""
    for name, value in event.items():
        if name in FORBIDDEN:
            event[name] = HIDDEN
            continue
        text = value if isinstance(value, str) else str(value)
        hidden = without_secrets(text, secrets)
        if hidden != text:
            event[name] = hidden[:VALUE_CHARACTERS_MAX]
        elif isinstance(value, str) and len(value) > VALUE_CHARACTERS_MAX:
            event[name] = value[:VALUE_CHARACTERS_MAX] + "…"
    return event


def open_log(
    *,
    level: str = "info",
    stream: TextIO | None = None,
    is_text: bool = False,
    secrets: Collection[str] = (),
) -> structlog.typing.FilteringBoundLogger:
    """Return the log of this process.

    Args:
        level: `debug`, `info`, `warning` or `error`.
        stream: Where the lines go; standard error by default.
        is_text: Lines for people instead of JSON.
        secrets: The home's passwords and keys, which no field may hold.
    """
    for library in QUIET_LIBRARIES:
        logging.getLogger(library).setLevel(logging.WARNING)
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=False)
        if is_text
        else structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    )
    wrapper = structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()])
    logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(stream or sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            partial(
                keep_secrets,
                secrets=frozenset(one for one in secrets if len(one) >= SECRET_CHARACTERS_MIN),
            ),
            renderer,
        ],
        wrapper_class=wrapper,
    )
    return logger
