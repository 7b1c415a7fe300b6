"""The parser without a process of its own: the product's reading, called directly.

Simulations write the mails themselves, so no hostile bytes come. Rules alone decide unless the
model is asked for: the weights cost fifty milliseconds a mail, and what a simulation proves is
what happens to a reading, not how good it is.
"""

from __future__ import annotations

from daemon.errors import ParserFailed
from parsers.identify import identify
from parsers.read import read
from parsers.reader import read_mail
from parsers.reading import Context, Identity, Reading


class NearParser:
    """Implements `ports.Parser`. `has_model`: read with the packaged weights.

    `poison` are Message-IDs over which the reader dies, as a broken mail would make it.
    """

    def __init__(self, *, has_model: bool = False) -> None:
        self.has_model = has_model
        self.poison: set[str] = set()

    async def identify(self, raw: bytes, context: Context) -> Identity:
        """Return the keys and trust of a mail."""
        return identify(raw, context)

    async def read(self, raw: bytes, context: Context) -> Reading:
        """Return all that a mail says.

        Raises:
            ParserFailed: The mail is one of the poisoned.
        """
        if self.poison and identify(raw, context).message_id in self.poison:
            raise ParserFailed("the parser died: by signal 11")
        return read_mail(raw, context) if self.has_model else read(raw, context)

    async def close(self) -> None:
        """Nothing is held."""
