#!/usr/bin/env python3
"""Compares our template interpreter with jinja2 on snippets written by hand and on templates made at random.

pip install jinja2==3.1.6; python differential.py build/release/llmops [--random 5000] [--seed 1] [--show 40] [--published FOLDER]

Prints each template on which the two differ in text or in whether they raise; exits 1 when there is one.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import random_templates
from environment import environment, render

HERE = pathlib.Path(__file__).parent
MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": " What is 2+2?\n"},
            {"role": "assistant", "content": "", "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "add", "arguments": {"a": 2, "b": [1.5, None]}}}]},
            {"role": "tool", "content": "{\"sum\": 4}"}, {"role": "user", "content": "Grüße <東京>?"}]
TOOLS = [{"type": "function", "function": {"name": "add", "description": "Adds \"two\" — now",
                                           "parameters": {"type": "object", "properties": {"a": {"type": "int"}, "b": {"type": "int"}},
                                                          "required": ["a"], "f": None, "t": True}}}]
VARIABLES = {
    "messages": MESSAGES, "tools": TOOLS, "documents": None, "add_generation_prompt": True, "bos_token": "<s>", "eos_token": "</s>",
    "s": "Hello World", "u": "aé東😀", "l": [1, 2, 3, 4], "d": {"a": 1, "b": {"c": [1, 2]}, "f": False, "t": True, "n": None}, "n": 10,
    "f": 2.5, "e": None, "big": 9007199254740993, "huge": 18446744073709551615,
    "nested": {"list": [1, {"x": "y"}, []], "items": "own", "keys": 1, "z": {"k": None}}}


def snippets():
    """(name, template) of the files written by hand."""
    for number, line in enumerate((HERE / "expressions.txt").read_text(encoding="utf-8").split("\n"), 1):
        if line and not line.startswith("# "):
            yield f"expressions.txt:{number}", "{{ " + line + " }}"
    for number, line in enumerate((HERE / "statements.txt").read_text(encoding="utf-8").split("\n"), 1):
        if line and not line.startswith("# "):
            yield f"statements.txt:{number}", line.replace("⏎", "\n")


def scenarios():
    """Conversations that published templates are tried with; each is a set of variables."""
    system, user, _, _, last = MESSAGES
    call = {"role": "assistant", "content": None, "tool_calls": [
        {"id": "call12345", "type": "function", "function": {"name": "add", "arguments": {"a": 2, "b": 3.5}}}]}
    as_text = {"role": "assistant", "content": "", "tool_calls": [
        {"id": "call12345", "type": "function", "function": {"name": "add", "arguments": "{\"a\": 2}"}}]}
    two_calls = {"role": "assistant", "content": "Let me see.", "tool_calls": call["tool_calls"] + [
        {"id": "call67890", "type": "function", "function": {"name": "add", "arguments": {}}}]}
    result = {"role": "tool", "tool_call_id": "call12345", "name": "add", "content": "{\"sum\": 5.5}"}
    second = {"role": "tool", "tool_call_id": "call67890", "name": "add", "content": "7"}
    answer = {"role": "assistant", "content": " 4 \n"}
    thinking = {"role": "assistant", "content": "<think>\nhm\n</think>\n\nIt is 4."}
    reasoned = {"role": "assistant", "content": "It is 4.", "reasoning_content": "hm", "thinking": "hm"}
    parts = {"role": "user", "content": [{"type": "text", "text": "What is this?"}, {"type": "image"}, {"type": "text", "text": " Well?"}]}
    chats = {
        "system and user": [system, user], "user": [user], "turns": [system, user, answer, last], "turns without system": [user, answer, last],
        "ends with the assistant": [system, user, answer], "call": [user, call, result], "call with system": [system, user, call, result],
        "call and answer": [user, call, result, answer, last], "arguments as text": [user, as_text, result], "call alone": [user, call],
        "two calls": [user, two_calls, result, second], "thinking": [user, thinking, last], "reasoning": [user, reasoned, last],
        "reasoned call": [user, {**call, "reasoning_content": "hm", "thinking": "hm"}, result], "parts": [parts],
        "developer": [{"role": "developer", "content": "Be brief."}, user], "two users": [user, user], "empty": [],
        "starts with the assistant": [answer, user], "unknown role": [{"role": "judge", "content": "x"}],
        "empty content": [{"role": "system", "content": ""}, {"role": "user", "content": ""}], "no content": [{"role": "user"}],
        "system last": [user, answer, system]}
    for name, messages in chats.items():
        for tools in (None, TOOLS):
            for prompt in (False, True):
                yield f"{name}, {'tools, ' if tools else ''}{'prompt' if prompt else 'no prompt'}", {
                    "messages": messages, "tools": tools, "add_generation_prompt": prompt}
    for extra in ({"enable_thinking": False}, {"enable_thinking": True}, {"thinking": True}, {"documents": [{"title": "T", "text": "x"}]},
                  {"reasoning_effort": "high"}, {"custom_tools": TOOLS}, {"date_string": "1 Jan 2026"}, {"xml_tools": TOOLS}):
        yield str(extra), {"messages": [system, user], "tools": TOOLS, "add_generation_prompt": True, **extra}


def published(folder):
    plain = {"documents": None, "bos_token": "<s>", "eos_token": "</s>"}
    for path in sorted(pathlib.Path(folder).glob("*.jinja")):
        for name, variables in scenarios():
            yield f"{path.name}: {name}", path.read_text(encoding="utf-8"), {**plain, **variables}


def ours(program, cases):
    with tempfile.NamedTemporaryFile("w", suffix=".jinja", encoding="utf-8", newline="") as file:
        for _, template, *own in cases:
            file.seek(0)
            file.truncate()
            file.write(template)
            file.flush()
            done = subprocess.run([program, "template", "render", "--template", file.name, "--json"],
                                  input=json.dumps(own[0] if own and own[0] else VARIABLES), capture_output=True, text=True)
            yield json.loads(done.stdout)


def comparable(text):
    return re.search(r" at 0x[0-9a-f]+>", text) is None  # an address is another in each run


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", help="the llmops binary")
    parser.add_argument("--random", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=40)
    parser.add_argument("--published", help="a folder of templates to try instead")
    parser.add_argument("--errors", action="store_true", help="show the errors of both where both raise")
    options = parser.parse_args()
    cases = list(published(options.published)) if options.published else list(snippets())
    cases += [] if options.published else [(f"random {options.seed}:{i}", t) for i, t in enumerate(random_templates.make(options.seed, options.random))]
    made = environment()
    compared = differences = raised = 0
    for (name, template, *own), found in zip(cases, ours(options.program, cases), strict=True):
        expected = render(made, template, own[0] if own else VARIABLES)
        if not comparable(expected.get("text", "")):
            continue
        compared += 1
        raised += "error" in expected
        same = expected["text"] == found.get("text") if "text" in expected else "error" in found
        if options.errors and same and "error" in expected:
            print(f"{name}: {template!r}\n  {expected['error']}\n  {found['error']}")
        if same:
            continue
        differences += 1
        if differences <= options.show:
            shown = '' if own else repr(template)
            print(f"{name}: {shown}\n  expected {json.dumps(expected, ensure_ascii=False)[:400]}"
                  f"\n  found    {json.dumps(found, ensure_ascii=False)[:400]}")
    print(f"{compared} compared, {raised} of them raise, {differences} differ")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
