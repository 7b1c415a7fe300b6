"""The IMAP reader under every cut of the stream, and under noise."""

from __future__ import annotations

import asyncio

from aioimaplib import aioimaplib as library
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.adapters.imap_protocol import ImapProtocol


class Sink(asyncio.Transport):
    """A transport that sends nowhere."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Forget what is sent."""

    def abort(self) -> None:
        """There is nothing to cut."""


async def answered(name: str, chunks: list[bytes]) -> list[bytes] | None:
    """Return the lines that a command is answered with; None where the connection broke."""
    protocol = ImapProtocol(asyncio.get_running_loop())
    protocol.connection_made(Sink())
    protocol.data_received(b"* OK ready\r\n")
    protocol.state = library.SELECTED
    command = library.Command(name, "A1", "1:*", loop=protocol.loop)
    asking = asyncio.ensure_future(protocol.execute(command))
    await asyncio.sleep(0)
    for chunk in chunks:
        protocol.data_received(chunk)
    protocol.connection_lost(None)
    try:
        response = await asyncio.wait_for(asking, 1)
    except library.AioImapException:
        return None
    return [bytes(line) for line in response.lines]


@settings(max_examples=150, deadline=None)
@given(
    body=st.text("ab \r\n{}()*+A1OK", max_size=60).map(str.encode),
    cuts=st.lists(st.integers(min_value=1, max_value=9), min_size=1, max_size=60),
)
def test_a_mail_is_the_same_however_it_is_cut(body: bytes, cuts: list[int]) -> None:
    """Whatever a mail says, and wherever the network cuts it, it arrives as it is."""
    wire = b"* 1 FETCH (UID 5 BODY[] {%d}\r\n%s)\r\n* 2 EXISTS\r\n" % (len(body), body)
    wire += b"* 2 FETCH (UID 6 BODY[] {0}\r\n)\r\nA1 OK done\r\n"
    chunks: list[bytes] = []
    position = 0
    while position < len(wire):
        octets = cuts[len(chunks) % len(cuts)]
        chunks.append(wire[position : position + octets])
        position += octets
    expected = [
        b"1 FETCH (UID 5 BODY[] {%d}" % len(body),
        body,
        b")",
        b"2 EXISTS",
        b"2 FETCH (UID 6 BODY[] {0}",
        b"",
        b")",
        b"done",
    ]

    assert expected == asyncio.run(answered("FETCH", chunks))


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(["FETCH", "SELECT", "APPEND", "SEARCH"]),
    chunks=st.lists(
        st.lists(
            st.sampled_from(
                b"* |+ |\r\n|{3}|{99999999999}|OK| NO |A1|A2|EXISTS|1 |\xff\x00|(|BYE".split(b"|")
            ),
            max_size=8,
        ).map(b"".join),
        max_size=6,
    ),
)
def test_noise_never_hangs_nor_raises(name: str, chunks: list[bytes]) -> None:
    """A server that talks nonsense costs a connection; the caller hears of it at once."""
    lines = asyncio.run(answered(name, chunks))

    assert lines is None or b"A1" in b"".join(chunks)
