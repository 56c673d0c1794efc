#!/usr/bin/env python3
"""Writes small tokenizers, one for every component of tokenizer.json, and what the reference libraries make of texts.

pip install tokenizers==0.23.3 sentencepiece==0.2.3 protobuf; python make_components.py   (writes into components/)
"""
import base64
import io
import json
import pathlib

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from tokenizers.pre_tokenizers import ByteLevel

from make import NASTY, TEXT

HERE = pathlib.Path(__file__).parent
TEXTS = NASTY[4::3] + [
    "Hello, world! don't  you think?  ", "a.b,c;d 12,345.67 x_y-z", "İstanbul STRASSE ﬁne ｶﾞ", "東京 Tokyo京都kyoto한국 עברית ไทย",
    "\u1100\u1161\u11a8 e\u0301\u0323 a\u0300", "lead\u3000ideographic \u200bzero\u200dwidth\ufeff", "x" * 130, "the MIX ed the, others<mask> tail",
    "2019年12月 ²x ३४", "\u2581already \u2581 there", "A" * 5 + "b" * 5 + "3" * 7, "``quoted'' text", "|e|e||pad", "[CLS] a [SEP] b",
]
LINES = TEXT.splitlines()


def write(path, value):
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def byte_offsets(text, encoding):
    starts = [0]
    for character in text:
        starts.append(starts[-1] + len(character.encode()))
    return [[starts[a], starts[b]] for a, b in encoding.offsets]


def save(name, tokenizer, spans=False):
    """`spans` where the reference's are exact: no byte-level tokens, and no normalizer that changes lengths."""
    cases = []
    for text in TEXTS:
        encoding = tokenizer.encode(text, add_special_tokens=False)
        case = {"ids": encoding.ids, "with_special": tokenizer.encode(text).ids,
                "decoded": tokenizer.decode(encoding.ids, skip_special_tokens=False)}
        if spans:
            case["spans"] = byte_offsets(text, encoding)
        cases.append(case)
    write(HERE / "components" / f"{name}.json", {"tokenizer": json.loads(tokenizer.to_str()), "cases": cases})


def word_level(pre_tokenizer, normalizer=None, decoder=None):
    tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.train_from_iterator(LINES + TEXTS, trainers.WordLevelTrainer(
        vocab_size=120, special_tokens=["<unk>"], show_progress=False))
    if decoder:
        tokenizer.decoder = decoder
    return tokenizer


def small_charsmap():
    rules = HERE / "rules.tsv"
    rules.write_text("FF41\t61\nFB01\t66 69\n65 301\tE9\n3000\t20\nA0\t20\n200B\t\n", encoding="utf-8")
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(LINES), model_writer=model, vocab_size=100,
                                             normalization_rule_tsv=str(rules), hard_vocab_limit=False, minloglevel=2)
    rules.unlink()
    return model.getvalue()


def fields(message):
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
    while at < len(message):
        tag = varint()
        if tag & 7 == 0:
            yield tag >> 3, varint()
        else:
            size = varint() if tag & 7 == 2 else 4
            yield tag >> 3, message[at:at + size]
            at += size


def charsmap_of(model):
    spec = next(value for number, value in fields(model) if number == 3)
    return next(value for number, value in fields(spec) if number == 2)


