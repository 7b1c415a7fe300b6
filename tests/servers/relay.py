"""A TCP relay that cuts, or falls silent, when a test says so. No randomness, no timing."""

from __future__ import annotations

import asyncio
from typing import Self

CHUNK_OCTETS = 65_536


class Relay:
    """Forwards loopback connections to a port.

    `port` is where it listens. Octets are counted over all connections, per direction:
    `to_server` and `to_client`.
    """

    def __init__(self, target_port: int) -> None:
        self.port = 0
        self.to_server = 0
        self.to_client = 0
        self.connections = 0
        self._target_port = target_port
        self._cut_to_client_at: int | None = None
        self._cut_to_server_at: int | None = None
        self._flows = asyncio.Event()
        self._flows.set()
        self._flowing: list[asyncio.Event] = []
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self._server is not None:
            await self._server.wait_closed()

    def cut(self) -> None:
        """Reset every connection at once."""
        for writer in self._writers:
            writer.transport.abort()

    def cut_after(self, *, to_client: int | None = None, to_server: int | None = None) -> None:
        """Reset the connection once so many more octets went that way; the rest is lost."""
        self._cut_to_client_at = None if to_client is None else self.to_client + to_client
        self._cut_to_server_at = None if to_server is None else self.to_server + to_server

    def fall_silent(self) -> None:
        """Forward nothing more, either way, and close nothing."""
        self._flows.clear()

    def stall(self) -> None:
        """Forward nothing more on the connections of now, for good; close none of them."""
        for flows in self._flowing:
            flows.clear()
        self._flowing.clear()

    def flow(self) -> None:
        """Forward again, what was held back first."""
        self._flows.set()

    async def _accept(self, near: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(near_out)
        try:
            far, far_out = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            near_out.transport.abort()
            return
        self._writers.add(far_out)
        flows = asyncio.Event()
        flows.set()
        self._flowing.append(flows)
        pumps = self._pump(near, far_out, flows, True), self._pump(far, near_out, flows, False)
        for pump in pumps:
            task = asyncio.create_task(pump)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        flows: asyncio.Event,
        is_to_server: bool,
    ) -> None:
        try:
            while chunk := await source.read(CHUNK_OCTETS):
                await self._flows.wait()
                await flows.wait()
                passed, is_cut = self._count(chunk, is_to_server)
                sink.write(passed)
                await sink.drain()
                if is_cut:
                    self.cut()
                    return
            if sink.can_write_eof():
                sink.write_eof()
        except OSError:
            # One side is gone: so is the connection.
            sink.transport.abort()

    def _count(self, chunk: bytes, is_to_server: bool) -> tuple[bytes, bool]:
        """Return what of a chunk may pass, and whether the connection ends there."""
        before = self.to_server if is_to_server else self.to_client
        limit = self._cut_to_server_at if is_to_server else self._cut_to_client_at
        is_cut = limit is not None and before + len(chunk) >= limit
        passed = chunk if limit is None or not is_cut else chunk[: limit - before]
        if is_to_server:
            self.to_server += len(passed)
        else:
            self.to_client += len(passed)
        return passed, is_cut
