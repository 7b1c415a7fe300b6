"""Ladders as configured: what holds together, and what is refused before anybody stands on it."""

from __future__ import annotations

import tomllib

import pytest

from daemon.settings_files import CONFIG
from daemon.settings_procedures import ProcedureSection, ladder_warnings

LEVEL = {"name": "reminder", "anchor": "due+10d"}


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        pytest.param([LEVEL, LEVEL], "stands twice", id="twice"),
        pytest.param(
            [LEVEL, {"name": "b", "anchor": "due+5d"}], r"does not come after due\+10d", id="order"
        ),
        pytest.param([{"name": "b", "anchor": "previous+5d"}], "no level below", id="first"),
        pytest.param(
            [LEVEL, {"name": "f", "anchor": "due+30d", "final_notice": True}],
            "needs pay_by_business_days",
            id="final notice",
        ),
        pytest.param(
            [LEVEL, {"name": "h", "anchor": "reminder.pay_by+3bd"}],
            "needs pay_by_business_days in 'reminder'",
            id="pay by",
        ),
        pytest.param(
            [{"name": "h", "anchor": "due+1d", "action": "task"}, LEVEL], "task ends", id="task"
        ),
        pytest.param([{**LEVEL, "enabled": False}], "at least one enabled", id="nothing on"),
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused(
    levels: list[dict[str, object]], words: str
) -> None:
    """A procedure is checked as a whole, before an invoice stands on it."""
    with pytest.raises(ValueError, match=words):
        ProcedureSection.model_validate({"levels": levels})


def test_levels_closer_than_letters_may_follow_are_warned_of() -> None:
    """Two levels three days apart work, but not as written: `check` says so."""
    levels = [{"name": "inquiry", "anchor": "due+3d"}, {"name": "reminder", "anchor": "due+6d"}]
    procedure = ProcedureSection.model_validate({"levels": levels}).to_core("quick")

    assert ["procedure quick: reminder follows inquiry after about 3 days"] == [
        warning.split(",")[0] for warning in ladder_warnings(procedure, contact_delay_days=5)
    ]
    assert () == ladder_warnings(procedure, contact_delay_days=3)


def test_example_procedures_hold_together() -> None:
    """What config/procedures.toml offers for copying is accepted as it stands."""
    examples = tomllib.loads((CONFIG / "procedures.toml").read_text(encoding="utf-8"))
    loaded = {
        name: ProcedureSection.model_validate(table)
        for name, table in examples["procedures"].items()
    }

    assert ["patient", "close"] == list(loaded)
