"""The watched sandbox says what Jinja's own says, letter by letter, of all that it allows."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from daemon.adapters.template_sandbox import WatchedEnvironment

SHARED = {
    "inc": "included {{ 1 }}",
    "mac": "{% macro say(x) %}[{{ x }}]{% endmacro %}",
    "base.html.j2": "<{% block a %}base{% endblock %}>{% block b scoped %}{% endblock %}",
    "reqbase": "{% block must required %}{% endblock %}",
}
SAID = {
    "loop over pairs": (
        "{% for a, b in [(1,2),(3,4)] %}{{ loop.index }}{{ a+b }}{{ loop.last }}{% else %"
        "}no{% endfor %}"
    ),
    "empty loop": "{% for a in [] %}x{% else %}none{% endfor %}",
    "several names at once": "{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set (c, d) = (3, 4) %}{{ d }}",
    "with": "{% with a = 1, b = (2,3) %}{{ a }}{{ b }}{% endwith %}",
    "macro": (
        "{% macro m(a=[1,2], b='x') %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{% endmacro "
        "%}{{ m() }}{{ m(5, 'y', 6) }}"
    ),
    "call block": (
        "{% macro m(x) %}<{{ caller(x) }}>{% endmacro %}{% call(y) m(3) %}{{ y }}!{% endcall %}"
    ),
    "include": (
        "{% include ['nothing', 'inc'] %}{% include 'inc' %}{% include 'nix' ignore missing %}"
    ),
    "import": (
        "{% import 'mac' as mac %}{{ mac.say('hi') }}{% from 'mac' import say %}{{ say('ho') }}"
    ),
    "inherited.html.j2": (
        "{% extends 'base.html.j2' %}{% block a %}{{ super() }}&{{ '<b>' ~ '&' }}{{ '<' ~"
        " ('x'|safe) ~ '>' }}{% endblock %}"
    ),
    "filter and set blocks": (
        "{% filter upper %}abc {{ 'd' }}{% endfilter %}{% set x %}cap {{ 1 }}{% endset %}"
        "{{ x }}{% set y | upper %}q{% endset %}{{ y }}"
    ),
    "lists": (
        "{{ [3,1,2]|sort|join('-') }}{{ {'b':1,'a':2}|dictsort }}{{ [1,2,3,4]|batch(3,'-'"
        ")|list }}{{ range(7)|slice(3)|list }}"
    ),
    "groups and attributes": (
        "{{ [{'a':1,'b':2},{'a':1,'b':3}]|groupby('a')|list }}{{ [{'a':1}]|map(attribute="
        "'a')|list }}{{ ['x','y']|map('upper')|join }}"
    ),
    "texts": (
        "{{ 'a b c'|title }}{{ 'hello world foo'|truncate(8) }}{{ 'x'|center(5) }}|{{ 'a\n"
        "b'|indent(2) }}{{ 'a-b'|replace('-','+') }}"
    ),
    "tests": (
        "{{ 1 is odd }}{{ 4 is divisibleby 2 }}{{ 'a' in ('a','b') }}{{ 1 not in [2] }}{{"
        " none is none }}{{ x is defined }}{{ [1] is iterable }}"
    ),
    "formats": (
        "{{ '%s-%03d'|format('a', 7) }}{{ '%.2f' % 1.5 }}{{ '%s %s' % ('a','b') }}{{ '%(a"
        ")s' % {'a': 1} }}"
    ),
    "arithmetic": (
        "{{ 7 // 2 }}{{ 7 % 4 }}{{ 2**8 }}{{ -3 * 'a' }}{{ 3 * 'ab' }}{{ [1] * 2 + [3] }}"
        "{{ 1.5 * 2 }}{{ 2**-1 }}"
    ),
    "recursive loop": (
        "{% for i in [1,[2,[3]]] recursive %}{{ loop(i) if i is iterable else i }}{{ loop"
        ".depth }}{% endfor %}"
    ),
    "cycler and joiner": (
        "{% set c = cycler('a','b') %}{{ c.next() }}{{ c.next() }}{% set j = joiner(',') "
        "%}{{ j() }}{{ j() }}{{ dict(a=1) }}"
    ),
    "loop with a condition": (
        "{% for x in [1,2,3,4] if x > 2 %}{{ x }}{{ loop.length }}{{ loop.nextitem is def"
        "ined }}{% if loop.changed(x) %}!{% endif %}{% endfor %}"
    ),
    "autoescape and raw": (
        "{% autoescape true %}{{ '<' }}{{ '<' ~ '>' }}{% endautoescape %}{% raw %}{{ }}{% endraw %}"
    ),
    "methods": (
        "{{ 'a,b'.split(',') }}{{ 'AbC'.lower() }}{{ ', '.join(['a','b']) }}{{ 'x'.starts"
        "with('x') }}{{ {'a':1}.get('b', 2) }}{{ {'a':1}.items()|list }}"
    ),
    "slices": "{{ [1,2,3][1:] }}{{ 'abc'[::-1] }}{{ (1,2)[0] }}{{ {'a': {'b': [5]}}.a.b[0] }}",
    "sums": (
        "{{ [1,2,3]|sum }}{{ [{'p':2},{'p':3}]|sum(attribute='p') }}{{ [1.5,2]|sum(start="
        "1) }}{{ [1,2]|max }}{{ [3,1]|min }}{{ [1,1]|unique|list }}"
    ),
    "numbers": (
        "{{ 1.2345|round(2) }}{{ 1.2|round(0,'ceil') }}{{ '12'|int + 1 }}{{ '1.5'|float }"
        "}{{ 5|string ~ '!' }}{{ ''|default('d', true) }}{{ 'a b'|urlencode }}{{ 'a b c'|"
        "wordcount }}{{ 'aa bb cc'|wordwrap(4) }}"
    ),
    "namespace": (
        "{% set ns = namespace(a=1) %}{% for i in range(3) %}{% set ns.a = ns.a + i %}{% "
        "endfor %}{{ ns.a }}{{ ns.b is defined }}"
    ),
    "markup": (
        "{{ 'p<b>q</b>'|striptags }}{{ '<a>'|e }}{{ '<a>'|forceescape }}{{ 'see http://x."
        "test'|urlize }}{{ {'a':1,'b':none}|xmlattr }}{{ 1000|filesizeformat }}"
    ),
    "a block again": "{% block q %}Q{% endblock %}{{ self.q() }}",
    "required block": "{% extends 'reqbase' %}{% block must %}ok{% endblock %}",
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_allowed_says_what_it_always_said(name: str) -> None:
    """Looks at the clock and weighed values change no word."""
    loader = DictLoader({**SHARED, **SAID})
    plain = ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=lambda file: file is not None and file.endswith(".html.j2"),
    )
    watched = WatchedEnvironment(loader, filters={}, names={})
    with watched.watching():
        said = watched.get_template(name).render()

    assert plain.get_template(name).render() == said
