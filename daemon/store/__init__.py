"""What remembers: Tortoise models, the codec, and the one implementation of `ports.Store`."""

from daemon.store.lock import WriterBusy
from daemon.store.store import TortoiseStore, open_store

__all__ = ["TortoiseStore", "WriterBusy", "open_store"]
