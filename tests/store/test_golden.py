"""Events as releases have written them: whatever a log holds must be readable for ever."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import pytest

from daemon.core.events import Event
from daemon.store.mapping import EVENT

# Lines are added for new kinds, fields and words, and never changed: they stand in databases.
LINES = (Path(__file__).parent / "golden" / "events.jsonl").read_text("utf-8").splitlines()


def kinds(union: Any) -> set[str]:
    """Return the kinds of all events of a union."""
    if get_origin(union) is Annotated:
        return kinds(get_args(union)[0])
    members = get_args(union)
    if members:
        return {kind for one in members for kind in kinds(one)}
    return {str(field.default) for field in fields(union) if field.name == "kind"}


def is_kept(said: object, read: object) -> bool:
    """Tell whether all that was said is there still; more may have come."""
    match said, read:
        case dict(), dict():
            return all(key in read and is_kept(value, read[key]) for key, value in said.items())
        case list(), list():
            return len(said) == len(read) and all(map(is_kept, said, read))
        case _:
            return said == read


@pytest.mark.parametrize("line", LINES, ids=lambda line: str(json.loads(line)["kind"]))
def test_an_event_of_a_log_is_read_as_it_was_written(line: str) -> None:
    """No field and no word of it is lost, whatever has come since."""
    event = EVENT.validate_json(line)

    assert is_kept(json.loads(line), json.loads(EVENT.dump_json(event)))


def test_every_kind_of_event_is_among_them() -> None:
    """A new kind of event is written down here before any database holds it."""
    assert kinds(Event) == {json.loads(line)["kind"] for line in LINES}
