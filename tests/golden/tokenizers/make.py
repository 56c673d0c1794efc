#!/usr/bin/env python3
"""Trains tiny tokenizers with the reference libraries and writes what they make of nasty strings.

pip install tokenizers==0.23.3 sentencepiece==0.2.1; python make.py   (writes beside itself)
"""
import io
import json
import pathlib

import sentencepiece
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from tokenizers.pre_tokenizers import ByteLevel

HERE = pathlib.Path(__file__).parent

TEXT = """The ticket was opened on 12 March 2024 at 09:45 and closed on the same day.
I can't log in, we've tried twice; they'll call back. Don't reset the user's password!
Invoice 2024-0017 is wrong: 1,250.00 EUR instead of 125.00 EUR (see page 3).
  def main(args):
      return [x for x in args if x]
Grüße aus Köln, voilà: déjà vu. Привет, мир. 東京の天気は晴れです。 Emoji: 🙂👍🏽.
The printer prints, the scanner scans, and nobody knows why nothing works on Monday.
""" * 4

NASTY = [
    "", " ", "  ", "\n", "\n\n\n", " \n ", "\t\t x", "a", "Hello world", " Hello  world ", "Hello, y'all! We've 3 'd's",
    "can't CAN'T 've", "12345 1 22 333", "3.14159e-10", "x=1;y=2\r\nz", "ticket\u00a0opened\u2003now", "déjà vu", "de\u0301ja\u0300",
    "ﬁ ½ Ⅻ ٣ ௧", "Привет, мир", "東京の天気", "👍🏽👩‍👩‍👧‍👦🏴‍☠️", "\u202etxet\u202c \ufeff bom", "a\u0000b", "\u0001\u0002\u007f\u0085",
    "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n", "<|im_start|><|im_end|>", "<|im_start", "x<|im_end|>y", "[TOOL] x[TOOL]y [TOOL]z",
    "a  <mask>  b<mask>", "   indented\n\tcode", "-" * 40, "=" * 17 + ">", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "the the the the", "\u0130\u0131ß\u1e9e", "\u1e9b\u0323", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "Z̸̡a̴l̶g̷o", "tab\tnew\nline\rreturn\u2028sep", "price: $5 €7 ₿2",
]


def write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def byte_offsets(text, encoding):
    starts = [0]
    for character in text:
        starts.append(starts[-1] + len(character.encode()))
    return [[starts[a], starts[b]] for a, b in encoding.offsets]


def save(name, tokenizer, config):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    write(folder / "tokenizer_config.json", config)
    cases = []
    for text in NASTY:
        plain = tokenizer.encode(text, add_special_tokens=False)
        cases.append({"text": text, "ids": plain.ids, "with_special": tokenizer.encode(text).ids,
                      # Of characters, so that tokens of a part of one share its span.
                      "spans": byte_offsets(text, plain), "decoded": tokenizer.decode(plain.ids, skip_special_tokens=False)})
    write(folder / "cases.json", cases)


def train(tokenizer, size, byte_level=True):
    trainer = trainers.BpeTrainer(
        vocab_size=size, show_progress=False, special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=ByteLevel.alphabet() if byte_level else [])
    tokenizer.train_from_iterator(TEXT.splitlines(keepends=True), trainer)


def gpt2_style():
    """SmolLM's rules: single digits, then GPT-2's words; tokens with every flag."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), ByteLevel(add_prefix_space=False, use_regex=True)])
    tokenizer.decoder = decoders.ByteLevel()
    train(tokenizer, 400)
    tokenizer.add_tokens([AddedToken("[TOOL]", single_word=True, normalized=False),
                          AddedToken("<mask>", lstrip=True, rstrip=True, normalized=False)])
    save("byte_level", tokenizer, {"eos_token": "<|im_end|>", "bos_token": None})


def llama3_style():
    """A Split pattern with three-digit numbers, NFC, a BOS from the post-processor, merges ignored for whole words."""
    pattern = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
               r"|\s+(?!\S)|\s+")
    from tokenizers import Regex
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(pattern), behavior="isolated"), ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    train(tokenizer, 380)
    bos = tokenizer.token_to_id("<|endoftext|>")
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single="<|endoftext|> $A", special_tokens=[("<|endoftext|>", bos)])])
    save("split_nfc", tokenizer, {"bos_token": {"content": "<|endoftext|>"}, "eos_token": {"content": "<|im_end|>"}})


def llama2_style():
    """Characters instead of bytes, spaces as U+2581, unknown characters as <0xNN>."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=480, show_progress=False, special_tokens=special, limit_alphabet=60)
    tokenizer.train_from_iterator(TEXT.split(), trainer)
    # The byte tokens belong to the model, not to the tokens that are looked for in the text.
    data = json.loads(tokenizer.to_str())
    data["added_tokens"] = data["added_tokens"][:3]
    tokenizer = Tokenizer.from_str(json.dumps(data))
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    save("byte_fallback", tokenizer, {"bos_token": "<s>", "eos_token": "</s>"})


def sentencepiece_models():
    for kind in ("bpe", "unigram"):
        folder = HERE / f"sentencepiece_{kind}"
        folder.mkdir(exist_ok=True)
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(TEXT.splitlines()), model_writer=model, vocab_size=420, model_type=kind,
            byte_fallback=True, character_coverage=0.98, normalization_rule_name="identity", add_dummy_prefix=True,
            remove_extra_whitespaces=False, split_digits=True, hard_vocab_limit=False, minloglevel=2)
        (folder / "tokenizer.model").write_bytes(model.getvalue())
        write(folder / "tokenizer_config.json", {"bos_token": "<s>",
                                                 "eos_token": "</s>", "unk_token": "<unk>", "legacy": True})
        processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
        write(folder / "cases.json", [{"text": t, "ids": processor.encode(t), "decoded": processor.decode(processor.encode(t))}
                                      for t in NASTY])


if __name__ == "__main__":
    gpt2_style()
    llama3_style()
    llama2_style()
    sentencepiece_models()
