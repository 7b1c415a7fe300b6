"""Structured logs: one JSON line an event on standard error, without secrets or mail bodies.

Field names that could carry either are refused by the last processor, wherever they come from.
Libraries log warnings only: at debug level aioimaplib would write whole mails.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

FORBIDDEN = frozenset({"password", "secret", "token", "raw", "body", "text", "html", "content"})
HIDDEN = "(not logged)"
VALUE_CHARACTERS_MAX = 500
QUIET_LIBRARIES = ("aioimaplib", "aiosmtplib", "tortoise", "apscheduler", "pymap", "mail.log")


def keep_secrets(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Hide fields that may carry secrets or bodies; cut long values."""
    for name, value in event.items():
        if name in FORBIDDEN:
            event[name] = HIDDEN
        elif isinstance(value, str) and len(value) > VALUE_CHARACTERS_MAX:
            event[name] = value[:VALUE_CHARACTERS_MAX] + "…"
    return event


def open_log(
    *, level: str = "info", stream: TextIO | None = None, is_text: bool = False
) -> structlog.typing.FilteringBoundLogger:
    """Return the log of this process.

    Args:
        level: `debug`, `info`, `warning` or `error`.
        stream: Where the lines go; standard error by default.
        is_text: Lines for people instead of JSON.
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
            keep_secrets,
            renderer,
        ],
        wrapper_class=wrapper,
    )
    return logger
