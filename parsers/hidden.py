"""Hidden text: what a style or an attribute keeps from a person's eyes.

Judges one element by its own declarations and the ground that it stands on. Knows the ways
that senders use: no display, no size, no opacity, off the page, clipped, the ground's colour.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborNode

from parsers import limits

_RULE: Final = re.compile(r"([^{}]{1,300})\{([^{}]{0,500})\}")
_SIMPLE: Final = re.compile(r"[.#][A-Za-z][\w-]{0,60}")
_NUMBER: Final = re.compile(r"-?\d{0,6}(?:\.\d{1,6})?")
_CHANNELS: Final = re.compile(r"(rgba?|hsla?)\(([\d.,%/ ]{1,60})\)")
_NAMES: Final = {"white": (255, 255, 255), "black": (0, 0, 0), "snow": (255, 250, 250)}
_WHITE: Final = (255, 255, 255)
_NEAR: Final = 12
_SIZE_MIN: Final = 2.0
_OPACITY_MIN: Final = 0.1
_OFF_PAGE: Final = -900.0

Colour = tuple[int, int, int]


def hiding_selectors(styles: str) -> frozenset[str]:
    """Return the ".class" and "#id" selectors whose rules hide, lower case."""
    plain = styles.split("@media", 1)[0]
    return frozenset(
        simple.lower()
        for selectors, rule in _RULE.findall(plain)
        if hides(declarations(rule))
        for selector in selectors.split(",")[:20]
        for simple in _SIMPLE.findall(selector.strip().split(" ")[-1])[-1:]
    )


def declarations(style: str) -> dict[str, str]:
    """Read `name: value; …` as names and values without spaces, lower case."""
    found: dict[str, str] = {}
    for piece in style.lower().split(";"):
        name, colon, value = piece.partition(":")
        if colon:
            found[name.strip()] = "".join(value.replace("!important", "").split())
    return found


def style_of(node: LexborNode) -> str:
    """Return the style attribute, cut and lower case."""
    return (node.attributes.get("style") or "")[:2_000].lower()


def hides(rules: dict[str, str]) -> bool:
    """Tell whether declarations alone keep an element from being seen."""
    if rules.get("display") == "none" or rules.get("visibility") in ("hidden", "collapse"):
        return True
    if rules.get("mso-hide") == "all" or _is_below(rules.get("opacity", ""), _OPACITY_MIN):
        return True
    if _is_below(rules.get("font-size", ""), _SIZE_MIN) or rules.get("font", "").startswith("0"):
        return True
    offsets = ("left", "top", "right", "margin-left", "margin-top", "text-indent")
    if any(_is_below(rules.get(name, ""), _OFF_PAGE) for name in offsets):
        return True
    if "scale(0" in rules.get("transform", "") or rules.get("clip", "").startswith("rect(0"):
        return True
    sizes = ("max-height", "height", "max-width", "width")
    is_flat = any(_is_below(rules.get(name, ""), 0.5) for name in sizes)
    return is_flat and rules.get("overflow") == "hidden"


def _is_below(value: str, bound: float) -> bool:
    """Tell whether a length in px or pt, or a bare number, is below a bound; em only at 0."""
    matched = _NUMBER.match(value)
    text = matched.group(0) if matched else ""
    if not text.strip("-."):
        return False
    unit = value[len(text) :]
    number = float(text)
    if unit in ("", "px", "pt"):
        return number < bound
    return number == 0 if bound > 0 else number < bound / 10


def is_hidden(node: LexborNode, selectors: frozenset[str]) -> bool:
    """Tell whether an element is kept from being seen: attribute, selector, style, colour."""
    attributes = node.attributes
    if "hidden" in attributes:
        return True
    if selectors and not selectors.isdisjoint(_names(attributes)):
        return True
    is_hiding, said, _ = _told(style_of(node))
    if is_hiding:
        return True
    said = said or (attributes.get("color") or "").lower()
    if not said or said == "inherit":
        return False
    if said == "transparent" or _is_clear(said):
        return True
    colour = _colour(said)
    return colour is not None and _is_near(colour, _ground(node))


@lru_cache(maxsize=1024)
def _told(style: str) -> tuple[bool, str, str]:
    """Return whether a style hides, its colour and its ground; one style stands on many lines."""
    if not style:
        return False, "", ""
    rules = declarations(style)
    ground = rules.get("background-color") or rules.get("background") or ""
    return hides(rules), rules.get("color", ""), ground


def _names(attributes: dict[str, str | None]) -> list[str]:
    classes = (attributes.get("class") or "").lower().split()
    return [*(f".{name}" for name in classes), f"#{(attributes.get('id') or '').lower()}"]


def _is_clear(colour: str) -> bool:
    matched = _CHANNELS.match(colour)
    if matched is None or not matched.group(1).endswith("a"):
        return False
    last = re.split(r"[,/]", matched.group(2))[-1]
    return _is_below(last, _OPACITY_MIN)


@lru_cache(maxsize=1024)
def _colour(value: str) -> Colour | None:
    """Read a colour; None for one that is not known, which hides nothing."""
    if value in _NAMES:
        return _NAMES[value]
    if value.startswith("#"):
        digits = value[1:7]
        digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
        if len(digits) != 6 or not all(digit in "0123456789abcdef" for digit in digits):
            return None
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    matched = _CHANNELS.match(value)
    if matched is None:
        return None
    pieces = [piece.rstrip("%") for piece in re.split(r"[,/]", matched.group(2)) if piece]
    if len(pieces) < 3 or not all(piece.replace(".", "", 1).isdecimal() for piece in pieces[:3]):
        return None
    if matched.group(1).startswith("hsl"):
        light = round(float(pieces[2]) * 2.55)
        return (light, light, light) if float(pieces[1]) == 0 or light in (0, 255) else None
    red, green, blue = (min(255, round(float(piece))) for piece in pieces[:3])
    return red, green, blue


def _is_near(one: Colour, other: Colour | None) -> bool:
    if other is None:
        return False
    return all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True))


def _ground(node: LexborNode) -> Colour | None:
    """Return the colour behind an element: white where none is said, None if it is unknown."""
    above: LexborNode | None = node
    for _ in range(limits.DEPTH_MAX):
        if above is None or not above.is_element_node:
            return _WHITE
        said = _told(style_of(above))[2] or (above.attributes.get("bgcolor") or "").lower()
        if said and said not in ("transparent", "none", "inherit", "initial", "unset"):
            return _colour(said) or _first_colour(said)
        above = above.parent
    return _WHITE


def _first_colour(background: str) -> Colour | None:
    matched = re.search(
        r"#[0-9a-f]{6}|#[0-9a-f]{3}(?![0-9a-f])|rgba?\([\d.,%/ ]{1,40}\)", background
    )
    return _colour(matched.group(0)) if matched else None
