"""The worst that a template can be: silent loops, long chains, growth without end.

Each is the body of a block. What a template may do is the operator's own mistake; none of
these may hold the daemon up or fill its memory.
"""

from __future__ import annotations

NAMES = "{% set ns = namespace(x='x' * 999, y=[1], z='') %}"
LONG = "range(100000)"

WORST = {
    # Loops that say nothing.
    "nested loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in "
    "range(99999) %}{% endfor %}{% endfor %}{% endfor %}",
    "a loop whose condition never holds": f"{NAMES}{{% set l = {LONG}|list %}}"
    f"{{% for a in {LONG} if a + 1 in l and a < 0 %}}{{% endfor %}}",
    "a loop in a loop's condition": f"{{% for a in {LONG} if {LONG}|select('lt', 0)|list %}}"
    "{% endfor %}",
    "a recursive loop": "{% for a in [1, 2] recursive %}{{ loop([1, 2]) }}{% endfor %}",
    "a macro that calls itself twice": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}"
    "{% endif %}{% endmacro %}{{ m(60) }}",
    "a macro that calls itself for ever": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a call block in a loop": "{% macro m() %}{{ caller() }}{% endmacro %}{% for a in "
    "range(99999) %}{% call m() %}{% for b in range(99999) %}{% endfor %}{% endcall %}"
    "{% endfor %}",
    "a file that includes itself twice": "{% include 'en/inquiry.j2' %}"
    "{% include 'en/inquiry.j2' %}",
    "a block that shows itself": "{{ self.opening() }}{{ self.opening() }}",
    # Filters over long lists.
    "a search in a search": f"{{% set l = {LONG}|list %}}{{{{ {LONG}|reject('in', l)|list }}}}",
    "a chain of filters": f"{{{{ {LONG}" + "|map('string')|map('upper')" * 40 + "|list|length }}",
    "sorting again and again": f"{{% for a in {LONG} %}}{{% set l = {LONG}|map('string')|sort %}}"
    "{% endfor %}",
    "a sum of lists": f"{{{{ ({LONG}|batch(1)|list)|sum(start=[]) }}}}",
    "a great list repeated": f"{{{{ ({LONG}|list * 100000)|length }}}}",
    "an inner product": f"{{% for a in {LONG} %}}{{{{ {LONG}|sum }}}}{{% endfor %}}",
    "words in the place of nothing": "{{ ('a' * 99999)|replace('', 'b' * 99999) }}",
    "a long word between letters": "{{ ('a' * 99999)|join('b' * 99999) }}",
    "a long word between numbers": f"{{{{ {LONG}|join('b' * 99999) }}}}",
    "a map that makes long texts": f"{{{{ {LONG}|map('string')|map('replace', '', 'b' * 9999)|list "
    "}}",
    "wrapping a long word": "{{ ('ab ' * 300000)|wordwrap(1) }}",
    "indenting by a million": "{{ ('a\\n' * 20000)|indent(1000000) }}",
    "tags within tags": "{{ ('<!---->' * 120000)|striptags }}",
    "our own wrapping of a long text": "{{ ('a b ' * 240000)|wrapped(1) }}",
    # Growth.
    "a text times a billion": "{{ 'a' * 10**9 }}",
    "a billion times a text": "{{ 10**9 * 'a' }}",
    "a tower of powers": "{{ 9**9**9**9**9**9 }}",
    "squares of squares": "{% set ns = namespace(x=9) %}{% for a in range(99) %}"
    "{% set ns.x = ns.x * ns.x %}{% endfor %}",
    "a text that doubles by +": NAMES
    + "{% for a in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "a text that doubles by ~": NAMES
    + "{% for a in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "a list of itself twice": NAMES
    + "{% for a in range(99) %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.y }}",
    "a dictionary of itself twice": NAMES
    + "{% for a in range(99) %}{% set ns.y = {'a': ns.y, 'b': ns.y} %}{% endfor %}{{ ns.y }}",
    "a tuple of itself twice, compared": NAMES + "{% for a in range(99) %}"
    "{% set ns.y = (ns.y, ns.y) %}{% endfor %}{{ ns.y == ns.y }}",
    "a namespace that holds itself": NAMES + "{% set ns.x = ns %}{{ [ns]|join }}{{ [ns] }}",
    "a text caught in a loop": "{% set big = 'a' * 999999 %}{% set s %}{% for a in range(99999) %}"
    "{{ big }}{% endfor %}{% endset %}",
    "plain words caught in a loop": "{% set s %}{% for a in range(99999) %}{% for b in "
    "range(99999) %}" + "words " * 99 + "{% endfor %}{% endfor %}{% endset %}",
    "a width of a billion": "{{ '%1000000000d' % 1 }}",
    "a width from elsewhere": "{{ '%*d'|format(1000000000, 1) }}",
    "many places for one text": "{{ ('%(a)s' * 99999)|format(a='a' * 99999) }}",
    "the method format": "{{ '{:{}}'.format(1, 10**9) }}",
    "the method ljust": "{{ 'a'.ljust(10**9) }}",
    "the method expandtabs": "{{ '\\t'.expandtabs(10**9) }}",
    "the method join": "{{ ('a' * 99999).join(['b'] * 9999) }}",
    "the method replace": "{{ ('a' * 99999).replace('', 'b' * 99999) }}",
    "the method to_bytes": "{{ (1).to_bytes(10**9, 'big') }}",
    "centred in a billion": "{{ 'a'|center(10**9) }}",
    "rounded to a billion places": "{{ 1.5|round(10**9, 'ceil') }}",
    "a number of a million digits": "{{ ('f' * 900000)|int(base=16) // 7 }}",
    "blind text": "{{ lipsum(n=10**6) }}",
    "an indented tree": "{{ range(99999)|list|tojson(indent=10**9) }}",
    # What Python itself refuses.
    "loops nested too deep": "{% for a in [1] %}" * 30 + "{% endfor %}" * 30,
    "brackets nested too deep": "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "very much of a file": "{{ 1 }}" * 60_000,
}
