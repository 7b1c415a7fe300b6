"""The sandbox of templates: what they may reach, how long they may run, how much they may make.

A template is the operator's own, but a mistake in it must not stop the daemon. Every turn of a
loop, every call, filter and test looks at the clock; every value made is weighed and counted
(`template_growth`), so that between two looks nothing lasts long. The clock counts the time
that this thread computes: a busy machine makes no letter too late.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar, cast

from jinja2 import BaseLoader, StrictUndefined, TemplateSyntaxError, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from daemon.adapters.template_growth import (
    TEXT_METHODS,
    UNWANTED_FILTERS,
    PlainNamespace,
    TemplateTooHeavy,
    before,
    before_operator,
    weight,
)

# Between two looks a few tenths of a second may pass: two seconds are never reached.
SECONDS_MAX = 1.5
# All that one letter makes and writes on its way, in units of weight.
MADE_WEIGHT_MAX = 20_000_000
SOURCE_CHARACTERS_MAX = 200_000
TEMPLATES_CACHED_MAX = 400
LOOKED = "_looked"
LOOKED_AT = "_looked_at"
WEIGHED = "_weighed"
NUMBERS = (int, float, complex, bytes)
Made = TypeVar("Made")


class Watch:
    """How long one rendering has run, and how much it has made.

    Args:
        seconds: Tells the seconds computed so far.
    """

    __slots__ = ("_ends", "_made", "_seconds")

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._ends = seconds() + SECONDS_MAX
        self._made = 0

    def look(self) -> None:
        """Refuse to go on when the time is over.

        Raises:
            TemplateTooHeavy: It is.
        """
        if self._seconds() > self._ends:
            raise TemplateTooHeavy(f"it takes longer than {SECONDS_MAX:g} seconds")

    def count(self, units: int) -> None:
        """Count what was made or written.

        Raises:
            TemplateTooHeavy: It is more than `MADE_WEIGHT_MAX` in all.
        """
        self._made += units
        if self._made > MADE_WEIGHT_MAX:
            raise TemplateTooHeavy(
                f"it makes more than {MADE_WEIGHT_MAX:,} characters on its way, repeatedly"
            )


class WatchedEnvironment(ImmutableSandboxedEnvironment):
    """Renders under a watch; outside of one only constants are computed.

    Args:
        loader: Where templates come from.
        filters: Filters of our own, by name.
        names: What every template may use, by name.
        seconds: Tells the seconds computed so far.
    """

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(
        self,
        loader: BaseLoader,
        *,
        filters: Mapping[str, Callable[..., object]],
        names: Mapping[str, object],
        seconds: Callable[[], float] = time.thread_time,
    ) -> None:
        super().__init__(
            loader=loader,
            undefined=StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(".html.j2"),
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=TEMPLATES_CACHED_MAX,
            finalize=self.written,
        )
        self._clock = seconds
        self._watch: Watch | None = None
        known = {**self.filters, **filters}
        self.filters = {
            name: self._guarded(name, known[name]) for name in known.keys() - UNWANTED_FILTERS
        }
        tests = cast("dict[str, Callable[..., Any]]", self.tests)
        self.tests = {name: self._looking(test) for name, test in tests.items()}
        self.filters.update(
            {LOOKED: self._look_and_count(), LOOKED_AT: self._look(), WEIGHED: self.weighed}
        )
        del self.globals["lipsum"]
        self.globals.update(names)
        self.globals["namespace"] = PlainNamespace

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Give what is rendered within it its time; one in another is part of it."""
        outer, self._watch = self._watch, self._watch or Watch(self._clock)
        try:
            yield
        finally:
            self._watch = outer

    def look(self) -> None:
        """Look at the clock, where there is a watch."""
        if self._watch is not None:
            self._watch.look()

    def weighed(self, value: Made) -> Made:
        """Return a value that was made, weighed and counted."""
        units = weight(value)
        if self._watch is not None:
            self._watch.count(units)
        return value

    def written(self, value: object) -> object:
        """Return a value that is about to be written, weighed and counted."""
        self.look()
        return self.weighed(value)

    # --- what the sandbox asks ----------------------------------------------------------------

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allow of a text only methods that are measured or cannot grow; none of a number."""
        if isinstance(obj, str) and attr not in TEXT_METHODS:
            return False
        return not isinstance(obj, NUMBERS) and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Offer no `format` of a text: it takes its widths from anywhere."""
        return None

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Measure what would be made, make it, weigh it."""
        self.look()
        before_operator(operator, left, right)
        return self.weighed(super().call_binop(context, operator, left, right))

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a function, macro or method between two looks."""
        __self.look()
        owner = getattr(__obj, "__self__", None)
        if isinstance(owner, str):
            before(f"str.{__obj.__name__}", owner, args, kwargs)
        return __self.weighed(super().call(__context, __obj, *args, **kwargs))

    # --- what is done to a template -----------------------------------------------------------

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > SOURCE_CHARACTERS_MAX:
            sentence = f"the file has more than {SOURCE_CHARACTERS_MAX:,} characters"
            raise TemplateSyntaxError(sentence, 1, name, filename)
        return super()._parse(source, name, filename)

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        watched = Watchful().visit(source)
        return super()._generate(watched, name, filename, defer_init)

    def _guarded(self, name: str, filter_: Callable[..., Any]) -> Callable[..., Any]:
        at = 0 if getattr(filter_, "jinja_pass_arg", None) is None else 1

        @wraps(filter_)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            self.look()
            subject = before(name, args[at], args[at + 1 :], kwargs)
            return self.weighed(filter_(*args[:at], subject, *args[at + 1 :], **kwargs))

        return guarded

    def _looking(self, test: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(test)
        def looking(*args: Any, **kwargs: Any) -> Any:
            self.look()
            return test(*args, **kwargs)

        return looking

    def _look_and_count(self) -> Callable[[Context, int], None]:
        @pass_context
        def looked(_context: Context, units: int) -> None:
            self.look()
            if self._watch is not None:
                self._watch.count(units)

        return looked

    def _look(self) -> Callable[[Context, object], object]:
        @pass_context
        def looked_at(_context: Context, value: object) -> object:
            self.look()
            return value

        return looked_at


class Watchful(NodeTransformer):
    """Puts a look at the clock into every body and every condition of a loop, and a scale under
    every list, dictionary and joined text that a template writes down."""

    def visit_Template(self, node: nodes.Template) -> nodes.Node:
        """Look before a file runs: it may include itself."""
        return self._with_look(node)

    def visit_Block(self, node: nodes.Block) -> nodes.Node:
        """Look before a block."""
        return self._with_look(node)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:
        """Look before a macro."""
        return self._with_look(node)

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:
        """Look before what a macro is given."""
        return self._with_look(node)

    def visit_For(self, node: nodes.For) -> nodes.Node:
        """Look at every turn, and at every entry that a condition passes over."""
        self._with_look(node)
        if node.test is not None:
            node.test = _through(LOOKED_AT, node.test)
        return node

    def visit_List(self, node: nodes.List) -> nodes.Node:
        """Weigh a list."""
        return _through(WEIGHED, self.generic_visit(node))

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:
        """Weigh a tuple that is a value, not one of the names that are set."""
        self.generic_visit(node)
        return _through(WEIGHED, node) if node.ctx == "load" else node

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:
        """Weigh a dictionary."""
        return _through(WEIGHED, self.generic_visit(node))

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        """Join two by two, each weighed, so that no joining doubles too often."""
        self.generic_visit(node)
        joined, *rest = node.nodes
        for part in rest:
            pair = nodes.Concat([joined, part]).set_lineno(node.lineno)
            joined = _through(WEIGHED, pair)
        return joined

    def _with_look(self, node: _WithBody) -> _WithBody:
        self.generic_visit(node)
        units = sum(len(part.data) for part in _literals(node.body))
        number = nodes.Const(units).set_lineno(node.lineno)
        node.body.insert(0, nodes.ExprStmt(_through(LOOKED, number)).set_lineno(node.lineno))
        return node


_WithBody = nodes.Template | nodes.Block | nodes.Macro | nodes.CallBlock | nodes.For


def _through(name: str, node: nodes.Node) -> nodes.Filter:
    watched = nodes.Filter(node, name, [], [], None, None)
    watched.set_lineno(node.lineno)
    return watched


def _literals(body: list[nodes.Node]) -> Iterator[nodes.TemplateData]:
    """Yield the literal text of a body, without that of bodies that count their own."""
    for node in body:
        if isinstance(node, nodes.TemplateData):
            yield node
        elif not isinstance(node, _WithBody):
            yield from _literals(list(node.iter_child_nodes()))
