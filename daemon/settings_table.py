"""The configuration as a table for the README: key, unit, default, meaning, from the models."""

from __future__ import annotations

import json
from datetime import time

from pydantic import BaseModel

from daemon.settings_errors import is_table_of_sections, section_of
from daemon.settings_files import CONFIG, DEFAULTS, Toml, read_toml

# The unit follows from the end of the name; the longer ending comes first.
UNITS = (
    ("_business_days", "business days"),
    ("_business_days_max", "business days"),
    ("_lag_days", "business days"),
    ("_days", "days"),
    ("_days_max", "days"),
    ("_days_between", "days"),
    ("_minutes", "minutes"),
    ("_minutes_max", "minutes"),
    ("_seconds", "seconds"),
    ("_seconds_max", "seconds"),
    ("_percent", "%"),
    ("_percent_max", "%"),
    ("_permille", "‰"),
    ("_major", "currency units"),
    ("_per_minute", "mails a minute"),
    ("octets_max", "octets"),
)
NO_SECTION = frozenset({"home"})


def table_of(root: type[BaseModel]) -> str:
    """Return one Markdown table with a row for each key, section by section."""
    defaults = read_toml(CONFIG / DEFAULTS)
    rows = ["| key | unit | default | meaning |", "| --- | --- | --- | --- |"]
    for name, field in root.model_fields.items():
        section = section_of(field)
        if name in NO_SECTION or section is None:
            continue
        if is_table_of_sections(field):
            rows.extend(_rows(f"{name}.NAME", section, {}))
            continue
        stated = defaults.get(name)
        rows.extend(_rows(name, section, stated if isinstance(stated, dict) else {}))
    return "\n".join(rows) + "\n"


def _rows(prefix: str, section: type[BaseModel], defaults: Toml) -> list[str]:
    rows: list[str] = []
    for name, field in section.model_fields.items():
        if name in defaults:
            default = _shown(defaults[name])
        elif field.is_required():
            default = "*required*"
        else:
            default = _shown(field.get_default())
        meaning = (field.description or "").replace("|", "\\|")
        rows.append(f"| `{prefix}.{name}` | {_unit(name)} | {default} | {meaning} |")
        inner = section_of(field)
        if inner is not None:
            rows.extend(_rows(f"{prefix}.{name}[]", inner, {}))
    return rows


def _unit(name: str) -> str:
    return next((unit for ending, unit in UNITS if name.endswith(ending)), "")


def _shown(value: object) -> str:
    match value:
        case None | "" | [] | () | {}:
            return "–"
        case time():
            return f"`{value:%H:%M}`"
        case bool():
            return f"`{str(value).lower()}`"
        case list() | tuple():
            return f"`{json.dumps(list(value))}`"
        case _:
            return f"`{value}`"
