#!/usr/bin/env python3
"""Writes bpe_options.json: every option of a BPE model in tokenizer.json, alone and together, with the reference's ids.

pip install tokenizers==0.23.3; python make_bpe_options.py   (writes beside itself)
"""
import itertools
import json
import pathlib
import random

from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).parent
CHARACTERS = ["a", "b", "c", "é", "あ"]
BYTES = {f"<0x{byte:02X}>" for byte in range(256)}
WORDS = {"type": "WhitespaceSplit"}
BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": True}


def tokenizer_json(tokens, merges, pre_tokenizer=WORDS, **options):
    model = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
             "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False, **options,
             "vocab": {token: id for id, token in enumerate(tokens)}, "merges": merges}
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
            "pre_tokenizer": pre_tokenizer, "post_processor": None, "decoder": None, "model": model}


def merged(pairs, prefix=""):
    return [left + right[len(prefix):] for left, right in pairs]


def tokenizers():
    plain = [["a", "b"], ["b", "c"], ["ab", "c"], ["é", "a"], ["a", "a"], ["aa", "aa"], ["あ", "b"]]
    tokens = CHARACTERS + merged(plain)
    yield "pairs", tokenizer_json(tokens, plain)
    yield "strings", tokenizer_json(tokens, [" ".join(pair) for pair in plain])
    yield "no dropout", tokenizer_json(tokens, plain, dropout=0.0)
    yield "a merge given twice", tokenizer_json(tokens, plain + [["a", "b"]])
    yield "unknown left out", tokenizer_json(tokens[1:], [pair for pair in plain if "a" not in "".join(pair)])
    for fuse, fallback in itertools.product([False, True], repeat=2):
        known = ["<unk>"] + tokens + (sorted(BYTES - {"<0x78>"}) if fallback else [])
        yield f"unk, fuse {fuse}, fallback {fallback}", tokenizer_json(
            known, plain, unk_token="<unk>", fuse_unk=fuse, byte_fallback=fallback)
    yield "unk that is missing", tokenizer_json(tokens, plain, unk_token="<unk>")
    yield "fallback without unk", tokenizer_json(tokens + sorted(BYTES), plain, byte_fallback=True)
    whole = tokens + ["abcabc", "ca"]
    yield "ignore_merges", tokenizer_json(whole, plain, ignore_merges=True)
    yield "not ignore_merges", tokenizer_json(whole, plain)
    for prefix in ("##", "▁"):
        pairs = [["a", prefix + "b"], [prefix + "b", prefix + "c"], ["ab", prefix + "c"], [prefix + "a", prefix + "a"]]
        inside = [prefix + character for character in CHARACTERS]
        for options in ({}, {"unk_token": "<unk>"}, {"unk_token": "<unk>", "byte_fallback": True}):
            known = ["<unk>"] + CHARACTERS + inside + merged(pairs, prefix) + (sorted(BYTES) if len(options) > 1 else [])
            yield f"prefix {prefix} {sorted(options)}", tokenizer_json(known, pairs, continuing_subword_prefix=prefix, **options)
    last = [character + "</w>" for character in CHARACTERS]
    pairs = [["a", "b</w>"], ["a", "b"], ["b", "c</w>"], ["ab", "c</w>"], ["a", "a</w>"]]
    known = ["<unk>"] + CHARACTERS + last + merged(pairs)
    yield "suffix", tokenizer_json(known, pairs, end_of_word_suffix="</w>", unk_token="<unk>", fuse_unk=True)
    yield "suffix, ignore_merges", tokenizer_json(known, pairs, end_of_word_suffix="</w>", ignore_merges=True)
    both = [["a", "##b</w>"], ["a", "##b"], ["ab", "##c</w>"]]
    known = (["<unk>"] + CHARACTERS + last + ["##" + character for character in CHARACTERS + last] + merged(both, "##"))
    yield "prefix and suffix", tokenizer_json(known, both, continuing_subword_prefix="##", end_of_word_suffix="</w>",
                                              unk_token="<unk>")
    alphabet = ["a", "b", "c", "Ġ", "Ã", "©", "ã", "ģ", "Ĥ"]
    pairs = [["Ġ", "a"], ["a", "b"], ["Ã", "©"], ["ab", "c"], ["Ġ", "ab"]]
    yield "byte level", tokenizer_json(alphabet + merged(pairs), pairs, BYTE_LEVEL)
    yield "byte level, unk", tokenizer_json(["<unk>"] + alphabet + merged(pairs), pairs, BYTE_LEVEL, unk_token="<unk>",
                                            fuse_unk=True)
    yield "byte level, ignore_merges", tokenizer_json(alphabet + merged(pairs) + ["Ġabc", "bca", "éa"], pairs, BYTE_LEVEL,
                                                      ignore_merges=True)
    yield "byte level, fallback", tokenizer_json(["<unk>"] + alphabet + merged(pairs) + sorted(BYTES), pairs, BYTE_LEVEL,
                                                 unk_token="<unk>", byte_fallback=True)
    pairs = [["a", "b</w>"], ["a", "b"], ["ab", "c</w>"], ["Ã", "©</w>"]]
    yield "byte level, suffix", tokenizer_json(alphabet + [token + "</w>" for token in alphabet] + merged(pairs), pairs,
                                               BYTE_LEVEL, end_of_word_suffix="</w>")


def texts():
    random.seed(7)
    yield from ["", " ", "a", "ab", "abc", "abcabc", "xabc", "abxx", "xxéya", "éx", "あb あ", "aaaaaaaaa", "ca bca",
                "a" * 100, "ab" * 60, "x" * 30, "abc" * 9 + "x", " ab  abc\nb", "🙂a🙂", "xéxéx", "##b b## </w>"]
    for _ in range(25):
        yield "".join(random.choice("aaabbbccéあx# ") for _ in range(random.randint(2, 40)))


def ids(tokenizer, text):
    try:
        return tokenizer.encode(text, add_special_tokens=False).ids
    except Exception:  # the binding has no narrower type; the unknown token is missing
        return None


def main():
    known = list(texts())
    entries = []
    for name, description in tokenizers():
        tokenizer = Tokenizer.from_str(json.dumps(description))
        entries.append({"name": name, "tokenizer": description, "ids": [ids(tokenizer, text) for text in known]})
    body = ",\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries)
    (HERE / "bpe_options.json").write_text('{"texts": %s,\n"tokenizers": [\n%s\n]}\n' % (
        json.dumps(known, ensure_ascii=False), body), encoding="utf-8")


if __name__ == "__main__":
    main()
