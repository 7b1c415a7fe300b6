"""The errors of the house: each says whose fault it is."""

from __future__ import annotations


class DulyError(Exception):
    """Base of all errors that Duly raises on purpose."""


class ConfigError(DulyError):
    """The configuration is wrong; found at start. The message names the key and the mend."""


class UsageError(DulyError):
    """The command line is wrong; the message says what to type instead."""


class PeerError(DulyError):
    """A server failed us. `is_permanent`: trying again will not help.

    `is_auth` tells a refused login from a network fault. `is_refusal`: the server answered no to
    this one command; it can be asked for others.
    """

    def __init__(
        self,
        message: str,
        *,
        is_permanent: bool = False,
        is_auth: bool = False,
        is_refusal: bool = False,
    ) -> None:
        super().__init__(message)
        self.is_permanent = is_permanent
        self.is_auth = is_auth
        self.is_refusal = is_refusal


class DatabaseDamaged(PeerError):
    """The file of the database cannot be read, whole or in a page; the message names the mend."""


class SealBroken(DulyError):
    """A sealed mail does not open: its row was changed, or it is another key's."""


class WriterBusy(DulyError):
    """Another process writes this database. `pid` is its process id, None where unknown."""

    def __init__(self, message: str, pid: int | None) -> None:
        super().__init__(message)
        self.pid = pid


class ParserFailed(DulyError):
    """The parser process died or ran past its deadline on this mail."""


class ParserNotStarted(ParserFailed):
    """The parser process cannot be started, or reads not even an empty mail: no mail's fault."""


class IllegalTransition(DulyError):
    """A state was asked for something that it cannot do. A bug; stays loud."""


class TemplateFailed(DulyError):
    """A template is missing or wrong: `file` and `line` (0: unknown) say where."""

    def __init__(self, *, file: str, line: int, sentence: str) -> None:
        place = f"{file}, line {line}" if line else file
        super().__init__(f"template {place}: {sentence}")
        self.file = file
        self.line = line
        self.sentence = sentence


class UnsayableLetter(DulyError):
    """A mail cannot be put into words: a template failed, or a file to attach is missing."""
