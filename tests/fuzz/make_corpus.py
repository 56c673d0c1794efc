"""Writes the seed corpora: small valid inputs of each reader, from which the fuzzers go on.

pip install torch==2.13.0 numpy; python3 make_corpus.py
"""

import gzip
import io
import json
import pathlib
import struct

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE.parent / "golden"
RECIPES = HERE.parent.parent / "recipes"

TEMPLATES = {
    "chatml": "{%- for m in messages -%}<|im_start|>{{ m.role }}\n{{ m['content'] | trim }}<|im_end|>\n{% endfor -%}"
              "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
    "tools": "{%- set ns = namespace(n=0) %}{% macro show(f, d=1) %}{{ f.name ~ ':' ~ d }}{% endmacro -%}"
             "{% for t in tools or [] %}{{ show(t.function, d=loop.index) }}{{ t | tojson(indent=2) }}"
             "{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}{{ messages[1:][::-1] | map(attribute='role') | join(',') }}",
    "generation": "{{ bos_token }}{% for m in messages %}{% if m.role == 'assistant' %}{% generation %}{{ m.content }}"
                  "{{ eos_token }}{% endgeneration %}{% elif loop.first and m.role != 'system' %}"
                  "{{ raise_exception('no ' + m.role) }}{% else %}[{{ m.content.split('u')[0].strip() }}]{% endif %}"
                  "{% endfor %}{{ strftime_now('%Y') is string }}",
    "numbers": "{% for i in range(10, 0, -3) if i % 2 %}{{ '%05.2f|%s' | format(i / 3, i ** 2) }}{% else %}none{% endfor %}"
               "{{ [3, 1, 2] | sort | list }}{{ {'a': 1}.items() | list }}{{ 1 if not false and none is none else 2 // 1 }}",
}


def string(text):
    return struct.pack("<Q", len(text)) + text.encode()


def strings(texts):
    return struct.pack("<IQ", 8, len(texts)) + b"".join(map(string, texts))


