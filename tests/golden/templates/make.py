#!/usr/bin/env python3
"""Renders chat templates written for this test with jinja2, configured as transformers configures it.

pip install jinja2==3.1.6; python make.py   (writes cases.json, and snippets.json of expressions.txt and statements.txt)
"""
import json
import pathlib

from differential import VARIABLES, comparable, snippets
from environment import environment, render

HERE = pathlib.Path(__file__).parent

USER = {"role": "user", "content": "  Hi <there> & \"you\" \n"}
CHAT = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is 2+2?"},
        {"role": "assistant", "content": " 4 "}, {"role": "user", "content": "Grüße 東京?"}]
DONE = CHAT + [{"role": "assistant", "content": "Ja.\n"}]
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "Says \"how\" it is — now",
                                           "parameters": {"type": "object", "properties": {"city": {"type": "string"}},
                                                          "required": ["city"], "n": 1.0, "f": None, "t": True}}}]
CALL = [USER, {"role": "assistant", "content": None, "tool_calls": [
    {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": {"city": "Köln", "days": 2}}}]},
    {"role": "tool", "tool_call_id": "c1", "content": "{\"temp\": 21.5}"}]

# Whole templates in the styles of published ones.
STYLES = {
    "chatml": """{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system
You are a helper.<|im_end|>
' }}{% endif %}{{'<|im_start|>' + message['role'] + '
' + message['content'] + '<|im_end|>' + '
'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
' }}{% endif %}""",
    "headers": """{{- bos_token }}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start|>system<|end|>\\n\\n" }}
{%- if tools is not none %}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
        {{- "\\n\\n" }}
    {%- endfor %}
{%- endif %}
{{- system_message + "<|eot|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start|>' + message['role'] + '<|end|>\\n\\n'+ message['content'] | trim + '<|eot|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls|length == 1 %}
            {{- raise_exception("one call at a time!") }}
        {%- endif %}
        {%- set call = message.tool_calls[0].function %}
        {{- '<|start|>assistant<|end|>\\n\\n{"name": "' + call.name + '", "parameters": ' + (call.arguments | tojson) + "}<|eot|>" }}
    {%- else %}
        {{- "<|start|>tool<|end|>\\n\\n" + message.content + "<|eot|>" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start|>assistant<|end|>\\n\\n' }}
{%- endif %}
""",
    "namespace": """{%- set ns = namespace(multi=true, last=messages|length - 1, seen=[]) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi and message.role == "user" and not(message.content.startswith('<tool>') and message.content.endswith('</tool>')) %}
        {%- set ns.multi = false %}
        {%- set ns.last = index %}
    {%- endif %}
    {%- set ns.seen = ns.seen + [message.role] %}
{%- endfor %}
{{ ns.last }}|{{ ns.seen | join(', ') }}
{% for message in messages %}
  {% if message.content is string %}
    {%- set content = message.content %}
  {%- else %}
    {%- set content = '' %}
  {%- endif %}
{{ loop.index }}/{{ loop.length }} {{ content.split('\\n')[0].strip() ~ '!' }}
{% endfor %}
""",
    "macros": """{% macro show(value, depth=0) -%}
{%- if value is mapping -%}
{ {%- for key, item in value.items() %}
{{ '  ' * (depth + 1) }}{{ key }}: {{ show(item, depth + 1) }}{{ "," if not loop.last }}
{%- endfor %}
{{ '  ' * depth }}}
{%- elif value is string -%}
"{{ value }}"
{%- elif value is sequence -%}
[{% for item in value %}{{ show(item, depth) }}{{ ', ' if not loop.last else '' }}{% endfor %}]
{%- else -%}
{{ value }}
{%- endif -%}
{%- endmacro -%}
{% for tool in tools or [] %}
{{ show(tool.function) }}
{% endfor %}
{% macro box(title) %}[{{ title }}: {{ caller(3) }}]{% endmacro %}
{% call(n) box('x') %}{{ n }} messages of {{ messages | length }}{% endcall %}
""",
    "generation": """{% for m in messages %}{% if m.role == 'assistant' %}<a>
{% generation %}{{ m.content }}</a>{% endgeneration %}
{% else %}<{{ m.role }}>{{ m.content }}</{{ m.role }}>
{% endif %}{% endfor %}{% if add_generation_prompt %}<a>
{% endif %}""",
}

# One line of the language each; the messages do not matter.
LINES = r"""
{{ none }} {{ true }} {{ 1.0 }} {{ 1e16 }} {{ 1e-5 }} {{ 0.1 + 0.2 }} {{ 12345678901234 }} {{ 1_000 }}
{{ ['a', "it's", 'q"q', 1, 2.50, none, true, ('t',), (), {'k': [1]}] }}
{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 1 + true }}
{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 'a' < 'b' }} {{ [1, 2] < [1, 3] }} {{ 1 == 1.0 }} {{ '1' == 1 }} {{ true == 1 }} {{ none == false }}
{{ 'a' in 'abc' }} {{ 2 in [1, 2] }} {{ 'k' in {'k': 1} }} {{ 3 not in (1, 2) }} {{ not 1 in [1] }}
{{ 'x' if false }}|{{ 'x' if 1 else 'y' }}|{{ 1 and 0 or 'z' }}|{{ not not 'a' }}
{{ undefined_thing }}|{{ undefined_thing is defined }}|{{ undefined_thing | default('d') }}|{{ '' | default('e', true) }}|{{ undefined_thing or 'f' }}
{{ 'hello'[1] }}{{ 'hello'[-1] }}{{ 'hello'[1:3] }}{{ 'hello'[::-1] }}{{ 'héllo'[1] }} {{ [1, 2, 3][-2:] }} {{ (1, 2, 3)[0:2] }} {{ 'abc'[5:] }}|{{ 'abc'[9] }}
{{ 'A-b c'.lower() }} {{ 'aßc'.upper() }} {{ 'hello wORLD'.title() }} {{ 'hello wORLD'.capitalize() }} {{ '  x '.strip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'xxaxx'.lstrip('x') }}|{{ 'xxaxx'.rstrip('x') }}
{{ 'a,b,,c'.split(',') }} {{ ' a  b '.split() }} {{ 'a,b,c'.split(',', 1) }} {{ 'a,b,c'.rsplit(',', 1) }} {{ 'l1\nl2\r\nl3'.splitlines() }} {{ '-'.join(['a', 'b']) }}
{{ 'banana'.replace('a', 'o') }} {{ 'banana'.replace('a', 'o', 1) }} {{ 'banana'.find('n') }} {{ 'banana'.rfind('n') }} {{ 'banana'.count('an') }} {{ 'x'.find('é') }} {{ 'ab'.replace('', '.') }}
{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'bc')) }} {{ 'abc'.removeprefix('a') }} {{ 'abc'.removesuffix('c') }} {{ '12'.isdigit() }} {{ 'a1'.isalnum() }} {{ 'ab'.isalpha() }}
{{ '%s is %d or %.2f and %5s|%-5s|%05d %%' % ('a', 3, 2.5, 'r', 'l', 42) }} {{ '%(x)s' % {'x': 1} }} {{ '%r' % 'q' }}
{{ 'a' ~ 1 ~ none ~ [2] }} {{ 'ab' * 3 }} {{ [0] * 2 }} {{ [1] + [2] }} {{ (1,) + (2,) }}
{{ {'b': 1, 'a': {'c': [1, 2.0, none, true, 'é"\n\u2028']}} | tojson }} {{ [] | tojson }} {{ {} | tojson(indent=2) }} {{ 'é' | tojson(ensure_ascii=true) }}
{{ {'b': 1, 'a': [1, {'x': 2}], 'e': [], 'o': {}} | tojson(indent=2) }}
{{ {'b': 1, 'a': 2} | tojson(sort_keys=true) }} {{ [1, 2] | tojson(separators=(',', ':')) }}
{{ [3, 1, 2] | sort }} {{ [3, 1, 2] | sort(reverse=true) }} {{ ['b', 'A', 'c'] | sort }} {{ ['b', 'A'] | sort(case_sensitive=true) }} {{ [{'n': 2}, {'n': 1}] | sort(attribute='n') }}
{{ {'b': 1, 'A': 2, 'c': 0} | dictsort }} {{ {'b': 1, 'a': 2} | dictsort(by='value') }} {{ {'b': 1, 'a': 2} | dictsort(reverse=true) }}
{{ [1, 2, 3] | first }} {{ [1, 2, 3] | last }} {{ [1, 2, 3] | sum }} {{ [3, 1] | min }} {{ [3, 1] | max }} {{ [1, 2] | length }} {{ 'héé' | length }} {{ [1, 2, 3] | reverse | list }} {{ 'abc' | reverse }}
{{ [1, 2, 3, 4] | select('odd') | list }} {{ [1, 2, 3] | reject('odd') | list }} {{ [0, 1, ''] | select | list }} {{ [{'a': 1}, {'a': 0}] | selectattr('a') | list }}
{{ [{'a': 1}, {'a': 2}] | selectattr('a', 'equalto', 2) | list }} {{ [{'a': 1}, {'a': 2}] | rejectattr('a', 'eq', 2) | list }} {{ [{'a': {'b': 5}}] | map(attribute='a.b') | list }} {{ ['a', 'b'] | map('upper') | join('+') }}
{{ [{'k': 'x', 'v': 1}, {'k': 'y', 'v': 2}, {'k': 'x', 'v': 3}] | groupby('k') | list }} {{ [1, 1, 2] | unique | list }} {{ [1, 2, 3, 4, 5] | batch(2, 0) | list }} {{ [1, 2, 3, 4, 5] | slice(2) | list }}
{{ '3.7' | float }} {{ '42' | int }} {{ 'x' | int }} {{ 'x' | int(7) }} {{ 3.7 | int }} {{ 'ff' | int(0, 16) }} {{ 3.14159 | round(2) }} {{ 2.5 | round }} {{ 2.1 | round(0, 'ceil') }} {{ -3 | abs }}
{{ ' x ' | trim }}|{{ 'xyx' | trim('x') }}|{{ 'a b' | title }}|{{ 'aB' | upper }}|{{ 'aB' | lower }}|{{ 'aB c' | capitalize }}|{{ 'ab' | center(6) }}|{{ 'a b c' | wordcount }}|{{ 'a b' | urlencode }}
{{ 'one\ntwo\n\nthree' | indent }}|{{ 'one\ntwo' | indent(2, true) }}|{{ 'a\n\nb' | indent(1, blank=true) }}|{{ 'a\nb' | indent('> ') }}
{{ 'one two three four' | truncate(12) }} {{ 'one two three four' | truncate(12, true) }} {{ 'one two' | truncate(5, leeway=0) }} {{ 'x' | replace('x', 'y') }}
{{ '<a href="x">\'&' | escape }} {{ '<b>' | safe }} {{ '<b>' | safe + '<i>' }} {{ '<i>' + '<b>' | safe }} {{ ('<b>' | safe) ~ '<i>' }}
{{ 'abc' is string }} {{ 1 is number }} {{ 1 is integer }} {{ 1.0 is float }} {{ true is boolean }} {{ true is integer }} {{ [] is sequence }} {{ {} is mapping }} {{ 'a' is iterable }} {{ none is none }} {{ 4 is divisibleby 2 }} {{ 3 is odd }} {{ 3 is even }}
{{ 1 is eq 1 }} {{ 1 is lt 2 }} {{ 2 is in [1, 2] }} {{ true is true }} {{ 1 is true }} {{ 'a' is lower }} {{ 'A' is upper }} {{ none is sameas none }} {{ range is callable }} {{ 1 is not none }}
{% for i in range(3) %}{{ loop.index }}{{ loop.first }}{{ loop.last }}{{ loop.revindex }}{{ loop.previtem }}{{ loop.nextitem }} {% endfor %}
{% for i in range(10) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}{% endfor %}
{% for i in [] %}x{% else %}empty{% endfor %} {% for i in [1, 2, 3] if i != 2 %}{{ loop.index }}:{{ i }} {% endfor %}
{% for a, b in [(1, 2), (3, 4)] %}{{ a + b }} {% endfor %}{% for k, v in {'x': 1}.items() %}{{ k }}={{ v }}{% endfor %}{% for k in {'y': 1} %}{{ k }}{% endfor %}{% for c in 'aé' %}<{{ c }}>{% endfor %}
{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}{% if true %}{% set x = 3 %}{% endif %}{{ x }}
{% set a, b = 1, [2] %}{{ a }}{{ b }}{% set c %}block {{ a }}{% endset %}{{ c }}{% set d | upper %}loud{% endset %}{{ d }}
{% set ns = namespace(n=0) %}{% for i in range(4) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }} {{ ns.missing is defined }}
{% macro m(a, b=2, c=none) %}{{ a }}{{ b }}{{ c }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1) }} {{ m(1, c=3) }} {{ m(1, 2, 3, 4, z=5) }}
{% with y = 5 %}{{ y }}{% endwith %}{{ y }}{% filter upper %}in filter{% endfilter %}{% raw %}{{ raw }}{% endraw %}{# comment #}
{% for n in [{'v': 1, 'c': [{'v': 2, 'c': []}]}] recursive %}{{ n.v }}({{ loop(n.c) }})d{{ loop.depth }}{% endfor %}
{{ loop is defined }} {% for i in 'ab' %}{{ loop.cycle('x', 'y') }}{{ loop.changed(1) }}{% endfor %} {% set j = joiner('; ') %}{{ j() }}a{{ j() }}b
{{ dict(a=1, b='x') }} {{ {'a': 1}.get('b', 'no') }} {{ {'a': 1}.get('b') }} {{ {'a': 1}['a'] }} {{ {'a': 1}.a }} {{ {'items': 1}.items is callable }} {{ {'a': 1, 'b': 2}.keys() | list }} {{ {'a': 1}.values() | list }}
{{ 'a\tb\\n\'"\x41\u00e9\q' }} {{ "a'b" }} {{ 'con' 'cat' }} {{ 'a
b' }}
{{ (1, 2, 3) | length }} {{ [1, [2, [3]]][1][1][0] }} {{ messages[0].role }} {{ messages[-1]['content'] }} {{ messages | map(attribute='role') | list }}
{{ namespace(a=1).a }} {{ (1 if true else 2) + 3 }} {{ -1 | abs }} {{ - 2 ** 2 }} {{ 2 * 3 ~ 5 }} {{ 'a' 'b' ~ 'c' | upper }}
{{ [].append(1) }}
{% macro m(a=1, b) %}{% endmacro %}
{{ missing.attribute }}
{{ missing() }}
{{ missing + 1 }}
{{ 1 / 0 }}
{{ 'a' + 1 }}
{{ {} < {} }}
{{ none | tojson }} {{ missing | tojson }}
{{ raise_exception('stop here') }}
{{ 1 | nosuchfilter }}
{{ 1 is nosuchtest }}
{% if %}x{% endif %}
{% for x in %}{% endfor %}
{{ 'unclosed }}
{% if true %}
{{ 1 + }}
{{ )( }}
{% endfor %}
{% unknown %}
{{ range(1000000) | length }}
""".strip("\n")

# White space around tags: trim_blocks, lstrip_blocks and the signs.
SPACES = ["a\n  {% if true %}\n  b\n  {% endif %}\nc\n", "a\n  {%- if true -%}\n  b\n  {%- endif -%}\nc\n",
          "a  {%+ if true +%}\n  b\n  {%+ endif %}  c", "  {{ 1 }}  \n{{- 2 -}}  \n  {{ 3 }}\n", "x {# c #}\n y\n  {# d #}\n{#- e -#}\n z",
          "  {% raw %}\n  {{ x }}  {% endraw %}\n y", "a\n\n{%- raw -%}  r  {%- endraw -%}\n b", "\r\na\r\n{% if true %}\r\nb{% endif %}\r\n\r\n",
          "a {% if true %} b {% endif %} c\n\n", "\t{% set x = 1 %}\n\t{{ x }}", "{% if true %}\n\n{% endif %}\n", "{{ 1 }}\n\n\n"]


def split_lines(block):
    lines, pending = [], ""
    for line in block.split("\n"):
        pending = f"{pending}\n{line}" if pending else line
        # A print whose string holds a newline goes on with the next line.
        if pending.count("{{") == pending.count("}}") or "unclosed" in pending or pending.count("'") % 2 == 0:
            lines.append(pending)
            pending = ""
    return lines


def write(name, content):
    """A line a case, so that a change shows as what it is."""
    cases = content if isinstance(content, list) else content["cases"]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    text = f"[\n{lines}\n]\n"
    if isinstance(content, dict):
        text = f'{{"variables": {json.dumps(content["variables"], ensure_ascii=False)},\n"cases": {text.strip()}}}\n'
    (HERE / name).write_text(text, encoding="utf-8")
    print(name, len(cases), "cases,", sum("error" in case for case in cases), "errors")


def main():
    made = environment()
    cases = []

    def add(name, template, messages, prompt, tools=None):
        case = {"name": name, "template": template, "messages": messages, "add_generation_prompt": prompt, "tools": tools}
        cases.append({**case, **render(made, template, {
            "messages": messages, "tools": tools, "documents": None, "add_generation_prompt": prompt, "bos_token": "<s>", "eos_token": "</s>"})})

    for name, template in STYLES.items():
        for messages, prompt, tools in [(CHAT, True, None), (DONE, False, None), ([USER], True, TOOLS), (CALL, True, TOOLS), ([], True, None)]:
            add(name, template, messages, prompt, tools)
    for number, line in enumerate(split_lines(LINES), 1):
        add(f"line {number}", line, CHAT, False)
    for number, template in enumerate(SPACES, 1):
        add(f"spaces {number}", template, CHAT, False)
    write("cases.json", cases)
    found = [{"template": template, **render(made, template, VARIABLES)} for _, template in snippets()]
    write("snippets.json", {"variables": VARIABLES, "cases": [case for case in found if comparable(case.get("text", ""))]})


if __name__ == "__main__":
    main()
