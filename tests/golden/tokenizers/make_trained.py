#!/usr/bin/env python3
"""Trains small byte-level BPE tokenizers with the reference library, from the text beside it.

pip install tokenizers==0.23.3; python make_trained.py   (reads trained/corpus.txt, writes trained/cases.json)
"""
import json
import pathlib

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).parent / "trained"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|"
          r"\s*[\r\n]+|\s+(?!\S)|\s+")


def cut(name):
    if name == "gpt2":
        return pre_tokenizers.ByteLevel(add_prefix_space=False)
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(LLAMA3), "isolated"),
                                    pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def train(case, text):
    tokenizer = Tokenizer(models.BPE(ignore_merges=case["pre_tokenizer"] == "llama3"))
    tokenizer.pre_tokenizer = cut(case["pre_tokenizer"])
    tokenizer.decoder = decoders.ByteLevel()
    if case["normalizer"] == "nfc":
        tokenizer.normalizer = normalizers.NFC()
    trainer = trainers.BpeTrainer(vocab_size=case["vocab_size"], min_frequency=case["min_frequency"],
                                  max_token_length=case["max_token_length"] or None, show_progress=False,
                                  special_tokens=case["special"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    if case["lines"]:
        tokenizer.train([str(HERE / "corpus.txt")], trainer)
    else:
        tokenizer.train_from_iterator([text], trainer)
    return json.loads(tokenizer.to_str())


def main():
    text = (HERE / "corpus.txt").read_text(encoding="utf-8")
    plain = {"pre_tokenizer": "gpt2", "normalizer": "none", "vocab_size": 560, "min_frequency": 0, "max_token_length": 0,
             "special": ["<|endoftext|>"], "lines": False}
    cases = [plain, {**plain, "pre_tokenizer": "llama3", "normalizer": "nfc", "special": ["<s>", "</s>"], "lines": True},
             {**plain, "vocab_size": 2000, "min_frequency": 3}, {**plain, "max_token_length": 5},
             {**plain, "vocab_size": 1100, "min_frequency": 1}]
    for case in cases:
        made = train(case, text)
        assert made == train(case, text), "the reference itself differs from run to run"
        model = made["model"]
        first = 256 + len(case["special"])
        by_id = sorted(model["vocab"], key=model["vocab"].get)
        case["merges"] = [" ".join(merge) for merge in model["merges"]]
        case["learnt"] = by_id[first:]
        case["tokenizer"] = {**made, "model": {**model, "vocab": {}, "merges": []}}
    (HERE / "cases.json").write_text(json.dumps(cases, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print([len(case["merges"]) for case in cases], "merges")


if __name__ == "__main__":
    main()
