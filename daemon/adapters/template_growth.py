"""What a template may make: the weight of its values, and what would grow beyond it.

A value weighs a unit for each character and more for each entry of a list. No value of a
template weighs more than `VALUE_WEIGHT_MAX`, so that nothing done with one value lasts long;
what grows faster than what it is made of is measured before it is made. Knows no clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from jinja2 import TemplateRuntimeError
from jinja2.utils import Namespace

VALUE_WEIGHT_MAX = 1_000_000
ENTRY_WEIGHT = 8
OBJECT_WEIGHT = 100
INTEGER_BITS_MAX = 8_192
NUMBER_MAX = 1_000
SLOW_CHARACTERS_MAX = 50_000
FORMAT_WIDTH_MAX = 999
# Widths and precisions that a format takes from elsewhere, or that are too large.
WIDE_FORMAT = re.compile(r"\*|\d{4,}")
NUMBERED = frozenset({"batch", "center", "indent", "round", "slice"})
SLOW = frozenset({"indent", "paragraphs", "striptags", "urlize", "wordwrap", "wrapped"})
# They show what a letter never shows, in steps without end, or differ from time to time.
UNWANTED_FILTERS = frozenset({"pprint", "random", "tojson"})
TEXT_METHODS = frozenset({
    "capitalize", "casefold", "count", "endswith", "find", "index", "isalnum", "isalpha",
    "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isprintable",
    "isspace", "istitle", "isupper", "join", "lower", "lstrip", "partition", "removeprefix",
    "removesuffix", "replace", "rfind", "rindex", "rpartition", "rsplit", "rstrip", "split",
    "splitlines", "startswith", "strip", "swapcase", "title", "upper",
})  # fmt: skip
Rule = Callable[[object, Sequence[object], Mapping[str, object]], object]


class TemplateTooHeavy(TemplateRuntimeError):
    """A template takes too long, or makes too much."""


class PlainNamespace(Namespace):
    """A namespace that does not show what it holds: it may hold itself."""

    def __repr__(self) -> str:
        return "<namespace>"


def too_large() -> TemplateTooHeavy:
    """Return the refusal of a value."""
    return TemplateTooHeavy(
        f"it makes a value larger than {VALUE_WEIGHT_MAX:,} characters, or a number of more "
        f"than {INTEGER_BITS_MAX:,} bits"
    )


def weight(value: object) -> int:
    """Return what a value weighs with all that it holds.

    Raises:
        TemplateTooHeavy: More than `VALUE_WEIGHT_MAX`, or a number too long.
    """
    total = 0
    waiting = [value]
    while waiting:
        one = waiting.pop()
        held: Iterable[object] = ()
        match one:
            case str() | bytes():
                total += len(one)
            case int():
                if one.bit_length() > INTEGER_BITS_MAX:
                    raise too_large()
            case list() | tuple() | set() | frozenset():
                total += ENTRY_WEIGHT * len(one)
                held = one
            case dict():
                total += 2 * ENTRY_WEIGHT * len(one)
                held = (*one.keys(), *one.values())
            case Namespace():
                total += OBJECT_WEIGHT
                held = object.__getattribute__(one, "_Namespace__attrs").values()
            case _:
                total += OBJECT_WEIGHT
        if total > VALUE_WEIGHT_MAX:
            raise too_large()
        waiting.extend(held)
    return total


def must_fit(expected: int) -> None:
    """Refuse what would weigh too much."""
    if expected > VALUE_WEIGHT_MAX:
        raise too_large()


# --- operators ------------------------------------------------------------------------------


def before_operator(operator: str, left: object, right: object) -> None:
    """Measure what `left operator right` would make.

    Raises:
        TemplateTooHeavy: Too much.
    """
    match operator, left, right:
        case "*", int(), int():
            must_be_short(left.bit_length() + right.bit_length())
        case "*", int(), _:
            must_fit(left * max(weight(right), 1))
        case "*", _, int():
            must_fit(right * max(weight(left), 1))
        case "**", int(), int() if right > 0:
            must_be_short(left.bit_length() * right if abs(left) > 1 else 1)
        case "%", str(), _:
            before_format(left, (right,), {})
        case _:
            return


def must_be_short(bits: int) -> None:
    """Refuse a number of so many bits."""
    if bits > INTEGER_BITS_MAX:
        raise too_large()


# --- filters and methods --------------------------------------------------------------------


def before(
    name: str, subject: object, arguments: Sequence[object], named: Mapping[str, object]
) -> object:
    """Measure what a filter, or a method of a text, would make.

    Args:
        name: The filter or method.
        subject: What it is applied to.
        arguments: What stands in its brackets.
        named: What stands there by name.

    Returns:
        What to apply it to: the subject, or its entries where they had to be counted.

    Raises:
        TemplateTooHeavy: Too much.
    """
    if name in NUMBERED:
        for each in (*arguments, *named.values()):
            if isinstance(each, int) and abs(each) > NUMBER_MAX:
                raise TemplateTooHeavy(f"{name} takes numbers up to {NUMBER_MAX:,}")
            if isinstance(each, str) and len(each) > NUMBER_MAX:
                raise TemplateTooHeavy(f"{name} takes words of up to {NUMBER_MAX:,} characters")
    if name in SLOW and isinstance(subject, str) and len(subject) > SLOW_CHARACTERS_MAX:
        raise TemplateTooHeavy(f"{name} takes texts of up to {SLOW_CHARACTERS_MAX:,} characters")
    rule = RULES.get(name)
    return subject if rule is None else rule(subject, arguments, named)


def before_format(
    subject: object, arguments: Sequence[object], named: Mapping[str, object]
) -> object:
    """Measure a text with placeholders of the `%` kind."""
    pattern = str(subject)
    if WIDE_FORMAT.search(pattern):
        raise TemplateTooHeavy(f"a format takes widths up to {FORMAT_WIDTH_MAX}")
    filled = weight(tuple(arguments)) + weight(tuple(named.values())) + FORMAT_WIDTH_MAX
    must_fit(len(pattern) + pattern.count("%") * filled)
    return subject


def before_replace(
    subject: object, arguments: Sequence[object], named: Mapping[str, object]
) -> object:
    """Measure a text with a word put in the place of another."""
    text, words = str(subject), [str(word) for word in (*arguments[:2], *named.values())]
    longest = max((len(word) for word in words), default=0)
    must_fit(len(text) + text.count(words[0] if words else "") * longest)
    return subject


def before_join(
    subject: object, arguments: Sequence[object], named: Mapping[str, object]
) -> object:
    """Count the entries; what is read only once is returned as a list."""
    between = len(str(arguments[0] if arguments else named.get("d", "")))
    if isinstance(subject, str):
        must_fit(len(subject) * (1 + between))
    if isinstance(subject, str) or not isinstance(subject, Iterable):
        return subject
    entries: list[object] = []
    total = 0
    for entry in subject:
        total += ENTRY_WEIGHT + weight(entry) + between
        must_fit(total)
        entries.append(entry)
    return entries


def before_method_join(
    subject: object, arguments: Sequence[object], named: Mapping[str, object]
) -> object:
    """Measure `" ".join(entries)`: only of what can be counted without reading it."""
    if arguments and not isinstance(arguments[0], (list, tuple, str)):
        raise TemplateTooHeavy("join takes a list: write entries|join(', ')")
    entries = arguments[0] if arguments else ()
    assert isinstance(entries, (list, tuple, str)), "anything else was refused"
    must_fit(weight(entries) + len(entries) * weight(subject))
    return subject


def before_sum(subject: object, arguments: Sequence[object], named: Mapping[str, object]) -> object:
    """Let numbers be added, not lists: each would be copied again for the next one."""
    start = arguments[1] if len(arguments) > 1 else named.get("start", 0)
    if isinstance(start, (str, bytes, Sequence)):
        raise TemplateTooHeavy("sum adds numbers")
    return subject


RULES: Mapping[str, Rule] = {
    "format": before_format,
    "join": before_join,
    "replace": before_replace,
    "sum": before_sum,
    "str.join": before_method_join,
    "str.replace": before_replace,
}
