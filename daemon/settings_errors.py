"""What is wrong in the configuration, said as: file, key, what was found, what is accepted."""

from __future__ import annotations

from difflib import get_close_matches
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from daemon.errors import ConfigError
from daemon.settings_files import SECRET_KEYS, SECRETS, SETTINGS, Layers

FOUND_CHARACTERS_MAX = 80
ERRORS_SHOWN_MAX = 20
EMPTY_BRANCHES = frozenset({"literal_error", "none_required"})


def config_error(error: ValidationError, layers: Layers, root: type[BaseModel]) -> ConfigError:
    """Turn a refusal of the models into one ConfigError with a line for each fault."""
    faults = error.errors(include_url=False)
    # Of an optional value's two refusals only the one of the real type helps anybody.
    helpful = {_plain(fault["loc"]) for fault in faults if fault["type"] not in EMPTY_BRANCHES}
    lines = [
        _line(fault, layers, root)
        for fault in faults
        if fault["type"] not in EMPTY_BRANCHES or _plain(fault["loc"]) not in helpful
    ]
    more = len(lines) - ERRORS_SHOWN_MAX
    shown = lines[:ERRORS_SHOWN_MAX] + ([f"… and {more} more"] if more > 0 else [])
    return ConfigError("\n".join(dict.fromkeys(shown)))


def _line(fault: ErrorDetails, layers: Layers, root: type[BaseModel]) -> str:
    path = _plain(fault["loc"])
    if not path:
        return f"{SETTINGS}: {fault['ctx']['error']}"
    is_secret = path[:2] in SECRET_KEYS or path == ("keys",)
    file = SECRETS if is_secret and fault["type"] == "missing" else layers.file_of(path)
    found = _found(fault, path)
    accepted = _accepted(fault, path, root)
    return f"{file}: {_shown(path)}: found {found}; accepted: {accepted}"


def _plain(loc: tuple[int | str, ...]) -> tuple[str | int, ...]:
    """Drop what the models add to a path: the branches of a union, the markers of validators."""
    return tuple(
        part
        for part in loc
        if isinstance(part, int) or not any(c in part for c in "[](),'")
        if part not in ("constrained-str", "str", "none")
    )


def _shown(path: tuple[str | int, ...]) -> str:
    if path[0] in ("procedures", "segments") and len(path) > 1:
        section, rest = f"{path[0]}.{path[1]}", path[2:]
    else:
        section, rest = str(path[0]), path[1:]
    words = [f"number {part + 1}" if isinstance(part, int) else str(part) for part in rest]
    return f"[{section}] {' '.join(words)}".strip()


def _found(fault: ErrorDetails, path: tuple[str | int, ...]) -> str:
    if fault["type"] == "missing":
        return "nothing"
    if path[:2] in SECRET_KEYS:
        return "a value that is not shown here"
    value = fault["input"]
    if isinstance(value, dict | BaseModel):
        return "this table as it stands"
    text = repr(value)
    return text if len(text) <= FOUND_CHARACTERS_MAX else text[:FOUND_CHARACTERS_MAX] + "…"


def _accepted(fault: ErrorDetails, path: tuple[str | int, ...], root: type[BaseModel]) -> str:
    if fault["type"] == "extra_forbidden":
        owner = model_at(root, path[:-1])
        known = list(owner.model_fields) if owner else []
        close = get_close_matches(str(path[-1]), known, n=1)
        return f"{close[0]} (did you mean that?)" if close else f"one of {', '.join(known)}"
    if fault["type"] == "missing":
        said = "a value"
    elif fault["type"] == "value_error":
        said = str(fault["ctx"]["error"])
    else:
        said = fault["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    description = _description(root, path)
    return f"{said} ({description})" if description else said


def _description(root: type[BaseModel], path: tuple[str | int, ...]) -> str:
    names = [part for part in path if isinstance(part, str)]
    owner = model_at(root, path[:-1]) if names else None
    field = owner.model_fields.get(str(path[-1])) if owner and path else None
    return (field.description or "") if field else ""


def model_at(root: type[BaseModel], path: tuple[str | int, ...]) -> type[BaseModel] | None:
    """Return the section that a path of keys leads to; None where it leads elsewhere."""
    model: type[BaseModel] | None = root
    is_named_table = False
    for part in path:
        if isinstance(part, int) or is_named_table:
            is_named_table = False
            continue
        field = model.model_fields.get(part) if model else None
        if field is None:
            return None
        model = section_of(field)
        is_named_table = is_table_of_sections(field)
    return model


def section_of(field: FieldInfo) -> type[BaseModel] | None:
    """Return the section that a field holds, be it one, several or a table of them."""
    for kind in (field.annotation, *get_args(field.annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def is_table_of_sections(field: FieldInfo) -> bool:
    """Tell whether the field is a table whose keys are the user's names."""
    return str(field.annotation).startswith("dict") and section_of(field) is not None
