"""The log of a simulated daemon: it counts, and keeps what should never have been said."""

from __future__ import annotations

from daemon.world.troubles import Troubles

STUMBLES = frozenset(
    {"letter_set_aside", "account_set_aside", "account_left_out_of_digest", "mail_failed"}
)


class WorldLog:
    """Implements `application.Log`. `stumbles` are faults of the product itself.

    While the database is away or its disk full everything stumbles; that is not told here.
    """

    def __init__(self, troubles: Troubles) -> None:
        self.troubles = troubles
        self.counted: dict[str, int] = {}
        self.stumbles: list[str] = []

    def info(self, event: str, **fields: object) -> None:
        """Count an event."""
        self.counted[event] = self.counted.get(event, 0) + 1

    def warning(self, event: str, **fields: object) -> None:
        """Count an event."""
        self.info(event)

    def error(self, event: str, **fields: object) -> None:
        """Count an event, and keep what stumbled."""
        self.info(event)
        if event in STUMBLES and not self.troubles.is_excused:
            told = ", ".join(f"{name} {value}" for name, value in sorted(fields.items()))
            self.stumbles.append(f"{event}: {told}")
