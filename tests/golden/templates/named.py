#!/usr/bin/env python3
"""Writes named.json: which of several chat templates transformers takes, for the ways in which a folder can hold them.

pip install transformers==5.23.0 jinja2==3.1.6; python named.py
"""
import json
import pathlib
import tempfile

from tokenizers import Tokenizer, models
from transformers import AutoTokenizer, PreTrainedTokenizerFast

HERE = pathlib.Path(__file__).parent
MESSAGES = [{"role": "user", "content": "Hi"}]
TOOLS = [{"type": "function", "function": {"name": "add", "description": "Adds", "parameters": {"type": "object", "properties": {}}}}]


def text(name):
    return name + " {{ bos_token }}{{ messages[0].content }}{% if tools %} {{ tools[0].function.name }}{% endif %}"


def listed(*names):
    return [{"name": name, "template": text(name)} for name in names]


FOLDERS = {  # "chat_template" of tokenizer_config.json, and files beside it
    "one": (text("one"), {}),
    "list": (listed("default", "tool_use", "rag"), {}),
    "default last": (listed("tool_use", "default"), {}),
    "without tool_use": (listed("default", "rag"), {}),
    "without default": (listed("tool_use", "rag"), {}),
    "one of another name": (listed("rag"), {}),
    "twice": ([{"name": "default", "template": "first"}, {"name": "default", "template": "second"}], {}),
    "object": ({"default": text("default"), "tool_use": text("tool_use")}, {}),
    "files": (None, {"chat_template.jinja": text("file"), "additional_chat_templates/tool_use.jinja": text("tools file"),
                     "additional_chat_templates/rag.jinja": text("rag")}),
    "file over list": (listed("default", "tool_use"), {"chat_template.jinja": text("file")}),
    "files without default": (text("one"), {"additional_chat_templates/tool_use.jinja": text("tools file")}),
    "no template's name": (None, {"chat_template.jinja": text("file"), "additional_chat_templates/tool_use.txt": "x"}),
}


def main():
    lines = []
    for name, (config, files) in FOLDERS.items():
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE()), bos_token="<s>").save_pretrained(folder)
            own = json.loads((root / "tokenizer_config.json").read_text())
            own = {"bos_token": "<s>", **own, **({} if config is None else {"chat_template": config})}
            (root / "tokenizer_config.json").write_text(json.dumps(own))
            for file, source in files.items():
                (root / file).parent.mkdir(exist_ok=True)
                (root / file).write_text(source)
            tokenizer = AutoTokenizer.from_pretrained(folder)
            for tools in (None, [], TOOLS):
                case = {"name": name, "chat_template": config, "files": files, "messages": MESSAGES, "tools": tools}
                try:
                    case["text"] = tokenizer.apply_chat_template(MESSAGES, tools=tools, tokenize=False)
                except ValueError as error:
                    case["error"] = str(error)
                lines.append(json.dumps(case))
    (HERE / "named.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(len(lines), "cases")


if __name__ == "__main__":
    main()