def gguf():
    """A Llama of one layer's names, an F32 and a Q8_0 tensor, a small vocabulary."""
    keys = [("general.architecture", 8, string("llama")), ("llama.block_count", 4, struct.pack("<I", 1)),
            ("llama.embedding_length", 4, struct.pack("<I", 32)), ("llama.context_length", 4, struct.pack("<I", 64)),
            ("llama.feed_forward_length", 4, struct.pack("<I", 32)), ("llama.vocab_size", 4, struct.pack("<I", 4)),
            ("llama.attention.head_count", 4, struct.pack("<I", 2)),
            ("llama.attention.layer_norm_rms_epsilon", 6, struct.pack("<f", 1e-5)),
            ("tokenizer.ggml.model", 8, string("llama")),
            ("tokenizer.ggml.tokens", 9, strings(["<unk>", "<s>", "</s>", "\u2581a"])),
            ("tokenizer.ggml.scores", 9, struct.pack("<IQ4f", 6, 4, 0, 0, 0, -1)),
            ("tokenizer.ggml.token_type", 9, struct.pack("<IQ4i", 5, 4, 2, 3, 3, 1)),
            ("tokenizer.chat_template", 8, string("{{ messages[0].content }}")),
            ("test.flag", 7, b"\1"), ("test.long", 10, struct.pack("<Q", 1 << 40))]
    tensors = [("token_embd.weight", (32, 4), 0, 0), ("output.weight", (32, 4), 8, 512)]
    out = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(keys))
    out += b"".join(string(name) + struct.pack("<I", kind) + value for name, kind, value in keys)
    for name, shape, kind, offset in tensors:
        out += string(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
        out += struct.pack("<IQ", kind, offset)
    out += b"\0" * (-len(out) % 32)
    return out + np.arange(128, dtype=np.float32).tobytes() + b"\1" * 136


def safetensors():
    header = json.dumps({"__metadata__": {"format": "pt"}, "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
                         "b": {"dtype": "BF16", "shape": [], "data_offsets": [24, 26]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(26)


def torch_files():
    shared = torch.arange(6.0)
    state = {"w": shared.view(2, 3), "t": shared.view(2, 3).t(), "half": torch.ones(2, dtype=torch.bfloat16),
             "empty": torch.empty(0, 3), "n": torch.tensor(7)}
    for name, options in {"zip": {}, "old": {"_use_new_zipfile_serialization": False}}.items():
        out = io.BytesIO()
        torch.save({"state_dict": state, "epoch": 3}, out, **options)
        yield name, out.getvalue()


def numpy_files():
    for name, array in {"f4": np.ones((2, 3), np.float32), "fortran": np.asfortranarray(np.eye(3)),
                        "scalar": np.int64(3)}.items():
        out = io.BytesIO()
        np.save(out, array)
        yield name, out.getvalue()
    for name, save in {"npz": np.savez, "npz_deflated": np.savez_compressed}.items():
        out = io.BytesIO()
        save(out, a=np.arange(4), b=np.ones((2, 2), np.float16))
        yield name, out.getvalue()


PAGE = (b"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>A page | Site</title></head><body class=a><nav><ul><li>"
        b"<a href=/>Home</a></ul></nav><main><article class=entry-content><h1>A page</h1><p>There is a <b>word</b> of it &amp; "
        b"more, in the text of the page.<br>It has lines.</p><table><tr><th>a<th>b<tr><td>1<td>2</table><pre>x <\n y</pre>"
        b"</article></main><footer hidden style='display:none'>c</footer></body></html>")


def warc_records():
    """A page in chunks, a compressed one, a conversion."""
    def record(kind, content_type, block):
        return (b"WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: <http://a.org/>\r\nContent-Type: %s\r\nContent-Length: %d"
                b"\r\n\r\n%s\r\n\r\n" % (kind, content_type, len(block), block))

    def response(headers, body):
        return record(b"response", b"application/http", b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=latin1\r\n"
                      + headers + b"\r\n" + body)

    return (b"\x40" + response(b"Transfer-Encoding: chunked\r\n", b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE))
            + response(b"Content-Encoding: gzip\r\n", gzip.compress(PAGE, mtime=0))
            + record(b"conversion", b"text/plain", b"caf\xe9"))


def copies(pattern, root=GOLDEN, most=65_536):
    for path in sorted(root.glob(pattern)):
        if path.stat().st_size <= most:
            yield "_".join(path.relative_to(root).parts).replace("/", "_"), path.read_bytes()


CORPORA = {
    "gguf": [("tiny", gguf())],
    "safetensors": [("two", safetensors())],
    "torch_file": torch_files(),
    "numpy": numpy_files(),
    "tokenizer_json": copies("**/tokenizer.json"),
    "sentencepiece": copies("tokenizers/*/*.model"),
    "model_config": [*copies("decoder/*/config.json"), *copies("encoder/*/config.json"),
                     ("modules", b'[{"path": "", "type": "a.Transformer"}, {"path": "1_P", "type": "a.Pooling"}]')],
    "chat_template": [(name, text.encode()) for name, text in TEMPLATES.items()],
    "warc": [("pages", warc_records())],
    "html_main_text": [("page", PAGE)],
    "json_array": [("array", b"\x10[\n  {\"a\": \"x\\\"]\"},\n  {\"b\": [1, {\"c\": null}]},\n  2\n]\n"),
                   ("broken", b"\x03[\n{\"a\": \"x},\n{\"b\": [1},\n{\"c\": 1,\n{\"d\": 2}\n]"), ("lines", b"\x05{\"a\":1}\n{\"b\":2}")],
    "recipe": [*copies("*.yaml", RECIPES), *copies("lora/records.jsonl")],
}


def main():
    for reader, seeds in CORPORA.items():
        folder = HERE / "corpus" / reader
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in seeds:
            (folder / name).write_bytes(data)
        print(reader, len(list(folder.iterdir())))


if __name__ == "__main__":
    main()
