"""HTML to text: what a person would see, as plain lines.

Hidden text (display:none, zero size, white on white) is dropped and told, quotes become
lines that begin with ">", and the containers that mail programs put around the original
message become an "Original Message" line, so that the trimmer sees them.
Iterative, bounded by `HTML_CHARACTERS_MAX` and `HTML_NODES_MAX`; never raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers import limits
from parsers.charsets import clean
from parsers.hidden import declarations, hiding_selectors, is_hidden, style_of

ORIGINAL_MARK: Final = "-----Original Message-----"

_BLOCK_NAMES: Final = (
    "address article aside blockquote body center dd details div dl dt fieldset figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody tfoot "
    "thead tr ul"
)
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_PARAGRAPH_NAMES: Final = "p h1 h2 h3 h4 h5 h6 ul ol table blockquote"
_PARAGRAPHS: Final = frozenset(_PARAGRAPH_NAMES.split())
_SKIPPED_NAMES: Final = (
    "head script style title template noscript object iframe svg math select textarea "
    "button canvas audio video map"
)
_SKIPPED: Final = frozenset(_SKIPPED_NAMES.split())
_ORIGINALS: Final = frozenset({"divrplyfwdmsg", "appendonsend", "olk_src_body_section"})
_ORIGINAL_CLASSES: Final = frozenset({"outlookmessageheader", "yahoo_quoted_header"})
_QUOTE_CLASSES: Final = frozenset(
    {"yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra", "yj6qo_quote"}
)
_SPACE: Final = re.compile(r"[ \t\r\n\f\u00a0\u200b\u200c\u00ad\u034f]+")
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]{0,20}|)[^<>]*>")
_UNNESTED_NAMES: Final = (
    "area base br col embed hr img input link meta param source track wbr p li td th tr dt dd "
    "option tbody thead tfoot html head body o:p"
)
_UNNESTED: Final = frozenset(_UNNESTED_NAMES.split())


def text_of(html: str) -> tuple[str, bool]:
    """Turn HTML into text.

    Args:
        html: A document or a fragment; what lies beyond the limits is not read.

    Returns:
        The visible text (LF line ends, quotes as "> " lines, cells parted by a tab), and
        whether hidden text with letters or digits was dropped.
    """
    html = html[: limits.HTML_CHARACTERS_MAX]
    if _is_too_deep(html):
        return clean(_SPACE.sub(" ", _TAG.sub(" ", html))).strip()[
            : limits.TEXT_CHARACTERS_MAX
        ], False
    tree = LexborHTMLParser(html)
    root = tree.body or tree.root
    if root is None:
        return "", False
    styles = "".join(node.text() for node in tree.css("style")[:20])[:50_000]
    page = _Page(hiding=hiding_selectors(styles))
    _walk(root, page)
    return page.finish(), page.has_hidden


def _is_too_deep(html: str) -> bool:
    """Tell whether elements are nested so deeply that tree building would not be linear."""
    depth = 0
    for matched in _TAG.finditer(html):
        name = matched.group(2).lower()
        if name in _UNNESTED or not name:
            continue
        depth = max(0, depth - 1) if matched.group(1) else depth + 1
        if depth > limits.HTML_DEPTH_MAX:
            return True
    return False


@dataclass(slots=True)
class _Page:
    """Lines under construction."""

    hiding: frozenset[str]
    lines: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    depth: int = 0
    pre: int = 0
    characters: int = 0
    has_hidden: bool = False
    has_original: bool = False

    def add(self, text: str) -> None:
        text = text if self.pre else _SPACE.sub(" ", text)
        if self.pre and "\n" in text:
            head, *rest = text.split("\n")
            self.current.append(head)
            for line in rest:
                self.close(is_forced=True)
                self.current.append(line)
        else:
            self.current.append(text)
        self.characters += len(text)

    def close(self, *, is_forced: bool = False) -> None:
        joined = "".join(self.current)
        line = joined.rstrip() if self.pre else re.sub(r" {2,}", " ", joined).strip(" ")
        self.current = []
        if line.strip() or is_forced:
            self.lines.append("> " * self.depth + line.strip("\t"))

    def gap(self) -> None:
        self.close()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * self.depth).rstrip())

    def finish(self) -> str:
        self.close()
        return clean("\n".join(self.lines)).strip("\n")[: limits.TEXT_CHARACTERS_MAX]


def _walk(root: LexborNode, page: _Page) -> None:
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    visited = 0
    while stack and visited < limits.HTML_NODES_MAX:
        node, is_leaving = stack.pop()
        if is_leaving:
            _leave(node, page)
            continue
        visited += 1
        if page.characters > limits.TEXT_CHARACTERS_MAX:
            break
        if node.is_text_node:
            page.add(node.text_content or "")
            continue
        tag = node.tag or ""
        if tag in _SKIPPED or not node.is_element_node:
            continue
        if is_hidden(node, page.hiding):
            words = node.text()
            page.has_hidden = page.has_hidden or any(c.isalnum() for c in words[:5_000])
            continue
        _enter(node, tag, page)
        stack.append((node, True))
        children: list[tuple[LexborNode, bool]] = []
        child = node.child
        while child is not None and len(children) < limits.HTML_NODES_MAX:
            children.append((child, False))
            child = child.next
        stack.extend(reversed(children))


def _enter(node: LexborNode, tag: str, page: _Page) -> None:
    if tag == "br":
        page.close(is_forced=True)
        return
    if tag in ("td", "th"):
        if "".join(page.current).strip():
            page.current.append("\t")
        return
    if tag in _PARAGRAPHS:
        page.gap()
    elif tag in _BLOCKS:
        page.close()
    if tag == "li":
        page.current.append("- ")
    elif tag == "pre":
        page.pre += 1
    elif tag == "hr":
        page.lines.append("> " * page.depth + "_" * 32)
    elif tag == "img":
        alternative = (node.attributes.get("alt") or "").strip()
        if 0 < len(alternative) <= 16 and not alternative.isascii():
            page.add(alternative)
    if _is_original(node) and not page.has_original:
        page.gap()
        page.has_original = True
        page.lines.append("> " * page.depth + ORIGINAL_MARK)
    if _is_quote(node, tag):
        page.gap()
        page.depth = min(page.depth + 1, limits.DEPTH_MAX)


def _leave(node: LexborNode, page: _Page) -> None:
    tag = node.tag or ""
    if tag in _BLOCKS:
        page.close()
    if tag == "pre":
        page.pre = max(0, page.pre - 1)
    if _is_quote(node, tag):
        page.depth = max(0, page.depth - 1)
    if tag in _PARAGRAPHS:
        page.gap()


def _classes(node: LexborNode) -> list[str]:
    return (node.attributes.get("class") or "").lower().split()


def _is_original(node: LexborNode) -> bool:
    identifier = (node.attributes.get("id") or "").lower().removeprefix("x_")
    return identifier in _ORIGINALS or any(name in _ORIGINAL_CLASSES for name in _classes(node))


def _is_quote(node: LexborNode, tag: str) -> bool:
    if tag == "blockquote":
        # Gmail's indent button writes a blockquote with this style; that is no quote.
        return declarations(style_of(node)).get("margin") not in ("00040px", "0px0px0px40px")
    return any(name in _QUOTE_CLASSES for name in _classes(node))