def pre_tokenizer_cases():
    p = pre_tokenizers
    for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
        save(f"split_{behavior}", word_level(p.Split(Regex(r"\s+|[a-c]"), behavior)), spans=True)
        save(f"split_inverted_{behavior}", word_level(p.Split(Regex(r"\w+"), behavior, invert=True)), spans=True)
        save(f"punctuation_{behavior}", word_level(p.Punctuation(behavior)), spans=True)
    save("whitespace", word_level(p.Whitespace()), spans=True)
    save("whitespace_split", word_level(p.WhitespaceSplit()), spans=True)
    save("scripts", word_level(p.UnicodeScripts()))
    save("fixed_length", word_level(p.FixedLength(3)), spans=True)
    save("character_delimiter", word_level(p.CharDelimiterSplit("e")), spans=True)
    save("digits", word_level(p.Sequence([p.Whitespace(), p.Digits(True)])), spans=True)
    save("byte_level_words", word_level(p.Sequence([ByteLevel(add_prefix_space=True), p.Digits(True)]),
                                        decoder=decoders.ByteLevel()))
    for scheme in ("always", "first", "never"):
        save(f"metaspace_{scheme}", word_level(p.Metaspace(prepend_scheme=scheme, split=scheme != "first"),
                                               decoder=decoders.Metaspace(prepend_scheme=scheme)))
    for name, pattern in {
            "classes": r"[\p{L}&&[^\p{Han}a-c]]+|[x[yz]]|\h{2,3}+|(?m:b.)|[\w&&\W]", "lines": r"^.|.$",
            "possessive": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s"}.items():
        save(f"regex_{name}", word_level(p.Split(Regex(pattern), "isolated")), spans=True)


def normalizer_cases():
    n = normalizers
    charsmap = charsmap_of(small_charsmap())
    for name, normalizer in {
            "nfd": n.NFD(), "nfkd_strip_accents": n.Sequence([n.NFKD(), n.StripAccents()]), "nfkc": n.NFKC(),
            "lowercase": n.Lowercase(), "strip": n.Strip(), "strip_left": n.Strip(True, False), "nmt": n.Nmt(),
            "replace": n.Replace("e", "ee▁"), "replace_regex": n.Replace(Regex(r"\s{2,}|$"), "_"),
            "prepend": n.Prepend("x "), "byte_level": n.ByteLevel(), "precompiled": n.Precompiled(charsmap),
            "bert": n.BertNormalizer(), "bert_cased": n.BertNormalizer(lowercase=False, strip_accents=True)}.items():
        save(f"normalizer_{name}", word_level(pre_tokenizers.WhitespaceSplit(), normalizer))


def decoder_cases():
    d = decoders
    characters = pre_tokenizers.Split(Regex("."), "isolated")
    save("decoder_ctc", word_level(characters, decoder=d.CTC("<unk>", "e")))
    save("decoder_word_piece", word_level(pre_tokenizers.Whitespace(), decoder=d.WordPiece("##", True)))
    save("decoder_sequence", word_level(characters, decoder=d.Sequence(
        [d.Replace(Regex("[aeiou]"), "_"), d.Strip("_", 0, 1), d.ByteFallback(), d.Fuse(), d.Strip(" ", 2, 0)])))


def bert():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=40))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(LINES, trainers.WordPieceTrainer(
        vocab_size=200, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"], show_progress=False))
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    save("model_word_piece", tokenizer)


def unigram(byte_fallback):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator(LINES, trainers.UnigramTrainer(
        vocab_size=220, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False))
    tokenizer.decoder = decoders.Metaspace()
    if byte_fallback:
        data = json.loads(tokenizer.to_str())
        data["model"]["byte_fallback"] = True
        data["model"]["vocab"] += [[f"<0x{b:02X}>", -20.0] for b in range(256)]
        tokenizer = Tokenizer.from_str(json.dumps(data))
        tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
                                               decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    save("model_unigram_bytes" if byte_fallback else "model_unigram", tokenizer)


def added_tokens():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=True)
    tokenizer.train_from_iterator(LINES, trainers.BpeTrainer(
        vocab_size=300, special_tokens=["<s>", "</s>"], initial_alphabet=ByteLevel.alphabet(), show_progress=False))
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.Sequence([
        processors.RobertaProcessing(("</s>", 1), ("<s>", 0), trim_offsets=False),
        processors.TemplateProcessing(single="$A <s>", special_tokens=[("<s>", 0)])])
    tokenizer.add_tokens([
        AddedToken("MIX ed", normalized=True), AddedToken("the", single_word=True), AddedToken("  "),
        AddedToken("東京", rstrip=True, normalized=True), AddedToken("<mask>", lstrip=True, normalized=False),
        AddedToken("é", normalized=False)])
    save("added_tokens", tokenizer)


def sentencepiece_models():
    common = {"model_writer": None, "vocab_size": 200, "hard_vocab_limit": False, "minloglevel": 2}
    identity = {"normalization_rule_name": "identity"}
    for name, options in {
            "unigram_extra_spaces": {"model_type": "unigram", **identity},
            "bpe_suffix": {"model_type": "bpe", "treat_whitespace_as_suffix": True, **identity},
            "bpe_user_defined": {"model_type": "bpe", "user_defined_symbols": ["<x>", "ticket", "  ", "の"],
                                 "remove_extra_whitespaces": False, **identity},
            "unigram_no_prefix": {"model_type": "unigram", "add_dummy_prefix": False, "byte_fallback": True,
                                  "vocab_size": 400, "remove_extra_whitespaces": False, **identity},
            "character": {"model_type": "char", **identity}, "word": {"model_type": "word", **identity},
            "unk_surface": {"model_type": "bpe", "unk_surface": "?!", "bos_id": -1, "eos_id": 0, "unk_id": 1, **identity},
            "charsmap": None}.items():
        if options is None:
            model = small_charsmap()
        else:
            out = io.BytesIO()
            sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(LINES), **{**common, **options, "model_writer": out})
            model = out.getvalue()
        processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        cases = [{"ids": processor.encode(t), "decoded": processor.decode(processor.encode(t))} for t in TEXTS]
        write(HERE / "components" / f"spm_{name}.json", {"model": base64.b64encode(model).decode(), "cases": cases})


def overlapping_user_defined_pieces():
    """Scores that tell how much a user-defined piece is worth: a little more for each byte."""
    model = sentencepiece_model_pb2.ModelProto()
    pieces = [("<unk>", 0.0, 2), *((text, 0.0, 4) for text in ("he", "th", "ed", "o", "ell", "l", "東", "京T", "xx"))]
    pieces += [(text, -score, 1) for score, text in enumerate(sorted({c for text in TEXTS for c in text} - {"o", "l", "東", " "}), 20)]
    pieces += [("xxx", 0.2, 1), ("▁the", -0.3, 1), ("Hello", -0.05, 1), ("Hell", -3.0, 1), ("orld", -2.4, 1), ("東京", -0.7, 1), ("▁", -1.0, 1)]
    seen = set()
    for text, score, kind in pieces:
        if text not in seen and text != "\0":
            piece = model.pieces.add()
            piece.piece, piece.score, piece.type = text, score, kind
            seen.add(text)
    model.trainer_spec.model_type = 1
    model.trainer_spec.bos_id = model.trainer_spec.eos_id = model.trainer_spec.pad_id = -1
    model.normalizer_spec.name = "identity"
    data = model.SerializeToString()
    processor = sentencepiece.SentencePieceProcessor(model_proto=data)
    cases = [{"ids": processor.encode(t), "decoded": processor.decode(processor.encode(t))} for t in TEXTS]
    write(HERE / "components" / "spm_unigram_user_defined.json", {"model": base64.b64encode(data).decode(), "cases": cases})


if __name__ == "__main__":
    write(HERE / "components" / "texts.json", TEXTS)
    pre_tokenizer_cases()
    normalizer_cases()
    decoder_cases()
    bert()
    unigram(False)
    unigram(True)
    added_tokens()
    sentencepiece_models()
    overlapping_user_defined_pieces()
